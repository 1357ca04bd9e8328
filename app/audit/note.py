"""Signed notes: a text and the signatures under it, readable by the tools of transparency logs."""

import base64
import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ED25519 = b"\x01"
COSIGNATURE = b"\x04"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A named Ed25519 key that signs notes."""

    name: str
    key: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return self.key.public_key().public_bytes_raw()

    @property
    def verifier(self) -> str:
        """The public key as one line: what a verifier is configured with."""
        return verifier_line(self.name, ED25519, self.public)

    def sign(self, text: str) -> str:
        """The note: the text, a blank line and this key's signature line.

        Args:
            text: UTF-8 lines, each ended by a newline.

        Raises:
            ValueError: the text does not end with a newline.

        Source: C2SP signed-note.
        """
        if not text.endswith("\n"):
            raise ValueError("a note's text ends with a newline")
        return f"{text}\n{self.line(text)}"

    def line(self, text: str) -> str:
        """This key's signature line for a text, ended by a newline."""
        signature = key_id(self.name, self.public) + self.key.sign(text.encode())
        return f"— {self.name} {_base64(signature)}\n"


def key_id(name: str, public: bytes, kind: bytes = ED25519) -> bytes:
    """The 4 bytes by which a signature line points to its key.

    Source: C2SP signed-note, Ed25519 signatures.
    """
    return hashlib.sha256(name.encode() + b"\n" + kind + public).digest()[:4]


def verifier_line(name: str, kind: bytes, public: bytes) -> str:
    """A public key as `name+id+base64(type, key)`.

    Source: the verifier keys of Go's sumdb `note` package.
    """
    return f"{name}+{key_id(name, public, kind).hex()}+{_base64(kind + public)}"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
