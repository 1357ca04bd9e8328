"""No call to an entry that is not in force: questions drawn by lot, asked of the assistant, against listening sockets."""

import multiprocessing
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.accounts import demo
from app.assistant import BadQuestion, Question
from app.assistant.events import Answered, Checked, Event, Recorded, Routed, Text, Understood
from app.audit.reading import clear_parts, snapshot
from app.errors import Forbidden
from app.registry.archive import files_of
from app.registry.proof import prove
from app.registry.proof_records import Logged, Proof
from app.routing import Gate, Permit, SchoolPolicy
from tests.contracts.gate_house import NAMES, OTHER_SCHOOL, House, house_of, list_of
from tests.contracts.gate_oracle import Asked, Seen

SHORT, WITHOUT = 45, 200
SEEDS, EACH, AT_ONCE = range(2026, 2046), 500, 2
LEAST_ANSWERED = 0.3
STANDING = ("list expired", "not on the list", "revoked", "status", "not yet", "expired")
"""How the oracle's words begin that speak of the list alone, which is what a verifier can know."""
IIN, PHONE = "130523500121", "+7 701 234 56 78"
QUESTIONS = {
    "kk": ("Бөлшектерді қалай салыстырамыз?", "Кешкі асқа палауды қалай дайындаймын?"),
    "ru": ("Как сравнить дроби с разными знаменателями?", "Как приготовить плов на ужин?"),
    "en": ("How do I compare fractions with different denominators?", "How do I cook pilaf for dinner?"),
}
FOLLOW_UPS = {"kk": "ал 6-сыныпта ше?", "ru": "а в 6 классе?", "en": "and in grade 6?"}
PEOPLE = {
    "demo-teacher": (True, demo.SCHOOL),
    "demo-admin": (True, demo.SCHOOL),
    "other": (True, OTHER_SCHOOL),
    "demo-auditor": (False, ""),
    "demo-approver": (False, ""),
    "demo-registry": (False, ""),
}
JUMPS = (timedelta(hours=2), timedelta(days=2), timedelta(days=8), -timedelta(hours=2), -timedelta(days=5))


class NoGate(Gate):
    """Permits everything: what the line would be without a gate."""

    def admit(
        self, entry_id: str, *, purpose: str, personal_data: str = "none", policy: SchoolPolicy | None = None
    ) -> Permit:
        registry = self.registry.current()
        assert registry is not None
        entry = registry.find(entry_id) or registry.entries[0]
        return Permit(
            entry=entry,
            registry_sequence=registry.sequence,
            registry_digest=registry.digest,
            at=self.registry.now(),
            update=registry.update,
        )


@dataclass(slots=True)
class Tally:
    """What was seen in all tries.

    Attributes:
        seen: every call, by the id of its exchange.
        differing: records of which `registry verify` says something else than what was seen.
    """

    tries: int = 0
    by_model: int = 0
    by_quotes: int = 0
    rewritten: int = 0
    calls: Counter[str] = field(default_factory=Counter)
    forbidden: list[tuple[int, Seen]] = field(default_factory=list)
    acts: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    seen: dict[str, Sequence[Seen]] = field(default_factory=dict)
    proofs: list[Proof] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)

    def told(self) -> str:
        """In a few lines."""
        share = self.by_model / self.tries
        return (
            f"{len(self.forbidden)} forbidden calls in {self.tries} tries; {self.by_model} ({share:.0%}) answered by "
            f"a model, {self.by_quotes} with quotes; {self.rewritten} follow-ups rewritten by a side call\n"
            f"calls {dict(self.calls)}; changes in mid-question {dict(self.acts)}; ends {dict(self.ends)}\n"
            f"registry verify: {', '.join(str(proof.status) for proof in self.proofs)}; "
            f"{sum(proof.answers for proof in self.proofs)} answers with {sum(proof.calls for proof in self.proofs)} "
            f"admissions by {sum(proof.updates for proof in self.proofs)} lists; "
            f"{len(self.differing)} records differ from what was seen"
        )

    def add(self, other: "Tally") -> None:
        """Take in what was seen on another installation."""
        self.tries += other.tries
        self.by_model += other.by_model
        self.by_quotes += other.by_quotes
        self.rewritten += other.rewritten
        self.calls += other.calls
        self.forbidden += other.forbidden
        self.acts += other.acts
        self.ends += other.ends
        self.proofs += other.proofs
        self.differing += other.differing


