"""What an auditor notes about a record, an exchange or a sample: a history that only grows, its text sealed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.orm import Session

from app.audit import appending
from app.audit.durable import durably
from app.audit.evidence.tables import FINDING, FINDING_STEP
from app.audit.keys import Keys
from app.audit.means import Means
from app.audit.vault import Vault
from app.database import Entry
from app.errors import BadArgument, Conflict, NotFound

LONGEST_TEXT = 4000
CHUNK = 400


class Progress(StrEnum):
    """How far a finding is."""

    OPEN = "open"
    IN_WORK = "in_work"
    CLOSED = "closed"


class Severity(StrEnum):
    """How grave it is, in rising order."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class About(StrEnum):
    """What a finding is about."""

    RECORD = "record"
    EXCHANGE = "exchange"
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is noted about: the id of a record, of an exchange, or of a sample."""

    about: About
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One step of a finding's history; `author` is a pseudonym, `record_id` the log's record of it.

    `text` is None once it was erased; "" where only progress or severity were changed.
    """

    number: int
    at: datetime
    author: str
    progress: Progress
    severity: Severity
    record_id: UUID
    text: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A finding as its history leaves it; `history` is oldest first and never empty."""

    finding_id: UUID
    target: Target
    school: str | None
    history: tuple[Note, ...]

    @property
    def progress(self) -> Progress:
        """How far it is now."""
        return self.history[-1].progress

    @property
    def severity(self) -> Severity:
        """How grave it is held now."""
        return self.history[-1].severity


class Findings:
    """The findings of everybody; who may see and note what is the caller's question.

    Every step is two rows in one transaction: the step, its text sealed, and an `admin_change` record that says in
    clear what was changed to what, never why in words.
    """

    def __init__(self, means: Means, keys: Keys) -> None:
        self._means = means
        self._keys = keys
        self._vault = Vault(means.runtime, means.ring)

    def begin(
        self,
        target: Target,
        *,
        school: str | None,
        actor: str,
        role: str | None,
        severity: Severity,
        text: str,
    ) -> Finding:
        """Begin a finding.

        Raises:
            BadArgument: no text, or too long.
            NotRecorded: it is not durable.
        """
        if not text.strip():
            raise BadArgument("a finding says something", key="examination.cannot.no_text")
        finding = Finding(finding_id=self._means.runtime.new_id(), target=target, school=school, history=())
        return self._step(
            finding, actor=actor, role=role, progress=Progress.OPEN, severity=severity, text=text
        )

    def carry_on(
        self,
        finding: Finding,
        *,
        actor: str,
        role: str | None,
        progress: Progress,
        severity: Severity,
        text: str,
    ) -> Finding:
        """Add a step after the last one of `finding`.

        Raises:
            BadArgument: nothing is changed, or the text is too long.
            Conflict: somebody added a step meanwhile.
            NotRecorded: it is not durable.
        """
        if not text.strip() and (progress, severity) == (finding.progress, finding.severity):
            raise BadArgument("nothing is changed", key="examination.cannot.no_change")
        return self._step(finding, actor=actor, role=role, progress=progress, severity=severity, text=text)

    def one(self, finding_id: UUID) -> Finding:
        """A finding by its id.

        Raises:
            NotFound: there is none.
        """
        found = self._read([FINDING.c.finding_id == finding_id])
        if not found:
            raise NotFound(f"no finding {finding_id}")
        return found[0]

    def all(self, *, target: Target | None = None) -> tuple[Finding, ...]:
        """Findings, last changed first; of one target if it is named."""
        if target is None:
            return self._read([])
        return self._read([FINDING.c.about == target.about.value, FINDING.c.target_id == target.id])

    def _step(
        self,
        finding: Finding,
        *,
        actor: str,
        role: str | None,
        progress: Progress,
        severity: Severity,
        text: str,
    ) -> Finding:
        said = text.strip()
        if len(said) > LONGEST_TEXT:
            raise BadArgument(
                f"{len(said)} characters", key="examination.cannot.long_text", most=LONGEST_TEXT
            )
        runtime = self._means.runtime
        note = Note(
            number=len(finding.history) + 1,
            at=runtime.now(),
            author=self._keys.pseudonym(actor),
            progress=progress,
            severity=severity,
            record_id=runtime.new_id(),
            text=said,
        )
        entry = self._entry(finding, note, actor=actor, role=role)

        def work(session: Session, again: bool) -> None:
            taken = session.scalar(_taken(finding.finding_id, note.number))
            if taken == note.record_id:
                return
            if taken is not None:
                raise Conflict(f"finding {finding.finding_id} has step {note.number} already")
            appending.record(self._means, self._keys, session, entry)
            if note.number == 1:
                session.execute(insert(FINDING), _row(finding, note))
            session.execute(insert(FINDING_STEP), self._step_row(session, finding, note))

        durably(self._means.database, work)
        return Finding(
            finding_id=finding.finding_id,
            target=finding.target,
            school=finding.school,
            history=(*finding.history, note),
        )

    def _entry(self, finding: Finding, note: Note, *, actor: str, role: str | None) -> Entry:
        return Entry(
            kind="admin_change",
            school=finding.school,
            actor=actor,
            role=role,
            clear={
                "event": "finding_begun" if note.number == 1 else "finding_changed",
                "finding": str(finding.finding_id),
                "about": finding.target.about.value,
                "target": str(finding.target.id),
                "number": note.number,
                "progress": note.progress.value,
                "severity": note.severity.value,
            },
            record_id=note.record_id,
        )

    def _step_row(self, session: Session, finding: Finding, note: Note) -> dict[str, Any]:
        words = None
        if note.text:
            words = self._vault.seal(
                session, school=finding.school, owner=finding.finding_id, data=note.text.encode()
            )
        return {
            "finding_id": finding.finding_id,
            "number": note.number,
            "at": note.at,
            "author": note.author,
            "progress": note.progress.value,
            "severity": note.severity.value,
            "words": words,
            "record_id": note.record_id,
        }

    def _read(self, conditions: Iterable[ColumnElement[bool]]) -> tuple[Finding, ...]:
        wanted = tuple(conditions)

        def work(session: Session) -> tuple[Finding, ...]:
            rows = session.execute(select(FINDING).where(*wanted)).all()
            steps: dict[UUID, list[Any]] = {row.finding_id: [] for row in rows}
            ids = list(steps)
            for start in range(0, len(ids), CHUNK):
                some = FINDING_STEP.c.finding_id.in_(ids[start : start + CHUNK])
                for step in session.execute(select(FINDING_STEP).where(some).order_by(FINDING_STEP.c.number)):
                    steps[step.finding_id].append(step)
            return tuple(self._finding(session, row, steps[row.finding_id]) for row in rows)

        found = self._means.database.read(work)
        return tuple(sorted(found, key=lambda one: (one.history[-1].at, one.finding_id), reverse=True))

    def _finding(self, session: Session, row: Any, steps: Sequence[Any]) -> Finding:
        texts = self._texts(session, row.finding_id, [step.words for step in steps])
        return Finding(
            finding_id=row.finding_id,
            target=Target(about=About(row.about), id=row.target_id),
            school=row.school,
            history=tuple(
                Note(
                    number=step.number,
                    at=step.at,
                    author=step.author,
                    progress=Progress(step.progress),
                    severity=Severity(step.severity),
                    record_id=step.record_id,
                    text=text,
                )
                for step, text in zip(steps, texts, strict=True)
            ),
        )

    def _texts(self, session: Session, owner: UUID, words: Sequence[bytes | None]) -> list[str | None]:
        """What was said at each step; None where it was erased, "" where nothing was said."""
        sealed = [one for one in words if one is not None]
        try:
            opened = iter(self._vault.open_series(session, owner=owner, sealed=sealed) if sealed else ())
        except NotFound:
            return [None if one is not None else "" for one in words]
        return [next(opened).decode() if one is not None else "" for one in words]


def _row(finding: Finding, note: Note) -> dict[str, Any]:
    return {
        "finding_id": finding.finding_id,
        "about": finding.target.about.value,
        "target_id": finding.target.id,
        "school": finding.school,
        "author": note.author,
    }


def _taken(finding_id: UUID, number: int) -> Any:
    return select(FINDING_STEP.c.record_id).where(
        FINDING_STEP.c.finding_id == finding_id, FINDING_STEP.c.number == number
    )
