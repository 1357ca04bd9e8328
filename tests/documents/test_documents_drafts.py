"""The first drafts beside the lesson plan: tasks, rubric, differentiation, glossary, letter; right in form everywhere."""

from datetime import date

import pytest

from app.documents.brief import Kind
from app.documents.check import Means, findings
from app.documents.document import DOCUMENT
from app.documents.field import State
from app.documents.finding import Weight
from app.documents.form import load
from app.documents.level import Level
from app.documents.material import BadBrief, gather
from app.documents.plan import points_total, tasks
from app.documents.practice import levels_of_a_plan, levels_of_a_set
from app.documents.shapes import RUBRIC_LEVELS, shape_of
from app.documents.value import Criterion, Glossary, Objectives, Text
from tests.documents.document_words import CODE, PLACE, said
from tests.documents.starter_briefs import (
    FRACTIONS,
    LANGUAGES,
    Class,
    StarterShelf,
    brief_of,
    classes,
    drafted,
)

MADE = (Kind.TASKS, Kind.RUBRIC, Kind.DIFFERENTIATION, Kind.GLOSSARY, Kind.LETTER)
ORDER = tuple(Level)


@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("one", classes(), ids=str)
def test_every_draft_is_whole(shelf: StarterShelf, kind: Kind, language: str, one: Class) -> None:
    brief = brief_of(kind, language, one, day=date(2026, 12, 3))

    document = drafted(shelf, brief)

    ids = [field.id for field in document.fields]
    assert len(set(ids)) == len(ids)
    assert all(field.label for field in document.fields)
    assert not any(PLACE.search(text) for text in said(document))
    assert set(CODE.findall(" ".join(said(document)))) <= set(brief.codes)
    assert all(field.hint for field in document.fields if field.state is State.TO_WRITE)
    for field in document.to_write():
        assert shape_of(field).schema["properties"]
    assert all(isinstance(field.value, Glossary) or any(_texts(field.value)) for field in document.fields)
    assert DOCUMENT.validate_json(DOCUMENT.dump_json(document)) == document


@pytest.mark.parametrize("kind", [Kind.PLAN, *MADE])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_check_finds_a_draft_against_the_form(shelf: StarterShelf, kind: Kind, language: str) -> None:
    for one in classes():
        brief = brief_of(kind, language, one, day=date(2026, 12, 3), most=3)
        means = Means(material=gather(shelf, brief, school=None), form=load(kind, language))

        found = findings(drafted(shelf, brief), means)

        assert not [finding for finding in found if finding.weight is Weight.BROKEN]
        assert not [finding for finding in found if finding.check in ("sources", "duplicates", "coverage")]


def _texts(value: object) -> list[str]:
    return [part for part in str(value).split("'") if part.strip()]


@pytest.mark.parametrize("one", classes(), ids=str)
@pytest.mark.parametrize(("items", "points"), [(1, 6), (3, 10), (6, 12), (9, 30)])
def test_a_set_of_tasks_serves_every_objective_with_levels_ascending(
    shelf: StarterShelf, one: Class, items: int, points: int
) -> None:
    brief = brief_of(Kind.TASKS, "kk", one, items=items, points=points)

    document = drafted(shelf, brief)

    made = [task for _, task in tasks(document)]
    assert len(made) == max(items, len(brief.codes))
    assert {task.code for task in made} == set(brief.codes)
    assert points_total(document) == points
    places = [ORDER.index(task.level) for task in made]
    assert places == sorted(places)
    assert all(task.descriptors and task.text for task in made)


def test_more_tasks_than_points_are_refused(shelf: StarterShelf) -> None:
    with pytest.raises(BadBrief) as refused:
        drafted(shelf, brief_of(Kind.TASKS, "en", FRACTIONS, items=11, points=10))

    assert refused.value.words.facts == {"points": 10, "least": 11}


@pytest.mark.parametrize("count", range(1, 61))
def test_most_tasks_ask_for_more_than_repeating(count: int) -> None:
    for levels in (levels_of_a_plan(count), levels_of_a_set(count)):
        assert len(levels) == count
        assert list(levels) == sorted(levels, key=ORDER.index)
        assert sum(level.is_low for level in levels) <= 0.6 * count

    assert set(levels_of_a_set(6)) == set(ORDER)


