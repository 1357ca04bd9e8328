"""What a second person decided and what is held back stands in the log too: rows made, changed or taken away are found."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.audit import AuditLog, Basis, Held, Scope, check
from app.audit.privacy.tables import DECISION, HOLD, LIFTED
from app.database import Database
from tests.audit import twin
from tests.audit.cases import SCHOOL, exchange, unlocked

AUDITOR = "https://id.example.kz|auditor-1"
APPROVER = "https://id.example.kz|approver-1"
LATE = datetime(2031, 1, 1, tzinfo=UTC)
WORDS = "words that are long enough"
Verdict = tuple[str, set[str]]


@pytest.fixture
def judged(log: AuditLog, database: Database, home: Path, tmp_path: Path) -> Callable[[], Verdict]:
    """Both verifiers, who must agree; two decisions, two holds and the end of one."""
    _, receipt = exchange(log, "Text.")
    record = log.find(receipt.record_id)
    assert record is not None
    for approved in (True, False):
        asked = log.requests.ask_to_open(
            actor=AUDITOR, role="auditor", records=[record], purpose=WORDS, days=7
        )
        log.requests.decide(asked, actor=APPROVER, role="approver", approved=approved, reason=WORDS)
    wish = log.requests.ask_to_erase(
        actor=AUDITOR, role="auditor", scope=Scope(school=SCHOOL), basis=Basis.PERSON_ASKED, words=WORDS
    )
    log.requests.decide(wish, actor=APPROVER, role="approver", approved=False, reason=WORDS)
    hold = log.holds.place(Held(school=SCHOOL, until=LATE), actor=APPROVER, role="approver", reason=WORDS)
    log.holds.lift(hold, actor=APPROVER, role="approver", reason=WORDS)
    log.holds.place(Held(record_id=record.record_id), actor=APPROVER, role="approver", reason=WORDS)
    log.sequence(finish=True)

    def judge() -> Verdict:
        report = check(database.url.render_as_string(hide_password=False), home)
        path = twin.sqlite_of(database, tmp_path)
        said = twin.judged(path, home / "keys" / "verifier.pub", home / "checkpoints" / "log.checkpoints")
        assert said == (report.status.value, report.first_bad_leaf), report.problems
        return report.status.value, set(report.document["found"])

    return judge


def test_what_was_decided_and_held_adds_up(judged: Callable[[], Verdict]) -> None:
    assert judged() == ("ok", set())


def decided_by_sql(session: Session) -> object:
    row = session.execute(select(DECISION).limit(1)).one()
    return session.execute(
        insert(DECISION),
        {**row._mapping, "request_id": UUID(int=7), "record_id": UUID(int=7), "decided_by": "f" * 64},
    )


def with_the_record_of_another(session: Session) -> object:
    row = session.execute(select(DECISION).limit(1)).one()
    return session.execute(insert(DECISION), {**row._mapping, "request_id": UUID(int=7)})


def by_another_person(session: Session) -> object:
    return session.execute(DECISION.update().values(decided_by="f" * 64))


def a_refusal_turned(session: Session) -> object:
    return session.execute(DECISION.update().values(approved=True))


def for_longer(session: Session) -> object:
    return session.execute(DECISION.update().where(DECISION.c.until.is_not(None)).values(until=LATE))


def hold_of_less(session: Session) -> object:
    return session.execute(HOLD.update().where(HOLD.c.school == SCHOOL).values(school="school17"))


def hold_that_ends_sooner(session: Session) -> object:
    return session.execute(HOLD.update().values(until=datetime(2026, 1, 1, tzinfo=UTC)))


def hold_of_another_record(session: Session) -> object:
    return session.execute(
        HOLD.update().where(HOLD.c.held_record.is_not(None)).values(held_record=UUID(int=7))
    )


def hold_taken_away(session: Session) -> object:
    return session.execute(HOLD.delete().where(HOLD.c.held_record.is_not(None)))


def lifted_by_sql(session: Session) -> object:
    row = session.execute(select(LIFTED)).one()
    other = session.scalar(select(HOLD.c.hold_id).where(HOLD.c.held_record.is_not(None)))
    return session.execute(insert(LIFTED), {**row._mapping, "hold_id": other})


def lifted_by_another(session: Session) -> object:
    return session.execute(LIFTED.update().values(lifted_by="f" * 64))


@pytest.mark.parametrize(
    ("attack", "key"),
    [
        (decided_by_sql, "decision_differs"),
        (with_the_record_of_another, "decision_differs"),
        (by_another_person, "decision_differs"),
        (a_refusal_turned, "decision_differs"),
        (for_longer, "decision_differs"),
        (hold_of_less, "hold_differs"),
        (hold_that_ends_sooner, "hold_differs"),
        (hold_of_another_record, "hold_differs"),
        (hold_taken_away, "hold_differs"),
        (lifted_by_sql, "hold_differs"),
        (lifted_by_another, "hold_differs"),
    ],
)
def test_a_row_that_the_log_has_not_on_record_is_tampering(
    database: Database, judged: Callable[[], Verdict], attack: Callable[[Session], object], key: str
) -> None:
    unlocked(database, work=attack)

    assert judged() == ("tampered", {key})
