"""Verify the log, offline and read-only: this one file needs no other part of the app.

It shares no code with what wrote the log: only the standard library, SQLAlchemy's core and cryptography.
Exit status: 0 nothing was found changed, 1 tampered, 2 cannot tell. Of a database it checks every record
against its leaf, the tree, its cache, every signed head, heads kept elsewhere, the writers' numbering, and that
every question has one end; of an exported bundle and of a proof, that what they hold stands in the signed tree.
The app's catalogues word the keys of the problems. `second_verifier.py` beside it judges the same with other code.
"""

import argparse
import base64
import csv
import hashlib
import io
import json
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial, reduce
from itertools import zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, Engine, create_engine, inspect, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

SCHEMA_VERSION = 1
EVIDENCE = "ustaz-evidence/1"
SIGNED = ("manifest.json", "manifest.sig")
PRUNED = "ustaz-pruned/1"
KEPT = 5  # problems of each key that are listed; all are counted
UNSIGNED = 2000  # leaves after the last head that a running log never has
ALIVE = timedelta(seconds=120)
CONSISTENCY, CONTINUES = "consistency.txt", "ustaz-consistency/1"
SHOWN_PRUNINGS = 20
YOUNGEST_PRUNED = timedelta(days=180)
EMPTY = hashlib.sha256(b"").digest()
LATEST = 253_402_300_799  # the last second of the year 9999
ZIP_END, ZIP64_END = 22, 76  # bytes that end a ZIP without a comment, and what the long form has before them
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
COSIGNED = 100  # newest heads whose cosignatures are read
LARGEST = 2**63 - 1
SIGNATURES = (68, 76)  # bytes of a signature with the number of its key; a witness's has a time as well
EPOCH, MICROSECOND, HOUR = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1), 3_600_000_000
ZONE = "Asia/Almaty"  # whose days the index counts
WORDS = ("kind", "role", "language", "outcome", "entry_id", "task", "rail", "failure")
ACTIONS = ("mask", "warn", "block")
MALFORMED = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
IDS = ("record_id", "instance_id", "exchange_id")
SAME = ("lane", "sequence", "kind", "school", "pseudonym", "outcome", "language", "entry_id", "rail")
FIELDS = (*SAME, "gen_ai.conversation.id")  # of a record; the last columns of a row repeat them in this order
RECORD = "r.body, r.leaf_hash AS claimed, s.ciphertext, r.created_at, " + ", ".join(
    f"r.{name}" for name in (*IDS, *SAME, "conversation_id")
)
INDEXED = "i.at, i.day, i.facet_id, i.school AS indexed_school, i.first_text_ms, i.total_ms"
UNINDEXED = "NULL AS at, NULL AS day, NULL AS facet_id, NULL AS indexed_school, NULL AS first_text_ms, NULL AS total_ms"
LEAVES = """SELECT {indexed}, l.leaf_index, l.leaf_hash AS listed, l.record_id AS placed, {record}
    FROM audit_leaf l LEFT JOIN audit_record r ON r.record_id = l.record_id
    LEFT JOIN audit_sealed s ON s.record_id = l.record_id {joined} WHERE l.leaf_index >= :start ORDER BY l.leaf_index"""
WAITING = """SELECT {indexed}, {record} FROM audit_record r LEFT JOIN audit_sealed s ON s.record_id = r.record_id
    {joined} WHERE r.record_id IN (SELECT q.record_id FROM audit_record q
    WHERE NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.record_id = q.record_id))"""
EXTRA = """SELECT COUNT(*) FROM audit_index i WHERE NOT EXISTS
    (SELECT 1 FROM audit_record r WHERE r.record_id = i.record_id)"""
DECISIONS = """SELECT d.request_id, d.approved, d.decided_by, d.until, r.body, r.record_id, l.leaf_index FROM audit_decision d
    LEFT JOIN audit_record r ON r.record_id = d.record_id LEFT JOIN audit_leaf l ON l.record_id = d.record_id"""
HOLDS = """SELECT h.hold_id, h.placed_by AS by_whom, h.school, h.pseudonym, h.held_record, h.since, h.until, r.body,
    r.record_id, l.leaf_index FROM audit_hold h
    LEFT JOIN audit_record r ON r.record_id = h.record_id LEFT JOIN audit_leaf l ON l.record_id = h.record_id"""
LIFTED = """SELECT h.hold_id, h.lifted_by AS by_whom, r.body, r.record_id, l.leaf_index FROM audit_hold_lifted h
    LEFT JOIN audit_record r ON r.record_id = h.record_id LEFT JOIN audit_leaf l ON l.record_id = h.record_id"""
PLACED = """SELECT r.body FROM audit_record r WHERE r.kind = 'admin_change' AND NOT EXISTS
    (SELECT 1 FROM audit_hold h WHERE h.record_id = r.record_id)"""
PRUNINGS = """SELECT p.until_leaf, p.note, r.body, l.leaf_index FROM audit_pruned p
    LEFT JOIN audit_record r ON r.record_id = p.record_id
    LEFT JOIN audit_leaf l ON l.record_id = p.record_id ORDER BY p.until_leaf"""
GONE = """SELECT COUNT(*) FROM audit_leaf l WHERE l.leaf_index < :n
    AND NOT EXISTS (SELECT 1 FROM audit_record r WHERE r.record_id = l.record_id)"""
NUMBERS = """SELECT n.instance_id, n.lane, l.last, n.records, n.lowest, n.highest FROM (SELECT instance_id, lane,
    COUNT(*) AS records, MIN(sequence) AS lowest, MAX(sequence) AS highest FROM audit_record GROUP BY instance_id, lane) n
    LEFT JOIN audit_lane l ON l.instance_id = n.instance_id AND l.lane = n.lane
    UNION ALL SELECT l.instance_id, l.lane, l.last, 0, 0, 0 FROM audit_lane l WHERE l.last > 0 AND NOT EXISTS
    (SELECT 1 FROM audit_record r WHERE r.instance_id = l.instance_id AND r.lane = l.lane)"""
KEYLESS = """SELECT r.record_id, r.created_at, r.body, l.leaf_index FROM audit_record r
    JOIN audit_sealed s ON s.record_id = r.record_id LEFT JOIN audit_leaf l ON l.record_id = r.record_id
    WHERE NOT EXISTS (SELECT 1 FROM audit_key k WHERE k.owner_id = r.exchange_id)
    AND NOT EXISTS (SELECT 1 FROM audit_key k WHERE k.owner_id = r.record_id) ORDER BY l.leaf_index"""
UNWRAPPED = """SELECT COUNT(*) FROM audit_key k WHERE NOT EXISTS
    (SELECT 1 FROM audit_wrapping_key w WHERE w.school = k.school AND w.month = k.month)"""
UNPAIRED = """SELECT exchange_id, SUM(asked) AS asked, SUM(ended) AS ended FROM (
    SELECT exchange_id, 1 AS asked, 0 AS ended FROM audit_record WHERE kind = 'asked' UNION ALL
    SELECT exchange_id, 0, 1 FROM audit_record WHERE kind IN ('closed', 'abandoned')) e
    GROUP BY exchange_id HAVING SUM(asked) <> 1 OR SUM(ended) <> 1"""
