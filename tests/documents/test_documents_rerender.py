"""A document in another language: what code can carry over is carried, and what it cannot is said and left to be written."""

from dataclasses import replace
from datetime import date

import pytest

from app.documents.brief import Kind
from app.documents.document import Document
from app.documents.field import Field, Origin, State
from app.documents.finding import Finding
from app.documents.form import load
from app.documents.glossing import glossed, named
from app.documents.material import gather
from app.documents.rerender import TRANSLATE, rerender
from app.documents.texts import words
from app.documents.value import Item, Lines, Number, Objectives, Stage, Task, Text
from app.i18n import translator
from tests.documents.starter_briefs import FRACTIONS, StarterShelf, brief_of, drafted

WAYS = [("ru", "kk"), ("kk", "en"), ("en", "ru")]
HOMEWORK = "Решите пример 1/2 + 2/3: найдите общий знаменатель дробей и расскажите об этом Айгерим."


def said_in(shelf: StarterShelf, document: Document, language: str) -> tuple[Document, tuple[Finding, ...]]:
    material = gather(shelf, replace(document.brief, language=language), school=None)  # type: ignore[arg-type]
    return rerender(document, material, load(document.kind, language), language)


def plan(shelf: StarterShelf, language: str = "ru") -> Document:
    return drafted(
        shelf,
        brief_of(
            Kind.PLAN, language, FRACTIONS, day=date(2026, 11, 23), teacher="Омарова Г.", items=5, points=15
        ),
    )


def keys(found: tuple[Finding, ...], field: str) -> list[str]:
    return [one.words.key for one in found if one.field == field]


def test_a_document_without_fields_is_a_document_without_fields(shelf: StarterShelf) -> None:
    made, found = said_in(shelf, replace(plan(shelf), fields=()), "kk")

    assert (made.fields, made.language, found) == ((), "kk", ())


def test_a_form_of_another_language_than_asked_for_is_refused(shelf: StarterShelf) -> None:
    document = plan(shelf)
    material = gather(shelf, document.brief, school=None)

    with pytest.raises(ValueError, match="'ru'"):
        rerender(document, material, load(Kind.PLAN, "ru"), "kk")


@pytest.mark.parametrize(("source", "target"), WAYS)
@pytest.mark.parametrize(
    "kind", [Kind.PLAN, Kind.TASKS, Kind.QUIZ, Kind.UNIT, Kind.RUBRIC, Kind.GLOSSARY, Kind.LETTER]
)
def test_places_codes_minutes_points_and_levels_are_kept(
    shelf: StarterShelf, kind: Kind, source: str, target: str
) -> None:
    brief = brief_of(kind, source, FRACTIONS, items=5, points=15, quarter=1)
    old = drafted(shelf, brief)

    made, _ = said_in(shelf, old, target)

    assert made.language == target
    assert [one.id for one in made.fields] == [one.id for one in old.fields]
    assert made.brief == replace(old.brief, language=made.brief.language)
    assert kept(made) == kept(old)


def kept(document: Document) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for field in document.fields:
        match field.value:
            case Stage(minutes=minutes):
                found.append((field.id, minutes))
            case Task() as task:
                points = tuple(one.points for one in task.descriptors)
                found.append((field.id, task.code, task.level, points))
            case Item() as item:
                found.append((field.id, item.code, item.level, item.points, len(item.options)))
            case Objectives(objectives=listed):
                found.append((field.id, *(one.code for one in listed)))
            case Number(number=number):
                found.append((field.id, number))
            case _:
                pass
    return found


@pytest.mark.parametrize(("source", "target"), WAYS)
def test_labels_and_sentences_are_those_of_the_other_form(
    shelf: StarterShelf, source: str, target: str
) -> None:
    made, _ = said_in(shelf, plan(shelf, source), target)
    fresh = plan(shelf, target)

    assert [one.label for one in made.fields] == [one.label for one in fresh.fields]
    assert made.field("start.stage").value == fresh.field("start.stage").value
    assert made.field("header.objectives").value == fresh.field("header.objectives").value
    assert made.title == fresh.title


def test_a_name_stays_as_it_is_written(shelf: StarterShelf) -> None:
    made, found = said_in(shelf, plan(shelf), "kk")

    assert made.field("header.teacher").value == Text(text="Омарова Г.")
    assert made.field("header.teacher").state is State.DONE
    assert keys(found, "header.teacher") == []


def test_what_a_teacher_wrote_stays_with_its_terms_glossed_and_waits(shelf: StarterShelf) -> None:
    old = plan(shelf)
    mine = old.field("more.homework").edited(Text(text=HOMEWORK))

    made, found = said_in(shelf, old.with_field(mine), "kk")
    field = made.field("more.homework")

    assert "общий знаменатель [ортақ бөлім]" in words(field)
    assert "1/2 + 2/3" in words(field)
    assert (field.state, field.needs_review, field.origin) == (State.TO_WRITE, True, Origin.TEACHER)
    assert field.write == "plan.homework"
    assert field.hint
    assert keys(found, "more.homework") == ["checks.rerender.to_translate"]


