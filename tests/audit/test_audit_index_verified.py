"""What search and counts read is held to the records: a row that is gone, changed or of nobody is found and named."""

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import AuditLog, Filter, Outcome, Report, verify
from app.audit.canonical import parse
from app.audit.facets import facet_of, index_row
from app.audit.tables import FACET, INDEX, LEAF
from app.database import Database
from tests.audit.bundles import BODIES
from tests.audit.cases import exchange, sign_in, unlocked
from tests.audit.conftest import MakeLog

Break = Callable[[Session, UUID], object]


@pytest.fixture
def whole(log: AuditLog) -> AuditLog:
    """Fourteen records of several kinds, with flags and letters of every language."""
    log.append(sign_in())
    for language in ("kk", "ru", "en"):
        exchange(log, "Сөйлем.", language=language, outcome=Outcome.WITHHELD)
        exchange(log, "Сөйлем.", language=language)
    log.append(sign_in())
    log.sequence(finish=True)
    return log


def record_at(database: Database, leaf: int) -> UUID:
    found: UUID | None = database.read(
        lambda session: session.scalar(select(LEAF.c.record_id).where(LEAF.c.leaf_index == leaf))
    )
    assert found is not None
    return found


def found(report: Report) -> set[str]:
    return set(report.document["found"])


def test_the_index_of_an_untouched_log_fits(whole: AuditLog) -> None:
    report = whole.verify()

    assert (report.exit_code, found(report)) == (0, set())


def test_a_log_without_records_and_without_an_index_fits(log: AuditLog) -> None:
    assert found(log.verify()) == set()


def gone(session: Session, record: UUID) -> object:
    return session.execute(INDEX.delete().where(INDEX.c.record_id == record))


def of_another_school(session: Session, record: UUID) -> object:
    return session.execute(INDEX.update().where(INDEX.c.record_id == record).values(school="school-18"))


def of_no_school(session: Session, record: UUID) -> object:
    return session.execute(INDEX.update().where(INDEX.c.record_id == record).values(school=None))


def of_another_day(session: Session, record: UUID) -> object:
    return session.execute(INDEX.update().where(INDEX.c.record_id == record).values(day=INDEX.c.day - 1))


def of_another_moment(session: Session, record: UUID) -> object:
    return session.execute(INDEX.update().where(INDEX.c.record_id == record).values(at=INDEX.c.at + 1))


def quicker(session: Session, record: UUID) -> object:
    return session.execute(INDEX.update().where(INDEX.c.record_id == record).values(total_ms=1))


def under_other_words(session: Session, record: UUID) -> object:
    facet = facet_of({"kind": "auth"})
    session.execute(FACET.insert(), facet.row)
    return session.execute(INDEX.update().where(INDEX.c.record_id == record).values(facet_id=facet.number))


def under_words_that_nobody_wrote(session: Session, record: UUID) -> object:
    mine = select(INDEX.c.facet_id).where(INDEX.c.record_id == record).scalar_subquery()
    return session.execute(
        FACET.update().where(FACET.c.facet_id == mine).values(outcome="answered", rail="x")
    )


@pytest.mark.parametrize(
    ("broken", "key"),
    [
        (gone, "index_missing"),
        (of_another_school, "index_changed"),
        (of_no_school, "index_changed"),
        (of_another_day, "index_changed"),
        (of_another_moment, "index_changed"),
        (quicker, "index_changed"),
        (under_other_words, "index_changed"),
        (under_words_that_nobody_wrote, "index_changed"),
    ],
)
def test_a_row_that_was_taken_away_or_changed_is_found_and_its_leaf_named(
    whole: AuditLog, database: Database, broken: Break, key: str
) -> None:
    record = record_at(database, 6)  # the end of the first exchange in Russian
    unlocked(database, work=lambda session: broken(session, record))
    report = whole.verify()

    assert (report.exit_code, report.first_bad_leaf, found(report)) == (1, 6, {key})


def test_a_row_of_no_record_is_found(whole: AuditLog, database: Database) -> None:
    def add(session: Session) -> None:
        row = session.execute(select(INDEX).limit(1)).one()
        session.execute(INDEX.insert(), {**row._mapping, "record_id": UUID(int=5)})

    unlocked(database, work=add)
    report = whole.verify()

    assert (report.exit_code, found(report)) == (1, {"index_extra"})


def test_an_index_that_is_empty_altogether_cannot_be_told(whole: AuditLog, database: Database) -> None:
    unlocked(database, "DELETE FROM audit_index")
    report = whole.verify()

    assert (report.exit_code, found(report)) == (2, {"index_empty"})


def test_a_restart_makes_up_a_lost_row_says_so_and_has_it_on_record(
    make_log: MakeLog, whole: AuditLog, database: Database
) -> None:
    record = record_at(database, 6)
    unlocked(database, work=lambda session: gone(session, record))
    whole.close()
    again = make_log()
    alarm = again.health().alarm
    again.sequence(finish=True)

    assert alarm is not None
    assert (alarm.key, dict(alarm.facts)) == ("audit.alarm.index_lost", {"records": 1})
    (made,) = again.search(Filter(kinds=("admin_change",))).records
    assert made.clear["event"] == "index_completed"
    assert made.clear["details"]["records"] == [str(record)]
    assert again.verify().exit_code == 0


@pytest.mark.parametrize("everything", [True, False])
def test_records_of_an_earlier_release_and_new_ones_are_made_up_without_an_alarm(
    make_log: MakeLog, log: AuditLog, database: Database, everything: bool
) -> None:
    log.append(sign_in())
    log.sequence(finish=True)
    receipt = log.append(sign_in())
    unlocked(
        database,
        work=lambda session: (
            session.execute(INDEX.delete()) if everything else gone(session, receipt.record_id)
        ),
    )
    again = make_log()

    assert again.health().alarm is None
    assert again.counts(Filter()) == {"auth": 2}


def test_the_golden_records_have_the_numbers_of_the_code_that_writes_them() -> None:
    for body in (parse(one) for one in BODIES):
        facet, at = facet_of(body), datetime.fromisoformat(body["time"])
        row = index_row(body, facet, record_id=None, created_at=at)
        words = facet.row
        index = verify.Index({words.pop("facet_id"): tuple(words.values())})

        assert index.fits(SimpleNamespace(**row, indexed_school=row["school"]), body, at)
