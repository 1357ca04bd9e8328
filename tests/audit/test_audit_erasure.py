"""Erasure takes the keys and nothing else: proofs stay, text does not come back, not from files and not from backups."""

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.audit import AuditLog, Filter, Held, Holding, Losses, Paper, Scope, Status
from app.audit.privacy.erasure import delete_keys
from app.audit.tables import KEY, LEAF
from app.database import Database, Entry
from app.errors import BadArgument, Conflict, NotFound
from app.runtime import Runtime
from tests.audit.cases import SCHOOL, TEACHER, asked, exchange
from tests.audit.keeping import ADMIN, APPROVER, Cupboard, MakeHolding, erase, shown, starting
from tests.conftest import StillClock


@pytest.fixture
def start(database: Database, home: Path, runtime: Runtime, cupboard: Cupboard) -> Iterator[MakeHolding]:
    """Starts logs, one after the other, on one database or another one."""
    with starting(database, runtime, home, cupboard) as make:
        yield make


@pytest.fixture
def log(start: MakeHolding) -> AuditLog:
    return start()


def person(log: AuditLog) -> Scope:
    return Scope(school=SCHOOL, pseudonym=log.pseudonym(TEACHER), person_id=UUID(int=5))


def test_nothing_is_lost_where_nothing_is(log: AuditLog) -> None:
    assert log.erasure.losses(person(log)) == Losses(
        keys=0, records=0, exchanges=0, conversations=0, documents=0, drafts=0, held=0
    )
    assert erase(log, person(log)).clear["keys"] == 0
    with pytest.raises(NotFound):
        log.erasure.losses(Scope(record_id=UUID(int=1)))


def test_a_persons_texts_go_with_their_papers_and_the_record_says_who_asked_and_who_agreed(
    log: AuditLog, database: Database, cupboard: Cupboard, runtime: Runtime, clock: StillClock
) -> None:
    conversation, document, other = (runtime.new_id() for _ in range(3))
    exchange(log, "Shown.", conversation=conversation)
    exchange(log, "Shown too.", conversation=conversation)
    log.append(
        Entry(kind="feedback", school=SCHOOL, actor=TEACHER, clear={"what": "up"}, sealed={"comment": "!"})
    )
    log.append(
        Entry(kind="feedback", school=SCHOOL, actor=ADMIN, clear={"what": "up"}, sealed={"comment": "?"})
    )
    added = {"event": "person_added", "person": str(UUID(int=5))}
    log.append(
        Entry(kind="admin_change", school=SCHOOL, actor=ADMIN, clear=added, sealed={"subject": TEACHER})
    )
    for owner, paper in (
        (conversation, Paper.CONVERSATION),
        (document, Paper.DRAFT),
        (other, Paper.DOCUMENT),
    ):
        whose = UUID(int=6 if owner == other else 5)
        database.write(
            lambda session, owner=owner: log.vault.seal(session, school=SCHOOL, owner=owner, data=b"title")  # type: ignore[misc]
        )
        cupboard.papers.append(
            Holding(
                owner_id=owner,
                paper=paper,
                school=SCHOOL,
                person_id=whose,
                subject=TEACHER,
                changed_at=clock.now(),
            )
        )
    before = log.erasure.losses(person(log))
    made = erase(log, person(log))

    assert before == Losses(keys=6, records=6, exchanges=2, conversations=1, documents=0, drafts=1, held=0)
    assert made.clear["keys"] == 6
    assert made.clear["basis"] == "left_school"
    assert made.clear["asked_by"] == log.pseudonym(ADMIN)
    assert made.clear["approved_by"] == made.pseudonym == log.pseudonym(APPROVER)
    assert made.clear["range"] == {"pseudonym": log.pseudonym(TEACHER), "school": SCHOOL}
    assert shown(log, conversation) == [None, None]
    kept = database.read(lambda session: session.scalars(select(KEY.c.owner_id)).all())
    assert other in kept
    assert not {conversation, document} & set(kept)
    assert log.erasure.losses(person(log)).keys == 0


def test_one_record_takes_its_exchange_and_nothing_else(log: AuditLog, runtime: Runtime) -> None:
    conversation = runtime.new_id()
    _, one = exchange(log, "First.", conversation=conversation)
    exchange(log, "Second.", conversation=conversation)
    made = erase(log, Scope(school=SCHOOL, record_id=one.record_id))

    assert made.clear["keys"] == 1
    assert made.clear["range"] == {"record": str(one.record_id), "school": SCHOOL}
    assert sorted(map(str, shown(log, conversation))) == ["None", "['Second.']"]


def test_an_age_takes_what_is_older(log: AuditLog, runtime: Runtime, clock: StillClock) -> None:
    conversation = runtime.new_id()
    exchange(log, "Old.", conversation=conversation)
    clock.move(days=1)
    limit = clock.now()
    exchange(log, "New.", conversation=conversation)
    erase(log, Scope(school=SCHOOL, before=limit))

    assert shown(log, conversation) == [None, ["New."]]


