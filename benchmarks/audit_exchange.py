"""What the log's commits add to an answer of 20 sentences in 4 seconds: `make endure`.

    python -m benchmarks.audit_exchange [--engines sqlite postgresql] [--parallel 1 8] [--rounds 5]

An exchange is what the line does: the question, what was checked, what was found and routed, each sentence, the end.
Every one of these commits must be durable before the next thing is shown. Printed: their sum as a share of the 4
seconds (median and worst exchange), and what a single commit takes; beside it one fdatasync of the same disk in the
same rounds. The widths take turns within a round.
"""

import argparse
import os
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from app.audit import AuditLog, Outcome, Step
from app.database import Entry
from app.runtime import Runtime
from benchmarks.audit_append import ACTOR, SCHOOL, opened, synced
from benchmarks.bench import percentile
from benchmarks.cluster import cluster

SENTENCES, SECONDS = 20, 4.0
TEXT = "Бөлімдері әр түрлі бөлшектерді салыстыру үшін оларды ортақ бөлімге келтіріп, алымдарын салыстырамыз."


@dataclass(slots=True)
class Took:
    """Seconds of each commit of one exchange, in order."""

    commits: list[float] = field(default_factory=list)

    def time(self, commit: Callable[[], object]) -> None:
        """Make a commit, and keep how long it took."""
        began = time.perf_counter()
        commit()
        self.commits.append(time.perf_counter() - began)


def exchange(log: AuditLog, took: Took) -> None:
    """One paced answer."""
    asked = Entry(
        kind="asked",
        school=SCHOOL,
        actor=ACTOR,
        role="teacher",
        clear={"language": "kk", "task": "ask"},
        sealed={"raw": TEXT},
    )
    began = time.perf_counter()
    exchange = log.open(asked)
    took.commits.append(time.perf_counter() - began)
    verdicts = [{"rail": "leak", "action": "allow", "score": "0.0"}]
    took.time(
        lambda: exchange.journal(Step(kind="checked", clear={"verdicts": verdicts}, sealed={"masked": TEXT}))
    )
    found = Step(kind="retrieved", clear={"passages": [{"id": f"p{n}", "rank": n} for n in range(6)]})
    routed = Step(kind="routed", clear={"entry_id": "bench"}, sealed={"prompt": [["user", TEXT * 20]]})
    took.time(lambda: exchange.journal(found, routed))
    for number in range(SENTENCES):
        due = began + (number + 1) * SECONDS / SENTENCES
        time.sleep(max(0.0, due - time.perf_counter()))
        clear = {"number": number, "characters": len(TEXT), "verdicts": verdicts}
        step = Step(kind="sentence", clear=clear, sealed={"text": TEXT})
        took.time(lambda step=step: exchange.journal(step))  # type: ignore[misc]
    took.time(lambda: exchange.close(Outcome.ANSWERED, {"total_ms": 4000}, {"raw_output": TEXT * SENTENCES}))


def answers(log: AuditLog, parallel: int) -> list[Took]:
    """So many exchanges at once, begun a little apart as teachers do."""
    taken = [Took() for _ in range(parallel)]

    def run(number: int) -> None:
        time.sleep(number * SECONDS / SENTENCES / parallel)
        exchange(log, taken[number])

    threads = [threading.Thread(target=run, args=(number,)) for number in range(parallel)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(len(one.commits) == SENTENCES + 4 for one in taken)
    return taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engines", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--parallel", nargs="+", type=int, default=[1, 8])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=None, help="on the disk to measure")
    given = parser.parse_args()
    print(
        f"load average {os.getloadavg()[0]:.1f}, {given.rounds} rounds, {SENTENCES + 4} commits an exchange"
    )
    print(
        "| engine | at once | share of 4 s, median / worst | a commit, p50 / p95 / p99 ms | fdatasync p50 / p99 ms |"
    )
    print("|---|---|---|---|---|", flush=True)
    for engine in given.engines:
        with ExitStack() as stack:
            name = stack.enter_context(tempfile.TemporaryDirectory(dir=given.folder))
            server = stack.enter_context(cluster(durable=True)) if engine == "postgresql" else None
            url = f"sqlite:///{Path(name) / 'ustaz.db'}" if server is None else server.url
            database = stack.enter_context(opened(url))
            log = AuditLog(database, Runtime(), Path(name), app_version="0")
            log.start()
            stack.callback(log.close)
            exchange_once(log)
            taken: dict[int, list[Took]] = {parallel: [] for parallel in given.parallel}
            disk: list[float] = []
            for _ in range(given.rounds):
                for parallel in given.parallel:
                    disk.extend(synced(Path(name), 0.5).latencies)
                    taken[parallel].extend(answers(log, parallel))
            for parallel, rows in taken.items():
                shares = [sum(row.commits) / SECONDS for row in rows]
                single = [one for row in rows for one in row.commits]
                commit = " / ".join(f"{1000 * percentile(single, share):.1f}" for share in (0.5, 0.95, 0.99))
                sync = " / ".join(f"{1000 * percentile(disk, share):.2f}" for share in (0.5, 0.99))
                print(
                    f"| {engine} | {parallel} | {median(shares):.1%} / {max(shares):.1%} | {commit} | {sync} |",
                    flush=True,
                )
    print(f"load average {os.getloadavg()[0]:.1f}")


def exchange_once(log: AuditLog) -> None:
    """What is only made once: the month's wrapping key, and the statements' texts."""
    warm = log.open(
        Entry(kind="asked", school=SCHOOL, actor=ACTOR, clear={"language": "kk"}, sealed={"raw": TEXT})
    )
    warm.journal(Step(kind="sentence", sealed={"text": TEXT}))
    warm.close(Outcome.STOPPED)


if __name__ == "__main__":
    main()
