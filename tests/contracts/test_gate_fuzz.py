"""No call to an entry that is not in force: questions drawn by lot, asked of the assistant, against listening sockets."""

import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from app.accounts import demo
from app.assistant import BadQuestion, Question
from app.assistant.events import Answered, Checked, Event, Routed, Text
from app.errors import Forbidden
from app.routing import Gate, Permit, SchoolPolicy
from tests.contracts.gate_house import NAMES, OTHER_SCHOOL, House, house_of, list_of
from tests.contracts.gate_oracle import Asked, Seen

SHORT, FULL, WITHOUT = 150, 2000, 60
LEAST_ANSWERED = 0.3
IIN, PHONE = "130523500121", "+7 701 234 56 78"
QUESTIONS = {
    "kk": ("Бөлшектерді қалай салыстырамыз?", "Кешкі асқа палауды қалай дайындаймын?"),
    "ru": ("Как сравнить дроби с разными знаменателями?", "Как приготовить плов на ужин?"),
    "en": ("How do I compare fractions with different denominators?", "How do I cook pilaf for dinner?"),
}
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
        )


@dataclass(slots=True)
class Tally:
    """What was seen in all tries."""

    tries: int = 0
    by_model: int = 0
    by_quotes: int = 0
    calls: Counter[str] = field(default_factory=Counter)
    forbidden: list[tuple[int, Seen]] = field(default_factory=list)
    acts: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)

    def told(self) -> str:
        """In two lines."""
        share = self.by_model / self.tries
        return (
            f"{len(self.forbidden)} forbidden calls in {self.tries} tries; {self.by_model} ({share:.0%}) answered by "
            f"a model, {self.by_quotes} with quotes\ncalls {dict(self.calls)}; changes in mid-question "
            f"{dict(self.acts)}; ends {dict(self.ends)}"
        )


@dataclass(slots=True)
class Try:
    """One question with everything around it drawn by lot."""

    house: House
    chance: random.Random
    tally: Tally
    routed: str | None = None
    acted: bool = False

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
        question = Question(text=text, language=language, model=wish)
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
        if isinstance(event, Checked):
            self.perhaps(0.12)
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
        tally.calls.update(one.place for one in seen)
        tally.forbidden += [(tally.tries, one) for one in seen if one.wrong is not None]
        places = {one.place for one in seen}
        if end == Answered.__name__:
            tally.by_model += bool(places & {"a", "b"})
            tally.by_quotes += "extractive" in places


def fuzz(house: House, *, tries: int, seed: int) -> Tally:
    """Many tries on one installation."""
    tally = Tally()
    for number in range(tries):
        Try(house, random.Random(f"{seed}-{number}"), tally).run()
    return tally


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with house_of(tmp_path) as opened:
        yield opened


def test_nothing_is_called_that_is_not_in_force(house: House) -> None:
    tally = fuzz(house, tries=SHORT, seed=1)

    assert tally.forbidden == []
    assert tally.by_model >= LEAST_ANSWERED * tally.tries, tally.told()
    assert {"a", "b", "extractive", "embedder", "screen"} == set(tally.calls)
    assert set(tally.acts) == {"list", "revocation", "clock"}


def test_without_the_gate_the_same_tries_find_forbidden_calls(tmp_path: Path) -> None:
    with house_of(tmp_path, gate=NoGate) as open_house:
        tally = fuzz(open_house, tries=WITHOUT, seed=1)

    places = {seen.place for _, seen in tally.forbidden}
    assert "embedder" in places
    assert places & {"a", "b", "extractive", "screen"}


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_nothing_is_called_that_is_not_in_force_in_two_thousand_tries(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = fuzz(house, tries=FULL, seed=2026)
    with capsys.disabled():
        sys.stdout.write(f"\n{tally.told()}\n")

    assert tally.forbidden == []
    assert tally.by_model >= LEAST_ANSWERED * tally.tries
