"""`ustaz models`: the local entries of the list in force with their state, and what is put in place, checked and removed."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app import cli
from app.database import Database
from app.database.migrate import migrate
from app.runtime import Runtime
from app.settings import ROOT
from tests.registry.lists import Ministry, entry, store

CONTENT = b"weights of nothing"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
LOCAL = "urn:test:model:local"

Said = Callable[..., dict[str, Any]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A school's data folder with a list in force that names one local model."""
    home, ministry, runtime = tmp_path / "var", Ministry(tmp_path / "ministry"), Runtime()
    home.mkdir()
    (tmp_path / "root.json").write_bytes(ministry.root)
    for name, value in (
        ("HOME", home),
        ("SECRETS", tmp_path / "none.toml"),
        ("REGISTRY", ministry.published),
    ):
        monkeypatch.setenv(f"USTAZ_{name}", str(value))
    monkeypatch.setenv("USTAZ_REGISTRY_ROOT", str(tmp_path / "root.json"))
    monkeypatch.delenv("USTAZ_DATABASE", raising=False)
    local = entry(LOCAL, provider="llama_cpp", artefact__sha256=SHA256)
    gone = entry("urn:test:model:gone", provider="llama_cpp", artefact__sha256="0" * 64, status="suspended")
    database = Database(f"sqlite:///{home / 'ustaz.db'}")
    migrate(database)
    store(database, runtime, ministry).take(ministry.publish(local, gone, at=runtime.now()), "test")
    database.close()
    return home


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """The document of a command that ended well."""

    def run(*arguments: str, status: int = 0) -> dict[str, Any]:
        assert cli.main(["models", *arguments, "--json"]) == status
        document: dict[str, Any] = json.loads(capsys.readouterr().out)
        name = "error" if "error" in document else "models-list" if arguments[0] == "list" else "models"
        jsonschema.validate(document, json.loads((ROOT / "docs" / f"{name}.schema.json").read_text()))
        return document

    return run


def states(said: Said) -> dict[str, str]:
    return {row["entry_id"]: row["state"] for row in said("list")["entries"]}


def test_before_anything_is_set_up_no_entry_asks_for_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: Said
) -> None:
    monkeypatch.setenv("USTAZ_HOME", str(tmp_path / "nothing"))
    monkeypatch.delenv("USTAZ_REGISTRY", raising=False)
    monkeypatch.delenv("USTAZ_REGISTRY_ROOT", raising=False)

    assert said("list")["entries"] == []
    assert not (tmp_path / "nothing").exists()


def test_only_entries_in_force_are_listed_each_with_its_state(home: Path, said: Said, tmp_path: Path) -> None:
    assert states(said) == {LOCAL: "absent"}

    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "any-name.gguf").write_bytes(CONTENT)
    assert said("fetch", LOCAL, "--from", str(stick), "--yes")["weights"]["model"] == LOCAL
    assert states(said) == {LOCAL: "checked"}

    (held,) = (home / "models").glob("*.gguf")
    held.write_bytes(CONTENT[::-1])
    assert [row["whole"] for row in said("check", status=1)["files"]] == [False]
    later = held.stat().st_mtime + 60

    os.utime(held, (later, later))
    assert states(said) == {LOCAL: "present"}

    said("remove", LOCAL)
    assert states(said) == {LOCAL: "absent"}


def test_an_entry_without_a_source_says_how_else_its_file_is_had(home: Path, said: Said) -> None:
    assert said("fetch", LOCAL, "--yes", status=1)["error"]["key"] == "weights.no_source"


@pytest.mark.parametrize(
    ("arguments", "key", "status"),
    [
        (("start", "urn:test:model:gone"), "weights.no_model", 2),
        (("start", "smollm2-135m"), "weights.not_in_force", 1),
        (("stop", LOCAL), "weights.not_running", 1),
    ],
)
def test_a_server_runs_for_an_entry_in_force_only(
    home: Path, said: Said, arguments: tuple[str, ...], key: str, status: int
) -> None:
    assert said(*arguments, status=status)["error"]["key"] == key


def test_where_no_server_runs_nothing_is_ill(home: Path, said: Said) -> None:
    assert said("health")["servers"] == []
