"""`ustaz registry verify`: an asked house is proved offline from a copy of its data folder; what was changed in it is found."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app import cli
from app.settings import ROOT
from tests.assistant.conftest import House
from tests.cli.test_cli_commands import served

__all__ = ["served"]

SCHEMA = json.loads((ROOT / "docs" / "registry-verify.schema.json").read_text(encoding="utf-8"))


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    status = cli.main(["registry", "verify", *arguments, "--json"])
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, SCHEMA)
    return status, document


def change(copy: Path, *statements: str) -> None:
    """What an administrator of the database can do: triggers are no hindrance."""
    with sqlite3.connect(copy / "ustaz.db") as database:
        triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            database.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert database.execute(statement).rowcount != 0, statement
    database.close()


def later(copy: Path) -> None:
    """The end of each answer a year later."""
    change(copy)
    with sqlite3.connect(copy / "ustaz.db") as database:
        ends = database.execute("SELECT record_id, body FROM audit_record WHERE kind = 'closed'").fetchall()
        for record_id, body in ends:
            clear = json.loads(body)
            year = int(clear["time"][:4])
            moved = body.replace(f'"time":"{year}'.encode(), f'"time":"{year + 1}'.encode())
            database.execute("UPDATE audit_record SET body = ? WHERE record_id = ?", (moved, record_id))
    database.close()


CHANGES: dict[str, tuple[Callable[[Path], object], int, str]] = {
    "nothing": (lambda copy: None, 0, "ok"),
    "a file of the archive": (
        lambda copy: change(copy, "UPDATE registry_archive SET body = x'7b7d'"),
        1,
        "list_unproved",
    ),
    "the list": (lambda copy: change(copy, "UPDATE registry_list SET body = x'7b7d'"), 1, "list_unproved"),
    "the archive gone": (lambda copy: change(copy, "DELETE FROM registry_archive"), 2, "archive_missing"),
    "the entry of an answer": (
        lambda copy: change(
            copy,
            "UPDATE audit_record SET body = CAST(replace(CAST(body AS TEXT), 'model:extractive', 'model:another') "
            "AS BLOB) WHERE kind = 'closed'",
        ),
        1,
        "not_in_force",
    ),
    "the time of an answer": (later, 1, "contradiction"),
    "no key of the log": (lambda copy: (copy / "keys" / "verifier.pub").unlink(), 2, ""),
    "no log": (lambda copy: (copy / "ustaz.db").write_bytes(b"no database" * 1000), 2, "log_unreadable"),
}


def test_a_house_that_was_asked_is_proved_and_a_changed_copy_is_not(
    served: House, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    # Other tests may have asked in the same house.
    served.services.audit.sequence(finish=True)
    before = said(capsys)[1]["answers"]
    for question in ("Бөлшектерді қалай салыстырамыз?", "Как сравнить дроби?"):
        assert cli.main(["ask", question, "--model", "urn:ustaz:model:extractive"]) == 0
    served.services.audit.sequence(finish=True)

    status, document = said(capsys)
    assert (status, document["status"], document["found"]) == (0, "ok", {})
    assert document["answers"] == before + 2
    assert document["calls"] >= 4

    home, root = served.services.settings.home, served.services.settings.registry_root
    assert root is not None
    for name, (harm, expected, key) in CHANGES.items():
        copy = tmp_path / "copy"
        copy.mkdir()
        with sqlite3.connect(home / "ustaz.db") as live, sqlite3.connect(copy / "ustaz.db") as target:
            live.backup(target)
        live.close()
        target.close()
        for folder in ("keys", "checkpoints"):
            shutil.copytree(home / folder, copy / folder)
        harm(copy)
        status, document = said(capsys, "--log", str(copy), "--root", str(root))
        assert status == expected, (name, document)
        assert not key or key == document["status"] or key in document["found"], (name, document)
        shutil.rmtree(copy)

    other = tmp_path / "other.json"
    other.write_bytes(root.read_bytes() + b" ")
    assert said(capsys, "--root", str(other))[0] == 2
    assert cli.main(["registry", "verify", "--root", str(other)]) == 2
    assert "trust anchor that was not given" in capsys.readouterr().out
