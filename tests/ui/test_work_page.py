"""The workspace: every field is drawn, edited, asked for, flagged and undone; nothing that was written is lost."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from app.audit import Filter
from app.documents import Origin, State
from app.documents.value import Criterion, Glossary, Item, PlanRow, Stage, Task, Text
from app.errors import Conflict, NotRecorded, Words
from app.i18n import LANGUAGES, translator
from app.runtime import Runtime
from app.ui.work import newest_receipt
from tests.ui.pages_scene import button, fetching, texts
from tests.ui.work_scene import LOST, SAYS, Scene, at_desk, box, everything, work

RU = translator("ru")


@pytest.fixture
def scene(tmp_path: Path, runtime: Runtime) -> Iterator[Scene]:
    with at_desk(tmp_path, runtime) as made:
        yield made


def value(scene: Scene, document: UUID, field: str) -> Any:
    return scene.desk.open(scene.person, document).field(field).value


def opens(at: AppTest, what: str, field: str) -> AppTest:
    button(at, f"work-{what}-{field.replace('.', '-')}").click().run()
    return at


def chooses(at: AppTest, field: str, change: str) -> AppTest:
    box(at, "menu_button", f"work-modify-{field.replace('.', '-')}").click(change).run()
    return at


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_document_of_this_person_is_said_in_words(scene: Scene, language: str) -> None:
    scene.language = language
    theirs = scene.start()
    scene.number = 2
    at = work(theirs)

    assert not at.exception
    assert translator(language)("work.missing") in texts(at)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_stands_whole_with_its_sums_and_its_offer_to_go_on(scene: Scene, language: str) -> None:
    scene.language = language
    at = work(scene.start())
    drawn, t = texts(at), translator(language)

    assert not at.exception
    for words in (SAYS, "Сложите дроби номер 1", "приводит к общему знаменателю", "Найти два примера"):
        assert words in drawn
    assert t("work.sums.minutes", given=40, wanted=40) in drawn
    assert t("work.sums.points", given=10, wanted=10) in drawn
    assert t("work.continue") in drawn


def test_every_kind_of_value_is_drawn_and_edited_and_hostile_text_fetches_nothing(
    tmp_path: Path, runtime: Runtime
) -> None:
    with at_desk(tmp_path, runtime, make=everything) as scene:
        document = scene.start()
        at = work(document)
        assert not at.exception
        assert fetching(at) == set()
        for field in document.fields:
            opens(at, "edit", field.id)
            assert not at.exception, field.id
        assert scene.desk.open(scene.person, document.id).revision == 1

        box(at, "text_area", "work-box-parts-item-1", "-question").set_value("Сколько будет?").run()
        box(at, "text_input", "work-box-parts-item-1", "-option-3").set_value("4").run()
        box(at, "selectbox", "work-box-parts-item-1", "-right").select(3).run()
        box(at, "text_input", "work-box-parts-glossary-3", "-kk-1").set_value("алым").run()
        box(at, "text_area", "work-box-parts-criterion-2", "-level-0").set_value("уверенно").run()
        box(at, "selectbox", "work-box-parts-plan_row-4", "-hours").select(3).run()
        item, criterion, glossary, row, _ = (
            one.value for one in scene.desk.open(scene.person, document.id).fields
        )
        assert isinstance(item, Item)
        assert isinstance(criterion, Criterion)
        assert isinstance(glossary, Glossary)
        assert isinstance(row, PlanRow)
        assert (item.question, item.options, item.right) == ("Сколько будет?", ("1", "2", "3", "4"), 3)
        assert criterion.levels == ("уверенно", "с помощью")
        assert [one.kk for one in glossary.terms] == ["бөлшек", "алым"]
        assert row.hours == 3


def test_what_leaves_a_box_is_kept_at_once_as_the_teacher_s_own(scene: Scene) -> None:
    document = scene.start()
    at = opens(work(document), "edit", "more.homework")
    box(at, "text_area", "work-box-more-homework").set_value("Решить номер 5.").run()

    field = scene.desk.open(scene.person, document.id).field("more.homework")
    assert (field.value, field.origin) == (Text(text="Решить номер 5."), Origin.TEACHER)
    assert RU("work.edit.saved") in texts(at)
    button(at, "work-done-more-homework").click().run()
    assert "Решить номер 5" in texts(at)
    assert not [one for one in at.text_area if "more-homework" in (one.key or "")]


def test_a_text_that_could_not_be_kept_stays_in_its_box_until_it_is(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: object, **named: object) -> None:
        raise NotRecorded("the disk is full")

    document = scene.start()
    at = opens(work(document), "edit", "more.homework")
    with monkeypatch.context() as broken:
        broken.setattr(scene.desk, "edit", refuse)
        box(at, "text_area", "work-box-more-homework").set_value("Решить номер 5.").run()
        button(at, "work-done-more-homework").click().run()
        assert box(at, "text_area", "work-box-more-homework").value == "Решить номер 5."
        assert RU("error.not_recorded") in texts(at)
    button(at, "work-done-more-homework").click().run()

    assert value(scene, document.id, "more.homework") == Text(text="Решить номер 5.")
    assert not [one for one in at.text_area if "more-homework" in (one.key or "")]


def test_a_field_that_another_tab_took_away_while_it_was_written_says_where_the_text_is(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*given: object, **named: object) -> None:
        raise Conflict("the field is gone", key="desk.field_gone", kept=3)

    at = opens(work(scene.start()), "edit", "more.homework")
    monkeypatch.setattr(scene.desk, "edit", gone)
    box(at, "text_area", "work-box-more-homework").set_value("Решить номер 5.").run()

    assert RU("desk.field_gone", kept=3) in "\n".join(one.value for one in at.info)


def test_opening_an_editor_and_leaving_it_changes_nothing(scene: Scene) -> None:
    document = scene.start()
    at = work(document)
    for field in document.fields:
        if field.id != "header.objectives":
            button(opens(at, "edit", field.id), f"work-done-{field.id.replace('.', '-')}").click().run()

    assert scene.desk.open(scene.person, document.id) == document


def test_the_sums_follow_an_edit_of_minutes_and_of_points(scene: Scene) -> None:
    document = scene.start()
    at = opens(work(document), "edit", "start.stage")
    box(at, "selectbox", "work-box-start-stage", "-minutes").select(7).run()
    assert RU("work.sums.minutes", given=42, wanted=40) in texts(at)

    opens(at, "edit", "middle.task.1")
    box(at, "selectbox", "work-box-middle-task-1", "-points-0").select(4).run()
    assert RU("work.sums.points", given=11, wanted=10) in texts(at)
    task = value(scene, document.id, "middle.task.1")
    assert isinstance(task, Task)
    assert [one.points for one in task.descriptors] == [4, 2]


def test_two_tabs_on_different_fields_both_win(scene: Scene) -> None:
    document = scene.start()
    one, other = work(document), work(document)
    box(opens(one, "edit", "more.homework"), "text_area", "work-box-more-homework").set_value("Первый").run()
    box(opens(other, "edit", "header.topic"), "text_area", "work-box-header-topic").set_value("Тема").run()

    now = scene.desk.open(scene.person, document.id)
    assert now.field("more.homework").value == Text(text="Первый")
    assert now.field("header.topic").value == Text(text="Тема")
    assert "Первый" in texts(other)


@pytest.mark.parametrize(("pressed", "stays"), [("work-mine", "Второй"), ("work-theirs", "Первый")])
def test_two_tabs_on_one_field_show_both_texts_and_one_is_chosen(
    scene: Scene, pressed: str, stays: str
) -> None:
    document = scene.start()
    one, other = work(document), work(document)
    opens(one, "edit", "more.homework")
    opens(other, "edit", "more.homework")
    box(one, "text_area", "work-box-more-homework").set_value("Первый").run()
    box(other, "text_area", "work-box-more-homework").set_value("Второй").run()

    drawn = texts(other)
    assert RU("work.conflict") in "\n".join(at.value for at in other.warning)
    assert "Первый" in drawn
    assert "Второй" in drawn
    button(other, f"{pressed}-more-homework").click().run()
    assert value(scene, document.id, "more.homework") == Text(text=stays)


def test_a_model_writes_what_is_missing_and_its_words_are_marked(scene: Scene) -> None:
    document = scene.start()
    at = work(document)
    button(at, "work-go-on").click().run()

    assert [name for name, _, _ in scene.model.asked] == ["start.stage", "middle.stage"]
    stage = value(scene, document.id, "start.stage")
    assert isinstance(stage, Stage)
    assert stage.teacher == ("Строка модели (write).", LOST)
    drawn = texts(at)
    assert RU("work.origin.model") in drawn
    assert RU("work.field.unsupported") in drawn
    assert "7K3M-9QXT-0001" in drawn
    assert not [one for one in at.button if one.key == "work-go-on"]
    assert scene.model.closed == 1


def test_a_document_just_made_is_written_without_another_click(scene: Scene) -> None:
    from app.ui.work_memory import Wanted, Workspace

    document = scene.start()
    at = work(document)
    at.session_state["work"] = Workspace(person=scene.person.person_id, document=document, wanted=Wanted())
    at.run()

    assert len(scene.model.asked) == 2


def test_who_refused_the_notice_keeps_the_computed_draft_and_no_model_is_asked(scene: Scene) -> None:
    from app.ui.work_memory import Wanted, Workspace

    document = scene.start()
    scene.accepted = False
    at = work(document)
    at.session_state["work"] = Workspace(person=scene.person.person_id, document=document, wanted=Wanted())
    at.run()

    assert scene.model.asked == []
    assert SAYS in texts(at)
    assert not [one for one in at.button if one.key == "work-go-on"]


def test_a_refusal_of_the_model_is_a_sentence_and_the_document_stays(scene: Scene) -> None:
    document = scene.start()
    scene.model.refuses = Words(key="ask.refused.queue")
    at = work(document)
    button(at, "work-go-on").click().run()

    assert RU("ask.refused.queue") in "\n".join(one.value for one in at.info)
    assert scene.desk.open(scene.person, document.id) == document


def test_what_found_no_model_is_not_offered_again_and_leaves_the_rest_to_the_teacher(scene: Scene) -> None:
    document = scene.start()
    scene.model.refuses = Words(key="desk.routing.none.language")
    at = work(document)
    button(at, "work-go-on").click().run()

    assert [one.value for one in at.info] == [RU("desk.routing.none.language")]
    assert not [one for one in at.button if one.key == "work-go-on"]
    assert RU.plural("work.left.alone", len(list(document.to_write()))) in texts(at)


def test_a_document_opened_again_offers_no_model_where_none_can_write(scene: Scene) -> None:
    document = scene.start()
    scene.model.trouble = Words(key="desk.routing.none.language")
    at = work(document)

    assert [one.value for one in at.info] == [RU("desk.routing.none.language")]
    assert not [one for one in at.button if one.key == "work-go-on"]
    assert translator("ru").plural("work.left.alone", len(list(document.to_write()))) in texts(at)
    assert scene.model.asked == []


def test_a_field_that_stays_says_why_under_itself(scene: Scene) -> None:
    document = scene.start()
    scene.model.leaves = Words(key="desk.left.useless")
    at = work(document)
    button(at, "work-go-on").click().run()

    assert RU("desk.left.useless") in texts(at)
    assert RU("work.run.done", written=0, left=2) in "\n".join(one.value for one in at.info)


@pytest.mark.parametrize("state", [State.WITHHELD, State.FAILED])
def test_a_field_that_was_tried_in_vain_counts_as_left_and_is_tried_again_alone(
    scene: Scene, state: State
) -> None:
    document = scene.start()
    ended = replace(document.field("start.stage"), state=state)
    scene.desk.put(scene.person, document.id, ended, str(state))
    at = work(document)
    assert RU(f"work.field.{state}") in texts(at)
    assert RU.plural("work.left", 2) in texts(at)

    button(at, "work-again-start-stage").click().run()

    assert scene.model.asked == [("start.stage", "write", "")]
    assert "Строка модели (write)" in texts(at)
    assert RU.plural("work.left", 1) in texts(at)
    assert not [one for one in at.button if (one.key or "").startswith("work-again")]


def test_trying_again_asks_for_the_change_that_was_asked_for_in_vain(scene: Scene) -> None:
    document = scene.start()
    ended = replace(document.field("start.stage"), state=State.FAILED)
    scene.desk.put(scene.person, document.id, ended, "failed")
    scene.model.leaves = Words(key="desk.left.useless")
    at = work(document)
    chooses(at, "start.stage", "easier")

    scene.model.leaves = None
    button(at, "work-again-start-stage").click().run()

    assert scene.model.asked == [("start.stage", "easier", "")] * 2
    assert RU("desk.left.useless") not in texts(at)


def test_who_may_not_ask_a_model_is_not_offered_to_try_again(scene: Scene) -> None:
    document = scene.start()
    ended = replace(document.field("start.stage"), state=State.FAILED)
    scene.desk.put(scene.person, document.id, ended, "failed")
    scene.accepted = False

    assert not [one for one in work(document).button if (one.key or "").startswith("work-again")]


def test_one_field_is_changed_as_asked(scene: Scene) -> None:
    document = scene.start()
    at = chooses(work(document), "middle.task.1", "easier")

    assert scene.model.asked == [("middle.task.1", "easier", "")]
    assert value(scene, document.id, "middle.task.1").text == "Строка модели (easier)."
    assert value(scene, document.id, "middle.task.2").text == "Сложите дроби номер 2."
    assert "Строка модели (easier)" in texts(at)


def test_the_newest_receipt_stands_under_the_title(scene: Scene) -> None:
    document = scene.start()
    assert newest_receipt(document) == ""
    first, last = document.fields[:2]
    for field, number in ((last, 8), (first, 9)):
        written = replace(field, exchange=UUID(int=number), receipt=f"AAAA-AAAA-000{number}")
        document = document.with_field(written)

    assert newest_receipt(document) == "AAAA-AAAA-0009"


def test_the_teacher_s_own_wish_is_handed_over(scene: Scene) -> None:
    document = scene.start()
    at = chooses(work(document), "middle.task.1", "own")
    box(at, "text_area", "work-own-middle-task-1").set_value("про яблоки").run()
    button(at, "work-own-go-middle-task-1").click().run()

    assert scene.model.asked == [("middle.task.1", "own", "про яблоки")]


def test_a_field_of_a_model_is_flagged_with_a_reason_and_a_receipt(scene: Scene) -> None:
    document = scene.start()
    at = chooses(work(document), "middle.task.1", "easier")
    opens(at, "flag", "middle.task.1")
    button(at, "work-flag-send-middle-task-1").click().run()
    assert RU("work.flag.missing") in texts(at)

    group = next(one for one in at.button_group if (one.key or "").startswith("work-reason-middle-task-1"))
    group.select("inaccurate").run()
    button(at, "work-flag-send-middle-task-1").click().run()
    (record,) = scene.log.search(Filter(kinds=("feedback",))).records
    assert record.clear["details"]["field_id"] == "middle.task.1"
    assert RU("work.flag.thanks", code="?").split("?")[0] in texts(at)


def test_undo_and_redo_walk_through_the_edits(scene: Scene) -> None:
    document = scene.start()
    at = work(document)
    assert button(at, "work-undo").disabled
    box(opens(at, "edit", "more.homework"), "text_area", "work-box-more-homework").set_value("Иначе").run()
    button(at, "work-done-more-homework").click().run()
    button(at, "work-undo").click().run()
    assert value(scene, document.id, "more.homework") == Text(text="Найти два примера.")
    button(at, "work-redo").click().run()
    assert value(scene, document.id, "more.homework") == Text(text="Иначе")


def test_an_earlier_version_is_compared_and_brought_back(scene: Scene) -> None:
    document = scene.start()
    scene.desk.edit(scene.person, document.id, "more.homework", Text(text="Иначе"), seen=1)
    at = work(document)
    next(one for one in at.button_group if one.key == "work_tab").select("versions").run()
    box(at, "selectbox", "work_version").select(1).run()
    assert "Найти два примера" in texts(at)
    button(at, "work-restore").click().run()

    assert value(scene, document.id, "more.homework") == Text(text="Найти два примера.")


def test_the_sources_of_the_document_are_opened_with_their_place(scene: Scene) -> None:
    at = work(scene.start())
    next(one for one in at.button_group if one.key == "work_tab").select("sources").run()

    assert RU("work.sources.about") in texts(at)
    opens(at, "sources", "header.objectives")
    assert not at.exception


def test_a_final_document_says_so_until_it_is_changed(scene: Scene) -> None:
    document = scene.start()
    at = work(document)
    button(at, "work-finish").click().run()
    assert scene.desk.open(scene.person, document.id).final
    assert RU("work.final") in texts(at)

    box(opens(at, "edit", "more.homework"), "text_area", "work-box-more-homework").set_value("Иначе").run()
    button(at, "work-done-more-homework").click().run()
    assert not scene.desk.open(scene.person, document.id).final
    assert RU("work.draft") in texts(at)
