"""What a witness signs: that at a time it saw a head, and that the log had only grown since the one before."""

import base64
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.audit.note import COSIGNATURE, key_id, verifier_line

SECONDS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosigner:
    """A witness's named Ed25519 key."""

    name: str
    key: Ed25519PrivateKey

    @property
    def verifier(self) -> str:
        """The public key as one line: what logs and auditors are configured with."""
        return verifier_line(self.name, COSIGNATURE, self.key.public_key().public_bytes_raw())

    def cosign(self, note: str, at: datetime) -> str:
        """The signature line for a checkpoint, ended by a newline; it covers the note's text, not its signatures.

        Source: C2SP tlog-cosignature, type 4.
        """
        seconds = int(at.timestamp())
        body = f"cosignature/v1\ntime {seconds}\n{text_of(note)}"
        identity = key_id(self.name, self.key.public_key().public_bytes_raw(), COSIGNATURE)
        signature = seconds.to_bytes(SECONDS) + self.key.sign(body.encode())
        return f"— {self.name} {base64.b64encode(identity + signature).decode()}\n"


def text_of(note: str) -> str:
    """What the signatures of a note are over: all above the blank line, its newline included.

    Raises:
        ValueError: there is no signature.
    """
    text, blank, signatures = note.rpartition("\n\n")
    if not blank or not signatures.startswith("— "):
        raise ValueError("a note has a blank line and signatures under its text")
    return text + "\n"


def with_lines(note: str, lines: str) -> str:
    """A note with further signature lines under its own."""
    return note.rstrip("\n") + "\n" + lines
