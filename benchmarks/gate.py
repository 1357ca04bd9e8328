"""What gate, route and policy decision add to a question, with 200 entries on the list and 1,000 schools.

    python -m benchmarks.gate --entries 200 --schools 1000 --questions 3000

Three figures a question, each in milliseconds: reading the school's policy from the database, choosing the route
among all entries, and the gate's permit for one sentence; then all three, by the clock and as time of the processor
(on a machine that does other work beside, the clock tells of that work). No model is called; the aim is 2 ms at p95.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4  # noqa: TID251 - names of made-up records

from app.capacity import Breakers
from app.database import Database
from app.database.migrate import migrate
from app.errors import Words
from app.registry import Registry, RegistryEntry, demonstration
from app.registry.document import SCHEMA_VERSION, parse, stamp
from app.registry.source import read_source
from app.routing import Bindings, Drift, Gate, House, Labels, Permit, Policies, Route, Router
from app.routing.tables import PolicyRow
from app.runtime import Runtime
from benchmarks.bench import percentile
from benchmarks.workshop import EXTRACTIVE, scored

AIM_MS = 2.0


@dataclass(frozen=True, slots=True)
class Held:
    """A list that stands still."""

    registry: Registry

    def current(self) -> Registry | None:
        """The list."""
        return self.registry

    def trouble(self) -> Words | None:
        """None: it is there."""
        return None

    def now(self) -> datetime:
        """The time by which expiry is judged."""
        return self.registry.issued_at


class Unrecorded:
    """Stands where the audit log would be: nothing is changed here."""

    def record(self, *given: object) -> object:
        """Refuse."""
        raise NotImplementedError


def entries_of(count: int, runtime: Runtime) -> tuple[RegistryEntry, ...]:
    """Entries that differ in id and place, all of them good."""
    shipped = read_source(demonstration.SOURCE, at=runtime.now())
    plain = next(entry for entry in shipped["entries"] if entry["entry_id"] == EXTRACTIVE)
    at = runtime.now()
    signed = {
        "list_id": "bench",
        "issuer": "bench",
        "country": "KZ",
        "demonstration": False,
        "schema_version": SCHEMA_VERSION,
        "sequence": 1,
        "issued_at": at,
        "next_update": at + timedelta(days=1),
        "prev_sha256": None,
        "critical": [],
    }
    (one,) = parse(json.dumps({**signed, "entries": [scored(plain)]}, default=text).encode()).entries
    return tuple(replace(one, entry_id=f"urn:bench:model:{number:04}") for number in range(count))


def text(value: object) -> str:
    """A time as the list writes it."""
    assert isinstance(value, datetime)
    return stamp(value)


def registry_of(entries: Sequence[RegistryEntry], at: datetime) -> Registry:
    """A list in force."""
    return Registry(
        list_id="bench",
        sequence=1,
        digest="0" * 64,
        issuer="bench",
        country="KZ",
        demonstration=False,
        issued_at=at,
        next_update=at + timedelta(days=1),
        expires_at=at + timedelta(days=30),
        taken_at=at,
        profile="online",
        source="bench",
        entries=tuple(entries),
        revoked=frozenset(),
    )


def settle(database: Database, schools: int, entries: Sequence[RegistryEntry], chance: random.Random) -> None:
    """Let every school choose some entries, three times each: only the last choice holds."""
    ids = [entry.entry_id for entry in entries]

    def work(session: object) -> None:
        for school in range(schools):
            for version in (1, 2, 3):
                session.add(  # type: ignore[attr-defined]
                    PolicyRow(
                        school=f"school-{school}",
                        version=version,
                        allowed=json.dumps(chance.sample(ids, min(12, len(ids)))),
                        changed_at=datetime(2026, 11, 1, tzinfo=UTC),
                        record_id=uuid4(),
                    )
                )

    database.write(work)


def timed(times: list[float], work: Callable[[], object]) -> object:
    """What work gives; its milliseconds are kept."""
    began = time.perf_counter()
    found = work()
    times.append((time.perf_counter() - began) * 1000)
    return found


def run(entries: int, schools: int, questions: int, home: Path) -> dict[str, list[float]]:
    """The milliseconds of each step of each question."""
    runtime, chance = Runtime(), random.Random(1)
    database = Database(f"sqlite:///{home / 'bench.db'}")
    migrate(database)
    listed = entries_of(entries, runtime)
    settle(database, schools, listed, chance)
    policies, held = Policies(database), Held(registry_of(listed, runtime.now()))
    drift = Drift(database, Unrecorded(), runtime)  # type: ignore[arg-type]
    house = House(suspended=drift.suspended)
    router = Router(held, Bindings({}, home / "models"), house, Breakers(runtime.monotonic))
    gate = Gate(held, house)
    steps: dict[str, list[float]] = {"policy": [], "route": [], "gate": [], "all": [], "all, processor": []}
    for _ in range(questions):
        school = f"school-{chance.randrange(schools)}"
        labels = Labels(
            personal_data=chance.choice(("none", "none", "pupil")),
            language=chance.choice(("kk", "ru", "en")),
            task="answer",
            tokens=0,
        )
        began, used = time.perf_counter(), time.thread_time()
        policy = policies_of(steps["policy"], policies, school)
        route = timed(steps["route"], lambda p=policy, of=labels: router.route(of, p))  # type: ignore[misc]
        assert isinstance(route, Route)
        answer = timed(
            steps["gate"],
            lambda r=route, p=policy, of=labels: gate.admit(  # type: ignore[misc]
                r.entry.entry_id, purpose="answer", personal_data=of.personal_data, policy=p
            ),
        )
        assert isinstance(answer, Permit)
        steps["all"].append((time.perf_counter() - began) * 1000)
        steps["all, processor"].append((time.thread_time() - used) * 1000)
    database.close()
    return steps


def policies_of(times: list[float], policies: Policies, school: str) -> object:
    """A school's policy, timed."""
    return timed(times, lambda: policies.of(school))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--entries", type=int, default=200)
    parser.add_argument("--schools", type=int, default=1000)
    parser.add_argument("--questions", type=int, default=3000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        steps = run(given.entries, given.schools, given.questions, Path(folder))
    print(f"{given.entries} entries, {given.schools} schools, {given.questions} questions; ms")
    print(f"{'':<16}{'p50':>8}{'p95':>8}{'p99':>8}")
    for name, times in steps.items():
        row = "".join(f"{percentile(times, share):>8.3f}" for share in (0.5, 0.95, 0.99))
        print(f"{name:<16}{row}")
    for name in ("all", "all, processor"):
        met = percentile(steps[name], 0.95) <= AIM_MS
        print(f"aim, {name}: p95 at most {AIM_MS} ms: {'met' if met else 'missed'}")


if __name__ == "__main__":
    main()
