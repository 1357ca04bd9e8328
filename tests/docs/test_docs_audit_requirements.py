"""Every test and every attack that the table of the log's requirements names exists."""

import re

from app.settings import ROOT
from benchmarks.audit_requirements import ROW, named

PAGE = (ROOT / "docs" / "audit-requirements.md").read_text(encoding="utf-8")
SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
DEFINITION = re.compile(r"^def (\w+)\(", re.MULTILINE)
DEFINED = set(DEFINITION.findall(SOURCES))
NAMED = set(re.findall(r"`([a-z]\w+)`", PAGE))


def test_every_named_test_exists() -> None:
    assert {name for name in NAMED if name.startswith("test_")} <= DEFINED
    assert len([name for name in NAMED if name.startswith("test_")]) > 40


def test_every_named_attack_is_run() -> None:
    attacks = {name for name in NAMED if not name.startswith("test_")} - {"unit", "chaos", "proofs"}

    assert attacks <= DEFINED
    assert all(len(re.findall(rf"\b{name}\b", SOURCES)) > 1 for name in attacks)


def test_every_requirement_has_its_tests_and_its_result() -> None:
    rows = named(PAGE)

    assert tuple(rows) == tuple(f"A{number}" for number in range(1, 26))
    assert all(rows.values())
    assert all(result.strip() for _, _, result in ROW.findall(PAGE))
    assert not [result for _, _, result in ROW.findall(PAGE) if "failed" in result]


def test_every_file_of_tests_about_the_log_is_named() -> None:
    files = [
        *(ROOT / "tests" / "audit").glob("test_*.py"),
        *(ROOT / "tests" / "chaos").glob("test_audit_*.py"),
    ]
    unnamed = [
        path.name for path in files if not NAMED & set(DEFINITION.findall(path.read_text(encoding="utf-8")))
    ]

    assert files
    assert unnamed == []
