"""A witness that lost what it has seen says so and cosigns nothing; and what it kept outlives a power cut."""

import sqlite3
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.audit.note import Signer
from app.audit.witness.witness_key import key_in
from app.audit.witness.witness_state import Seen, WitnessState
from app.cli import main
from app.errors import BadSetting
from app.runtime import Runtime
from tests.audit.witness_scene import NAME, Tale, desk_in
from tests.conftest import NOON

SIGNER = Signer(name="ustaz.local/log-a", key=Ed25519PrivateKey.from_private_bytes(b"\x01" * 32))
TALE, FORKED = Tale(SIGNER, [b"one"] * 5), Tale(SIGNER, [b"another"] * 5)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A witness that cosigned one head."""
    desk = desk_in(tmp_path / "w", SIGNER.verifier)
    assert desk.add(b"old 0\n\n" + TALE.head(5).encode()).status == 200
    return tmp_path / "w"


def test_the_state_is_made_with_the_key(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"witness\.db"):
        WitnessState.open(tmp_path)
    key_in(tmp_path, NAME, Runtime())

    with WitnessState.open(tmp_path).turn() as turn:
        assert turn.seen(SIGNER.name) is None


@pytest.mark.parametrize("left", [None, b"", b"something else that is no database of ours"])
def test_a_witness_without_its_memory_does_not_start(folder: Path, left: bytes | None) -> None:
    (folder / "witness.db").unlink()
    if left is not None:
        (folder / "witness.db").write_bytes(left)

    with pytest.raises(BadSetting, match=r"witness\.db .*backup.*--new-state"):
        desk_in(folder, SIGNER.verifier)
    with pytest.raises(BadSetting, match=r"witness\.db"):
        desk_in(folder, SIGNER.verifier)


def test_the_command_says_what_is_missing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "witness.db").unlink()
    key = folder / "verifier.pub"
    key.write_text(SIGNER.verifier + "\n", encoding="utf-8")

    assert main(["audit", "witness", "--folder", str(folder), "--log", str(key)]) == 2
    assert "witness.db" in capsys.readouterr().err
    assert not (folder / "witness.db").exists()


def test_only_who_says_so_begins_with_an_empty_memory(folder: Path) -> None:
    (folder / "witness.db").unlink()
    WitnessState.renew(folder)

    assert desk_in(folder, SIGNER.verifier).add(b"old 0\n\n" + FORKED.head(5).encode()).status == 200


def test_a_memory_that_is_there_is_never_emptied(folder: Path) -> None:
    with pytest.raises(BadSetting, match="--new-state"):
        WitnessState.renew(folder)

    fork = desk_in(folder, SIGNER.verifier).add(b"old 5\n\n" + FORKED.head(5).encode())
    assert (fork.status, fork.body) == (409, "5\n")


def test_a_memory_that_vanishes_while_the_witness_runs_is_not_made_anew(folder: Path) -> None:
    desk = desk_in(folder, SIGNER.verifier)
    (folder / "witness.db").unlink()

    with pytest.raises(sqlite3.OperationalError):
        desk.add(b"old 0\n\n" + FORKED.head(5).encode())
    assert not (folder / "witness.db").exists()


def test_a_power_cut_after_a_cosignature_cannot_bring_the_former_head_back(folder: Path) -> None:
    # A rollback journal whose removal is not durable is played back: only EXTRA syncs the folder after it.
    with WitnessState.open(folder).turn() as turn:
        turn.keep(SIGNER.name, Seen(size=6, root=b"r", note="n"), NOON)
        assert turn.connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
        assert turn.connection.execute("PRAGMA synchronous").fetchone()[0] == 3
