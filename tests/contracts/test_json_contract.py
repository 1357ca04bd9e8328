"""Whatever a command refuses, with --json it prints one JSON document with the reason and ends with another status than 0."""

import argparse
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app import cli
from app.settings import ROOT

SCHEMA = json.loads((ROOT / "docs" / "error.schema.json").read_text(encoding="utf-8"))
PERSON = ("--issuer", "https://id.example.kz", "--subject", "a-1", "--name", "Дана", "--role", "teacher")
EXPORT = ("--purpose", "why", "--as", "https://id.example.kz|a-1", "--out", "out.zip")
REQUEST = "00000000-0000-4000-8000-000000000000"
KEYS = ("--out", "published", "--keys", "no-keys")

# By command: words that can be read but not be used. `many` for a port is the fault of those whose own words are good.
BAD: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("ask",): ("Бөлшек деген не?",),
    ("audit", "approve"): (REQUEST, "--as", "https://id.example.kz|a-1", "--reason", "a reason in words"),
    ("audit", "erase"): ("--record", "7K3M-9QXT-2BVH", "--as", "https://id.example.kz|a-1"),
    ("audit", "export"): EXPORT,
    ("audit", "refuse"): (REQUEST, "--as", "https://id.example.kz|a-1"),
    ("audit", "requests"): ("--as", "https://id.example.kz|a-1"),
    ("audit", "retention"): ("--dry-run",),
    ("audit", "verify"): (),
    ("curriculum", "back"): (),
    ("curriculum", "difference"): ("nothing",),
    ("curriculum", "list"): (),
    ("curriculum", "show"): ("nothing",),
    ("curriculum", "switch"): ("nothing",),
    ("doctor",): (),
    ("eval",): ("retrieval", "no-such-file"),
    ("ingest",): ("no-such-file",),
    ("make",): ("plan", "--subject", "mathematics", "--grade", "5"),
    ("models", "add"): ("no-such-file", "--sha256", "0" * 64),
    ("models", "check"): (),
    ("models", "fetch"): ("nothing", "--yes"),
    ("models", "health"): (),
    ("models", "list"): (),
    ("models", "remove"): ("nothing",),
    ("models", "start"): ("nothing",),
    ("models", "stop"): ("nothing",),
    ("people", "add"): PERSON,
    ("registry", "ceremony"): ("full",),
    ("registry", "history"): ("nothing",),
    ("registry", "import"): ("nothing",),
    ("registry", "publish"): ("no-such-file", *KEYS),
    ("registry", "renew"): KEYS,
    ("registry", "revoke"): ("urn:nobody", *KEYS),
    ("registry", "rotate"): ("--keys", "no-keys"),
    ("registry", "show"): (),
    ("registry", "verify"): (),
    ("train",): ("groundedness", "--out", "no-such-folder/weights.json"),
}


def commands(parser: argparse.ArgumentParser, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command that prints a document when it is asked to."""
    for action in parser._actions:
        if "--json" in action.option_strings:
            yield path
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                yield from commands(inner, (*path, name))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which nothing is set up, and a setting that is wrong."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "kept").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("USTAZ_HOME", str(tmp_path / "var"))
    monkeypatch.setenv("USTAZ_SECRETS", str(tmp_path / "none.toml"))
    monkeypatch.setenv("USTAZ_PORT", "many")
    return tmp_path


def refusal(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The one document on standard output; the same is said to people beside it."""
    printed = capsys.readouterr()
    document: dict[str, Any] = json.loads(printed.out)
    jsonschema.validate(document, SCHEMA)
    assert printed.err.strip()
    return document


def test_every_command_with_a_document_is_looked_at_here() -> None:
    assert set(commands(cli.build_parser())) == set(BAD)


@pytest.mark.parametrize("command", BAD, ids=" ".join)
def test_what_cannot_be_used_gives_one_document_with_the_reason(
    desk: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    status = cli.main([*command, *BAD[command], "--json"])

    assert status in {1, 2}
    assert refusal(capsys)["error"]["status"] == status


@pytest.mark.parametrize("command", BAD, ids=" ".join)
def test_what_cannot_be_read_gives_one_document_with_the_reason(
    desk: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main([*command, *BAD[command], "--json", "--no-such-thing"])

    assert left.value.code == 2
    error = refusal(capsys)["error"]
    assert "--no-such-thing" in error["detail"]
    assert error["status"] == 2


def test_without_the_word_nothing_is_printed_but_the_sentence(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["registry", "history", "nothing"]) != 0

    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("ustaz: ")
