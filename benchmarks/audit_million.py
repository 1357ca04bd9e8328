"""A valid log of any size, written straight into SQLite: real records, tree, heads and index, without the way through the app."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Table

import app.tables  # noqa: F401 - registers every table
from app.audit import keys
from app.audit.canonical import canonical
from app.audit.checkpoint import FILE, text_of
from app.audit.envelope import Draft, Stamp, compose, stamped
from app.audit.facets import Facet, facet_of, index_row
from app.audit.fields import Kind, Outcome
from app.audit.merkle import CompactRange, leaf_hash
from app.audit.note import Signer
from app.audit.sealing import Sealed
from app.audit.tables import CHECKPOINT, FACET, INDEX, INSTANCE, LANE, LEAF, NODE, RECORD, SEALED
from app.database import Database
from app.database.migrate import migrate
from app.i18n import LANGUAGES
from app.runtime import Runtime

BEGINNING, STEP = datetime(2024, 9, 2, 2, 0, tzinfo=UTC), timedelta(seconds=45)
BATCH = 10_000
HEAD_EVERY = 1000
SEALED_BYTES = 400
SCHOOLS, TEACHERS = tuple(f"school-{number:02}" for number in range(40)), 2000
ENTRIES = ("urn:ustaz:model:extractive", "urn:ustaz:model:kz-7b", "urn:ustaz:model:kz-70b")
FLAGS = {
    "personal_data": "phone",
    "injection": "override",
    "size": "too_long",
    "leak": "prompt",
    "grounding": "ungrounded",
}
# What differs from record to record stands in a shape as one of these.
RECORD_ID, EXCHANGE_ID, CONVERSATION = UUID(int=1 << 120), UUID(int=2 << 120), UUID(int=3 << 120)
PERSON, SEAL, SCHOOL, SEQUENCE = "aa" * 32, "bb" * 32, "school-@@", 900_000_001
MARKED = datetime(2000, 1, 1, tzinfo=UTC)
WRITER = UUID(int=4 << 120)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What many records share; a record is its body with the marks replaced."""

    body: bytes
    clear: dict[str, Any]
    facet: Facet


class Rows:
    """The rows of a batch, by table."""

    def __init__(self, file: sqlite3.Connection) -> None:
        self._file = file
        self._tables: dict[Table, list[tuple[Any, ...]]] = {}

    def add(self, table: Table, *values: Any) -> None:
        """One row, its values in the order of the table's columns."""
        self._tables.setdefault(table, []).append(values)

    def write(self) -> None:
        """Insert what was added."""
        self._file.execute("BEGIN")
        for table, rows in self._tables.items():
            names, marks = ", ".join(column.name for column in table.c), ", ".join("?" for _ in table.c)
            self._file.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", rows)  # noqa: S608 - constants only
        self._file.execute("COMMIT")
        self._tables.clear()


def fill(home: Path, number: int) -> str:
    """Write a log of so many records into a data folder that has none; gives the URL of its database."""
    (home / "checkpoints").mkdir(parents=True, mode=0o700)
    url = f"sqlite:///{home / 'ustaz.db'}"
    database = Database(url)
    migrate(database)
    signer = keys.load(home / "keys", database, Runtime()).signer
    database.close()
    with closing(sqlite3.connect(home / "ustaz.db", isolation_level=None)) as file:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-400000"):
            file.execute(f"PRAGMA {pragma}")
        notes = _write(Rows(file), signer, number)
        file.execute("PRAGMA journal_mode=WAL")
    (home / "checkpoints" / FILE).write_text("".join(notes), encoding="utf-8")
    return url


def _write(rows: Rows, signer: Signer, number: int) -> list[str]:
    draw, tree, notes = Random(6), CompactRange(), list[str]()
    questions, answers, others = _shapes()
    for shape in (*questions, *answers, *others):
        rows.add(FACET, *(shape.facet.row[column.name] for column in FACET.c))
    exchange, teacher = UUID(int=0), 0
    for turn in range(number):
        at, record_id = BEGINNING + STEP * turn, UUID(int=(turn << 80) | draw.getrandbits(80))
        asks, ends = turn % 20 < 18 and turn % 2 == 0, turn % 20 < 18 and turn % 2 == 1
        if not ends:
            exchange, teacher = UUID(int=draw.getrandbits(128)), draw.randrange(TEACHERS)
        shape = draw.choice(questions if asks else answers if ends else others)
        ciphertext = draw.randbytes(SEALED_BYTES) if asks or ends else None
        body = _filled(shape, record_id, exchange, teacher, turn, at, ciphertext)
        digest, school = leaf_hash(body), SCHOOLS[teacher % len(SCHOOLS)]
        known = {
            **shape.clear,
            "record_id": record_id.hex,
            "instance_id": WRITER.hex,
            "exchange_id": exchange.hex if asks or ends else None,
            "sequence": turn + 1,
            "pseudonym": f"{teacher:064x}",
            "school": school,
            "conversation_id": str(UUID(int=teacher)) if asks or ends else None,
            "created_at": _stored(at),
            "body": body,
            "leaf_hash": digest.hex(),
        }
        rows.add(RECORD, *(known.get(column.name) for column in RECORD.c))
        place = index_row(
            {**shape.clear, "school": school}, shape.facet, record_id=record_id.hex, created_at=at
        )
        rows.add(INDEX, *(place[column.name] for column in INDEX.c))
        rows.add(LEAF, turn, record_id.hex, digest.hex())
        if ciphertext is not None:
            rows.add(SEALED, record_id.hex, ciphertext)
        for node in tree.append(digest):
            rows.add(NODE, node.level, node.index, node.hash.hex())
        if tree.size % HEAD_EVERY == 0 or tree.size == number:
            note = signer.sign(text_of(signer.name, tree.size, tree.root(), at))
            notes.append(note)
            rows.add(CHECKPOINT, tree.size, tree.root().hex(), note, _stored(at))
        if tree.size % BATCH == 0:
            rows.write()
    rows.add(LANE, WRITER.hex, 0, number)
    rows.add(INSTANCE, WRITER.hex, 1, _stored(BEGINNING), _stored(at), _stored(at))
    rows.write()
    return notes


