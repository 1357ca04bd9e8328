"""What a verification says, for pages and commands: the verifier's result with its problems in words."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from app.audit import verify as verifier
from app.audit.checkpoint import FILE
from app.audit.keys import VERIFIER
from app.audit.verify import Status
from app.errors import Words

KEYS = "keys"
CHECKPOINTS = "checkpoints"
POSTGRESQL_PORT = 5432


class Subject(StrEnum):
    """What was verified."""

    LOG = "log"
    BUNDLE = "bundle"
    PROOF = "proof"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The verdict on the log, on a bundle or on a proof.

    Attributes:
        sentence: the verdict as one sentence; `problems` say what was found, at most five of each kind.
        size: leaves in the tree; `root` is the hex of its root.
        signed_size: leaves under the newest head that fits; `signed_at` is the time that it states.
        waiting: records that have no leaf yet.
        anchored: compared with a head that a second party kept. Without one, whoever holds both the database
            and the keys could have written everything anew.
        witnessed_size: leaves under the newest head that a named witness cosigned.
        checkpoint_file: compared with the log's own file of heads outside the database.
        open_exchanges: questions being answered at this moment.
        document: everything as JSON values, docs/audit-verify.schema.json.
    """

    status: Status
    sentence: Words
    size: int
    root: str
    signed_size: int
    signed_at: str | None
    waiting: int
    first_bad_leaf: int | None
    anchored: bool
    witnessed_size: int
    checkpoint_file: bool
    open_exchanges: tuple[str, ...]
    abandoned: int
    problems: tuple[Words, ...]
    document: dict[str, Any]

    @property
    def exit_code(self) -> int:
        """0 ok, 1 tampered, 2 cannot tell."""
        return self.status.exit_code


def check(
    url: str,
    home: Path,
    *,
    keys: str | None = None,
    anchors: Sequence[Path] = (),
    witnesses: str | None = None,
    since: str | None = None,
    heads: Path | None = None,
    copied: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Verify the log of a data folder, reading its database only; works beside a running app and without one.

    Args:
        url: SQLAlchemy URL of the database.
        home: the data folder: the file of heads is taken from it.
        keys: the log's public keys, one a line; None: those in the data folder.
        anchors: files with heads that a second party kept.
        witnesses: public keys of witnesses, a line each, of which one must have cosigned a head that fits.
        since: a head that was verified before (its note).
        heads: the log's own file of heads; None: that of the data folder.
        copied: the database is a copy: the data folder's file of heads, which may hold newer ones, is left out.
        progress: told leaves done and in all.
    """
    result = verifier.verify(
        url,
        verifier=public_keys(home) if keys is None else keys,
        checkpoints=heads or (None if copied else home / CHECKPOINTS / FILE),
        anchors=anchors,
        witnesses=witnesses,
        since=since,
        progress=progress or (lambda done, total: None),
    )
    return report_of(result)


def check_bundle(
    path: Path, *, keys: str | None, anchors: Sequence[Path] = (), witnesses: str | None = None
) -> Report:
    """Verify an exported bundle without the log.

    Args:
        keys: the log's public keys, one a line, as the auditor has them.
        anchors: files with heads that a second party kept.
        witnesses: public keys of witnesses, a line each.
    """
    result = verifier.verify_bundle(path, verifier=keys, anchors=anchors, witnesses=witnesses)
    return report_of(result, Subject.BUNDLE)


def check_proof(
    proof: str, *, keys: str | None, record: bytes | None = None, witnesses: str | None = None
) -> Report:
    """Verify the proof of one record without the log; `record` are its canonical bytes."""
    result = verifier.verify_proof(proof, verifier=keys, record=record, witnesses=witnesses)
    return report_of(result, Subject.PROOF)


def same_database(one: str, other: str) -> bool:
    """Whether two URLs lead to one database however they are written: the same file, or the same host, port and name."""
    with suppress(ArgumentError, ValueError):
        return _place(one) == _place(other)
    return one == other


def _place(url: str) -> tuple[object, ...]:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return (Path(parsed.database or "").resolve(),)
    return parsed.host, parsed.port or POSTGRESQL_PORT, parsed.database


def public_keys(home: Path) -> str | None:
    """The public keys of the log in a data folder; None if there are none."""
    path = home / KEYS / VERIFIER
    return path.read_text(encoding="utf-8") if path.is_file() else None


def report_of(result: verifier.Result, subject: Subject = Subject.LOG) -> Report:
    """A verifier's result in words."""
    facts: dict[str, str | int] = {"size": result.size, "records": result.records}
    about = "audit.integrity" if subject is Subject.LOG else f"audit.integrity.{subject.value}"
    verdict = result.status.value
    if (
        result.status is Status.TAMPERED
        and result.first_bad_leaf is not None
        and subject is not Subject.PROOF
    ):
        facts["leaf"] = result.first_bad_leaf
        verdict = "tampered_at"
    elif result.status is Status.OK and result.anchored:
        verdict = "ok.anchored"
    return Report(
        status=result.status,
        sentence=Words(key=f"{about}.{verdict}", facts=facts),
        size=result.size,
        root=result.root,
        signed_size=result.signed_size,
        signed_at=result.signed_at,
        waiting=result.waiting,
        first_bad_leaf=result.first_bad_leaf,
        anchored=result.anchored,
        witnessed_size=result.witnessed_size,
        checkpoint_file=result.checkpoint_file,
        open_exchanges=result.open_exchanges,
        abandoned=result.abandoned,
        problems=tuple(Words(key=f"audit.problem.{one.key}", facts=one.facts) for one in result.problems),
        document=result.document(),
    )
