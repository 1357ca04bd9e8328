"""Undoing a mask at the line: on record before the question goes on, for one exchange, counted for the school's admin."""

from dataclasses import replace

import pytest

from app.assistant import BadQuestion, Question, Unmask
from app.assistant.conversations import never
from app.assistant.events import Checked
from app.errors import Forbidden, NotFound
from tests.assistant.conftest import House
from tests.assistant.fakes import Says, ask, closed, with_parts

TEXT = "Оқушым Айгерім бөлшектерді қосуды түсінбей жүр, тапсырма бер"
VALUE = Unmask(value="Айгерім", why="figure", note="хрестоматия кейіпкері")


def always(school: str | None) -> bool:
    """A policy that lets masks be undone."""
    return True


def test_a_question_that_undoes_nothing_is_as_it_was() -> None:
    assert Question(text=TEXT, language="kk").checked().unmasked == ()


@pytest.mark.parametrize(
    "undone",
    [
        Unmask(value="Айгерім", why="because"),
        Unmask(value="Дамир", why="figure"),
        Unmask(value="Айгерім", why="other", note=" "),
    ],
)
def test_a_reason_is_needed_and_the_value_must_stand_in_the_question(undone: Unmask) -> None:
    question = Question(text=TEXT, language="kk", unmasked=(undone,))
    with pytest.raises(BadQuestion):
        question.checked()


def test_an_undone_mask_is_on_record_before_the_question_goes_on(house: House) -> None:
    parts = with_parts(house, Says())
    first = ask(house, parts, TEXT, language="kk")
    offered = next(event for event in first if isinstance(event, Checked))
    assert offered.undoable == ("[ОҚУШЫ_1]",)
    before = closed(house, first)
    assert before.exchange_id is not None

    again = ask(house, parts, TEXT, language="kk", parent=before.exchange_id, unmasked=(VALUE,))
    checked = next(event for event in again if isinstance(event, Checked))
    after = closed(house, again)

    assert "Айгерім" in checked.text
    log = house.services.audit
    assert [one.kind for one in log.records_of(before.exchange_id)] == ["asked", "closed", "feedback"]
    undo = log.records_of(before.exchange_id)[-1]
    assert (undo.clear["what"], undo.clear["reason"]) == ("unmask", "figure")
    assert "Айгерім".encode() not in undo.body
    assert log.unseal(undo, actor=house.teacher.subject) == {"text": "Айгерім", "comment": VALUE.note}
    assert after.exchange_id is not None
    asked, end = log.records_of(after.exchange_id)
    assert end.clear["details"]["unmasked"] == ["figure"]
    assert asked.clear["time"] >= undo.clear["time"]
    assert asked.clear["details"]["unmasked"] == ["figure"]

    third = ask(house, parts, TEXT, language="kk")
    assert "Айгерім" not in next(event for event in third if isinstance(event, Checked)).text


def test_nobody_undoes_a_mask_in_anothers_exchange(house: House) -> None:
    parts = with_parts(house, Says())
    stranger = house.services.runtime.new_id()
    with pytest.raises(NotFound):
        ask(house, parts, TEXT, language="kk", parent=stranger, unmasked=(VALUE,))


def test_only_those_who_see_the_usage_see_how_often(house: House) -> None:
    with pytest.raises(Forbidden):
        house.services.unmasked.counts(house.teacher, days=30)


def test_a_reopened_conversation_offers_what_the_living_one_did_by_the_policy_in_force(house: House) -> None:
    parts = with_parts(house, Says())
    conversation = house.services.conversations.start(house.teacher, "Бөлшектер")
    beside = "Дамир Сейітовке аутизм диагнозы қойылған, 130523500121. Бөлшектерді қалай түсіндірейін?"
    live = [
        next(
            event
            for event in ask(house, parts, text, language="kk", conversation=conversation)
            if isinstance(event, Checked)
        )
        for text in (TEXT, beside)
    ]

    for may in (True, False):
        kept = replace(house.services.conversations, may_undo=(never, always)[may])
        turns = kept.open(house.teacher, conversation)
        names = [turn.undoable if may else turn.barred for turn in turns]

        assert names == [event.undoable for event in live] == [("[ОҚУШЫ_1]",), ()]
        assert [turn.barred if may else turn.undoable for turn in turns] == [(), ()]
        assert len(turns[1].hidden) >= 2, "what stands beside a diagnosis, and a number, are hidden for good"
    opened = house.services.conversations.open(house.teacher, conversation)
    assert opened[0].undoable == ("[ОҚУШЫ_1]",), "as shipped, the policy lets a name be undone"
