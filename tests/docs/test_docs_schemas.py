"""What the commands print keeps the schemas in docs/."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app import cli
from app.settings import ROOT

Run = Callable[..., tuple[int, str, str]]


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "docs" / f"{name}.schema.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("commands")


def as_process(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "USTAZ_HOME": str(home / "var"), "USTAZ_SECRETS": str(home / "none.toml")}  # noqa: TID251
    return subprocess.run(
        [Path(sys.executable).parent / "ustaz", *arguments],
        env=environment, capture_output=True, text=True, check=False, cwd=home,
    )  # fmt: skip


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """A command in this process; what native libraries print is seen as well."""
    for name in [name for name in os.environ if name.startswith("USTAZ_")]:  # noqa: TID251
        monkeypatch.delenv(name)
    monkeypatch.setenv("USTAZ_HOME", str(home / "var"))
    monkeypatch.setenv("USTAZ_SECRETS", str(home / "none.toml"))
    monkeypatch.chdir(home)

    def ran(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        return cli.main(list(arguments)), *capfd.readouterr()

    return ran


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
        (
            ("make", "plan", "--subject", "mathematics", "--grade", "5", "--code", "5.1.2.17", "--json"),
            "make",
            0,
        ),
        (
            (
                "make",
                "quiz",
                "--subject",
                "natural-world",
                "--grade",
                "3",
                "--code",
                "3.1.3.1",
                "--language",
                "ru",
                "--json",
            ),
            "make",
            0,
        ),
    ],
    ids=["ask", "ask-unknown-code", "registry", "doctor", "verify", "models", "make-plan", "make-quiz"],
)
def test_a_command_prints_one_document_and_nothing_else(
    run: Run, arguments: tuple[str, ...], name: str, status: int
) -> None:
    ended, out, said = run(*arguments)

    assert ended == status, said
    jsonschema.validate(json.loads(out), schema(name))


def test_a_process_of_its_own_prints_one_document_and_nothing_else(home: Path) -> None:
    done = as_process(home, "ask", "Бөлшектерді қалай салыстырамыз?", "--language", "kk", "--json")

    assert done.returncode == 0, done.stderr
    jsonschema.validate(json.loads(done.stdout), schema("ask"))


def test_ingest_reports_what_it_took_and_what_it_refused(home: Path, run: Run) -> None:
    (home / "plan.md").write_text(
        "# Кесте\n\nБейсенбіде мектеп бағында көшет отырғызамыз.\n", encoding="utf-8"
    )
    (home / "empty.pdf").write_bytes(b"%PDF-1.4\n")

    status, out, _ = run("ingest", "plan.md", "empty.pdf", "--json")
    document = json.loads(out)

    jsonschema.validate(document, schema("ingest"))
    assert status == 1
    assert {row["name"]: row["status"] for row in document["documents"]} == {
        "plan.md": "indexed",
        "empty.pdf": "refused",
    }


def test_an_unknown_setting_value_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USTAZ_PORT", "many")

    status, _, said = run("doctor")

    assert status == 2
    assert "USTAZ_PORT" in said


def test_retrieval_is_reported_for_both_forms_of_files(home: Path, run: Run) -> None:
    (home / "small.json").write_text(
        json.dumps(
            {
                "docs": ["Қан тамырлармен ағады.", "Кровь течёт по сосудам."],
                "lang": ["kk", "ru"],
                "Q": ["Қан қайда ағады?", "Где течёт кровь?"],
                "ql": ["kk", "ru"],
                "rels": [[0], [1]],
            }
        ),
        encoding="utf-8",
    )
    lines = (
        {
            "kind": "passage",
            "id": "kk-1",
            "lang": "kk",
            "title": "Қан",
            "text": "Қан ағады.",
            "topic": "biology",
        },
        {"kind": "question", "id": "kk-1-q1", "lang": "kk", "text": "Не ағады?", "relevant": ["kk-1"]},
    )
    (home / "small.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")

    for file, passages in (("small.json", 2), ("small.jsonl", 1)):
        status, out, said = run("eval", "retrieval", file, "--json")

        assert status == 0, said
        document = json.loads(out)
        jsonschema.validate(document, schema("eval-retrieval"))
        assert document["passages"] == passages
        assert document["systems"]["final"]["all"]["hit_at_5"]["value"] == 1.0
