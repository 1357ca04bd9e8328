"""How fast the log appends, against the disk's own fdatasync and a chain that commits each record: `make endure`.

    python -m benchmarks.audit_append [--engines sqlite postgresql] [--writers 1 2 4 8 16] [--rounds 5] [--seconds 2]

Each round measures all designs one after the other, in an order that turns, so that what else the machine does hits
all of them; what is printed is the median of the rounds, and the median of the ratios within a round. All write the
same records of about 3.9 KB (sealed part included) with the same settings of durability. On SQLite the chain is
measured twice: with its writers in SQLite's busy handler, and with a queue of its own, which is kinder to it.
"""

import argparse
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from sqlalchemy import create_engine, func, select, text

import app.audit.tables  # noqa: F401 - registers the tables of the log
from app.audit import AuditLog
from app.audit import keys as key_files
from app.audit.canonical import canonical
from app.audit.envelope import Draft
from app.audit.fields import Kind
from app.audit.keyring import KeyRing
from app.audit.sealing import seal
from app.audit.tables import PENDING
from app.database import Base, Database, Entry
from app.runtime import Runtime
from benchmarks.audit_chain import Chain
from benchmarks.bench import percentile
from benchmarks.cluster import Cluster, cluster

SCHOOL, ACTOR = "school-17", "https://id.example.kz|teacher-1"
PAYLOAD = 2_400
"""Characters of hexadecimal noise under seal: with envelope, indexes and key a record of about 3.9 KB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one design did in one round."""

    rate: float
    latencies: Sequence[float]


Append = Callable[[], None]


