"""The table of terms on the curriculum page: beside an objective, and as a list to browse and search."""

import pytest
from streamlit.testing.v1 import AppTest

from app.accounts import Role
from app.i18n import LANGUAGES, NAMES, translator
from app.ui.curriculum_terms import MOST_ROWS
from knowledge import terms
from knowledge.terms import Checked, Term
from tests.ui.curriculum_scene import library, made
from tests.ui.pages_scene import fetching, open_page, person, shelf, texts

MODULE = "app.ui.curriculum_page"
EN = translator("en")
TRAP = "![x](https://trap.example/a) <img src=https://trap.example/b> [go](https://trap.example/c)"


def opened(language: str = "en", **address: str) -> AppTest:
    return open_page(MODULE, {"library": shelf()}, person(Role.TEACHER), language=language, **address)


def listed(at: AppTest) -> str:
    """The table of terms."""
    return next((one.value for one in at.markdown if one.value.startswith("| ")), "")


def table(*several: Term) -> AppTest:
    """The part of an objective's page with these terms alone."""

    def script(several: object) -> None:
        from app.i18n import translator
        from app.ui.context import ScreenWords
        from app.ui.curriculum_terms import beside
        from knowledge.terms import Terms
        from tests.ui.curriculum_scene import made

        beside(made(), (), Terms(several), ScreenWords(translator("en")))  # type: ignore[arg-type]

    return AppTest.from_function(script, default_timeout=60, kwargs={"several": several}).run()


def test_a_wording_without_terms_has_no_table() -> None:
    one = made(texts={"ru": "Быть"}, official=("ru",))
    at = open_page(MODULE, {"library": library(one)}, person(Role.TEACHER), language="en", code=one.code)

    assert EN("curriculum.terms.beside") not in texts(at)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_terms_of_an_objective_stand_beside_it_in_three_languages(language: str) -> None:
    t = translator(language)
    at = opened(language, code="5.1.2.17")

    assert not at.exception
    assert t("curriculum.terms.beside") in texts(at)
    found = next(one.value for one in at.markdown if "дробь" in one.value and one.value.startswith("| "))
    head, row = found.splitlines()[0], next(line for line in found.splitlines() if "дробь" in line)
    assert head.split(" | ")[0] == f"| {NAMES[language]}"
    for word in ("бөлшек", "дробь", "fraction"):
        assert word in row


def test_the_list_of_terms_is_narrowed_by_subject_and_by_words_of_any_language() -> None:
    at = opened(view="terms")
    assert EN("curriculum.terms.more", shown=MOST_ROWS) in texts(at)

    at.selectbox(key="curriculum_term_subject").select("geometry").run()
    assert dict(at.query_params) == {"view": "terms", "subject": "geometry"}
    assert EN.plural("curriculum.terms.count", len(terms.load().of_subject("geometry"))) in texts(at)

    at.text_input(key="curriculum_term_words").input("үшбұрыш").run()
    assert "triangle" in listed(at)
    assert len(listed(at).splitlines()) < 25


def test_a_term_that_nobody_wrote_says_what_to_do() -> None:
    assert EN("curriculum.terms.nothing") in texts(opened(view="terms", q="zeppelin"))


def test_the_terms_of_the_school_itself_have_a_subject_of_their_own() -> None:
    at = opened("kk", view="terms", subject="school")

    assert at.selectbox(key="curriculum_term_subject").value == "school"
    assert "ҚМЖ" in listed(at)


def test_a_proposal_is_marked_and_explained() -> None:
    plain = Term(kk=("сан",), ru=("число",), en=("number",), subjects=("mathematics",))
    proposed = Term(
        kk=("салыстыру",),
        ru=("сравнить",),
        en=("compare",),
        subjects=("mathematics",),
        checked=Checked.PROPOSAL,
    )

    assert EN("curriculum.terms.proposal.why") not in texts(table(plain))
    at = table(plain, proposed)
    assert f"салыстыру :orange-badge[{EN('curriculum.terms.proposal')}]" in texts(at)
    assert EN("curriculum.terms.proposal.why") in texts(at)


def test_the_views_lead_to_each_other_and_start_afresh() -> None:
    at = opened(q="fractions")

    at.button_group(key="curriculum_view").select("terms").run()
    assert dict(at.query_params) == {"view": "terms"}
    at.button_group(key="curriculum_view").select("").run()
    assert dict(at.query_params) == {}


def test_hostile_words_in_the_address_and_in_terms_are_drawn_as_text() -> None:
    assert fetching(opened(view="terms", q=TRAP)) == set()
    hostile = Term(kk=(f"сан | {TRAP}",), ru=("числа",), en=(TRAP,), subjects=("mathematics",))
    drawn = table(hostile)
    assert "trap" in texts(drawn)
    assert fetching(drawn) == set()
