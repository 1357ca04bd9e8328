"""A second verifier of the audit log, to be read before it is run: Python's standard library and `cryptography`.

    python second_verifier.py ustaz.db verifier.pub [HEADS ...]       a copy of an SQLite log
    python second_verifier.py evidence.zip verifier.pub [HEADS ...]   an exported bundle
    python second_verifier.py one.tlog-proof verifier.pub             the proof of one record

HEADS are files with signed heads that were kept outside the database: by a witness, on paper, by the log itself.
It prints what it found. Exit status 0: nothing was found changed, 1: tampered, 2: cannot tell.

The log is a Merkle tree (RFC 9162). A leaf is SHA-256 of a zero byte and a record's bytes as they were written;
every other hash is SHA-256 of a one byte and the two hashes below. A head is the tree's size and root, signed
with Ed25519 as a C2SP signed note. So: hash the records, build the tree, hold it against every head.
Part 1 is what all rests on: the tree, the findings, the signed heads. Then read the part of what you were given.
"""

import csv
import hashlib
import io
import json
import sqlite3
import sys
import zipfile
import zlib
from base64 import b64decode
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

VERDICTS = OK, TAMPERED, CANNOT_TELL = "ok", "tampered", "cannot tell"
NOBODY, FALSE = -1, -2  # who signed: none of the trusted keys; one of them, it says, and that is not so
MALFORMED = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
UNREADABLE = (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, sqlite3.Error, csv.Error)
LONG_AGO, HALF_A_YEAR = datetime.min.replace(tzinfo=UTC), timedelta(days=180)
REPEATED = "kind lane sequence school pseudonym outcome language entry_id rail".split()  # columns of a record
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
Heads = tuple[str, str]  # a file's name and what it holds
Part = tuple[int, int]  # of a tree: the leaves from the first number to before the second


def judge(path: Path, key: Path, kept: Sequence[Path] = ()) -> "Judgement":
    """Whatever the file is: its first bytes say it."""
    judgement = Judgement()
    try:
        with path.open("rb") as file:
            judgement = {b"SQ": Log, b"PK": Bundle, b"c2": Proof}[file.read(2)]()
        judgement.take(key.read_text("utf-8"))
        # Before the log is opened: it may go on, and then these heads would be newer than what is read of it.
        judgement.judge(path, [(one.name, text_of(one)) for one in kept])
    except (*MALFORMED, *UNREADABLE) as error:
        judgement.must(False, f"it cannot be read: {error!r}"[:200], verdict=CANNOT_TELL)
    judgement.first = judgement.doubtful if judgement.first < 0 else judgement.first
    return judgement


# Part 1. The tree, the findings, the signed heads


def sha256(*parts: bytes) -> bytes:
    """32 bytes."""
    return hashlib.sha256(b"".join(parts)).digest()


