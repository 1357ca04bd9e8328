"""Verify the log, offline and read-only: this one file needs no other part of the app.

It shares no code with what wrote the log: only the standard library, SQLAlchemy's core and cryptography.
Exit status: 0 nothing was found changed, 1 tampered, 2 cannot tell. It checks that every record still has the
hash of its leaf, the tree, its cache, every signed head, heads kept elsewhere, the writers' numbering, and
that every question has exactly one end. The app's catalogues word the keys of the problems.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

SCHEMA_VERSION = 1
KEPT = 5  # problems of each key that are listed; all are counted
UNSIGNED = 2000  # leaves after the last head that a running log never has
ALIVE = timedelta(seconds=120)
EMPTY = hashlib.sha256(b"").digest()
IDS = ("record_id", "instance_id", "exchange_id")
SAME = ("lane", "sequence", "kind", "school", "pseudonym", "outcome", "language", "entry_id", "rail")
RECORD = "r.body, r.leaf_hash AS claimed, s.ciphertext, r.conversation_id, r.created_at, " + ", ".join(
    f"r.{name}" for name in (*IDS, *SAME)
)
LEAVES = f"""SELECT l.leaf_index, l.leaf_hash AS listed, l.record_id AS placed, {RECORD}
    FROM audit_leaf l LEFT JOIN audit_record r ON r.record_id = l.record_id
    LEFT JOIN audit_sealed s ON s.record_id = l.record_id WHERE l.leaf_index >= :start ORDER BY l.leaf_index"""  # noqa: S608 - constants only
WAITING = f"""SELECT {RECORD} FROM audit_record r LEFT JOIN audit_sealed s ON s.record_id = r.record_id
    WHERE NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.record_id = r.record_id)"""  # noqa: S608 - constants only
NUMBERS = """SELECT n.instance_id, n.lane, l.last, n.records, n.lowest, n.highest FROM (SELECT instance_id, lane,
    COUNT(*) AS records, MIN(sequence) AS lowest, MAX(sequence) AS highest FROM audit_record GROUP BY instance_id, lane) n
    LEFT JOIN audit_lane l ON l.instance_id = n.instance_id AND l.lane = n.lane
    UNION ALL SELECT l.instance_id, l.lane, l.last, 0, 0, 0 FROM audit_lane l WHERE l.last > 0 AND NOT EXISTS
    (SELECT 1 FROM audit_record r WHERE r.instance_id = l.instance_id AND r.lane = l.lane)"""
UNPAIRED = """SELECT * FROM (SELECT exchange_id, SUM(CASE WHEN kind = 'asked' THEN 1 ELSE 0 END) AS asked,
    SUM(CASE WHEN kind = 'asked' THEN 0 ELSE 1 END) AS ended, MAX(CAST(instance_id AS VARCHAR(36))) AS writer
    FROM audit_record WHERE kind IN ('asked', 'closed', 'abandoned') GROUP BY exchange_id) e WHERE asked <> 1 OR ended <> 1"""


class Status(StrEnum):
    """The verdict."""

    OK = "ok"
    TAMPERED = "tampered"
    CANNOT_TELL = "cannot_tell"

    @property
    def exit_code(self) -> int:
        """0, 1 or 2."""
        return list(Status).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What was found, and what it means for the whole."""

    key: str
    status: Status
    facts: Mapping[str, str | int]


