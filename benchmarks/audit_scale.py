"""A million records on SQLite: proof, full verification, and the auditor's list, filters, counts, charts and samples.

    python -m benchmarks.audit_scale [--records 1000000] [--home FOLDER]

A log in FOLDER is used again; without one it is written into a folder that is gone afterwards. Seconds are wall time
with the processor's seconds beside them, because other work of the machine lengthens the first alone.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import app.tables  # noqa: F401 - registers every table
from app.audit import AuditLog, Filter, second_verifier, verify
from app.audit.evidence.figures import Unit
from app.audit.evidence.sampling import Plan, Stratum
from app.audit.verify import verify_proof
from app.database import Database
from app.database.migrate import migrate
from app.runtime import Runtime
from benchmarks.audit_million import BEGINNING, ENTRIES, FLAGS, STEP, fill
from benchmarks.bench import percentile

PROOFS = 200
REPEATS = 3
AIMS = {"hashes": 20, "proof_ms": 5.0, "seconds": 60.0, "mb": 200.0, "answer_s": 1.0}


def filters(log: AuditLog, number: int) -> dict[str, Filter]:
    """Every way to narrow the list, alone and some together."""
    middle = BEGINNING + STEP * (number // 2)
    one = log.search(Filter(kinds=("closed",)), limit=1).records[0]
    return {
        "nothing": Filter(),
        "kind": Filter(kinds=("closed",)),
        "rare kind": Filter(kinds=("feedback", "auth")),
        "school": Filter(school="school-07"),
        "schools": Filter(schools=("school-07", "school-08")),
        "role": Filter(role="teacher"),
        "task": Filter(task="write.lesson_plan"),
        "outcome": Filter(outcome="withheld"),
        "language": Filter(language="kk"),
        "model": Filter(entry_id=ENTRIES[1]),
        "rail": Filter(rail=next(iter(FLAGS))),
        "category": Filter(category=FLAGS["injection"]),
        "person": Filter(pseudonym=one.pseudonym),
        "conversation": Filter(conversation_id=one.conversation_id),
        "exchange": Filter(exchange_id=one.exchange_id),
        "receipt code": Filter(code=one.receipt.code),
        "one day": Filter(since=middle, until=middle + timedelta(days=1)),
        "one year": Filter(since=middle, until=middle + timedelta(days=365)),
        "nothing found": Filter(outcome="withheld", entry_id="none"),
        "school, language, outcome, day": Filter(
            school="school-07",
            language="kk",
            outcome="refused",
            since=middle,
            until=middle + timedelta(days=1),
        ),
        "category, year": Filter(category=FLAGS["size"], since=middle, until=middle + timedelta(days=365)),
    }


def timed(work: Callable[[], Any]) -> float:
    """The median of some runs, in seconds; the first run is among them."""
    took = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    return median(took)


def answers(log: AuditLog, number: int) -> float:
    """Print the seconds of list, last page, counts and charts for every filter; gives the slowest."""
    print(f"{'filter':34}{'list':>9}{'next page':>11}{'counts':>9}{'charts':>9}  seconds")
    slowest = 0.0
    for name, wanted in filters(log, number).items():
        page = log.search(wanted)
        after = page.next
        took = [
            timed(lambda wanted=wanted: log.search(wanted)),  # type: ignore[misc]
            timed(lambda wanted=wanted, after=after: log.search(wanted, after=after)) if after else 0.0,  # type: ignore[misc]
            timed(lambda wanted=wanted: log.counts(wanted)),  # type: ignore[misc]
            timed(lambda wanted=wanted: log.room.charts(wanted, Unit.DAY)),  # type: ignore[misc]
        ]
        slowest = max(slowest, *took[:3])
        print(f"{name:34}{took[0]:9.3f}{took[1]:11.3f}{took[2]:9.3f}{took[3]:9.3f}")
    return slowest


def samples(log: AuditLog) -> None:
    """Print wall and processor seconds of drawings."""
    every, head = tuple(Stratum), log.room.head()
    for name, strata, size, proportional in (
        ("20 of all", (), 20, False),
        ("2000 of all", (), 2000, False),
        ("20 of each language and outcome", (Stratum.LANGUAGE, Stratum.OUTCOME), 20, False),
        ("20 of each school", (Stratum.SCHOOL,), 20, False),
        ("500 shared out over all strata", every, 500, True),
    ):
        plan = Plan(seed="bench", strata=strata, size=size, proportional=proportional)
        begun, busy = time.perf_counter(), time.process_time()
        drawn = log.room.draw(Filter(kinds=("closed",)), plan, head)
        took, used = time.perf_counter() - begun, time.process_time() - busy
        population, number = sum(one.population for one in drawn), sum(len(one.records) for one in drawn)
        print(f"sample, {name}: {number} of {population}, {took:.2f} s (processor {used:.2f} s)")


def proofs(log: AuditLog, home: Path, number: int) -> tuple[int, float]:
    """Print hashes, bytes and milliseconds of proofs drawn by lot; gives most hashes and the median."""
    keys, draw = (home / "keys" / "verifier.pub").read_text(encoding="utf-8"), Random(1)
    made, checked, hashes, longest = [], [], 0, 0
    used = 0.0
    for _ in range(PROOFS):
        since = BEGINNING + STEP * draw.randrange(number - 1)
        record = log.search(Filter(since=since, until=since + STEP * 2), limit=1).records[0]
        begun, busy = time.perf_counter(), time.process_time()
        proof = log.prove(record.record_id)
        made.append((time.perf_counter() - begun) * 1000)
        used += (time.process_time() - busy) * 1000 / PROOFS
        begun = time.perf_counter()
        result = verify_proof(proof, verifier=keys, record=record.body)
        checked.append((time.perf_counter() - begun) * 1000)
        if result.status != "ok":
            raise SystemExit(f"a proof fails: {result.problems}")
        path = proof.partition("\n\n")[0].splitlines()[3:]
        hashes, longest = max(hashes, len(path)), max(longest, len(proof))
    print(f"{PROOFS} proofs: at most {hashes} hashes, {hashes * 32} bytes of path, {longest} bytes of text")
    print(
        f"  made: median {median(made):.2f} ms, p99 {percentile(made, 0.99):.2f} ms, processor {used:.2f} ms"
    )
    print(f"  checked: median {median(checked):.2f} ms, p99 {percentile(checked, 0.99):.2f} ms")
    return hashes, median(made)


def verification(name: str, command: list[str]) -> tuple[float, float]:
    """Print seconds and peak memory of a verifier in a process of its own; gives wall seconds and MB."""
    begun = time.perf_counter()
    child = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    seconds, cpu, peak = time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    print(f"{name}: exit {child.returncode}, {seconds:.1f} s (processor {cpu:.1f} s), peak {peak:.0f} MB")
    return seconds, peak


def main() -> None:
    """Fill, measure, hold against the aims."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder) / "home"
        if not (home / "ustaz.db").exists():
            begun = time.perf_counter()
            fill(home, given.records)
            print(f"{given.records} records written in {time.perf_counter() - begun:.0f} s")
        measure(home)


