"""A question is judged by its school's own policy, named in its record, from the next message on."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text

from app.accounts import Principal, Role
from app.accounts.principal import Grant
from app.assistant.events import Checked, Refused
from guardrails.choice import NOTHING, Choice, choice_of
from guardrails.policy import read
from tests.assistant.conftest import House
from tests.assistant.fakes import Says, ask, closed, of, with_parts

INSULT = "Бөлшектерді қалай салыстырамыз? Сен ақымақсың"
STRICT = choice_of({"actions": {"conduct.insult": "block"}, "thresholds": {}, "rails": {}})


@pytest.fixture
def admin(house: House) -> Principal:
    school = house.teacher.school or ""
    return replace(house.teacher, grants=(Grant(role=Role.SCHOOL_ADMIN, scope=school),))


def choose(house: House, admin: Principal, choice: Choice) -> None:
    version = house.services.school_protection.overview(admin).standing.version
    house.services.school_protection.change(admin, choice, reason="шешім", version=version)


@pytest.fixture
def strict(house: House, admin: Principal) -> Iterator[str]:
    choose(house, admin, STRICT)
    yield house.services.protections.of(admin.school).policy_digest
    choose(house, admin, NOTHING)


def test_without_a_choice_the_record_names_the_shipped_policy(house: House) -> None:
    events = ask(house, with_parts(house, Says()), INSULT)

    assert of(Checked, events).notices
    assert closed(house, events).clear["policy_digest"] == read().digest


def test_the_schools_choice_judges_the_next_question_and_stands_in_both_records(
    house: House, strict: str
) -> None:
    says = Says()
    events = ask(house, with_parts(house, says), INSULT)
    end = closed(house, events)
    asked = house.services.audit.records_of(end.exchange_id)[0] if end.exchange_id else end

    assert of(Refused, events).words.key == "guardrails.stopped.conduct"
    assert says.prompts == []
    assert {asked.clear["policy_digest"], end.clear["policy_digest"]} == {strict}
    assert house.services.protections.archived(strict) is not None


def test_another_school_is_judged_as_before(house: House, strict: str) -> None:
    assert house.services.protections.of("elsewhere").policy_digest == read().digest != strict


def test_a_choice_that_cannot_be_read_refuses_the_question_in_words_and_on_record(
    house: House, admin: Principal
) -> None:
    choose(house, admin, STRICT)
    house.services.database.write(
        lambda session: session.execute(
            text(
                "INSERT INTO protection_choice (school, version, choice, policy_digest, changed_at, record_id) "
                "SELECT school, version + 1, '?', policy_digest, changed_at, record_id FROM protection_choice "
                "ORDER BY version DESC LIMIT 1"
            )
        )
    )
    says = Says()
    events = ask(house, with_parts(house, says))
    end = closed(house, events)
    choose(house, admin, NOTHING)

    assert of(Refused, events).words.key == "guardrails.policy_unreadable"
    assert says.prompts == []
    assert end.clear["outcome"] == "refused"
    assert end.clear["verdicts"][0]["status"] == "error"


def test_what_the_checks_found_in_a_question_is_counted_and_agrees_with_its_record(
    house: House, admin: Principal
) -> None:
    def counted() -> int:
        return sum(
            one.number
            for one in house.services.school_protection.sightings(admin)
            if any("conduct.insult" in seen.categories for seen in one.seen)
        )

    before = counted()
    events = ask(house, with_parts(house, Says()), INSULT)
    found = [
        finding["category"]
        for verdict in closed(house, events).clear["verdicts"]
        for finding in verdict["findings"]
        if verdict["stage"] == "input"
    ]

    assert "conduct.insult" in found
    assert counted() == before + 1
