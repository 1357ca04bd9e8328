"""Exported bundles made by hand, so that the verifiers' tests owe nothing to the code that exports."""

import csv
import hashlib
import io
import json
import zipfile
from base64 import b64encode
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.audit.canonical import canonical
from app.audit.checkpoint import text_of
from app.audit.note import Signer
from tests.conftest import NOON

GOLDEN = Path(__file__).parent.parent / "golden"
BODIES = [path.read_bytes().rstrip(b"\n") for path in sorted(GOLDEN.glob("audit_record_*.json"))]
LOG = Signer(name="ustaz.local/log-test", key=Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
THIEF = Signer(name=LOG.name, key=Ed25519PrivateKey.from_private_bytes(bytes(32)))
COLUMNS = ("leaf", "record_id", "time", "kind", "school", "outcome", "verdicts", "milliseconds", "purpose")


def digest(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def root_of(bodies: Sequence[bytes]) -> bytes:
    """The tree's root, as RFC 9162 defines it."""
    if len(bodies) < 2:
        return digest(b"\x00", bodies[0]) if bodies else digest()
    middle = 1
    while middle * 2 < len(bodies):
        middle *= 2
    return digest(b"\x01", root_of(bodies[:middle]), root_of(bodies[middle:]))


def between(bodies: Sequence[bytes], chosen: set[int], low: int = 0) -> Iterator[bytes]:
    """The roots of the largest subtrees that hold no chosen leaf, depth first, left first."""
    if not bodies:
        return
    if not chosen & set(range(low, low + len(bodies))):
        yield root_of(bodies)
    elif len(bodies) > 1:
        middle = 1
        while middle * 2 < len(bodies):
            middle *= 2
        yield from between(bodies[:middle], chosen, low)
        yield from between(bodies[middle:], chosen, low + middle)


def leading(bodies: Sequence[bytes], early: int, low: int = 0) -> Iterator[bytes]:
    """The roots of the largest subtrees that lie wholly before a leaf or wholly from it on, left first."""
    if not low < early < low + len(bodies):
        yield root_of(bodies)
        return
    middle = 1
    while middle * 2 < len(bodies):
        middle *= 2
    yield from leading(bodies[:middle], early, low)
    yield from leading(bodies[middle:], early, low + middle)


def cell(value: Any) -> str:
    """How a value stands in the readable table."""
    if value is None:
        return ""
    plain = value if isinstance(value, str) else canonical(value).decode()
    return f"'{plain}" if plain[:1] in set("=+-@\t\r\n＝＋－＠") else plain


class HandMade:
    """The files of a bundle; change them, then `seal` again or not, then `write`."""

    def __init__(
        self, chosen: Sequence[int], bodies: Sequence[bytes] = tuple(BODIES), *, table: str = "csv"
    ) -> None:
        self.files = {
            "checkpoint.txt": LOG.sign(text_of(LOG.name, len(bodies), root_of(bodies), NOON)).encode(),
            "verifier.pub": f"{LOG.verifier}\n".encode(),
            "records.jsonl": b"".join(line(leaf, bodies[leaf]) for leaf in chosen),
            "nodes.txt": b"".join(f"{node.hex()}\n".encode() for node in between(bodies, set(chosen))),
        }
        if table == "csv":
            self.files["records.csv"] = table_of([(leaf, bodies[leaf]) for leaf in chosen])
        self.manifest: dict[str, Any] = {
            "schema": "ustaz-evidence/1",
            "origin": LOG.name,
            "created": "2026-11-23T07:00:00.000000Z",
            "filter": {},
            "count": len(chosen),
            "first_leaf": min(chosen, default=None),
            "last_leaf": max(chosen, default=None),
            "tree_size": len(bodies),
            "format": table,
        }
        self.extra: list[tuple[str, bytes]] = []
        self.seal()

    def seal(self, signer: Signer = LOG) -> None:
        """List the files as they are now and sign the list."""
        listed = {
            name: {"sha256": digest(data).hex(), "bytes": len(data)}
            for name, data in self.files.items()
            if not name.startswith("manifest.")
        }
        data = canonical({**self.manifest, "files": listed})
        stated = f"ustaz-evidence/1\n{self.manifest['origin']}\n{digest(data).hex()}\n"
        self.files |= {"manifest.json": data, "manifest.sig": signer.sign(stated).encode()}

    def continue_from(self, early: int, bodies: Sequence[bytes] = tuple(BODIES)) -> None:
        """Lead from the head over so many leaves of a log to this one; the list of files is signed anew."""
        lines = ["ustaz-consistency/1", str(early), *(node.hex() for node in leading(bodies, early))]
        self.files["consistency.txt"] = "".join(f"{one}\n" for one in lines).encode()
        self.seal()

    def write(self, path: Path) -> Path:
        """Write the ZIP, `extra` members last."""
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in [*self.files.items(), *self.extra]:
                archive.writestr(name, data)
        return path


def line(leaf: int, body: bytes) -> bytes:
    """A record's line of records.jsonl."""
    return json.dumps({"leaf": leaf, "body": b64encode(body).decode()}).encode() + b"\n"


def table_of(records: Sequence[tuple[int, bytes]]) -> bytes:
    """The readable table."""
    held = io.StringIO(newline="")
    writer = csv.writer(held)
    writer.writerow(COLUMNS)
    for leaf, body in records:
        known = {**json.loads(body), "leaf": leaf}
        writer.writerow([cell(known.get(name)) for name in COLUMNS])
    return held.getvalue().encode("utf-8-sig")
