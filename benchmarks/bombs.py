"""What hostile files do to the process that asks for them: `python -m benchmarks.bombs`.

Each is read by a fresh process, as the app reads: verdict, seconds, growth of that process's memory (peak over what
it held before), and the peak of the process that read.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.hostile import BOMBS
from knowledge.readers import process
from knowledge.readers.reasons import Refused

SECONDS = 2.0
ALLOWED = frozenset({"heavy but allowed"})
"""Not refused by what they declare: the reader begins, and its own measures end it, in their time."""
GROWTH_MB = 50.0


def main() -> int:
    """Print a row for each; 0 if every one was refused within the bounds."""
    if len(sys.argv) == 3:
        return one(Path(sys.argv[1]), sys.argv[2])
    kept = 0
    print(f"{'file':<27} {'KB':>7}  {'seconds':>7}  {'grew MB':>7}  {'reader MB':>9}  verdict")
    for name, (called, build) in BOMBS.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / called
            path.write_bytes(build())
            size = path.stat().st_size / 1024
            asked = subprocess.run(
                [sys.executable, "-m", "benchmarks.bombs", str(path), name],
                capture_output=True,
                text=True,
                check=True,
            )
        row = json.loads(asked.stdout)
        holds = row["refused"] and (row["seconds"] < SECONDS or name in ALLOWED) and row["grew"] < GROWTH_MB
        kept += holds
        print(
            f"{name:<27} {size:>7.0f}  {row['seconds']:>7.2f}  {row['grew']:>7.1f}  {row['reader']:>9.0f}  "
            f"{'refused' if row['refused'] else 'READ'}: {row['why']}{'' if holds else '   <- OVER'}"
        )
    print(
        f"{kept} of {len(BOMBS)} refused with growth under {GROWTH_MB:.0f} MB, in under {SECONDS:.0f} s but for",
        end=" ",
    )
    print(", ".join(sorted(ALLOWED)))
    return 0 if kept == len(BOMBS) else 1


def one(path: Path, name: str) -> int:
    """Read one file and print what it took as JSON."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before, begun = held("VmHWM"), time.perf_counter()
    try:
        process.read(path)
        refused, why = False, "read"
    except Refused as error:
        refused, why = True, f"{error.reason.key}: {error}"
    seconds = time.perf_counter() - begun
    grew = held("VmHWM") - before
    reader = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        json.dumps(
            {"name": name, "refused": refused, "why": why, "seconds": seconds, "grew": grew, "reader": reader}
        )
    )
    return 0


def held(field: str) -> float:
    """A figure of this process's memory, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:")) / 1024


if __name__ == "__main__":
    sys.exit(main())