def test_a_field_that_no_model_could_write_names_the_instruction_to_translate(shelf: StarterShelf) -> None:
    old = plan(shelf)
    own = Field(id="more.own", label="Своё", value=Lines(lines=(HOMEWORK,)), origin=Origin.TEACHER)

    made, found = said_in(shelf, replace(old, fields=(*old.fields, own)), "kk")

    assert made.field("more.own").write == TRANSLATE
    assert made.field("more.own").label == "Своё"
    assert keys(found, "more.own") == ["checks.rerender.no_place", "checks.rerender.to_translate"]


def test_a_topic_that_is_a_term_is_said_by_the_table(shelf: StarterShelf) -> None:
    old = drafted(shelf, brief_of(Kind.PLAN, "ru", FRACTIONS, topic="Дробь"))

    made, found = said_in(shelf, old, "kk")

    assert made.field("header.topic").value == Text(text="бөлшек")
    assert made.field("header.topic").needs_review
    assert keys(found, "header.topic") == []


def test_what_is_already_in_the_other_language_only_wants_a_look(shelf: StarterShelf) -> None:
    old = plan(shelf)
    text = "Оқушылар бөлшектерді ортақ бөлімге келтіріп, есептерді дәптерге шығарады және түсіндіреді."
    made, found = said_in(shelf, old.with_field(old.field("more.homework").edited(Text(text=text))), "kk")

    assert made.field("more.homework").value == Text(text=text)
    assert made.field("more.homework").needs_review
    assert keys(found, "more.homework") == []


def test_an_objective_edited_by_hand_is_the_catalogues_again(shelf: StarterShelf) -> None:
    old = plan(shelf)
    field = old.field("header.objectives")
    assert isinstance(field.value, Objectives)
    own = field.edited(Objectives(objectives=field.value.objectives[:1]))

    made, _ = said_in(shelf, old.with_field(own), "en")

    wording = gather(shelf, old.brief, school=None).objectives[0].text("en")
    value = made.field("header.objectives").value
    assert isinstance(value, Objectives)
    assert [(one.code, one.text) for one in value.objectives] == [("5.1.2.17", wording)]


def test_a_finished_question_keeps_its_numbers(shelf: StarterShelf) -> None:
    old = drafted(shelf, brief_of(Kind.QUIZ, "ru", FRACTIONS, items=4))
    value = old.field("items.item.1").value
    assert isinstance(value, Item)
    odd = replace(
        value, question="Сколько будет 777 + 888?", options=("1665", "1", "2", "3"), explanation="1665"
    )
    other = replace(old.field("items.item.1"), value=odd, state=State.DONE)

    made, found = said_in(shelf, old.with_field(other), "kk")

    assert "777 + 888" in words(made.field("items.item.1"))
    assert keys(found, "items.item.1") == ["checks.rerender.to_translate"]


def test_an_unfinished_task_may_take_another_example_and_says_so(shelf: StarterShelf) -> None:
    old = plan(shelf)
    value = old.field("middle.task.1").value
    assert isinstance(value, Task)
    odd = replace(old.field("middle.task.1"), value=replace(value, text="Сложите 777 и 888."))

    made, found = said_in(shelf, old.with_field(odd), "kk")

    assert made.field("middle.task.1").state is State.TO_WRITE
    assert keys(found, "middle.task.1") == ["checks.rerender.other_example"]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_finding_of_a_rerender_is_worded(shelf: StarterShelf, language: str) -> None:
    old = plan(shelf).with_field(plan(shelf).field("more.homework").edited(Text(text=HOMEWORK)))
    _, found = said_in(shelf, old, "kk")

    assert found
    assert all(translator(language).words(one.words) for one in found)


def test_a_gloss_stands_once_after_the_first_place_of_a_term() -> None:
    text = "Числитель и знаменатель; ещё раз знаменатель."
    once = glossed(text, "ru", "kk", "mathematics")

    assert once == "Числитель [алым] и знаменатель [бөлім]; ещё раз знаменатель."
    assert glossed(once, "ru", "kk", "mathematics") == once
    assert glossed("Просто слова.", "ru", "kk", "mathematics") == "Просто слова."
    assert glossed("", "ru", "kk", "mathematics") == ""


def test_only_a_whole_term_has_a_name_in_the_table() -> None:
    assert named("Дробь", "ru", "kk") == "бөлшек"
    assert named("Дробь и её доли", "ru", "kk") is None
    assert named("", "ru", "kk") is None
