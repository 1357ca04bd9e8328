"""The canary asks fixed probes on a schedule through the gate; a scripted model that changes is suspended, one that rewords is not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from app.assistant.calls import call_for
from app.assistant.canary import Canary, former_identity_of, identity_of, probes
from app.audit.reading import clear_parts, snapshot
from app.capacity import Breakers
from app.errors import Failure, NotRecorded, ProviderFailed, Words
from app.i18n import LANGUAGES
from app.providers import Call, Chunk, Prompt, Usage
from app.registry import RegistryEntry
from app.registry.archive import files_of
from app.registry.proof import prove
from app.registry.proof_records import Logged
from app.routing import Drift, Gate, Labels, NoRoute, Refusal, Router
from app.routing.drift import Event
from app.routing.rules import CANARY
from app.runtime import Runtime
from benchmarks.workshop import ENTRY
from tests.assistant.conftest import House
from tests.assistant.fakes import Exchanges
from tests.conftest import StillClock

EVERY = timedelta(hours=6)


@dataclass(slots=True)
class Model:
    """A served model that can be exchanged behind its name."""

    manner: str = "first"
    asked: list[str] = field(default_factory=list)
    error: ProviderFailed | None = None

    def stream(self, prompt: Prompt, *, call: Call) -> Iterator[Chunk]:
        self.asked.append(prompt.question)
        if self.error is not None:
            raise self.error
        said = f"{prompt.question[:40]} answer number {len(prompt.question)}"
        if self.manner == "rewords":
            said = f"Well: {said.upper()}!"
        if self.manner == "another":
            said = "I would rather talk about something else today"
        yield Chunk(text=said)
        yield Chunk(usage=Usage(), finish="stop", model="said")


@dataclass(slots=True)
class Watch:
    """The canary of a house with everything that it stands on."""

    canary: Canary
    drift: Drift
    model: Model
    gate: Gate
    router: Router
    clock: StillClock

    def later(self) -> None:
        self.clock.move(hours=6, seconds=1)

    def admitted(self) -> bool:
        return not isinstance(self.gate.admit(ENTRY, purpose=CANARY), Refusal)


@pytest.fixture
def watch(house: House) -> Watch:
    services, model = house.services, Model()
    clock = StillClock(services.runtime.now())
    runtime = Runtime(now=clock.now, monotonic=clock.monotonic)
    entry = ENTRY
    drift = Drift(services.database, services.audit, runtime)
    if drift.suspended(entry) is not None or drift.last(entry) is not None:
        drift._add(entry, Event.RESUMED, "", None)
    limits = replace(services.gate.house, suspended=drift.suspended)
    gate, router = Gate(services.registry, limits), replace(services.router, house=limits)
    parts: Any = replace(
        services.assistant.parts,
        gate=gate,
        runtime=runtime,
        providers=lambda name: model,
        breakers=Breakers(lambda: 0.0),
    )
    return Watch(Canary(parts, drift, EVERY, lambda: frozenset({entry})), drift, model, gate, router, clock)


def events(watch: Watch) -> list[str]:
    return [str(look.event) for look in watch.canary.look()]


def test_the_probes_are_of_each_language_and_each_has_an_id_of_its_own() -> None:
    shipped = probes()

    assert {probe.language for probe in shipped} == set(LANGUAGES)
    assert len({probe.id for probe in shipped}) == len({probe.text for probe in shipped}) == len(shipped)


def test_the_first_look_takes_the_baseline_and_later_ones_agree(watch: Watch) -> None:
    assert events(watch) == ["baseline"]
    assert len(watch.model.asked) == 3 * len(probes())
    assert events(watch) == [], "not due yet"
    watch.later()
    assert events(watch) == ["agreed"]
    watch.later()
    watch.model.manner = "rewords"
    assert events(watch) == ["agreed"]
    assert watch.admitted()


def test_a_model_that_changes_is_suspended_until_a_person_decides(house: House, watch: Watch) -> None:
    watch.canary.look()
    watch.later()
    watch.model.manner, watch.model.asked = "another", []

    assert events(watch) == ["drifted"]
    assert len(watch.model.asked) == 2 * len(probes()), "an odd round is asked once more"
    assert not watch.admitted()
    policy = replace(house.services.policies.of(house.teacher.school), allowed=(ENTRY,))
    labels = Labels(personal_data="none", language="kk", task="answer", tokens=0)
    route = watch.router.route(labels, policy)
    assert isinstance(route, NoRoute)
    (why,) = [row.reason.key for row in route.considered if row.entry_id == ENTRY]
    assert why == "routing.refused.drift"

    watch.later()
    watch.model.asked = []
    assert events(watch) == []
    assert watch.model.asked == [], "a suspended model is not called, by the canary neither"
    record = house.services.audit.find(watch.drift.history(ENTRY)[0].record_id)
    assert record is not None
    assert (record.kind, record.clear["event"]) == ("admin_change", "drift_drifted")


def test_after_it_is_resumed_it_is_held_to_how_it_answers_now(watch: Watch) -> None:
    watch.canary.look()
    watch.later()
    watch.model.manner = "another"
    watch.canary.look()
    watch.drift._add(ENTRY, Event.RESUMED, "", None)

    assert events(watch) == ["baseline"]
    assert watch.admitted()
    watch.later()
    assert events(watch) == ["agreed"]


@pytest.mark.parametrize("baseline", [False, True], ids=["at binding", "later"])
@pytest.mark.parametrize("last", [False, True], ids=["in the middle", "after the last probe"])
def test_a_round_in_which_the_list_comes_to_name_another_artefact_is_thrown_away_and_on_record(
    house: House, watch: Watch, baseline: bool, last: bool
) -> None:
    whole = len(probes()) * (1 if baseline else 3)
    if baseline:
        watch.canary.look()
        watch.later()
    watch.model.manner, watch.model.asked = "another", []
    steady = watch.canary.parts
    exchanged: Any = Exchanges(watch.gate, whole if last else 2)
    watch.canary.parts = replace(steady, gate=exchanged)
    before = len(rounds(house))

    assert events(watch) == ["discarded"]

    assert len(watch.model.asked) == (whole if last else 2), "what is another one now is asked nothing more"
    assert watch.admitted(), "nothing was compared"
    record = house.services.audit.find(watch.drift.history(ENTRY)[0].record_id)
    assert record is not None
    assert record.clear["event"] == "drift_discarded"
    assert watch.drift.history(ENTRY)[0].agreement is None
    reasons = [clear["reason"] for clear in rounds(house)[before:] if clear["outcome"] == "refused"]
    assert [reason["key"] for reason in reasons] == ([] if last else ["routing.refused.other_artefact"])

    watch.canary.parts, watch.model.manner = steady, "first"
    assert events(watch) == (["agreed"] if baseline else ["baseline"]), "looked at anew, not in six hours"


def test_one_odd_round_suspends_nobody(watch: Watch) -> None:
    watch.canary.look()
    watch.later()
    count, first = len(probes()), watch.model.stream

    class Odd(Model):
        def stream(self, prompt: Prompt, *, call: Call) -> Iterator[Chunk]:
            self.manner = "another" if len(self.asked) < count else "first"
            yield from (
                first(replace(prompt), call=call)
                if self.manner == "first"
                else super().stream(prompt, call=call)
            )
            self.asked.append("")

    odd = Odd()
    watch.canary.parts = replace(watch.canary.parts, providers=lambda name: odd)

    assert events(watch) == ["agreed"]


def test_a_server_that_breaks_says_nothing_about_its_answers(watch: Watch) -> None:
    watch.canary.look()
    watch.later()
    watch.model.error = ProviderFailed(Failure.TIMEOUT)

    assert events(watch) == []
    assert watch.admitted()
    watch.model.error = None
    assert events(watch) == ["agreed"]


def test_what_cannot_be_recorded_is_not_asked(watch: Watch) -> None:
    class Full:
        def open(self, entry: object) -> object:
            raise NotRecorded("the disk is full")

    watch.canary.parts = replace(watch.canary.parts, audit=Full())  # type: ignore[arg-type]

    assert events(watch) == []
    assert watch.model.asked == []


def test_what_no_school_allows_or_the_gate_refuses_is_never_asked(watch: Watch) -> None:
    watch.canary.allowed = frozenset
    assert events(watch) == []

    watch.canary.allowed = lambda: frozenset({ENTRY})
    closed = replace(watch.gate.house, suspended=lambda entry_id: Words(key="routing.refused.drift"))
    watch.canary.parts = replace(watch.canary.parts, gate=replace(watch.gate, house=closed))
    assert events(watch) == []
    assert watch.model.asked == []


def test_another_address_name_or_artefact_asks_for_another_baseline(house: House) -> None:
    entry = house.services.registry.current()
    assert entry is not None
    found = entry.find(ENTRY)
    assert found is not None
    call = Call(entry_id=ENTRY, provider="p", address="https://a.example/v1", served_name="m")
    one = identity_of(found, call, probes())

    assert identity_of(found, replace(call, timeout_seconds=1.0), probes()) == one
    assert identity_of(found, replace(call, served_name="n"), probes()) != one
    assert identity_of(found, replace(call, address="https://b.example/v1"), probes()) != one
    assert identity_of(found, call, probes()[:-1]) != one
    assert identity_of(replace(found, sha256="0" * 64), call, probes()) != one
    assert identity_of(replace(found, entry_version="9"), call, probes()) == one


def bound(watch: Watch) -> tuple[RegistryEntry, Call]:
    """The entry that is watched, and how it is called."""
    parts = watch.canary.parts
    registry = parts.registry.current()
    assert registry is not None
    entry = registry.find(ENTRY)
    assert entry is not None
    return entry, call_for(entry, parts.bindings, seconds=1.0)


@pytest.mark.parametrize("manner", ["first", "another"])
def test_a_baseline_of_the_release_before_holds_once_and_is_kept_anew(watch: Watch, manner: str) -> None:
    entry, call = bound(watch)
    watch.canary.look()
    now, before = identity_of(entry, call, probes()), former_identity_of(entry, call, probes())
    answers = watch.drift.baseline(ENTRY, now)
    assert answers is not None
    watch.drift.keep_baseline(ENTRY, before, answers)
    watch.later()
    watch.model.manner, watch.model.asked = manner, []

    drifted = manner == "another"
    assert events(watch) == (["drifted"] if drifted else ["agreed"]), "held to what it answered before"
    assert len(watch.model.asked) == (2 if drifted else 1) * len(probes())
    assert watch.drift.baseline(ENTRY, now) == answers
    assert watch.drift.baseline(ENTRY, before) is None, "once"


@pytest.mark.parametrize("change", ["model_id", "model_version", "fingerprint"])
def test_a_baseline_of_another_model_under_the_release_before_holds_nobody(watch: Watch, change: str) -> None:
    entry, call = bound(watch)
    watch.canary.look()
    answers = watch.drift.baseline(ENTRY, identity_of(entry, call, probes()))
    assert answers is not None
    other: Any = {change: "another"}
    watch.drift.keep_baseline(ENTRY, former_identity_of(replace(entry, **other), call, probes()), answers)
    watch.later()

    assert events(watch) == ["baseline"]


def rounds(house: House) -> list[Mapping[str, Any]]:
    """The clear parts of the ends of all rounds so far."""
    services = house.services
    services.audit.sequence(finish=True)
    with snapshot(services.settings.database_url) as connection:
        clears = [clear for _, clear in clear_parts(connection)]
    return [clear for clear in clears if clear.get("task") == CANARY and clear["kind"] == "closed"]


def test_each_probe_stands_in_the_log_with_its_permit_as_any_call(house: House, watch: Watch) -> None:
    before = len(rounds(house))
    watch.canary.look()

    made = rounds(house)[before:]
    assert sorted(clear["language"] for clear in made) == sorted(LANGUAGES)
    assert {clear["outcome"] for clear in made} == {"answered"}
    assert {clear["entry_id"] for clear in made} == {ENTRY}
    permits = [permit for clear in made for permit in clear["details"]["admitted"]]
    assert sum(permit["times"] for permit in permits) == len(watch.model.asked) == 3 * len(probes())
    assert {permit["entry_id"] for permit in permits} == {ENTRY}
    root = house.services.settings.registry_root
    assert root is not None
    with snapshot(house.services.settings.database_url) as connection:
        proof = prove(
            lambda: (Logged(leaf=leaf, clear=clear) for leaf, clear in clear_parts(connection)),
            files_of(connection),
            roots=[root.read_bytes()],
        )
    named = {problem.record for problem in proof.problems}
    assert named.isdisjoint(clear["record_id"] for clear in made)
    assert proof.calls >= 3 * len(probes())


def test_a_round_that_breaks_has_its_end_in_the_log_with_the_reason(house: House, watch: Watch) -> None:
    before = len(rounds(house))
    watch.model.error = ProviderFailed(Failure.TIMEOUT)
    watch.canary.look()

    (made,) = rounds(house)[before:]
    assert (made["outcome"], made["failure"]) == ("failed", "timeout")
    assert [permit["times"] for permit in made["details"]["admitted"]] == [1]


def test_what_was_said_is_not_used_when_its_end_cannot_be_recorded(
    house: House, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def close(*given: object) -> object:
        raise NotRecorded("the disk is full")

    monkeypatch.setattr("app.audit.exchange.OpenExchange.close", close)

    assert events(watch) == []
    assert watch.drift.last(ENTRY) is None or watch.drift.history(ENTRY)[0].event is Event.RESUMED
