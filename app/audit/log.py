"""The audit log: what is appended to it, who keeps it, and what is shown outside."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit import appending, report, rotation
from app.audit.checkpoint import parse as parse_checkpoint
from app.audit.evidence.room import ReadingRoom
from app.audit.exchange import OpenExchange
from app.audit.keeper import Keeper
from app.audit.privacy.erased import ErasedKeys
from app.audit.privacy.erasure import Erasure
from app.audit.privacy.holdings import Holdings, NoHoldings
from app.audit.privacy.holds import Holds
from app.audit.privacy.openings import Openings
from app.audit.privacy.requests import Requests
from app.audit.privacy.retention import Retention, Sweep
from app.audit.privacy.terms import Terms
from app.audit.reader import LogReader
from app.audit.receipt import Receipt
from app.audit.report import Report
from app.audit.tables import CHECKPOINT, OPEN, PENDING
from app.audit.vault import Vault
from app.audit.witness import head_page
from app.audit.witness.anchoring import PAPER, AnchorHealth, Anchoring
from app.audit.witness.anchors import Anchors
from app.audit.witness.place import Grown
from app.database import Database, Entry
from app.errors import BadSetting, NotFound, Words
from app.runtime import Runtime


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the log fares at this moment.

    Attributes:
        leading: this process gives out the leaves.
        alarm: why nothing is sequenced, or what was found wrong at the start.
        waiting: records without a leaf; more than a few for longer than a second is a fault.
        open_exchanges: questions without an end.
        signed_size: leaves under the newest signed head.
        anchors: which heads are kept outside.
    """

    leading: bool
    alarm: Words | None
    waiting: int
    open_exchanges: int
    signed_size: int
    anchors: AnchorHealth