def measure(home: Path) -> None:
    """Everything, on the log in a data folder."""
    url, key = f"sqlite:///{home / 'ustaz.db'}", home / "keys" / "verifier.pub"
    heads = home / "checkpoints" / "log.checkpoints"
    database = Database(url)
    migrate(database)
    log = AuditLog(database, Runtime(), home, app_version="0.1.0")
    log.start(threads=False)
    with closing(database), closing(log):
        number = sum(log.counts(Filter()).values())
        print(f"{number} records, {(home / 'ustaz.db').stat().st_size / 1e9:.1f} GB")
        hashes, made = proofs(log, home, number)
        slowest = answers(log, number)
        samples(log)
    full = ["--database", url, "--key", str(key), "--checkpoints", str(heads)]
    seconds, peak = verification("verify.py", [verify.__file__, *full])
    since = home / "since.checkpoint"
    notes = list(verify.split_notes(heads.read_text(encoding="utf-8")))
    since.write_text(notes[len(notes) // 10 * 9], encoding="utf-8")
    verification("verify.py --since nine tenths", [verify.__file__, *full, "--since", str(since)])
    verification(
        "second_verifier.py", [second_verifier.__file__, str(home / "ustaz.db"), str(key), str(heads)]
    )
    found = {"hashes": hashes, "proof_ms": made, "seconds": seconds, "mb": peak, "answer_s": slowest}
    for name, value in found.items():
        print(
            f"{name}: {value:.3g}, aim at most {AIMS[name]:.3g}: {'holds' if value <= AIMS[name] else 'MISSED'}"
        )


if __name__ == "__main__":
    main()
