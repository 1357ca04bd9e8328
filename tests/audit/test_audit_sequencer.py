"""The sequencer: every record one leaf, one leader, one tree; what contradicts a signed head is not built upon."""

import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit import AuditLog
from app.audit.checkpoint import Checkpoints, notes
from app.audit.keys import load
from app.audit.leadership import AdvisoryLeadership, Leadership, leadership
from app.audit.sequencer import BATCH, CHECKPOINT_LEAVES, Sequencer
from app.audit.tables import CHECKPOINT, LEAF, NODE, PENDING, RECORD
from app.database import Database
from app.errors import BadSetting
from app.runtime import Runtime
from tests.audit.cases import sign_in, unlocked
from tests.audit.conftest import MakeLog
from tests.conftest import StillClock


def rows(database: Database, table: object) -> int:
    return database.read(lambda session: session.scalar(select(func.count()).select_from(table)) or 0)  # type: ignore[arg-type]


def fill(log: AuditLog, database: Database, number: int) -> None:
    def work(session: Session) -> None:
        for _ in range(number):
            log.record(session, sign_in())

    database.write(work)


def made(
    database: Database, home: Path, leader: Leadership | None = None, runtime: Runtime | None = None
) -> Sequencer:
    runtime = runtime or Runtime()
    keys = load(home / "keys", database, runtime)
    checkpoints = Checkpoints(database, runtime, keys.signer, home / "checkpoints")
    return Sequencer(database, runtime, leader or leadership(database), checkpoints)


def test_an_empty_log_is_not_signed(log: AuditLog, database: Database) -> None:
    assert log.sequence(finish=True) == 0
    assert rows(database, CHECKPOINT) == 0


def test_every_record_gets_one_leaf_in_batches(log: AuditLog, database: Database) -> None:
    fill(log, database, BATCH * 2 + 7)

    assert log.sequence() == BATCH * 2 + 7
    assert log.sequence() == 0
    indexes = database.read(
        lambda session: session.scalars(select(LEAF.c.leaf_index).order_by(LEAF.c.leaf_index)).all()
    )
    assert list(indexes) == list(range(BATCH * 2 + 7))
    assert rows(database, PENDING) == 0
    log.sequence(finish=True)
    assert log.verify().exit_code == 0


def test_a_head_is_signed_every_thousand_leaves_every_minute_and_at_the_end(
    make_log: MakeLog, database: Database, clock: StillClock
) -> None:
    log = make_log(runtime=Runtime(now=clock.now, monotonic=clock.monotonic))
    log.append(sign_in())
    log.sequence()
    assert rows(database, CHECKPOINT) == 0
    clock.move(seconds=60)
    log.sequence()
    assert rows(database, CHECKPOINT) == 1
    clock.move(seconds=600)
    log.sequence()
    assert rows(database, CHECKPOINT) == 1
    fill(log, database, CHECKPOINT_LEAVES)
    clock.move(seconds=1)
    log.sequence()
    assert rows(database, CHECKPOINT) == 2
    log.append(sign_in())
    log.close()
    assert rows(database, CHECKPOINT) == 3


def test_a_long_backlog_is_signed_on_the_way(log: AuditLog, database: Database) -> None:
    fill(log, database, 2 * CHECKPOINT_LEAVES + BATCH)

    log.sequence()

    sizes = database.read(lambda session: session.scalars(select(CHECKPOINT.c.size)).all())
    assert sorted(sizes) == [4 * BATCH, 8 * BATCH]


def test_heads_go_to_a_file_outside_the_database_too(log: AuditLog, database: Database, home: Path) -> None:
    for _ in range(3):
        log.append(sign_in())
        log.sequence(finish=True)

    inside = database.read(
        lambda session: list(session.scalars(select(CHECKPOINT.c.note).order_by(CHECKPOINT.c.size)))
    )
    outside = list(notes((home / "checkpoints" / "log.checkpoints").read_text(encoding="utf-8")))
    assert inside == outside
    assert len(inside) == 3


def test_a_record_that_nobody_queued_gets_its_leaf_from_the_next_leader(
    make_log: MakeLog, database: Database
) -> None:
    first = make_log()
    first.sequence()
    first.append(sign_in())
    database.write(lambda session: session.execute(text("DELETE FROM audit_pending")))
    assert first.sequence() == 0
    first.close()

    assert make_log().sequence() == 1
    assert rows(database, LEAF) == 1


def test_only_one_process_leads_and_the_next_takes_over(
    database: Database, home: Path, make_log: MakeLog
) -> None:
    log = make_log()
    fill(log, database, 3)
    leader, beside = made(database, home), made(database, home)

    assert leader.turn() == 3
    fill(log, database, 2)
    assert (beside.turn(), beside.leading) == (0, False)
    leader.release()
    assert (beside.turn(), beside.leading) == (2, True)
    beside.release()


