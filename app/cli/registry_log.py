"""The ministry's own log: each list, revocation and rotation is a leaf of a tree whose head it signs; the proof goes out with the list.

In the public folder of the keys: `log/entries.jsonl`, a line a leaf; `log/heads`, every signed head, one after the
other; `log/verifier.pub`. The key that signs lies beside the timestamp's, where the machine that publishes has it.
"""

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from app.audit.append_file import append
from app.audit.canonical import canonical
from app.audit.checkpoint import append_notes, largest_in, text_of
from app.audit.merkle import CompactRange, inclusion, leaf_hash, range_hash
from app.audit.note import Signer
from app.audit.proof import text_of as proof_of
from app.audit.verify import Keys
from app.errors import BadSetting
from app.registry.document import stamp
from app.registry.keys import KeyRing

FOLDER, KEY = "log", "log-1.pem"
ENTRIES, HEADS, VERIFIER = "entries.jsonl", "heads", "verifier.pub"
LEAF_FILE, PROOF_FILE = "registry.leaf.json", "registry.tlog-proof"
BESIDE = "timestamp-1.pem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the log says of itself; `signed` counts the leaves under the newest head that was signed."""

    size: int
    signed: int
    root: str
    agrees: bool


@dataclass(frozen=True, slots=True)
class MinistryLog:
    """The log beside the public keys; only added to.

    Attributes:
        signer: None where the key is not among the folders: leaves wait for the next command that has it.
    """

    folder: Path
    signer: Signer | None

    @classmethod
    def of(cls, ring: KeyRing, folders: Sequence[Path]) -> "MinistryLog":
        """The log of a ministry; its key is made when the machine that publishes is met for the first time.

        Raises:
            BadSetting: the log was changed since it was signed, or the key may be read by others or is another one.
        """
        folder = ring.folder / FOLDER
        if not cls(folder, None).head().agrees:
            raise BadSetting(f"{folder.name}: it is not what was signed before; nothing is published")
        place = next((one for one in folders if (one / BESIDE).is_file()), None)
        return cls(folder, None if place is None else _signer(folder, place / KEY, ring))

    def entries(self) -> tuple[bytes, ...]:
        """The bytes of every leaf."""
        path = self.folder / ENTRIES
        return tuple(path.read_bytes().splitlines()) if path.is_file() else ()

    def head(self) -> Head:
        """The tree over all leaves, and whether the newest signed head is one of its beginnings.

        Raises:
            ValueError: the file of heads holds something else.
        """
        leaves = [leaf_hash(entry) for entry in self.entries()]
        path = self.folder / HEADS
        signed = largest_in(path) if path.is_file() else None
        agrees = signed is None or (
            signed.size <= len(leaves)
            and _root(leaves[: signed.size]) == signed.root
            and self._is_signed(signed.note)
        )
        return Head(
            size=len(leaves), signed=signed.size if signed else 0, root=_root(leaves).hex(), agrees=agrees
        )

    def add(self, event: str, at: datetime, facts: Mapping[str, Any]) -> None:
        """Append a leaf and sign the head over it, each durable."""
        self.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        line = entry_of(event, at, facts)
        append(self.folder / ENTRIES, lambda tail: line + b"\n", mode=0o644)
        if self.signer is not None:
            append_notes(self.folder / HEADS, self._note([leaf_hash(one) for one in self.entries()], at))

    def proof(self, event: str, at: datetime, facts: Mapping[str, Any]) -> Mapping[str, bytes]:
        """The files that prove a leaf which is to be added next: its bytes, and its place under a signed head."""
        if self.signer is None:
            return {}
        line = entry_of(event, at, facts)
        leaves = [leaf_hash(one) for one in (*self.entries(), line)]
        index = len(leaves) - 1
        path = [range_hash(low, high, _finder(leaves)) for low, high in inclusion(index, len(leaves))]
        text = proof_of(index=index, path=path, checkpoint=self._note(leaves, at), extra=leaves[index])
        return {LEAF_FILE: line, PROOF_FILE: text.encode()}

    def copy_to(self, out: Path) -> None:
        """Put what is public of the log beside the list, for whoever keeps heads of it."""
        place = out / FOLDER
        place.mkdir(parents=True, exist_ok=True)
        for name in (ENTRIES, HEADS, VERIFIER):
            if (self.folder / name).is_file():
                part = place / f"{name}.part"
                part.write_bytes((self.folder / name).read_bytes())
                os.replace(part, place / name)

    def _note(self, leaves: Sequence[bytes], at: datetime) -> str:
        if self.signer is None:
            raise BadSetting("the log's key is not here")
        return self.signer.sign(text_of(self.signer.name, len(leaves), _root(leaves), at))

    def _is_signed(self, note: str) -> bool:
        path = self.folder / VERIFIER
        return path.is_file() and Keys(path.read_text(encoding="utf-8")).signed(note) is True


def entry_of(event: str, at: datetime, facts: Mapping[str, Any]) -> bytes:
    """The bytes of a leaf."""
    return canonical({"event": event, "at": stamp(at), **facts})


def _root(leaves: Sequence[bytes]) -> bytes:
    tree = CompactRange()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def _finder(leaves: Sequence[bytes]) -> Any:
    """Gives the hash of a perfect subtree; a log of lists is short enough to be hashed anew."""
    return lambda level, index: _root(leaves[index << level : (index + 1) << level])


def _signer(folder: Path, path: Path, ring: KeyRing) -> Signer:
    name = f"registry-{hashlib.sha256(ring.root).hexdigest()[:12]}"
    if not path.is_file():
        if (folder / VERIFIER).is_file():
            raise BadSetting(f"{path.name}: the log is signed by this key, and it is not here")
        made = Ed25519PrivateKey.generate()
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    if path.stat().st_mode & 0o077:
        raise BadSetting(f"{path.name}: a key may be read by its owner alone; set mode 0600")
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError) as error:
        raise BadSetting(f"{path.name}: not a key: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadSetting(f"{path.name}: not an Ed25519 key")
    signer = Signer(name=name, key=key)
    known = folder / VERIFIER
    if known.is_file() and known.read_text(encoding="utf-8").strip() != signer.verifier:
        raise BadSetting(f"{path.name}: not the key by which the log is signed")
    if not known.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        known.write_text(signer.verifier + "\n", encoding="utf-8")
    return signer
