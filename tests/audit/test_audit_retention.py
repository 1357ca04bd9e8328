"""Time passes: texts lose their keys, months of wrapping keys expire, old segments are pruned, held things stay."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import IntegrityError

from app.audit import (
    AuditLog,
    Basis,
    Filter,
    Held,
    Holding,
    Paper,
    Record,
    Scope,
    Status,
    Terms,
)
from app.audit.privacy.terms import months_before
from app.audit.tables import INDEX, KEY, LEAF, RECORD, SEALED, WRAPPING_KEY
from app.database import Database
from app.errors import BadSetting, NotFound, TamperedLog
from app.runtime import Runtime
from tests.audit import twin
from tests.audit.cases import SCHOOL, TEACHER, exchange, sign_in, unlocked
from tests.audit.keeping import APPROVER, Cupboard, MakeHolding, filled, pruned_log, shown, starting
from tests.conftest import StillClock

SMALL = Terms(segment=8)


@pytest.fixture
def start(database: Database, home: Path, runtime: Runtime, cupboard: Cupboard) -> Iterator[MakeHolding]:
    """Starts logs whose segments are small."""
    with starting(database, runtime, home, cupboard, terms=SMALL) as make:
        yield make


@pytest.fixture
def log(start: MakeHolding) -> AuditLog:
    return start()


def erasures(log: AuditLog) -> tuple[Record, ...]:
    return log.search(Filter(kinds=("erasure",))).records


def wrapping(database: Database) -> list[str]:
    return database.read(lambda session: sorted(session.scalars(select(WRAPPING_KEY.c.month))))


@pytest.mark.parametrize(
    ("at", "months", "expected"),
    [
        ((2026, 11, 23), 12, (2025, 11, 23)),
        ((2026, 8, 31), 6, (2026, 2, 28)),
        ((2028, 8, 31), 6, (2028, 2, 29)),
        ((2026, 1, 15), 1, (2025, 12, 15)),
        ((2026, 3, 1), 36, (2023, 3, 1)),
    ],
)
def test_months_are_calendar_months(
    at: tuple[int, int, int], months: int, expected: tuple[int, int, int]
) -> None:
    assert months_before(datetime(*at, 7, tzinfo=UTC), months) == datetime(*expected, 7, tzinfo=UTC)


@pytest.mark.parametrize("terms", [{"sealed_months": 5}, {"sealed_months": 13}, {"clear_years": 0}])
def test_less_than_half_a_year_is_refused(terms: dict[str, int]) -> None:
    with pytest.raises(BadSetting):
        Terms(**terms)


def test_an_empty_log_has_nothing_that_is_over(log: AuditLog) -> None:
    swept = log.retention.run()

    assert (swept.keys, swept.held, swept.months, swept.pruned, swept.pruned_until) == (0, 0, (), 0, 0)
    assert erasures(log) == ()


def test_a_text_is_kept_to_the_hour_and_no_longer(log: AuditLog, clock: StillClock, runtime: Runtime) -> None:
    conversation = runtime.new_id()
    exchange(log, "Shown.", conversation=conversation)
    clock.at = datetime(2027, 11, 23, 7, 0, tzinfo=UTC)
    assert log.retention.run().keys == 0
    assert shown(log, conversation) == [["Shown."]]
    clock.move(seconds=1)

    assert log.retention.run(dry_run=True).keys == 1
    assert shown(log, conversation) == [["Shown."]]
    assert log.retention.run().keys == 1
    assert shown(log, conversation) == [None]
    (made,) = erasures(log)
    assert made.clear["basis"] == "retention"
    assert made.clear["keys"] == 1
    assert made.clear["asked_by"] is None
    assert made.clear["range"] == {"before": "2026-11-23T07:00:01+00:00"}
    assert log.retention.run().keys == 0
    assert log.verify().status is Status.OK


def test_six_months_are_possible(start: MakeHolding, clock: StillClock, runtime: Runtime) -> None:
    log, conversation = start(terms=Terms(sealed_months=6)), runtime.new_id()
    exchange(log, "Shown.", conversation=conversation)
    clock.at = datetime(2027, 5, 23, 7, 0, 1, tzinfo=UTC)
    log.sweep()

    assert shown(log, conversation) == [None]


def test_a_month_of_wrapping_keys_expires_and_what_must_live_on_is_wrapped_anew(
    log: AuditLog, database: Database, clock: StillClock, runtime: Runtime, cupboard: Cupboard
) -> None:
    old, document, title, conversation = (runtime.new_id() for _ in range(4))
    exchange(log, "Shown.", conversation=conversation)
    sealed = {
        owner: database.write(
            lambda session, owner=owner: log.vault.seal(session, school=SCHOOL, owner=owner, data=b"text")  # type: ignore[misc]
        )
        for owner in (old, document, title)
    }
    cupboard.papers = [
        Holding(
            owner_id=owner,
            paper=Paper.CONVERSATION,
            school=SCHOOL,
            person_id=UUID(int=5),
            subject=TEACHER,
            changed_at=clock.now() if owner == old else datetime(2027, 12, 1, tzinfo=UTC),
        )
        for owner in (old, title)
    ]
    clock.at = datetime(2027, 11, 30, tzinfo=UTC)
    assert log.retention.run().months == ()
    clock.at = datetime(2027, 12, 2, tzinfo=UTC)
    swept = log.retention.run()

    assert swept.months == (f"{SCHOOL}|2026-11",)
    assert swept.rewrapped == 2
    assert wrapping(database) == ["2027-12"]
    assert shown(log, conversation) == [None]
    opened = database.read(lambda session: log.vault.open_many(session, sealed))
    assert opened == {document: b"text", title: b"text"}
    assert log.verify().status is Status.OK


@pytest.mark.parametrize("about", [Held(pseudonym="teacher"), Held(school=SCHOOL)])
def test_held_texts_outlive_their_time_and_their_month(
    log: AuditLog, database: Database, clock: StillClock, runtime: Runtime, about: Held
) -> None:
    conversation = runtime.new_id()
    exchange(log, "Shown.", conversation=conversation)
    pseudonym = log.pseudonym(TEACHER) if about.pseudonym else None
    hold = log.holds.place(
        Held(school=about.school, pseudonym=pseudonym),
        actor=APPROVER,
        role=None,
        reason="A court case is open",
    )
    clock.at = datetime(2028, 2, 1, tzinfo=UTC)
    swept = log.retention.run()
    assert swept.held > 0
    assert "2026-11" not in wrapping(database)
    assert shown(log, conversation) == [["Shown."]]

    log.holds.lift(hold, actor=APPROVER, role=None, reason="The court has decided")
    clock.move(days=400)
    log.retention.run()
    assert shown(log, conversation) == [None]


def test_a_held_text_dies_at_once_when_its_hold_is_lifted(
    log: AuditLog, database: Database, clock: StillClock, runtime: Runtime
) -> None:
    conversation = runtime.new_id()
    exchange(log, "Shown.", conversation=conversation)
    hold = log.holds.place(Held(school=SCHOOL), actor=APPROVER, role=None, reason="A court case is open")
    clock.at = datetime(2028, 2, 1, tzinfo=UTC)
    assert log.retention.run().rewrapped > 0
    log.holds.lift(hold, actor=APPROVER, role=None, reason="The court has decided")

    assert log.retention.run().keys > 0
    assert shown(log, conversation) == [None]


def test_a_hold_that_comes_between_choosing_and_deleting_keeps_the_text(
    log: AuditLog, database: Database, clock: StillClock, runtime: Runtime
) -> None:
    conversation = runtime.new_id()
    exchange(log, "Shown.", conversation=conversation)
    clock.move(days=400)
    retention, limit = log.retention, clock.now()
    over, held = database.read(lambda session: retention._over(session, limit))
    assert (len(over), held) == (1, 0)
    log.holds.place(Held(school=SCHOOL), actor=APPROVER, role=None, reason="A court case is open")

    assert retention._end_texts(over, limit) == 0
    assert shown(log, conversation) == [["Shown."]]


def test_a_hold_and_whatever_deletes_wait_for_each_other(
    log: AuditLog, database: Database, clock: StillClock
) -> None:
    if database.dialect == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    said: list[str] = []
    listener = lambda *arguments: said.append(arguments[2])  # noqa: E731
    event.listen(database.engine, "before_cursor_execute", listener)
    exchange(log, "Shown.")
    person = Scope(school=SCHOOL, pseudonym=log.pseudonym(TEACHER))

    def place() -> None:
        log.holds.place(Held(pseudonym="f" * 64), actor=APPROVER, role=None, reason="A court case is open")

    def erase() -> None:
        request = log.requests.ask_to_erase(
            actor=TEACHER, role=None, scope=person, basis=Basis.PERSON_ASKED, words="Please erase my texts"
        )
        said.clear()
        log.requests.decide(
            request,
            actor=APPROVER,
            role=None,
            approved=True,
            reason="The request is in order",
            carry_out=lambda session, found, _: log.erasure.carry_out(session, found, APPROVER, None),
        )

    def sweep() -> None:
        exchange(log, "Shown.")
        clock.move(days=400)
        said.clear()
        assert log.retention.run().keys > 0

    for act in (place, erase, sweep):
        said.clear()
        act()
        first = next(n for n, one in enumerate(said) if one.startswith(("INSERT", "UPDATE", "DELETE")))
        assert any("pg_advisory_xact_lock" in one for one in said[:first]), act.__name__


def test_the_words_of_a_hold_live_as_long_as_anybody_reads_them(log: AuditLog, clock: StillClock) -> None:
    log.holds.place(Held(school=SCHOOL), actor=APPROVER, role=None, reason="A court case is open")
    clock.move(days=900)
    log.retention.run()

    assert log.holds.all()[0].words == "A court case is open"


def test_a_log_restored_from_an_old_backup_ends_the_same_texts_again(
    start: MakeHolding, database: Database, clock: StillClock, runtime: Runtime
) -> None:
    log, conversation = start(), runtime.new_id()
    exchange(log, "Shown.", conversation=conversation)
    keys = database.read(lambda session: [dict(row._mapping) for row in session.execute(select(KEY))])
    months = database.read(
        lambda session: [dict(row._mapping) for row in session.execute(select(WRAPPING_KEY))]
    )
    clock.move(days=400)
    log.retention.run()
    database.write(lambda session: session.execute(WRAPPING_KEY.insert(), months))
    database.write(lambda session: session.execute(KEY.insert(), keys))
    assert shown(log, conversation) == [["Shown."]]
    log.retention.run()

    assert shown(log, conversation) == [None]


def test_whole_old_segments_go_and_the_tree_stays(
    log: AuditLog, database: Database, clock: StillClock
) -> None:
    pruned_log(log, clock)
    leaves = select(LEAF.c.leaf_hash).order_by(LEAF.c.leaf_index)
    before = database.read(lambda session: session.scalars(leaves).all())
    dry = log.retention.run(dry_run=True)
    swept = log.retention.run()
    log.sequence(finish=True)

    assert dry.pruned == swept.pruned == swept.pruned_until == 16
    assert database.read(lambda session: session.scalars(leaves).all())[: len(before)] == before
    gone = (
        select(RECORD.c.record_id)
        .join(LEAF, LEAF.c.record_id == RECORD.c.record_id)
        .where(LEAF.c.leaf_index < 16)
    )
    assert database.read(lambda session: session.scalars(gone).all()) == []
    left = database.read(lambda session: session.scalars(select(SEALED.c.record_id)).all())
    records = database.read(lambda session: session.scalars(select(RECORD.c.record_id)).all())
    assert set(left) <= set(records)
    assert set(database.read(lambda session: session.scalars(select(INDEX.c.record_id)).all())) == set(
        records
    )
    assert 16 in {made.clear["details"].get("pruned") for made in erasures(log)}
    assert log.retention.run().pruned == 0


def test_pruning_waits_for_the_three_years(log: AuditLog, clock: StillClock) -> None:
    filled(log, clock, 8)  # the sixteenth record is made 15 seconds after the first
    clock.at = datetime(2029, 11, 23, 7, 0, 15, tzinfo=UTC)
    assert log.retention.run().pruned == 8
    clock.move(seconds=1)
    assert log.retention.run().pruned == 8


def test_verification_passes_over_a_pruned_log_and_says_how_much_is_gone(
    log: AuditLog, clock: StillClock, database: Database, home: Path, tmp_path: Path
) -> None:
    pruned_log(log, clock)
    log.retention.run()
    log.sequence(finish=True)
    report = log.verify()

    assert [(one.key, dict(one.facts)) for one in report.problems] == []
    assert report.status is Status.OK
    assert report.document["pruned"] == 16
    assert second(database, home, tmp_path) == ("ok", None)
    # The second verifier too takes no deletion for a pruning.
    unlocked(
        database,
        "DELETE FROM audit_record WHERE record_id IN (SELECT record_id FROM audit_leaf WHERE leaf_index = 17)",
    )
    assert second(database, home, tmp_path) == ("tampered", 17)


def second(database: Database, home: Path, folder: Path) -> tuple[str, int | None]:
    path = twin.sqlite_of(database, folder)
    return twin.judged(path, home / "keys" / "verifier.pub", home / "checkpoints" / "log.checkpoints")


def test_a_second_pruning_speaks_for_the_first(log: AuditLog, clock: StillClock) -> None:
    pruned_log(log, clock)
    log.retention.run()
    filled(log, clock, 10)
    clock.move(days=1200)
    filled(log, clock, 1)
    swept = log.retention.run()
    log.sequence(finish=True)

    assert swept.pruned_until > 16
    assert log.verify().document["pruned"] == swept.pruned_until
    assert log.verify().status is Status.OK


def test_what_was_left_after_a_pruning_is_still_held_to_its_leaves(
    log: AuditLog, database: Database, clock: StillClock
) -> None:
    pruned_log(log, clock)
    log.retention.run()
    log.sequence(finish=True)
    unlocked(
        database,
        "DELETE FROM audit_record WHERE record_id IN (SELECT record_id FROM audit_leaf WHERE leaf_index = 17)",
    )

    report = log.verify()
    assert report.status is Status.TAMPERED
    assert report.document["first_bad_leaf"] == 17


def test_a_record_that_was_deleted_without_a_pruning_on_record_is_missed(
    log: AuditLog, database: Database, clock: StillClock
) -> None:
    pruned_log(log, clock)
    unlocked(
        database,
        "INSERT INTO audit_pruned (until_leaf, record_id) SELECT 8, record_id FROM audit_record LIMIT 1",
        "DELETE FROM audit_record WHERE record_id IN (SELECT record_id FROM audit_leaf WHERE leaf_index < 8)",
    )

    assert log.verify().status is Status.TAMPERED


def test_a_changed_record_is_not_hidden_by_a_pruning(
    log: AuditLog, database: Database, clock: StillClock
) -> None:
    pruned_log(log, clock)
    unlocked(
        database,
        "UPDATE audit_record SET body = CAST(body || ' ' AS BLOB)"
        if database.dialect == "sqlite"
        else "UPDATE audit_record SET body = body || '\\x20'::bytea",
    )

    with pytest.raises(TamperedLog):
        log.retention.run()


def test_a_held_record_keeps_its_segment_and_those_after_it(log: AuditLog, clock: StillClock) -> None:
    old = pruned_log(log, clock)
    log.holds.place(Held(record_id=old[5]), actor=APPROVER, role=None, reason="Part of an inquiry")

    assert log.retention.run().pruned == 8
    assert log.find(old[5]) is not None


def test_nothing_is_pruned_that_no_head_has_signed(log: AuditLog, clock: StillClock) -> None:
    for number in range(10):
        log.append(sign_in(UUID(int=number + 1)))
    log.sequence()
    clock.move(days=1200)

    assert log.retention.run().pruned == 0


def test_the_database_lets_nobody_delete_what_no_pruning_covers(
    log: AuditLog, database: Database, clock: StillClock
) -> None:
    pruned_log(log, clock)
    log.retention.run()

    for table in ("audit_record", "audit_sealed"):
        with pytest.raises(IntegrityError, match="append-only"):
            database.write(lambda session, table=table: session.execute(text(f"DELETE FROM {table}")))  # type: ignore[misc] # noqa: S608


def test_the_receipt_of_a_pruned_record_names_nothing_any_more(log: AuditLog, clock: StillClock) -> None:
    old = pruned_log(log, clock)
    receipt = log.receipt(old[0])
    log.retention.run()

    assert log.find_code(receipt.code) is None
    with pytest.raises(NotFound):
        log.prove(old[0])
