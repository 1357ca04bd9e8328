"""Exports of a whole log: seconds, records a second, size, and the most memory that the exporting process held.

    python -m benchmarks.audit_export --home FOLDER [--table csv] [--verify]

FOLDER is a data folder with a log, such as `benchmarks.audit_scale --home FOLDER` leaves; it is opened as a second
instance and gets no record. Each table is exported by a process of its own; the bundle is deleted afterwards.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from app.audit import AuditLog, Filter
from app.audit.evidence.table import Table
from app.audit.verify import verify_bundle
from app.database import Database
from app.runtime import Runtime

MOST_MB = 500


def export(home: Path, table: Table, out: Path) -> None:
    """Write the bundle of everything."""
    database = Database(f"sqlite:///{home / 'ustaz.db'}")
    log = AuditLog(database, Runtime(), home, app_version="0.1.0")
    log.start(threads=False)
    with closing(database), closing(log):
        begun = time.perf_counter()
        selection = log.room.select(Filter(), log.room.head())
        chosen = time.perf_counter()
        bundle = log.room.bundle(selection, wanted={}, table=table, extra={})
        done = max(bundle.write(out), default=0)
        took = time.perf_counter() - begun
    size = out.stat().st_size / 1e6
    print(
        f"{table.value:8} {done} records, chosen in {chosen - begun:.1f} s, whole in {took:.1f} s, "
        f"{done / took:.0f} records/s, {size:.0f} MB",
        flush=True,
    )


def measure(home: Path, table: Table, *, check: bool) -> bool:
    """Export in a child and print its peak; true if that is within the aim."""
    with tempfile.TemporaryDirectory(dir=home) as folder:
        out = Path(folder) / "evidence.zip"
        command = [
            sys.executable,
            "-m",
            "benchmarks.audit_export",
            "--home",
            str(home),
            "--table",
            table.value,
        ]
        child = subprocess.Popen([*command, "--out", str(out)])
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        peak = usage.ru_maxrss / 1024
        held = child.returncode == 0 and peak < MOST_MB
        print(
            f"{table.value:8} peak {peak:.0f} MB, processor {usage.ru_utime + usage.ru_stime:.0f} s, "
            f"aim below {MOST_MB} MB: {'holds' if held else 'MISSED'}",
            flush=True,
        )
        if check:
            begun = time.perf_counter()
            keys = (home / "keys" / "verifier.pub").read_text(encoding="utf-8")
            result = verify_bundle(out, verifier=keys)
            print(
                f"{table.value:8} verified: {result.status}, {time.perf_counter() - begun:.1f} s", flush=True
            )
            held = held and result.status == "ok"
    return held


def main() -> int:
    """Measure every table, or write one bundle."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--home", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--table", type=Table, choices=list(Table), action="append")
    parser.add_argument("--out", type=Path, help="write one bundle there, in this process")
    parser.add_argument("--verify", action="store_true", help="verify each bundle as well")
    given = parser.parse_args()
    tables = given.table or list(Table)
    if given.out:
        export(given.home, tables[0], given.out)
        return 0
    return 0 if all([measure(given.home, table, check=given.verify) for table in tables]) else 1


if __name__ == "__main__":
    sys.exit(main())
