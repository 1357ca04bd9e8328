"""What a witness must never forget: the newest head of each log that it cosigned, and what it was shown against that."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.errors import BadSetting

FILE = "witness.db"
# FULL would not sync the folder after the journal is removed: a power cut could bring the former head back.
DURABLE = "PRAGMA synchronous = EXTRA"
MOST_REFUSED = 1000  # heads that are kept as evidence
TABLES = """
CREATE TABLE IF NOT EXISTS head (
    origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL, at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS refused (
    note TEXT PRIMARY KEY, origin TEXT NOT NULL, known INTEGER NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL
);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The newest head of a log that was cosigned; `note` with the cosignature."""

    size: int
    root: bytes
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessState:
    """A file of its own, written durably before anything is answered."""

    path: Path

    @classmethod
    def make(cls, folder: Path) -> None:
        """An empty one beside a key that is made with it; nothing where there is one."""
        with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as connection:
            connection.execute(DURABLE)
            connection.executescript(f"BEGIN;{TABLES}COMMIT;")

    @classmethod
    def open(cls, folder: Path) -> "WitnessState":
        """The state in a folder.

        Raises:
            BadSetting: it is not there. An empty one in its place would cosign a log that was written anew.
        """
        state = cls(path=folder / FILE)
        if not state._whole():
            raise BadSetting(
                f"{FILE} is missing or is none: put it back from the backup. If it is lost, what this witness "
                f"cosigned before binds it no more: tell those who rely on it, remove what is left, and start once "
                f"with --new-state"
            )
        return state

    @classmethod
    def renew(cls, folder: Path) -> None:
        """An empty state in the place of one that was lost.

        Raises:
            BadSetting: there is one.
        """
        if (folder / FILE).exists():
            raise BadSetting(f"--new-state: {FILE} is there, start without it")
        cls.make(folder)

    def _whole(self) -> bool:
        """Whether the file has its tables."""
        try:
            with self._connected() as connection:
                found = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        except sqlite3.DatabaseError:
            return False
        return {"head", "refused"} <= found

    @contextmanager
    def turn(self) -> Iterator["Turn"]:
        """One reading and writing that no other request comes between; durable when it ends without an error."""
        with self._connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield Turn(connection)
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        # A file that vanished is not made anew.
        address = f"{self.path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, uri=True, isolation_level=None, timeout=10)) as connection:
            connection.execute(DURABLE)
            yield connection


@dataclass(frozen=True, slots=True)
class Turn:
    """What may be done within one turn."""

    connection: sqlite3.Connection

    def seen(self, origin: str) -> Seen | None:
        """The newest head of a log."""
        row = self.connection.execute(
            "SELECT size, root, note FROM head WHERE origin = ?", (origin,)
        ).fetchone()
        return None if row is None else Seen(size=row[0], root=bytes(row[1]), note=row[2])

    def keep(self, origin: str, seen: Seen, at: datetime) -> None:
        """This is the newest head of a log from now on."""
        self.connection.execute(
            "INSERT INTO head VALUES (:origin, :size, :root, :note, :at) ON CONFLICT (origin) DO UPDATE "
            "SET size = :size, root = :root, note = :note, at = :at",
            {"origin": origin, "size": seen.size, "root": seen.root, "note": seen.note, "at": at.isoformat()},
        )

    def refuse(self, origin: str, note: str, *, known: int, reason: str, at: datetime) -> None:
        """Keep a genuine head that does not extend what was seen: its signature may prove that the log forked."""
        held = self.connection.execute("SELECT COUNT(*) FROM refused").fetchone()[0]
        if held < MOST_REFUSED:
            self.connection.execute(
                "INSERT OR IGNORE INTO refused VALUES (?, ?, ?, ?, ?)",
                (note, origin, known, reason, at.isoformat()),
            )

    def refused(self) -> list[tuple[str, str, int, str]]:
        """Every refused head with its reason: (note, origin, size known then, reason)."""
        return list(self.connection.execute("SELECT note, origin, known, reason FROM refused ORDER BY at"))
