"""What auditors may read: within their reach, each reading recorded before the data, everybody else refused on record."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import UUID

import pytest

from app.accounts import Grant, Principal, Role, demo
from app.accounts.changing import Operator
from app.assistant import Question
from app.assistant.auditing import Auditing, policy_of_record
from app.assistant.events import Done
from app.audit import Filter, Receipt, Record, Scope
from app.capacity.budget import Limits
from app.capacity.school_budgets import MOST
from app.database import Entry
from app.errors import Forbidden, NotFound, NotRecorded
from tests.assistant.conftest import House
from tests.audit.keeping import erase

ELSEWHERE = "other-school"
QUESTION = "Бөлшектерді қалай салыстырамыз?"


@pytest.fixture
def everywhere(house: House) -> Principal:
    return house.services.person(f"{demo.ISSUER}|{demo.PEOPLE[2].identifier}")


@pytest.fixture(scope="session")
def narrow(house: House) -> Principal:
    """An auditor of one other school."""
    accounts, operator = house.services.accounts, Operator()
    names = {"kk": "Басқа мектеп", "ru": "Другая школа", "en": "Another school"}
    accounts.add_school(operator, code=ELSEWHERE, names=names)
    accounts.add_person(
        operator,
        issuer=demo.ISSUER,
        identifier="narrow-auditor",
        name="Ерлан Тексеруші",
        school=None,
        grants=(Grant(role=Role.AUDITOR, scope=ELSEWHERE),),
        reason="test",
    )
    return house.services.person(f"{demo.ISSUER}|narrow-auditor")


@pytest.fixture(scope="session")
def answered(house: House) -> Receipt:
    events = house.services.assistant.ask(house.teacher, Question(text=QUESTION, language="kk"))
    return next(event.receipt for event in events if isinstance(event, Done))


@pytest.fixture(scope="session")
def elsewhere(house: House, narrow: Principal) -> Receipt:
    """A record of the other school."""
    return house.services.audit.append(
        Entry(
            kind="audit_read", school=ELSEWHERE, actor="issuer|x", role="auditor", clear={"purpose": "open"}
        )
    )


def newest(house: House, kind: str = "audit_read") -> Record:
    return house.services.audit.search(Filter(kinds=(kind,)), limit=1).records[0]


def test_a_search_is_recorded_with_its_filter_and_count(
    house: House, everywhere: Principal, answered: Receipt
) -> None:
    page, counts = house.services.auditing.search(everywhere, Filter(kinds=("closed",), language="kk"))
    made = newest(house)

    assert answered.record_id in {one.record_id for one in page.records}
    assert made.clear["purpose"] == "search"
    assert made.clear["filter"] == {"kinds": ["closed"], "language": "kk"}
    assert made.clear["count"] == sum(counts.values())
    assert made.pseudonym == house.services.audit.pseudonym(everywhere.subject)


@pytest.mark.parametrize("purpose", ["open", "prove", "find", "verify", "health"])
def test_every_reading_leaves_its_record(
    house: House, everywhere: Principal, answered: Receipt, purpose: str
) -> None:
    house.services.audit.sequence(finish=True)
    auditing = house.services.auditing
    auditing.health(everywhere)
    before = newest(house).record_id
    readings: Mapping[str, Callable[[], object]] = {
        "open": lambda: auditing.open(everywhere, answered.record_id),
        "prove": lambda: auditing.prove(everywhere, answered.record_id),
        "find": lambda: auditing.find(everywhere, answered.code),
        "verify": lambda: auditing.verify(everywhere),
        "health": lambda: auditing.health(everywhere),
    }
    readings[purpose]()
    made = newest(house)

    assert made.record_id != before
    assert made.clear["purpose"] == {"prove": "open"}.get(purpose, purpose)


def test_no_record_of_the_reading_no_data(house: House, everywhere: Principal, answered: Receipt) -> None:
    class Broken:
        """A log that takes no record; whatever is read before one is taken would come through."""

        def __getattr__(self, name: str) -> object:
            return getattr(house.services.audit, name)

        def append(self, entry: Entry) -> Receipt:
            raise NotRecorded("the disk is full")

        def search(self, *args: object, **more: object) -> None:
            pytest.fail("searched without a record")

        def records_of(self, *args: object) -> None:
            pytest.fail("read without a record")

        def verify(self, *args: object, **more: object) -> None:
            pytest.fail("verified without a record")

        def prove(self, *args: object) -> None:
            pytest.fail("proved without a record")

    auditing = Auditing(Broken(), house.services.accounts, house.services.auditing.archive)  # type: ignore[arg-type]
    readings: tuple[Callable[[], object], ...] = (
        lambda: auditing.search(everywhere, Filter()),
        lambda: auditing.open(everywhere, answered.record_id),
        lambda: auditing.policy(everywhere, answered.record_id),
        lambda: auditing.find(everywhere, answered.code),
        lambda: auditing.prove(everywhere, answered.record_id),
        lambda: auditing.verify(everywhere),
        lambda: auditing.health(everywhere),
    )
    for read in readings:
        with pytest.raises(NotRecorded):
            read()


def test_an_opened_record_brings_its_exchange_and_no_content(
    house: House, everywhere: Principal, answered: Receipt
) -> None:
    opened = house.services.auditing.open(everywhere, answered.record_id)

    assert [one.kind for one in opened.exchange] == ["asked", "closed"]
    for one in opened.exchange:
        assert QUESTION.encode() not in one.body
        assert "Бөлшек" not in json.dumps(dict(one.clear), ensure_ascii=False)


def test_a_text_that_was_erased_is_told_as_gone_on_both_records_of_its_question(
    house: House, everywhere: Principal, answered: Receipt
) -> None:
    log, auditing = house.services.audit, house.services.auditing
    assert not auditing.open(everywhere, answered.record_id).gone
    events = house.services.assistant.ask(house.teacher, Question(text=QUESTION, language="kk"))
    other = next(event.receipt for event in events if isinstance(event, Done))
    assert other.exchange_id is not None
    erase(log, Scope(record_id=other.record_id))

    both = [auditing.open(everywhere, one.record_id) for one in log.records_of(other.exchange_id)]

    assert [one.gone for one in both] == [True, True]
    assert not auditing.open(everywhere, answered.record_id).gone


def test_an_auditor_of_another_school_sees_that_school_only(
    house: House, narrow: Principal, answered: Receipt, elsewhere: Receipt
) -> None:
    page, _ = house.services.auditing.search(narrow, Filter(), limit=500)

    assert elsewhere.record_id in {one.record_id for one in page.records}
    assert {one.school for one in page.records} == {ELSEWHERE}
    assert newest(house).clear["filter"] == {"school": ELSEWHERE}


def test_naming_a_school_out_of_reach_is_refused_on_record(house: House, narrow: Principal) -> None:
    with pytest.raises(Forbidden):
        house.services.auditing.search(narrow, Filter(school=demo.SCHOOL))

    assert newest(house, "auth").clear["event"] == "denied"


def test_a_record_out_of_reach_is_like_one_that_is_not_there(
    house: House, narrow: Principal, answered: Receipt
) -> None:
    auditing = house.services.auditing

    for named in (answered.record_id, UUID(int=404)):
        with pytest.raises(NotFound):
            auditing.open(narrow, named)
        with pytest.raises(NotFound):
            auditing.prove(narrow, named)
    assert auditing.find(narrow, answered.code) is None
    assert newest(house).clear["target"] == "none"


def test_a_record_of_a_change_that_is_no_policy_names_none(house: House, everywhere: Principal) -> None:
    services = house.services
    admin = services.person(demo.subject(demo.PEOPLE[1]))
    budget = services.school_budgets
    ample = Limits(requests=MOST)
    done = budget.change(
        admin, whole=ample, each=ample, reason="test", version=budget.overview(admin).budget.version
    )
    changed = services.audit.find(done.record_id)

    assert changed is not None
    assert (changed.clear["event"], bool(changed.clear["after_digest"])) == ("budget_changed", True)
    assert policy_of_record(changed) is None
    with pytest.raises(NotFound):
        services.auditing.policy(everywhere, done.record_id)


@pytest.mark.parametrize(
    ("event", "named"),
    [
        ("protection_changed", "ab"),
        ("protection_floor_changed", "ab"),
        ("models_changed", None),
        ("form_changed", None),
        ("signing_key_replaced", None),
        ("", None),
    ],
)
def test_only_a_change_of_the_protection_names_the_policy_that_it_made(
    house: House, event: str, named: str | None
) -> None:
    clear = {"event": event, "after_digest": "ab"}
    receipt = house.services.audit.append(Entry(kind="admin_change", role="system", clear=clear))
    made = house.services.audit.find(receipt.record_id)

    assert made is not None
    assert policy_of_record(made) == named


def test_what_is_no_receipt_code_is_said(house: House, everywhere: Principal) -> None:
    with pytest.raises(ValueError):
        house.services.auditing.find(everywhere, "Мектеп")


@pytest.mark.parametrize("reading", ["search", "open", "find", "health", "verify", "prove"])
def test_a_teacher_is_refused_and_the_attempt_is_on_record(
    house: House, answered: Receipt, reading: str
) -> None:
    auditing, teacher = house.services.auditing, house.teacher
    before = (newest(house, "auth").record_id, newest(house).record_id)
    readings: Mapping[str, Callable[[], object]] = {
        "search": lambda: auditing.search(teacher, Filter()),
        "open": lambda: auditing.open(teacher, answered.record_id),
        "find": lambda: auditing.find(teacher, answered.code),
        "health": lambda: auditing.health(teacher),
        "verify": lambda: auditing.verify(teacher),
        "prove": lambda: auditing.prove(teacher, answered.record_id),
    }
    with pytest.raises(Forbidden):
        readings[reading]()
    denied = newest(house, "auth")

    assert denied.record_id != before[0]
    assert denied.pseudonym == house.services.audit.pseudonym(teacher.subject)
    assert newest(house).record_id == before[1]  # nothing was read


def test_somebody_whose_entry_is_gone_reads_nothing_more(
    house: House, everywhere: Principal, answered: Receipt
) -> None:
    gone = replace(everywhere, subject=f"{demo.ISSUER}|not-entered")

    with pytest.raises(Forbidden):
        house.services.auditing.open(gone, answered.record_id)
