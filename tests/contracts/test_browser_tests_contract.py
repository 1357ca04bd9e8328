"""Tests of the browser are found by their target, which reads no other folder."""

from app.settings import ROOT


def test_what_runs_in_a_browser_lies_where_its_target_looks() -> None:
    marked, target = "mark" + ".e2e", (ROOT / "Makefile").read_text(encoding="utf-8")
    elsewhere = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("*.py")
        if path.parent.name != "e2e" and marked in path.read_text(encoding="utf-8")
    ]

    assert "pytest tests/e2e " in target
    assert [name for name in elsewhere if f" {name} " not in target] == []