WRITERS = """SELECT r.exchange_id, r.instance_id FROM audit_record r WHERE r.kind = 'asked' AND NOT EXISTS
    (SELECT 1 FROM audit_record e WHERE e.exchange_id = r.exchange_id AND e.kind IN ('closed', 'abandoned'))"""


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
    head that a second party kept was given, is genuine and fits, or a named witness cosigned one that fits;
    `witnessed_size` and `witnessed_at` tell of the newest of these; `checkpoint_file`: the log's own file fits.
    `prunings` says what became of the notes of the newest prunings.
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
    witnessed_size: int = 0
    witnessed_at: str | None = None
    checkpoint_file: bool = False
    open_exchanges: tuple[str, ...] = ()
    abandoned: int = 0
    pruned: int = 0
    prunings: tuple[dict[str, Any], ...] = ()
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

    def witnessed(self, size: int, at: datetime | None) -> None:
        """Note the newest head that a witness cosigned."""
        self.witnessed_size, self.witnessed_at = size, None if at is None else at.isoformat()

    def document(self) -> dict[str, Any]:
        """The result as JSON values."""
        return json.loads(json.dumps(asdict(self)))  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A checkpoint or the note of a pruning; `signed` is None where no signature of a trusted key was found.

    `rank` is the place of the newest trusted key that signed, -1 if none did.
    """

    origin: str
    size: int
    root: bytes
    time: str | None
    signed: bool | None
    rank: int = -1


class Key:
    """A public key of a log or of a witness, from a line `name+id+base64(type, key)`; ValueError if it is none.

    Source: C2SP signed-note (type 1) and tlog-cosignature (type 4, whose signature states its time).
    """

    def __init__(self, line: str) -> None:
        self.name, number, encoded = line.strip().split("+", 2)
        data = base64.b64decode(encoded, validate=True)
        self.id, self.public = bytes.fromhex(number), Ed25519PublicKey.from_public_bytes(data[1:])
        self.timed = data[:1] == b"\x04"
        right = hashlib.sha256(self.name.encode() + b"\n" + data).digest()[:4]
        if data[:1] not in (b"\x01", b"\x04") or right != self.id:
            raise ValueError("the verifier key contradicts its id")

    def signed(self, note: str) -> bool | None:
        """Whether this key signed the note; None if no line has its name and id."""
        body = (note.rpartition("\n\n")[0] + "\n").encode()
        data = self._line(note)
        if data is None:
            return None
        if self.timed:
            body, data = f"cosignature/v1\ntime {int.from_bytes(data[:8])}\n".encode() + body, data[8:]
        try:
            self.public.verify(data, body)
        except InvalidSignature:
            return False
        return True

    def time(self, note: str) -> datetime | None:
        """When a witness says that it signed; None of any other key."""
        data = self._line(note)
        if not self.timed or data is None:
            return None
        return datetime.fromtimestamp(min(int.from_bytes(data[:8]), LATEST), UTC)

    def _line(self, note: str) -> bytes | None:
        """What this key's line of a note holds; ValueError if a line below the text is no signature."""
        lines = [line.split(" ") for line in note.rpartition("\n\n")[2].splitlines()]
        for mark, name, encoded in lines:
            if mark != "—" or not name or not encoded:
                raise ValueError("a line that is no signature")
        for data in [base64.b64decode(encoded) for _, name, encoded in lines if name == self.name]:
            if data[:4] == self.id:
                return data[4:]  # the time of a cosignature, then the signature
        return None


class Keys:
    """A policy: several public keys, a line each, the oldest first; after a rotation the log's old key and its new one.

    Signatures of other keys are ignored; a bad one of a known key refuses the note, whatever else stands there.
    """

    def __init__(self, lines: str) -> None:
        self.keys = tuple(Key(line) for line in lines.splitlines() if line.strip() and line[0] != "#")
        if not self.keys:
            raise ValueError("no verifier key")

    def signed(self, note: str) -> bool | None:
        """Whether one of them signed and none is misused; None if no line is of any of them."""
        return self.judged(note)[0]

    def judged(self, note: str) -> tuple[bool | None, int]:
        """The same, and the place of the newest key that signed; -1 if none did."""
        said = [key.signed(note) for key in self.keys]
        signed = False if False in said else True if True in said else None
        return signed, max((place for place, one in enumerate(said) if one), default=-1)

    def time(self, note: str) -> datetime | None:
        """The earliest time that a witness among them states."""
        return min((at for key in self.keys if (at := key.time(note))), default=None)


class Tree:
    """All hashes of a tree, level by level, 32 bytes each: 64 MB for a million leaves."""

    def __init__(self) -> None:
        self.levels = [bytearray()]

    def __len__(self) -> int:
        return len(self.levels[0]) // 32

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

    def holds(self, level: int, index: int) -> bool:
        """Whether there is such a hash."""
        return 0 <= level < len(self.levels) and 0 <= index < len(self.levels[level]) // 32

    def leaf(self, index: int) -> bytes:
        """The hash of a leaf; empty where there is none."""
        return bytes(self.levels[0][index * 32 : index * 32 + 32]) if index >= 0 else b""

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


def read_head(note: str, keys: Key | Keys | None) -> Head:
    """Read a checkpoint; ValueError if it is none. Source: C2SP tlog-checkpoint."""
    lines = note.split("\n")
    if len(lines) < 4 or not lines[0]:
        raise ValueError("not a checkpoint")
    time = next((line[5:] for line in lines[3:] if line.startswith("time ")), None)
    signed, rank = _signed(note, keys)
    root = base64.b64decode(lines[2], validate=True)
    return Head(origin=lines[0], size=_size(lines[1]), root=root, time=time, signed=signed, rank=rank)


def read_pruning(note: str, keys: Keys | None) -> Head:
    """Read the note of a pruning: the first `size` leaves, whose tree has this root, may be without records.

    Raises:
        ValueError: it is none.
    """
    title, origin, number, root, time, blank, *_ = [*note.split("\n"), *("",) * 6]
    if title != PRUNED or not origin or blank:
        raise ValueError("not the note of a pruning")
    _time(time)
    signed, rank = _signed(note, keys)
    return Head(
        origin=origin, size=_size(number), root=bytes.fromhex(root), time=time, signed=signed, rank=rank
    )


def _signed(note: str, keys: Key | Keys | None) -> tuple[bool | None, int]:
    if isinstance(keys, Keys):
        return keys.judged(note)
    return (None if keys is None else keys.signed(note)), -1


def _size(digits: str) -> int:
    """How many leaves a note names; ValueError if it is no decimal number that a tree can have."""
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 19 or int(digits) > LARGEST:
        raise ValueError("not the size of a tree")
    return int(digits)


def split_notes(content: str) -> Iterator[str]:
    """The notes of a file that holds one after the other; what a crash cut off, marked so or at the end, is left out."""
    lines: list[str] = []
    for line in content.splitlines(keepends=True):
        if lines and lines[-1].startswith("— ") and not line.startswith("— "):
            yield "".join(lines)
            lines = []
        lines = [] if line == "— cut\n" else [*lines, line]
    if lines and lines[-1].startswith("— ") and _whole_line(lines[-1]):
        yield "".join(lines)


