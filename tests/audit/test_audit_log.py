"""Appending and reading: durable, idempotent, inside the caller's transaction, found again page by page."""

import threading
import time
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit import AuditLog, Filter, Outcome
from app.audit.tables import CHECKPOINT, JOURNAL, KEY, LEAF, NODE, OPEN, PENDING, RECORD, SEALED, WRAPPING_KEY
from app.database import Database, Entry
from app.errors import Conflict, NotFound, NotRecorded
from app.runtime import Runtime
from tests.audit.cases import SCHOOL, TEACHER, asked, exchange, sentence, sign_in
from tests.audit.conftest import MakeLog
from tests.conftest import StillClock

EVERYTHING = Filter()


def count(database: Database, table: object = RECORD) -> int:
    return database.read(lambda session: len(session.execute(select(table)).all()))  # type: ignore[call-overload]


def test_an_empty_log_has_no_pages_and_verifies(log: AuditLog) -> None:
    assert log.search(EVERYTHING).records == ()
    assert log.counts(EVERYTHING) == {}
    assert log.verify().exit_code == 0


def test_a_log_that_is_not_started_records_nothing(database: Database, log: AuditLog) -> None:
    log.close()

    with pytest.raises(NotRecorded):
        log.append(sign_in())
    with pytest.raises(NotRecorded):
        log.open(asked())
    with pytest.raises(NotRecorded):
        database.write(lambda session: log.record(session, sign_in()))


def test_an_appended_record_is_found_with_its_clear_and_its_sealed_part(log: AuditLog) -> None:
    entry = Entry(
        kind="feedback",
        school=SCHOOL,
        actor=TEACHER,
        clear={"what": "report"},
        sealed={"comment": "Қате бар"},
    )
    receipt = log.append(entry)
    record = log.find(receipt.record_id)

    assert record is not None
    assert (record.kind, record.school, record.pseudonym) == ("feedback", SCHOOL, log.pseudonym(TEACHER))
    assert record.clear["what"] == "report"
    assert log.unseal(record, actor=TEACHER) == {"comment": "Қате бар"}
    assert log.find_code(receipt.code) == record
    assert TEACHER.encode() not in record.body


def test_appending_the_same_id_again_gives_the_same_receipt(log: AuditLog, database: Database) -> None:
    record_id = Runtime().new_id()
    first = log.append(sign_in(record_id))
    log.sequence()

    again = log.append(sign_in(record_id))
    assert (again.record_id, again.leaf_hash, again.code) == (first.record_id, first.leaf_hash, first.code)
    assert count(database) == 1


