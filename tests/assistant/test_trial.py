"""Trying a model out: only by an admin, through every check, recorded as a trial, whatever the school has chosen."""

from dataclasses import replace
from typing import Any

import pytest

from app.accounts import Principal, Refused, demo
from app.assistant import BadQuestion, Question
from app.assistant.events import Refused as NotTaken
from app.assistant.events import Routed
from app.assistant.question import TRIAL
from app.assistant.trial import Trials
from app.errors import Forbidden
from benchmarks.workshop import ENTRY, EXTRACTIVE
from guardrails.verdict import Stage
from tests.assistant.conftest import House
from tests.assistant.fakes import ANSWERABLE, Blocks, Everywhere, Says, closed, of, shown


@pytest.fixture
def admin(house: House) -> Principal:
    found = house.services.accounts.act_as(f"{demo.ISSUER}|demo-admin")
    assert not isinstance(found, Refused)
    return found


def trials(house: House, provider: Says, **others: Any) -> Trials:
    if "guardrails" in others:
        others["protection"] = Everywhere(others["guardrails"])
    return Trials(replace(house.services.assistant.parts, providers=lambda name: provider, **others))


def test_a_trial_is_answered_by_the_chosen_model_and_recorded_as_a_trial(
    house: House, admin: Principal
) -> None:
    before = house.services.conversations.lines(admin)
    events = list(trials(house, Says()).ask(admin, entry_id=ENTRY, text=ANSWERABLE, language="kk"))

    assert of(Routed, events).entry.entry_id == ENTRY
    assert shown(events)
    end = closed(house, events)
    assert (end.clear["task"], end.clear["entry_id"], end.outcome) == (TRIAL, ENTRY, "answered")
    assert end.exchange_id is not None
    asked = house.services.audit.records_of(end.exchange_id)[0]
    assert asked.clear["task"] == TRIAL
    assert house.services.conversations.lines(admin) == before


def test_a_model_that_the_school_has_not_allowed_can_be_tried_and_is_still_not_allowed(
    house: House, admin: Principal
) -> None:
    before = house.services.policies.of(demo.SCHOOL)
    house.services.school_models.change(admin, (EXTRACTIVE,), "себеп")
    try:
        events = list(trials(house, Says()).ask(admin, entry_id=ENTRY, text=ANSWERABLE, language="kk"))
        assert of(Routed, events).entry.entry_id == ENTRY
        assert house.services.policies.of(demo.SCHOOL).allowed == (EXTRACTIVE,)
    finally:
        house.services.school_models.change(admin, before.allowed, "қайтару")


def test_the_rails_stand_in_a_trial_too(house: House, admin: Principal) -> None:
    provider = Says()
    rails = Blocks(house.services.guardrails, Stage.INPUT, "Бөлшек")
    events = list(
        trials(house, provider, guardrails=rails).ask(admin, entry_id=ENTRY, text=ANSWERABLE, language="kk")
    )

    assert of(NotTaken, events)
    assert provider.prompts == []


def test_a_teacher_tries_nothing_and_the_attempt_is_on_record(house: House) -> None:
    with pytest.raises(Forbidden):
        trials(house, Says()).ask(house.teacher, entry_id=ENTRY, text=ANSWERABLE, language="kk")


@pytest.mark.parametrize(("entry_id", "text"), [("urn:nobody", ANSWERABLE), (ENTRY, "  ")])
def test_what_cannot_be_tried_is_not_recorded(
    house: House, admin: Principal, entry_id: str, text: str
) -> None:
    with pytest.raises(BadQuestion):
        trials(house, Says()).ask(admin, entry_id=entry_id, text=text, language="kk")


def test_an_ordinary_question_does_not_name_itself_a_trial(house: House) -> None:
    assert Question(text="x", language="kk").task != TRIAL
