"""History across editions: what was added, reworded, removed and when; superseded wordings only on request."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.accounts import Role
from app.i18n import LANGUAGES, translator
from app.ui.curriculum_history import marked
from knowledge.difference import Change, ChangeKind
from knowledge.editions import Head
from knowledge.past import Past
from tests.ui.curriculum_scene import library, made
from tests.ui.pages_scene import Shelf, button, corpus, fetching, open_page, person, shelf, texts

MODULE = "app.ui.curriculum_page"
EN = translator("en")


def head(name: str, edition: str) -> Head:
    return Head(
        id=f"399-ru-{name}",
        act="Order 399 of 16.09.2022",
        language="ru",
        edition=edition,
        amended_by="unknown",
        valid_from="unknown",
        valid_to="",
        address="",
        name="",
        sha256=name,
        reader_version=1,
        appendices=132,
        programmes=1,
        objectives=1,
        doubts={},
        repairs={},
    )


def change(kind: ChangeKind, **changes: Any) -> Change:
    one = made()
    plain: dict[str, Any] = {
        "kind": kind,
        "programme": one.programme.key,
        "appendix": one.programme.appendix,
        "subject": one.subject,
        "track": "",
        "grade": 5,
        "code": one.code,
        "language": "ru",
        "before": "" if kind is ChangeKind.ADDED else "Складывать натуральные числа",
        "after": "" if kind is ChangeKind.REMOVED else "Складывать целые числа",
        "old": "399-ru-a",
        "new": "399-ru-b",
        "old_edition": "as of 2023-09-01",
        "new_edition": "as of 2026-10-09",
        "amended_by": "Order 467 of 21.11.2022",
    }
    return Change(**{**plain, **changes})


def with_past(*changes: Change) -> Shelf:
    plain = library(made())
    heads = [head("a", "as of 2023-09-01"), head("b", "as of 2026-10-09")]
    return Shelf(plain.catalogue, plain.passages, Past(changes, heads))


def opened(library: Shelf, language: str = "en", **address: str) -> AppTest:
    return open_page(MODULE, {"library": library}, person(Role.TEACHER), language=language, **address)


def test_no_edition_before_means_no_toggle_and_no_history_of_our_own_words() -> None:
    code = corpus().catalogue.find("1.1.3.4")[0].code
    at = opened(shelf(), code=code)

    assert EN("curriculum.history") not in texts(at)
    assert not opened(shelf(), q="fractions").toggle


def test_an_official_objective_that_never_changed_says_so() -> None:
    assert EN("curriculum.history.none") in texts(opened(with_past(), code=made().code))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rewording_shows_both_texts_with_the_changed_words_and_when(language: str) -> None:
    t = translator(language)
    at = opened(with_past(change(ChangeKind.REWORDED)), language, code=made().code)

    drawn = texts(at)
    assert not at.exception
    assert "Складывать :red[~~натуральные~~] числа" in drawn
    assert "Складывать :green[**целые**] числа" in drawn
    for words in (
        t("curriculum.change.reworded"),
        t("curriculum.edition.as_of", date="09.10.2026"),
        t("curriculum.act.order", number="467", date="21.11.2022"),
    ):
        assert words in drawn


def test_the_newest_change_stands_first() -> None:
    changes = (
        change(ChangeKind.ADDED, new_edition="as of 2023-09-01"),
        change(ChangeKind.REWORDED),
    )
    drawn = texts(opened(with_past(*changes), code=made().code))

    assert drawn.index(EN("curriculum.change.reworded")) < drawn.index(EN("curriculum.change.added"))


def test_superseded_wordings_are_found_only_when_asked_for() -> None:
    removed = change(ChangeKind.REMOVED, code="5.9.9.9", before="Считать журавлей")
    at = opened(with_past(removed), q="журавлей")
    assert "журавлей" not in texts(at).replace("Search", "").partition(EN("curriculum.nothing"))[2]
    assert not at.expander

    at.toggle(key="curriculum_earlier").set_value(True).run()

    assert dict(at.query_params) == {"q": "журавлей", "earlier": "1"}
    label = at.expander[0].label
    assert "Считать журавлей" in label
    assert EN("curriculum.earlier.mark") in label
    assert "01.09.2023" in label


def test_a_superseded_wording_leads_to_the_one_in_force() -> None:
    at = opened(with_past(change(ChangeKind.REWORDED)), q="натуральные", earlier="1")

    button(at, "curriculum-earlier-open").click().run()

    assert at.header[0].value == made().code
    button(at, "curriculum-back").click().run()
    assert dict(at.query_params) == {"q": "натуральные", "earlier": "1"}


def test_a_link_to_a_removed_objective_says_that_it_is_gone_and_shows_what_it_said() -> None:
    removed = change(ChangeKind.REMOVED, code="5.9.9.9", before="Считать журавлей")
    at = opened(with_past(removed), code="5.9.9.9", programme=removed.programme)

    assert EN("curriculum.code.unknown", code="5.9.9.9") in texts(at)
    assert "Считать журавлей" in at.expander[0].label


def test_nothing_in_earlier_editions_says_so() -> None:
    assert EN("curriculum.earlier.nothing") in texts(opened(with_past(), q="zeppelin", earlier="1"))


@pytest.mark.parametrize(
    ("before", "after", "left", "right"),
    [
        ("", "", "", ""),
        ("a b", "a b", "a b", "a b"),
        ("a b c", "a c", "a :red[~~b~~] c", "a c"),
        ("a c", "a b c", "a c", "a :green[**b**] c"),
        ("", "a", "", ":green[**a**]"),
    ],
)
def test_what_went_and_what_came_is_marked(before: str, after: str, left: str, right: str) -> None:
    assert marked(before, after) == (left, right)


def test_hostile_wordings_of_earlier_editions_are_drawn_as_text() -> None:
    trap = "~~x~~] ![x](https://trap.example/a) <img src=https://trap.example/b> [go](https://trap.example/c) zeppelin"
    hostile = change(
        ChangeKind.REWORDED, before=trap, after=f"{trap} now", old_edition=trap, new_edition=trap, track=trap
    )
    for address in ({"code": made().code}, {"q": "zeppelin", "earlier": "1"}):
        at = opened(with_past(hostile), **address)
        assert "zeppelin" in texts(at)
        assert fetching(at) == set()