def test_two_forced_leaders_make_one_tree_and_an_alarm(
    database: Database, home: Path, make_log: MakeLog
) -> None:
    class Forced:
        def hold(self) -> bool:
            return True

        def write(self, work: object) -> object:
            return database.write(work)  # type: ignore[arg-type]

        def release(self) -> None:
            return None

    log = make_log()
    fill(log, database, 3)
    one, two = made(database, home, Forced()), made(database, home, Forced())  # type: ignore[arg-type]
    assert (one.turn(), two.turn()) == (3, 0)
    fill(log, database, 2)
    assert one.turn() == 2
    fill(log, database, 4)
    assert two.turn() == 0
    assert two.alarm is not None
    assert two.alarm.key == "audit.alarm.two_sequencers"
    assert two.turn(finish=True) == 4
    assert two.alarm is None
    one.release()
    two.release()
    log.sequence(finish=True)
    assert (rows(database, LEAF), rows(database, RECORD)) == (9, 9)
    assert log.verify().exit_code == 0


def test_many_writers_and_slow_transactions_leave_no_record_without_a_leaf(
    make_log: MakeLog, database: Database
) -> None:
    log = make_log(threads=True)

    def slow(number: int) -> None:
        for turn in range(10):

            def work(session: object, turn: int = turn) -> None:
                log.record(session, sign_in())  # type: ignore[arg-type]
                if database.dialect == "postgresql" and (number + turn) % 4 == 0:
                    time.sleep(0.05)

            database.write(work)

    threads = [threading.Thread(target=slow, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    log.sequence(finish=True)

    assert (rows(database, RECORD), rows(database, LEAF), rows(database, PENDING)) == (160, 160, 0)
    assert log.verify().exit_code == 0


def test_a_second_serve_on_sqlite_is_refused_and_a_command_beside_it_is_not(
    make_log: MakeLog, database: Database
) -> None:
    serving = make_log(serve=True)
    if database.dialect == "sqlite":
        with pytest.raises(BadSetting, match="another `ustaz serve`") as refusal:
            make_log(serve=True)
        assert refusal.value.words.key == "audit.refusal.second_serve"
    else:
        make_log(serve=True)
    command = make_log()
    command.append(sign_in())
    serving.append(sign_in())
    serving.close()
    make_log(serve=True)

    assert len({row for row in database.read(lambda s: s.scalars(select(RECORD.c.instance_id)).all())}) == 2


def test_a_rolled_back_tree_is_not_built_upon(make_log: MakeLog, database: Database) -> None:
    first = make_log()
    fill(first, database, 5)
    first.sequence(finish=True)
    first.close()
    unlocked(database, "DELETE FROM audit_leaf WHERE leaf_index >= 3", "DELETE FROM audit_checkpoint")

    second = make_log()
    second.append(sign_in())
    second.sequence(finish=True)
    alarm = second.health().alarm
    assert alarm is not None
    assert (alarm.key, alarm.facts) == ("audit.alarm.rolled_back", {"signed": 5, "size": 3})
    assert rows(database, CHECKPOINT) == 0


def test_an_edited_cache_is_not_built_upon(make_log: MakeLog, database: Database) -> None:
    first = make_log()
    fill(first, database, 8)
    first.sequence(finish=True)
    first.close()
    unlocked(
        database, "UPDATE audit_node SET hash = leaf_hash FROM audit_leaf WHERE level = 3 AND leaf_index = 0"
    )

    second = make_log()
    second.append(sign_in())
    second.sequence(finish=True)
    alarm = second.health().alarm
    assert alarm is not None
    assert alarm.key == "audit.alarm.contradiction"


def test_a_file_of_heads_that_cannot_be_read_stops_signing(
    make_log: MakeLog, database: Database, home: Path
) -> None:
    first = make_log()
    fill(first, database, 2)
    first.close()
    (home / "checkpoints" / "log.checkpoints").write_text(
        "not\na\ncheckpoint\n\n— name AAAA\n", encoding="utf-8"
    )

    second = make_log()
    second.append(sign_in())
    second.sequence(finish=True)
    alarm = second.health().alarm
    assert alarm is not None
    assert alarm.key == "audit.alarm.unreadable"


@pytest.mark.postgres
def test_a_leader_that_lost_its_connection_cannot_write_leaves(fresh_postgres: str) -> None:
    database = Database(fresh_postgres)
    leader, next_one = AdvisoryLeadership(database), AdvisoryLeadership(database)
    assert leader.hold()
    assert not next_one.hold()
    kill = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
    database.write(lambda session: session.execute(text(kill)))

    until = time.monotonic() + 10
    while not next_one.hold() and time.monotonic() < until:
        time.sleep(0.05)
    assert next_one.hold()
    with pytest.raises(Exception, match="refused the leaves"):
        leader.write(lambda session: session.execute(text("SELECT 1")))
    next_one.release()
    database.close()


def test_a_leaf_index_and_a_leafs_record_are_unique(log: AuditLog, database: Database) -> None:
    receipt = log.append(sign_in())
    log.sequence()
    for index in (0, 1):
        with pytest.raises(IntegrityError):
            database.write(
                lambda session, index=index: session.execute(  # type: ignore[misc]
                    insert(LEAF),
                    {"leaf_index": index, "record_id": receipt.record_id, "leaf_hash": receipt.leaf_hash},
                )
            )
    assert rows(database, NODE) == 0
