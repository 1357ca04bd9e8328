"""`ustaz audit inventory`: the lists that checks worked with are printed from their record, and their digest is computed anew."""

import hashlib
import json
import sqlite3
from pathlib import Path

import pytest

from app.cli import main
from app.protection.inventory import inventory_id
from guardrails.cues import raw
from tests.assistant.conftest import House
from tests.assistant.fakes import Says, ask, closed, with_parts


def test_the_digest_in_a_record_leads_to_the_lists_and_to_their_receipt(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("USTAZ_HOME", str(house.services.settings.home))
    end = closed(house, ask(house, with_parts(house, Says())))
    digest = str(end.clear["details"]["inventory_digest"])

    assert main(["audit", "inventory", digest, "--canonical"]) == 0
    said = capsys.readouterr()
    assert hashlib.sha256(said.out.rstrip("\n").encode()).hexdigest() == digest
    record = house.services.audit.find(inventory_id(digest))
    assert record is not None
    assert record.receipt.code in said.err

    assert main(["audit", "inventory", digest]) == 0
    lexicons = json.loads(capsys.readouterr().out)["lexicons"]
    assert lexicons["figures"] == hashlib.sha256(raw("figures")).hexdigest()


def test_a_digest_that_no_check_worked_with_is_said_to_be_none(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("USTAZ_HOME", str(house.services.settings.home))

    assert main(["audit", "inventory", "ab" * 32]) == 1
    assert "no inventory" in capsys.readouterr().err


def test_lists_that_were_changed_in_their_record_are_not_taken_for_those_of_the_digest(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    digest = str(house.services.guardrails.inventory_digest)
    copied(house, tmp_path)
    with sqlite3.connect(tmp_path / "ustaz.db") as database:
        database.execute("DROP TRIGGER audit_record_refuse_update")
        figures = hashlib.sha256(raw("figures")).hexdigest()
        database.execute(
            "UPDATE audit_record SET body = CAST(replace(CAST(body AS TEXT), ?, ?) AS BLOB) WHERE record_id = ?",
            (figures, "0" * 64, inventory_id(digest).hex),
        )
    database.close()
    monkeypatch.setenv("USTAZ_HOME", str(tmp_path))

    assert main(["audit", "inventory", digest]) == 1
    assert "has the digest" in capsys.readouterr().err


def copied(house: House, folder: Path) -> None:
    live = sqlite3.connect(house.services.settings.home / "ustaz.db")
    target = sqlite3.connect(folder / "ustaz.db")
    live.backup(target)
    live.close()
    target.close()
