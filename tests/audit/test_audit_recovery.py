"""Recovery: whoever died leaves no question without its end, and no question gets two."""

import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text, update

from app.audit import AuditLog, Outcome
from app.audit.filelock import FileLock, is_held
from app.audit.instance import Instance
from app.audit.tables import INSTANCE, JOURNAL, OPEN, RECORD
from app.database import Database
from app.errors import NotRecorded
from app.runtime import Runtime
from tests.audit.cases import TEACHER, asked, checked, exchange, routed, sentence
from tests.audit.conftest import MakeLog
from tests.conftest import StillClock


def die(log: AuditLog) -> None:
    """What `kill -9` does to an instance: its locks are free, its row stays, nothing is said."""
    instance = log._keeper._instance
    assert instance is not None
    instance._alive.release()


def ends(database: Database) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    for row in database.read(
        lambda session: session.execute(select(RECORD.c.exchange_id, RECORD.c.kind)).all()
    ):
        found.setdefault(row.exchange_id, []).append(row.kind)
    return found


def end_of(log: AuditLog, exchange_id: UUID) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    record = log.records_of(exchange_id)[-1]
    return record.clear, log.unseal(record, actor=TEACHER)


def test_a_log_without_orphans_recovers_nothing(log: AuditLog) -> None:
    exchange(log, "a")
    log.open(asked())

    assert log.recover() == ()


def test_an_orphan_is_abandoned_with_what_its_journal_holds(make_log: MakeLog, database: Database) -> None:
    dying = make_log()
    orphan = dying.open(asked("Сұрағым бар"))
    orphan.journal(checked("Сұрағым бар"), routed("kz-local"))
    orphan.journal(sentence(1, "Бірінші. "))
    orphan.journal(sentence(2, "Екінші."))
    die(dying)

    second = make_log()
    clear, sealed = end_of(second, orphan.id)
    assert ends(database)[orphan.id] == ["asked", "abandoned"]
    assert (clear["outcome"], clear["source"], clear["entry_id"], clear["language"]) == (
        "abandoned",
        "journal",
        "kz-local",
        "kk",
    )
    assert clear["died_instance"] == second.records_of(orphan.id)[0].clear["instance_id"]
    assert clear["journal"]["length"] == 4
    assert clear["journal"]["intact"] is True
    assert sealed["shown"] == ["Бірінші. ", "Екінші."]
    assert database.read(lambda session: session.execute(select(JOURNAL)).first()) is None
    assert second.exchanges([orphan.id], actor=TEACHER)[0].sealed["raw"] == "Сұрағым бар"
    second.sequence(finish=True)
    report = second.verify()
    assert (report.exit_code, report.abandoned) == (0, 1)


@pytest.mark.parametrize("given", [{"inventory_digest": "ab" * 32}, {}])
def test_an_end_repeats_the_lists_that_its_question_was_checked_with(
    make_log: MakeLog, given: dict[str, str]
) -> None:
    entry = replace(asked(), clear={**asked().clear, **given, "unmasked": ["teacher"]})
    dying = make_log()
    closed, orphan = dying.open(entry), dying.open(entry)
    closed.close(Outcome.FAILED)
    die(dying)

    log = make_log()

    # What stands in the asked record alone, as before.
    assert [end_of(log, one.id)[0]["details"] for one in (closed, orphan)] == [given, given]


def test_an_orphan_without_a_journal_is_abandoned_too(make_log: MakeLog, database: Database) -> None:
    dying = make_log()
    orphan = dying.open(asked())
    die(dying)

    clear, sealed = end_of(make_log(), orphan.id)
    assert (clear["journal"]["length"], sealed["shown"]) == (0, [])