def _filled(
    shape: Shape, record_id: UUID, exchange: UUID, teacher: int, turn: int, at: datetime, sealed: bytes | None
) -> bytes:
    body = shape.body.replace(str(RECORD_ID).encode(), str(record_id).encode())
    body = body.replace(str(EXCHANGE_ID).encode(), str(exchange).encode())
    body = body.replace(str(CONVERSATION).encode(), str(UUID(int=teacher)).encode())
    body = body.replace(PERSON.encode(), f"{teacher:064x}".encode())
    body = body.replace(SCHOOL.encode(), SCHOOLS[teacher % len(SCHOOLS)].encode())
    body = body.replace(str(SEQUENCE).encode(), str(turn + 1).encode())
    body = body.replace(stamped(MARKED).encode(), stamped(at).encode())
    return body if sealed is None else body.replace(SEAL.encode(), sha256(sealed).hexdigest().encode())


def _shapes() -> tuple[list[Shape], list[Shape], list[Shape]]:
    """Questions, their ends, and records that are neither."""
    asked = {"task": "ask", "gen_ai.conversation.id": str(CONVERSATION), "gen_ai.operation.name": "chat"}
    questions = [
        _shape(
            Kind.ASKED, {**asked, "language": language, "task": task, "grade": 7, "subject": "mathematics"}
        )
        for language in LANGUAGES
        for task in ("ask", "write.lesson_plan")
    ]
    answers = [
        _shape(Kind.CLOSED, {**asked, **_end(outcome, entry, flag), "language": language})
        for language in LANGUAGES
        for outcome in Outcome
        for entry in ENTRIES
        for flag in (None, *FLAGS)
    ]
    others = [_shape(Kind.AUTH, {"event": "sign_in"}), _shape(Kind.FEEDBACK, {"what": "up"})]
    return questions, answers, others


def _end(outcome: Outcome, entry: str, flag: str | None) -> dict[str, Any]:
    """The clear part of an answer of four passages and ten sentences."""
    verdicts: list[dict[str, Any]] = [
        {"rail": rail, "action": "allow", "score": "0.0", "status": "ok", "findings": []} for rail in FLAGS
    ]
    if flag is not None:
        verdicts.append(
            {"rail": flag, "action": "block", "score": "1.0", "findings": [{"category": FLAGS[flag]}]}
        )
    return {
        "outcome": outcome.value,
        "rail": flag if outcome in {Outcome.REFUSED, Outcome.WITHHELD} else None,
        "entry_id": entry,
        "gen_ai.request.model": entry,
        "registry_sequence": 4,
        "registry_digest": "cd" * 32,
        "prompt_digest": "ef" * 32,
        "passages": [{"id": f"p{number}{'0' * 20}", "rank": number, "score": "0.812"} for number in range(4)],
        "verdicts": verdicts,
        "sentences": [{"number": number, "characters": 80, "citations": ["p1"]} for number in range(10)],
        "first_text_ms": 400 + 7 * len(entry),
        "total_ms": 4000 + 13 * len(entry),
        "journal": {"length": 12, "digest": "01" * 32, "intact": True},
        "source": "line",
    }


def _shape(kind: Kind, clear: dict[str, Any]) -> Shape:
    sealed = (
        Sealed(ciphertext=b"", digest=SEAL, commitment="23" * 32)
        if kind in {Kind.ASKED, Kind.CLOSED}
        else None
    )
    draft = Draft(
        kind=kind,
        record_id=RECORD_ID,
        exchange_id=EXCHANGE_ID if sealed else None,
        school=SCHOOL,
        pseudonym=PERSON,
        role="teacher",
        clear=clear,
        sealed=sealed,
        key_owner=EXCHANGE_ID if sealed else None,
    )
    stamp = Stamp(
        time=MARKED,
        database_time=MARKED,
        instance_id=WRITER,
        lane=0,
        sequence=SEQUENCE,
        app_version="0.1.0",
        git_commit=None,
    )
    envelope = compose(draft, stamp)
    return Shape(body=canonical(envelope), clear=envelope, facet=facet_of(envelope))


def _stored(at: datetime) -> str:
    """A time as SQLite holds it."""
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")