class Tree:
    """Leaf hashes, and above them every complete subtree of 2, 4, 8 ... leaves."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.levels = [leaves]
        while (row := self.levels[-1])[1:]:
            self.levels.append([sha256(b"\x01", *row[at : at + 2]) for at in range(0, len(row) - 1, 2)])

    def root(self, size: int, start: int = 0) -> bytes:
        """The root over `size` leaves from `start` on; empty if there are fewer."""
        if size > len(self.levels[0]) or size == 0:
            return b"" if size else sha256()
        if size & (size - 1) == 0:
            return self.levels[size.bit_length() - 1][start // size]
        left = left_of(size)
        return sha256(b"\x01", self.root(left, start), self.root(size - left, start + left))


def left_of(size: int) -> int:
    """How many of `size` leaves stand under the left branch: the largest power of two below."""
    return 1 << (size - 1).bit_length() - 1


class Judgement:
    """What was found, the worst of it, and the first leaf that is wrong; the trusted keys; the heads."""

    def __init__(self) -> None:
        self.found, self.verdict, self.first, self.doubtful = list[str](), OK, -1, -1
        self.keys = list[tuple[str, bytes, Ed25519PublicKey]]()  # the oldest first
        self.tree = Tree([])
        self.root: Callable[[int], bytes | None] = unknown_root
        self.fitting = 0  # leaves under a head that fits, of the heads that one party kept
        self.fits = list[tuple[int, datetime, int, str]]()  # such heads: size, time, place of the key, name
        self.signers = set[tuple[int, int]]()  # of every genuine head: its size, the place of its newest key

    def judge(self, path: Path, kept: Sequence[Heads]) -> None:
        """Log, Bundle and Proof say how."""

    def take(self, keys: str) -> None:
        """The trusted keys, a line each: `name+id+base64(1, key)`."""
        for line in (line for line in keys.split("\n") if line and line[0] != "#"):
            name, key_id, encoded = line.split("+", 2)
            data, named = b64decode(encoded), bytes.fromhex(key_id)
            if data[0] != 1 or sha256(f"{name}\n".encode(), data)[:4] != named:
                raise ValueError("a public key contradicts its own number")
            self.keys.append((name, named, Ed25519PublicKey.from_public_bytes(data[1:])))
        if not self.keys:
            raise ValueError("no public key")

    def must(
        self, right: bool, otherwise: str, leaf: int = -1, until: int = 0, verdict: str = TAMPERED
    ) -> bool:
        """If not, note the fault: at `leaf`, somewhere from `leaf` to before `until`, or without a place (-1)."""
        if not right:
            self.found.append(f"{verdict}: {otherwise}" + (f", leaf {leaf}" if leaf >= 0 else ""))
            self.verdict = TAMPERED if TAMPERED in (self.verdict, verdict) else verdict
            if leaf >= 0 and not leaf <= self.first < until:
                self.first = leaf if self.first < 0 else min(leaf, self.first)
        return right

    def trust(self, right: bool, otherwise: str, verdict: str = TAMPERED) -> bool:
        """The same of a head: if nothing else names a leaf, the first that no head before it covers does."""
        if not self.must(right, otherwise, verdict=verdict) and verdict == TAMPERED and self.doubtful < 0:
            self.doubtful = self.fitting
        return right

    def signer(self, note: str) -> int:
        """The place of the newest trusted key that signed the text above the blank line; or NOBODY, or FALSE."""
        text, _, below = note.rpartition("\n\n")
        lines, newest = [line.split(" ") for line in below.splitlines()], NOBODY
        if not all(mark == "—" and by and data for mark, by, data in lines):
            raise ValueError("a line that is no signature")
        for place, (name, key_id, key) in enumerate(self.keys):
            for signature in [b64decode(data) for _, by, data in lines if by == name]:
                if signature[:4] == key_id:
                    try:
                        key.verify(signature[4:], f"{text}\n".encode())
                    except InvalidSignature:
                        return FALSE
                    newest = place
        return newest

    def head(self, note: str, unknown: str, row: tuple[Any, Any] | None = None) -> tuple[str, int] | None:
        """Hold a head against the tree; its name and size. `unknown`: what it means that only others signed."""
        try:
            origin, digits, encoded, *more = note.split("\n")
            size, stated, signer = number(digits), b64decode(encoded), self.signer(note)
        except MALFORMED:
            self.trust(False, "a head cannot be read", unknown)
            return None
        root = self.root(size)
        worth = TAMPERED if signer == FALSE or root not in (None, stated) else unknown
        if not self.trust(signer >= 0, f"the head over {size} leaves is not signed", worth):
            return None
        self.signers.add((size, signer))
        orderly = all((size - other) * (signer - key) >= 0 for other, key in self.signers)
        self.trust(orderly, f"around {size} leaves an older key signed the larger head")
        self.trust(row in (None, (size, stated.hex())), f"the row of the head over {size} says another")
        there, start = len(self.tree.levels[0]), min(self.fitting, size)
        self.must(root != b"", f"cut off: {size} leaves were signed, {there} are there", there)
        if root and self.must(root == stated, "the root is not the one that was signed", start, until=size):
            times = [line[5:] for line in more if line.startswith("time ")]
            self.fitting = max(self.fitting, size)
            self.fits.append((size, moment(times[0] if times else ""), signer, origin))
        return origin, size

    def heads_in(self, files: Sequence[Heads]) -> None:
        """All heads that were kept in files; a line `— cut` or the end of a file ends what a crash left of one."""
        for name, text in files:
            notes, self.fitting = [""], 0
            for line in text.splitlines(keepends=True):
                notes += [""] if "\n\n— " in notes[-1] and not line.startswith("— ") else []
                notes[-1] = "" if line == "— cut\n" else notes[-1] + line
            heads = [self.head(note, CANNOT_TELL) for note in notes if "\n\n— " in note and ended(note)]
            none = all(head and self.root(head[1]) is None for head in heads)
            self.must(not none, f"{name} holds no head that can be compared", verdict=CANNOT_TELL)


def unknown_root(size: int) -> bytes | None:
    """What `root` gives over so many leaves: nothing where it cannot be known, b"" where there are fewer."""
    return None


def text_of(path: Path) -> str:
    """What a file of heads holds; nothing where there is none that can be read."""
    with suppress(OSError):
        return path.read_text("utf-8-sig", "replace")
    return ""


def ended(note: str) -> bool:
    """Whether the last line of a note is a whole signature: 64 bytes, the key's id, of a witness a time of 8 as well."""
    with suppress(ValueError):
        return note.endswith("\n") or len(b64decode(note.split(" ")[-1], validate=True)) in (68, 76)
    return False


