"""Encryption of one thing under the key of its owner: compress, then AES-256-GCM, with a keyed commitment."""

import hashlib
import hmac
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.errors import TamperedLog

FORM = "zlib+aes-256-gcm"
KEY_BYTES = 32
NONCE_BYTES = 12

Randomness = Callable[[int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """`ciphertext` (nonce first) and what the clear part says of it: two hex digests of 64 digits.

    `digest` is SHA-256 of the ciphertext, so that the leaf covers it without anybody opening it.
    `commitment` is an HMAC over the plaintext under a key that dies with the owner's, so that after an
    erasure not even a guessed text can be confirmed.
    """

    ciphertext: bytes
    digest: str
    commitment: str


def derive(owner_key: bytes, use: str, thing: bytes) -> bytes:
    """The key of 32 bytes for one use of one thing; no two uses share a key."""
    return hmac.new(owner_key, use.encode() + b"\x00" + thing, hashlib.sha256).digest()


def encrypt(key: bytes, data: bytes, *, bound_to: bytes, randomness: Randomness) -> bytes:
    """A fresh nonce, then AES-256-GCM of the data, bound to the place it stands in."""
    nonce = randomness(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, data, bound_to)


def decrypt(key: bytes, data: bytes, *, bound_to: bytes) -> bytes:
    """The data again.

    Raises:
        TamperedLog: wrong key, changed bytes, or taken from another place.
    """
    try:
        return AESGCM(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError) as error:
        raise TamperedLog("sealed bytes do not open with their key") from error


def seal(owner_key: bytes, thing: bytes, plaintext: bytes, randomness: Randomness) -> Sealed:
    """Seal the plaintext of a record.

    Args:
        owner_key: the key of the exchange or record, 32 bytes.
        thing: the record's id, 16 bytes.
    """
    ciphertext = encrypt(
        derive(owner_key, "seal", thing), zlib.compress(plaintext), bound_to=thing, randomness=randomness
    )
    return Sealed(
        ciphertext=ciphertext,
        digest=hashlib.sha256(ciphertext).hexdigest(),
        commitment=commit(owner_key, thing, plaintext),
    )


def unseal(owner_key: bytes, thing: bytes, ciphertext: bytes, commitment: str) -> bytes:
    """The plaintext of a record, held to its commitment.

    Raises:
        TamperedLog: it does not open, or is not what was committed to.
    """
    plaintext = zlib.decompress(decrypt(derive(owner_key, "seal", thing), ciphertext, bound_to=thing))
    if not hmac.compare_digest(commit(owner_key, thing, plaintext), commitment):
        raise TamperedLog("sealed text differs from its commitment")
    return plaintext


def commit(owner_key: bytes, thing: bytes, plaintext: bytes) -> str:
    """HMAC-SHA256 of the plaintext, 64 hex digits."""
    return hmac.new(derive(owner_key, "commit", thing), plaintext, hashlib.sha256).hexdigest()
