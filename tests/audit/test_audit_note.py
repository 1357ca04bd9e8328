"""Signed notes and checkpoints: the bytes of the Go implementation, and what a crash leaves of the file."""

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.audit import AuditLog
from app.audit.checkpoint import CUT, TAIL_BYTES, Checkpoints, notes, parse, text_of
from app.audit.keys import load
from app.audit.merkle import leaf_hash
from app.audit.note import Signer
from app.audit.verify import Key, read_head, split_notes
from app.database import Database
from app.runtime import Runtime
from tests.conftest import NOON

# The worked example of Go's golang.org/x/mod/sumdb/note: its key, its text, its signature.
SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNATURE = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

SIGNER = Signer(name="ustaz.local/log-test", key=Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER = Signer(name="ustaz.local/log-test", key=Ed25519PrivateKey.from_private_bytes(bytes(32)))


def head(size: int = 3) -> str:
    return SIGNER.sign(text_of(SIGNER.name, size, leaf_hash(b"root"), NOON))


def test_a_note_has_the_bytes_of_gos_implementation() -> None:
    signer = Signer(name="PeterNeumann", key=Ed25519PrivateKey.from_private_bytes(SEED))

    assert signer.verifier == VERIFIER
    assert signer.sign(TEXT) == f"{TEXT}\n{SIGNATURE}"


def test_gos_note_is_verified() -> None:
    assert Key(VERIFIER).signed(f"{TEXT}\n{SIGNATURE}") is True


def test_a_changed_text_is_not_signed() -> None:
    assert Key(VERIFIER).signed(f"{TEXT.replace('answer', 'ANSWER')}\n{SIGNATURE}") is False


def test_a_signature_of_an_unknown_key_is_ignored() -> None:
    note = head()
    cosigned = note + OTHER.sign(text_of(OTHER.name, 3, leaf_hash(b"root"), NOON)).rsplit("\n", 2)[1] + "\n"

    assert Key(OTHER.verifier).signed(note) is None
    assert Key(SIGNER.verifier).signed(cosigned) is True


def test_a_bad_signature_of_a_known_key_refuses_the_note() -> None:
    note = head()
    line = note.splitlines()[-1]
    data = bytearray(base64.b64decode(line.split(" ")[2]))
    data[10] ^= 1
    forged = note.replace(line.split(" ")[2], base64.b64encode(data).decode())

    assert Key(SIGNER.verifier).signed(forged) is False


def test_a_text_without_its_newline_is_not_signed() -> None:
    with pytest.raises(ValueError, match="newline"):
        SIGNER.sign("no end")


@pytest.mark.parametrize(
    "line",
    [
        "",
        "name",
        "a+00000000+AAAA",
        VERIFIER.replace("c74f20a3", "c74f20a4"),
        VERIFIER.replace("ARpc", "AhpC"),
    ],
)
def test_what_is_no_verifier_key_is_refused(line: str) -> None:
    with pytest.raises(ValueError):
        Key(line)


def test_a_checkpoint_says_origin_size_root_and_time() -> None:
    known, checkpoint = read_head(head(5), Key(SIGNER.verifier)), parse(head(5))

    assert (known.size, known.root, known.time, known.signed) == (
        5,
        leaf_hash(b"root"),
        "2026-11-23T07:00:00.000000Z",
        True,
    )
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == (SIGNER.name, 5, leaf_hash(b"root"))


def test_the_checkpoint_has_its_golden_bytes() -> None:
    golden = Path(__file__).parent.parent / "golden" / "audit_checkpoint.txt"

    assert head() == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("note", ["", "a\n", "a\nx\nAAAA\n", "a\n1\nnot base64!\n", "\n1\nAAAA\n"])
def test_what_is_no_checkpoint_is_not_read(note: str) -> None:
    with pytest.raises(ValueError):
        read_head(note, None)


@pytest.mark.parametrize("reader", [notes, split_notes])
@pytest.mark.parametrize(
    "cut", ["", "ustaz.local/log-test\n4\nAB" + "\n" + CUT, "ustaz.local/log-test\n" + CUT]
)
def test_a_file_of_notes_is_read_around_what_a_crash_cut_off(reader: object, cut: str) -> None:
    found = list(reader(head(1) + head(2) + cut + head(3) + "ustaz.local/lo"))  # type: ignore[operator]

    assert found == [head(1), head(2), head(3)]


def test_of_a_long_file_only_the_end_is_read_for_its_newest_head(
    log: AuditLog, database: Database, home: Path
) -> None:
    keys = load(home / "keys", database, Runtime())
    kept = Checkpoints(database, Runtime(), keys.signer, home / "checkpoints")
    kept.path.parent.mkdir(parents=True, exist_ok=True)
    kept.path.write_text("".join(head(size) for size in range(1, 600)), encoding="utf-8")
    newest = kept.outside()

    assert kept.path.stat().st_size > 2 * TAIL_BYTES
    assert newest is not None
    assert newest.size == 599
