"""The desk: whose documents they are, what an edit may overwrite, what is kept of everything, and how it is undone."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import Role
from app.assistant.desk import EditConflict
from app.assistant.desk_history import Step, Version, steps
from app.assistant.desk_tables import DeskDocumentRow
from app.documents import Document, Field, Kind, Origin, State
from app.documents.material import BadBrief
from app.documents.value import Lines, Stage, Text
from app.errors import BadArgument, Conflict, Forbidden, NotFound, NotRecorded, TamperedLog
from tests.assistant.desk_room import SECRET, Room, brief, teacher, written
from tests.conftest import StillClock


@pytest.fixture
def plan(room: Room) -> Document:
    return room.desk.start(room.teacher, brief())


def text_of(document: Document, field: str = "header.topic") -> str:
    value = document.field(field).value
    assert isinstance(value, Text)
    return value.text


def edit(room: Room, plan: Document, words: str, *, seen: int, field: str = "header.topic") -> Document:
    return room.desk.edit(room.teacher, plan.id, field, Text(text=words), seen=seen)


def whats(room: Room, plan: Document) -> list[str]:
    return [one.what for one in room.desk.versions(room.teacher, plan.id)]


def test_an_empty_desk_lists_nothing_and_opens_nothing(room: Room) -> None:
    assert room.desk.library(room.teacher).lines == ()
    with pytest.raises(NotFound):
        room.desk.open(room.teacher, UUID(int=5))


def test_a_started_document_is_opened_as_it_was_drafted(room: Room, plan: Document) -> None:
    assert room.desk.open(room.teacher, plan.id) == plan
    assert (plan.revision, plan.title) == (1, "Жоспар: Бөлшектер")
    assert whats(room, plan) == ["start"]


def test_a_brief_that_cannot_be_taken_leaves_no_document_and_no_record(room: Room) -> None:
    with pytest.raises(BadBrief):
        room.desk.start(room.teacher, brief(codes=("9.9.9.9",)))

    assert room.desk.library(room.teacher).lines == ()
    assert room.records("document") == ()


def test_what_cannot_be_recorded_is_not_started(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(session: Session, entry: object) -> UUID:
        raise NotRecorded("the disk is full")

    monkeypatch.setattr(room.log, "record", full)
    with pytest.raises(NotRecorded):
        room.desk.start(room.teacher, brief())

    assert room.desk.library(room.teacher).lines == ()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.TEACHER])
def test_whoever_is_no_teacher_has_no_desk(room: Room, plan: Document, role: Role) -> None:
    other = teacher(role=role)
    for attempt in (
        lambda: room.desk.start(other, brief()),
        lambda: room.desk.open(other, plan.id),
        lambda: room.desk.edit(other, plan.id, "header.topic", Text(text="x"), seen=1),
        lambda: room.desk.undo(other, plan.id),
        lambda: room.desk.library(other),
        lambda: room.desk.flag(other, plan.id, "header.topic", reason="other"),
    ):
        with pytest.raises(Forbidden):
            attempt()


def test_nobody_reads_or_changes_anothers_document(room: Room, plan: Document) -> None:
    other, desk = teacher(2), room.desk
    for attempt in (
        lambda: desk.open(other, plan.id),
        lambda: desk.edit(other, plan.id, "header.topic", Text(text="x"), seen=1),
        lambda: desk.put(other, plan.id, plan.fields[0], "write"),
        lambda: desk.undo(other, plan.id),
        lambda: desk.redo(other, plan.id),
        lambda: desk.versions(other, plan.id),
        lambda: desk.version(other, plan.id, 1),
        lambda: desk.rename(other, plan.id, "x"),
        lambda: desk.finish(other, plan.id),
        lambda: desk.archive(other, plan.id),
        lambda: desk.flag(other, plan.id, "header.topic", reason="other"),
        lambda: desk.exported(other, plan.id, "docx"),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert desk.library(other).lines == ()
    assert desk.open(room.teacher, plan.id) == plan


def test_an_edit_makes_the_field_the_teachers(room: Room, plan: Document) -> None:
    value = Stage(minutes=30, teacher=("Сұрақ қояды",))
    edited = room.desk.edit(room.teacher, plan.id, "middle.stage", value, seen=1)

    field = edited.field("middle.stage")
    assert (field.value, field.origin, field.state, field.hint) == (value, Origin.TEACHER, State.DONE, "")
    assert edited.revision == 2
    assert room.desk.open(room.teacher, plan.id) == edited


def test_an_edit_that_changes_nothing_is_no_version(room: Room, plan: Document) -> None:
    once = edit(room, plan, "Жаңа", seen=1)

    assert edit(room, plan, "Жаңа", seen=1) == once
    assert whats(room, plan) == ["start", "edit"]


def test_two_tabs_on_two_fields_both_win(room: Room, plan: Document) -> None:
    edit(room, plan, "Бірінші", seen=1)
    second = edit(room, plan, "6 «Ә»", seen=1, field="header.grade")

    assert (text_of(second), text_of(second, "header.grade")) == ("Бірінші", "6 «Ә»")


def test_two_tabs_on_one_field_lose_nothing(room: Room, plan: Document) -> None:
    edit(room, plan, "Бірінші", seen=1)
    with pytest.raises(EditConflict) as raised:
        edit(room, plan, "Екінші", seen=1)

    now = room.desk.open(room.teacher, plan.id)
    assert raised.value.newer == now.field("header.topic")
    assert text_of(now) == "Бірінші"
    kept = room.desk.version(room.teacher, plan.id, raised.value.kept)
    assert text_of(kept) == "Екінші"
    assert whats(room, plan) == ["start", "edit", "rejected"]
    assert text_of(edit(room, plan, "Екінші", seen=now.revision)) == "Екінші"


def test_the_same_words_from_two_tabs_are_no_conflict(room: Room, plan: Document) -> None:
    edit(room, plan, "Бірдей", seen=1)

    assert text_of(edit(room, plan, "Бірдей", seen=1)) == "Бірдей"


def test_a_field_back_at_its_old_words_was_changed_all_the_same(room: Room, plan: Document) -> None:
    edit(room, plan, "Басқа", seen=1)
    room.desk.undo(room.teacher, plan.id)

    with pytest.raises(EditConflict):
        edit(room, plan, "Үшінші", seen=1)


def test_what_a_model_wrote_never_replaces_what_the_teacher_wrote_meanwhile(
    room: Room, plan: Document
) -> None:
    own = Stage(minutes=30, teacher=("Өзім жаздым",))
    room.desk.edit(room.teacher, plan.id, "middle.stage", own, seen=1)
    late = written(plan.field("middle.stage"), "Модель жазды")
    with pytest.raises(EditConflict) as raised:
        room.desk.put(room.teacher, plan.id, late, "write", seen=1)

    assert room.desk.open(room.teacher, plan.id).field("middle.stage").value == own
    assert room.desk.version(room.teacher, plan.id, raised.value.kept).field("middle.stage") == late


def test_a_written_field_is_kept_with_its_receipt_under_the_word_of_the_request(
    room: Room, plan: Document
) -> None:
    field = written(plan.field("middle.stage"), "Модель жазды")
    room.desk.put(room.teacher, plan.id, field, "easier", seen=1)

    assert room.desk.open(room.teacher, plan.id).field("middle.stage") == field
    assert whats(room, plan) == ["start", "easier"]


@pytest.mark.parametrize("what", ["", "Оқушы", "two words", "x" * 33, *Step])
def test_what_was_asked_for_is_a_word_and_none_of_the_desks_own(
    room: Room, plan: Document, what: str
) -> None:
    with pytest.raises(BadArgument):
        room.desk.put(room.teacher, plan.id, plan.fields[0], what)


def test_a_field_takes_only_the_kind_of_value_that_it_holds(room: Room, plan: Document) -> None:
    with pytest.raises(BadArgument):
        room.desk.edit(room.teacher, plan.id, "header.topic", Lines(lines=("x",)), seen=1)
    with pytest.raises(BadArgument):
        edit(room, plan, "ұ" * 60_000, seen=1)
    with pytest.raises(NotFound):
        edit(room, plan, "x", seen=1, field="header.nothing")

    assert whats(room, plan) == ["start"]


def test_undo_and_redo_walk_the_steps_and_add_to_the_history(room: Room, plan: Document) -> None:
    desk, who = room.desk, room.teacher
    edit(room, plan, "Бір", seen=1)
    edit(room, plan, "5 «Б»", seen=2, field="header.grade")
    edit(room, plan, "Екі", seen=3)
    seen = []
    for walk in (desk.undo, desk.undo, desk.undo, desk.redo, desk.redo, desk.redo, desk.undo):
        now = walk(who, plan.id)
        seen.append((text_of(now), text_of(now, "header.grade"), now.revision))

    assert seen == [
        ("Бір", "5 «Б»", 5),
        ("Бір", "5 «А»", 6),
        ("Бөлшектер", "5 «А»", 7),
        ("Бір", "5 «А»", 8),
        ("Бір", "5 «Б»", 9),
        ("Екі", "5 «Б»", 10),
        ("Бір", "5 «Б»", 11),
    ]
    assert [one.revision for one in desk.versions(who, plan.id)] == list(range(1, 12))
    assert desk.steps(who, plan.id).redo is not None
    edit(room, plan, "Жаңа", seen=11)
    with pytest.raises(Conflict):
        desk.redo(who, plan.id)


def test_there_is_nothing_to_undo_in_a_first_draft(room: Room, plan: Document) -> None:
    with pytest.raises(Conflict):
        room.desk.undo(room.teacher, plan.id)
    with pytest.raises(Conflict):
        room.desk.redo(room.teacher, plan.id)


def test_undo_gives_back_who_wrote_the_words_before(room: Room, plan: Document) -> None:
    field = written(plan.field("middle.stage"), "Модель жазды")
    room.desk.put(room.teacher, plan.id, field, "write")
    room.desk.edit(room.teacher, plan.id, "middle.stage", Stage(minutes=25), seen=2)

    assert room.desk.undo(room.teacher, plan.id).field("middle.stage") == field
    assert room.desk.undo(room.teacher, plan.id).field("middle.stage") == plan.field("middle.stage")


def test_undo_steps_over_what_changed_no_value(room: Room, plan: Document) -> None:
    edit(room, plan, "Бір", seen=1)
    failed = replace(plan.field("middle.stage"), state=State.FAILED)
    room.desk.put(room.teacher, plan.id, failed, "write")
    room.desk.rename(room.teacher, plan.id, "Басқа атау")

    undone = room.desk.undo(room.teacher, plan.id)
    assert (text_of(undone), undone.title) == ("Бөлшектер", "Басқа атау")
    assert undone.field("middle.stage").state is State.FAILED


def test_a_field_of_ones_own_is_added_taken_away_and_brought_back(room: Room, plan: Document) -> None:
    desk, who = room.desk, room.teacher
    own = Field(id="middle.task.9", label="9", value=Text(text="Өз тапсырмам"))
    added = desk.add(who, plan.id, own, after="middle.stage")
    ids = [one.id for one in plan.fields]
    assert [one.id for one in added.fields] == [*ids[:4], own.id, *ids[4:]]
    assert added.field(own.id).origin is Origin.TEACHER

    removed = desk.remove(who, plan.id, "header.grade")
    assert [one.id for one in removed.fields] == [ids[0], *ids[2:4], own.id, *ids[4:]]
    assert desk.undo(who, plan.id).fields == added.fields
    assert desk.undo(who, plan.id).fields == plan.fields
    assert desk.redo(who, plan.id).fields == added.fields
    assert desk.redo(who, plan.id).fields == removed.fields
    for state in (plan, added, removed):
        assert desk.version(who, plan.id, state.revision) == state


@pytest.mark.parametrize("field_id", ["header.topic", "nowhere", "", "a." + "b" * 70, "Мәтін.бар", "a.b c"])
def test_an_added_field_has_an_id_of_its_own_that_holds_no_text(
    room: Room, plan: Document, field_id: str
) -> None:
    with pytest.raises(BadArgument):
        room.desk.add(room.teacher, plan.id, Field(id=field_id, label="", value=Text()), after="end.stage")
    with pytest.raises(NotFound):
        room.desk.add(room.teacher, plan.id, Field(id="a.b", label="", value=Text()), after="end.nothing")


def test_what_was_written_into_a_field_that_another_tab_took_away_is_kept(room: Room, plan: Document) -> None:
    room.desk.remove(room.teacher, plan.id, "header.topic")
    with pytest.raises(Conflict) as raised:
        edit(room, plan, "Жазып үлгердім", seen=1)

    kept = room.desk.version(room.teacher, plan.id, int(raised.value.words.facts["kept"]))
    assert text_of(kept) == "Жазып үлгердім"
    assert whats(room, plan) == ["start", "remove", "rejected"]


def test_every_version_is_as_it_was(room: Room, plan: Document) -> None:
    desk, who = room.desk, room.teacher
    states = [
        plan,
        edit(room, plan, "Бір", seen=1),
        desk.rename(who, plan.id, "Екінші атау"),
        desk.finish(who, plan.id),
        desk.put(who, plan.id, written(plan.field("middle.stage"), "Жазды"), "write"),
        desk.undo(who, plan.id),
        desk.redo(who, plan.id),
    ]

    assert [one.revision for one in states] == list(range(1, 8))
    for state in states:
        assert desk.version(who, plan.id, state.revision) == state
    for missing in (0, 8, -1):
        with pytest.raises(NotFound):
            desk.version(who, plan.id, missing)


def test_a_change_opens_a_final_document_again(room: Room, plan: Document) -> None:
    assert room.desk.finish(room.teacher, plan.id).final
    assert room.desk.finish(room.teacher, plan.id).revision == 2
    assert room.desk.library(room.teacher).lines[0].final

    assert not edit(room, plan, "Жаңа", seen=1).final
    assert not room.desk.library(room.teacher).lines[0].final


def test_a_title_is_one_line_and_never_empty(room: Room, plan: Document) -> None:
    with pytest.raises(BadArgument):
        room.desk.rename(room.teacher, plan.id, " \n ")
    renamed = room.desk.rename(room.teacher, plan.id, "Бір\nекі " + "ұзын " * 40)

    assert renamed.title.startswith("Бір екі ұзын")
    assert len(renamed.title) <= 80
    assert room.desk.library(room.teacher).lines[0].title == renamed.title


def test_the_log_names_documents_and_never_their_words(room: Room, plan: Document, clock: StillClock) -> None:
    desk, who = room.desk, room.teacher
    edit(room, plan, SECRET, seen=1)
    for act in (desk.finish, desk.archive, desk.archive):
        clock.move(seconds=1)
        act(who, plan.id)
    clock.move(seconds=1)
    desk.archive(who, plan.id, archived=False)

    records = room.records("document")
    assert [(one.clear["what"], one.clear["revision"]) for one in records] == [
        ("started", 1),
        ("finished", 3),
        ("archived", 3),
        ("brought_back", 3),
    ]
    for one in records:
        assert (one.clear["document_id"], one.clear["document_kind"]) == (str(plan.id), "plan")
        assert (one.clear["role"], one.clear["language"], one.clear["sealed"]) == ("teacher", "kk", None)
        assert SECRET.encode() not in one.body


def test_an_export_is_on_record_and_gives_a_receipt(room: Room, plan: Document) -> None:
    document, receipt = room.desk.exported(room.teacher, plan.id, "docx")

    assert document == plan
    (record,) = room.records("export")
    assert record.receipt.code == receipt.code
    assert record.clear["purpose"] == "document"
    assert record.clear["details"] == {
        "document_id": str(plan.id),
        "document_kind": "plan",
        "revision": 1,
        "format": "docx",
    }


def test_a_field_that_no_model_wrote_can_be_flagged(room: Room, plan: Document) -> None:
    room.desk.flag(room.teacher, plan.id, "end.stage", reason="inaccurate", comment=f"{SECRET} үшін емес")

    (record,) = room.records("feedback")
    assert (record.clear["what"], record.clear["reason"]) == ("report", "inaccurate")
    assert record.clear["details"]["field_id"] == "end.stage"
    assert record.exchange_id is None
    assert SECRET.encode() not in record.body
    assert room.log.unseal(record, actor=room.teacher.subject) == {"comment": f"{SECRET} үшін емес"}
    with pytest.raises(ValueError, match="reason"):
        room.desk.flag(room.teacher, plan.id, "end.stage", reason="boring")
    with pytest.raises(NotFound):
        room.desk.flag(room.teacher, plan.id, "end.nothing", reason="other")


def test_an_erased_key_leaves_a_document_nobody_reads_or_lists(room: Room, plan: Document) -> None:
    other = room.desk.start(room.teacher, brief(topic="Екінші"))
    room.database.write(lambda session: room.log.vault.erase(session, plan.id))

    attempts: tuple[Callable[[], object], ...] = (
        lambda: room.desk.open(room.teacher, plan.id),
        lambda: room.desk.version(room.teacher, plan.id, 1),
        lambda: edit(room, plan, "x", seen=1),
        lambda: room.desk.undo(room.teacher, plan.id),
    )
    for attempt in attempts:
        with pytest.raises(NotFound):
            attempt()
    assert [line.id for line in room.desk.library(room.teacher).lines] == [other.id]


def test_no_stored_byte_holds_a_word_of_a_document(room: Room, plan: Document) -> None:
    edit(room, plan, f"{SECRET} келді", seen=1)
    with pytest.raises(EditConflict):
        edit(room, plan, f"{SECRET} кетті", seen=1)

    def everything(session: Session) -> str:
        rows = []
        for table in ("desk_document", "desk_revision", "audit_record", "audit_sealed", "audit_key"):
            rows += [str(tuple(row)) for row in session.execute(text(f"SELECT * FROM {table}"))]  # noqa: S608
        return "\n".join(rows)

    stored = room.database.read(everything)
    for word in (SECRET, "Айгүл", "Бөлшектер", "5 «А»"):
        assert word not in stored
        assert repr(word.encode())[2:-1] not in stored


def test_history_is_never_altered_or_deleted(room: Room, plan: Document) -> None:
    for statement in ("UPDATE desk_revision SET what = 'x'", "DELETE FROM desk_revision"):
        with pytest.raises((IntegrityError, NotRecorded)):
            room.database.write(lambda session, statement=statement: session.execute(text(statement)))  # type: ignore[misc]
    assert whats(room, plan) == ["start"]


def test_an_older_state_put_in_the_place_of_the_newest_is_found(room: Room, plan: Document) -> None:
    def snapshot(session: Session) -> bytes:
        row = session.get(DeskDocumentRow, plan.id)
        assert row is not None
        return row.snapshot

    old = room.database.read(snapshot)
    edit(room, plan, "Жаңа", seen=1)
    room.database.write(
        lambda session: session.execute(
            update(DeskDocumentRow).where(DeskDocumentRow.id == plan.id).values(snapshot=old)
        )
    )

    with pytest.raises(TamperedLog):
        room.desk.open(room.teacher, plan.id)


def test_the_library_lists_the_newest_change_first_and_page_by_page(room: Room, clock: StillClock) -> None:
    plans = []
    for number in range(5):
        plans.append(room.desk.start(room.teacher, brief(topic=f"Тақырып {number}")))
        clock.move(seconds=1)
    edit(room, plans[0], "Жаңа", seen=1)
    expected = [plans[number].id for number in (0, 4, 3, 2, 1)]

    assert [one.id for one in room.desk.library(room.teacher).lines] == expected
    found, after = [], None
    for _ in range(3):
        page = room.desk.library(room.teacher, limit=2, after=after)
        found += [one.id for one in page.lines]
        after = page.next
    assert (found, after) == (expected, None)
    with pytest.raises(BadArgument):
        room.desk.library(room.teacher, after="nowhere")


def test_documents_of_one_moment_are_all_listed_once(room: Room) -> None:
    started = {room.desk.start(room.teacher, brief()).id for _ in range(5)}
    found, after = [], None
    while True:
        page = room.desk.library(room.teacher, limit=1, after=after)
        found += [one.id for one in page.lines]
        after = page.next
        if after is None:
            break

    assert len(found) == 5
    assert set(found) == started


def test_a_search_finds_titles_classes_codes_and_subjects_in_any_language(room: Room) -> None:
    plan = room.desk.start(room.teacher, brief())
    room.desk.start(room.teacher, brief(topic="Көбейту", class_name="7 «Ғ»"))

    def found(words: str) -> list[UUID]:
        return [one.id for one in room.desk.library(room.teacher, words=words).lines]

    for words in ("бөлшек", "БӨЛШЕКТЕР жоспар", "5 «а»", "5 «а» 5.1.2.17"):
        assert found(words) == [plan.id], words
    assert len(found("математика 5.1.2.17")) == 2
    assert found("бөлшек көбейту") == []
    assert len(found("  ")) == 2


def test_the_library_narrows_by_kind_and_keeps_the_archive_apart(room: Room, plan: Document) -> None:
    quiz = room.desk.start(room.teacher, replace(brief(), kind=Kind.QUIZ))
    room.desk.archive(room.teacher, plan.id)

    def found(**wanted: object) -> list[UUID]:
        return [one.id for one in room.desk.library(room.teacher, **wanted).lines]  # type: ignore[arg-type]

    assert found() == [quiz.id]
    assert found(kind=Kind.PLAN) == []
    assert found(archived=True) == [plan.id]
    assert found(archived=True, kind=Kind.QUIZ) == []
    assert room.desk.open(room.teacher, plan.id) == plan
    room.desk.archive(room.teacher, plan.id, archived=False)
    assert set(found()) == {plan.id, quiz.id}


def step(revision: int, what: str, *, changed: bool = True, clock: StillClock) -> Version:
    return Version(revision=revision, at=clock.now(), what=what, field="a.b", changed=changed)


def test_a_redo_without_an_undo_is_a_change_like_any_other(clock: StillClock) -> None:
    assert steps([]).undo is None
    only = steps([step(1, "redo", clock=clock)])

    assert (only.undo and only.undo.revision, only.redo) == (1, None)


def test_a_field_of_the_document_keeps_its_type_through_the_store(room: Room, plan: Document) -> None:
    for field in room.desk.open(room.teacher, plan.id).fields:
        assert isinstance(field, Field)
        assert type(field.value) is type(plan.field(field.id).value)