def test_many_instances_that_recover_at_once_write_one_end_each(
    make_log: MakeLog, database: Database
) -> None:
    dying, others = make_log(), [make_log() for _ in range(3)]
    orphans = [dying.open(asked()) for _ in range(8)]
    for orphan in orphans:
        orphan.journal(sentence(1, "a"))
    die(dying)
    recovered: list[UUID] = []
    threads = [threading.Thread(target=lambda log=log: recovered.extend(log.recover())) for log in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(recovered) == sorted(orphan.id for orphan in orphans)
    assert all(kinds == ["asked", "abandoned"] for kinds in ends(database).values())
    others[0].sequence(finish=True)
    assert others[0].verify().exit_code == 0


def test_the_living_are_left_alone(make_log: MakeLog, database: Database) -> None:
    one, two = make_log(), make_log()
    opened = one.open(asked())

    assert two.recover() == ()
    opened.journal(sentence(1, "a"))
    assert opened.close(Outcome.ANSWERED).exchange_id == opened.id


def test_an_exchange_that_lasts_too_long_is_over_though_its_process_lives(
    make_log: MakeLog, database: Database, clock: StillClock
) -> None:
    log = make_log(runtime=Runtime(now=clock.now, monotonic=clock.monotonic))
    opened = log.open(asked())
    opened.journal(sentence(1, "Shown."))
    clock.move(minutes=16)

    assert log.recover() == (opened.id,)
    with pytest.raises(NotRecorded):
        opened.journal(sentence(2, "Too late."))
    receipt = opened.close(Outcome.ANSWERED)
    assert ends(database)[opened.id] == ["asked", "abandoned"]
    record = log.find(receipt.record_id)
    assert record is not None
    assert record.kind == "abandoned"


def test_a_journal_changed_before_recovery_is_reported(make_log: MakeLog, database: Database) -> None:
    dying = make_log()
    orphan = dying.open(asked())
    orphan.journal(sentence(1, "a"), sentence(2, "b"), sentence(3, "c"))
    database.write(lambda session: session.execute(text("DELETE FROM audit_journal WHERE number = 2")))
    die(dying)

    clear, sealed = end_of(make_log(), orphan.id)
    assert clear["journal"]["intact"] is False
    assert sealed["shown"] == ["a", "c"]


def test_an_orphan_whose_key_was_erased_still_gets_its_end(make_log: MakeLog, database: Database) -> None:
    dying = make_log()
    orphan = dying.open(asked())
    orphan.journal(sentence(1, "a"))
    database.write(lambda session: session.execute(text("DELETE FROM audit_key")))
    die(dying)

    second = make_log()
    end = second.records_of(orphan.id)[-1]
    assert (end.kind, end.clear["sealed"], end.clear["journal"]["length"]) == ("abandoned", None, 1)


def test_an_orphan_that_nobody_listed_is_found_at_the_next_start(
    make_log: MakeLog, database: Database
) -> None:
    dying = make_log()
    orphan = dying.open(asked())
    database.write(lambda session: session.execute(text("DELETE FROM audit_open")))
    die(dying)

    make_log()
    assert ends(database)[orphan.id] == ["asked", "abandoned"]
    assert database.read(lambda session: session.execute(select(OPEN)).first()) is None


def test_without_its_file_an_instance_lives_by_its_heartbeat(
    make_log: MakeLog, database: Database, home: Path
) -> None:
    far, here = make_log(), make_log()
    opened = far.open(asked())
    for path in (home / "instances").glob("*.lock"):
        if is_held(path) and str(opened_by(database, opened.id)) in path.name:
            path.unlink()

    assert here.recover() == ()
    stale = database.now() - timedelta(seconds=120)
    mine = (
        update(INSTANCE)
        .where(INSTANCE.c.instance_id == opened_by(database, opened.id))
        .values(heartbeat_at=stale)
    )
    database.write(lambda session: session.execute(mine))
    assert here.recover() == (opened.id,)


def test_a_heartbeat_keeps_an_instance_alive(database: Database, home: Path) -> None:
    home.mkdir()
    instance = Instance(database, Runtime(), home, serving=False)
    instance.start()
    old = update(INSTANCE).values(heartbeat_at=database.now() - timedelta(seconds=120))
    database.write(lambda session: session.execute(old))
    instance.beat()

    seen = database.read(lambda session: instance.seen(session, [instance.id]))[instance.id]
    assert database.now() - seen.heartbeat_at < timedelta(seconds=30)
    assert seen.ended_at is None
    instance.close()
    assert (
        database.read(lambda session: instance.seen(session, [instance.id]))[instance.id].ended_at is not None
    )
    assert list(home.iterdir()) == []


def test_the_dead_are_buried_with_their_files_once_their_questions_are_ended(
    make_log: MakeLog, database: Database, home: Path
) -> None:
    dying = make_log()
    opened = dying.open(asked())
    dead = opened_by(database, opened.id)
    die(dying)
    make_log()

    assert not (home / "instances" / f"{dead}.lock").exists()
    ended = database.read(
        lambda session: session.scalar(select(INSTANCE.c.ended_at).where(INSTANCE.c.instance_id == dead))
    )
    assert ended is not None


def test_a_lock_is_held_once_and_freed_by_its_holder(tmp_path: Path) -> None:
    one, two = FileLock(tmp_path / "a.lock"), FileLock(tmp_path / "a.lock")

    assert is_held(tmp_path / "a.lock") is None
    assert one.acquire()
    assert one.acquire()
    assert not two.acquire()
    assert is_held(tmp_path / "a.lock") is True
    one.release()
    assert is_held(tmp_path / "a.lock") is False
    assert two.acquire()
    two.release(remove=True)
    assert not (tmp_path / "a.lock").exists()


def opened_by(database: Database, exchange_id: UUID) -> UUID:
    found = database.read(
        lambda session: session.scalar(select(OPEN.c.instance_id).where(OPEN.c.exchange_id == exchange_id))
    )
    return UUID(str(found))


def test_an_end_that_could_not_be_written_is_written_by_recovery_though_its_process_lives(
    make_log: MakeLog, database: Database
) -> None:
    log = make_log()
    opened, other = log.open(asked()), log.open(asked())
    opened.journal(sentence(1, "Shown."))
    database.write(lambda session: session.execute(text("ALTER TABLE audit_sealed RENAME TO away")))
    with pytest.raises(NotRecorded):
        opened.close(Outcome.FAILED)
    with pytest.raises(NotRecorded):
        log.recover()
    database.write(lambda session: session.execute(text("ALTER TABLE away RENAME TO audit_sealed")))

    assert log.recover() == (opened.id,)
    assert log.recover() == ()
    assert log.exchanges([opened.id], actor=TEACHER)[0].sealed["shown"] == ["Shown."]
    assert opened.close(Outcome.FAILED).exchange_id == opened.id
    other.close(Outcome.ANSWERED)
    log.sequence(finish=True)
    report = log.verify()
    assert (report.exit_code, report.open_exchanges) == (0, ())
