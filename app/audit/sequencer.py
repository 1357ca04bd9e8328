"""The sequencer: gives every record its leaf, in batches, at most a second after it was written."""

import logging
import threading
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from app.audit.checkpoint import Checkpoints
from app.audit.leadership import Leadership
from app.audit.merkle import CompactRange, Node
from app.audit.tables import LEAF, NODE, PENDING, RECORD
from app.audit.tree import edge_of, size_of
from app.database import Database, Prepared
from app.errors import BadSetting, NotRecorded, Words
from app.runtime import Runtime

LOGGER = logging.getLogger("ustaz.audit")
BATCH = 256
INTERVAL_SECONDS = 0.5
CHECKPOINT_LEAVES = 1000
CHECKPOINT_SECONDS = 60.0
ALARM_SECONDS = 30.0
INSERT_LEAF, INSERT_NODE = map(Prepared.insert, (LEAF, NODE))


class Sequencer:
    """Turns records into leaves while this process leads, and signs heads of the tree.

    `alarm` says why it stopped: the tables contradict what was signed, or somebody else sequenced too.
    """

    def __init__(
        self, database: Database, runtime: Runtime, leader: Leadership, checkpoints: Checkpoints
    ) -> None:
        self.alarm: Words | None = None
        self._database = database
        self._runtime = runtime
        self._leader = leader
        self._checkpoints = checkpoints
        self._tree: CompactRange | None = None
        self._signed = 0
        self._signed_at = runtime.monotonic()
        self._look_again_at = self._signed_at
        self._busy = threading.Lock()

    @property
    def leading(self) -> bool:
        """Whether this process gives out the leaves."""
        return self._tree is not None

    def run(self, stop: threading.Event) -> None:
        """Work until stopped; a database that does not answer is tried again at the next turn."""
        while not stop.wait(INTERVAL_SECONDS):
            self.turn()

    def turn(self, *, finish: bool = False) -> int:
        """Give leaves to all records that wait, and sign if it is time; gives the number of leaves.

        Args:
            finish: sign whatever is not signed yet.
        """
        with self._busy:
            try:
                return self._turn(finish=finish)
            except (IntegrityError, LookupError) as error:
                LOGGER.error("somebody else sequenced, or the tree was changed: %s", error)
                self.alarm = Words(key="audit.alarm.two_sequencers")
            except BadSetting as error:
                LOGGER.error("no head is signed: %s", error)
                self.alarm = error.words
            except (NotRecorded, SQLAlchemyError, OSError) as error:
                LOGGER.warning("leaves wait: %s", error)
            self._tree = None
            return 0

    def release(self) -> None:
        """Let another process lead."""
        with self._busy:
            self._tree = None
            self._leader.release()

    def _turn(self, *, finish: bool) -> int:
        if not self._leader.hold():
            self._tree = None
            return 0
        if self._tree is None and not self._load():
            return 0
        sequenced = 0
        while (
            self._database.read(lambda session: session.scalar(select(PENDING.c.record_id).limit(1)))
            is not None
        ):
            given = self._batch()
            sequenced += given
            if given < BATCH:
                break
            self._sign(finish=False)
        self._sign(finish=finish)
        return sequenced

    def _load(self) -> bool:
        """Take up the tree where it stands; false if it is not the tree that was signed."""
        now = self._runtime.monotonic()
        if now < self._look_again_at:
            return False
        self.alarm = self._checkpoints.contradiction()
        if self.alarm is not None:
            self._look_again_at = now + ALARM_SECONDS
            LOGGER.error("nothing is sequenced: %s %s", self.alarm.key, dict(self.alarm.facts))
            return False
        forgotten = self._database.read(_forgotten)
        if forgotten:
            self._leader.write(
                lambda session: session.execute(insert(PENDING), [{"record_id": one} for one in forgotten])
            )
        last = self._checkpoints.last()
        self._signed = 0 if last is None else last.size
        self._tree = self._database.read(lambda session: edge_of(session, size_of(session)))
        return True

    def _batch(self) -> int:
        """One batch in one transaction; the tree in memory moves on only after the commit."""
        if self._tree is None:
            raise NotRecorded("no tree is loaded")
        tree = self._tree.copy()

        def work(session: Session) -> int:
            rows = session.execute(
                select(RECORD.c.record_id, RECORD.c.leaf_hash)
                .join(PENDING, PENDING.c.record_id == RECORD.c.record_id)
                .order_by(RECORD.c.record_id)
                .limit(BATCH)
            ).all()
            if not rows:
                return 0
            leaves = []
            nodes: list[Node] = []
            for row in rows:
                leaves.append(
                    {"leaf_index": tree.size, "record_id": row.record_id, "leaf_hash": row.leaf_hash}
                )
                nodes.extend(tree.append(bytes.fromhex(row.leaf_hash)))
            INSERT_LEAF.run_many(session, leaves)
            INSERT_NODE.run_many(
                session,
                [{"level": node.level, "node_index": node.index, "hash": node.hash.hex()} for node in nodes],
            )
            session.execute(delete(PENDING).where(PENDING.c.record_id.in_([row.record_id for row in rows])))
            return len(rows)

        given = self._leader.write(work)
        self._tree = tree
        return given

    def _sign(self, *, finish: bool) -> None:
        tree = self._tree
        if tree is None or tree.size == self._signed:
            return
        now = self._runtime.monotonic()
        due = tree.size - self._signed >= CHECKPOINT_LEAVES or now - self._signed_at >= CHECKPOINT_SECONDS
        if due or finish:
            self._checkpoints.add(self._leader, tree.size, tree.root())
            self._signed, self._signed_at = tree.size, now


def _forgotten(session: Session) -> list[UUID]:
    """Records that have no leaf and that nobody queued: looked for once, when the lead is taken."""
    return list(
        session.scalars(
            select(RECORD.c.record_id).where(
                ~select(LEAF.c.record_id).where(LEAF.c.record_id == RECORD.c.record_id).exists(),
                ~select(PENDING.c.record_id).where(PENDING.c.record_id == RECORD.c.record_id).exists(),
            )
        )
    )