def number(digits: str) -> int:
    """A size or a place that a note names."""
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 19 or int(digits) >= 2**63:
        raise ValueError("not a decimal number")
    return int(digits)


def moment(text: Any) -> datetime:
    """A time as a note, a record or SQLite writes it; long ago if it is none."""
    try:
        at = datetime.fromisoformat(text)
    except MALFORMED:
        return LONG_AGO
    return at if at.tzinfo else at.replace(tzinfo=UTC)


# Part 2. A log


class Log(Judgement):
    """A copy of an SQLite log."""

    def judge(self, path: Path, kept: Sequence[Heads]) -> None:
        """Its parts, one after the other."""
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as self.log:
            self.log.execute("BEGIN")  # one state of it, should it go on
            self.log.row_factory = sqlite3.Row
            self.log.text_factory = lambda text: text.decode(errors="replace")
            self.pruned, self.gone, self.pruning = 0, 0, tuple[Any, ...]()
            self.split, self.holes = set[str](), dict[str, int]()
            self.attempt(self.prunings)
            if self.attempt(self.records):
                for part in (self.hashes, self.heads, self.newest_pruning):
                    self.attempt(part)
                self.attempt(self.heads_in, kept)
            for part in (self.numbers, self.ends, self.second_persons):
                self.attempt(part)

    def attempt(self, part: Callable[..., None], *given: Any) -> bool:
        """Read a part; what cannot be read is said, and hides nothing of what else is found."""
        try:
            part(*given)
        except (*MALFORMED, *UNREADABLE) as error:
            return self.must(False, f"{part.__name__} broke off: {error!r}"[:200], verdict=CANNOT_TELL)
        return True

    def records(self) -> None:
        """Every record against its place in the tree; then those that wait for one."""
        leaves = list[bytes]()
        for row in self.log.execute(
            """SELECT leaf_index AS leaf, l.leaf_hash AS listed, ciphertext, r.* FROM audit_leaf l LEFT JOIN
            audit_record r USING (record_id) LEFT JOIN audit_sealed USING (record_id) WHERE leaf >= 0 ORDER BY leaf"""
        ):
            leaf = len(leaves)
            self.must(row["leaf"] == leaf, "a leaf is missing", leaf)
            if row["body"] is None:
                self.must(leaf < self.pruned, "a record was deleted", leaf)
                self.gone += 1
                leaves.append(hash_in(row["listed"]))
            else:
                leaves.append(self.record(row, leaf))
                self.must(leaves[-1].hex() == row["listed"], "its place names another record", leaf)
        self.tree = Tree(leaves)
        self.root = self.tree.root
        count = self.log.execute("SELECT COUNT(*) FROM audit_leaf").fetchone()[0]
        self.must(len(leaves) == count, "a place is no number", len(leaves))
        for (at,) in self.log.execute(
            "SELECT MAX(leaf_index) FROM audit_leaf GROUP BY record_id HAVING COUNT(*) > 1"
        ):
            self.must(False, "a record stands in the tree twice", at)
        for row in self.log.execute(
            """SELECT r.*, ciphertext FROM audit_record r LEFT JOIN audit_sealed USING (record_id)
            WHERE record_id NOT IN (SELECT record_id FROM audit_leaf)"""
        ):
            self.record(row)

    def record(self, row: sqlite3.Row, leaf: int = -1) -> bytes:
        """Its hash; its columns, its sealed part and its journal against its bytes."""
        own = sha256(b"\x00", raw(row["body"]))
        self.must(own.hex() == row["leaf_hash"], "a record is not the one that was written", leaf)
        try:
            body = json.loads(row["body"])
            known = body["schema_version"] <= 1
            if self.must(known, "a record is of a newer release", leaf, verdict=CANNOT_TELL):
                said = {name: body.get(name) for name in REPEATED}
                said["conversation_id"] = body.get("gen_ai.conversation.id")
                for name in ("record_id", "instance_id", "exchange_id"):
                    said[name] = (body[name] or "").replace("-", "") or None
                right = said == {name: row[name] for name in said}
                right &= LONG_AGO < moment(row["created_at"]) == moment(body["time"])
                self.must(right, "the columns of a record are not what its bytes say", leaf)
                sealed = body["sealed"]
                right = not sealed or sealed["ciphertext_sha256"] == sha256(row["ciphertext"] or b"").hex()
                self.must(right, "the sealed part of a record is missing or was changed", leaf)
                journal = body.get("journal") or {"intact": True}
                self.must(journal["intact"], "the journal of an answer was changed before its end", leaf)
        except MALFORMED:
            self.must(False, "what stands for a record is none", leaf)
        return own

    def hashes(self) -> None:
        """The cache of the tree's hashes: each is right, none is missing."""
        levels = dict(enumerate(self.tree.levels))
        missing = {(level, at) for level, row in levels.items() for at in range(len(row)) if level}
        for level, at, value in self.log.execute("SELECT level, node_index, hash FROM audit_node"):
            held = type(at) is int and 0 <= at < len(levels.get(level, ()))
            if self.must(held, "a hash is of no part of the tree", len(self.tree.levels[0])):
                right = levels[level][at].hex() == value
                self.must(right, "a hash of the tree was changed", at << level, until=at + 1 << level)
            missing.discard((level, at))
        for level, at in missing:
            self.must(False, "a hash of the tree is missing", at << level, until=at + 1 << level)

    def heads(self) -> None:
        """Every signed head; a log that runs signs at least every 2,000 leaves."""
        for size, root, note in self.log.execute(
            "SELECT size, root, note FROM audit_checkpoint ORDER BY size"
        ):
            self.head(note, TAMPERED, (size, root))
        covered = len(self.tree.levels[0]) - self.fitting <= 2000
        self.must(covered, "the newest leaves are under no signed head", verdict=CANNOT_TELL)

    def prunings(self) -> None:
        """Which first leaves may be without records: as far as a note says that the log's key signed.

        Its lines: ustaz-pruned/1, the log's name, how many leaves, the root over them, the time. Its record names
        the questions that went without their ends (`split`) and the holes in the numbering.
        """
        if "note" not in [row["name"] for row in self.log.execute("PRAGMA table_info(audit_pruned)")]:
            return
        for row in self.log.execute(
            """SELECT until_leaf, note, body, leaf_index AS leaf FROM audit_pruned LEFT JOIN audit_record
            USING (record_id) LEFT JOIN audit_leaf USING (record_id) ORDER BY until_leaf"""
        ):
            signer, upto = FALSE, row["until_leaf"]
            with suppress(*MALFORMED):
                title, origin, digits, root, time, blank, *_ = row["note"].split("\n")
                said = origin, bytes.fromhex(root), moment(time)
                if (title, number(digits), blank) == ("ustaz-pruned/1", upto, ""):
                    signer = self.signer(row["note"])
            if self.must(signer >= 0, "a pruning is not signed by the log's key"):
                self.pruned, self.pruning, self.split, self.holes = upto, (row, signer, *said), set(), {}
                with suppress(*MALFORMED):  # else its record is found wrong below
                    details = json.loads(row["body"])["details"]
                    self.split = {exchange.replace("-", "") for exchange in details["split"]}
                    self.holes = {lane.replace("-", ""): hole for lane, hole in details["holes"].items()}

    def newest_pruning(self) -> None:
        """Its record says the same under a head of the same log, and another head proves that all was old by then."""
        if not self.pruning:
            return
        (row, signer, origin, root, time), upto, right = self.pruning, self.pruned, False
        leaf = sys.maxsize if row["leaf"] is None else row["leaf"]
        with suppress(*MALFORMED):
            said, held = json.loads(row["body"])["details"]["pruned"], self.tree.levels[0][leaf : leaf + 1]
            right = said == upto and root == self.root(upto) and held in ([], [sha256(b"\x00", row["body"])])
        over = next((head for head in self.fits if head[0] > leaf), None)
        before = max((key for size, _, key, _ in self.fits if size <= leaf), default=NOBODY)
        if over:
            right &= over[3] == origin and over[1] >= time and signer >= before
        if self.must(right, "a pruning is not what its record says", 0, until=upto):
            self.must(over is not None, "the newest pruning is under no head yet", verdict=CANNOT_TELL)
        old = any(time - at >= HALF_A_YEAR for size, at, _, _ in self.fits if size >= upto and at > LONG_AGO)
        self.must(old, "nothing proves that what was pruned was old", 0, until=upto)

    def numbers(self) -> None:
        """Every writer counts 1, 2, 3 ... without a gap; of a pruned log exactly what was pruned is missing."""
        missing = 0
        for lane, count, lowest, highest, last in self.log.execute(
            """SELECT instance_id || '/' || lane, SUM(records), SUM(low), SUM(high), SUM(last) FROM (SELECT instance_id,
            lane, COUNT(*) AS records, MIN(sequence) AS low, MAX(sequence) AS high, 0 AS last FROM audit_record
            GROUP BY 1, 2 UNION ALL SELECT instance_id, lane, 0, 0, 0, last FROM audit_lane) GROUP BY 1"""
        ):
            right = count == highest == last and lowest == min(count, 1)
            if self.pruned and not right:
                hole = highest - lowest + 1 - count
                right = not count or (highest == last and hole == self.holes.get(lane, 0))
            self.must(right, f"a writer counted to {last}, {count} records are there, the last is {highest}")
            missing += max(last, highest) - count
        self.must(not self.pruned or missing == self.gone, "other records are missing than were pruned")

    def ends(self) -> None:
        """Every question is asked once and ended once; without its end only while its process lives."""
        lately, alive = datetime.now(UTC) - timedelta(minutes=2), set[str]()  # noqa: TID251 - this file stands alone
        for writer, beat in self.log.execute(
            "SELECT instance_id, heartbeat_at FROM audit_instance WHERE ended_at IS NULL"
        ):
            self.must(moment(beat) > LONG_AGO, "the heartbeat of a process is none", verdict=CANNOT_TELL)
            alive |= {writer} if moment(beat) > lately else set()
        for asked, ended, writer, exchange in self.log.execute(
            """SELECT SUM(kind = 'asked') AS asked, SUM(kind <> 'asked') AS ended, MAX(instance_id), exchange_id
            FROM audit_record WHERE kind IN ('asked', 'closed', 'abandoned')
            GROUP BY exchange_id HAVING (asked, ended) <> (1, 1)"""
        ):
            if (asked, ended) == (1, 0):
                self.must(writer in alive, "a question has no end, its process is gone", verdict=CANNOT_TELL)
            elif (asked, ended) != (0, 1) or exchange not in self.split:
                self.must(False, f"a question was asked {asked} times and ended {ended} times")

    def second_persons(self) -> None:
        """Every decision, hold and end of a hold has its record, with the same facts; no hold was taken away."""
        tables = [row["name"] for row in self.log.execute("SELECT name FROM sqlite_master")]
        if "audit_decision" not in tables:
            return
        for table in ("audit_decision", "audit_hold", "audit_hold_lifted"):
            for row in self.log.execute(
                f"""SELECT t.*, body, leaf_index AS leaf FROM {table} t LEFT JOIN audit_record USING (record_id)
                LEFT JOIN audit_leaf USING (record_id)"""  # noqa: S608 - constants only
            ):
                right, leaf = False, -1 if row["leaf"] is None else row["leaf"]
                with suppress(*MALFORMED):
                    right = 0 <= leaf < self.pruned if row["body"] is None else on_record(table, row)
                self.must(right, f"a row of {table} is not what the log has on record", leaf)
        for (body,) in self.log.execute(
            """SELECT body FROM audit_record WHERE kind = 'admin_change'
            AND record_id NOT IN (SELECT record_id FROM audit_hold)"""
        ):
            self.must(b'"event":"hold_placed"' not in raw(body), "a hold that is on record was taken away")


