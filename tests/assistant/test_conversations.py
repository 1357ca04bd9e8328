"""Conversations: whose they are, what goes along of them, and whose name a placeholder is."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.accounts import Grant, Principal, Role, demo
from app.accounts.changing import Operator
from app.assistant import Question, StoredTurn
from app.assistant.events import Checked, Done, Event, Sentence
from app.assistant.history import carried
from app.audit import Receipt
from app.errors import NotFound
from tests.assistant.conftest import House
from tests.assistant.fakes import ANSWERABLE, Says, of, shown, with_parts

FIRST = "Оқушым Айгүл Серікова бөлшектерді қалай салыстырады?"
SECOND = "Оқушым Ержан Оспанов бөлшектерді қалай салыстырады?"


def colleague(house: House) -> Principal:
    """Another teacher of the same school."""
    accounts = house.services.accounts
    subject = "https://id.example.kz|colleague"
    found = accounts.act_as(subject)
    if not isinstance(found, Principal):
        accounts.add_person(
            Operator(),
            issuer="https://id.example.kz",
            identifier="colleague",
            name="Дана Ахметова",
            school=demo.SCHOOL,
            grants=[Grant(role=Role.TEACHER, scope=demo.SCHOOL)],
        )
        found = house.services.person(subject)
    return found


def put(house: House, provider: Says, conversation: UUID, text: str, **more: UUID) -> list[Event]:
    question = Question(text=text, language="kk", conversation=conversation, **more)  # type: ignore[arg-type]
    return list(with_parts(house, provider).ask(house.teacher, question))


def exchange_of(events: list[Event]) -> UUID:
    found = of(Done, events).receipt.exchange_id
    assert isinstance(found, UUID)
    return found


def test_the_last_two_turns_go_along_masked_and_no_placeholder_means_two_pupils(house: House) -> None:
    conversation = house.services.conversations.start(house.teacher, "Бөлшектер")
    first = put(house, Says(), conversation, FIRST)
    second = Says()
    events = put(house, second, conversation, SECOND)

    hidden_first, hidden_second = of(Checked, first).hidden, of(Checked, events).hidden
    assert set(hidden_first) & set(hidden_second), "the two questions number their values alike"
    assert set(hidden_first.values()).isdisjoint(hidden_second.values())
    earlier, answer, now = second.prompts[0].messages[-3:]
    assert "Серікова" not in earlier.text
    assert "".join(shown(first)).strip() in answer.text
    for placeholder in hidden_second:
        assert placeholder in now.text
        assert placeholder not in earlier.text
    third = Says()
    put(house, third, conversation, ANSWERABLE)
    fourth = Says()
    put(house, fourth, conversation, ANSWERABLE)
    assert len(third.prompts[0].messages) == len(fourth.prompts[0].messages) == 6


def test_a_pupil_of_both_questions_keeps_one_placeholder(house: House) -> None:
    conversation = house.services.conversations.start(house.teacher, "Бөлшектер")
    put(house, Says(), conversation, FIRST)
    again = Says()
    events = put(house, again, conversation, FIRST)

    earlier = again.prompts[0].messages[-3]
    for placeholder in of(Checked, events).hidden:
        assert placeholder in earlier.text


def test_a_question_put_again_does_not_go_along_with_its_own_first_try(house: House) -> None:
    conversation = house.services.conversations.start(house.teacher, "Бөлшектер")
    first = exchange_of(put(house, Says(("Бірінші жауап осындай болды.",)), conversation, ANSWERABLE))
    retry = Says(("Екінші жауап осындай болды.",))
    second = exchange_of(put(house, retry, conversation, ANSWERABLE, parent=first))
    again = Says(("Үшінші жауап осындай болды.",))
    put(house, again, conversation, ANSWERABLE, parent=second)
    following = Says()
    put(house, following, conversation, ANSWERABLE)

    assert [len(one.prompts[0].messages) for one in (retry, again)] == [2, 2]
    answers = [message.text for message in following.prompts[0].messages if message.role == "assistant"]
    assert answers == ["Үшінші жауап осындай болды."]


def test_nobody_opens_continues_renames_or_retries_what_is_anothers(house: House) -> None:
    conversations, other = house.services.conversations, colleague(house)
    conversation = conversations.start(house.teacher, "Менікі")
    theirs = conversations.start(other, "Әріптестікі")
    exchange = exchange_of(put(house, Says(), conversation, ANSWERABLE))
    assistant, provider = with_parts(house, provider := Says()), provider

    with pytest.raises(NotFound):
        conversations.open(other, conversation)
    with pytest.raises(NotFound):
        conversations.rename(other, conversation, "Енді менікі")
    with pytest.raises(NotFound):
        conversations.archive(other, conversation)
    for asked in (
        Question(text=ANSWERABLE, language="kk", conversation=conversation),
        Question(text=ANSWERABLE, language="kk", conversation=theirs, parent=exchange),
    ):
        with pytest.raises(NotFound):
            list(assistant.ask(other, asked))
    with pytest.raises(NotFound):
        house.services.feedback.thumbs(other, exchange, up=True)
    assert not provider.prompts
    assert conversation not in [line.id for line in conversations.lines(other)]


def test_a_search_finds_names_that_the_log_hides_and_only_ones_own(house: House) -> None:
    conversations = house.services.conversations
    conversation = conversations.start(house.teacher, "Іздеу үшін")
    put(house, Says(), conversation, FIRST)

    assert conversation in [line.id for line in conversations.search(house.teacher, "серікова АЙГҮЛ")]
    assert not conversations.search(colleague(house), "серікова")


def turn(masked: str, answer: str, **hidden: str) -> StoredTurn:
    return StoredTurn(
        exchange_id=UUID(int=1),
        asked_at=datetime(2026, 11, 23, tzinfo=UTC),
        question="",
        masked=masked,
        hidden={f"[{name}]": value for name, value in hidden.items()},
        outcome="answered",
        sentences=(Sentence(number=1, text=answer),),
        passages=(),
        entry_id=None,
        reason=None,
        receipt=Receipt(record_id=UUID(int=1), exchange_id=None, leaf_hash="", index=None, code=""),
        language="en",
    )


def test_placeholders_of_earlier_turns_are_named_by_what_they_stand_for() -> None:
    turns = [
        turn("[PUPIL_1] and [PUPIL_2]", "To [PUPIL_1]; [PUPIL_7] too", PUPIL_1="Asel", PUPIL_2="Dana"),
        turn("[PUPIL_1]", "To [PUPIL_1]", PUPIL_1="Timur"),
    ]

    (first, first_answer), (second, second_answer) = carried(turns, "[PUPIL_1]?", {"[PUPIL_1]": "Dana"})

    assert first == "[PUPIL_2] and [PUPIL_1]"
    assert first_answer == "To [PUPIL_2]; [PUPIL_7] too"
    assert second not in ("[PUPIL_1]", "[PUPIL_2]", "[PUPIL_7]")
    assert second_answer == f"To {second}"


def test_what_is_not_known_any_more_is_nobody_of_today() -> None:
    erased = replace(turn("[PUPIL_1]", "To [PUPIL_1]"), hidden={})

    ((question, _),) = carried([erased], "[PUPIL_1]?", {"[PUPIL_1]": "Dana"})
    assert question == "[PUPIL_2]"
