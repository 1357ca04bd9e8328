"""A document made again: codes and the teacher's words are kept, and what another brief decides is new."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.assistant.desk import Desk
from app.documents import Document, Field, Finding, Origin, State, Weight
from app.documents.difference import compare
from app.documents.form import Form
from app.documents.material import BadBrief, Material
from app.documents.value import Lines, Objectives, Stage, Text
from app.errors import NotFound, Words
from app.runtime import Runtime
from tests.assistant.desk_room import Room, brief, teacher, written
from tests.documents.starter_briefs import FRACTIONS, StarterShelf, classes, corpus

OWN = Stage(minutes=7, teacher=("Менің қорытындым",))
OTHER = next(
    one for one in classes() if one.subject == FRACTIONS.subject and one.grade not in (1, FRACTIONS.grade)
)


@pytest.fixture
def shelf() -> StarterShelf:
    """The starter corpus."""
    return StarterShelf(corpus=corpus())


@pytest.fixture
def plan(room: Room) -> Document:
    """A plan in which a model wrote the middle and the teacher the end."""
    started = room.desk.start(room.teacher, brief())
    middle = written(started.field("middle.stage"), "Модель жазды")
    room.desk.put(room.teacher, started.id, middle, "write")
    return room.desk.edit(room.teacher, started.id, "end.stage", OWN, seen=1)


def copy(room: Room, plan: Document, **changes: Any) -> Document:
    return room.desk.duplicate(room.teacher, plan.id, brief_changes=changes)


def test_a_copy_for_another_class_keeps_everything_but_the_class(room: Room, plan: Document) -> None:
    made = copy(room, plan, class_name="5 «Б»", day=date(2026, 12, 1))

    assert (made.revision, made.id == plan.id, made.brief.codes) == (1, False, plan.brief.codes)
    assert made.field("header.grade").value == Text(text="5 «Б»")
    changed = {one.id for one in made.fields if one != plan.field(one.id)}
    assert changed == {"header.grade"}
    assert room.desk.open(room.teacher, made.id) == made
    assert room.desk.open(room.teacher, plan.id) == plan


def test_words_that_a_draft_chooses_by_the_class_are_not_chosen_anew(
    room: Room, plan: Document, shelf: StarterShelf
) -> None:
    desk = Desk(room.database, room.log, Runtime(), shelf)
    one = desk.start(room.teacher, brief())
    middle = one.field("middle.stage").value
    assert isinstance(middle, Stage)
    own = replace(middle, teacher=("Модель жазды",))
    written = replace(one.field("middle.stage"), value=own, origin=Origin.MODEL, state=State.DONE)
    one = desk.put(room.teacher, one.id, written, "write")

    changes = {"class_name": "5 «Б»", "day": date(2026, 12, 1)}
    made = desk.duplicate(room.teacher, one.id, brief_changes=changes)
    assert {change.field for change in compare(one, made)} == {"header.date", "header.grade", "header.value"}
    assert made.field("middle.stage") == one.field("middle.stage")


def test_a_copy_is_on_record_with_what_it_is_a_copy_of(room: Room, plan: Document) -> None:
    made = copy(room, plan, class_name="5 «Б»")

    (record,) = [one for one in room.records("document") if one.clear["what"] == "duplicated"]
    assert record.clear["document_id"] == str(made.id)
    assert record.clear["details"] == {"copy_of": str(plan.id)}
    assert [one.what for one in room.desk.versions(room.teacher, made.id)] == ["copy"]
    assert room.desk.differences(room.teacher, made.id) == ()


def test_a_copy_of_a_final_or_renamed_document_is_open_and_keeps_its_name(room: Room, plan: Document) -> None:
    room.desk.rename(room.teacher, plan.id, "Менің жоспарым")
    room.desk.finish(room.teacher, plan.id)

    made = copy(room, plan, class_name="5 «Б»")
    assert (made.final, made.title) == (False, "Менің жоспарым")


def test_codes_that_are_not_of_the_other_grade_are_named(room: Room, plan: Document) -> None:
    with pytest.raises(BadBrief) as raised:
        copy(room, plan, grade=OTHER.grade, programme=OTHER.programme)

    words = raised.value.words
    assert words.key == "desk.codes_not_of_grade"
    assert words.facts == {"codes": ", ".join(plan.brief.codes), "grade": OTHER.grade}
    assert len(room.desk.library(room.teacher).lines) == 1


def test_another_grade_with_its_own_codes_keeps_the_teachers_words_to_be_looked_at(
    room: Room, plan: Document
) -> None:
    made = copy(room, plan, grade=OTHER.grade, programme=OTHER.programme, codes=OTHER.codes[:2])

    objectives = made.field("header.objectives").value
    assert isinstance(objectives, Objectives)
    assert tuple(one.code for one in objectives.objectives) == OTHER.codes[:2]
    assert made.field("more.homework").value == Lines(lines=OTHER.codes[:2])
    end = made.field("end.stage")
    assert (end.value, end.origin, end.needs_review) == (OWN, Origin.TEACHER, True)


def test_what_a_model_wrote_for_other_codes_is_to_be_written_again(room: Room, plan: Document) -> None:
    homework = Field(
        id="more.homework",
        label="H",
        value=Lines(lines=("Модельдікі",)),
        origin=Origin.MODEL,
        write="homework",
    )
    room.desk.put(room.teacher, plan.id, homework, "write")

    made = copy(room, plan, codes=plan.brief.codes[:1])
    assert made.field("more.homework").value == Lines(lines=plan.brief.codes[:1])
    assert made.field("more.homework").state is State.TO_WRITE


def test_the_header_follows_the_new_brief_also_where_the_teacher_wrote_it(room: Room, plan: Document) -> None:
    room.desk.edit(room.teacher, plan.id, "header.grade", Text(text="5 «А», 24 оқушы"), seen=3)

    assert copy(room, plan, class_name="5 «Б»").field("header.grade").value == Text(text="5 «Б»")
    kept = copy(room, plan, day=date(2026, 12, 1)).field("header.grade").value
    assert kept == Text(text="5 «А», 24 оқушы")


def test_fields_that_the_teacher_added_or_took_away_stay_so(room: Room, plan: Document) -> None:
    own = Field(id="middle.task.9", label="9", value=Text(text="Өз тапсырмам"))
    room.desk.add(room.teacher, plan.id, own, after="middle.stage")
    room.desk.remove(room.teacher, plan.id, "header.topic")

    made = copy(room, plan, class_name="5 «Б»")
    ids = [one.id for one in plan.fields]
    assert [one.id for one in made.fields] == [*ids[1:4], own.id, *ids[4:]]


def test_a_copy_in_another_language_is_said_anew_and_its_differences_are_kept(
    room: Room, plan: Document
) -> None:
    finding = Finding(
        check="rerender", weight=Weight.NOTE, words=Words(key="desk.no_field", facts={}), field="end.stage"
    )

    def said(document: Document, material: Material, form: Form) -> tuple[Document, tuple[Finding, ...]]:
        assert form.language == "ru"
        assert document.field("end.stage").value == OWN
        fields = tuple(replace(one, needs_review=True) for one in document.fields)
        return replace(document, fields=fields, title=form.title), (finding,)

    room.desk._rerender = said
    made = copy(room, plan, language="ru", class_name="5 «Б»")

    assert (made.language, made.title, made.brief.class_name) == ("ru", "План", "5 «Б»")
    assert all(one.needs_review for one in made.fields)
    assert room.desk.differences(room.teacher, made.id) == (finding,)
    assert {line.id: line.language for line in room.desk.library(room.teacher).lines}[made.id] == "ru"


@pytest.mark.parametrize("changes", [{"kind": "quiz"}, {"grade": "many"}, {"language": "fr"}])
def test_what_no_brief_can_have_makes_no_copy(room: Room, plan: Document, changes: Mapping[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        room.desk.duplicate(room.teacher, plan.id, brief_changes=changes)
    assert len(room.desk.library(room.teacher).lines) == 1


def test_nobody_copies_anothers_document(room: Room, plan: Document) -> None:
    with pytest.raises(NotFound):
        room.desk.duplicate(teacher(2), plan.id, brief_changes={})
