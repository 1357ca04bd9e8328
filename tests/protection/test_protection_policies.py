"""A school's choice: on record before it counts, counted from the next message on, and never silently unreadable."""

import json
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.accounts import Role
from app.database import Database
from app.doctor import State, checks
from app.errors import BadArgument, Conflict, Forbidden, NotRecorded
from app.i18n import LANGUAGES, translator
from app.protection import Protections
from app.runtime import Runtime
from guardrails.choice import NOTHING, Choice, choice_of
from guardrails.head import shipped as shipped_head
from guardrails.policy import SHIPPED, digest, parse, read
from guardrails.rail import Means
from guardrails.verdict import Action, Stage, Subject
from guardrails.worker import Workers
from tests.protection.protection_room import INSULT, MILD, SCHOOL, STRICT, House, opened, person, unreadable


@pytest.fixture
def house(database: Database, tmp_path: Path, runtime: Runtime) -> Iterator[House]:
    with opened(database, tmp_path / "home", runtime) as made:
        yield made


def test_a_school_that_chose_nothing_and_a_person_without_one_are_judged_as_shipped(house: House) -> None:
    assert house.protections.of(SCHOOL).policy_digest == read().digest
    assert house.protections.of(None).policy_digest == read().digest
    assert house.school.overview(person()).standing.choice == NOTHING
    assert house.school.history(person()) == ()


def test_every_policy_that_judges_is_kept_and_known_by_its_digest(house: House) -> None:
    house.protections.of(SCHOOL)
    done = house.change()
    for judged in (read().digest, done.standing.digest):
        kept = house.protections.archived(judged)
        assert kept is not None
        assert digest(json.loads(kept)) == judged
    assert house.protections.archived("ab" * 32) is None


def test_a_change_counts_from_the_next_message_on_also_in_another_process(house: House) -> None:
    other = house.of_release(read())
    before = other.of(SCHOOL).inspect(INSULT)
    house.change()

    assert before.action is Action.WARN
    assert other.of(SCHOOL).inspect(INSULT).action is Action.BLOCK
    assert house.protections.of(SCHOOL).policy_digest != read().digest
    assert other.of("elsewhere").inspect(INSULT).action is Action.WARN


def test_a_change_stands_in_the_log_with_what_was_before_and_its_reason_sealed(house: House) -> None:
    done = house.change()
    (event,) = house.events()

    assert event["event"] == "protection_changed"
    assert (event["school"], event["role"]) == (SCHOOL, "school_admin")
    assert event["after_digest"] == done.standing.digest
    details = event["details"]
    assert json.loads(details["before"]) == NOTHING.plain
    assert json.loads(details["after"]) == STRICT.plain
    assert "Педкеңес" not in json.dumps(event, ensure_ascii=False)
    assert event["sealed"] is not None


def test_the_history_says_who_when_and_why(house: House) -> None:
    house.change()
    house.change(MILD, version=1, reason="Рөлдік ойын сабағы")
    newest, first = house.school.history(person())

    assert (newest.version, first.version) == (2, 1)
    assert (newest.reason, first.reason) == ("Рөлдік ойын сабағы", "Педкеңес шешімі")
    assert newest.person_id == UUID(int=9)
    assert newest.at == house.runtime.now()


def test_a_reason_is_read_in_its_own_school_only(house: House) -> None:
    done = house.change()
    record = house.log.find(done.record_id)
    assert record is not None

    with pytest.raises(Forbidden):
        house.log.change_reason(record, school="elsewhere")


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"reason": " "}, "no_reason"),
        ({"reason": "а" * 501}, "reason_too_long"),
        ({"choice": NOTHING}, "nothing"),
        (
            {"choice": choice_of({"actions": {"secrets": "allow"}, "thresholds": {}, "rails": {}})},
            "below_floor",
        ),
        ({"choice": Choice(rails={"injection": False})}, "below_floor"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_changes_nothing(
    house: House, given: dict[str, Any], key: str
) -> None:
    with pytest.raises(BadArgument) as refused:
        house.change(**given)

    assert refused.value.words.key == f"protection.change.{key}"
    assert all(translator(language).words(refused.value.words) for language in LANGUAGES)
    assert house.school.history(person()) == ()


def test_a_change_of_what_somebody_else_changed_meanwhile_is_refused(house: House) -> None:
    house.change()
    with pytest.raises(Conflict):
        house.change(MILD)

    assert house.protections.standing(SCHOOL).choice == STRICT


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SCHOOL_ADMIN])
def test_nobody_but_an_admin_of_the_school_sees_or_changes_it(house: House, role: Role) -> None:
    for act in (house.school.overview, house.school.history):
        with pytest.raises(Forbidden):
            act(person(role))
    with pytest.raises(Forbidden):
        house.change(by=person(role))
    with pytest.raises(Forbidden):
        house.change(by=person(scope="elsewhere"))
    assert {event["event"] for event in house.events()} == {"denied"}