@dataclass(slots=True, kw_only=True)
class Result:
    """What the verifier can say; `document` is described by docs/audit-verify.schema.json.

    `first_bad_leaf` is the lowest leaf that is known to be wrong, or from which on something is. `anchored`: a
    head that a second party kept was given, is genuine and fits; `checkpoint_file`: so does the log's own file.
    """

    schema_version: int = 1
    status: Status = Status.OK
    size: int = 0
    root: str = EMPTY.hex()
    records: int = 0
    waiting: int = 0
    checkpoints: int = 0
    signed_size: int = 0
    signed_at: str | None = None
    first_bad_leaf: int | None = None
    anchored: bool = False
    checkpoint_file: bool = False
    open_exchanges: tuple[str, ...] = ()
    abandoned: int = 0
    problems: tuple[Problem, ...] = ()
    found: dict[str, int]

    def add(
        self,
        key: str,
        status: Status = Status.TAMPERED,
        leaf: int | None = None,
        until: int = 0,
        **facts: str | int,
    ) -> None:
        """Note a problem at a leaf, or somewhere from `leaf` to before `until`; tampered outweighs cannot tell."""
        bad = self.first_bad_leaf
        if leaf is not None and not (bad is not None and leaf <= bad < until):
            self.first_bad_leaf = leaf if bad is None else min(bad, leaf)
        self.found[key] = self.found.get(key, 0) + 1
        if self.found[key] <= KEPT:
            known = {} if leaf is None else {"leaf": leaf}
            self.problems = (*self.problems, Problem(key=key, status=status, facts={**known, **facts}))
        if self.status is not Status.TAMPERED:
            self.status = status

    def document(self) -> dict[str, Any]:
        """The result as JSON values."""
        return json.loads(json.dumps(asdict(self)))  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A checkpoint; `signed` is None where no signature of the key was found."""

    size: int
    root: bytes
    time: str | None
    signed: bool | None


class Key:
    """The public key of a log, from a line `name+id+base64(type, key)`; ValueError if it is none.

    Source: C2SP signed-note.
    """

    def __init__(self, line: str) -> None:
        self.name, number, encoded = line.strip().split("+", 2)
        data = base64.b64decode(encoded, validate=True)
        self.id, self.public = bytes.fromhex(number), Ed25519PublicKey.from_public_bytes(data[1:])
        if data[:1] != b"\x01" or hashlib.sha256(self.name.encode() + b"\n" + data).digest()[:4] != self.id:
            raise ValueError("the verifier key contradicts its id")

    def signed(self, note: str) -> bool | None:
        """Whether this key signed the note; None if no line has its name and id."""
        body, _, lines = note.rpartition("\n\n")
        for line in lines.splitlines():
            mark, name, encoded, *_ = [*line.split(" "), "", ""]
            data = base64.b64decode(encoded)
            if (mark, name, data[:4]) == ("—", self.name, self.id):
                try:
                    self.public.verify(data[4:], body.encode() + b"\n")
                except InvalidSignature:
                    return False
                return True
        return None


class Tree:
    """All hashes of a tree, level by level, 32 bytes each: 64 MB for a million leaves."""

    def __init__(self) -> None:
        self.levels = [bytearray()]

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash and every subtree that it completes."""
        value, level = leaf, 0
        while True:
            if level == len(self.levels):
                self.levels.append(bytearray())
            row = self.levels[level]
            row += value
            if len(row) % 64:
                return
            value, level = _join(row[-64:-32], row[-32:]), level + 1

    def root(self, size: int) -> bytes:
        """The root over the first `size` leaves. Source: RFC 9162, section 2.1.1."""
        value, start = b"", size
        for level in range(size.bit_length()):
            if size >> level & 1:
                start -= 1 << level
                at = (start >> level) * 32
                left = self.levels[level][at : at + 32]
                value = _join(left, value) if value else bytes(left)
        return value or EMPTY


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` proves `leaf` at `index` of the tree (size, root). Source: RFC 9162, section 2.1.3.2."""
    fn, sn, value = index, size - 1, leaf
    for sibling in path:
        if sn <= 0:
            return False
        right = bool(fn & 1) or fn == sn
        value = _join(sibling, value) if right else _join(value, sibling)
        while right and not fn & 1 and fn:
            fn, sn = fn >> 1, sn >> 1
        fn, sn = fn >> 1, sn >> 1
    return 0 <= index < size and sn == 0 and value == root


def consistent(first: int, second: int, old: bytes, new: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that the tree (second, new) extends (first, old). Source: RFC 9162, section 2.1.4.2."""
    if first == second or first < 1:
        return first == second and not path and old == new
    steps = [old, *path] if first & (first - 1) == 0 else list(path)
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    left = right = steps[0] if steps else b""
    for value in steps[1:]:
        if sn <= 0:
            return False
        if fn & 1 or fn == sn:
            left, right = _join(value, left), _join(value, right)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            right = _join(right, value)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and left == old and right == new


def read_head(note: str, key: Key | None) -> Head:
    """Read a checkpoint; ValueError if it is none. Source: C2SP tlog-checkpoint."""
    lines = note.split("\n")
    if len(lines) < 4 or not lines[0] or not lines[1].isdecimal():
        raise ValueError("not a checkpoint")
    time = next((line[5:] for line in lines[3:] if line.startswith("time ")), None)
    root = base64.b64decode(lines[2], validate=True)
    return Head(size=int(lines[1]), root=root, time=time, signed=None if key is None else key.signed(note))


def split_notes(content: str) -> Iterator[str]:
    """The notes of a file that holds one after the other; what a crash cut off is marked so and left out."""
    lines: list[str] = []
    for line in content.splitlines(keepends=True):
        if lines and lines[-1].startswith("— ") and not line.startswith("— "):
            yield "".join(lines)
            lines = []
        lines = [] if line == "— cut\n" else [*lines, line]
    if lines and lines[-1].startswith("— "):
        yield "".join(lines)


class Check:
    """One reading of one database."""

    def __init__(self, connection: Connection, key: Key | None, now: datetime) -> None:
        self.result, self.tree = Result(found={}), Tree()
        self._connection, self._key, self._now = connection, key, now
        self._fitting = 0
        self._genuine: set[bytes] = set()  # digests of heads whose signature was checked already

    def leaves(self, start: int, progress: Callable[[int, int], None]) -> None:
        """Every record against its leaf, from `start` on; leaves before it are taken as they are listed."""
        total = self._one("SELECT COUNT(*) FROM audit_leaf")
        for row in self._all(
            "SELECT leaf_index, leaf_hash FROM audit_leaf WHERE leaf_index < :n ORDER BY 1", n=start
        ):
            self.tree.append(_hash(row.leaf_hash))
        index = start
        for row in self._all(LEAVES, start=start):
            if row.leaf_index != index:
                self.result.add("leaf_missing", leaf=index)
            index = row.leaf_index
            if row.body is None:
                self.result.add("record_missing", leaf=index, record=_id(row.placed))
                self.tree.append(_hash(row.listed))
            else:
                self._record(row, index)
                leaf = hashlib.sha256(b"\x00" + row.body).digest()
                if leaf.hex() != row.listed or leaf.hex() != row.claimed or row.placed != row.record_id:
                    self.result.add("record_changed", leaf=index, record=_id(row.record_id))
                self.tree.append(leaf)
            index += 1
            if index % 1000 == 0:
                progress(index, total)
        progress(total, total)
        for row in self._all(
            "SELECT MAX(leaf_index) AS at FROM audit_leaf GROUP BY record_id HAVING COUNT(*) > 1"
        ):
            self.result.add("leaf_twice", leaf=row.at)
        newest = self._one(
            "SELECT MAX(r.created_at) FROM audit_record r JOIN audit_leaf l ON l.record_id = r.record_id"
        )
        for row in self._all(WAITING):
            self.result.waiting += 1
            self._record(row, None)
            if hashlib.sha256(b"\x00" + row.body).hexdigest() != row.claimed:
                self.result.add("waiting_changed", record=_id(row.record_id))
            if newest is not None and _time(newest) - _time(row.created_at) > timedelta(minutes=10):
                self.result.add("passed_over", Status.CANNOT_TELL, record=_id(row.record_id))
        self.result.size, self.result.root = total, self.tree.root(len(self.tree.levels[0]) // 32).hex()
        self.result.records = self._one("SELECT COUNT(*) FROM audit_record")
        self.result.abandoned = self._one("SELECT COUNT(*) FROM audit_record WHERE kind = 'abandoned'")

    def _record(self, row: Any, leaf: int | None) -> None:
        """The columns and the sealed part of a record against its bytes."""
        for key, status in _faults(row):
            self.result.add(key, status, leaf, record=_id(row.record_id))

    def nodes(self) -> None:
        """The cache of hashes against the tree."""
        wanted = {level: len(row) // 32 for level, row in enumerate(self.tree.levels) if level and row}
        for row in self._all("SELECT level, node_index, hash FROM audit_node ORDER BY level, node_index"):
            at, level = row.node_index * 32, row.level
            known = self.tree.levels[level][at : at + 32] if level < len(self.tree.levels) else b""
            if known.hex() != row.hash:
                self.result.add(
                    "node_changed", leaf=row.node_index << level, until=row.node_index + 1 << level
                )
            wanted[level] = wanted.get(level, 0) - 1
        if any(wanted.values()):
            self.result.add("node_missing")

    def heads(self) -> None:
        """Every signed head in the database."""
        for row in self._all("SELECT size, root, note FROM audit_checkpoint ORDER BY size"):
            self.result.checkpoints += 1
            head = self.head(row.note, Status.TAMPERED)
            if head is not None and (head.size, head.root.hex()) != (row.size, row.root):
                self.result.add("head_changed", size=row.size)
            if head is not None and self.fits(head):
                self.result.signed_size, self.result.signed_at = head.size, head.time
        if self.result.size - max(self.result.signed_size, 0) > UNSIGNED:
            self.result.add("unsigned", Status.CANNOT_TELL, leaves=self.result.size - self.result.signed_size)

    def kept(self, path: Path, *, lost: str) -> bool:
        """Heads in a file outside the database; true if there are some and all fit."""
        try:
            notes = list(split_notes(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError):
            notes = []
        if not notes:
            self.result.add(lost, Status.CANNOT_TELL, file=path.name)
        good = [
            head is not None and self.fits(head)
            for head in (self.head(note, Status.CANNOT_TELL) for note in notes)
        ]
        return bool(good) and all(good)

    def head(self, note: str, worth: Status) -> Head | None:
        """A head that the key signed; `worth` is what another key's signature means here."""
        digest = hashlib.sha256(note.encode()).digest()
        if digest in self._genuine:
            return read_head(note, None)
        try:
            head = read_head(note, self._key)
        except ValueError:
            self.result.add("head_unreadable", worth)
            return None
        if self._key is not None and not head.signed:
            differs = head.size > self.result.size or self.tree.root(head.size) != head.root
            what = Status.TAMPERED if head.signed is False or differs else worth
            self.result.add("head_not_signed", what, size=head.size)
            return None
        self._genuine.add(digest)
        return head

    def fits(self, head: Head) -> bool:
        """Whether the tree still has this head."""
        held = len(self.tree.levels[0]) // 32
        if head.size > held:
            self.result.add("cut_off", leaf=held, signed=head.size, size=held)
            return False
        if self.tree.root(head.size) != head.root:
            start = min(self._fitting, head.size)
            self.result.add("root_differs", leaf=start, until=head.size, signed=head.size)
            return False
        self._fitting = max(self._fitting, head.size)
        return True

    def numbers(self) -> None:
        """Every writer's numbering without a gap."""
        for row in self._all(NUMBERS):
            if not (row.records == row.highest == row.last and row.lowest == 1):
                missing = max(row.last or 0, row.highest) - row.records
                self.result.add("number_gap", instance=str(row.instance_id), lane=row.lane, missing=missing)

    def ends(self) -> None:
        """Every question asked once and ended once; without its end only while its process lives."""
        beats = {
            _id(row.instance_id): row.ended_at is None and self._now - _time(row.heartbeat_at) < ALIVE
            for row in self._all("SELECT instance_id, ended_at, heartbeat_at FROM audit_instance")
        }
        for row in list(self._all(UNPAIRED)):
            if (row.asked, row.ended) != (1, 0):
                self.result.add(
                    "ends_differ", exchange=_id(row.exchange_id), asked=row.asked, ended=row.ended
                )
            elif beats.get(_id(row.writer)):
                self.result.open_exchanges = (*self.result.open_exchanges, _id(row.exchange_id))
            else:
                self.result.add("not_ended", Status.CANNOT_TELL, exchange=_id(row.exchange_id))

    def _all(self, sql: str, **values: int) -> Iterator[Any]:
        return iter(self._connection.execute(text(sql), values).yield_per(1000))

    def _one(self, sql: str) -> Any:
        return self._connection.execute(text(sql)).scalar()


def verify(
    url: str,
    *,
    verifier: str | None = None,
    checkpoints: Path | None = None,
    anchors: Sequence[Path] = (),
    since: str | None = None,
    now: datetime | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Result:
    """Read a log and say whether it adds up.

    Args:
        url: SQLAlchemy URL of the database; opened read-only, one snapshot.
        verifier: the log's public key as a line; without it no signature says anything.
        checkpoints: the log's own file of heads outside the database.
        anchors: files with heads that a second party kept.
        since: a head that was verified before; records under it are not read again, only their listed hashes.
        progress: told leaves done and in all, every thousand.
    """
    failed = Result(found={})
    try:
        key = Key(verifier) if verifier else None
        known = read_head(since, key) if since else None
        at = now or datetime.now(UTC)  # noqa: TID251 - this file stands alone
        with _engine(url).connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN")
            check = Check(connection, key, at)
            check.leaves(known.size if known else 0, progress)
            check.nodes()
            check.heads()
            if known is not None and since and check.head(since, Status.CANNOT_TELL):
                check.fits(known)
            if key is None:
                check.result.add("no_key", Status.CANNOT_TELL)
            if checkpoints is not None and (checkpoints.exists() or check.result.checkpoints):
                check.result.checkpoint_file = check.kept(checkpoints, lost="checkpoint_file_missing")
            fitting = [check.kept(anchor, lost="anchor_unreadable") for anchor in anchors]
            check.result.anchored = key is not None and bool(fitting) and all(fitting)
            check.numbers()
            check.ends()
            return check.result
    except (SQLAlchemyError, ImportError) as error:
        failed.add("database_unreadable", Status.CANNOT_TELL, why=type(error).__name__)
    except ValueError as error:
        failed.add("input_unreadable", Status.CANNOT_TELL, why=str(error)[:120])
    return failed


def verify_proof(proof: str, *, verifier: str, record: bytes | None = None) -> Result:
    """Check the proof of one record without any database.

    Args:
        record: the record's canonical bytes; without them the proof's own extra line says what is proved:
            a leaf hash of 32 bytes, or the bytes themselves.

    Source: C2SP tlog-proof.
    """
    result = Result(found={})
    try:
        key, (front, _, note) = Key(verifier), proof.partition("\n\n")
        title, *lines = front.split("\n")
        extra = base64.b64decode(lines.pop(0)[6:], validate=True) if lines[0].startswith("extra ") else b""
        word, index = lines.pop(0).split(" ")
        path = [base64.b64decode(line, validate=True) for line in lines]
        head = read_head(note, key)
        if title != "c2sp.org/tlog-proof@v1" or word != "index" or not (record or extra):
            raise ValueError("not a proof")
    except (ValueError, IndexError):
        result.add("proof_unreadable", Status.CANNOT_TELL)
        return result
    if not head.signed:
        result.add(
            "head_not_signed", Status.TAMPERED if head.signed is False else Status.CANNOT_TELL, size=head.size
        )
    leaf = (
        extra if record is None and len(extra) == 32 else hashlib.sha256(b"\x00" + (record or extra)).digest()
    )
    if not included(leaf, int(index), head.size, path, head.root):
        result.add("proof_fails", leaf=int(index))
    result.size, result.root = head.size, head.root.hex()
    result.signed_size, result.signed_at = head.size, head.time
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of this file alone."""
    parser = argparse.ArgumentParser(description="Verify an audit log, or the proof of one record.")
    parser.add_argument("--database", help="SQLAlchemy URL, e.g. sqlite:///var/ustaz.db")
    parser.add_argument("--key", type=Path, help="file with the log's public key (keys/verifier.pub)")
    parser.add_argument("--checkpoints", type=Path, help="the log's own file of heads outside the database")
    parser.add_argument(
        "--anchor", type=Path, action="append", default=[], help="heads that a second party kept"
    )
    parser.add_argument("--since", type=Path, help="a head that was verified before")
    parser.add_argument("--proof", type=Path, help="a .tlog-proof file, instead of a database")
    parser.add_argument("--record", type=Path, help="the bytes of the record that the proof is about")
    given = parser.parse_args(arguments)
    if bool(given.proof) == bool(given.database):
        parser.error("give --database or --proof")
    verifier = given.key.read_text(encoding="utf-8") if given.key else None
    if given.proof:
        record = given.record.read_bytes() if given.record else None
        result = verify_proof(given.proof.read_text(encoding="utf-8"), verifier=verifier or "", record=record)
    else:
        since = given.since.read_text(encoding="utf-8") if given.since else None
        result = verify(
            given.database,
            verifier=verifier,
            checkpoints=given.checkpoints,
            anchors=given.anchor,
            since=since,
        )
    sys.stdout.write(json.dumps(result.document(), indent=2) + "\n")
    return result.status.exit_code


def _faults(row: Any) -> list[tuple[str, Status]]:
    """What is wrong with a record, its bytes taken as true."""
    try:
        body = json.loads(row.body)
        sealed, held = body["sealed"], row.ciphertext
        if body["schema_version"] > SCHEMA_VERSION:
            return [("newer_schema", Status.CANNOT_TELL)]
        fits = all(getattr(row, name) == body.get(name) for name in SAME)
        fits = fits and all(_id(getattr(row, name)) == _id(body[name]) for name in IDS)
        fits = fits and row.conversation_id == body.get("gen_ai.conversation.id")
        fits = fits and _time(row.created_at) == datetime.fromisoformat(body["time"])
        kept = (
            sealed is None or held is None or hashlib.sha256(held).hexdigest() == sealed["ciphertext_sha256"]
        )
        intact = (body.get("journal") or {"intact": True})["intact"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return [("record_changed", Status.TAMPERED)]
    faults = {
        "columns_changed": not fits,
        "sealed_missing": sealed is not None and held is None,
        "sealed_changed": not kept,
        "journal_changed": not intact,
    }
    return [(key, Status.TAMPERED) for key, wrong in faults.items() if wrong]


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        path = f"sqlite:///file:{quote(str(Path(parsed.database or '').resolve()))}?mode=ro&uri=true"
        return create_engine(path, poolclass=NullPool, connect_args={"isolation_level": None})
    whole, options = parsed.set(drivername="postgresql+psycopg"), {"postgresql_readonly": True}
    return create_engine(
        whole, poolclass=NullPool, isolation_level="REPEATABLE READ", execution_options=options
    )


def _join(left: bytes | bytearray, right: bytes | bytearray) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _hash(listed: str) -> bytes:
    """A listed leaf hash; zeros for what is none, so that no root can fit."""
    try:
        return bytes.fromhex(listed)[:32].ljust(32, b"\x00")
    except ValueError:
        return bytes(32)


def _id(value: Any) -> str:
    return "" if value is None else str(value).replace("-", "")


def _time(value: Any) -> datetime:
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main())
