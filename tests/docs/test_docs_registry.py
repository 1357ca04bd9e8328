"""The guide of the registry is true: its commands run in its order, on its example."""

import json
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app import cli
from app.errors import RegistryRefused
from app.registry.document import list_schema, parse
from app.registry.publish import compose
from app.registry.source import read_source
from app.settings import ROOT
from tests.conftest import NOON

GUIDE = (ROOT / "docs" / "registry.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "docs" / "registry.example.yaml"
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", GUIDE, re.M | re.S)
LINES = [line for block in BLOCKS for line in block.splitlines()]
SCHEMAS = {"show": "show", "import": "show", "verify": "verify"}
MINISTRY = {"ceremony", "publish", "revoke", "renew", "rotate", "history"}


def schema(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((ROOT / "docs" / f"{name}.schema.json").read_text(encoding="utf-8"))
    return read


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The clerk's folder, with the example in it, and no setting from outside."""
    shutil.copy(EXAMPLE, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("USTAZ_HOME", str(tmp_path / "var"))
    monkeypatch.setenv("USTAZ_SECRETS", str(tmp_path / "none.toml"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    for name in ("USTAZ_DATABASE", "USTAZ_REGISTRY", "USTAZ_REGISTRY_ROOT"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_every_verb_stands_in_the_guide() -> None:
    named = {shlex.split(line)[2] for line in LINES if line.startswith("ustaz registry ")}

    assert named >= MINISTRY | set(SCHEMAS)


def test_a_clerk_who_follows_the_guide_gets_a_list_that_a_school_takes(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[dict[str, Any]] = []
    for line in LINES:
        words = shlex.split(line)
        if words[0] == "export":
            monkeypatch.setenv(*words[1].split("=", 1))
            continue
        assert words[0] == "ustaz", line
        assert cli.main([*words[1:], "--json"]) == 0, line
        document = json.loads(capsys.readouterr().out)
        jsonschema.validate(document, schema(f"registry-{SCHEMAS.get(words[2], 'publish')}"))
        said.append(document)

    issues = next(one for one in said if one.get("verb") == "history")["issues"]
    assert [issue["sequence"] for issue in issues] == [1, 2]
    assert all(one["status"] == "ok" for one in said[-2:])
    shown = said[-3]
    assert (shown["list_id"], shown["sequence"], shown["demonstration"]) == ("kz-edu", 2, False)
    standing = {entry["entry_id"].rpartition(":")[2]: entry["reason"]["key"] for entry in shown["entries"]}
    assert standing == {
        "qala-edu-2": "registry.refused.revoked",
        "qala-edu-1": "registry.refused.replaced",
    }


def test_the_example_holds_every_field_that_an_entry_may_have() -> None:
    source = read_source(EXAMPLE, at=NOON)

    def missing(properties: dict[str, Any], held: dict[str, Any], place: str) -> list[str]:
        found = []
        for name, inner in properties.items():
            if name not in held:
                found.append(f"{place}{name}")
            elif isinstance(held[name], dict) and "properties" in inner:
                found += missing(inner["properties"], held[name], f"{place}{name}/")
        return found

    known = list_schema()["$defs"]["entry"]["properties"]
    first, second = source["entries"]
    assert missing(known, {**first, "history": second["history"]}, "") == []
    assert parse(compose(source, None, NOON)).entries[0].reference


def test_a_field_that_the_schema_does_not_allow_is_named_with_its_entry(desk: Path) -> None:
    broken = desk / "broken.yaml"
    broken.write_text(
        EXAMPLE.read_text(encoding="utf-8").replace("risk_degree: medium  ", "risk_degree: middling"),
        encoding="utf-8",
    )

    with pytest.raises(RegistryRefused, match=r"qala-edu-2: legal/risk_degree: 'middling'"):
        parse(compose(read_source(broken, at=NOON), None, NOON))