@dataclass(slots=True)
class Try:
    """One question with everything around it drawn by lot."""

    house: House
    chance: random.Random
    tally: Tally
    routed: str | None = None
    acted: bool = False
    exchange: str | None = None
    talks: dict[str, UUID] = field(default_factory=dict)

    def run(self) -> None:
        """Draw, ask, and look at every call."""
        house, chance = self.house, self.chance
        house.clock.moved = timedelta(0)
        house.clock.base = max(house.clock.base, house.oracle.taken_at) + timedelta(minutes=1)
        house.renew_ids()
        if self.tally.tries == 0 or chance.random() < 0.4 or self.is_lacking():
            house.publish(list_of(house, chance))
        name, may_ask, allowed = self.person()
        language = chance.choice(("kk", "ru", "en"))
        text, planted = self.question(language)
        house.language, house.held = language, chance.random() < 0.3
        house.resumed.clear()
        house.oracle.begin(Asked(may_ask=may_ask, allowed=allowed, language=language, planted=planted))
        if chance.random() < 0.08:
            self.jump()
        wish = house.ids[chance.choice(NAMES)] if chance.random() < 0.4 else None
        talk = self.talk(name)
        # Without a tag most texts would have been embedded before, and the search model be called ever less often.
        text = f"{text} ({self.tally.tries})"
        if talk is not None and not planted and chance.random() < 0.25:
            text = FOLLOW_UPS[language]
        question = Question(text=text, language=language, model=wish, conversation=talk)
        self.tally.tries += 1
        end = "not let in"
        try:
            for event in house.assistant.ask(house.people[name], question):
                end = type(event).__name__ if type(event).__name__ != "Done" else end
                self.meet(event)
        except (Forbidden, BadQuestion):
            pass  # not let in, or a wish for what is no model of the list: nothing was recorded and nothing called
        self.count(end)

    def is_lacking(self) -> bool:
        """A list that lacks an entry is kept for one question only, so that it does not silence many."""
        return self.house.oracle.published.entries.keys() != set(self.house.ids.values())

    def person(self) -> tuple[str, bool, tuple[str, ...]]:
        """Who asks, and what their school allows."""
        house, chance = self.house, self.chance
        name = chance.choices(list(PEOPLE), weights=(10, 5, 5, 1, 1, 1))[0]
        may_ask, school = PEOPLE[name]
        allowed = [
            house.ids[one] for one in NAMES if chance.random() < (0.6 if one == "extractive" else 0.92)
        ]
        chance.shuffle(allowed)
        if school:
            house.allow(school, allowed)
        return name, may_ask, tuple(allowed)

    def talk(self, name: str) -> UUID | None:
        """The conversation of somebody who may ask: a follow-up in it makes a side call of its own."""
        house, person = self.house, self.house.people[name]
        if not PEOPLE[name][0]:
            return None
        if name not in self.talks:
            self.talks[name] = house.services.conversations.start(person, "fuzz")
        return self.talks[name]

    def question(self, language: str) -> tuple[str, tuple[str, ...]]:
        """A question, perhaps with a pupil's data in it."""
        known, unknown = QUESTIONS[language]
        text = unknown if self.chance.random() < 0.05 else known
        if self.chance.random() < 0.25:
            return f"{text} {IIN}, {PHONE}", (IIN, PHONE)
        return text, ()

    def meet(self, event: Event) -> None:
        """Change something at a moment at which the line holds no call in its hands."""
        house = self.house
        if isinstance(event, Recorded):
            self.exchange = str(event.receipt.exchange_id)
        elif isinstance(event, Checked):
            self.perhaps(0.12)
            house.oracle.routed = house.oracle.published
        elif isinstance(event, Understood):
            self.tally.rewritten += 1
            house.oracle.routed = house.oracle.published
        elif isinstance(event, Routed):
            self.routed = event.entry.entry_id
            self.perhaps(0.25)
        elif isinstance(event, Text) and house.held and self.routed in house.sha256:
            assert self.routed is not None
            house.oracle.shown(self.routed)
            if not house.resumed.is_set():
                self.perhaps(0.5)
                house.resumed.set()

    def perhaps(self, share: float) -> None:
        """One change a question: a new list, a revocation, or another time."""
        house, chance = self.house, self.chance
        if self.acted or chance.random() >= share:
            return
        self.acted = True
        act = chance.choice(("list", "revocation", "clock"))
        self.tally.acts[act] += 1
        if act == "clock" or abs(house.clock.moved) > timedelta(hours=2):
            self.jump()
        elif act == "list":
            house.publish(list_of(house, chance))
        else:
            answering = [name for name in NAMES if house.ids[name] == self.routed]
            house.revoke(answering[0] if answering and chance.random() < 0.7 else chance.choice(NAMES))

    def jump(self) -> None:
        """Move the clock, forward or back."""
        self.house.clock.moved = self.chance.choice(JUMPS)

    def count(self, end: str) -> None:
        """Keep what was seen."""
        tally, seen = self.tally, list(self.house.oracle.seen)
        tally.ends[end] += 1
        if self.exchange is not None:
            tally.seen[self.exchange] = seen
        else:
            assert not seen, "nothing is called for what was not recorded"
        tally.calls.update(one.place for one in seen)
        tally.forbidden += [(tally.tries, one) for one in seen if one.wrong is not None]
        places = {one.place for one in seen}
        if end == Answered.__name__:
            tally.by_model += bool(places & {"a", "b"})
            tally.by_quotes += "extractive" in places


