"""A second thread that changes everything that decides about a call, at moments that nobody chose, and keeps when it did."""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.accounts import Principal
from app.registry.document import stamp
from tests.contracts.gate_house import NAMES, House, list_of
from tests.contracts.gate_oracle import Oracle, Published, Seen, standing

REVOKED = ("a", "b", "extractive")
PAUSE_SECONDS = (0.02, 0.2)
ACTS = ("list", "person", "revocation")
GOOD = 0.6
"""Share of the lists by which everything is in force, so that there is something to take away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """Something that holds from an instant between two readings of the clock."""

    earliest: datetime
    latest: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reign:
    """A list, and when it came into force."""

    published: Published
    since: Since


@dataclass(slots=True)
class Witness(Oracle):
    """Notes every call with its text; what was allowed is derived afterwards, from the log and the lists."""

    calls: list[tuple[str, Seen]] = field(default_factory=list)

    def embedded(self, entry_id: str, text: str) -> None:
        self.calls.append((text, Seen(place="embedder", entry_id=entry_id, wrong=None)))

    def called(self, place: str, entry_id: str, text: str) -> None:
        self.calls.append((text, Seen(place=place, entry_id=entry_id, wrong=None)))


@dataclass(slots=True, kw_only=True)
class Changing:
    """The thread.

    Attributes:
        people: who may be suspended, each with the admin who does it.
        reigns: every list with its instant, oldest first.
        good: share of the lists by which everything is in force.
        shut: by person, when they were shut out; `opened`, at the same place, when they were let in again.
    """

    house: House
    chance: random.Random
    people: dict[str, Principal]
    reigns: list[Reign]
    good: float = GOOD
    acts: Counter[str] = field(default_factory=Counter)
    shut: dict[str, list[Since]] = field(default_factory=dict)
    opened: dict[str, list[Since]] = field(default_factory=dict)
    trouble: list[BaseException] = field(default_factory=list)
    _ended: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self._run, name="changing", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """End after the change under way."""
        self._ended.set()
        assert self._thread is not None
        self._thread.join(60)

    def _run(self) -> None:
        try:
            while not self._ended.wait(self.chance.uniform(*PAUSE_SECONDS)):
                self._act()
        except BaseException as error:  # told by the test that waits for this thread
            self.trouble.append(error)

    def _act(self) -> None:
        # Each kind once, then by lot.
        lot = self.chance.choices(ACTS, weights=(5, 2, 3))[0]
        act = next((one for one in ACTS if one not in self.acts), lot)
        self.acts[act] += 1
        if act == "person":
            self._person()
        elif act == "revocation":
            self._reign(lambda: self.house.revoke(self.chance.choice(REVOKED)))
            # What was revoked is gone for good: the school goes on with others in its place.
            time.sleep(self.chance.uniform(*PAUSE_SECONDS))
            self.house.renew_ids()
            self.publish(good_list(self.house))
        elif self.chance.random() < self.good:
            self.publish(good_list(self.house))
        else:
            self.publish(list_of(self.house, self.chance))
        self.allow()

    def allow(self) -> None:
        """Let every school use every model that there is now."""
        for school in sorted({one.school for one in self.house.people.values() if one.school}):
            allowed = list(self.house.ids.values())
            self.chance.shuffle(allowed)
            self.house.allow(school, allowed)

    def publish(self, entries: Sequence[dict[str, Any]]) -> None:
        """Have a list taken, and keep when."""
        self._reign(lambda: self.house.publish(entries))

    def _reign(self, change: Callable[[], None]) -> None:
        clock = self.house.clock
        earliest = clock()
        change()
        since = Since(earliest=earliest, latest=clock())
        self.reigns.append(Reign(published=self.house.oracle.published, since=since))

    def _person(self) -> None:
        name, admin = self.chance.choice(sorted(self.people.items()))
        accounts, clock = self.house.services.accounts, self.house.clock
        found = next(
            one for one in accounts.people(admin) if one.person_id == self.house.people[name].person_id
        )
        is_out = len(self.shut.get(name, ())) > len(self.opened.get(name, ()))
        change, kept = (accounts.reinstate, self.opened) if is_out else (accounts.suspend, self.shut)
        earliest = clock()
        change(admin, found.person_id, reason="fuzz", version=found.version)
        kept.setdefault(name, []).append(Since(earliest=earliest, latest=clock()))


def good_list(house: House) -> list[dict[str, Any]]:
    """A list by which every entry is in force."""
    now, days = house.oracle.now(), timedelta(days=30)
    found = []
    for name in NAMES:
        raw: dict[str, Any] = json.loads(json.dumps(house.entries[name], default=str))
        times = {"effective_from": stamp(now - days), "expires_at": stamp(now + days)}
        found.append({**raw, **times, "entry_id": house.ids[name], "status": "granted"})
    return found


def wrong_at(reigns: Sequence[Reign], entry_id: str, at: datetime) -> str | None:
    """Why an entry stood in force by no list that may have been the one in force at an instant; None: it did."""
    words = "no list"
    for number, reign in enumerate(reigns):
        follows = reigns[number + 1].since.latest if number + 1 < len(reigns) else None
        if reign.since.earliest <= at and (follows is None or at <= follows):
            found = standing(reign.published, entry_id, at)
            if found is None:
                return None
            words = found
    return words


def is_out(changing: Changing, name: str, begin: datetime, end: datetime) -> bool:
    """Whether a person was certainly shut out all the time between two instants."""
    opened = changing.opened.get(name, [])
    for number, shut in enumerate(changing.shut.get(name, [])):
        until = opened[number].earliest if number < len(opened) else None
        if shut.latest <= begin and (until is None or end <= until):
            return True
    return False
