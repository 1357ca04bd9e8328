"""`ustaz audit retention` and `backup`: what they print, and that a dry run changes nothing."""

import json
from pathlib import Path

import jsonschema
import pytest

from app import cli
from app.settings import ROOT

SCHEMA = json.loads((ROOT / "docs" / "audit-retention.schema.json").read_text(encoding="utf-8"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("USTAZ_HOME", str(tmp_path / "var"))
    monkeypatch.setenv("USTAZ_SECRETS", str(tmp_path / "none.toml"))
    monkeypatch.delenv("USTAZ_DATABASE", raising=False)
    return tmp_path / "var"


def test_retention_prints_one_document_and_a_young_log_keeps_all(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for more in (["--dry-run"], []):
        assert cli.main(["audit", "retention", "--json", *more]) == 0
        found = json.loads(capsys.readouterr().out)
        jsonschema.validate(found, SCHEMA)
        assert found["dry_run"] is bool(more)
        assert found["keys"] == found["pruned"] == 0
    assert cli.main(["audit", "retention"]) == 0
    assert "pruned=0" in capsys.readouterr().out


@pytest.mark.usefixtures("home")
def test_less_than_half_a_year_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("USTAZ_SEALED_MONTHS", "5")

    assert cli.main(["audit", "retention"]) == 2
    assert "USTAZ_SEALED_MONTHS" in capsys.readouterr().err