def fuzz(
    house: House, *, tries: int, seed: int, enough: Callable[[Tally], bool] = lambda tally: False
) -> Tally:
    """Many tries on one installation, until they are enough."""
    tally, talks = Tally(), dict[str, UUID]()
    for number in range(tries):
        if enough(tally):
            break
        Try(house, random.Random(f"{seed}-{number}"), tally, talks=talks).run()
    return tally


def judge(house: House, tally: Tally) -> Proof:
    """What an auditor derives from the log and its archive alone, held to what was seen, record by record."""
    house.services.audit.sequence(finish=True)
    root = (house.home / "root.json").read_bytes()
    with snapshot(house.services.settings.database_url) as connection:

        def read() -> Iterator[Logged]:
            return (Logged(leaf=leaf, clear=clear) for leaf, clear in clear_parts(connection))

        proof = prove(read, files_of(connection), roots=[root], kept=sys.maxsize)
        ends = ends_of(read())
    assert ends.keys() == tally.seen.keys(), "each question that was recorded has an end"
    named = {problem.record for problem in proof.problems}
    for exchange, clears in ends.items():
        tally.differing += differences(clears, tally.seen[exchange], named)
    tally.proofs.append(proof)
    return proof


def ends_of(records: Iterator[Logged]) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The clear parts of the ends of each question, the one of its side call among them."""
    clears = [one.clear for one in records if one.clear.get("kind") in {"asked", "closed"}]
    asked = (clear for clear in clears if clear["kind"] == "asked")
    parents = {clear["exchange_id"]: clear.get("parent") or clear["exchange_id"] for clear in asked}
    ends: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for clear in clears:
        if clear["kind"] == "closed":
            ends[parents[clear["exchange_id"]]].append(clear)
    return ends


def differences(ends: Sequence[Mapping[str, Any]], seen: Sequence[Seen], named: Set[str]) -> Iterator[str]:
    """What the records of a question, or the verifier's word on them, lack against the calls that were seen."""
    records = {clear["record_id"] for clear in ends}
    admitted: Counter[str] = Counter()
    for permit in (one for clear in ends for one in clear["details"].get("admitted") or ()):
        admitted[permit["entry_id"]] += permit["times"]
    missing = Counter(one.entry_id for one in seen if one.place != "screen") - admitted
    if missing:
        yield f"{records}: called without an admission on record: {dict(missing)}"
    wrong = {one.wrong for one in seen if one.wrong is not None and one.wrong.startswith(STANDING)}
    # A permit that was followed by no call is named as well.
    if wrong and records.isdisjoint(named):
        yield f"{records}: seen {sorted(wrong)}; named by the verifier: {sorted(records & named)}"


def part(folder: Path, seed: int) -> Tally:
    """One installation's share of the tries, with the verifier's word on it."""
    with house_of(folder) as opened:
        tally = fuzz(opened, tries=EACH, seed=seed)
        judge(opened, tally)
    tally.seen.clear()
    return tally


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with house_of(tmp_path) as opened:
        yield opened


def test_nothing_is_called_that_is_not_in_force(house: House) -> None:
    tally = fuzz(house, tries=SHORT, seed=8)

    assert tally.forbidden == []
    assert tally.by_model >= LEAST_ANSWERED * tally.tries, tally.told()
    assert {"a", "b", "extractive", "embedder", "screen"} == set(tally.calls)
    assert set(tally.acts) == {"list", "revocation", "clock"}
    assert tally.rewritten > 0, "side calls are among the tries"
    proof = judge(house, tally)
    assert (proof.status, proof.problems, tally.differing) == ("ok", [], [])


def test_without_the_gate_the_same_tries_find_forbidden_calls(tmp_path: Path) -> None:
    with house_of(tmp_path, gate=NoGate) as open_house:
        tally = fuzz(open_house, tries=WITHOUT, seed=3, enough=found_both)

        proof = judge(open_house, tally)

    assert proof.found["not_in_force"] > 0
    assert tally.differing == []
    assert found_both(tally), tally.told()


def found_both(tally: Tally) -> bool:
    """Whether a search model and a model that answers were called against the list."""
    places = {seen.place for _, seen in tally.forbidden}
    return "embedder" in places and bool(places & {"a", "b", "extractive", "screen"})


@pytest.mark.slow
@pytest.mark.timeout(6 * 3600)
def test_nothing_is_called_that_is_not_in_force_in_ten_thousand_tries(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spawn = multiprocessing.get_context("spawn")
    tally = Tally()
    with ProcessPoolExecutor(AT_ONCE, mp_context=spawn) as pool:
        for done in pool.map(part, [tmp_path / str(seed) for seed in SEEDS], SEEDS):
            tally.add(done)
            with capsys.disabled():  # it takes long: whoever waits sees how far it came
                sys.stdout.write(f"\n{tally.told()}\n")

    assert tally.tries == 10_000
    assert tally.forbidden == []
    assert tally.by_model >= LEAST_ANSWERED * tally.tries
    assert tally.rewritten > 0
    assert {str(proof.status) for proof in tally.proofs} == {"ok"}
    assert tally.differing == []