def _whole_line(line: str) -> bool:
    """Whether the last line of a file is all that was to be written of a signature."""
    with suppress(ValueError):
        return (
            line.endswith("\n") or len(base64.b64decode(line.rpartition(" ")[2], validate=True)) in SIGNATURES
        )
    return False


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of heads outside the database: its name, and its notes as they stood when it was read."""

    name: str
    notes: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> "Kept":
        """Read it; no notes where it cannot be read."""
        return cls(path.name, tuple(split_notes(_text(path))))


class Index:
    """What a record is found and counted by, made again from its body.

    A facet is the words that many records share; its number is the first 63 bits of SHA-256 over them.
    """

    def __init__(self, facets: Mapping[int, tuple[Any, ...]]) -> None:
        self._facets = facets
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._days: dict[int, int] = {}

    def fits(self, row: Any, body: Mapping[str, Any], at: datetime) -> bool:
        """Whether a record's row, and the facet that it names, are what its body says."""
        said = [body.get(name) for name in WORDS]
        flags = self._flags(body.get("verdicts"))
        words = (*(None if one is None else str(one) for one in said), flags)
        number = self._numbers.get(words)
        if number is None:
            whole = json.dumps([*words[:-1], json.loads(flags)], ensure_ascii=False, separators=(",", ":"))
            number = int.from_bytes(hashlib.sha256(whole.encode()).digest()[:8], "big") >> 1
            self._numbers[words] = number
        micros = (at - EPOCH) // MICROSECOND
        place = (micros, self._day(micros), number, body.get("school"))
        return (
            (row.at, row.day, row.facet_id, row.indexed_school) == place
            and row.first_text_ms == _span(body.get("first_text_ms"))
            and row.total_ms == _span(body.get("total_ms"))
            and self._facets.get(number) == words
        )

    def _day(self, micros: int) -> int:
        """The day of the school, counted from 1970."""
        hour = micros // HOUR
        if hour not in self._days:
            here = (EPOCH + hour * HOUR * MICROSECOND).astimezone(ZoneInfo(ZONE))
            self._days[hour] = here.date().toordinal() - EPOCH.date().toordinal()
        return self._days[hour]

    @staticmethod
    def _flags(verdicts: Any) -> str:
        """JSON of [rail, category, the gravest action], sorted; a rail that found nothing stands with its state."""
        worst: dict[tuple[str, str], str] = {}
        for one in verdicts if isinstance(verdicts, list) else ():
            if (action := one.get("action")) not in ACTIONS:
                continue
            state = str(one.get("status") or "ok")
            found = [str(each.get("category") or "") for each in one.get("findings") or ()]
            for category in found or ["" if state == "ok" else state]:
                key = str(one.get("rail") or ""), category
                worst[key] = max(worst.get(key, ACTIONS[0]), action, key=ACTIONS.index)
        named = [[rail, category, worst[rail, category]] for rail, category in sorted(worst)]
        return json.dumps(named, ensure_ascii=False, separators=(",", ":")) if named else "[]"


class Heads:
    """Signed heads held against a tree."""

    def __init__(self, keys: Keys | None) -> None:
        self.result, self.tree, self.keys = Result(found={}), Tree(), keys
        self._fitting = 0  # leaves under a head that fits, of the heads that one party kept
        self._doubtful: int | None = None
        self._genuine: set[bytes] = set()  # digests of heads whose signature was checked already
        self._spans: dict[
            int, tuple[int, int]
        ] = {}  # by key: the smallest and the largest size that it signed

    def kept(self, file: Kept, *, lost: str) -> bool:
        """Heads in a file outside the database; true if there are some and all fit."""
        self._fitting = 0
        if not file.notes:
            self.result.add(lost, Status.CANNOT_TELL, file=file.name)
        heads = [self.head(note, Status.CANNOT_TELL) for note in file.notes]
        said = {head is not None and self.fits(head) for head in heads}
        if said == {None}:
            self.result.add("anchor_incomparable", Status.CANNOT_TELL, file=file.name)
        return said - {None} == {True}

    def outside(self, anchors: Sequence[Kept], witnesses: Keys | None, notes: Sequence[str] = ()) -> None:
        """Heads that a second party kept; and, of these and `notes`, what a named witness cosigned."""
        fitting = [self.kept(file, lost="anchor_unreadable") for file in anchors]
        if witnesses is not None:
            self._cosigned(witnesses, [*notes, *(note for file in anchors for note in file.notes)])
            fitting.append(self.result.witnessed_size > 0)
        self.result.anchored = self.keys is not None and bool(fitting) and all(fitting)

    def _cosigned(self, witnesses: Keys, notes: Sequence[str]) -> None:
        self._fitting = 0
        for note in notes:
            try:
                said, size = witnesses.signed(note), read_head(note, None).size
            except MALFORMED:
                self.result.add("head_unreadable", Status.CANNOT_TELL)
                continue
            if said is False:
                self.result.add("cosignature_false", size=size)
            head = self.head(note, Status.CANNOT_TELL) if said else None
            if head is not None and self.fits(head) and head.size > self.result.witnessed_size:
                self.result.witnessed(head.size, witnesses.time(note))
        if self.result.witnessed_size == 0:
            self.result.add("not_witnessed", Status.CANNOT_TELL)

    def head(self, note: str, worth: Status) -> Head | None:
        """A head that a trusted key signed; `worth` is what another key's signature means here."""
        try:
            digest = hashlib.sha256(note.encode()).digest()
            if digest in self._genuine:
                return read_head(note, None)
            head = read_head(note, self.keys)
        except MALFORMED:
            self._doubt("head_unreadable", worth)
            return None
        if self.keys is not None and not head.signed:
            differs = self.root(head.size) not in (None, head.root)
            what = Status.TAMPERED if head.signed is False or differs else worth
            self._doubt("head_not_signed", what, size=head.size)
            return None
        self._genuine.add(digest)
        if self._retired(head):
            self._doubt("head_by_old_key", Status.TAMPERED, size=head.size)
        return head

    def _retired(self, head: Head) -> bool:
        """Whether, of this head and one seen before, the larger is signed by an older key alone."""
        low, high = self._spans.get(head.rank, (head.size, head.size))
        self._spans[head.rank] = min(low, head.size), max(high, head.size)
        return any(
            low < head.size if rank > head.rank else high > head.size
            for rank, (low, high) in self._spans.items()
            if rank != head.rank
        )

    def _doubt(self, key: str, status: Status, size: int | None = None) -> None:
        """Note a head that is none; if nothing else names a leaf, the first that is under no head before it does."""
        if size is None:
            self.result.add(key, status)
        else:
            self.result.add(key, status, size=size)
        if status is Status.TAMPERED and self._doubtful is None:
            self._doubtful = self._fitting

    def concluded(self) -> Result:
        """The result, when all was read."""
        if self.result.first_bad_leaf is None:
            self.result.first_bad_leaf = self._doubtful
        return self.result

    def root(self, size: int) -> bytes | None:
        """The root over the first leaves; empty where there are fewer, None where it cannot be told."""
        return self.tree.root(size) if size <= len(self.tree) else b""

    def fits(self, head: Head) -> bool | None:
        """Whether the tree still has this head; None where that cannot be told."""
        root = self.root(head.size)
        if root is None:
            return None
        if not root:
            held = len(self.tree)
            self.result.add("cut_off", leaf=held, signed=head.size, size=held)
            return False
        if root != head.root:
            start = min(self._fitting, head.size)
            self.result.add("root_differs", leaf=start, until=head.size, signed=head.size)
            return False
        self._fitting = max(self._fitting, head.size)
        return True


