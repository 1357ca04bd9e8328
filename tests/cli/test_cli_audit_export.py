"""`ustaz audit export` and `ustaz audit index`: files, progress, one JSON document, and what is refused."""

import csv
import json
import zipfile
from pathlib import Path

import jsonschema
import pytest

from app import cli
from app.accounts import demo
from app.settings import ROOT
from tests.assistant.conftest import House
from tests.audit.cases import sign_in
from tests.cli.test_cli_commands import served

__all__ = ["served"]

SCHEMA = json.loads((ROOT / "docs" / "audit-export.schema.json").read_text(encoding="utf-8"))
AUDITOR = f"{demo.ISSUER}|{demo.PEOPLE[2].identifier}"
EXPORT = ("audit", "export", "--as", AUDITOR, "--purpose", "Тексеру", "--kind", "auth")


def test_the_table_and_its_bundle_lie_side_by_side_and_verify(
    served: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    served.services.audit.sequence(finish=True)
    out = tmp_path / "records.csv"
    status = cli.main([*EXPORT, "--out", str(out), "--json"])
    document = json.loads(capsys.readouterr().out)
    verified = cli.main(["audit", "verify", "--bundle", f"{out}.zip"])
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))

    jsonschema.validate(document, SCHEMA)
    assert (status, verified) == (0, 0)
    assert document["count"] == len(rows) > 0
    assert {row["kind"] for row in rows} == {"auth"}
    assert [Path(one["file"]).name for one in document["files"]] == ["records.csv", "records.csv.zip"]


def test_a_zip_is_the_bundle_alone(served: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    served.services.audit.sequence(finish=True)
    out = tmp_path / "evidence.zip"

    assert cli.main([*EXPORT, "--out", str(out), "--format", "parquet"]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    assert cli.main(["audit", "verify", "--bundle", str(out)]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["evidence.zip"]


def test_it_leads_on_from_a_head_that_the_auditor_holds(
    served: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    served.services.audit.sequence(finish=True)
    out, kept = tmp_path / "evidence.zip", tmp_path / "kept.txt"
    kept.write_text(served.services.audit.newest_head(), encoding="utf-8")
    served.services.audit.append(sign_in())
    served.services.audit.sequence(finish=True)
    assert cli.main([*EXPORT, "--out", str(out), "--since-head", str(kept)]) == 0
    capsys.readouterr()
    assert cli.main(["audit", "verify", "--bundle", str(out), "--anchor", str(kept), "--json"]) == 0

    document = json.loads(capsys.readouterr().out)
    with zipfile.ZipFile(out) as archive:
        assert "consistency.txt" in archive.namelist()
    assert document["anchored"] is True


def test_who_may_not_export_gets_no_file(
    served: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    teacher = f"{demo.ISSUER}|{demo.PEOPLE[0].identifier}"
    command = ["audit", "export", "--as", teacher, "--purpose", "x", "--out", str(tmp_path / "e.zip")]

    assert cli.main(command) == 1
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr().err


def test_the_index_is_what_the_records_say(served: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["audit", "index"]) == 0
    assert capsys.readouterr().out.endswith(" records indexed, 0 otherwise than their bodies say\n")
