"""Pruning: the records of whole old segments go, their leaf hashes and the signed heads stay."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, func, insert, select
from sqlalchemy.orm import Session

from app.audit import appending
from app.audit.canonical import parse
from app.audit.envelope import stamped
from app.audit.fields import ENDS, Kind
from app.audit.keys import Keys, replaced
from app.audit.means import Means
from app.audit.merkle import leaf_hash
from app.audit.privacy.alone import alone
from app.audit.privacy.holds import Holds
from app.audit.privacy.request import Basis
from app.audit.privacy.tables import PRUNED
from app.audit.privacy.terms import Terms
from app.audit.record import find
from app.audit.tables import CHECKPOINT, INDEX, LEAF, RECORD, SEALED
from app.audit.tree import edge_of
from app.database import Entry
from app.errors import TamperedLog

AT_ONCE = 16
TITLE = "ustaz-pruned/1"
ENDINGS = tuple(sorted(ENDS))


class Pruning:
    """Takes segments from the front, as long as all of a segment is old, signed, whole and not held.

    The record of a pruning speaks for all prunings before it: `pruned` leaves from the first on, `split`
    exchanges whose question is gone and whose end is not, and `holes` in the numbering of what is left.
    Beside it lies a note signed by the log's key, so that nobody prunes with rights over the database alone.
    """

    def __init__(self, means: Means, keys: Keys, holds: Holds, terms: Terms) -> None:
        self._means = means
        self._keys = keys
        self._holds = holds
        self._segment = terms.segment

    def run(self, limit: datetime, *, dry_run: bool) -> tuple[int, int]:
        """Prune what is older than `limit`; gives the records pruned now and the leaves pruned in all.

        Raises:
            NotRecorded: it is not durable.
            TamperedLog: a record is not what its leaf says.
        """
        start: int = self._means.database.read(until)
        first = start
        while True:
            end = self._means.database.read(lambda session, at=first: self._reach(session, at, limit))  # type: ignore[misc]
            if end == first:
                return first - start, first
            if not dry_run and not self._means.database.write(
                lambda session, a=first, b=end: self._prune(session, a, b)  # type: ignore[misc]
            ):
                return first - start, first
            first = end

    def _reach(self, session: Session, first: int, limit: datetime) -> int:
        """The leaf before which may be pruned, from `first` on."""
        signed = session.scalar(select(func.max(CHECKPOINT.c.size))) or 0
        held = self._holds.over_records(session)
        for number in range(AT_ONCE):
            start = first + number * self._segment
            end = start + self._segment
            inside = (LEAF.c.leaf_index >= start, LEAF.c.leaf_index < end)
            places = RECORD.join(LEAF, LEAF.c.record_id == RECORD.c.record_id)
            newest = session.scalar(select(func.max(RECORD.c.created_at)).select_from(places).where(*inside))
            if end > signed or newest is None or newest >= limit:
                return start
            if held is not None and session.scalar(
                select(RECORD.c.record_id).select_from(places).where(*inside, held).limit(1)
            ):
                return start
            if self._ahead_of_question(session, inside, end):
                return start
        return first + AT_ONCE * self._segment

    @staticmethod
    def _ahead_of_question(session: Session, inside: Sequence[Any], end: int) -> bool:
        """Whether an end would go while its question stays, which recovery would take for an orphan."""
        asked, place = RECORD.alias(), LEAF.alias()
        places = RECORD.join(LEAF, LEAF.c.record_id == RECORD.c.record_id)
        stays = exists().where(
            asked.c.exchange_id == RECORD.c.exchange_id,
            asked.c.kind == Kind.ASKED.value,
            ~exists().where(place.c.record_id == asked.c.record_id, place.c.leaf_index < end),
        )
        query = select(RECORD.c.record_id).select_from(places)
        return session.scalar(query.where(*inside, RECORD.c.kind.in_(ENDINGS), stays).limit(1)) is not None

    def _prune(self, session: Session, first: int, end: int) -> bool:
        """Let go of these leaves' records; False if a hold or another signing key came meanwhile."""
        alone(session)
        if replaced(session, self._keys):
            return False
        places = RECORD.join(LEAF, LEAF.c.record_id == RECORD.c.record_id)
        held = self._holds.over_records(session)
        if held is not None:
            inside = (LEAF.c.leaf_index >= first, LEAF.c.leaf_index < end, held)
            if session.scalar(select(RECORD.c.record_id).select_from(places).where(*inside).limit(1)):
                return False
        rows = session.execute(
            select(RECORD, LEAF.c.leaf_index, LEAF.c.leaf_hash.label("listed"))
            .select_from(places)
            .where(LEAF.c.leaf_index >= first, LEAF.c.leaf_index < end)
            .order_by(LEAF.c.leaf_index)
        ).all()
        if len(rows) != end - first:
            raise TamperedLog(
                f"{len(rows)} records under the leaves {first} to {end}, expected {end - first}"
            )
        for row in rows:
            if leaf_hash(row.body).hex() != row.listed:
                raise TamperedLog(f"the record at leaf {row.leaf_index} is not what its leaf says")
            if parse(row.body)["time"] != stamped(row.created_at):
                raise TamperedLog(f"the record at leaf {row.leaf_index} is not as old as its row says")
        before = newest(session)
        record_id = self._means.runtime.new_id()
        note = self._keys.signer.sign(
            text_of(self._keys.origin, end, edge_of(session, end).root(), self._means.runtime.now())
        )
        session.execute(insert(PRUNED), {"until_leaf": end, "record_id": record_id, "note": note})
        gone = [row.record_id for row in rows]
        for start in range(0, len(gone), 500):
            chosen = gone[start : start + 500]
            session.execute(delete(SEALED).where(SEALED.c.record_id.in_(chosen)))
            session.execute(delete(INDEX).where(INDEX.c.record_id.in_(chosen)))
            session.execute(delete(RECORD).where(RECORD.c.record_id.in_(chosen)))
        exchanges = {row.exchange_id for row in rows if row.exchange_id is not None}
        exchanges.update(UUID(one) for one in before.get("split", ()))
        lanes = {(row.instance_id, row.lane) for row in rows}
        lanes.update(_lane(one) for one in before.get("holes", {}))
        clear = {
            "basis": Basis.RETENTION.value,
            "range": {"leaves": {"from": 0, "until": end}},
            "keys": 0,
            "pruned": end,
            "split": sorted(str(one) for one in _left(session, exchanges)),
            "holes": _holes(session, lanes),
        }
        entry = Entry(kind="erasure", clear=clear, record_id=record_id)
        appending.record(self._means, self._keys, session, entry)
        return True