def entry() -> Entry:
    """A record with text, as a teacher's word is."""
    return Entry(
        kind="feedback",
        school=SCHOOL,
        actor=ACTOR,
        role="teacher",
        clear={"what": "answer", "language": "kk"},
        sealed={"comment": os.urandom(PAYLOAD // 2).hex()},
    )


def paced(append: Append, writers: int, seconds: float) -> Round:
    """As many appends as `writers` threads do, one after the other each."""
    begun, over = threading.Barrier(writers + 1), threading.Event()
    taken: list[list[float]] = [[] for _ in range(writers)]

    def write(mine: list[float]) -> None:
        begun.wait()
        while not over.is_set():
            at = time.perf_counter()
            append()
            mine.append(time.perf_counter() - at)

    threads = [threading.Thread(target=write, args=(mine,)) for mine in taken]
    for thread in threads:
        thread.start()
    begun.wait()
    at = time.perf_counter()
    time.sleep(seconds)
    over.set()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - at
    latencies = [one for mine in taken for one in mine]
    return Round(rate=len(latencies) / spent, latencies=latencies)


def synced(folder: Path, seconds: float) -> Round:
    """4 KB written and synced, one after the other."""
    block, latencies = os.urandom(4096), []
    descriptor = os.open(folder / "probe", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    try:
        began = time.perf_counter()
        while time.perf_counter() - began < seconds:
            at = time.perf_counter()
            os.write(descriptor, block)
            os.fdatasync(descriptor)
            latencies.append(time.perf_counter() - at)
        return Round(rate=len(latencies) / (time.perf_counter() - began), latencies=latencies)
    finally:
        os.close(descriptor)


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """A database with the tables of the log."""
    database = Database(url)
    tables = [table for name, table in Base.metadata.tables.items() if name.startswith("audit_")]
    database.write(lambda session: Base.metadata.create_all(session.connection(), tables=tables))
    try:
        yield database
    finally:
        database.close()


@contextmanager
def our_log(url: str, home: Path) -> Iterator[Append]:
    """The log with its sequencer at work; at the end every record must have its leaf."""
    with opened(url) as database:
        log = AuditLog(database, Runtime(), home, app_version="0")
        log.start()
        try:
            yield lambda: swallow(log.append(entry()))
        finally:
            log.close()
        waiting = database.read(lambda session: session.scalar(select(func.count()).select_from(PENDING)))
        assert waiting == 0, f"{waiting} records have no leaf"


@contextmanager
def a_chain(url: str, home: Path, *, writers: int, queue: bool) -> Iterator[Append]:
    """The chain, sealing as the log does."""
    with opened(url) as database:
        runtime = Runtime()
        keys = key_files.load(home / "keys", database, runtime)
        ring = KeyRing(database, runtime, keys.master)
        chain = Chain(database, runtime, writers=writers, queue=queue)

        def append() -> None:
            given, record_id = entry(), runtime.new_id()
            key = ring.make(given.school, record_id)
            text = canonical(dict(given.sealed or {}))
            draft = Draft(
                kind=Kind(given.kind),
                record_id=record_id,
                school=given.school,
                pseudonym=keys.pseudonym(ACTOR),
                role=given.role,
                clear=given.clear,
                sealed=seal(key.key, record_id.bytes, text, runtime.randomness),
                key_owner=record_id,
            )
            chain.append(draft, key)

        try:
            yield append
        finally:
            chain.close()


def swallow(_: object) -> None:
    """Nothing of it is needed."""


class Place:
    """Fresh databases of one engine, one for each round and design."""

    def __init__(self, folder: Path, server: Cluster | None) -> None:
        self._folder = folder
        self._server = server
        self._number = 0

    def fresh(self) -> tuple[str, Path]:
        """The URL of an empty database, and a home."""
        self._number += 1
        home = self._folder / str(self._number)
        home.mkdir()
        if self._server is None:
            return f"sqlite:///{home / 'ustaz.db'}", home
        name = f"bench{self._number}"
        engine = create_engine(self._server.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return self._server.url.replace("/postgres?", f"/{name}?"), home


def rounds(
    place: Place, folder: Path, engine: str, *, writers: int, count: int, seconds: float
) -> dict[str, list[Round]]:
    """`count` rounds of all designs with so many writers."""

    def measure(design: Callable[[str, Path], AbstractContextManager[Append]]) -> Round:
        with design(*place.fresh()) as append:
            append()  # the wrapping key of the month, and the statements' texts
            return paced(append, writers, seconds)

    designs: dict[str, Callable[[], Round]] = {
        "fdatasync": lambda: synced(folder, seconds / 2),
        "log": lambda: measure(our_log),
        "chain": lambda: measure(partial(a_chain, writers=writers, queue=False)),
    }
    if engine == "sqlite":
        designs["chain, queued"] = lambda: measure(partial(a_chain, writers=writers, queue=True))
    found: dict[str, list[Round]] = {name: [] for name in designs}
    names = list(designs)
    for number in range(count):
        turn = number % len(names)
        for name in (*names[turn:], *names[:turn]):
            found[name].append(designs[name]())
    return found


def line(engine: str, writers: int, found: dict[str, list[Round]]) -> str:
    """One row of the printed table."""
    cells = [engine, str(writers)]
    for name in ("fdatasync", "log", "chain", "chain, queued"):
        cells.append(f"{median(one.rate for one in found[name]):.0f}" if name in found else "")
    for name in ("chain", "chain, queued"):
        cells.append(f"{ratio(found, name):.1f}" if name in found else "")
    cells.append(f"{ratio(found, 'fdatasync'):.2f}")
    sync = 1000 * median(percentile(one.latencies, 0.5) for one in found["fdatasync"])
    for name in ("log", "chain"):
        cells.append(
            " / ".join(
                f"{1000 * median(percentile(one.latencies, share) for one in found[name]):.1f}"
                for share in (0.5, 0.99)
            )
        )
    cells.append(f"{sync:.2f}")
    cells.append(
        f"{median(percentile(mine.latencies, 0.99) / percentile(disk.latencies, 0.5) for mine, disk in pairs(found)):.0f}"
    )
    return "| " + " | ".join(cells) + " |"


def ratio(found: dict[str, list[Round]], name: str) -> float:
    """The median, over the rounds, of the log's rate in one of another design's."""
    return median(mine.rate / other.rate for mine, other in zip(found["log"], found[name], strict=True))


def pairs(found: dict[str, list[Round]]) -> Iterator[tuple[Round, Round]]:
    """The log and the disk in the same round."""
    return zip(found["log"], found["fdatasync"], strict=True)


HEADER = (
    "engine",
    "writers",
    "fdatasync/s",
    "log/s",
    "chain/s",
    "queued chain/s",
    "log to chain",
    "log to queued chain",
    "log to fdatasync",
    "log p50 / p99 ms",
    "chain p50 / p99 ms",
    "one fdatasync p50 ms",
    "log p99 to it",
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engines", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--writers", nargs="+", type=int, default=[1, 2, 4, 8, 16])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--folder", type=Path, default=None, help="on the disk to measure")
    given = parser.parse_args()
    print(f"load average {os.getloadavg()[0]:.1f}, {given.rounds} rounds of {given.seconds} s, medians")
    print("| " + " | ".join(HEADER) + " |")
    print("|" + "---|" * len(HEADER), flush=True)
    for engine in given.engines:
        with ExitStack() as stack:
            name = stack.enter_context(tempfile.TemporaryDirectory(dir=given.folder))
            server = stack.enter_context(cluster(durable=True)) if engine == "postgresql" else None
            place = Place(Path(name), server)
            for writers in given.writers:
                found = rounds(
                    place,
                    Path(name),
                    engine,
                    writers=writers,
                    count=given.rounds,
                    seconds=given.seconds,
                )
                print(line(engine, writers, found), flush=True)
    print(f"load average {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