def on_record(table: str, row: sqlite3.Row) -> bool:
    """Whether the record of a row says the same."""
    body = json.loads(row["body"])
    said, event = body["details"], body["event"]
    if table == "audit_decision":
        word = "approved" if row["approved"] else "refused"
        who, right = row["decided_by"], event in (f"opening_{word}", f"erasure_{word}")
        facts = {"request": row["request_id"], "until": row["until"]}
    elif table == "audit_hold":
        who, right, said = row["placed_by"], event == "hold_placed", {**said["range"], "hold": said["hold"]}
        facts = {name: row[name] for name in ("school", "pseudonym", "since", "until")}
        facts |= {"hold": row["hold_id"], "record": row["held_record"]}
        right &= said.keys() <= facts.keys()
    else:
        who, right, facts = row["lifted_by"], event == "hold_lifted", {"hold": row["hold_id"]}
    return right and body["pseudonym"] == who and all(same(said.get(name), facts[name]) for name in facts)


def raw(value: Any) -> bytes:
    """What stands where bytes should; nothing if it is something else."""
    return value if isinstance(value, bytes) else b""


def hash_in(value: Any) -> bytes:
    """A hash in hex; zeros if it is none, so that no root can fit."""
    with suppress(*MALFORMED):
        return bytes.fromhex(value)[:32].ljust(32, b"\x00")
    return bytes(32)


