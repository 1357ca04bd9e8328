"""Showing heads to every place that is set, recording what was taken, and telling how far behind they are."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.audit.checkpoint import Checkpoint
from app.audit.durable import durably
from app.audit.tree import size_of
from app.audit.verify import Keys
from app.audit.witness import memory
from app.audit.witness.anchors import Anchors
from app.audit.witness.client import Witness, outbound_to
from app.audit.witness.folder import AnchorFolder
from app.audit.witness.memory import Taken, Trouble
from app.audit.witness.place import Grown, NotTaken, Place
from app.database import Database, Entry
from app.errors import NotRecorded, Words
from app.runtime import Runtime

LOGGER = logging.getLogger("ustaz.audit")
EVERY_SECONDS = 5.0
PAPER = "paper"


class AnchorState(StrEnum):
    """How it stands with heads outside."""

    KEPT = "kept"
    NOTHING = "nothing"
    LATE = "late"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorHealth:
    """What is kept outside at this moment.

    Attributes:
        sentence: the state in one sentence.
        size: leaves under the newest head that some place took; `taken` has it by place.
        unanchored: leaves beyond it.
        troubles: what hinders places, the worst first.
    """

    state: AnchorState
    sentence: Words
    size: int
    unanchored: int
    taken: tuple[Taken, ...]
    troubles: tuple[Words, ...]


class Anchoring:
    """The work of one log with its places."""

    def __init__(
        self,
        database: Database,
        runtime: Runtime,
        home: Path,
        anchors: Anchors,
        record: Callable[[Session, Entry], UUID],
    ) -> None:
        self._database = database
        self._runtime = runtime
        self._home = home
        self._anchors = anchors
        self._record = record
        self._grown = Grown(database)

    def places(self) -> Sequence[Place]:
        """The places that are set."""
        found: list[Place] = []
        if self._anchors.folder is not None:
            found.append(AnchorFolder(path=self._anchors.folder, runtime=self._runtime))
        if self._anchors.witness:
            name = f"witness:{Keys(self._anchors.witness_keys).keys[0].name}"
            found.append(
                Witness(
                    address=self._anchors.witness,
                    keys=self._anchors.witness_keys,
                    outbound=outbound_to(self._anchors.witness),
                    known=lambda: self._sizes().get(name, 0),
                )
            )
        return found

    def turn(self) -> int:
        """Show the newest head to every place that wants it; gives how many took it.

        Raises:
            NotRecorded: the database did not take it.
        """
        head, took = self._grown.newest(), 0
        if head is None:
            return 0
        for place in self.places():
            before = self._sizes().get(place.name, 0)
            if head.size <= before or not self._wanted(before):
                continue
            try:
                note = place.take(head, self._grown)
            except NotTaken as error:
                LOGGER.log(
                    logging.ERROR if error.reason.alarming else logging.WARNING, "%s: %s", place.name, error
                )
                self._note(place.name, head, error)
                continue
            self.remember(place.name, head, note)
            took += 1
        return took

    def remember(self, place: str, head: Checkpoint, note: str, *, by: Entry | None = None) -> None:
        """Record that a place took a head, in one transaction with the log's memory of it.

        Args:
            by: who did it, where a person did.

        Raises:
            NotRecorded: the database did not take it.
        """
        clear = {
            "checkpoint_size": head.size,
            "checkpoint_root": head.root.hex(),
            "accepted_by": place,
        }
        person = by or Entry(kind="anchored")
        entry = Entry(
            kind="anchored", school=person.school, actor=person.actor, role=person.role, clear=clear
        )
        now = self._runtime.now()

        def work(session: Session, again: bool) -> None:
            known = memory.newest(session).get(place) if again else None
            if known is None or known.size < head.size:  # else another process of ours was first
                memory.remember(session, place, head, note, now)
                self._record(session, entry)

        durably(self._database, work)

    def health(self) -> AnchorHealth:
        """How it stands."""
        taken, size, troubles = self._database.read(
            lambda session: (memory.newest(session), size_of(session), memory.troubles(session))
        )
        best = max((one.size for one in taken.values()), default=0)
        since = self._database.read(lambda session: memory.waiting_since(session, best))
        late = since is not None and self._runtime.now() - since > timedelta(minutes=self._anchors.minutes)
        unanchored = max(0, size - best) if since is not None else 0
        told = tuple(_words(one) for one in troubles)
        if self._anchors.folder_is_here(self._home):
            told = (*told, Words(key="witness.trouble.folder.same_volume"))
        state = AnchorState.KEPT
        if any(one.reason.alarming for one in troubles):
            state = AnchorState.REFUSED
        elif not self._anchors.configured and not taken:
            state = AnchorState.NOTHING
        elif late:
            state = AnchorState.LATE
        facts: dict[str, str | int] = {
            "leaves": unanchored,
            "size": best,
            "minutes": self._anchors.minutes,
        }
        key = f"witness.state.{state.value}"
        if state is AnchorState.NOTHING and self._anchors.demonstration:
            key = "witness.state.demonstration"
        return AnchorHealth(
            state=state,
            sentence=Words(key=key, facts=facts),
            size=best,
            unanchored=unanchored,
            taken=tuple(sorted(taken.values(), key=lambda one: one.place)),
            troubles=told,
        )

    def _sizes(self) -> dict[str, int]:
        return {place: one.size for place, one in self._database.read(memory.newest).items()}

    def _wanted(self, size: int) -> bool:
        return self._database.read(lambda session: memory.waiting_since(session, size)) is not None

    def _note(self, place: str, head: Checkpoint, error: NotTaken) -> None:
        now = self._runtime.now()
        self._database.write(lambda session: memory.note_trouble(session, place, head, error, now))


def _words(trouble: Trouble) -> Words:
    kind, _, name = trouble.place.partition(":")
    facts: dict[str, str | int] = {"name": name, "size": trouble.size, "known": trouble.known}
    return Words(key=f"witness.trouble.{kind}.{trouble.reason.value}", facts=facts)


class Shows(Protocol):
    """A log that can show its newest head."""

    def sequence(self, *, finish: bool = False) -> int:
        """Sign what is not signed yet."""
        ...

    def anchor(self, *, leading: bool = False) -> int:
        """Show the newest head to every place."""
        ...


class Anchorer:
    """One thread that shows heads while this process serves and leads; at the end it signs and shows the last one."""

    def __init__(self, log: Shows, *, every_seconds: float = EVERY_SECONDS) -> None:
        self._log, self._every = log, every_seconds
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="audit-anchor", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End, waiting for a showing that is under way."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(timeout=60)

    def _run(self) -> None:
        while not self._ended.wait(self._every):
            self._once()
        self._log.sequence(finish=True)
        self._once()

    def _once(self) -> None:
        try:
            self._log.anchor(leading=True)
        except (NotRecorded, SQLAlchemyError, OSError) as error:
            LOGGER.warning("heads wait for their places: %s", error)
