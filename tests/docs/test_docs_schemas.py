"""What the commands print keeps the schemas in docs/."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.settings import ROOT


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "docs" / f"{name}.schema.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("commands")


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "USTAZ_HOME": str(home / "var"), "USTAZ_SECRETS": str(home / "none.toml")}  # noqa: TID251
    return subprocess.run(
        [Path(sys.executable).parent / "ustaz", *arguments],
        env=environment, capture_output=True, text=True, check=False, cwd=home,
    )  # fmt: skip


@pytest.mark.parametrize("path", sorted((ROOT / "docs").glob("*.schema.json")), ids=lambda path: path.stem)
def test_every_schema_is_a_schema(path: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("arguments", "name", "status"),
    [
        (("ask", "Как сравнить дроби?", "--language", "ru", "--json"), "ask", 0),
        (("ask", "12.99.9.9", "--language", "en", "--json"), "ask", 0),
        (("registry", "show", "--json"), "registry-show", 0),
        (("doctor", "--json"), "doctor", 0),
        (("audit", "verify", "--json"), "audit-verify", 0),
        (("models", "list", "--json"), "models-list", 0),
    ],
    ids=["ask", "ask-unknown-code", "registry", "doctor", "verify", "models"],
)
def test_a_command_prints_one_document_and_nothing_else(
    home: Path, arguments: tuple[str, ...], name: str, status: int
) -> None:
    done = run(home, *arguments)

    assert done.returncode == status, done.stderr
    jsonschema.validate(json.loads(done.stdout), schema(name))


def test_ingest_reports_what_it_took_and_what_it_refused(home: Path) -> None:
    (home / "plan.md").write_text(
        "# Кесте\n\nБейсенбіде мектеп бағында көшет отырғызамыз.\n", encoding="utf-8"
    )
    (home / "empty.pdf").write_bytes(b"%PDF-1.4\n")

    done = run(home, "ingest", "plan.md", "empty.pdf", "--json")
    document = json.loads(done.stdout)

    jsonschema.validate(document, schema("ingest"))
    assert done.returncode == 1
    assert {row["name"]: row["status"] for row in document["documents"]} == {
        "plan.md": "indexed",
        "empty.pdf": "refused",
    }


def test_an_unknown_setting_value_is_named(home: Path) -> None:
    environment = {**os.environ, "USTAZ_PORT": "many", "USTAZ_HOME": str(home / "var")}  # noqa: TID251
    done = subprocess.run(
        [Path(sys.executable).parent / "ustaz", "doctor"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "USTAZ_PORT" in done.stderr