def test_the_word_that_is_missing_is_the_answer_and_no_part_of_the_task(shelf: StarterShelf) -> None:
    found = 0
    for language in LANGUAGES:
        for one in classes():
            document = drafted(shelf, brief_of(Kind.TASKS, language, one, items=6, points=18))
            for _, task in tasks(document):
                if task.answer and task.level is Level.KNOWLEDGE:
                    found += 1
                    assert "…" in task.text
                    assert task.answer.casefold() not in task.text.split("…")[0].casefold().split()

    assert found > 10


def test_a_rubric_has_four_levels_for_every_objective(shelf: StarterShelf) -> None:
    for most in (1, 3, 6):
        one = next(each for each in classes() if len(each.codes) >= most)
        brief = brief_of(Kind.RUBRIC, "ru", one, most=most)

        criteria = [field.value for field in drafted(shelf, brief).of("rows")]

        rows = [row for row in criteria if isinstance(row, Criterion)]
        assert len(rows) == len(criteria)
        assert {row.code for row in rows} == set(brief.codes)
        assert all(len(set(row.levels)) == RUBRIC_LEVELS for row in rows)
        assert len({row.text for row in rows}) == len(rows)


def test_the_text_to_adapt_stays_as_it_is_and_every_sentence_of_it_is_in_the_easier_version(
    shelf: StarterShelf,
) -> None:
    text = "Дробь показывает часть целого. Знаменатель говорит, на сколько частей делят."

    document = drafted(
        shelf,
        brief_of(Kind.DIFFERENTIATION, "ru", FRACTIONS, source_text=text, special_needs="слабое зрение"),
    )

    base, easier, harder, special = (field.value for field in document.of("versions"))
    assert base == Text(text=text)
    assert isinstance(easier, Text)
    assert isinstance(harder, Text)
    assert isinstance(special, Text)
    assert "1) Дробь показывает часть целого." in easier.text
    assert "2) Знаменатель говорит, на сколько частей делят." in easier.text
    assert "знаменатель – бөлім – denominator" in easier.text
    assert harder.text != easier.text
    assert "слабое зрение" in special.text


def test_without_a_text_a_note_is_adapted_and_cited(shelf: StarterShelf) -> None:
    document = drafted(shelf, brief_of(Kind.DIFFERENTIATION, "kk", FRACTIONS))

    base = document.field("versions.base")
    assert base.state is State.DONE
    assert base.sources


def test_a_meaning_in_the_glossary_is_a_sentence_of_the_notes(shelf: StarterShelf) -> None:
    meanings = 0
    for language in LANGUAGES:
        for one in classes():
            brief = brief_of(Kind.GLOSSARY, language, one)
            read = [passage.text for passage in gather(shelf, brief, school=None).passages]
            value = drafted(shelf, brief).field("terms.glossary").value
            assert isinstance(value, Glossary)
            for row in value.terms:
                assert row.kk
                assert row.ru
                assert row.en
                if row.meaning:
                    meanings += 1
                    assert any(row.meaning in text for text in read)

    assert meanings > 100


def test_a_glossary_without_terms_asks_the_teacher_and_no_model(shelf: StarterShelf) -> None:
    empty = [
        field
        for one in classes()
        for field in drafted(shelf, brief_of(Kind.GLOSSARY, "kk", one, most=1)).fields
        if isinstance(field.value, Glossary) and not field.value.terms
    ]

    assert empty
    assert all(field.state is State.TO_WRITE and not field.write for field in empty)


def test_a_letter_names_nobody_and_no_code(shelf: StarterShelf) -> None:
    for language in LANGUAGES:
        document = drafted(shelf, brief_of(Kind.LETTER, language, FRACTIONS, source_text="15.12"))

        texts = " ".join(said(document))
        assert not CODE.search(texts.removeprefix(document.title))
        assert "15.12" in texts
        assert not [field for field in document.fields if isinstance(field.value, Objectives)]
        for name in ("letter.greeting", "letter.closing"):
            field = document.field(name)
            assert isinstance(field.value, Text)
            assert "[" in field.value.text
            assert field.write == ""


def test_the_teachers_own_name_closes_the_letter(shelf: StarterShelf) -> None:
    document = drafted(
        shelf, brief_of(Kind.LETTER, "kk", FRACTIONS, teacher="А. Педагог", organisation="№ 5 мектеп")
    )

    closing = document.field("letter.closing")
    assert isinstance(closing.value, Text)
    assert "А. Педагог" in closing.value.text
    assert closing.state is State.DONE
