"""The ministry's own log: each list, revocation and rotation is a leaf under a signed head, and its proof goes out with the list."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app import cli
from app.audit import Status, check_proof
from app.registry.feed import LIST_FILE
from app.registry.issue import ONLINE, Copy
from app.settings import ROOT

KEYS = ("public", "holder-1", "holder-3", "online", "on-call")
REVOKED = "urn:example:model:qala-edu-2"
Clerk = Callable[..., dict[str, Any]]


@pytest.fixture
def clerk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Clerk:
    """A ministry with keys; gives what a command printed."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "docs" / "registry.example.yaml", tmp_path / "list.yaml")

    def run(verb: str, *words: str, holding: tuple[str, ...] = KEYS, status: int = 0) -> dict[str, Any]:
        keys = [word for name in holding for word in ("--keys", f"keys/{name}")]
        given = keys if verb in {"publish", "revoke", "rotate", "renew"} else []
        assert cli.main(["registry", verb, *words, *given, "--json"]) == status
        document: dict[str, Any] = json.loads(capsys.readouterr().out)
        return document

    run("ceremony", "keys")
    return run


def publish(clerk: Clerk, status: int = 0) -> dict[str, Any]:
    return clerk("publish", "list.yaml", "--out", "out", status=status)


def entries() -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path("out/log/entries.jsonl").read_text().splitlines()]


def test_a_new_ministry_has_no_log_yet(clerk: Clerk) -> None:
    assert not list(Path("keys").rglob("log*"))


def test_every_act_is_a_leaf_and_the_head_is_signed_over_all_of_them(clerk: Clerk) -> None:
    first = publish(clerk)
    clerk("revoke", REVOKED, "--reason", "drift", "--out", "out")
    clerk("rotate", holding=("public", "holder-1", "holder-3"))
    second = publish(clerk)

    made = entries()
    assert [one["event"] for one in made] == ["published", "revoked", "rotated", "published"]
    assert [made[0]["digest"], made[3]["digest"]] == [first["digest"], second["digest"]]
    assert (made[1]["entry_id"], made[1]["reason_code"]) == (REVOKED, "drift")
    log = clerk("history", "out")["log"]
    assert (log["size"], log["signed"], log["agrees"], log["unlogged"]) == (4, 4, True, [])
    assert Path("keys/online/log-1.pem").stat().st_mode & 0o077 == 0


def test_the_proof_is_signed_with_the_list_and_verifies_as_any_proof(clerk: Clerk) -> None:
    publish(clerk)
    published = publish(clerk)
    copy = Copy(Path("out/online"), ONLINE)
    leaf, proof = copy.target("targets", "registry.leaf.json"), copy.target("targets", "registry.tlog-proof")
    assert leaf is not None
    assert proof is not None
    assert json.loads(leaf)["digest"] == published["digest"]
    assert copy.target("targets", LIST_FILE) is not None

    keys = Path("out/log/verifier.pub").read_text()
    assert check_proof(proof.decode(), keys=keys, record=leaf).status is Status.OK
    changed = leaf.replace(b'"sequence":2', b'"sequence":3')
    assert check_proof(proof.decode(), keys=keys, record=changed).status is Status.TAMPERED


def test_a_log_that_was_changed_is_said_and_takes_nothing_more(clerk: Clerk) -> None:
    publish(clerk)
    for place in ("out/log", "keys/public/log"):
        path = Path(place) / "entries.jsonl"
        path.write_text(path.read_text().replace('"entries":2', '"entries":1'))

    assert clerk("history", "out")["log"]["agrees"] is False
    error = publish(clerk, status=2)["error"]
    assert "not what was signed" in error["detail"]
    assert len(clerk("history", "out")["issues"]) == 1, "nothing was published"


def test_a_list_without_a_leaf_is_named(clerk: Clerk) -> None:
    publish(clerk)
    shutil.rmtree("out/log")

    assert clerk("history", "out")["log"]["unlogged"] == [1]


def test_another_key_does_not_sign_on(clerk: Clerk) -> None:
    publish(clerk)
    Path("keys/online/log-1.pem").unlink()

    assert "log-1.pem" in publish(clerk, status=2)["error"]["detail"]
