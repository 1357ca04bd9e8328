"""No call that the list of its instant does not allow, while a second thread changes lists, revokes entries and shuts people out."""

import random
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.assistant import Question
from app.assistant.events import Answered, Recorded
from app.audit.reading import clear_parts, snapshot
from app.errors import Forbidden
from app.registry.archive import files_of
from app.registry.proof import prove
from app.registry.proof_records import Logged, Proof
from tests.contracts.gate_change import GOOD, Changing, Reign, Since, Witness, good_list, is_out, wrong_at
from tests.contracts.gate_house import TAG, House, Ticking, house_of
from tests.contracts.test_gate_fuzz import QUESTIONS, NoGate, ends_of

ASKING = ("demo-teacher", "other", "demo-admin")
EACH, LONG = 12, 700
LEAST_ANSWERED = 0.1
READING_SECONDS = 0.1
"""Whoever was not answered reads why before asking again: else most questions meet the same list."""
SHUT_SECONDS = 5.0
"""A running answer of somebody who is shut out has ended by then."""


@dataclass(slots=True)
class Asking:
    """What one person asked, by tag, and how it ended."""

    name: str
    exchanges: dict[str, str] = field(default_factory=dict)
    ends: Counter[str] = field(default_factory=Counter)
    begun: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    trouble: list[BaseException] = field(default_factory=list)

    def run(self, house: House, tags: Sequence[str], chance: random.Random) -> None:
        try:
            for tag in tags:
                self.ask(house, tag, chance.choice(("kk", "ru", "en")))
        except BaseException as error:  # told by the test that waits for this thread
            self.trouble.append(error)

    def ask(self, house: House, tag: str, language: str) -> None:
        question = Question(text=f"{QUESTIONS[language][0]} ({tag})", language=language)
        begin, end = house.clock(), "not let in"
        with suppress(Forbidden):
            for event in house.assistant.ask(house.people[self.name], question):
                end = type(event).__name__ if type(event).__name__ != "Done" else end
                if isinstance(event, Recorded):
                    self.exchanges[tag] = str(event.receipt.exchange_id)
                    self.begun[self.exchanges[tag]] = (begin, house.clock())
        self.ends[end] += 1
        if end != Answered.__name__:
            time.sleep(READING_SECONDS)


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What was found, each in words; nothing in any of the lists is how it should be."""

    proof: Proof
    tries: int
    answered: int
    calls: Counter[str]
    acts: Counter[str]
    ends: Counter[str]
    forbidden: list[str] = field(default_factory=list)
    unrecorded: list[str] = field(default_factory=list)

    def told(self) -> str:
        """In a few lines."""
        return (
            f"{len(self.forbidden)} forbidden admissions and {len(self.unrecorded)} calls without one on record in "
            f"{self.tries} tries, {self.answered} answered; calls {dict(self.calls)}; changes {dict(self.acts)}; ends "
            f"{dict(self.ends)}; registry verify {self.proof.status} over {self.proof.updates} lists"
        )


def asked_meanwhile(house: House, *, each: int, seed: int, good: float = GOOD) -> Outcome:
    """Three people ask while the other thread changes; then everything is held to the log."""
    assert isinstance(house.oracle, Witness)
    house.held, house.pauses = True, 20
    now = house.clock()
    always = Since(earliest=now - timedelta(days=1), latest=now)
    first = Reign(published=house.oracle.published, since=always)
    shut = {"demo-teacher": house.people["demo-admin"]}
    changing = Changing(
        house=house, chance=random.Random(f"{seed}-changes"), people=shut, reigns=[first], good=good
    )
    people = [Asking(name) for name in ASKING]
    threads = []
    for number, one in enumerate(people):
        tags = [str(1000 * (number + 1) + count) for count in range(each)]
        arguments = (house, tags, random.Random(f"{seed}-{one.name}"))
        threads.append(threading.Thread(target=one.run, args=arguments, daemon=True))
    changing.publish(good_list(house))
    changing.allow()
    changing.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(3600)
    changing.end()
    assert [*changing.trouble, *(error for one in people for error in one.trouble)] == []
    return judged(house, people, changing)


def judged(house: House, people: Sequence[Asking], changing: Changing) -> Outcome:
    """Every admission held to the list of its instant, every call to an admission, by a log that the verifier agrees with."""
    house.services.audit.sequence(finish=True)
    root = (house.home / "root.json").read_bytes()
    with snapshot(house.services.settings.database_url) as connection:
        logged = [Logged(leaf=leaf, clear=clear) for leaf, clear in clear_parts(connection)]
        proof = prove(lambda: iter(logged), files_of(connection), roots=[root], kept=sys.maxsize)
    ends = ends_of(iter(logged))
    assert isinstance(house.oracle, Witness)
    calls = house.oracle.calls
    found = Outcome(
        proof=proof,
        tries=sum(sum(one.ends.values()) for one in people),
        answered=sum(one.ends[Answered.__name__] for one in people),
        calls=Counter(seen.place for _, seen in calls),
        acts=changing.acts,
        ends=sum((one.ends for one in people), Counter[str]()),
    )
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for text, call in calls:
        seen[TAG.findall(text)[-1]][call.entry_id] += 1
    for one in people:
        for tag, exchange in one.exchanges.items():
            admitted: Counter[str] = Counter()
            for row in rows(ends.get(exchange, ())):
                admitted[row["entry_id"]] += row["times"]
                found.forbidden += wrongs(changing, one, exchange, row)
            if missing := seen.pop(tag, Counter()) - admitted:
                found.unrecorded.append(f"{one.name} {tag}: {dict(missing)}")
        found.forbidden += [
            f"{one.name}: let in while shut out"
            for begin, recorded in one.begun.values()
            if is_out(changing, one.name, begin, recorded)
        ]
    found.unrecorded += [f"no exchange {tag}: {dict(left)}" for tag, left in seen.items()]
    return found


def rows(ends: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The admissions of all ends of a question."""
    return [row for clear in ends for row in clear["details"].get("admitted") or ()]


