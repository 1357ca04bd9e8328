"""The people of a house by what they may do, others that a test lets in, and what one of them asked."""

from contextlib import suppress
from uuid import UUID

from app.accounts import Grant, Principal, Role, demo
from app.accounts.changing import Operator
from app.assistant import Question
from app.assistant.events import Done
from app.audit import Record
from app.errors import Conflict
from tests.assistant.conftest import House


def person(house: House, number: int) -> Principal:
    """Somebody of the demonstration."""
    return house.services.person(demo.subject(demo.PEOPLE[number]))


def added(house: House, name: str, role: Role, scope: str, *, school: str | None = None) -> Principal:
    """Somebody who is let in with a role, and a second school far away."""
    accounts = house.services.accounts
    accounts.add_school(Operator(), code="far-school", names={"kk": "Алыс", "ru": "Дальняя", "en": "Far"})
    with suppress(Conflict):
        accounts.add_person(
            Operator(),
            issuer=demo.ISSUER,
            identifier=name,
            name="Гүлнар Бейбітқызы",
            school=school,
            grants=(Grant(role=role, scope=scope),),
            reason="test",
        )
    return house.services.person(f"{demo.ISSUER}|{name}")


def teacher(house: House, name: str, school: str = demo.SCHOOL) -> Principal:
    """Another teacher."""
    return added(house, name, Role.TEACHER, school, school=school)


def asks(house: House, who: Principal) -> tuple[UUID, Record]:
    """A conversation with one answered question."""
    conversation = house.services.conversations.start(who, "Бөлшектер туралы")
    question = Question(text="Бөлшектерді қалай салыстырамыз?", language="kk", conversation=conversation)
    events = house.services.assistant.ask(who, question)
    receipt = next(event.receipt for event in events if isinstance(event, Done))
    found = house.services.audit.find(receipt.record_id)
    assert found is not None
    return conversation, found
