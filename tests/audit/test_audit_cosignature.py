"""Policies of several keys and cosignatures: what is ignored, what refuses, and the bytes that a witness signs."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.audit.checkpoint import text_of
from app.audit.note import Signer
from app.audit.verify import Keys, read_head, split_notes
from app.audit.witness.cosignature import Cosigner, with_lines
from tests.conftest import NOON


def private(number: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


OLD = Signer(name="ustaz.local/log-a", key=private(1))
NEW = Signer(name="ustaz.local/log-b", key=private(2))
WITNESS = Cosigner(name="witness.example/w1", key=private(3))
TEXT = text_of(OLD.name, 3, bytes(32), NOON)
NOTE = OLD.sign(TEXT)
COSIGNED = with_lines(NOTE, WITNESS.cosign(NOTE, NOON))


def spoiled(note: str, line: int = -1) -> str:
    """The note with one bit of a signature line turned."""
    lines = note.splitlines()
    mark, name, encoded = lines[line].split(" ")
    data = bytearray(base64.b64decode(encoded))
    data[-1] ^= 1
    lines[line] = f"{mark} {name} {base64.b64encode(data).decode()}"
    return "\n".join(lines) + "\n"


def test_a_policy_without_a_key_is_refused() -> None:
    for nothing in ("", "\n \n", "# a remark\n"):
        with pytest.raises(ValueError, match="no verifier key"):
            Keys(nothing)


def test_each_key_of_a_policy_verifies_its_own_heads() -> None:
    policy = Keys(f"# ours\n{OLD.verifier}\n\n{NEW.verifier}\n")

    assert policy.signed(NOTE) is True
    assert policy.signed(NEW.sign(TEXT)) is True
    assert Keys(OLD.verifier).signed(NEW.sign(TEXT)) is None


def test_a_head_of_both_keys_is_verified_by_whoever_knows_one() -> None:
    both = with_lines(NOTE, NEW.line(TEXT))

    assert [Keys(key).signed(both) for key in (OLD.verifier, NEW.verifier)] == [True, True]


def test_a_bad_signature_of_a_known_key_refuses_whatever_else_stands_there() -> None:
    both = with_lines(NOTE, NEW.line(TEXT))

    assert Keys(f"{OLD.verifier}\n{NEW.verifier}").signed(spoiled(both)) is False
    assert Keys(OLD.verifier).signed(spoiled(both)) is True


def test_a_cosignature_has_the_bytes_of_the_specification() -> None:
    line = WITNESS.cosign(NOTE, NOON)
    mark, name, encoded = line.rstrip("\n").split(" ")
    data = base64.b64decode(encoded)
    public = private(3).public_key()
    seconds = int(NOON.timestamp())

    assert (mark, name, line[-1]) == ("—", "witness.example/w1", "\n")
    assert data[:4] == hashlib.sha256(b"witness.example/w1\n\x04" + public.public_bytes_raw()).digest()[:4]
    assert int.from_bytes(data[4:12], "big") == seconds
    public.verify(data[12:], f"cosignature/v1\ntime {seconds}\n{TEXT}".encode())


def test_a_cosigned_head_is_verified_with_its_time() -> None:
    policy = Keys(WITNESS.verifier)

    assert policy.signed(COSIGNED) is True
    assert policy.time(COSIGNED) == NOON
    assert Keys(OLD.verifier).signed(COSIGNED) is True
    assert read_head(COSIGNED, Keys(OLD.verifier)).size == 3
    assert list(split_notes(COSIGNED + COSIGNED)) == [COSIGNED, COSIGNED]


def test_a_cosignature_is_over_this_text_and_this_time() -> None:
    policy, line = Keys(WITNESS.verifier), WITNESS.cosign(NOTE, NOON)
    other = OLD.sign(text_of(OLD.name, 4, bytes(32), NOON))

    assert policy.signed(NOTE) is None
    assert policy.signed(with_lines(other, line)) is False
    assert policy.signed(spoiled(COSIGNED)) is False
    encoded = line.split(" ")[2]
    data = bytearray(base64.b64decode(encoded))
    data[11] ^= 1
    assert policy.signed(COSIGNED.replace(encoded.strip(), base64.b64encode(data).decode())) is False


def test_a_log_key_is_no_witness_key_even_with_the_same_secret() -> None:
    signer = Signer(name=WITNESS.name, key=private(3))

    assert signer.verifier != WITNESS.verifier
    assert Keys(signer.verifier).signed(COSIGNED) is None


def test_a_time_beyond_all_years_is_read_as_the_last_one() -> None:
    _, name, encoded = WITNESS.cosign(NOTE, NOON).split(" ")
    data = bytearray(base64.b64decode(encoded))
    data[4:12] = b"\xff" * 8
    note = with_lines(NOTE, f"— {name} {base64.b64encode(data).decode()}\n")

    assert Keys(WITNESS.verifier).signed(note) is False
    assert Keys(WITNESS.verifier).time(note) is not None
