"""Whether a served model still answers as when it was bound; one that does not is suspended here until a person decides."""

import hashlib
import json
import re
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import combinations
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import Permission, Principal
from app.accounts.duty import Duty
from app.database import Database, Entry, Recorder
from app.errors import BadArgument, Conflict, Words
from app.registry.registry import day
from app.routing.tables import DriftRow
from app.runtime import Runtime

TOLERANCE = 0.2
"""How far below its agreement with itself a model may fall: rewordings stay within, another model does not."""
SEEN_SECONDS = 2.0
LONGEST_REASON = 500
WORD = re.compile(r"\w+")

Answers = Mapping[str, Sequence[str]]
"""By id of the probe: what the model said, once for each time that it was asked."""


class Event(StrEnum):
    """What happened to an entry; stored."""

    BASELINE = "baseline"
    AGREED = "agreed"
    DRIFTED = "drifted"
    RESUMED = "resumed"
    KEPT = "kept"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One line of an entry's history here; `agreement` is between 0 and 1, None where nothing was compared."""

    entry_id: str
    number: int
    event: Event
    agreement: float | None
    at: datetime
    record_id: UUID


def likeness(one: str, other: str) -> float:
    """How much of two answers is the same words, whatever their order and case: between 0 and 1.

    Source: the Sørensen-Dice coefficient over multisets of words.
    """
    a, b = (Counter(WORD.findall(text.casefold())) for text in (one, other))
    both = sum(a.values()) + sum(b.values())
    return 1.0 if not both else 2 * sum((a & b).values()) / both


def with_itself(baseline: Answers) -> float:
    """How much a model agrees with itself when it is asked the same again: what sampling leaves."""
    each = [
        sum(pairs) / len(pairs)
        for said in baseline.values()
        if (pairs := [likeness(one, other) for one, other in combinations(said, 2)])
    ]
    return sum(each) / len(each) if each else 1.0


def with_baseline(baseline: Answers, now: Answers) -> float:
    """How much a round agrees with the baseline: each answer with the one that it is most like."""
    each = [
        max((likeness(one, before) for before in baseline[probe]), default=0.0)
        for probe, said in now.items()
        if probe in baseline
        for one in said
    ]
    return sum(each) / len(each) if each else 0.0


def is_drift(baseline: Answers, agreement: float) -> bool:
    """Whether a round lies further from the baseline than the model from itself, by more than the tolerance."""
    return agreement < with_itself(baseline) - TOLERANCE


