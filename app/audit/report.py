"""What a verification says, for pages and commands: the verifier's result with its problems in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.audit import verify as verifier
from app.audit.checkpoint import FILE
from app.audit.keys import VERIFIER
from app.audit.verify import Status
from app.errors import Words

KEYS = "keys"
CHECKPOINTS = "checkpoints"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The verdict on the log.

    Attributes:
        sentence: the verdict as one sentence; `problems` say what was found, at most five of each kind.
        size: leaves in the tree; `root` is the hex of its root.
        signed_size: leaves under the newest head that fits; `signed_at` is the time that it states.
        waiting: records that have no leaf yet.
        anchored: compared with a head that a second party kept. Without one, whoever holds both the database
            and the keys could have written everything anew.
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
    anchors: Sequence[Path] = (),
    since: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Verify the log of a data folder, reading its database only; works beside a running app and without one.

    Args:
        url: SQLAlchemy URL of the database.
        home: the data folder: the public key and the file of heads are taken from it.
        anchors: files with heads that a second party kept.
        since: a head that was verified before (its note).
        progress: told leaves done and in all.
    """
    public = home / KEYS / VERIFIER
    result = verifier.verify(
        url,
        verifier=public.read_text(encoding="utf-8") if public.is_file() else None,
        checkpoints=home / CHECKPOINTS / FILE,
        anchors=anchors,
        since=since,
        progress=progress or (lambda done, total: None),
    )
    return report_of(result)


def report_of(result: verifier.Result) -> Report:
    """A verifier's result in words."""
    facts: dict[str, str | int] = {"size": result.size}
    if result.status is Status.TAMPERED and result.first_bad_leaf is not None:
        facts["leaf"] = result.first_bad_leaf
        key = "audit.integrity.tampered_at"
    else:
        anchored = ".anchored" if result.status is Status.OK and result.anchored else ""
        key = f"audit.integrity.{result.status.value}{anchored}"
    return Report(
        status=result.status,
        sentence=Words(key=key, facts=facts),
        size=result.size,
        root=result.root,
        signed_size=result.signed_size,
        signed_at=result.signed_at,
        waiting=result.waiting,
        first_bad_leaf=result.first_bad_leaf,
        anchored=result.anchored,
        checkpoint_file=result.checkpoint_file,
        open_exchanges=result.open_exchanges,
        abandoned=result.abandoned,
        problems=tuple(Words(key=f"audit.problem.{one.key}", facts=one.facts) for one in result.problems),
        document=result.document(),
    )
