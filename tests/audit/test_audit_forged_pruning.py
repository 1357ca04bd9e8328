"""Only what the log's key signed lets records go: rights over the database alone hide nothing behind a pruning."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from app.audit import AuditLog, Status, Terms, check, verify
from app.audit.canonical import canonical, parse
from app.audit.keys import signer_of
from app.audit.merkle import leaf_hash
from app.audit.note import Signer
from app.audit.privacy.pruning import text_of
from app.audit.privacy.tables import PRUNED
from app.audit.tables import INDEX, LEAF, RECORD, SEALED
from app.audit.tree import edge_of
from app.database import Database
from app.errors import TamperedLog
from app.runtime import Runtime
from tests.audit import twin
from tests.audit.cases import unlocked
from tests.audit.keeping import filled, pruned_log
from tests.conftest import StillClock

Verdict = tuple[str, int | None]


@pytest.fixture
def log(database: Database, home: Path, runtime: Runtime) -> Iterator[AuditLog]:
    log = AuditLog(database, runtime, home, app_version="0.1.0", terms=Terms(segment=8))
    log.start(threads=False)
    yield log
    log.close()


@pytest.fixture
def judged(database: Database, home: Path, tmp_path: Path, log: AuditLog) -> Callable[[], Verdict]:
    """Both verifiers, who must agree."""

    def judge() -> Verdict:
        report = check(database.url.render_as_string(hide_password=False), home)
        path = twin.sqlite_of(database, tmp_path)
        said = twin.judged(path, home / "keys" / "verifier.pub", home / "checkpoints" / "log.checkpoints")
        assert said == (report.status.value, report.first_bad_leaf), report.problems
        return said

    return judge


def signer(home: Path) -> Signer:
    return signer_of(bytes.fromhex((home / "keys" / "signing.key").read_text(encoding="ascii").strip()))


def note_of(database: Database, by: Signer, count: int, at: datetime) -> str:
    root = database.read(lambda session: edge_of(session, count).root())
    return by.sign(text_of(by.name, count, root, at))


def delete(session: Session, count: int) -> None:
    """All of the first records, with what belongs to them."""
    gone = select(LEAF.c.record_id).where(LEAF.c.leaf_index < count).scalar_subquery()
    for table in (SEALED, INDEX, RECORD):
        session.execute(table.delete().where(table.c.record_id.in_(gone)))


def forge(database: Database, *, count: int, at: datetime, note: str | None) -> UUID:
    """With SQL alone: the first records deleted, and a waiting record that calls it a pruning."""
    made = UUID(int=77)
    rows = database.read(lambda session: session.execute(select(RECORD)).all())
    row = max(rows, key=lambda one: one.sequence)
    changes = {"record_id": str(made), "kind": "erasure", "sequence": row.sequence + 1, "sealed": None}
    changes |= {"exchange_id": None, "outcome": None, "time": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
    clear = {**parse(row.body), **changes, "details": {"pruned": count, "split": [], "holes": {}}}
    body = canonical(clear)
    columns: dict[str, Any] = {**row._mapping, "body": body, "leaf_hash": leaf_hash(body).hex()}
    columns |= {"record_id": made, "kind": "erasure", "sequence": row.sequence + 1, "created_at": at}
    columns |= {"exchange_id": None, "outcome": None}

    def work(session: Session) -> None:
        if note is not None:
            pruned = {"until_leaf": count, "record_id": made, "note": note}
            session.execute(insert(PRUNED), pruned)
        delete(session, count)
        session.execute(insert(RECORD), columns)
        session.execute(
            text("UPDATE audit_lane SET last = :last WHERE last = :last - 1"), {"last": row.sequence + 1}
        )

    unlocked(database, work=work)
    return made


def notes(log: AuditLog) -> list[tuple[int, str]]:
    """What the report says of each note, the newest first."""
    return [(one["leaves"], one["state"]) for one in log.verify().document["prunings"]]


def test_a_log_without_any_pruning_adds_up(
    log: AuditLog, clock: StillClock, judged: Callable[[], Verdict]
) -> None:
    filled(log, clock, 1)

    assert judged() == ("ok", None)
    assert notes(log) == []


def test_a_waiting_record_that_says_so_prunes_nothing(
    log: AuditLog, database: Database, clock: StillClock, judged: Callable[[], Verdict]
) -> None:
    filled(log, clock, 6)
    forge(database, count=13, at=clock.now() + timedelta(days=400), note=None)

    assert judged() == ("tampered", 0)


@pytest.mark.parametrize("signed", [False, True])
def test_a_note_that_the_logs_key_did_not_sign_prunes_nothing(
    log: AuditLog, database: Database, clock: StillClock, judged: Callable[[], Verdict], signed: bool
) -> None:
    filled(log, clock, 6)
    thief = Signer(name=log._keeper.keys.signer.name, key=Ed25519PrivateKey.from_private_bytes(bytes(32)))
    at = clock.now() + timedelta(days=400)
    note = note_of(database, thief, 13, at) if signed else "x"
    forge(database, count=13, at=at, note=note)

    assert judged() == ("tampered", 0)
    assert notes(log) == [(13, "not_signed")]


def test_the_note_of_a_pruning_says_nothing_of_another(
    log: AuditLog, database: Database, clock: StillClock, judged: Callable[[], Verdict]
) -> None:
    pruned_log(log, clock)
    log.retention.run()
    log.sequence(finish=True)
    note = database.read(lambda session: session.scalar(select(PRUNED.c.note)))
    assert judged() == ("ok", None)
    forge(database, count=20, at=clock.now(), note=note)

    assert judged() == ("tampered", 16)
    assert notes(log) == [(20, "not_signed"), (16, "verified")]


def test_a_pruning_that_no_head_covers_yet_cannot_be_told_and_the_next_head_settles_it(
    log: AuditLog, clock: StillClock, judged: Callable[[], Verdict]
) -> None:
    pruned_log(log, clock)
    log.retention.run()
    assert judged() == ("cannot_tell", None)
    log.sequence()
    assert judged() == ("cannot_tell", None)
    assert notes(log) == [(16, "waiting")]
    log.sequence(finish=True)

    assert judged() == ("ok", None)
    assert notes(log) == [(16, "verified")]


def test_the_daily_sweep_signs_what_it_pruned(
    log: AuditLog, clock: StillClock, judged: Callable[[], Verdict]
) -> None:
    pruned_log(log, clock)
    assert log.sweep().pruned == 16

    assert judged() == ("ok", None)
    assert log.verify().document["pruned"] == 16


def test_several_prunings_one_after_the_other_add_up(
    log: AuditLog, clock: StillClock, judged: Callable[[], Verdict]
) -> None:
    pruned_log(log, clock)
    log.sweep()
    filled(log, clock, 10)
    clock.move(days=1200)
    filled(log, clock, 1)
    until = log.sweep().pruned_until
    assert until > 16

    assert judged() == ("ok", None)
    shown = notes(log)
    assert {shown[0], shown[-1]} == {(until, "verified"), (16, "verified")}
    assert {state for _, state in shown} == {"verified"}


@pytest.mark.parametrize("days", [400, -2])
def test_a_pruning_later_than_the_head_over_it_or_before_half_a_year_is_none(
    log: AuditLog,
    database: Database,
    home: Path,
    clock: StillClock,
    judged: Callable[[], Verdict],
    days: int,
) -> None:
    filled(log, clock, 6)
    at = clock.now() + timedelta(days=days)
    forge(database, count=13, at=at, note=note_of(database, signer(home), 13, at))
    database.write(
        lambda session: session.execute(
            text("INSERT INTO audit_pending SELECT record_id FROM audit_record WHERE kind = 'erasure'")
        )
    )
    log.sequence(finish=True)

    assert judged() == ("tampered", 0)
    assert notes(log) == [(13, "differs")]


def test_what_was_pruned_and_is_not_on_record_any_more_is_missed(
    log: AuditLog, database: Database, clock: StillClock, judged: Callable[[], Verdict]
) -> None:
    pruned_log(log, clock)
    log.sweep()
    unlocked(database, "DELETE FROM audit_record WHERE kind = 'erasure'")

    assert judged()[0] == "tampered"


def test_a_pruned_log_is_still_held_to_its_leaves_and_numbers_by_both(
    log: AuditLog, database: Database, clock: StillClock, judged: Callable[[], Verdict]
) -> None:
    pruned_log(log, clock)
    log.sweep()
    unlocked(
        database,
        "DELETE FROM audit_record WHERE record_id IN (SELECT record_id FROM audit_leaf WHERE leaf_index = 17)",
    )

    assert judged() == ("tampered", 17)


def test_records_that_were_made_to_look_old_are_not_pruned(
    log: AuditLog, database: Database, clock: StillClock
) -> None:
    filled(log, clock, 11)
    old = datetime(2020, 1, 1, tzinfo=UTC)
    unlocked(database, work=lambda session: session.execute(RECORD.update().values(created_at=old)))

    with pytest.raises(TamperedLog):
        log.retention.run()


def test_without_a_key_nobody_can_tell_and_nothing_breaks(
    log: AuditLog, database: Database, clock: StillClock
) -> None:
    pruned_log(log, clock)
    log.sweep()
    result = verify.verify(database.url.render_as_string(hide_password=False))

    assert (result.status, set(result.found)) == (Status.CANNOT_TELL, {"no_key"})
