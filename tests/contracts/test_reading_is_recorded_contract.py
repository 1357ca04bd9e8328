"""A21: nothing that auditors' services give out comes without a record; a log that takes none gives nothing."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.accounts import Principal
from app.assistant.auditing import Auditing
from app.assistant.evidence import Evidence
from app.assistant.examination import Examination
from app.audit import Filter, Record
from app.audit.evidence.findings import About, Severity, Target
from app.audit.evidence.sampling import Plan
from app.database import Database
from app.errors import Forbidden, NotRecorded
from app.protection.policies import keep
from app.runtime import Runtime
from guardrails.policy import read
from tests.audit.crowd import SCHOOLS, crowd
from tests.conftest import StillClock
from tests.contracts.audit_room import Workplace, workplace

Use = Callable[[Workplace, Principal, Record, UUID], Any]
FACADES = {"auditing": Auditing, "examination": Examination, "evidence": Evidence}
KINDS = {"audit_read", "export", "admin_change"}
USES: Mapping[str, Use] = {
    "auditing.search": lambda w, who, record, _: w.auditing.search(who, Filter(school=SCHOOLS[0])),
    "auditing.open": lambda w, who, record, _: w.auditing.open(who, record.record_id),
    "auditing.policy": lambda w, who, record, _: w.auditing.policy(who, record.record_id),
    "auditing.find": lambda w, who, record, _: w.auditing.find(who, record.receipt.code),
    "auditing.health": lambda w, who, record, _: w.auditing.health(who),
    "auditing.verify": lambda w, who, record, _: w.auditing.verify(who),
    "auditing.print_head": lambda w, who, record, _: w.auditing.print_head(who),
    "auditing.prove": lambda w, who, record, _: w.auditing.prove(who, record.record_id),
    "examination.charts": lambda w, who, record, _: w.examination.charts(who, Filter()),
    "examination.draw": lambda w, who, record, _: w.examination.draw(who, Filter(), Plan(seed="1")),
    "examination.findings": lambda w, who, record, _: w.examination.findings(who),
    "examination.note": lambda w, who, record, _: w.examination.note(
        who, Target(about=About.RECORD, id=record.record_id), severity=Severity.LOW, text="Тексеру керек."
    ),
    "examination.carry_on": lambda w, who, record, finding: w.examination.carry_on(
        who, finding, after=1, severity=Severity.HIGH
    ),
    "examination.saved": lambda w, who, record, _: w.examination.saved(who),
    "examination.save": lambda w, who, record, _: w.examination.save(who, "Апта", Filter(language="kk")),
    "examination.drop": lambda w, who, record, _: w.examination.drop(
        who, next((one.query_id for one in w.audit.room.queries.all(who.subject)), UUID(int=0))
    ),
    "examination.find_text": lambda w, who, record, _: w.examination.find_text(who, "сұрақ"),
    "evidence.export": lambda w, who, record, _: w.evidence.export(who, Filter(), purpose="Жылдық тексеру"),
}


@pytest.fixture
def place(
    database: Database, tmp_path: Path, runtime: Runtime, clock: StillClock
) -> Iterator[tuple[Workplace, Record, UUID]]:
    with workplace(database, tmp_path / "home", runtime, SCHOOLS) as made:
        crowd(made.audit, clock, 6, policy=read().digest)
        database.write(lambda session: keep(session, read(), runtime.now()))
        made.audit.sequence(finish=True)
        record = made.audit.search(Filter(kinds=("closed",), school=SCHOOLS[0])).records[0]
        target = Target(about=About.RECORD, id=record.record_id)
        finding = made.examination.note(made.everywhere, target, severity=Severity.LOW, text="Бір.")
        made.examination.save(made.everywhere, "Бүгін", Filter(outcome="failed"))
        yield made, record, finding.finding_id


def test_every_public_method_of_the_services_has_its_case() -> None:
    methods = {
        f"{name}.{method}"
        for name, facade in FACADES.items()
        for method, value in vars(facade).items()
        if inspect.isfunction(value) and not method.startswith("_")
    }

    assert set(USES) == methods


def test_every_use_leaves_a_record_of_the_person(place: tuple[Workplace, Record, UUID]) -> None:
    made, record, finding = place
    mine = Filter(pseudonym=made.audit.pseudonym(made.everywhere.subject))
    for name, use in USES.items():
        before = {one.record_id for one in made.audit.search(mine, limit=500).records}
        use(made, made.everywhere, record, finding)
        added = [one for one in made.audit.search(mine, limit=500).records if one.record_id not in before]

        told = [one for one in added if one.clear.get("purpose") or one.clear.get("event")]
        assert {one.kind for one in told} & KINDS, name


def test_a_log_that_takes_no_record_gives_nothing(
    place: tuple[Workplace, Record, UUID], database: Database
) -> None:
    made, record, finding = place
    refuse(database)
    for name, use in USES.items():
        with pytest.raises(NotRecorded):
            given(use, made, made.everywhere, record, finding, name)


def given(use: Use, made: Workplace, who: Principal, record: Record, finding: UUID, name: str) -> None:
    """Fail if a use gives something."""
    use(made, who, record, finding)
    pytest.fail(f"{name} gave something")


def refuse(database: Database) -> None:
    """Let the database take no record any more."""
    statements = ["CREATE TRIGGER full BEFORE INSERT ON audit_record BEGIN SELECT RAISE(ABORT, 'full'); END"]
    if database.dialect == "postgresql":
        statements = [
            "CREATE FUNCTION refuse_all() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = 'data_exception'; END $$",
            "CREATE TRIGGER full_disk BEFORE INSERT ON audit_record EXECUTE FUNCTION refuse_all()",
        ]
    for statement in statements:
        database.write(lambda session, statement=statement: session.execute(text(statement)))  # type: ignore[misc]


def test_others_are_refused_by_every_method_on_record(place: tuple[Workplace, Record, UUID]) -> None:
    made, record, finding = place
    theirs = Filter(kinds=("auth",), pseudonym=made.audit.pseudonym(made.teacher.subject))
    for number, (name, use) in enumerate(sorted(USES.items()), 1):
        with pytest.raises(Forbidden):
            given(use, made, made.teacher, record, finding, name)
        auth = made.audit.search(theirs, limit=500).records

        assert sum(one.clear["event"] == "denied" for one in auth) == number, name
