"""The data layer gives no text of somebody else's without an approval in force."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.audit import AuditLog, Filter, Record, Request, State
from app.audit.canonical import canonical
from app.audit.merkle import leaf_hash
from app.audit.privacy.tables import DECISION, REQUEST, TARGET
from app.audit.tables import RECORD
from app.database import Database, Entry
from app.errors import Forbidden, NotRecorded
from app.runtime import Runtime
from tests.audit.cases import SCHOOL, TEACHER, exchange, unlocked
from tests.audit.conftest import MakeLog
from tests.conftest import StillClock

AUDITOR = "https://id.example.kz|auditor-1"
APPROVER = "https://id.example.kz|approver-1"
WHY = "Checking a complaint about an answer"


@pytest.fixture
def log(make_log: MakeLog, runtime: Runtime) -> AuditLog:
    return make_log(runtime=runtime)


def answered(log: AuditLog, *texts: str) -> Record:
    found = log.find(exchange(log, *texts)[1].record_id)
    assert found is not None
    return found


def ask(log: AuditLog, *records: Record, days: int = 7) -> UUID:
    return log.requests.ask_to_open(actor=AUDITOR, role="auditor", records=records, purpose=WHY, days=days)


def decide(log: AuditLog, request: UUID, *, actor: str = APPROVER, approved: bool = True) -> Request:
    return log.requests.decide(
        request, actor=actor, role="second_approver", approved=approved, reason="Looked at, it is needed"
    )


def read(log: AuditLog, *records: Record, actor: str = AUDITOR) -> list[object]:
    ids = [record.record_id for record in records]
    texts = log.openings.read(ids, actor=actor, role="auditor", school=None, purpose="content")
    found = {one.record.record_id: one.text for one in texts}
    return [None if (held := found[one]) is None else held["shown"] for one in ids]


def test_nothing_is_in_force_in_an_empty_log(log: AuditLog) -> None:
    assert log.openings.in_force(AUDITOR) == frozenset()
    assert log.requests.of(AUDITOR) == ()
    with pytest.raises(Forbidden):
        read(log)


def test_an_approval_ends_with_its_time(log: AuditLog, clock: StillClock) -> None:
    record = answered(log, "Shown.")
    decided = decide(log, ask(log, record, days=2))

    assert read(log, record) == [["Shown."]]
    clock.move(days=2, seconds=-1)
    assert read(log, record) == [["Shown."]]
    clock.move(seconds=1)
    assert decided.state(clock.now()) is State.OVER
    assert log.openings.in_force(AUDITOR) == frozenset()
    with pytest.raises(Forbidden):
        read(log, record)


def test_a_sample_opens_with_one_approval_and_one_look(log: AuditLog) -> None:
    records = [answered(log, f"Shown {number}.") for number in range(3)]
    request = ask(log, *records)
    assert log.openings.in_force(AUDITOR) == frozenset()
    decide(log, request)

    assert log.openings.in_force(AUDITOR) == {record.record_id for record in records}
    assert read(log, *records) == [["Shown 0."], ["Shown 1."], ["Shown 2."]]
    (one,) = log.search(Filter(kinds=("audit_read",))).records
    assert one.clear["count"] == 6
    assert one.clear["filter"]["records"] == [str(record.record_id) for record in records]


def test_what_waits_longest_comes_first_and_own_requests_hide_nobodys(
    log: AuditLog, clock: StillClock
) -> None:
    record = answered(log, "Shown.")
    assert log.requests.waiting(schools=None, but_not=AUDITOR) == ()
    asked = []
    for number in range(6):
        clock.move(seconds=1)
        actor = APPROVER if number % 2 else AUDITOR
        asked.append(log.requests.ask_to_open(actor=actor, role=None, records=[record], purpose=WHY, days=7))

    def page(start: int, **reach: frozenset[str]) -> list[UUID]:
        found = log.requests.waiting(schools=reach.get("schools"), but_not=APPROVER, start=start, limit=2)
        return [one.request_id for one in found]

    assert (page(0), page(2), page(4)) == ([asked[0], asked[2]], [asked[4]], [])
    assert page(0, schools=frozenset({"another-school"})) == []
    decide(log, asked[0])
    assert page(0) == [asked[2], asked[4]]
    assert [one.request_id for one in log.requests.decided(schools=None)] == [asked[0]]


def test_asking_and_deciding_in_one_person_gives_nothing(log: AuditLog, database: Database) -> None:
    record = answered(log, "Shown.")
    request = ask(log, record)

    with pytest.raises(Forbidden):
        decide(log, request, actor=AUDITOR)
    with pytest.raises(Forbidden):
        read(log, record)


def test_a_decision_by_the_asker_written_past_the_services_opens_nothing(
    log: AuditLog, database: Database, clock: StillClock
) -> None:
    record = answered(log, "Shown.")
    request = ask(log, record)
    row = {
        "request_id": request,
        "approved": True,
        "decided_by": log.pseudonym(AUDITOR),
        "words": b"",
        "decided_at": clock.now(),
        "until": clock.now() + timedelta(days=7),
        "record_id": record.record_id,
    }
    database.write(lambda session: session.execute(DECISION.insert(), row))

    with pytest.raises(Forbidden):
        read(log, record)


@pytest.mark.parametrize("points_at", ["nothing", "the request", "another decision", "a refusal"])
def test_a_decision_without_its_own_record_opens_nothing(
    log: AuditLog, database: Database, clock: StillClock, points_at: str
) -> None:
    record, other = answered(log, "Shown."), answered(log, "Other.")
    request = ask(log, record)
    approved = decide(log, ask(log, other)).decision
    refused = decide(log, ask(log, other), approved=False).decision
    assert approved is not None
    assert refused is not None
    record_id = {
        "nothing": UUID(int=7),
        "the request": log.requests.one(request).record_id,
        "another decision": approved.record_id,
        "a refusal": refused.record_id,
    }[points_at]
    words = database.read(lambda session: session.scalars(select(REQUEST.c.words)).first())
    row = {
        "request_id": request,
        "approved": True,
        "decided_by": "f" * 64 if points_at == "nothing" else log.pseudonym(APPROVER),
        "words": words,
        "decided_at": clock.now(),
        "until": clock.now() + timedelta(days=7),
        "record_id": record_id,
    }
    database.write(lambda session: session.execute(DECISION.insert(), row))

    assert log.openings.in_force(AUDITOR) == {other.record_id}
    with pytest.raises(Forbidden):
        read(log, record)
    assert read(log, other) == [["Other."]]


def test_a_decision_whose_row_says_other_than_its_record_opens_nothing(
    log: AuditLog, database: Database, clock: StillClock
) -> None:
    record = answered(log, "Shown.")
    for change in ("until = '2036-11-24 00:00:00.000000'", f"decided_by = '{'f' * 64}'"):
        decide(log, ask(log, record))
        assert log.openings.in_force(AUDITOR) == {record.record_id}
        unlocked(database, f"UPDATE audit_decision SET {change}")  # noqa: S608
        assert log.openings.in_force(AUDITOR) == frozenset()
        with pytest.raises(Forbidden):
            read(log, record)


def test_a_record_added_to_a_request_after_its_approval_stays_shut(log: AuditLog, database: Database) -> None:
    record, other = answered(log, "Shown."), answered(log, "Other.")
    request = ask(log, record)
    decide(log, request)
    row = {"request_id": request, "record_id": other.record_id, "exchange_id": other.exchange_id}
    database.write(lambda session: session.execute(TARGET.insert(), row))

    assert log.openings.in_force(AUDITOR) == {record.record_id}
    with pytest.raises(Forbidden):
        read(log, other)
    assert read(log, record) == [["Shown."]]


def test_a_record_made_up_for_a_decision_opens_nothing(
    log: AuditLog, database: Database, clock: StillClock
) -> None:
    record = answered(log, "Shown.")
    decided = decide(log, ask(log, record), approved=False).decision
    request = ask(log, record)
    assert decided is not None
    true = log.find(decided.record_id)
    assert true is not None
    until = clock.now() + timedelta(days=7)
    made_up = UUID(int=9)
    body = dict(true.clear) | {"record_id": str(made_up), "event": "opening_approved"}
    body["details"] = dict(body["details"]) | {"request": str(request), "until": until.isoformat()}
    written = canonical(body)

    def forge(session: Session) -> None:
        row = dict(session.execute(select(RECORD).where(RECORD.c.record_id == true.record_id)).one()._mapping)
        row |= {"record_id": made_up, "body": written, "leaf_hash": leaf_hash(written).hex()}
        row["sequence"] = 10_000
        session.execute(RECORD.insert(), row)
        session.execute(
            DECISION.insert(),
            {
                "request_id": request,
                "approved": True,
                "decided_by": log.pseudonym(APPROVER),
                "words": b"",
                "decided_at": clock.now(),
                "until": until,
                "record_id": made_up,
            },
        )

    database.write(forge)
    assert log.openings.in_force(AUDITOR) == frozenset()
    with pytest.raises(Forbidden):
        read(log, record)


def test_erased_content_says_erased(log: AuditLog, database: Database) -> None:
    record, other = answered(log, "Shown."), answered(log, "Other.")
    decide(log, ask(log, record, other))
    erased = record.exchange_id
    assert erased is not None
    database.write(lambda session: log.vault.erase(session, erased))

    assert read(log, record, other) == [None, ["Other."]]


def test_a_look_that_cannot_be_recorded_shows_nothing(
    log: AuditLog, database: Database, make_log: MakeLog
) -> None:
    record = answered(log, "Shown.")
    decide(log, ask(log, record))
    if database.dialect == "sqlite":
        refuse = "CREATE TRIGGER full BEFORE INSERT ON audit_pending BEGIN SELECT RAISE(FAIL, 'full'); END"
    else:
        refuse = "ALTER TABLE audit_pending ADD CONSTRAINT full_disk CHECK (false) NOT VALID"
    database.write(lambda session: session.execute(text(refuse)))

    with pytest.raises(NotRecorded):
        read(log, record)


def test_words_of_a_request_stand_nowhere_in_clear(log: AuditLog, database: Database) -> None:
    request = ask(log, answered(log, "Shown."))
    decide(log, request)

    def everything(session: Session) -> bytes:
        words = "SELECT words FROM audit_request UNION ALL SELECT words FROM audit_decision"
        bodies = "SELECT body FROM audit_record"
        return b"".join(bytes(one) for sql in (words, bodies) for one in session.scalars(text(sql)))

    held = database.read(everything)
    assert WHY.encode() not in held
    assert b"Looked at" not in held


def test_a_person_reads_their_own_text_without_any_approval(log: AuditLog, runtime: Runtime) -> None:
    conversation = runtime.new_id()
    exchange(log, "Shown.", conversation=conversation)
    (mine,) = log.conversation(conversation, actor=TEACHER)

    assert mine.sealed["shown"] == ["Shown."]
    assert log.conversation(conversation, actor=AUDITOR) == ()


def test_the_comment_on_an_answer_opens_with_the_answer(log: AuditLog) -> None:
    record = answered(log, "Shown.")
    log.append(
        Entry(
            kind="feedback",
            school=SCHOOL,
            actor=TEACHER,
            role="teacher",
            exchange=record.exchange_id,
            clear={"what": "down"},
            sealed={"comment": "Қате"},
        )
    )
    decide(log, ask(log, record))
    texts = log.openings.read(
        [record.record_id], actor=AUDITOR, role="auditor", school=None, purpose="content"
    )

    assert [one.record.kind for one in texts] == ["asked", "closed", "feedback"]
    assert texts[-1].text == {"comment": "Қате"}


def test_no_other_way_in_gives_somebody_elses_text(log: AuditLog) -> None:
    record = answered(log, "Shown.")
    exchange_id = record.exchange_id
    assert exchange_id is not None

    assert log.unseal(record, actor=TEACHER)["shown"] == ["Shown."]
    (own,) = log.exchanges([exchange_id], actor=TEACHER)
    assert own.sealed["shown"] == ["Shown."]
    for other in (AUDITOR, APPROVER):
        with pytest.raises(Forbidden):
            log.unseal(record, actor=other)
        assert log.exchanges([exchange_id], actor=other) == ()
    assert log.file_name(record, school=SCHOOL) is None


def test_the_name_of_a_file_is_read_in_its_own_school_only(log: AuditLog) -> None:
    clear = {"event": "document_received"}
    entry = Entry(kind="admin_change", school=SCHOOL, actor=TEACHER, clear=clear, sealed={"name": "a.txt"})
    record = log.find(log.append(entry).record_id)
    assert record is not None

    assert log.file_name(record, school=SCHOOL) == "a.txt"
    with pytest.raises(Forbidden):
        log.file_name(record, school="another-school")
