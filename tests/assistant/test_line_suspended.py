"""A person who is suspended while an answer is written reads no further sentence, also of a model that says nothing."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import uuid4  # noqa: TID251 - a sign-in of nobody else

import pytest

from app.accounts import Grant, Principal, Role, demo
from app.accounts.changing import Operator
from app.assistant import Question
from app.assistant.events import Event, Refused, Withheld
from app.capacity import Places
from app.errors import Forbidden
from app.providers import Call, Chunk, Prompt
from tests.assistant.conftest import House
from tests.assistant.fakes import ANSWERABLE, PIECES, closed, of, places_are_free, shown, with_parts

LONGEST_SILENCE = 20.0


@dataclass(slots=True)
class Interrupted:
    """A provider in whose midst something happens; afterwards it goes on, or says nothing more until it is let go."""

    happens: Callable[[], object]
    goes_on: bool
    go: threading.Event = field(default_factory=threading.Event)

    def stream(self, prompt: Prompt, *, call: Call) -> Iterator[Chunk]:
        yield Chunk(text=PIECES[0] + PIECES[1][:3])
        self.happens()
        if self.goes_on:
            yield Chunk(text=PIECES[1][3:] + PIECES[2])
        else:
            self.go.wait(LONGEST_SILENCE)


@pytest.fixture
def teacher(house: House) -> Principal:
    """A teacher of the school whom nobody else needs."""
    identifier = f"running-{uuid4().hex[:8]}"
    house.services.accounts.add_person(
        Operator(),
        issuer=demo.ISSUER,
        identifier=identifier,
        name="Ойдан",
        school=demo.SCHOOL,
        grants=[Grant(role=Role.TEACHER, scope=demo.SCHOOL)],
    )
    return person(house, identifier)


def person(house: House, identifier: str) -> Principal:
    found = house.services.accounts.act_as(f"{demo.ISSUER}|{identifier}")
    assert isinstance(found, Principal)
    return found


def change(house: House, teacher: Principal, verb: str) -> None:
    """What an admin does in another tab."""
    accounts, admin = house.services.accounts, person(house, "demo-admin")
    (now,) = [one for one in accounts.people(admin) if one.person_id == teacher.person_id]
    if verb == "suspend":
        accounts.suspend(admin, now.person_id, reason="себеп", version=now.version)
    else:
        accounts.change_roles(admin, now.person_id, {Role.SCHOOL_ADMIN}, reason="себеп", version=now.version)


def answer(house: House, teacher: Principal, provider: Interrupted) -> list[Event]:
    assistant = with_parts(house, provider)
    try:
        return list(assistant.ask(teacher, Question(text=ANSWERABLE, language="kk")))
    finally:
        provider.go.set()


@pytest.mark.parametrize("goes_on", [True, False], ids=["a model that goes on", "a model that falls silent"])
@pytest.mark.parametrize(
    ("verb", "key"), [("suspend", "accounts.refused.suspended"), ("role", "ask.refused.no_right")]
)
def test_a_running_answer_ends_when_its_reader_may_no_longer_ask(
    house: House, teacher: Principal, verb: str, key: str, goes_on: bool
) -> None:
    provider = Interrupted(lambda: change(house, teacher, verb), goes_on)

    events = answer(house, teacher, provider)

    assert of(Withheld, events).words.key == key
    end = closed(house, events)
    assert (end.outcome, end.clear["reason"]["key"]) == ("withheld", key)
    assert PIECES[2].strip() not in "".join(shown(events))
    assert house.services.audit.unseal(end, actor=teacher.subject)["shown"] == shown(events)
    assert places_are_free(house)


def test_a_person_suspended_while_waiting_for_a_place_reaches_no_model(
    house: House, teacher: Principal
) -> None:
    called = Interrupted(lambda: None, goes_on=True)
    places = Places(1, 1, monotonic=house.services.runtime.monotonic)
    places.enter("elsewhere", "somebody")
    events = with_parts(house, called, places=places).ask(teacher, Question(text=ANSWERABLE, language="kk"))
    seen: list[Event] = []
    for event in events:
        seen.append(event)
        if getattr(event, "step", None) == "queued":
            change(house, teacher, "suspend")
            break
    seen += list(events)

    assert of(Refused, seen).words.key == "accounts.refused.suspended"
    assert shown(seen) == []


def test_the_next_question_of_a_suspended_person_is_not_even_recorded(
    house: House, teacher: Principal
) -> None:
    change(house, teacher, "suspend")

    with pytest.raises(Forbidden):
        house.services.assistant.ask(teacher, Question(text=ANSWERABLE, language="kk"))