class Drift(Duty):
    """Baselines and suspensions of this installation, in a history that is only added to."""

    def __init__(self, database: Database, recorder: Recorder, runtime: Runtime) -> None:
        super().__init__(database, recorder, runtime)
        self._lock = threading.Lock()
        self._read_at = float("-inf")
        self._suspended: Mapping[str, datetime] = {}

    def suspended(self, entry_id: str) -> Words | None:
        """Why an entry is not called here; None: it is. A suspension by another process is seen within two seconds."""
        with self._lock:
            now = self._runtime.monotonic()
            if now - self._read_at >= SEEN_SECONDS:
                self._suspended = self._database.read(_suspended)
                self._read_at = now
            since = self._suspended.get(entry_id)
        return None if since is None else Words(key="routing.refused.drift", facts={"on": day(since)})

    def baseline(self, entry_id: str, identity: str) -> Answers | None:
        """What an entry answered when it was bound; None: not taken yet, bound otherwise, or given up by a person."""

        def read(session: Session) -> Answers | None:
            wanted = (
                select(DriftRow)
                .where(DriftRow.entry_id == entry_id, DriftRow.event.in_((Event.BASELINE, Event.RESUMED)))
                .order_by(DriftRow.number.desc())
                .limit(1)
            )
            row = session.scalar(wanted)
            if row is None or row.event != Event.BASELINE or row.identity != identity:
                return None
            return {probe: tuple(said) for probe, said in json.loads(row.answers or "{}").items()}

        return self._database.read(read)

    def last(self, entry_id: str) -> Look | None:
        """The newest line of an entry's history."""
        return next(iter(self.history(entry_id, most=1)), None)

    def history(self, entry_id: str, *, most: int = 50) -> tuple[Look, ...]:
        """An entry's history here, newest first."""
        wanted = (
            select(DriftRow).where(DriftRow.entry_id == entry_id).order_by(DriftRow.number.desc()).limit(most)
        )
        return self._database.read(lambda session: tuple(map(_look, session.scalars(wanted))))

    def keep_baseline(self, entry_id: str, identity: str, answers: Answers) -> Look:
        """Keep what an entry answers now as what it is held to from here on.

        Raises:
            NotRecorded: it is not durable.
        """
        return self._add(entry_id, Event.BASELINE, identity, with_itself(answers), answers=answers)

    def compare(self, entry_id: str, identity: str, baseline: Answers, now: Answers) -> Look:
        """Record how a round agrees; drift suspends the entry in the same transaction.

        Raises:
            NotRecorded: it is not durable.
        """
        agreement = with_baseline(baseline, now)
        event = Event.DRIFTED if is_drift(baseline, agreement) else Event.AGREED
        return self._add(entry_id, event, identity, agreement)

    def discard(self, entry_id: str, identity: str) -> Look:
        """Record that a round was thrown away: the list came to name another artefact meanwhile; nothing was compared.

        Raises:
            NotRecorded: it is not durable.
        """
        return self._add(entry_id, Event.DISCARDED, identity, None)

    def decide(self, principal: Principal, entry_id: str, *, resume: bool, reason: str) -> Look:
        """A person's word on a suspended entry: used again, with a new baseline, or kept suspended.

        Args:
            reason: why, in the person's words; kept sealed in the record.

        Raises:
            Forbidden: the person may not (recorded).
            BadArgument: no reason or one too long, or the entry is not suspended here.
            NotRecorded: it is not durable; nothing changed.
        """
        self.require(principal, Permission.ALL_REGISTRY_UPDATE)
        why = reason.strip()
        if not why:
            raise BadArgument("no reason", key="routing.change.no_reason")
        if len(why) > LONGEST_REASON:
            raise BadArgument("a long reason", key="routing.change.reason_too_long", most=LONGEST_REASON)
        if entry_id not in self._database.read(_suspended):
            raise BadArgument("not suspended here", key="routing.change.not_suspended")
        event = Event.RESUMED if resume else Event.KEPT
        return self._add(entry_id, event, "", None, by=principal, why=why)

    def _add(
        self,
        entry_id: str,
        event: Event,
        identity: str,
        agreement: float | None,
        *,
        answers: Answers | None = None,
        by: Principal | None = None,
        why: str | None = None,
    ) -> Look:
        role = by.role_for(Permission.ALL_REGISTRY_UPDATE) if by is not None else None
        said = None if agreement is None else f"{agreement:.4f}"
        plain = None if answers is None else json.dumps({name: list(of) for name, of in answers.items()})
        entry = Entry(
            kind="admin_change",
            school=by.school if by is not None else None,
            actor=by.subject if by is not None else None,
            role=str(role) if role is not None else "system",
            clear={
                "event": f"drift_{event}",
                "entry": entry_id,
                "agreement": said,
                "identity": identity or None,
                "answers_digest": None if plain is None else hashlib.sha256(plain.encode()).hexdigest(),
            },
            sealed=None if why is None else {"reason": why},
        )

        def work(session: Session) -> Look:
            newest = session.scalar(select(func.max(DriftRow.number)).where(DriftRow.entry_id == entry_id))
            row = DriftRow(
                entry_id=entry_id,
                number=(newest or 0) + 1,
                event=str(event),
                identity=identity,
                agreement=said,
                answers=plain,
                at=self._runtime.now(),
                record_id=self._recorder.record(session, entry),
            )
            session.add(row)
            session.flush()
            return _look(row)

        try:
            look = self._database.write(work)
        except IntegrityError as error:
            raise Conflict("another process looked at the same moment") from error
        with self._lock:
            self._read_at = float("-inf")
        return look


def _suspended(session: Session) -> Mapping[str, datetime]:
    """Since when each suspended entry is so."""
    deciding = (Event.DRIFTED, Event.RESUMED, Event.KEPT)
    rows = session.scalars(
        select(DriftRow).where(DriftRow.event.in_(deciding)).order_by(DriftRow.entry_id, DriftRow.number)
    )
    found: dict[str, datetime] = {}
    for row in rows:
        if row.event == Event.RESUMED:
            found.pop(row.entry_id, None)
        else:
            found.setdefault(row.entry_id, row.at)
    return found


def _look(row: DriftRow) -> Look:
    return Look(
        entry_id=row.entry_id,
        number=row.number,
        event=Event(row.event),
        agreement=None if row.agreement is None else float(row.agreement),
        at=row.at,
        record_id=row.record_id,
    )