class Check(Heads):
    """One reading of one database."""

    def __init__(self, connection: Connection, keys: Keys | None, now: datetime) -> None:
        super().__init__(keys)
        self._connection, self._now = connection, now
        self._pruned = 0
        self._pruning: tuple[Head, Any] | None = None
        self._prunings: list[
            tuple[int, Head | None]
        ] = []  # leaves that a row names, and its note if it can be read
        self._fits: list[Head] = []  # of the database, by size
        self._index: Index | None = None
        self._split: set[str] = set()
        self._holes: dict[str, int] = {}

    def everything(
        self,
        own: Kept | None,
        kept: Sequence[Kept],
        witnesses: Keys | None,
        *,
        since: str | None,
        start: int,
        progress: Callable[[int, int], None],
    ) -> None:
        """All parts in their order; the files were read before the snapshot."""
        self.attempt(self.pruning)
        self.attempt(self.index)
        if self.attempt(lambda: self.leaves(start, progress)):
            for part in (self.nodes, self.heads, self.pruned):
                self.attempt(part)
            if since:
                self.before(since)
            if own is not None and (own.notes or self.result.checkpoints):
                self.result.checkpoint_file = self.kept(own, lost="checkpoint_file_missing")
            self.attempt(lambda: self.outside(kept, witnesses, self.cosigned() if witnesses else ()))
        if self.keys is None:
            self.result.add("no_key", Status.CANNOT_TELL)
        for part in (self.waiting, self.numbers, self.ends, self.second_persons, self.texts):
            self.attempt(part)

    def leaves(self, start: int, progress: Callable[[int, int], None]) -> None:
        """Every record against its leaf, from `start` on; leaves before it are taken as they are listed."""
        total = self._one("SELECT COUNT(*) FROM audit_leaf")
        before = (
            "SELECT leaf_hash FROM audit_leaf WHERE leaf_index >= 0 AND leaf_index < :n ORDER BY leaf_index"
        )
        for row in self._all(before, n=start):
            self.tree.append(_hash(row.leaf_hash))
        index = start
        for row in self._all(self._query(LEAVES), start=start):
            if row.leaf_index != index:
                self.result.add("leaf_missing", leaf=index)
            index = row.leaf_index if _whole(row.leaf_index) else index
            body = _bytes(row.body)
            if row.body is None and index < self._pruned:
                self.tree.append(_hash(row.listed))
            elif row.body is None:
                self.result.add("record_missing", leaf=index, record=_id(row.placed))
                self.tree.append(_hash(row.listed))
            else:
                self._record(row, index)
                leaf = hashlib.sha256(b"\x00" + body).digest()
                if not leaf.hex() == row.listed == row.claimed or row.placed != row.record_id:
                    self.result.add("record_changed", leaf=index, record=_id(row.record_id))
                self.tree.append(leaf)
            index += 1
            if index % 1000 == 0:
                progress(index, total)
        progress(total, total)
        if len(self.tree) < total:  # a place that is no number, or below 0
            self.result.add("leaf_missing", leaf=len(self.tree))
        twice = "SELECT MAX(leaf_index) AS at FROM audit_leaf GROUP BY record_id HAVING COUNT(*) > 1"
        for row in self._all(twice):
            self.result.add("leaf_twice", leaf=row.at if _whole(row.at) else None)
        self.result.size, self.result.root = total, self.tree.root(len(self.tree)).hex()
        self.result.records = self._one("SELECT COUNT(*) FROM audit_record")

    def attempt(self, work: Callable[[], None]) -> bool:
        """Do a part of the reading; what was found stays where it breaks off, which is then noted too."""
        try:
            work()
        except (SQLAlchemyError, *MALFORMED) as error:
            self.result.add("database_unreadable", Status.CANNOT_TELL, why=type(error).__name__)
            return False
        return True

    def index(self) -> None:
        """What search and counts read: the words, and that there is a row of no record; `leaves` does the rest."""
        if not self._table("audit_index"):
            return  # of a release that had none
        if self._one("SELECT COUNT(*) FROM audit_index") == 0:
            if self._one("SELECT COUNT(*) FROM audit_record"):
                self.result.add("index_empty", Status.CANNOT_TELL)
            return
        facets = self._all(f"SELECT facet_id, {', '.join(WORDS)}, flags FROM audit_facet")  # noqa: S608 - constants only
        self._index = Index({row[0]: tuple(row[1:]) for row in facets})
        if extra := self._one(EXTRA):
            self.result.add("index_extra", records=extra)

    def _query(self, sql: str) -> str:
        joined = "LEFT JOIN audit_index i ON i.record_id = r.record_id" if self._index else ""
        return sql.format(record=RECORD, indexed=INDEXED if self._index else UNINDEXED, joined=joined)

    def _table(self, name: str) -> bool:
        return inspect(self._connection).has_table(name)

    def pruning(self) -> None:
        """Which first leaves may be without records: as far as a note says that a trusted key signed."""
        if not self._table("audit_pruned"):
            return
        columns = inspect(self._connection).get_columns("audit_pruned")
        if not any(column["name"] == "note" for column in columns):
            return  # of a release that signed none
        for row in self._all(PRUNINGS):
            said = None
            with suppress(*MALFORMED):
                said = read_pruning(row.note, self.keys)
            self._prunings.append((row.until_leaf, said))
            if said is None or said.size != row.until_leaf or not (said.signed or self.keys is None):
                self.result.add("pruning_not_signed")
            else:
                self._pruning, self._pruned = (said, row), said.size
        if self._pruning is not None:
            with suppress(*MALFORMED):
                details = json.loads(self._pruning[1].body)["details"]
                self._split = {_id(one) for one in details["split"]}
                self._holes = {_id(lane): int(number) for lane, number in details["holes"].items()}
        self.result.pruned = next(self._all(GONE, n=self._pruned))[0]

    def pruned(self) -> None:
        """The newest pruning is as it must be; what became of each note, the newest first."""
        if self._pruning is not None:
            self._newest_pruning(*self._pruning)
        newest = None if self._pruning is None else self._pruning[0]
        wrong = {"pruning_differs", "pruned_too_early"} & self.result.found.keys()
        states = []
        for until, said in reversed(self._prunings[-SHOWN_PRUNINGS:]):
            if said is None or said.size != until or said.signed is False:
                state = "not_signed"
            elif said.signed is None:
                state = "not_signed" if self.keys else "unchecked"
            elif self.root(said.size) != said.root or (said is newest and wrong):
                state = "differs"
            else:
                waits = said is newest and "pruning_unsigned" in self.result.found
                state = "waiting" if waits else "verified"
            leaves = until if _whole(until) else 0
            states.append({"leaves": leaves, "time": said and said.time, "state": state})
        self.result.prunings = tuple(states)

    def _newest_pruning(self, said: Head, row: Any) -> None:
        """It is what its record says, which a signed head covers; what went was old by then."""
        at, size = row.leaf_index, said.size
        if not self._on_record(said, row):
            self.result.add("pruning_differs", leaf=0, until=size, size=size)
        elif (over := next((head for head in self._fits if at is not None and head.size > at), None)) is None:
            self.result.add("pruning_unsigned", Status.CANNOT_TELL, size=size)
        elif said.origin != over.origin or _stated(over) < _stated(said) or said.rank < self._rank_at(at):
            self.result.add("pruning_differs", leaf=0, until=size, size=size)
        old = [head for head in self._fits if head.size >= size and head.time]
        if not any(_stated(said) - _stated(head) >= YOUNGEST_PRUNED for head in old):
            self.result.add("pruned_too_early", leaf=0, until=size, size=size)

    def _on_record(self, said: Head, row: Any) -> bool:
        """Whether the record of a pruning says the same, and stands in its place of the tree."""
        if row.body is None or self.root(said.size) != said.root:
            return False
        leaf = hashlib.sha256(b"\x00" + _bytes(row.body)).digest()
        if row.leaf_index is not None and self.tree.leaf(row.leaf_index) != leaf:
            return False
        with suppress(*MALFORMED):
            return bool(json.loads(row.body)["details"]["pruned"] == said.size)
        return False

    def _rank_at(self, leaf: int) -> int:
        """The newest key of which a head was signed when a leaf was given."""
        return max((head.rank for head in self._fits if head.size <= leaf), default=-1)

    def waiting(self) -> None:
        """Records that have no leaf yet; none may be older than what has one for long."""
        rows = list(self._all(self._query(WAITING)))
        newest = rows and self._one(
            "SELECT MAX(r.created_at) FROM audit_record r JOIN audit_leaf l ON l.record_id = r.record_id"
        )
        for row in rows:
            self._record(row, None)
            if hashlib.sha256(b"\x00" + _bytes(row.body)).hexdigest() != row.claimed:
                self.result.add("waiting_changed", record=_id(row.record_id))
            with suppress(*MALFORMED):  # a time that is none differs from its record
                if newest and _time(newest) - _time(row.created_at) > timedelta(minutes=10):
                    self.result.add("passed_over", Status.CANNOT_TELL, record=_id(row.record_id))
        self.result.waiting = len(rows)

    def _record(self, row: Any, leaf: int | None) -> None:
        """The columns and the sealed part of a record against its bytes."""
        self.result.abandoned += row.kind == "abandoned"
        for key, status in _faults(row, self._index):
            self.result.add(key, status, leaf, record=_id(row.record_id))

    def nodes(self) -> None:
        """The cache of hashes against the tree."""
        found: dict[int, int] = {}
        for row in self._all("SELECT level, node_index, hash FROM audit_node ORDER BY level, node_index"):
            level, index, listed = row
            if not (_whole(level) and _whole(index)) or not self.tree.holds(level, index):
                self.result.add("node_changed", leaf=len(self.tree))  # of no part of this tree
                continue
            at = index * 32
            if self.tree.levels[level][at : at + 32].hex() != listed:
                self._node("node_changed", level, index, index + 1)
            self._missing(level, found.get(level, 0), index)
            found[level] = index + 1
        for level, nodes in enumerate(self.tree.levels[1:], 1):
            self._missing(level, found.get(level, 0), len(nodes) // 32)

    def _missing(self, level: int, start: int, end: int) -> None:
        for index in range(start, end):
            self._node("node_missing", level, index, index + 1)

    def _node(self, key: str, level: int, index: int, until: int) -> None:
        self.result.add(key, leaf=index << level, until=until << level)

    def signed(self) -> bool:
        """Whether the database has any head."""
        with suppress(SQLAlchemyError):
            return self._table("audit_checkpoint") and self._one("SELECT COUNT(*) FROM audit_checkpoint") > 0
        return False

    def heads(self) -> None:
        """Every signed head in the database."""
        for row in self._all("SELECT size, root, note FROM audit_checkpoint ORDER BY size"):
            self.result.checkpoints += 1
            head = self.head(row.note, Status.TAMPERED)
            if head is not None and (head.size, head.root.hex()) != (row.size, row.root):
                self._doubt("head_changed", Status.TAMPERED, size=head.size)
            if head is not None and self.fits(head):
                self._fits.append(head)
                self.result.signed_size, self.result.signed_at = head.size, head.time
        unsigned = self.result.size - self.result.signed_size
        if unsigned > UNSIGNED:
            self.result.add("unsigned", Status.CANNOT_TELL, leaves=unsigned)

    def before(self, note: str) -> None:
        """The head that was verified before."""
        self._fitting = 0
        head = self.head(note, Status.CANNOT_TELL)
        if head is not None:
            self.fits(head)

    def cosigned(self) -> list[str]:
        """The newest notes that witnesses gave back, where the log keeps such."""
        if not self._table("audit_anchor"):
            return []
        rows = self._all(
            "SELECT note FROM audit_anchor WHERE place LIKE 'witness%' ORDER BY size DESC LIMIT :n",
            n=COSIGNED,
        )
        return [row.note for row in rows if isinstance(row.note, str)]

    def numbers(self) -> None:
        """Every writer's numbering without a gap."""
        gone = 0
        for row in self._all(NUMBERS):
            writer, lane = str(row.instance_id), row.lane if _whole(row.lane) else 0
            if not all(_whole(one or 0) for one in (row.last, row.lowest, row.highest, row.lane)):
                self.result.add("number_gap", instance=writer, lane=lane, missing=0)
                continue
            missing = max(row.last or 0, row.highest) - row.records
            whole = row.records == row.highest == row.last and row.lowest == 1
            hole = self._holes.get(f"{_id(row.instance_id)}/{row.lane}", 0)
            rest = row.highest == row.last and row.highest - row.lowest + 1 - row.records == hole
            if not (whole or (self._pruned and (rest or not row.records))):
                self.result.add("number_gap", instance=writer, lane=lane, missing=missing)
            gone += missing
        # Of a pruned log, what is missing in all lanes together is exactly what was pruned.
        if self._pruned and gone != self.result.pruned:
            self.result.add("number_gap", instance="*", lane=0, missing=gone - self.result.pruned)

    def ends(self) -> None:
        """Every question asked once and ended once; without its end only while its process lives."""
        beats = dict[str, bool]()
        for row in self._all("SELECT instance_id, ended_at, heartbeat_at FROM audit_instance"):
            try:
                lately = self._now - _time(row.heartbeat_at) < ALIVE
            except MALFORMED:
                self.result.add("instance_unreadable", Status.CANNOT_TELL, instance=_id(row.instance_id))
                continue
            beats[_id(row.instance_id)] = row.ended_at is None and lately
        unpaired = list(self._all(UNPAIRED))
        writers = {_id(row[0]): _id(row[1]) for row in self._all(WRITERS)} if unpaired else {}
        for row in unpaired:
            exchange, asked, ended = _id(row.exchange_id), int(row.asked), int(row.ended)
            if (asked, ended) == (0, 1) and exchange in self._split:
                continue
            if (asked, ended) != (1, 0):
                self.result.add("ends_differ", exchange=exchange, asked=asked, ended=ended)
            elif beats.get(writers.get(exchange, "")):
                self.result.open_exchanges = (*self.result.open_exchanges, exchange)
            else:
                self.result.add("not_ended", Status.CANNOT_TELL, exchange=exchange)

    def texts(self) -> None:
        """Every text that was neither erased nor over has its key; a copy of a log may hold no key at all."""
        if not self._table("audit_key") or self._one("SELECT COUNT(*) FROM audit_key") == 0:
            return
        if unwrapped := self._one(UNWRAPPED):
            self.result.add("wrapping_key_missing", Status.CANNOT_TELL, keys=unwrapped)
        erased, over = self._erased()
        known: set[str] | None = None
        for row in self._all(KEYLESS):
            with suppress(*MALFORMED):  # what is none of these differs from its record
                owner = _id(UUID(json.loads(row.body)["sealed"]["key_owner"]))
                if owner in erased or _time(row.created_at) < over:
                    continue
                if known is None:
                    known = {_id(one[0]) for one in self._all("SELECT owner_id FROM audit_key")}
                if owner not in known:
                    at = row.leaf_index if _whole(row.leaf_index) else -1
                    self.result.add("key_missing", Status.CANNOT_TELL, record=_id(row.record_id), at=at)

    def _erased(self) -> tuple[set[str], datetime]:
        """The owners of keys that the log says were erased, and up to when it says that texts were over."""
        owners, over = set[str](), EPOCH
        for row in self._all("SELECT body FROM audit_record WHERE kind = 'erasure'"):
            with suppress(*MALFORMED):
                body = json.loads(row.body)
                owners.update(_id(UUID(one)) for one in body["details"].get("owners", ()))
                if body["basis"] == "retention" and "before" in (body["range"] or {}):
                    over = max(over, _time(body["range"]["before"]))
        return owners, over

    def second_persons(self) -> None:
        """Every decision, hold and end of a hold has its record in the log, with the same facts."""
        if not self._table("audit_decision"):
            return
        for row in self._all(DECISIONS):
            word = "approved" if row.approved else "refused"
            events = {f"opening_{word}", f"erasure_{word}"}
            facts = {"request": row.request_id, "until": row.until}
            if not self._recorded(row, events, row.decided_by, facts):
                self.result.add("decision_differs", leaf=_place(row), request=_id(row.request_id))
        for row in self._all(HOLDS):
            about = {name: getattr(row, name) for name in ("school", "pseudonym", "since", "until")}
            facts = {"hold": row.hold_id, "range": {**about, "record": row.held_record}}
            if not self._recorded(row, {"hold_placed"}, row.by_whom, facts):
                self.result.add("hold_differs", leaf=_place(row), hold=_id(row.hold_id))
        for row in self._all(LIFTED):
            if not self._recorded(row, {"hold_lifted"}, row.by_whom, {"hold": row.hold_id}):
                self.result.add("hold_differs", leaf=_place(row), hold=_id(row.hold_id))
        for row in self._all(PLACED):
            with suppress(*MALFORMED):
                body = json.loads(row.body)
                if body["event"] == "hold_placed":
                    self.result.add("hold_differs", hold=_id(body["details"]["hold"]))

    def _recorded(self, row: Any, events: set[str], by: str, facts: Mapping[str, Any]) -> bool:
        """Whether the record of a row says the same; gone with a pruning is as good."""
        if row.body is None:
            return row.leaf_index is not None and row.leaf_index < self._pruned
        with suppress(*MALFORMED):
            body = json.loads(row.body)
            said = body["details"]
            right = body["event"] in events and body["pseudonym"] == by
            return right and all(_same(said.get(name), value) for name, value in facts.items())
        return False

    def _all(self, sql: str, **values: int) -> Iterator[Any]:
        return iter(self._connection.execute(text(sql), values).yield_per(1000))

    def _one(self, sql: str) -> Any:
        return self._connection.execute(text(sql)).scalar()


class Bundle(Heads):
    """One reading of an exported bundle: its list of files, its head, its records and the hashes between them."""

    def __init__(self, archive: zipfile.ZipFile, opened: ExitStack, keys: Keys | None) -> None:
        super().__init__(keys)
        self._zip, self._opened, self._root, self._rank = archive, opened, b"", -1
        self._early = -1, b""  # fewer leaves whose root is known, and that root
        self._listed = archive.read("manifest.json")
        self._manifest = json.loads(self._listed)
        if self._manifest["schema"] != EVIDENCE:
            raise ValueError(f"not {EVIDENCE}")

    def files(self) -> None:
        """The manifest as the log signed it; every file as the manifest lists it, and no other."""
        digest = hashlib.sha256(self._listed).hexdigest()
        note = self._zip.read("manifest.sig").decode()
        signed, self._rank = (True, -1) if self.keys is None else self.keys.judged(note)
        stated = note.rpartition("\n\n")[0] == f"{EVIDENCE}\n{self._manifest['origin']}\n{digest}"
        if not (signed and stated):
            unknown = signed is None and stated
            self.result.add("manifest_not_signed", Status.CANNOT_TELL if unknown else Status.TAMPERED)
        names, listed = self._zip.namelist(), self._manifest["files"]
        for name in sorted({*names, *listed}):
            known = listed.get(name, {})
            fits = name in SIGNED or self._digest(name) == (known.get("sha256"), known.get("bytes"))
            if names.count(name) != 1 or not fits:
                self.result.add("bundle_file_changed", file=name)

    def container(self) -> None:
        """Its files stand one behind the other, then their list, and nothing else: another reader might see other files."""
        file = self._zip.fp
        if file is None:
            raise ValueError("the bundle is closed")
        at, listed, members = 0, 0, sorted(self._zip.infolist(), key=lambda one: one.header_offset)
        padded = bool(self._zip.comment)
        for member in members:
            padded = padded or member.header_offset != at
            file.seek(member.header_offset + 26)
            named, more = struct.unpack("<HH", file.read(4))
            at += 30 + named + more + member.compress_size
            listed += 46 + len(member.orig_filename.encode()) + len(member.extra) + len(member.comment)
        length = file.seek(0, io.SEEK_END)
        file.seek(max(length - ZIP_END, 0))
        ends = length - at - listed in (ZIP_END, ZIP_END + ZIP64_END) and file.read(4) == b"PK\x05\x06"
        if padded or not ends:
            self.result.add("bundle_padded")

    def succession(self) -> None:
        """The list of files is signed by no older key than a head over as many leaves or fewer."""
        before = [rank for rank, (low, _) in self._spans.items() if low <= self.result.size]
        if 0 <= self._rank < max(before, default=-1):
            self.result.add("manifest_not_signed")

    def records(self) -> None:
        """Every record in its place of the signed tree, and the manifest's counts."""
        size = self._manifest["tree_size"]
        if not _whole(size) or not 0 <= size <= LARGEST:
            raise ValueError("not the size of a tree")
        placed, nodes, held = self._placed(size), self._lines("nodes.txt"), [-1, -1]
        ahead = next(placed, None)

        def root(low: int, high: int) -> bytes:
            """The hash over a range, from its records; as it was given where none of them was exported."""
            nonlocal ahead
            if ahead is None or ahead[0] >= high:
                return _hash(next(nodes, "").strip())
            if high - low > 1:
                middle = low + (1 << (high - low - 1).bit_length() - 1)
                return _join(root(low, middle), root(middle, high))
            index, leaf = ahead
            held[:] = held[0] if self.result.records else index, index
            self.result.records += 1
            self.tree.append(leaf)
            ahead = next(placed, None)
            return leaf

        self._root = root(0, size) if size else EMPTY
        self.result.size, self.result.root = size, self._root.hex()
        counted = [self._manifest[name] for name in ("count", "first_leaf", "last_leaf")]
        if counted != [self.result.records, *(held if self.result.records else (None, None))]:
            self.result.add("bundle_differs", file="manifest.json")
        if next(nodes, None) is not None:
            self.result.add("bundle_differs", file="nodes.txt")
        head = self.head(self._zip.read("checkpoint.txt").decode(), Status.CANNOT_TELL)
        if head is not None and (head.origin, head.size) != (self._manifest["origin"], size):
            self.result.add("bundle_differs", file="checkpoint.txt")
        if head is not None and self.fits(head):
            self.result.checkpoints, self.result.signed_size, self.result.signed_at = 1, head.size, head.time

    def continuation(self) -> None:
        """The root over fewer leaves, where hashes were given that lead from it to the bundle's own.

        They are those of the largest parts of the tree that lie wholly before that leaf or wholly from it on.
        """
        if CONSISTENCY not in self._zip.namelist():
            return
        before: list[bytes] = []
        try:
            with self._zip.open(CONSISTENCY) as file:
                title, digits, *hashes = file.read(1 << 16).decode().split()
            early, given = _size(digits), iter(hashes)

            def root(low: int, high: int) -> bytes:
                """The hash over a range; given, unless the leaf is inside it."""
                if low < early < high:
                    middle = low + (1 << (high - low - 1).bit_length() - 1)
                    return _join(root(low, middle), root(middle, high))
                part = _hash(next(given, ""))
                if high <= early:
                    before.append(part)
                return part

            proved = title == CONTINUES and 0 < early < self.result.size
            proved = proved and root(0, self.result.size) == self._root and next(given, None) is None
        except MALFORMED:
            proved = False
        if not proved:
            self.result.add("consistency_fails")
            return
        self._early = early, reduce(lambda right, left: _join(left, right), reversed(before))

    def root(self, size: int) -> bytes | None:
        """The root that the records give; of a smaller tree if every record was exported, or hashes lead to it."""
        if size == self.result.size:
            return self._root
        if size == self._early[0]:
            return self._early[1]
        return self.tree.root(size) if size < self.result.size == len(self.tree) else None

    def _placed(self, size: int) -> Iterator[tuple[int, bytes]]:
        """Leaf index and leaf hash of every record in its order, its row of the table held against it."""
        last, names = -1, list[str]()
        table: Iterator[list[str]] = iter(())
        if self._manifest["format"] == "csv":
            table = csv.reader(self._lines("records.csv", encoding="utf-8-sig", newline=""))
            names = next(table, [])
        for line in self._lines("records.jsonl"):
            entry = json.loads(line)
            index, body = entry["leaf"], base64.b64decode(entry["body"], validate=True)
            if not last < index < size:
                self.result.add("bundle_order", leaf=index)
            last = index
            known = {**json.loads(body), "leaf": index}
            if known["schema_version"] > SCHEMA_VERSION:
                self.result.add("newer_schema", Status.CANNOT_TELL, index, record=_id(known["record_id"]))
            for name, cell in zip_longest(names, next(table, []) if names else []):
                if name is None or cell != _cell(known.get(name)):
                    self.result.add("cell_changed", leaf=index, column=str(name))
            yield index, hashlib.sha256(b"\x00" + body).digest()
        if next(table, None) is not None:
            self.result.add("bundle_differs", file="records.csv")

    def _lines(self, name: str, *, encoding: str = "utf-8", newline: str = "\n") -> Iterator[str]:
        file = self._opened.enter_context(self._zip.open(name))
        return self._opened.enter_context(io.TextIOWrapper(file, encoding=encoding, newline=newline))

    def _digest(self, name: str) -> tuple[str, int] | None:
        """SHA-256 and length of a file; None if it cannot be read."""
        digest, length = hashlib.sha256(), 0
        try:
            with self._zip.open(name) as file:
                while block := file.read(1 << 20):
                    digest.update(block)
                    length += len(block)
        except (KeyError, EOFError, zipfile.BadZipFile, zlib.error):
            return None
        return digest.hexdigest(), length


def verify(
    url: str,
    *,
    verifier: str | None = None,
    checkpoints: Path | None = None,
    anchors: Sequence[Path] = (),
    witnesses: str | None = None,
    since: str | None = None,
    now: datetime | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Result:
    """Read a log and say whether it adds up.

    Args:
        url: SQLAlchemy URL of the database; opened read-only, one snapshot.
        verifier: the log's public keys, a line each; without them no signature says anything.
        checkpoints: the log's own file of heads outside the database.
        anchors: files with heads that a second party kept.
        witnesses: public keys of witnesses, a line each; one of them must have cosigned a head that fits.
        since: a head that was verified before; records under it are not read again, only their listed hashes.
        progress: told leaves done and in all, every thousand.
    """
    failed = Result(found={})
    try:
        keys, trusted = _keys(verifier), _keys(witnesses)
        known = read_head(since, keys) if since else None
        at = now or datetime.now(UTC)  # noqa: TID251 - this file stands alone
        for again in (True, False):
            # Before the snapshot: the log may go on, and every leaf of these heads is in the database already.
            kept, own = list(map(Kept.read, anchors)), Kept.read(checkpoints) if checkpoints else None
            with read_only(url).connect() as connection:
                check = Check(_one_snapshot(connection), keys, at)
                if again and own is not None and not own.notes and check.signed():
                    continue  # the first head came in between, or the file is lost
                check.everything(
                    own, kept, trusted, since=since, start=known.size if known else 0, progress=progress
                )
                return check.concluded()
    except (SQLAlchemyError, ImportError) as error:
        failed.add("database_unreadable", Status.CANNOT_TELL, why=type(error).__name__)
    except MALFORMED as error:
        failed.add("input_unreadable", Status.CANNOT_TELL, why=str(error)[:120])
    return failed


def verify_bundle(
    path: Path, *, verifier: str | None = None, anchors: Sequence[Path] = (), witnesses: str | None = None
) -> Result:
    """Check an exported bundle without any database: that what it holds stands in the tree that the log signed.

    Args:
        verifier: the log's public keys as the auditor has them; the bundle's own copy proves nothing.
        anchors: files with heads that a second party kept; comparable are those over the bundle's own size, the one
            from which it was asked to lead on, and smaller ones if the whole log was exported.
        witnesses: public keys of witnesses, a line each; one of them must have cosigned a head that fits.
    """
    result, bundle = Result(found={}), None
    try:
        keys, trusted = _keys(verifier), _keys(witnesses)
        with zipfile.ZipFile(path) as archive, ExitStack() as opened:
            bundle = Bundle(archive, opened, keys)
            result = bundle.result
            if keys is None:
                result.add("no_key", Status.CANNOT_TELL)
            bundle.files()
            bundle.container()
            bundle.records()
            bundle.continuation()
            bundle.outside(list(map(Kept.read, anchors)), trusted, [archive.read("checkpoint.txt").decode()])
            bundle.succession()
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, csv.Error, RuntimeError) as error:
        result.add("bundle_unreadable", Status.CANNOT_TELL, why=type(error).__name__)
    except MALFORMED as error:
        result.add("bundle_unreadable", Status.CANNOT_TELL, why=str(error)[:120])
    return result if bundle is None else bundle.concluded()


def verify_proof(
    proof: str, *, verifier: str | None, record: bytes | None = None, witnesses: str | None = None
) -> Result:
    """Check the proof of one record without any database.

    Args:
        verifier: the log's public keys, a line each; `witnesses` likewise, whose cosignature makes it anchored.
        record: the record's canonical bytes; without them the proof's own extra line says what is proved:
            a leaf hash of 32 bytes, or the bytes themselves.

    Source: C2SP tlog-proof.
    """
    result = Result(found={})
    try:
        keys, trusted = _keys(verifier), _keys(witnesses)
        front, _, note = proof.partition("\n\n")
        title, *lines = front.split("\n")
        extra = base64.b64decode(lines.pop(0)[6:], validate=True) if lines[0].startswith("extra ") else b""
        word, index = lines.pop(0).split(" ")
        path, leaf_index = [base64.b64decode(line, validate=True) for line in lines], _size(index)
        head = read_head(note, keys)
        if title != "c2sp.org/tlog-proof@v1" or word != "index" or not (record or extra):
            raise ValueError("not a proof")
    except MALFORMED:
        result.add("proof_unreadable", Status.CANNOT_TELL)
        return result
    if keys is None:
        result.add("no_key", Status.CANNOT_TELL)
    elif not head.signed:
        worth = Status.TAMPERED if head.signed is False else Status.CANNOT_TELL
        result.add("head_not_signed", worth, size=head.size)
    if trusted is not None and (said := trusted.signed(note)) is not None:
        result.witnessed(head.size, trusted.time(note))
        result.anchored = bool(head.signed and said)
        if not said:
            result.add("cosignature_false", size=head.size)
    given = record is None and len(extra) == 32
    leaf = extra if given else hashlib.sha256(b"\x00" + (record or extra)).digest()
    if not included(leaf, leaf_index, head.size, path, head.root):
        result.add("proof_fails", leaf=leaf_index)
    result.size, result.root = head.size, head.root.hex()
    result.signed_size, result.signed_at = head.size, head.time
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of this file alone."""
    parser = argparse.ArgumentParser(description="Verify an audit log, an exported bundle, or a proof.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--database", help="SQLAlchemy URL, e.g. sqlite:///var/ustaz.db")
    what.add_argument("--bundle", type=Path, help="an exported bundle (.zip)")
    what.add_argument("--proof", type=Path, help="the proof of one record (.tlog-proof)")
    parser.add_argument("--record", type=Path, help="the bytes of the record that the proof is about")
    parser.add_argument("--key", type=Path, help="file with the log's public keys (keys/verifier.pub)")
    parser.add_argument("--checkpoints", type=Path, help="the log's own file of heads outside the database")
    parser.add_argument("--since", type=Path, help="a head that was verified before")
    parser.add_argument(
        "--anchor", type=Path, action="append", default=[], help="heads that a second party kept"
    )
    parser.add_argument("--witness-key", type=Path, help="file with the public keys of witnesses")
    given = parser.parse_args(arguments)
    witnesses = given.witness_key.read_text(encoding="utf-8") if given.witness_key else None
    verifier = given.key.read_text(encoding="utf-8") if given.key else None
    if given.proof:
        record = given.record.read_bytes() if given.record else None
        proof = given.proof.read_text(encoding="utf-8")
        result = verify_proof(proof, verifier=verifier, record=record, witnesses=witnesses)
    elif given.bundle:
        result = verify_bundle(given.bundle, verifier=verifier, anchors=given.anchor, witnesses=witnesses)
    else:
        since = given.since.read_text(encoding="utf-8") if given.since else None
        result = verify(
            given.database,
            verifier=verifier,
            checkpoints=given.checkpoints,
            anchors=given.anchor,
            witnesses=witnesses,
            since=since,
        )
    sys.stdout.write(json.dumps(result.document(), indent=2) + "\n")
    return result.status.exit_code


def _text(path: Path) -> str:
    """What stands in a file of heads; nothing where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace")  # a crash may cut a letter in two
    except OSError:
        return ""


def _keys(lines: str | None) -> Keys | None:
    return Keys(lines) if lines else None


def _faults(row: Any, index: Index | None) -> list[tuple[str, Status]]:
    """What is wrong with a record, its bytes taken as true."""
    try:
        body = json.loads(row.body)
        sealed, held = body["sealed"], row.ciphertext
        if body["schema_version"] > SCHEMA_VERSION:
            return [("newer_schema", Status.CANNOT_TELL)]
        columns = tuple(row)  # a million times: slices are several times quicker than names
        ids, repeated = columns[-len(FIELDS) - len(IDS) : -len(FIELDS)], columns[-len(FIELDS) :]
        fits = repeated == tuple(map(body.get, FIELDS))
        fits = fits and list(map(_id, ids)) == [_id(body[name]) for name in IDS]
        at = datetime.fromisoformat(body["time"])
        fits = fits and _time(row.created_at) == at
        found = index is None or row.at is not None
        same = index is None or not found or index.fits(row, body, at)
        lost = sealed is not None and held is None
        kept = sealed is None or lost or hashlib.sha256(held).hexdigest() == sealed["ciphertext_sha256"]
        intact = (body.get("journal") or {"intact": True})["intact"]
    except MALFORMED:
        return [("record_changed", Status.TAMPERED)]
    faults = {
        "columns_changed": not fits,
        "sealed_missing": lost,
        "sealed_changed": not kept,
        "journal_changed": not intact,
        "index_missing": not found,
        "index_changed": not same,
    }
    return [(key, Status.TAMPERED) for key, wrong in faults.items() if wrong]


def _cell(value: Any) -> str:
    """How a value stands in a table: text as it is, the rest as JSON, nothing for null; behind a ' if like a formula."""
    plain = "" if value is None else value
    if not isinstance(plain, str):
        plain = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    return f"'{plain}" if plain.startswith(FORMULA) else plain


def read_only(url: str) -> Engine:
    """An engine that cannot write, for one reading."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        path = f"sqlite:///file:{quote(str(Path(parsed.database or '').resolve()))}?mode=ro&uri=true"
        return create_engine(path, poolclass=NullPool, connect_args={"isolation_level": None})
    whole, options = parsed.set(drivername="postgresql+psycopg"), {"postgresql_readonly": True}
    return create_engine(
        whole, poolclass=NullPool, isolation_level="REPEATABLE READ", execution_options=options
    )


def _one_snapshot(connection: Connection) -> Connection:
    """Begin the one reading, where the engine does not by itself."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN")
        raw: Any = connection.connection.dbapi_connection
        # A text that is none then differs from what its record says, and breaks nothing off.
        raw.text_factory = partial(str, encoding="utf-8", errors="replace")
    return connection