def text_of(origin: str, until_leaf: int, root: bytes, at: datetime) -> str:
    """What the log's key signs of a pruning: that the first leaves, whose tree has this root, may be without records."""
    return f"{TITLE}\n{origin}\n{until_leaf}\n{root.hex()}\n{stamped(at)}\n"


def until(session: Session) -> int:
    """How many leaves, from the first on, are pruned."""
    return session.scalar(select(func.max(PRUNED.c.until_leaf))) or 0


def newest(session: Session) -> dict[str, Any]:
    """What the last pruning recorded; empty if there was none."""
    last = session.scalar(select(PRUNED.c.record_id).order_by(PRUNED.c.until_leaf.desc()).limit(1))
    record = None if last is None else find(session, last)
    return {} if record is None else dict(parse(record.body)["details"])


def _left(session: Session, exchanges: set[UUID]) -> set[UUID]:
    """Those whose end is still there, without its question."""
    found: set[UUID] = set()
    wanted = sorted(exchanges)
    for start in range(0, len(wanted), 500):
        chosen = RECORD.c.exchange_id.in_(wanted[start : start + 500])
        ended = select(RECORD.c.exchange_id).where(chosen, RECORD.c.kind.in_(ENDINGS))
        found.update(one for one in session.scalars(ended) if one is not None)
    return found


def _holes(session: Session, lanes: set[tuple[UUID, int]]) -> dict[str, int]:
    """Numbers that are missing between the first and the last that are left, by `instance/lane`."""
    holes: dict[str, int] = {}
    for instance, lane in sorted(lanes):
        number = RECORD.c.sequence
        row = session.execute(
            select(func.count(), func.min(number), func.max(number)).where(
                RECORD.c.instance_id == instance, RECORD.c.lane == lane
            )
        ).one()
        if row[0] and row[2] - row[1] + 1 != row[0]:
            holes[f"{instance}/{lane}"] = row[2] - row[1] + 1 - row[0]
    return holes


def _lane(name: str) -> tuple[UUID, int]:
    instance, _, lane = name.partition("/")
    return UUID(instance), int(lane)