def test_a_newer_floor_is_recorded_before_it_judges_and_wins_over_the_choice(house: House) -> None:
    house.change(MILD)
    old = '"injection.persona" = { least = "warn", choose = ["warn", "block"], by_language = true }'
    newer = house.of_release(
        parse(SHIPPED.read_text(encoding="utf-8").replace(old, '"injection.persona" = { least = "block" }'))
    )
    judged = newer.of(SCHOOL).policy_digest
    lifted, chosen = house.school.history(person())

    assert newer.standing(SCHOOL).policy is not None
    assert (lifted.version, lifted.person_id, lifted.reason) == (2, None, None)
    assert (lifted.policy_digest, lifted.choice) == (judged, chosen.choice)
    assert {one["event"] for one in house.events()} == {"protection_changed", "protection_floor_changed"}
    assert newer.archived(judged) is not None
    assert newer.of(SCHOOL).policy_digest == judged
    assert len(house.school.history(person())) == 2


@pytest.mark.parametrize(
    "choice",
    ["", "{", '{"actions": {"kindness": "block"}, "thresholds": {}, "rails": {}}', '{"rules": []}'],
)
def test_a_choice_that_cannot_be_read_lets_nothing_pass_until_it_is_saved_anew(
    house: House, choice: str
) -> None:
    house.change()
    unreadable(house, choice)
    closed = house.protections.of(SCHOOL)
    combined = closed.inspect(Subject(stage=Stage.INPUT, text="Бөлшек деген не?", language="kk"))

    assert combined.blocked
    assert combined.message_key is not None
    assert all(translator(language).has(combined.message_key) for language in LANGUAGES)
    assert house.school.overview(person()).standing.policy is None

    house.change(MILD, version=2)
    assert not house.protections.of(SCHOOL).inspect(INSULT).blocked


def test_a_policy_that_cannot_be_kept_does_not_judge(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: Any, **named: Any) -> None:
        raise NotRecorded("the disk is full")

    monkeypatch.setattr(house.database, "write", full)
    with pytest.raises(NotRecorded):
        house.protections.of(SCHOOL)


@pytest.mark.parametrize("table", ["protection_choice", "protection_policy"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET policy = 1"])
def test_what_judged_is_never_changed_or_deleted(house: House, table: str, statement: str) -> None:
    house.change()
    column = "choice" if table == "protection_choice" else "canonical"
    changed = statement.replace("policy = 1", f"{column} = 'x'").format(table)
    with pytest.raises((DBAPIError, NotRecorded)):
        house.database.write(lambda session: session.execute(text(changed)))


def test_a_text_that_is_tried_out_is_on_record_without_anything_of_it(house: House) -> None:
    combined = house.school.simulate(person(), INSULT, read())
    (event,) = house.events()

    assert combined.action is Action.WARN
    assert event["event"] == "protection_tried"
    assert event["sealed"] is None
    assert event["details"] == {
        "side": "input",
        "text_language": "ru",
        "policy_digest": read().digest,
        "inventory_digest": house.protections.rails(read()).inventory_digest,
    }
    assert house.sightings.of(SCHOOL) == ()


def test_a_policy_that_was_only_tried_out_is_not_kept_as_one_that_judged(house: House) -> None:
    tried = house.school.judged(STRICT)
    combined = house.school.simulate(person(), INSULT, tried)

    assert combined.blocked
    assert house.protections.archived(tried.digest) is None
    assert house.protections.of(SCHOOL).policy_digest == read().digest


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SCHOOL_ADMIN])
def test_nobody_but_an_admin_of_the_school_tries_texts_or_sees_counts(house: House, role: Role) -> None:
    with pytest.raises(Forbidden):
        house.school.simulate(person(role), INSULT, read())
    with pytest.raises(Forbidden):
        house.school.sightings(person(role))


def test_a_run_that_cannot_be_recorded_inspects_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: Any, **named: Any) -> None:
        raise NotRecorded("the disk is full")

    monkeypatch.setattr(house.database, "write", full)
    with pytest.raises(NotRecorded):
        house.school.simulate(person(), INSULT, read())


def test_the_checks_that_hang_are_counted_until_they_end(house: House) -> None:
    gate = threading.Event()

    def hangs(texts: Sequence[str]) -> None:
        gate.wait(30)

    text = SHIPPED.read_text(encoding="utf-8").replace("budget_ms = 10000", "budget_ms = 20")
    means = Means(read=hangs, embedder=shipped_head().embedder)
    protections = Protections(house.database, house.log, house.runtime, shipped=parse(text), means=means)
    services: Any = SimpleNamespace(protections=protections, embedder=SimpleNamespace(workers=Workers()))
    rails = protections.of(SCHOOL)
    question = Subject(stage=Stage.INPUT, text="Бөлшектерді қалай салыстырамыз?", language="kk")
    assert checks(services).state is State.OK
    try:
        states = [(rails.inspect(question).action, checks(services)) for _ in range(5)]
    finally:
        gate.set()

    assert {action for action, _ in states} == {Action.BLOCK}
    assert [found.state for _, found in states] == [State.WARNING] * 3 + [State.BROKEN] * 2
    assert [found.measures["count"] for _, found in states] == [1, 2, 3, 4, 4]
    for language in LANGUAGES:
        t, (_, worst) = translator(language), states[-1]
        assert "4" in worst.detail(t)
        assert worst.mend is not None
        assert t.words(worst.mend)
        assert t(worst.part)
