"""A model is held to how it answered when it was bound; drift suspends it here until a person decides, on record."""

from uuid import UUID

import pytest

from app.accounts import EVERYWHERE, Grant, Principal, Role
from app.database import Database
from app.errors import BadArgument, Forbidden
from app.i18n import LANGUAGES, translator
from app.routing import Drift
from app.routing.drift import (
    SEEN_SECONDS,
    TOLERANCE,
    Event,
    is_drift,
    likeness,
    with_baseline,
    with_itself,
)
from app.runtime import Runtime
from tests.conftest import StillClock
from tests.registry.lists import Remembering

ENTRY, OTHER, SERVED, ELSEWHERE = "urn:a", "urn:b", "1" * 64, "2" * 64
STEADY = {"sum": ("17 + 26 = 43.",) * 3, "days": ("дүйсенбі, сейсенбі",) * 3}
SAMPLED = {"sum": ("The sum is 43.", "It is 43.", "The answer is 43.")}


def person(role: Role = Role.REGISTRY_OPERATOR) -> Principal:
    return Principal(
        person_id=UUID(int=9),
        subject=f"https://idp.example|{role}",
        name="Invented Person",
        school=None if role is Role.REGISTRY_OPERATOR else "s",
        school_names={},
        grants=(Grant(role=role, scope=EVERYWHERE if role is Role.REGISTRY_OPERATOR else "s"),),
        notice_accepted=True,
    )


@pytest.fixture
def recorder() -> Remembering:
    return Remembering()


@pytest.fixture
def drift(database: Database, recorder: Remembering, runtime: Runtime) -> Drift:
    return Drift(database, recorder, runtime)


@pytest.mark.parametrize(
    ("one", "other", "like"),
    [
        ("", "", 1.0),
        ("", "a", 0.0),
        ("Су 100 градуста қайнайды.", "су 100 ГРАДУСТА қайнайды", 1.0),
        ("a b", "b a", 1.0),
        ("a b", "a c", 0.5),
        ("a a", "a", pytest.approx(2 / 3)),
    ],
)
def test_likeness_is_the_share_of_the_same_words(one: str, other: str, like: float) -> None:
    assert likeness(one, other) == like
    assert likeness(other, one) == like


def test_a_model_that_says_the_same_agrees_with_itself() -> None:
    assert with_itself({}) == 1.0
    assert with_itself(STEADY) == 1.0
    assert 0.3 < with_itself(SAMPLED) < 0.8


def test_a_round_is_compared_with_the_nearest_answer_of_the_baseline() -> None:
    assert with_baseline(SAMPLED, {"sum": ("it is 43",)}) == 1.0
    assert with_baseline(SAMPLED, {}) == 0.0
    assert with_baseline(SAMPLED, {"unknown": ("43",)}) == 0.0


def test_the_tolerance_lets_rewordings_pass_and_another_model_not() -> None:
    assert not is_drift(SAMPLED, with_baseline(SAMPLED, {"sum": ("The sum is: 43!",)}))
    assert is_drift(SAMPLED, with_baseline(SAMPLED, {"sum": ("Sorry, I cannot help with this request",)}))
    assert not is_drift(STEADY, 1.0 - TOLERANCE)
    assert is_drift(STEADY, 1.0 - TOLERANCE - 0.01)


def test_an_entry_that_was_never_looked_at_is_not_suspended(drift: Drift) -> None:
    assert drift.suspended(ENTRY) is None
    assert drift.last(ENTRY) is None
    assert drift.baseline(ENTRY, SERVED) is None


def test_a_baseline_holds_for_what_it_was_taken_of_alone(drift: Drift) -> None:
    drift.keep_baseline(ENTRY, SERVED, STEADY)

    assert drift.baseline(ENTRY, SERVED) == STEADY
    assert drift.baseline(ENTRY, ELSEWHERE) is None, "bound otherwise: a baseline of its own"
    assert drift.baseline(OTHER, SERVED) is None


def test_agreement_is_recorded_and_suspends_nothing(drift: Drift, recorder: Remembering) -> None:
    drift.keep_baseline(ENTRY, SERVED, STEADY)
    look = drift.compare(ENTRY, SERVED, STEADY, {"sum": ("17 + 26 = 43.",)})

    assert (look.event, look.agreement, look.number) == (Event.AGREED, 1.0, 2)
    assert drift.suspended(ENTRY) is None
    assert [entry.clear["event"] for entry in recorder.entries] == ["drift_baseline", "drift_agreed"]
    assert recorder.entries[1].clear["agreement"] == "1.0000"
    assert "17 + 26" not in str(recorder.entries[0].clear), "records hold digests of answers"


def test_drift_suspends_in_words_at_once_and_in_other_processes_within_seconds(
    database: Database, drift: Drift, runtime: Runtime, clock: StillClock
) -> None:
    other = Drift(database, Remembering(), runtime)
    assert other.suspended(ENTRY) is None
    drift.keep_baseline(ENTRY, SERVED, STEADY)
    assert drift.compare(ENTRY, SERVED, STEADY, {"sum": ("Қалайсыз?",)}).event is Event.DRIFTED

    reason = drift.suspended(ENTRY)
    assert reason is not None
    for language in LANGUAGES:
        assert "23.11.2026" in translator(language).words(reason)
    assert drift.suspended(OTHER) is None
    clock.move(seconds=SEEN_SECONDS)
    assert other.suspended(ENTRY) == reason


def test_only_a_persons_word_resumes_it_and_asks_for_a_new_baseline(
    drift: Drift, recorder: Remembering
) -> None:
    drift.keep_baseline(ENTRY, SERVED, STEADY)
    drift.compare(ENTRY, SERVED, STEADY, {"sum": ("Қалайсыз?",)})

    kept = drift.decide(person(), ENTRY, resume=False, reason="we ask the provider")
    assert (kept.event, drift.suspended(ENTRY) is None) == (Event.KEPT, False)
    drift.decide(person(), ENTRY, resume=True, reason="the provider told us of a new version")

    assert drift.suspended(ENTRY) is None
    assert drift.baseline(ENTRY, SERVED) is None
    last = recorder.entries[-1]
    assert (last.kind, last.role, last.clear["event"]) == (
        "admin_change",
        "registry_operator",
        "drift_resumed",
    )
    assert last.sealed == {"reason": "the provider told us of a new version"}
    assert [look.event for look in drift.history(ENTRY)] == ["resumed", "kept", "drifted", "baseline"]


@pytest.mark.parametrize("role", [Role.TEACHER, Role.SCHOOL_ADMIN, Role.AUDITOR])
def test_nobody_else_decides(drift: Drift, role: Role) -> None:
    drift.keep_baseline(ENTRY, SERVED, STEADY)
    drift.compare(ENTRY, SERVED, STEADY, {"sum": ("Қалайсыз?",)})

    with pytest.raises(Forbidden):
        drift.decide(person(role), ENTRY, resume=True, reason="because")
    assert drift.suspended(ENTRY) is not None


@pytest.mark.parametrize(
    ("reason", "key"), [(" ", "no_reason"), ("x" * 501, "reason_too_long"), ("a", "not_suspended")]
)
def test_a_word_without_reason_or_on_what_is_not_suspended_is_refused(
    drift: Drift, reason: str, key: str
) -> None:
    with pytest.raises(BadArgument) as refused:
        drift.decide(person(), ENTRY, resume=True, reason=reason)
    assert refused.value.words.key == f"routing.change.{key}"