def same(said: Any, value: Any) -> bool:
    """Whether a column says what a record says: an id without dashes, a time as SQLite writes it."""
    if said is None or value is None or said == value:
        return bool(said == value)
    return UUID(said).hex == value if len(value) == 32 else LONG_AGO < moment(said) == moment(value)


# Part 3. A bundle


class Bundle(Judgement):
    """An export. Known are its leaves and, from `nodes.txt`, the hash of every largest part of which none is in it."""

    def judge(self, path: Path, kept: Sequence[Heads]) -> None:
        """The signed list of its files, its records in the signed tree, its table from its records."""
        with zipfile.ZipFile(path) as self.zip:
            listed, note = self.zip.read("manifest.json"), self.zip.read("manifest.sig").decode()
            manifest, signer = json.loads(listed), self.signer(note)
            origin, files = manifest["origin"], manifest["files"]
            stated = note.startswith(f"ustaz-evidence/1\n{origin}\n{sha256(listed).hex()}\n\n")
            worth = CANNOT_TELL if stated and signer == NOBODY else TAMPERED
            self.must(stated and signer >= 0, "the list of files is not signed", verdict=worth)
            self.must(self.bare(path.read_bytes()), "there are bytes of no file of the bundle")
            for name in {*self.zip.namelist(), *files}:
                self.must(self.unchanged(name, files), f"{name} is missing or not the file that was exported")
            size = self.size = number(json.dumps(manifest["tree_size"]))
            leaves = self.records(manifest["format"] == "csv")
            counted = [len(leaves), *([min(leaves), max(leaves)] if leaves else [None, None])]
            right = counted == [manifest[name] for name in ("count", "first_leaf", "last_leaf")]
            self.must(right, "the manifest counts other records")
            order, given = sorted(leaves), self.zip.read("nodes.txt").decode().split()
            bare = list(parts(0, size, lambda low, high: bisect_left(order, low) < bisect_left(order, high)))
            self.must(len(given) <= len(bare), "there are hashes of no part")
            known = {(leaf, leaf + 1): leaves[leaf] for leaf in order}
            known |= dict(zip(bare, map(hash_in, [*given, *[""] * len(bare)]), strict=False))
            self.roots, whole = {size: over(0, size, known)}, Tree([leaves[leaf] for leaf in order])
            self.root = lambda count: (
                self.roots.get(count) or (whole.root(count) if count < size == len(leaves) else None)
            )
            if "consistency.txt" in self.zip.namelist():
                self.must(self.continues(), "the hashes of an earlier head do not lead to this tree")
            head = self.head(self.zip.read("checkpoint.txt").decode(), CANNOT_TELL)
            self.must(head in (None, (origin, size)), "the manifest names another head")
            self.heads_in(kept)
            newest = max((key for other, key in self.signers if other <= size), default=NOBODY)
            self.must(
                signer < 0 or signer >= newest, "an older key than that of a head signed the list of files"
            )

    def unchanged(self, name: str, files: dict[str, Any]) -> bool:
        """Whether a file is there once, and as it was listed."""
        with suppress(LookupError, *UNREADABLE):
            data = self.zip.read(name)
            right = name in ("manifest.json", "manifest.sig")
            right = right or files[name] == {"sha256": sha256(data).hex(), "bytes": len(data)}
            return right and self.zip.namelist().count(name) == 1
        return False

    def bare(self, data: bytes) -> bool:
        """Whether its files follow each other, then their list and the end, 22 bytes or 98: else others see other files."""
        files, start = sorted(self.zip.infolist(), key=lambda file: file.header_offset), 0
        for file in files:
            lengths = data[
                file.header_offset + 26 : file.header_offset + 30
            ]  # of the name, of what is added to it
            if file.header_offset != start:
                return False
            start += (
                30 + file.compress_size + sum(int.from_bytes(lengths[at : at + 2], "little") for at in (0, 2))
            )
        start += sum(46 + len(file.orig_filename.encode() + file.extra + file.comment) for file in files)
        return len(data) - start in (22, 98) and data[-22:-18] == b"PK\5\6" and not self.zip.comment

    def records(self, table: bool) -> dict[int, bytes]:
        """The leaf of every record, in their order; its row of the table, if there is one, says what it says."""
        text = self.zip.read("records.csv").decode("utf-8-sig") if table else ""
        rows, leaves, last = csv.reader(io.StringIO(text, newline="")), dict[int, bytes](), -1
        names = next(rows, [])
        for line in self.zip.read("records.jsonl").splitlines():
            record = json.loads(line)
            leaf, data = record["leaf"], b64decode(record["body"])
            body = {**json.loads(data), "leaf": leaf}
            self.must(last < leaf < self.size, "the records are not in their order", leaf)
            self.must(body["schema_version"] <= 1, "a record of a newer release", leaf, verdict=CANNOT_TELL)
            same = not table or next(rows, None) == [cell(body.get(name)) for name in names]
            self.must(same, "the table differs from the record", leaf)
            leaves[leaf], last = sha256(b"\x00", data), leaf
        self.must(next(rows, None) is None, "there are rows of no record")
        return leaves

    def continues(self) -> bool:
        """Whether the hashes of all largest parts before and behind the end of an earlier head lead to both roots."""
        with suppress(*MALFORMED):
            title, digits, *hashes = self.zip.read("consistency.txt").decode().split()
            early, size = number(digits), self.size
            ranges = parts(0, size, lambda low, high: low < early < high)
            known = dict(zip(ranges, map(hash_in, hashes), strict=True))
            if (
                title == "ustaz-consistency/1"
                and 0 < early < size
                and over(0, size, known) == self.roots[size]
            ):
                self.roots[early] = over(0, early, known)
                return True
        return False