def test_an_age_of_no_school_takes_nobodys_texts(log: AuditLog, runtime: Runtime, clock: StillClock) -> None:
    conversation = runtime.new_id()
    exchange(log, "Old.", conversation=conversation)
    clock.move(days=400)
    for scope in (Scope(), Scope(before=clock.now())):
        with pytest.raises(BadArgument):
            log.erasure.losses(scope)
        with pytest.raises(BadArgument):
            erase(log, scope)

    assert shown(log, conversation) == [["Old."]]


def test_a_question_under_way_keeps_its_key_until_it_has_ended(log: AuditLog) -> None:
    opened = log.open(asked())

    assert log.erasure.losses(person(log)).keys == 0
    opened.close("answered")  # type: ignore[arg-type]
    assert log.erasure.losses(person(log)).keys == 1


def test_proofs_roots_and_verification_stay_as_they_were(log: AuditLog, database: Database) -> None:
    receipts = [exchange(log, f"Shown {n}.")[1] for n in range(3)]
    log.sequence(finish=True)
    before, proof = log.verify(), log.prove(receipts[0].record_id, with_record=True)
    leaves = select(LEAF.c.leaf_hash).order_by(LEAF.c.leaf_index)
    hashes = database.read(lambda session: session.scalars(leaves).all())
    erase(log, person(log))
    after = log.verify()
    log.sequence(finish=True)

    assert (before.status, after.status, log.verify().status) == (Status.OK, Status.OK, Status.OK)
    assert log.prove(receipts[0].record_id, with_record=True).splitlines()[:2] == proof.splitlines()[:2]
    now = database.read(lambda session: session.scalars(leaves).all())
    assert now[: len(hashes)] == hashes


def test_thousands_of_keys_are_named_in_records_of_readable_size(
    log: AuditLog, database: Database, runtime: Runtime, clock: StillClock, cupboard: Cupboard
) -> None:
    owners = [runtime.new_id() for _ in range(900)]

    def fill(session: Session) -> None:
        rows = [{"owner_id": one, "school": SCHOOL, "month": "2026-11", "wrapped": b"x"} for one in owners]
        session.execute(KEY.insert(), rows)

    database.write(fill)
    cupboard.papers = [
        Holding(
            owner_id=one,
            paper=Paper.DRAFT,
            school=SCHOOL,
            person_id=UUID(int=5),
            subject=TEACHER,
            changed_at=clock.now(),
        )
        for one in owners
    ]
    erase(log, person(log))
    made = log.search(Filter(kinds=("erasure",))).records

    assert [one.clear["keys"] for one in made].count(400) == 2
    assert sum(one.clear["keys"] for one in made) == 900
    assert {name for one in made for name in one.clear["details"]["owners"]} == {str(one) for one in owners}


@pytest.mark.parametrize(
    ("about", "blocks"),
    [
        (Held(pseudonym="teacher"), True),
        (Held(school=SCHOOL), True),
        (Held(since=datetime.fromisoformat("2026-11-01T00:00:00+00:00")), True),
        (Held(pseudonym="teacher", until=datetime.fromisoformat("2026-11-01T00:00:00+00:00")), False),
        (Held(pseudonym="f" * 64), False),
        (Held(school="another-school"), False),
    ],
)
def test_a_hold_blocks_what_it_is_about_until_it_is_lifted(
    log: AuditLog, runtime: Runtime, about: Held, blocks: bool
) -> None:
    conversation = runtime.new_id()
    exchange(log, "Shown.", conversation=conversation)
    pseudonym = log.pseudonym(TEACHER) if about.pseudonym == "teacher" else about.pseudonym
    about = Held(school=about.school, pseudonym=pseudonym, since=about.since, until=about.until)
    hold = log.holds.place(about, actor=APPROVER, role="second_approver", reason="A court has asked for it")

    assert (log.erasure.losses(person(log)).held > 0) is blocks
    if blocks:
        with pytest.raises(Conflict):
            erase(log, person(log))
        assert shown(log, conversation) == [["Shown."]]
        assert log.search(Filter(kinds=("erasure",))).records == ()
        log.holds.lift(hold, actor=APPROVER, role="second_approver", reason="The court has decided")
    erase(log, person(log))
    assert shown(log, conversation) == [None]


def test_a_hold_on_one_record_holds_its_exchange_alone(log: AuditLog) -> None:
    _, one = exchange(log, "First.")
    _, two = exchange(log, "Second.")
    log.holds.place(
        Held(record_id=one.record_id), actor=APPROVER, role="second_approver", reason="Part of an inquiry"
    )

    assert log.erasure.losses(Scope(record_id=one.record_id)).held == 1
    assert log.erasure.losses(Scope(record_id=two.record_id)).held == 0
    (hold,) = log.holds.all()
    assert hold.words == "Part of an inquiry"
    assert hold.in_force


def wrapped_keys(database: Database) -> list[bytes]:
    return database.read(lambda session: list(session.scalars(select(KEY.c.wrapped))))


