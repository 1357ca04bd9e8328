"""Laws over every check of a document: none raises, each names itself and a field that is there, and its words exist."""

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents import check, checklist
from app.documents.brief import Kind
from app.documents.check import Means
from app.documents.checks import coverage, form
from app.documents.document import Document
from app.documents.field import State
from app.documents.finding import Finding
from app.documents.form import HOME as FORMS
from app.documents.form import load as load_form
from app.documents.material import gather
from app.documents.summary import look
from app.documents.value import Value
from app.i18n import LANGUAGES, translator
from knowledge.plan import Topic
from tests.documents.good_documents import good_letter, good_plan, good_quiz, means_of
from tests.documents.starter_briefs import FRACTIONS, StarterShelf, brief_of, corpus, drafted

DRAFTS = FORMS.parent / "drafts"
TEXTS = st.sampled_from(
    ["", " ", "5.1.2.17-ні", "9.9.9.9", "Оқушы", "цель", "The rule", "x" * 300, "\x00", "…", "1/2"]
)


@cache
def shelf() -> StarterShelf:
    rows = tuple(
        Topic(
            programme=FRACTIONS.programme,
            language=language,
            grade=FRACTIONS.grade,
            quarter=1,
            section=f"{words} 1",
            topic=f"{words} {number}",
            codes=(code,),
        )
        for language, words in (("kk", "Бөлшек"), ("ru", "Дробь"), ("en", "Fraction"))
        for number, code in enumerate(FRACTIONS.codes, 1)
    )
    return StarterShelf(corpus=corpus(), plan=rows)


@cache
def good() -> tuple[tuple[Document, Means], ...]:
    return (
        *(good_plan(shelf(), language) for language in LANGUAGES),
        good_quiz(shelf()),
        good_letter(shelf()),
    )


def laws(document: Document, means: Means) -> tuple[Finding, ...]:
    found = look(document, means).findings
    ids = {field.id for field in document.fields} | {""}
    for one in found:
        assert one.check in check.names()
        assert one.field in ids
        for language in LANGUAGES:
            assert translator(language).words(one.words)
    return found


@pytest.mark.parametrize("name", check.names())
def test_a_check_is_silent_on_a_document_without_fields_or_says_what_lacks(name: str) -> None:
    for document, means in good():
        bare = replace(document, fields=())
        allowed = {"form"} | ({"coverage"} if coverage.ASKED[document.kind] else set())

        assert {one.check for one in check.load(name).check(bare, means)} <= allowed


def test_an_unknown_check_is_not_found() -> None:
    with pytest.raises(LookupError):
        check.load("summary")


@pytest.mark.parametrize("name", check.names())
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_check_has_a_name_to_show(name: str, language: str) -> None:
    assert translator(language)(f"checks.name.{name}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_that_is_put_together_exists(language: str) -> None:
    t = translator(language)
    keys = [
        *(f"checks.form.no_{one}" for one in form.COLUMNS),
        *(f"checks.coverage.not_{one}" for asked in coverage.ASKED.values() for one in asked),
        *(f"checks.language.is_{one}" for one in LANGUAGES),
        *(f"checks.age.hard_{one}" for one in ("ru", "en")),
        *(f"checks.list.{name}" for name, _, _ in checklist.POINTS),
        *(f"checks.answer.{one}" for one in checklist.Answer),
        *(f"checks.weight.{one}" for one in ("broken", "doubt", "note")),
    ]

    assert [key for key in keys if not t.has(key)] == []


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_no_check_raises_whatever_stands_in_the_fields(data: st.DataObject) -> None:
    document, means = good()[data.draw(st.integers(0, len(good()) - 1))]
    fields = []
    for field in document.fields:
        if data.draw(st.integers(0, 3)):
            fields.append(field)
            continue
        changed = replace(
            field,
            value=data.draw(_values(field.value)),
            state=data.draw(st.sampled_from(State)),
            unsupported=tuple(data.draw(st.lists(TEXTS, max_size=2))),
        )
        fields.append(changed)

    laws(replace(document, fields=tuple(fields)), means)


def _values(value: Value) -> st.SearchStrategy[Value]:
    """Values of the same kind with anything in them, and those of other kinds."""
    return st.one_of(st.from_type(type(value)), st.sampled_from([one.value for one in good()[3][0].fields]))


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_check_runs_over_the_first_draft_of_every_kind(kind: Kind, language: str) -> None:
    whole = (FORMS / f"{kind}.{language}.toml", DRAFTS / f"{kind}.py")
    if not all(path.is_file() for path in whole):
        pytest.skip(f"no form or draft of {kind} yet")
    brief = brief_of(kind, language, FRACTIONS, source_text="Сложите 1/2 и 1/3.", items=4, quarter=1)
    document = drafted(shelf(), brief)
    means = Means(material=gather(shelf(), brief, school=None), form=load_form(kind, language))

    found = laws(document, means)

    assert [one for one in found if one.weight == "broken"] == []


def test_the_means_know_codes_and_wordings_of_the_brief() -> None:
    means = means_of(shelf(), brief_of(Kind.PLAN, "kk", FRACTIONS))

    assert means.codes == set(FRACTIONS.codes)
    assert means.material.objectives[0].text("ru") in means.wordings
