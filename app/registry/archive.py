"""The archive of what lists in force rested on: files by digest, so that a record alone names everything it was judged by."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from app.errors import RegistryRefused
from app.registry.tables import ArchiveRow
from app.registry.verification import EVIDENCE_FILES, Evidence

Files = Callable[[str], bytes | None]
LIST_BODY = "list_body"
FIND = text(
    "SELECT body FROM registry_archive WHERE sha256 = :digest "
    "UNION ALL SELECT body FROM registry_list WHERE digest = :digest"
)


def digests(evidence: Evidence, *, root: bytes) -> dict[str, Any]:
    """What a record says of the files that its list rests on: SHA-256 in hex by name, the trusted root first."""
    single = {name: _digest(getattr(evidence, name)) for name in EVIDENCE_FILES}
    return {"trusted_root": _digest(root), "roots": [_digest(body) for body in evidence.roots], **single}


def keep(session: Session, evidence: Evidence) -> None:
    """Keep the files that are not kept yet; the list itself has a table of its own."""
    bodies = [*evidence.roots, *(getattr(evidence, name) for name in EVIDENCE_FILES if name != LIST_BODY)]
    by_digest = {_digest(body): body for body in bodies}
    known = set(session.scalars(select(ArchiveRow.sha256).where(ArchiveRow.sha256.in_(by_digest))))
    session.add_all(
        ArchiveRow(sha256=digest, body=body) for digest, body in by_digest.items() if digest not in known
    )
    session.flush()


def files_of(connection: Connection) -> Files:
    """The archive of a database by digest, read-only; None: it is not kept."""

    def find(digest: str) -> bytes | None:
        body = connection.execute(FIND, {"digest": digest}).scalar()
        return None if body is None else bytes(body)

    return find


def evidence_of(named: Mapping[str, Any], files: Files) -> Evidence:
    """The evidence that a record names.

    Raises:
        LookupError: a file is not kept; the message names it.
        RegistryRefused: a file is not the one that the record names.
    """

    def one(name: str, digest: str) -> bytes:
        body = files(digest)
        if body is None:
            raise LookupError(f"{name} {digest[:12]}")
        if _digest(body) != digest:
            raise RegistryRefused(f"{name} {digest[:12]} was changed", key="registry.list.changed")
        return body

    single = {name: one(name, named[name]) for name in EVIDENCE_FILES}
    return Evidence(roots=tuple(one("root", digest) for digest in named["roots"]), **single)


def _digest(body: bytes) -> str:
    return sha256(body).hexdigest()
