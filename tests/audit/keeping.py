"""What tests of erasure and retention share: a cupboard of papers, logs that know it, an erasure, a pruned log."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit import AuditLog, Basis, Filter, Holding, Outcome, Record, Scope, Terms
from app.database import Database
from app.runtime import Runtime
from tests.audit.cases import TEACHER, asked, sign_in
from tests.conftest import StillClock

APPROVER = "https://id.example.kz|approver-1"
ADMIN = "https://id.example.kz|admin-1"
WHY = "The teacher has left the school"
MakeHolding = Callable[..., AuditLog]


class Cupboard:
    """Papers of one person."""

    def __init__(self) -> None:
        self.papers: list[Holding] = []

    def within(self, session: Session, scope: Scope) -> Sequence[Holding]:
        return [one for one in self.papers if scope.person_id in (None, one.person_id)]

    def idle(self, session: Session, before: datetime) -> Sequence[Holding]:
        return [one for one in self.papers if one.changed_at < before]


@contextmanager
def starting(
    database: Database, runtime: Runtime, home: Path, cupboard: Cupboard, *, terms: Terms | None = None
) -> Iterator[MakeHolding]:
    """Gives what starts a log that knows the cupboard, on this database or another one; all are closed at the end."""
    started: list[AuditLog] = []

    def make(on: Database | None = None, *, terms: Terms | None = terms) -> AuditLog:
        log = AuditLog(
            on or database, runtime, home, app_version="0.1.0", holdings=cupboard, terms=terms or Terms()
        )
        log.start(threads=False)
        started.append(log)
        return log

    yield make
    for log in started:
        log.close()


def erase(log: AuditLog, scope: Scope) -> Record:
    """Ask and approve; gives the erasure record."""
    target = None if scope.record_id is None else log.find(scope.record_id)
    request = log.requests.ask_to_erase(
        actor=ADMIN, role="school_admin", scope=scope, basis=Basis.LEFT_SCHOOL, words=WHY, target=target
    )
    log.requests.decide(
        request,
        actor=APPROVER,
        role="second_approver",
        approved=True,
        reason="The request is in order",
        carry_out=lambda session, found, _: log.erasure.carry_out(
            session, found, APPROVER, "second_approver"
        ),
    )
    log.erasure.settle()
    return log.search(Filter(kinds=("erasure",)), limit=1).records[0]


def shown(log: AuditLog, conversation: UUID) -> list[object]:
    return [one.sealed.get("shown") for one in log.conversation(conversation, actor=TEACHER)]


def filled(log: AuditLog, clock: StillClock, exchanges: int) -> list[UUID]:
    """A sign-in, exchanges that stand one after the other, and a signed head; gives the records that end them."""
    log.append(sign_in())
    made = []
    for _ in range(exchanges):
        clock.move(seconds=1)
        opened = log.open(asked())
        clock.move(seconds=1)
        made.append(opened.close(Outcome.ANSWERED).record_id)
    log.sequence(finish=True)
    return made


def pruned_log(log: AuditLog, clock: StillClock) -> list[UUID]:
    """Eleven old exchanges, then three years, then two new ones."""
    old = filled(log, clock, 11)
    clock.at = datetime(2029, 11, 24, tzinfo=UTC)
    filled(log, clock, 2)
    return old