def wrongs(changing: Changing, one: Asking, exchange: str, row: Mapping[str, Any]) -> list[str]:
    """What no list or no standing of the person allowed."""
    found = []
    begin, _ = one.begun[exchange]
    for name in ("first", "last"):
        at = datetime.fromisoformat(row[name])
        if (wrong := wrong_at(changing.reigns, row["entry_id"], at)) is not None:
            found.append(f"{row['entry_id']} at {row[name]}: {wrong}")
        late = at - timedelta(seconds=SHUT_SECONDS)
        if late > begin and is_out(changing, one.name, late, at):
            found.append(f"{one.name} was shut out long before {row[name]}")
    return found


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with house_of(tmp_path, clock=Ticking(), oracle_of=Witness) as opened:
        yield opened


def test_nothing_is_called_that_is_not_in_force_while_another_thread_changes_it(house: House) -> None:
    found = asked_meanwhile(house, each=EACH, seed=5)

    assert (found.forbidden, found.unrecorded) == ([], []), found.told()
    assert (found.proof.status, found.proof.problems) == ("ok", []), found.told()
    assert found.answered >= LEAST_ANSWERED * found.tries, found.told()
    assert set(found.acts) == {"list", "revocation", "person"}, found.told()
    assert "embedder" in found.calls, found.told()
    assert len(found.calls) > 1, found.told()


def test_without_the_gate_the_second_thread_is_noticed(tmp_path: Path) -> None:
    with house_of(tmp_path, gate=NoGate, clock=Ticking(), oracle_of=Witness) as open_house:
        found = asked_meanwhile(open_house, each=EACH, seed=6, good=0.0)

    assert found.forbidden, found.told()
    assert found.proof.found["not_in_force"] > 0, found.told()


@pytest.mark.slow
@pytest.mark.timeout(3 * 3600)
def test_nothing_is_called_that_is_not_in_force_in_two_thousand_questions_beside_a_second_thread(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with house_of(tmp_path, clock=Ticking(), oracle_of=Witness) as opened:
        found = asked_meanwhile(opened, each=LONG, seed=7)
    with capsys.disabled():
        sys.stdout.write(f"\n{found.told()}\n")

    assert (found.forbidden, found.unrecorded) == ([], [])
    assert (found.proof.status, found.proof.problems) == ("ok", [])
    assert found.answered >= LEAST_ANSWERED * found.tries
