"""PostgreSQL stopped at once under load: clients repeat with the same id, and no acknowledged record is lost or doubled."""

import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest

import app.audit.tables  # noqa: F401 - registers the tables of the log on Base
from app.audit import AuditLog, Filter, Outcome, Record, StoredExchange
from app.audit.report import Report
from app.database import Base, Database
from app.errors import NotRecorded
from app.runtime import Runtime
from benchmarks.cluster import Cluster, cluster
from tests.audit.cases import TEACHER, asked, sentence, sign_in

CLIENTS = 6
SHORT, FULL = 2, 20

pytestmark = pytest.mark.postgres


@dataclass(slots=True)
class Client:
    """What one client was told."""

    appended: list[UUID] = field(default_factory=list)
    asked: set[UUID] = field(default_factory=set)
    shown: dict[UUID, list[str]] = field(default_factory=dict)
    ended: set[UUID] = field(default_factory=set)
    refusals: int = 0
    error: BaseException | None = None

    def work(self, log: AuditLog, over: threading.Event) -> None:
        try:
            while not over.is_set():
                self.append(log, over)
                self.answer(log)
        except BaseException as error:
            self.error = error

    def append(self, log: AuditLog, over: threading.Event) -> None:
        """Repeat one record with its id until it is taken."""
        entry = sign_in(Runtime().new_id())
        while True:
            try:
                self.appended.append(log.append(entry).record_id)
                return
            except NotRecorded:
                self.refusals += 1
                if over.wait(0.05):
                    return

    def answer(self, log: AuditLog) -> None:
        """One question, as the line asks it; what cannot be recorded is not shown."""
        try:
            opened = log.open(asked())
        except NotRecorded:
            self.refusals += 1
            return
        self.asked.add(opened.id)
        outcome = Outcome.ANSWERED
        try:
            for number in range(1, 5):
                text = f"{number}-сөйлем."
                opened.journal(sentence(number, text))
                self.shown.setdefault(opened.id, []).append(text)
        except NotRecorded:
            self.refusals += 1
            outcome = Outcome.FAILED
        try:
            opened.close(outcome)
            self.ended.add(opened.id)
        except NotRecorded:
            self.refusals += 1


@dataclass(frozen=True, slots=True)
class Found:
    """What the clients were told, and what stands afterwards."""

    clients: list[Client]
    records: list[Record]
    stored: dict[UUID, StoredExchange]
    report: Report


@pytest.fixture
def server() -> Iterator[Cluster]:
    with cluster(durable=True) as made:
        yield made


def stop_at_once(server: Cluster, home: Path, times: int) -> Found:
    """Stop and start the server so many times under its clients."""
    database = Database(server.url)
    tables = [table for name, table in Base.metadata.tables.items() if name.startswith("audit_")]
    database.write(lambda session: Base.metadata.create_all(session.connection(), tables=tables))
    log = AuditLog(database, Runtime(), home, app_version="0.1.0")
    log.start()
    over, clients = threading.Event(), [Client() for _ in range(CLIENTS)]
    threads = [threading.Thread(target=client.work, args=(log, over), daemon=True) for client in clients]
    for thread in threads:
        thread.start()
    draw = random.Random(20261129)
    try:
        for _ in range(times):
            before = sum(len(client.appended) for client in clients)
            until = time.monotonic() + 60
            # It is stopped at work, not while it still comes back.
            while sum(len(client.appended) for client in clients) < before + 20 and time.monotonic() < until:
                time.sleep(0.01)
            time.sleep(draw.random() * 0.3)
            server.stop()
            time.sleep(draw.random() * 0.3)
            server.start()
    finally:
        over.set()
        for thread in threads:
            thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    log.recover()
    until = time.monotonic() + 30
    # The sequencer finds out by its first try that its old connection is dead.
    while log.health().waiting and time.monotonic() < until:
        log.sequence(finish=True)
    log.sequence(finish=True)
    records = list(everything(log))
    exchanges = {record.exchange_id for record in records if record.exchange_id is not None}
    stored = {one.exchange_id: one for one in log.exchanges(exchanges, actor=TEACHER)}
    report = log.verify()
    log.close()
    database.close()
    return Found(clients, records, stored, report)


def everything(log: AuditLog) -> Iterator[Record]:
    after: str | None = None
    while True:
        page = log.search(Filter(), after=after, limit=500)
        yield from page.records
        after = page.next
        if after is None:
            return


def holds(found: Found) -> None:
    """The law, for whatever number of stops."""
    assert [client.error for client in found.clients if client.error is not None] == []
    ids = Counter(record.record_id for record in found.records)
    kinds: dict[UUID, Counter[str]] = {}
    for record in found.records:
        if record.exchange_id is not None:
            kinds.setdefault(record.exchange_id, Counter())[record.kind] += 1
    assert all(number == 1 for number in ids.values())
    for client in found.clients:
        assert all(ids[one] == 1 for one in client.appended)
        assert client.asked <= set(kinds)
        assert all(kinds[one]["closed"] == 1 for one in client.ended)
        for exchange, texts in client.shown.items():
            held = found.stored[exchange].sealed["shown"]
            assert held[: len(texts)] == texts
            assert len(held) <= len(texts) + 1
    assert all(one["asked"] == 1 and one["closed"] + one["abandoned"] == 1 for one in kinds.values())
    assert (found.report.exit_code, found.report.waiting, found.report.open_exchanges) == (0, 0, ())


def test_a_server_stopped_at_once_loses_and_doubles_nothing(server: Cluster, tmp_path: Path) -> None:
    holds(stop_at_once(server, tmp_path / "home", SHORT))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_server_stopped_at_once_twenty_times_loses_and_doubles_nothing(
    server: Cluster, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = stop_at_once(server, tmp_path / "home", FULL)
    abandoned = sum(record.kind == "abandoned" for record in found.records)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{FULL} stops, {sum(client.refusals for client in found.clients)} refusals told; "
            f"{sum(len(client.appended) for client in found.clients)} records acknowledged, each in the log once; "
            f"{sum(len(client.asked) for client in found.clients)} questions acknowledged, {abandoned} ended by recovery, "
            f"each with one end; verify exit code {found.report.exit_code}\n"
        )

    holds(found)
