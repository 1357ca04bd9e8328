"""No entry in force, no call: thousands of tries over dates, statuses, roles, purposes and policies against a trap."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache

import pytest

from app.i18n import LANGUAGES, translator
from app.registry import DataClass, Registry, RegistryEntry
from app.routing import Gate, NoRoute, Permit, Refusal, Route, Router, SchoolPolicy
from app.routing.route import Considered, InForceList
from tests.conftest import NOON
from tests.registry.lists import entry, registry
from tests.routing.lists import Held, labels, policy

TRIES = 4000
PURPOSES = (
    "answer",
    "title",
    "rewrite",
    "judge",
    "fallback",
    "embedding",
    "embedding.query",
    "embedding.passage",
)
STATUSES = ("granted",) * 20 + ("suspended", "withdrawn", "expired", "renewed")


@dataclass
class Trap:
    """What stands where a model would be: it notes every call."""

    calls: list[tuple[str, str, str]] = field(default_factory=list)

    def call(self, entry_id: str, purpose: str, personal: str) -> None:
        self.calls.append((entry_id, purpose, personal))


@dataclass
class Try:
    """One made-up situation."""

    held: Registry | None
    at_days: float
    chosen: SchoolPolicy | None
    purpose: str
    personal: str
    language: str
    entry_id: str


def listed(dice: random.Random) -> Registry:
    """A list of up to five entries, most of them good, each with its own chance of every fault."""
    raws = [
        entry(
            f"urn:test:model:n{number}",
            kind="embedder" if dice.random() < 0.3 else "model",
            status=dice.choice(STATUSES),
            effective_from=NOON + timedelta(days=dice.choice([-20] * 20 + [-1, 0, 3])),
            expires_at=NOON + timedelta(days=dice.choice([20] * 20 + [-1, 0, 3])),
            data__personal_data=dice.choice(["none", "teacher"] + ["pupil"] * 5),
            data__processing_country=dice.choice(["KZ"] * 9 + ["IE"]),
            data__localisation_proof=dice.choice(["certificate"] * 9 + [None]),
            provider=dice.choice(["extractive"] * 24 + ["scripted"]),
        )
        for number in range(dice.choice([0, 2, 3, 4, 5, 6, 6]))
    ]
    return registry(
        *raws,
        entries=() if not raws else registry(*raws).entries,
        revoked=[raw["entry_id"] for raw in raws if dice.random() < 0.04],
        expires_at=NOON + timedelta(days=dice.choice([7] * 12 + [-1, 2])),
    )


@cache
def lists() -> tuple[Registry, ...]:
    return tuple(listed(random.Random(number)) for number in range(120))


def situation(dice: random.Random) -> Try:
    held = dice.choice(lists())
    names = [one.entry_id for one in held.entries]
    wished = dice.choice([*names * 6, "urn:test:model:none", "*"])
    found = held.find(wished)
    fitting = PURPOSES[5:] if found is not None and found.kind == "embedder" else PURPOSES[:5]
    return Try(
        held=None if dice.random() < 0.04 else held,
        at_days=dice.choice([0.0] * 9 + [-2.0, 1.0, 4.0]),
        chosen=dice.choice([policy(*names)] * 12 + [None, policy(*names[:1]), policy(*names, version=0)]),
        purpose=dice.choice(fitting if dice.random() < 0.93 else PURPOSES),
        personal=dice.choice(["none"] * 7 + ["teacher", "pupil", "stranger"]),
        language=dice.choice(["kk", "ru", "en"]),
        entry_id=wished,
    )


def lawful(one: Try, found: RegistryEntry | None) -> bool:
    """The law once more, written out flat and apart from the code under test."""
    if one.held is None or found is None:
        return False
    at = NOON + timedelta(days=one.at_days)
    embeds = one.purpose.startswith("embedding")
    order = list(DataClass)
    return (
        at < one.held.expires_at
        and found.status == "granted"
        and found.effective_from <= at < found.expires_at
        and found.entry_id not in one.held.revoked
        and (found.kind == "embedder") == embeds
        and found.provider != "scripted"
        and (
            one.personal == "none"
            or (
                one.personal in order
                and order.index(DataClass(one.personal)) <= order.index(found.personal_data)
                and found.processing_country == one.held.country
                and found.localisation_proof is not None
            )
        )
        and (
            (one.chosen is None and embeds)
            or (one.chosen is not None and one.chosen.version > 0 and found.entry_id in one.chosen.allowed)
        )
    )


def run(gate_of: type[Gate] = Gate, seed: int = 20261123) -> tuple[Counter[str], int]:
    """Try and call; gives how often each answer came, and how many calls were against the law."""
    dice, trap, answers, unlawful = random.Random(seed), Trap(), Counter[str](), 0
    for _ in range(TRIES):
        one = situation(dice)
        held: InForceList = Held(one.held, NOON + timedelta(days=one.at_days))
        answer = gate_of(held).admit(
            one.entry_id, purpose=one.purpose, personal_data=one.personal, policy=one.chosen
        )
        found = None if one.held is None else one.held.find(one.entry_id)
        if isinstance(answer, Permit):
            answers["permit"] += 1
            trap.call(one.entry_id, one.purpose, one.personal)
            unlawful += not lawful(one, found)
        else:
            answers[answer.reason.key] += 1
            answers["refused although lawful"] += lawful(one, found)
    assert len(trap.calls) == answers["permit"]
    return answers, unlawful


def test_no_call_is_made_to_an_entry_that_is_not_in_force() -> None:
    answers, unlawful = run()

    assert unlawful == 0
    assert answers["refused although lawful"] == 0


def test_the_tries_are_fair_enough_to_mean_something() -> None:
    answers, _ = run()
    reasons = {key for key in answers if key.startswith(("registry.", "routing."))}

    assert answers["permit"] >= TRIES * 0.3
    assert len(reasons) >= 12
    for key in reasons - {"routing.refused.abroad"}:
        assert all(translator(language).has(key) for language in LANGUAGES)


class Open(Gate):
    """A gate left open: what the test must notice."""

    def admit(
        self, entry_id: str, *, purpose: str, personal_data: str = "none", policy: SchoolPolicy | None = None
    ) -> Permit | Refusal:
        held = self.registry.current()
        found = None if held is None else held.find(entry_id)
        if held is None or found is None:
            return super().admit(entry_id, purpose=purpose, personal_data=personal_data, policy=policy)
        return Permit(entry=found, registry_sequence=1, registry_digest="", at=NOON)


def test_taking_the_gate_out_turns_the_test_red() -> None:
    _, unlawful = run(Open)

    assert unlawful > 100


@pytest.mark.parametrize("seed", range(4))
def test_no_route_leads_where_the_gate_would_refuse(seed: int) -> None:
    dice = random.Random(seed)
    routes = 0
    for _ in range(500):
        one = situation(dice)
        school = one.chosen or policy()
        held = Held(one.held, NOON + timedelta(days=one.at_days))
        answer = Router(held).route(labels(one.personal, one.language), school, prefer=one.entry_id)
        if isinstance(answer, NoRoute):
            assert not any(row.eligible for row in answer.considered)
            continue
        assert isinstance(answer, Route)
        routes += 1
        eligible: list[Considered] = [row for row in answer.considered if row.eligible]
        for row in eligible:
            admitted = Gate(held).admit(
                row.entry_id, purpose="answer", personal_data=one.personal, policy=school
            )
            assert isinstance(admitted, Permit)
        assert answer.entry.entry_id in {row.entry_id for row in eligible}
    assert routes > 50
