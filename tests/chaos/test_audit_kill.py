"""`kill -9` at random moments: nothing acknowledged is lost, nothing shown is missing, every question has one end."""

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

import app.audit.tables  # noqa: F401 - registers the tables of the log on Base
from app.audit import AuditLog, Filter, Record
from app.database import Base, Database
from app.runtime import Runtime
from tests.chaos.audit_victim import run

POINTS = {"sqlite": 30, "postgresql": 10}


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    tables = [table for name, table in Base.metadata.tables.items() if name.startswith("audit_")]
    opened.write(lambda session: Base.metadata.create_all(session.connection(), tables=tables))
    yield opened
    opened.close()


def everything(log: AuditLog) -> Iterator[Record]:
    after: str | None = None
    while True:
        page = log.search(Filter(), after=after, limit=500)
        yield from page.records
        after = page.next
        if after is None:
            return


def drawn(screen: Path) -> tuple[set[UUID], dict[UUID, list[str]], set[UUID]]:
    """What the victims acknowledged: questions, shown sentences, ends."""
    asked: set[UUID] = set()
    shown: dict[UUID, list[str]] = {}
    closed: set[UUID] = set()
    for line in screen.read_text(encoding="utf-8").splitlines():
        kind, exchange, *rest = line.split("\t")
        if kind == "asked":
            asked.add(UUID(exchange))
        elif kind == "text":
            shown.setdefault(UUID(exchange), []).append(rest[0])
        else:
            closed.add(UUID(exchange))
    return asked, shown, closed


def test_killing_the_process_at_random_points_loses_nothing_and_leaves_no_question_open(
    database: Database, tmp_path: Path
) -> None:
    home, screen = tmp_path / "home", tmp_path / "screen"
    screen.touch()
    url = database.url.render_as_string(hide_password=False)
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(["tests.chaos.audit_victim"])
    draw = random.Random(20261123)
    for point in range(POINTS[database.dialect]):
        before = screen.stat().st_size
        victim = forks.Process(target=run, args=(url, str(home), str(screen), point), daemon=True)
        victim.start()
        until = time.monotonic() + 30
        # Some die while they start, before their first question; the others at work.
        while point % 5 and screen.stat().st_size == before and time.monotonic() < until:
            time.sleep(0.002)
        time.sleep(draw.random() * 0.15)
        assert victim.pid is not None
        os.kill(victim.pid, signal.SIGKILL)
        victim.join()
        assert victim.exitcode == -signal.SIGKILL

    log = AuditLog(database, Runtime(), home, app_version="0.1.0")
    log.start(threads=False)
    log.recover()
    log.sequence(finish=True)
    asked, shown, closed = drawn(screen)
    kinds: dict[UUID, Counter[str]] = {}
    for record in everything(log):
        assert record.exchange_id is not None
        kinds.setdefault(record.exchange_id, Counter())[record.kind] += 1
    stored = {one.exchange_id: one for one in log.exchanges(kinds)}
    report = log.verify()
    log.close()

    assert len(asked) > POINTS[database.dialect]
    assert asked <= set(kinds)
    assert all(one["asked"] == 1 and one["closed"] + one["abandoned"] == 1 for one in kinds.values())
    assert all(kinds[exchange]["closed"] == 1 for exchange in closed)
    for exchange, texts in shown.items():
        held = stored[exchange].sealed["shown"]
        assert held[: len(texts)] == texts
        assert len(held) <= len(texts) + 1
    assert any(one["abandoned"] for one in kinds.values())
    assert (report.exit_code, report.waiting, report.open_exchanges) == (0, 0, ())