class AuditLog(LogReader):
    """Appends, and proves later; `start` it before the first record, `close` it at the end.

    Args:
        home: the data folder; keys, checkpoints and lock files lie in it.
        longest: the age at which an open exchange is over even though its process lives.
        anchors: where heads go outside the database; `anchor` shows them.
        holdings: who keeps conversations and documents under the log's keys; none: nobody.
        terms: how long texts and records are kept.
    """

    def __init__(
        self,
        database: Database,
        runtime: Runtime,
        home: Path,
        *,
        app_version: str,
        git_commit: str | None = None,
        longest: timedelta = timedelta(minutes=15),
        anchors: Anchors | None = None,
        holdings: Holdings | None = None,
        terms: Terms | None = None,
    ) -> None:
        self._anchors = anchors or Anchors()
        self._anchoring = Anchoring(database, runtime, home, self._anchors, self.record)
        self._terms = terms or Terms()
        self._holdings = holdings or NoHoldings()
        self._runtime = runtime
        self._home = home
        keeper = Keeper(
            database,
            runtime,
            home,
            app_version=app_version,
            git_commit=git_commit,
            longest=longest,
            daily=self.sweep,
        )
        super().__init__(database, keeper)

    def start(self, *, serve: bool = False, threads: bool = True) -> None:
        """Load the keys, join the log as an instance, end orphans, and keep the log from now on.

        Args:
            serve: this is the process that serves; on SQLite there is at most one.
            threads: false leaves `sequence` and `recover` to the caller.

        Raises:
            BadSetting: a key file is missing, changed or readable by others, or another process serves.
        """
        self._keeper.start(serve=serve, threads=threads)
        try:
            self.erasure.settle()
        except OSError as error:
            self._keeper.close()
            raise BadSetting(f"checkpoints/{ErasedKeys.FILE} cannot be kept: {error.strerror}") from error

    def close(self) -> None:
        """Give the last records their leaves, sign, and leave; closing twice is no fault."""
        self._keeper.close()

    def look_at_clocks(self) -> int:
        """Compare the clocks now and record a doubt of more than two seconds; gives how many records that made."""
        return self._keeper.look_at_clocks()

    def append(self, entry: Entry) -> Receipt:
        """Make a record durable; with a `record_id`, appending it again gives the same receipt.

        Raises:
            NotRecorded: it is not durable.
            Conflict: the `record_id` is taken by another kind of record.
            ValueError: unknown kind, a float, or text or a secret in the clear part.
        """
        return appending.append(self._keeper.means, self._keeper.keys, entry)

    def record(self, session: Session, entry: Entry) -> UUID:
        """Add a record to the caller's transaction; durable when that is.

        Raises:
            NotRecorded: a key file is missing.
            ValueError: unknown kind, a float, or text or a secret in the clear part.
        """
        return appending.record(self._keeper.means, self._keeper.keys, session, entry)

    def open(self, entry: Entry) -> OpenExchange:
        """Make a question durable and open its exchange; before this returns nothing may be called.

        Raises:
            NotRecorded: it is not durable: no call.
            ValueError: not an `asked` entry, or its clear part holds what it must not.
        """
        return appending.open_exchange(self._keeper.means, self._keeper.keys, entry)

    @property
    def vault(self) -> Vault:
        """Seals what is stored beside the log."""
        return Vault(self._runtime, self._keeper.means.ring)

    @property
    def requests(self) -> Requests:
        """What people ask for that a second person must decide."""
        return Requests(self._keeper.means, self._keeper.keys)

    @property
    def openings(self) -> Openings:
        """Reads sealed content under an approval in force."""
        return Openings(self._keeper.means, self._keeper.keys)

    @property
    def room(self) -> ReadingRoom:
        """What auditors make of the log."""
        return ReadingRoom(self._keeper.means, self._keeper.keys)

    @property
    def holds(self) -> Holds:
        """Keeps back what must stay readable."""
        return Holds(self._keeper.means, self._keeper.keys)

    @property
    def erasure(self) -> Erasure:
        """Counts and deletes the keys of texts."""
        erased = ErasedKeys(self._home / "checkpoints")
        return Erasure(self._keeper.means, self._keeper.keys, self.holds, self._holdings, erased)

    @property
    def retention(self) -> Retention:
        """Ends what is over."""
        means, keys = self._keeper.means, self._keeper.keys
        return Retention(means, keys, self.holds, self._holdings, self._terms)

    def sweep(self) -> Sweep:
        """What the keeper does daily: end what is over, settle the lists of erased keys, clean the files.

        Raises:
            NotRecorded: it is not durable.
            OSError: the list of erased keys was not written.
            TamperedLog: a record that was to be pruned is not what its leaf says.
        """
        swept = self.retention.run()
        self.erasure.settle()
        if swept.pruned:
            self._keeper.sequence(finish=True)
        if swept.keys or swept.months:
            self.scrub()
        return swept

    def scrub(self) -> bool:
        """Take the remains of deleted keys out of the database's files; false if something kept them in use."""
        return self._database.scrub("audit_key", "audit_wrapping_key")

    def verify(
        self, *, anchors: Sequence[Path] = (), progress: Callable[[int, int], None] | None = None
    ) -> Report:
        """Check the whole log against its own heads, and against those that a second party kept."""
        url = self._database.url.render_as_string(hide_password=False)
        return report.check(
            url,
            self._home,
            anchors=(*anchors, *self._anchors.kept(self._home)),
            witnesses=self._anchors.witness_keys or None,
            progress=progress,
        )

    def newest_head(self) -> str:
        """The newest signed head, as a note.

        Raises:
            NotFound: nothing was signed yet.
        """
        self._keeper.sequence(finish=True)
        head = Grown(self._database).newest()
        if head is None:
            raise NotFound("no head was signed yet", key="audit.refusal.not_signed_yet")
        return head.note

    def anchor(self, *, leading: bool = False) -> int:
        """Show the newest head to every place that is set; gives how many took it.

        Args:
            leading: only if this process gives out the leaves, so that of several one does it.

        Raises:
            NotRecorded: the database did not take it.
        """
        return 0 if leading and not self._keeper.leading else self._anchoring.turn()

    def print_head(self, note: str, *, by: Entry | None = None) -> bytes:
        """A head as an HTML page for paper; recorded as kept there before it is given out.

        Args:
            by: school, actor and role of the person who prints it.

        Raises:
            NotRecorded: it is not durable.
            ValueError: not a head.
        """
        self._anchoring.remember(PAPER, parse_checkpoint(note), note, by=by)
        return head_page.to_html(note, printed_at=self._runtime.now())

    def rotate_key(self, *, by: Entry | None = None) -> str:
        """Replace the key that signs heads; gives the public line of the new one.

        Args:
            by: school, actor and role of the person who asked for it.

        Raises:
            Conflict: another process writes to this log.
            NotRecorded: it is not durable.
        """
        return rotation.rotate(self._keeper, self._database, self._runtime, self._home, self, by)

    def sequence(self, *, finish: bool = False) -> int:
        """Give leaves to all records that wait, if this process leads or may lead; gives how many.

        Args:
            finish: sign a head over whatever is not signed yet.
        """
        return self._keeper.sequence(finish=finish)

    def recover(self) -> tuple[UUID, ...]:
        """End the exchanges of dead processes now; also done at the start and every minute."""
        return self._keeper.recover()

    def health(self) -> Health:
        """How the log fares."""

        def count(session: Session) -> tuple[int, int, int]:
            waiting = session.scalar(select(func.count()).select_from(PENDING)) or 0
            opened = session.scalar(select(func.count()).select_from(OPEN)) or 0
            return waiting, opened, session.scalar(select(func.max(CHECKPOINT.c.size))) or 0

        waiting, opened, signed = self._database.read(count)
        return Health(
            leading=self._keeper.leading,
            alarm=self._keeper.alarm,
            waiting=waiting,
            open_exchanges=opened,
            signed_size=signed,
            anchors=self._anchoring.health(),
        )