def test_twins_that_append_the_same_id_at_once_write_one_record(log: AuditLog, database: Database) -> None:
    record_id = Runtime().new_id()
    leaves: list[str] = []
    threads = [
        threading.Thread(target=lambda: leaves.append(log.append(sign_in(record_id)).leaf_hash))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    log.sequence(finish=True)

    assert len(leaves) == 8
    assert len(set(leaves)) == count(database) == 1
    assert log.verify().exit_code == 0


def test_an_id_of_another_record_is_refused(log: AuditLog) -> None:
    record_id = Runtime().new_id()
    log.append(sign_in(record_id))

    with pytest.raises(Conflict):
        log.append(Entry(kind="export", record_id=record_id))


@pytest.mark.parametrize("kind", ["asked", "closed", "abandoned", "gossip"])
def test_only_known_kinds_are_appended_and_ends_by_their_exchange_only(log: AuditLog, kind: str) -> None:
    with pytest.raises(ValueError):
        log.append(Entry(kind=kind))


def test_only_an_asked_record_opens_an_exchange(log: AuditLog) -> None:
    with pytest.raises(ValueError, match="asked"):
        log.open(sign_in())


def test_a_record_lives_and_dies_with_the_callers_transaction(log: AuditLog, database: Database) -> None:
    def broken(session: Session) -> None:
        log.record(session, Entry(kind="auth", school=SCHOOL, actor=TEACHER, sealed={"note": "text"}))
        raise RuntimeError("the caller broke")

    kept = database.write(
        lambda session: log.record(
            session, Entry(kind="auth", school=SCHOOL, actor=TEACHER, sealed={"note": "text"})
        )
    )
    with pytest.raises(RuntimeError):
        database.write(broken)
    database.write(lambda session: log.record(session, sign_in()))
    log.sequence()

    assert count(database) == 2
    assert count(database, SEALED) == 1
    record = log.find(kept)
    assert record is not None
    assert log.unseal(record, actor=TEACHER) == {"note": "text"}
    assert log.verify().exit_code == 0


def test_numbers_have_no_gaps_whatever_rolls_back(log: AuditLog, database: Database) -> None:
    def work(number: int) -> None:
        def write(session: Session) -> None:
            log.record(session, sign_in())
            if number % 3 == 0:
                raise RuntimeError("no")

        for _ in range(8):
            try:
                database.write(write)
            except RuntimeError:
                continue

    threads = [threading.Thread(target=work, args=(number,)) for number in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = database.read(lambda session: session.execute(select(RECORD.c.lane, RECORD.c.sequence)).all())
    lanes: dict[int, list[int]] = {}
    for lane, sequence in rows:
        lanes.setdefault(lane, []).append(sequence)

    assert len(rows) == 48
    assert all(sorted(numbers) == list(range(1, len(numbers) + 1)) for numbers in lanes.values())
    log.sequence(finish=True)
    assert log.verify().exit_code == 0


def test_a_full_sweep_of_exchanges_comes_in_the_order_asked_for(log: AuditLog, database: Database) -> None:
    made = [exchange(log, f"{number}-сөйлем. ", "Екінші.")[0].id for number in range(4)]
    still_open = log.open(asked())
    order = [made[2], made[0], still_open.id, made[3], UUID(int=7)]

    stored = log.exchanges(order, actor=TEACHER)
    assert [one.exchange_id for one in stored] == [made[2], made[0], made[3]]
    assert [one.sealed["shown"] for one in stored] == [[f"{n}-сөйлем. ", "Екінші."] for n in (2, 0, 3)]
    assert {one.sealed["raw"] for one in stored} == {"7.2.1.1 мақсатын қалай түсіндірем?"}
    assert {(one.outcome, one.erased, one.clear["entry_id"]) for one in stored} == {
        ("answered", False, "kz-extractive")
    }


def test_a_conversation_holds_the_persons_own_ended_exchanges_oldest_first(log: AuditLog) -> None:
    conversation = Runtime().new_id()
    mine = [exchange(log, str(n), conversation=conversation)[0].id for n in range(3)]
    exchange(log, "other conversation", conversation=Runtime().new_id())
    log.open(asked(conversation=conversation))

    stored = log.conversation(conversation, actor=TEACHER)
    assert [one.exchange_id for one in stored] == mine
    assert [one.exchange_id for one in log.conversation(conversation, actor=TEACHER, last=2)] == mine[1:]
    assert log.conversation(conversation, actor="https://id.example.kz|other") == ()


def test_a_person_owns_only_what_they_asked(log: AuditLog) -> None:
    opened, _ = exchange(log, "a")

    assert log.owns(opened.id, actor=TEACHER)
    assert not log.owns(opened.id, actor="https://id.example.kz|other")
    assert not log.owns(Runtime().new_id(), actor=TEACHER)


def test_pages_hold_every_record_once_newest_first(make_log: MakeLog, clock: StillClock) -> None:
    log = make_log(runtime=Runtime(now=clock.now, monotonic=clock.monotonic))
    made = []
    for number in range(23):
        made.append(log.append(sign_in()).record_id)
        if number % 3 == 0:
            clock.move(seconds=1)

    seen: list[UUID] = []
    after: str | None = None
    for _ in range(20):
        page = log.search(EVERYTHING, after=after, limit=5)
        seen += [record.record_id for record in page.records]
        after = page.next
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 23
    times = [record.created_at for record in log.search(EVERYTHING, limit=100).records]
    assert times == sorted(times, reverse=True)


def test_filters_narrow(log: AuditLog) -> None:
    _, receipt = exchange(log, "a", language="ru")
    exchange(log, "b", outcome=Outcome.WITHHELD)
    log.append(sign_in())
    record = log.find(receipt.record_id)
    assert record is not None

    def found(**wanted: object) -> int:
        return len(log.search(Filter(**wanted)).records)  # type: ignore[arg-type]

    assert found(kinds=("closed",)) == 2
    assert found(kinds=("closed", "auth")) == 3
    assert found(language="ru") == 2
    assert found(outcome="withheld") == 1
    assert found(entry_id="kz-extractive") == 2
    assert found(school=SCHOOL, pseudonym=log.pseudonym(TEACHER)) == 5
    assert found(school="other") == 0
    assert found(code=receipt.code) == 1
    assert found(exchange_id=receipt.exchange_id) == 2
    assert found(since=record.created_at, until=record.created_at + timedelta(microseconds=1)) == 1
    assert found(until=record.created_at - timedelta(hours=1)) == 0
    assert log.counts(EVERYTHING) == {"answered": 1, "withheld": 1, "asked": 2, "auth": 1}


def test_a_place_that_is_none_is_refused(log: AuditLog) -> None:
    with pytest.raises(ValueError):
        log.search(EVERYTHING, after="yesterday")


def test_the_blocking_rail_is_a_filter(log: AuditLog) -> None:
    opened = log.open(asked())
    opened.close(
        Outcome.REFUSED,
        {"verdicts": [{"rail": "normalise", "action": "allow"}, {"rail": "injection", "action": "block"}]},
    )

    assert [record.exchange_id for record in log.search(Filter(rail="injection")).records] == [opened.id]


@pytest.mark.parametrize("verb", ["UPDATE", "DELETE", "TRUNCATE"])
@pytest.mark.parametrize("table", [RECORD, SEALED, LEAF, NODE, CHECKPOINT], ids=str)
def test_what_was_appended_is_neither_changed_nor_deleted(
    log: AuditLog, database: Database, table: object, verb: str
) -> None:
    exchange(log, "a")
    log.sequence(finish=True)
    if verb == "TRUNCATE" and database.dialect == "sqlite":
        return
    column = {"audit_sealed": "ciphertext", "audit_checkpoint": "note", "audit_node": "hash"}.get(
        str(table), "leaf_hash"
    )
    statement = {
        "UPDATE": f"UPDATE {table} SET {column} = {column}",  # noqa: S608
        "DELETE": f"DELETE FROM {table}",  # noqa: S608
        "TRUNCATE": f"TRUNCATE {table}",
    }[verb]
    before = count(database, table)

    with pytest.raises(IntegrityError, match="append-only"):
        database.write(lambda session: session.execute(text(statement)))
    assert count(database, table) == before > 0


@pytest.mark.parametrize("table", [KEY, WRAPPING_KEY, JOURNAL, OPEN, PENDING], ids=str)
def test_work_lists_and_keys_are_deleted_but_never_changed(
    log: AuditLog, database: Database, table: object
) -> None:
    log.open(asked()).journal(sentence(1, "a"))
    column = {"audit_key": "month", "audit_wrapping_key": "month", "audit_journal": "kind"}.get(
        str(table), "record_id"
    )

    with pytest.raises(IntegrityError, match="append-only"):
        database.write(lambda session: session.execute(text(f"UPDATE {table} SET {column} = {column}")))  # noqa: S608
    database.write(lambda session: session.execute(text(f"DELETE FROM {table}")))  # noqa: S608
    assert count(database, table) == 0


def test_a_proof_waits_for_a_signed_head(make_log: MakeLog, database: Database) -> None:
    leader = make_log()
    leader.append(sign_in())
    leader.sequence(finish=True)
    beside = make_log()
    receipt = beside.append(sign_in())

    with pytest.raises(NotFound) as refusal:
        beside.prove(receipt.record_id)
    assert refusal.value.words.key == "audit.refusal.not_signed_yet"
    leader.sequence(finish=True)
    assert "index 1\n" in beside.prove(receipt.record_id)


def test_a_receipt_gets_its_leaf_within_a_second(make_log: MakeLog) -> None:
    log = make_log(threads=True)
    receipt = log.append(sign_in())
    assert receipt.index is None

    until = time.monotonic() + 20
    while log.receipt(receipt.record_id).index is None and time.monotonic() < until:
        time.sleep(0.05)
    assert log.receipt(receipt.record_id).index == 0


def test_health_counts_what_waits(log: AuditLog) -> None:
    log.open(asked())
    log.append(sign_in())
    before = log.health()
    log.sequence(finish=True)
    after = log.health()

    assert (before.waiting, before.open_exchanges, before.signed_size, before.leading) == (2, 1, 0, False)
    assert (after.waiting, after.open_exchanges, after.signed_size, after.leading) == (0, 1, 2, True)
    assert after.alarm is None