def parts(low: int, high: int, divided: Callable[[int, int], bool]) -> Iterator[Part]:
    """The largest parts of a tree that are not divided, from left to right; no single leaf that is."""
    if not divided(low, high):
        yield from [(low, high)] if low < high else []
    elif high - low > 1:
        middle = low + left_of(high - low)
        yield from parts(low, middle, divided)
        yield from parts(middle, high, divided)


def over(low: int, high: int, known: dict[Part, bytes]) -> bytes:
    """The hash over a part, from parts that are known."""
    if (low, high) in known or high - low == 1:
        return known[low, high]
    middle = low + left_of(high - low) if high > low else low
    return sha256(b"\x01", over(low, middle, known), over(middle, high, known)) if high > low else sha256()


def cell(value: Any) -> str:
    """How a value stands in the table; behind a ' what a spreadsheet would take for a formula."""
    text = "" if value is None else value
    if not isinstance(text, str):
        text = json.dumps(text, ensure_ascii=False, separators=(",", ":"))
    return f"'{text}" if text.startswith(FORMULA) else text


# Part 4. A proof


class Proof(Judgement):
    """A record's way up the tree (C2SP tlog-proof): hash by hash to the root of a signed head."""

    def judge(self, path: Path, kept: Sequence[Heads]) -> None:
        """Its hashes lead to the root, which is signed."""
        above, _, note = path.read_text("utf-8").partition("\n\n")
        title, extra, index, *others = above.split("\n")
        if (title, extra[:6], index[:6]) != ("c2sp.org/tlog-proof@v1", "extra ", "index "):
            raise ValueError("not a proof")
        proved, leaf, digits, root = b64decode(extra[6:]), number(index[6:]), *note.split("\n")[1:3]
        steps, size = [b64decode(line) for line in others], number(digits)

        def climbed(leaf: int, size: int) -> bytes:
            """The root over `size` leaves; its other branch is the last step that is left."""
            if size == 1:
                return proved if len(proved) == 32 else sha256(b"\x00", proved)
            left, other = left_of(size), steps.pop() if steps else b""
            if leaf < left:
                return sha256(b"\x01", climbed(leaf, left), other)
            return sha256(b"\x01", other, climbed(leaf - left, size - left))

        right = 0 <= leaf < size and climbed(leaf, size) == b64decode(root) and not steps
        self.must(right, "the proof does not lead to the root of its head", leaf)
        signer = self.signer(note)
        self.must(
            signer >= 0, "the head is not signed", verdict=CANNOT_TELL if signer == NOBODY else TAMPERED
        )


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    said = judge(Path(sys.argv[1]), Path(sys.argv[2]), [Path(name) for name in sys.argv[3:]])
    where = f", first bad leaf: {said.first}" if said.first >= 0 else ""
    print(*said.found, said.verdict + where, sep="\n")  # noqa: T201 - a command
    sys.exit(VERDICTS.index(said.verdict))
