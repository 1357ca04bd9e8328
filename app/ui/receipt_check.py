"""Checking a receipt code against the log: what the page says, without anything of what was asked or answered."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from uuid import UUID

from app.audit import Kind, Record, Status
from app.audit.keys import VERIFIER
from app.audit.receipt import prefix_of
from app.audit.verify import verify_proof
from app.audit.witness.memory import Taken
from app.errors import NotFound, TamperedLog, UstazError

CODE = re.compile(r"(?<!\w)(\w{4})[\s\-‐-―]?(\w{4})[\s\-‐-―]?(\w{4})(?!\w)")
ANSWERS = frozenset({Kind.CLOSED, Kind.ABANDONED})


class Finding(StrEnum):
    """What a check comes to."""

    GENUINE = "genuine"
    WAITING = "waiting"
    ABSENT = "absent"
    MALFORMED = "malformed"
    TAMPERED = "tampered"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The result of one check; what was recorded stands here only where a record was found.

    Attributes:
        what: `answer`, `question`, `file` or `other`.
        file: id and revision of the document that was given out as a file; None for any other record.
        entry_id: the model that answered; None where none was called.
        sequence: number of the registry's list by which it was chosen.
        head_size: leaves under the signed head that the record was proved against.
        proof: the proof as a file that is checked offline; empty where there is none.
        place: what kind of place took a head over the record: `witness`, `folder`, `paper`; None: none did yet.
    """

    finding: Finding
    code: str = ""
    recorded_at: datetime | None = None
    what: str = "other"
    file: tuple[str, int] | None = None
    entry_id: str | None = None
    sequence: int | None = None
    leaf: str = ""
    index: int | None = None
    head_size: int = 0
    head_at: datetime | None = None
    proof: str = ""
    place: str | None = None
    placed_at: datetime | None = None


class Log(Protocol):
    """What a check needs of the log."""

    def find_code(self, code: str) -> Record | None:
        """The record that a receipt code names."""
        ...

    def prove(self, record_id: UUID) -> str:
        """Its inclusion proof."""
        ...

    def find(self, record_id: UUID) -> Record | None:
        """The record again, with its leaf."""
        ...

    def anchored(self, index: int) -> Taken | None:
        """The newest head over a leaf that was taken outside."""
        ...


def verifier_of(home: Path) -> str | None:
    """The log's public key in the data folder; None where it cannot be read."""
    try:
        return (home / "keys" / VERIFIER).read_text(encoding="utf-8")
    except OSError:
        return None


def code_in(text: str) -> str | None:
    """The receipt code in a pasted text, as it is written; None if there is none."""
    for match in CODE.finditer(text):
        code = "-".join(match.groups()).upper()
        try:
            prefix_of(code)
        except ValueError:
            continue
        return code
    return None


def check(log: Log, text: str, *, verifier: str | None) -> Checked:
    """Look a code up, prove its record, and check the proof against the log's public key as anybody could.

    Args:
        text: what was pasted.
        verifier: the log's public key; without it nothing can be told.
    """
    code = code_in(text)
    if code is None:
        return Checked(finding=Finding.MALFORMED)
    try:
        record = log.find_code(code)
        if record is None:
            return Checked(finding=Finding.ABSENT, code=code)
        return _checked(log, record, verifier)
    except TamperedLog:
        return Checked(finding=Finding.TAMPERED, code=code)
    except UstazError:
        return Checked(finding=Finding.CANNOT_TELL, code=code)


def _checked(log: Log, record: Record, verifier: str | None) -> Checked:
    try:
        proof = log.prove(record.record_id)
    except NotFound:
        return _found(record, Finding.WAITING)
    if verifier is None:
        return _found(record, Finding.CANNOT_TELL)
    result = verify_proof(proof, verifier=verifier, record=record.body)
    found = {
        Status.OK: Finding.GENUINE,
        Status.TAMPERED: Finding.TAMPERED,
        Status.CANNOT_TELL: Finding.CANNOT_TELL,
    }[result.status]
    at = datetime.fromisoformat(result.signed_at) if result.signed_at else None
    proved = log.find(record.record_id) or record
    kept = None if proved.index is None else log.anchored(proved.index)
    return replace(
        _found(proved, found, head_size=result.signed_size, head_at=at, proof=proof),
        place=None if kept is None else kept.place.partition(":")[0],
        placed_at=None if kept is None else kept.accepted_at,
    )


def _found(
    record: Record, finding: Finding, *, head_size: int = 0, head_at: datetime | None = None, proof: str = ""
) -> Checked:
    sequence = record.clear.get("registry_sequence")
    file = _file(record)
    what = "answer" if record.kind in ANSWERS else "question" if record.kind == Kind.ASKED else "other"
    if file is not None:
        what = "file"
    return Checked(
        finding=finding,
        code=record.receipt.code,
        recorded_at=record.created_at,
        what=what,
        file=file,
        entry_id=record.entry_id if what == "answer" else None,
        sequence=sequence if isinstance(sequence, int) and what == "answer" else None,
        leaf=record.leaf_hash,
        index=record.index,
        head_size=head_size,
        head_at=head_at,
        proof=proof,
    )


def _file(record: Record) -> tuple[str, int] | None:
    """The document and revision of a record of giving one out as a file."""
    if record.kind != Kind.EXPORT or record.clear.get("purpose") != "document":
        return None
    details = record.clear.get("details", {})
    document, revision = details.get("document_id"), details.get("revision")
    return (document, revision) if isinstance(document, str) and isinstance(revision, int) else None