def _join(left: bytes | bytearray, right: bytes | bytearray) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _hash(listed: Any) -> bytes:
    """A listed hash; zeros for what is none, so that no root can fit."""
    try:
        return bytes.fromhex(listed)[:32].ljust(32, b"\x00")
    except (ValueError, TypeError):
        return bytes(32)


def _bytes(value: Any) -> bytes:
    """What stands where bytes should; none if it is something else."""
    return bytes(value) if isinstance(value, bytes | memoryview) else b""


def _span(value: Any) -> int | None:
    """A time span as the index holds it."""
    return value if type(value) is int and 0 <= value < 2**31 else None


def _place(row: Any) -> int | None:
    return row.leaf_index if _whole(row.leaf_index) else None


def _same(said: Any, value: Any) -> bool:
    """Whether a column says what a record says: ids with or without dashes, times however written."""
    if isinstance(value, Mapping):
        return set(said) <= set(value) and all(_same(said.get(name), one) for name, one in value.items())
    if said is None or value is None:
        return said is value
    if said == value:
        return True
    with suppress(*MALFORMED):
        return UUID(str(said)) == UUID(str(value))
    with suppress(*MALFORMED):
        return _time(value) == datetime.fromisoformat(said)
    return False


def _whole(value: Any) -> bool:
    return type(value) is int


def _stated(head: Head) -> datetime:
    """The time that a head states; long ago where it states none."""
    with suppress(*MALFORMED):
        return _time(head.time)
    return datetime.min.replace(tzinfo=UTC)


def _id(value: Any) -> str:
    return "" if value is None else str(value).replace("-", "")


def _time(value: Any) -> datetime:
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main())
