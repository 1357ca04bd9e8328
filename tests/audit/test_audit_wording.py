"""Words of requests, decisions, holds and findings go with the texts that they speak of, and end with their time."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from app.audit import AuditLog, Basis, Held, Record, Scope, Terms
from app.audit.evidence.findings import About, Progress, Severity, Target
from app.database import Database
from app.errors import Conflict
from app.runtime import Runtime
from tests.audit.cases import SCHOOL, TEACHER, exchange
from tests.conftest import StillClock

ADMIN = "https://id.example.kz|admin-1"
AUDITOR = "https://id.example.kz|auditor-1"
APPROVER = "https://id.example.kz|approver-1"
NAMED = "My pupil Aigerim was named here"
MakeKept = Callable[[], AuditLog]


@pytest.fixture
def log(database: Database, home: Path, runtime: Runtime) -> Iterator[AuditLog]:
    made = AuditLog(database, runtime, home, app_version="0.1.0", terms=Terms(segment=8))
    made.start(threads=False)
    yield made
    made.close()


def of_teacher(log: AuditLog) -> Scope:
    return Scope(school=SCHOOL, pseudonym=log.pseudonym(TEACHER), before=log._runtime.now())


def wish(log: AuditLog, scope: Scope, *, actor: str = ADMIN, words: str = "The teacher has left") -> UUID:
    target = None if scope.record_id is None else log.find(scope.record_id)
    return log.requests.ask_to_erase(
        actor=actor, role=None, scope=scope, basis=Basis.PERSON_ASKED, words=words, target=target
    )


def decide(log: AuditLog, request: UUID, *, actor: str = APPROVER, approved: bool = True) -> None:
    log.requests.decide(
        request,
        actor=actor,
        role=None,
        approved=approved,
        reason="Looked at, it is in order",
        carry_out=lambda session, found, _: log.erasure.carry_out(session, found, actor, None),
    )


def answered(log: AuditLog) -> Record:
    found = log.find(exchange(log, "Shown.")[1].record_id)
    assert found is not None
    return found


def note(log: AuditLog, target: Target, *, closed: bool = False) -> UUID:
    begun = log.room.findings.begin(
        target, school=SCHOOL, actor=AUDITOR, role=None, severity=Severity.HIGH, text=NAMED
    )
    if closed:
        log.room.findings.carry_on(
            begun, actor=AUDITOR, role=None, progress=Progress.CLOSED, severity=Severity.HIGH, text=""
        )
    return begun.finding_id


def finding_text(log: AuditLog, finding: UUID) -> str | None:
    return log.room.findings.one(finding).history[0].text


def words(log: AuditLog, request: UUID) -> tuple[str | None, str | None]:
    found = log.requests.one(request)
    return found.words, None if found.decision is None else found.decision.words


def hold(log: AuditLog, about: Held, *, actor: str = APPROVER, lifted: bool = False) -> UUID:
    made = log.holds.place(about, actor=actor, role=None, reason=NAMED)
    if lifted:
        log.holds.lift(made, actor=actor, role=None, reason="The court has decided")
    return made


def hold_words(log: AuditLog, hold_id: UUID) -> str | None:
    return next(one.words for one in log.holds.all() if one.hold_id == hold_id)


def test_what_a_person_asked_and_decided_goes_with_their_texts(log: AuditLog, clock: StillClock) -> None:
    asked = wish(log, of_teacher(log), actor=TEACHER, words=NAMED)
    others = wish(log, Scope(school="school-x", pseudonym="c" * 64))
    decide(log, others, actor=TEACHER, approved=False)
    elses = wish(log, Scope(school=SCHOOL, pseudonym="d" * 64))
    decide(log, elses, approved=False)
    lifted = hold(log, Held(pseudonym="e" * 64), actor=TEACHER, lifted=True)
    standing = hold(log, Held(pseudonym="e" * 64), actor=TEACHER)
    clock.move(seconds=1)
    last = wish(log, of_teacher(log))
    decide(log, last)

    assert words(log, asked) == (None, None)
    assert words(log, others) == (None, None)
    assert words(log, elses) == ("The teacher has left", "Looked at, it is in order")
    assert words(log, last) == ("The teacher has left", "Looked at, it is in order")
    assert hold_words(log, lifted) is None
    assert hold_words(log, standing) == NAMED
    assert log.verify().status == "ok"


def test_what_was_noted_on_an_erased_exchange_goes_with_it(log: AuditLog) -> None:
    one, other = answered(log), answered(log)
    assert one.exchange_id is not None
    gone = [
        note(log, Target(about=About.RECORD, id=one.record_id)),
        note(log, Target(about=About.EXCHANGE, id=one.exchange_id)),
    ]
    kept = note(log, Target(about=About.RECORD, id=other.record_id))
    scope = Scope(school=SCHOOL, record_id=one.record_id)
    assert log.erasure.losses(scope).keys == 3
    decide(log, wish(log, scope))

    assert [finding_text(log, finding) for finding in gone] == [None, None]
    assert finding_text(log, kept) == NAMED


def test_an_age_takes_the_words_of_the_school_too(log: AuditLog, clock: StillClock) -> None:
    old = wish(log, of_teacher(log), words=NAMED)
    decide(log, old, approved=False)
    waiting = wish(log, of_teacher(log), words=NAMED)
    far = wish(log, Scope(school="school-x", pseudonym="c" * 64))
    decide(log, far, approved=False)
    clock.move(days=1)
    decide(log, wish(log, Scope(school=SCHOOL, before=clock.now())))

    assert words(log, old) == (None, None)
    assert words(log, waiting) == (NAMED, None)
    assert words(log, far)[0] == "The teacher has left"


def test_decided_lifted_and_closed_words_end_with_the_term_and_nothing_else(
    log: AuditLog, clock: StillClock
) -> None:
    record = answered(log)
    about = Target(about=About.RECORD, id=record.record_id)
    decided, waiting = wish(log, of_teacher(log), words=NAMED), wish(log, of_teacher(log), words=NAMED)
    decide(log, decided, approved=False)
    closed, still = note(log, about, closed=True), note(log, about)
    lifted, standing = hold(log, Held(pseudonym="e" * 64), lifted=True), hold(log, Held(pseudonym="e" * 64))
    clock.move(days=360)
    log.retention.run()
    assert words(log, decided)[0] == finding_text(log, closed) == hold_words(log, lifted) == NAMED
    clock.move(days=10)
    log.retention.run()

    assert words(log, decided) == (None, None)
    assert finding_text(log, closed) is None
    assert hold_words(log, lifted) is None
    clock.move(days=900)
    log.retention.run()
    assert words(log, waiting)[0] == finding_text(log, still) == hold_words(log, standing) == NAMED


def test_held_words_outlive_their_time(log: AuditLog, clock: StillClock) -> None:
    record = answered(log)
    closed = note(log, Target(about=About.RECORD, id=record.record_id), closed=True)
    decided = wish(log, of_teacher(log), actor=TEACHER, words=NAMED)
    decide(log, decided, approved=False)
    court = hold(log, Held(pseudonym=log.pseudonym(TEACHER)))
    clock.move(days=500)
    log.retention.run()
    with pytest.raises(Conflict):
        decide(log, wish(log, of_teacher(log)))

    assert finding_text(log, closed) == NAMED
    assert words(log, decided)[0] == NAMED
    log.holds.lift(court, actor=APPROVER, role=None, reason="The court has decided")
    log.retention.run()
    assert finding_text(log, closed) is None
    assert words(log, decided) == (None, None)
