"""Run every test that `docs/audit-requirements.md` names, and say by requirement how many cases passed."""

import argparse
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

from app.settings import ROOT

PAGE = ROOT / "docs" / "audit-requirements.md"
NAME = re.compile(r"`(test_\w+)`")
ROW = re.compile(r"^\| (A\d+) \|(.*)\|([^|]*)\|$", re.MULTILINE)
DEFINED = re.compile(r"^def (test_\w+)\(", re.MULTILINE)


def named(page: str) -> Mapping[str, tuple[str, ...]]:
    """The tests of each requirement, in the order of the page."""
    return {number: tuple(NAME.findall(told)) for number, told, _ in ROW.findall(page)}


def places(names: frozenset[str]) -> Iterator[str]:
    """Where these tests are, as pytest wants them."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name in DEFINED.findall(path.read_text(encoding="utf-8")):
            if name in names:
                yield f"{path.relative_to(ROOT)}::{name}"


def outcomes(names: frozenset[str], *, slow: bool, sqlite: bool) -> dict[str, Counter[str]]:
    """How often each test passed, failed or was skipped."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        left_out = ["e2e", *([] if slow else ["slow"]), *(["postgres"] if sqlite else [])]
        chosen = " and ".join(f"not {mark}" for mark in left_out)
        command = [sys.executable, "-m", "pytest", "-q", "-m", chosen, f"--junitxml={report}", *places(names)]
        subprocess.run(command, cwd=ROOT, check=False, stdout=sys.stderr)
        found: dict[str, Counter[str]] = {name: Counter() for name in names}
        for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - pytest wrote it just now
            name = str(case.get("name")).split("[")[0]
            kinds = {child.tag for child in case}
            bad = "failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"
            found.setdefault(name, Counter())[bad] += 1
    return found


def said(tests: tuple[str, ...], found: Mapping[str, Counter[str]]) -> str:
    """The result of one requirement."""
    total = sum((found[name] for name in tests), Counter[str]())
    left = sum(not found[name] for name in tests)
    words = [f"{total[word]} {word}" for word in ("passed", "failed", "skipped") if total[word]]
    return ", ".join([*words, *([f"{left} not run"] if left else [])])


def main() -> int:
    """Print a line for each requirement, and write the page's last column if that is wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slow", action="store_true", help="the tests that have a target of their own, too")
    parser.add_argument("--sqlite", action="store_true", help="on SQLite alone")
    parser.add_argument("--write", action="store_true", help="write the results into the page")
    given = parser.parse_args()
    page = PAGE.read_text(encoding="utf-8")
    rows = named(page)
    found = outcomes(
        frozenset(name for tests in rows.values() for name in tests), slow=given.slow, sqlite=given.sqlite
    )
    results = {number: said(tests, found) for number, tests in rows.items()}
    for number, result in results.items():
        print(f"{number}: {result}")
    if given.write:
        page = ROW.sub(lambda row: f"| {row[1]} |{row[2]}| {results[row[1]]} |", page)
        PAGE.write_text(page, encoding="utf-8")
    return 0 if all("failed" not in result for result in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
