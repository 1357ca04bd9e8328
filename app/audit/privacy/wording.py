"""Words of requests, decisions, holds and findings: with whose erasure they go, and when their time is over."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union_all
from sqlalchemy.orm import Session

from app.audit.evidence.findings import About, Progress
from app.audit.evidence.tables import FINDING, FINDING_STEP
from app.audit.privacy.request import Scope
from app.audit.privacy.tables import DECISION, HOLD, LIFTED, REQUEST
from app.audit.tables import KEY, RECORD

CHUNK = 400
SAID = REQUEST.outerjoin(DECISION, DECISION.c.request_id == REQUEST.c.request_id)
ENDED = HOLD.join(LIFTED, LIFTED.c.hold_id == HOLD.c.hold_id)


def within(session: Session, scope: Scope, exchanges: Sequence[UUID]) -> tuple[UUID, ...]:
    """The owners of words that an erasure takes along.

    Of a person: what they asked and decided, and the lifted holds that they placed, lifted or were held by; of a
    school: what was decided and lifted there. Always: what was noted on an exchange or record that goes.

    Args:
        exchanges: the owners of the texts that go: exchanges, and records that belong to none.
    """
    chosen = [] if scope.record_id is not None else [_requests(scope), _holds(scope)]
    found = dict.fromkeys(one for query in chosen for one in session.scalars(query))
    for start in range(0, len(exchanges), CHUNK):
        some = exchanges[start : start + CHUNK]
        of_exchange = select(RECORD.c.record_id).where(RECORD.c.exchange_id.in_(some))
        about = or_(
            FINDING.c.target_id.in_(some),
            and_(FINDING.c.about == About.RECORD.value, FINDING.c.target_id.in_(of_exchange)),
        )
        noted = _with_key(FINDING.c.finding_id).where(about)
        found.update(dict.fromkeys(session.scalars(noted)))
    return tuple(found)


def over(session: Session, limit: datetime) -> tuple[UUID, ...]:
    """The owners of words whose time is over: requests decided, holds lifted and findings closed before `limit`."""
    last = select(FINDING_STEP.c.finding_id, func.max(FINDING_STEP.c.number).label("number"))
    newest = last.group_by(FINDING_STEP.c.finding_id).subquery()
    closed = FINDING_STEP.join(
        newest,
        and_(newest.c.finding_id == FINDING_STEP.c.finding_id, newest.c.number == FINDING_STEP.c.number),
    )
    queries = (
        _with_key(DECISION.c.request_id).where(DECISION.c.decided_at < limit),
        _with_key(LIFTED.c.hold_id).where(LIFTED.c.lifted_at < limit),
        _with_key(FINDING_STEP.c.finding_id)
        .select_from(closed)
        .where(FINDING_STEP.c.progress == Progress.CLOSED.value, FINDING_STEP.c.at < limit),
    )
    return tuple(dict.fromkeys(one for query in queries for one in session.scalars(query)))


def held(session: Session, owners: Iterable[UUID], condition: ColumnElement[bool]) -> frozenset[UUID]:
    """Those of these owners that a hold keeps: by a record of the request, hold or finding, or by what it is about.

    Args:
        condition: that a record is held.
    """
    places = union_all(
        select(REQUEST.c.request_id.label("owner"), REQUEST.c.record_id.label("record")),
        select(DECISION.c.request_id, DECISION.c.record_id),
        select(HOLD.c.hold_id, HOLD.c.record_id),
        select(LIFTED.c.hold_id, LIFTED.c.record_id),
        select(FINDING_STEP.c.finding_id, FINDING_STEP.c.record_id),
        select(FINDING.c.finding_id, FINDING.c.target_id),
        select(FINDING.c.finding_id, RECORD.c.record_id).join(
            RECORD, RECORD.c.exchange_id == FINDING.c.target_id
        ),
    ).subquery()
    wanted = list(owners)
    found: set[UUID] = set()
    for start in range(0, len(wanted), CHUNK):
        query = select(places.c.owner).join(RECORD, RECORD.c.record_id == places.c.record)
        found.update(
            session.scalars(query.where(places.c.owner.in_(wanted[start : start + CHUNK]), condition))
        )
    return frozenset(found)


def _requests(scope: Scope) -> Select[Any]:
    """A person's own words go also where nobody has decided yet; a school's wait for their decision."""
    decided: ColumnElement[bool] = DECISION.c.request_id.is_not(None)
    made: ColumnElement[bool] = REQUEST.c.request_id.is_not(None)
    if scope.before is not None:
        decided, made = DECISION.c.decided_at < scope.before, REQUEST.c.made_at < scope.before
    chosen: ColumnElement[bool]
    if scope.pseudonym is None:
        chosen = and_(REQUEST.c.school == scope.school, decided)
    else:
        asker, decider = REQUEST.c.asked_by == scope.pseudonym, DECISION.c.decided_by == scope.pseudonym
        chosen = or_(and_(asker, made), and_(decider, decided))
    return _with_key(REQUEST.c.request_id).select_from(SAID).where(chosen)


def _holds(scope: Scope) -> Select[Any]:
    if scope.pseudonym is not None:
        whose = (HOLD.c.placed_by, LIFTED.c.lifted_by, HOLD.c.pseudonym)
        conditions = [or_(*(column == scope.pseudonym for column in whose))]
    else:
        conditions = [HOLD.c.school == scope.school]
    if scope.before is not None:
        conditions.append(LIFTED.c.lifted_at < scope.before)
    return _with_key(HOLD.c.hold_id).select_from(ENDED).where(*conditions)


def _with_key(owner: Any) -> Select[Any]:
    """Owners that still have their key."""
    return select(owner).where(owner.in_(select(KEY.c.owner_id)))
