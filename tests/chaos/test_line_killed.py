"""`kill -9` on the whole line: every question has exactly one end after restart, nothing shown is missing in the log."""

import json
import multiprocessing
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app import bootstrap
from app.accounts import demo
from app.audit import AuditLog, Filter, Record, StoredExchange, check
from app.settings import Settings
from benchmarks.mock_endpoint import MockEndpoint, Speed
from benchmarks.workshop import ENTRY, EXTRACTIVE, install
from tests.chaos.line_victim import Place, run

ENDS = ("closed", "abandoned")
SHORT = (Place.ASKING, Place.EMBEDDING, Place.SCREEN, Place.STREAM, Place.CLOSING, Place.CHECKPOINT)
FULL = 100
PATIENCE = 300.0
"""Seconds for a process to come to its place, on a machine that is busy with other things."""
PRELOADED = ["tests.chaos.line_victim", "app.providers.openai_compatible", "langchain_openai", "chromadb"]
TEACHERS = 2


@dataclass(slots=True)
class Point:
    """What one killed process had shown before it died."""

    place: Place
    asked: set[UUID] = field(default_factory=set)
    shown: dict[UUID, list[str]] = field(default_factory=dict)
    done: set[UUID] = field(default_factory=set)
    reached: bool = False
    verified: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What stands after the last restart."""

    points: Sequence[Point]
    kinds: dict[UUID, Counter[str]]
    stored: dict[UUID, StoredExchange]
    exit_code: int
    open_exchanges: tuple[str, ...]

    def whole(self, point: Point) -> bool:
        """Every question of this process has exactly one end, and its log holds all that was shown, in order."""
        return (
            point.reached
            and point.verified in (0, None)
            and all(self._ended(one) for one in point.asked)
            and all(self.kinds[one]["closed"] == 1 for one in point.done)
            and all(self._held(one, texts) for one, texts in point.shown.items())
        )

    def _ended(self, exchange: UUID) -> bool:
        kinds = self.kinds.get(exchange, Counter())
        return kinds["asked"] == 1 and sum(kinds[end] for end in ENDS) == 1

    def _held(self, exchange: UUID, texts: list[str]) -> bool:
        held: list[str] = self.stored[exchange].sealed["shown"]
        return held[: len(texts)] == texts


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """An installation whose model takes about a second for an answer, so that a kill can hit it."""
    home = tmp_path_factory.mktemp("killed")
    with MockEndpoint(Speed(first_seconds=0.05, tokens_a_second=120, tokens=90, language="kk")) as endpoint:
        settings = install(home, endpoint.address)
        services = bootstrap.build(settings, serving=True)
        services.policies.seed(
            demo.SCHOOL, (ENTRY, EXTRACTIVE), recorder=services.audit, runtime=services.runtime
        )
        services.close()
        yield settings


def kill_at(
    settings: Settings, screen: Path, places: Sequence[Place], *, seed: int, most_passed: int
) -> Found:
    """Kill a fresh process at each place, a random moment around it; then start once more and look."""
    screen.touch()
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(PRELOADED)
    chance = random.Random(seed)
    for number, place in enumerate(places):
        after = 0 if place is Place.START else chance.randrange(most_passed)
        stay = chance.random() * 0.03
        arguments = (settings, str(screen), number, str(place), after, stay, TEACHERS)
        victim = forks.Process(target=run, args=arguments, daemon=True)
        victim.start()
        assert victim.pid is not None
        begun = screen.stat().st_size
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and victim.is_alive() and not reached(screen, begun):
            time.sleep(0.001)
        time.sleep(chance.random() * (1.0 if place is Place.START else 0.03))
        assert victim.is_alive(), f"ended by itself at {place}"
        os.kill(victim.pid, signal.SIGKILL)
        victim.join()
        assert victim.exitcode == -signal.SIGKILL
    return look(settings, read(screen, places))


def reached(screen: Path, begun: int) -> bool:
    """Whether the newest process says that it is at its place."""
    with screen.open("rb") as file:
        file.seek(begun)
        return b'"reached"' in file.read()


def read(screen: Path, places: Sequence[Place]) -> list[Point]:
    """The screens of all processes."""
    points = [Point(place) for place in places]
    current = -1
    for row in screen.read_text(encoding="utf-8").splitlines():
        line: dict[str, Any] = json.loads(row)
        current = line.get("point", current)
        point = points[current]
        match line["kind"]:
            case "reached":
                point.reached = True
            case "serves":
                point.verified = line["exit_code"]
            case "asked":
                point.asked.add(UUID(line["exchange"]))
            case "text":
                point.shown.setdefault(UUID(line["exchange"]), []).append(line["text"])
            case "done":
                point.done.add(UUID(line["exchange"]))
            case _:
                continue
    return points


def look(settings: Settings, points: Sequence[Point]) -> Found:
    """Start on the same data folder, which is all that recovery needs, and read the log."""
    services = bootstrap.build(settings, serving=True)
    try:
        services.audit.recover()
        services.audit.sequence(finish=True)
        kinds: dict[UUID, Counter[str]] = {}
        for record in everything(services.audit):
            if record.exchange_id is not None:
                kinds.setdefault(record.exchange_id, Counter())[record.kind] += 1
        stored = {one.exchange_id: one for one in services.audit.exchanges(kinds, actor=demo.subject())}
    finally:
        services.close()
    report = check(settings.database_url, settings.home)
    return Found(
        points=points,
        kinds=kinds,
        stored=stored,
        exit_code=report.exit_code,
        open_exchanges=report.open_exchanges,
    )


def everything(log: AuditLog) -> Iterator[Record]:
    after: str | None = None
    while True:
        page = log.search(Filter(), after=after, limit=500)
        yield from page.records
        after = page.next
        if after is None:
            return


def holds(found: Found) -> None:
    """The law, for whatever number of kills."""
    failed = [
        f"{number}: {point.place}" for number, point in enumerate(found.points) if not found.whole(point)
    ]
    assert failed == []
    assert all(kinds["asked"] == 1 and sum(kinds[end] for end in ENDS) == 1 for kinds in found.kinds.values())
    assert any(kinds["abandoned"] for kinds in found.kinds.values())
    assert any(point.shown for point in found.points)
    assert (found.exit_code, found.open_exchanges) == (0, ())


def test_a_process_killed_on_the_line_leaves_one_end_each_and_no_text_that_the_log_lacks(
    installation: Settings, tmp_path: Path
) -> None:
    holds(kill_at(installation, tmp_path / "screen", SHORT, seed=2, most_passed=2))


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_hundred_random_kills_leave_one_end_each_and_no_text_that_the_log_lacks(
    installation: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(20261123)
    every = [*Place, *Place]
    places = [*every, *chance.choices(list(Place), k=FULL - len(every))]
    chance.shuffle(places)
    found = kill_at(installation, tmp_path / "screen", places, seed=100, most_passed=5)
    asked = sum(len(point.asked) for point in found.points)
    pieces = sum(len(texts) for point in found.points for texts in point.shown.values())
    abandoned = sum(kinds["abandoned"] for kinds in found.kinds.values())
    with capsys.disabled():
        sys.stdout.write(f"\n{sum(map(found.whole, found.points))} of {len(found.points)}\n")
        sys.stdout.write(
            f"{asked} questions on the screens, {len(found.kinds)} in the log, {abandoned} ended by recovery, "
            f"{pieces} shown pieces all in the log, verify exit code {found.exit_code}\n"
        )

    holds(found)
