"""Write the invented page, or measure the reader on it: `python -m benchmarks.official_page --measure`.

The reader runs in a process of its own (seconds and peak memory are that process's, start and import included).
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.official_page import FULL_COUNT, FULL_DENSITY, WITHOUT_COLUMNS, Size, generate
from benchmarks.official_page.judging import judge
from benchmarks.official_page.planting import EXPECTED
from knowledge.edition import Edition, Repair
from knowledge.readers import order399

AIMS = {"right": 0.995, "seconds": 180, "megabytes": 1024}
SHOWN = 5


def main() -> int:
    """The command; 1 if an aim was missed."""
    parser = argparse.ArgumentParser(prog="benchmarks.official_page", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, help="where to write the page (.html, .docx, .pdf)")
    parser.add_argument("--measure", action="store_true", help="read it and say what was found")
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--language", choices=("ru", "kk"), default="ru")
    parser.add_argument("--seed", type=int, default=399)
    parser.add_argument("--density", type=int, default=FULL_DENSITY, help="objectives of a cell at most")
    parser.add_argument("--count", type=int, default=FULL_COUNT, help="how often each defect is planted")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    if chosen.read:
        return _read(chosen.read)
    size = Size(density=chosen.density, count=chosen.count)
    with tempfile.TemporaryDirectory() as folder:
        path = chosen.file or Path(folder) / "official.html"
        only = WITHOUT_COLUMNS if path.suffix == ".pdf" else None
        act = generate(path, seed=chosen.seed, language=chosen.language, size=size, only=only)
        plain = path.read_bytes()
        lines = plain.count(b"\n")
        print(f"{path.name}: {len(plain):,} bytes, {lines:,} lines, {len(size.appendices)} appendices")
        if not chosen.measure:
            return 0
        first, second = _child(path), _child(path)
    edition = Edition.from_mapping(json.loads(first[0]))
    score = judge(act, edition)
    good = (
        score.share >= AIMS["right"]
        and not score.false
        and first[1] <= AIMS["seconds"]
        and first[2] <= AIMS["megabytes"]
        and first[0] == second[0]
    )
    print(
        f"objectives: planted {score.planted:,}, found {score.found:,}, right {score.right:,} ({score.share:.4%}), "
        f"false {len(score.false)}; quarters right {score.quarters_right:,}, hours right {score.hours_right} of {score.hours}"
    )
    print(f"appendices: {edition.appendices}, programmes with a wrong fact: {len(score.programmes_wrong)}")
    print(f"{'defect':<18}{'planted':>8}{'mended':>8}{'reported':>9}{'missed':>7}")
    for name, (planted, seen, missed) in score.defects.items():
        mended = isinstance(EXPECTED[name], Repair)
        print(f"{name:<18}{planted:>8}{seen if mended else 0:>8}{0 if mended else seen:>9}{len(missed):>7}")
    for title, lines in (("wrong", score.wrong), ("false", score.false), ("facts", score.programmes_wrong)):
        for line in lines[:SHOWN]:
            print(f"  {title}: {line}")
    print(
        f"seconds {first[1]:.1f} and {second[1]:.1f}, peak memory {first[2]:.0f} MB, same bytes twice: {first[0] == second[0]}"
    )
    print("aims reached" if good else "AIMS MISSED", json.dumps(AIMS))
    return 0 if good else 1


def _child(path: Path) -> tuple[bytes, float, float]:
    """What the reader gives in a process of its own, its seconds on the clock and its peak memory in MB."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.official_page", "--read", str(path)],
        capture_output=True,
        check=True,
    )
    seconds = time.perf_counter() - started
    return done.stdout, seconds, float(done.stderr.split()[-1])


def _read(path: Path) -> int:
    edition = order399.read(path, name=path.name)
    sys.stdout.buffer.write(json.dumps(edition.to_mapping(), ensure_ascii=False).encode())
    sys.stdout.flush()
    sys.stderr.write(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