def files_of(database: Database) -> list[Path]:
    """The files in which rows of the database lie."""
    if database.dialect == "sqlite":
        path = Path(str(database.url.database))
        return [one for one in path.parent.glob(f"{path.name}*") if one.is_file()]
    query = text(
        "SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database WHERE datname = current_database()"
    )
    folder = Path(str(database.read(lambda session: session.scalar(query))))
    return [one for one in folder.rglob("*") if one.is_file()]


def flush(database: Database) -> None:
    """Let PostgreSQL write its pages to the files."""
    if database.dialect == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("CHECKPOINT")


def holding(database: Database, needles: Sequence[bytes]) -> int:
    """How many of these byte strings lie in the files."""
    contents = [one.read_bytes() for one in files_of(database)]
    return sum(any(needle in content for content in contents) for needle in needles)


def test_no_erased_key_is_left_in_the_raw_files(log: AuditLog, database: Database) -> None:
    for number in range(40):
        exchange(log, f"Shown {number}.")
    keys = wrapped_keys(database)
    flush(database)
    assert holding(database, keys) == len(keys)
    erase(log, person(log))
    assert log.scrub()
    flush(database)

    survivors = wrapped_keys(database)
    assert holding(database, [key for key in keys if key not in survivors]) == 0
    assert holding(database, survivors) == len(survivors)


def test_a_backup_from_before_an_erasure_stays_unreadable_once_restored(
    start: MakeHolding, database: Database, runtime: Runtime
) -> None:
    log, conversation = start(), runtime.new_id()
    exchange(log, "Shown.", conversation=conversation)
    log.sequence(finish=True)
    backup = Backup(database)
    erase(log, person(log))
    log.close()
    assert backup.restore()
    again = start()

    assert shown(again, conversation) == [None]
    (made,) = again.search(Filter(kinds=("erasure",))).records
    assert made.clear["basis"] == "restored"
    assert made.clear["keys"] == 1
    again.close()
    assert start().search(Filter(kinds=("erasure",))).records == (made,)


def test_a_key_table_put_back_alone_is_emptied_again(
    start: MakeHolding, database: Database, runtime: Runtime, home: Path
) -> None:
    log, conversation = start(), runtime.new_id()
    exchange(log, "Shown.", conversation=conversation)
    rows = database.read(lambda session: [dict(row._mapping) for row in session.execute(select(KEY))])
    erase(log, person(log))
    log.close()
    (home / "checkpoints" / "erased.keys").unlink()
    database.write(lambda session: delete_keys(session, [row["owner_id"] for row in rows]))
    database.write(lambda session: session.execute(KEY.insert(), rows))

    assert shown(start(), conversation) == [None]
    assert (home / "checkpoints" / "erased.keys").exists()


class Backup:
    """The rows of the log at one moment, put back as an administrator would."""

    def __init__(self, database: Database) -> None:
        self._database = database
        if database.dialect == "sqlite":
            self._path = Path(str(database.url.database))
            self._copy = self._path.with_suffix(".backup")
            with closing(sqlite3.connect(self._path)) as live, closing(sqlite3.connect(self._copy)) as copy:
                live.backup(copy)
        else:
            self._rows = database.read(self._read)

    @staticmethod
    def _read(session: Session) -> dict[str, list[object]]:
        names = session.scalars(text("SELECT tablename FROM pg_tables WHERE tablename LIKE 'audit_%'")).all()
        return {name: list(session.execute(text(f"SELECT * FROM {name}")).mappings()) for name in names}  # noqa: S608

    def restore(self) -> bool:
        if self._database.dialect == "sqlite":
            self._database.engine.dispose()
            with closing(sqlite3.connect(self._copy)) as copy, closing(sqlite3.connect(self._path)) as live:
                copy.backup(live)
            return True

        def work(session: Session) -> None:
            session.execute(text("SET LOCAL session_replication_role = replica"))
            for name, rows in self._rows.items():
                session.execute(text(f"DELETE FROM {name}"))  # noqa: S608
                for row in rows:
                    columns = ", ".join(row)  # type: ignore[arg-type]
                    places = ", ".join(f":{column}" for column in row)  # type: ignore[attr-defined]
                    session.execute(text(f"INSERT INTO {name} ({columns}) VALUES ({places})"), dict(row))  # type: ignore[call-overload] # noqa: S608

        self._database.write(work)
        return True


def test_a_list_cut_off_by_a_crash_goes_on(log: AuditLog, home: Path, runtime: Runtime) -> None:
    from app.audit.privacy.erased import ErasedKeys

    kept = ErasedKeys(home / "checkpoints")
    one, two = runtime.new_id(), runtime.new_id()
    kept.add(one, [one])
    with kept.path.open("a") as file:
        file.write('{"record": "cut')
    kept.add(two, [two])

    assert dict(kept.entries()) == {one: (one,), two: (two,)}
    shutil.rmtree(kept.path.parent)
    assert list(kept.entries()) == []
