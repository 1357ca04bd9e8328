"""An auditor's workplace without the rest of the house: a log, people, and the three services of auditors."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.accounts import EVERYWHERE, Accounts, Grant, Principal, Refused, Role
from app.accounts.changing import Operator
from app.assistant.approvals import Approvals
from app.assistant.auditing import Auditing
from app.assistant.evidence import Evidence
from app.assistant.examination import Examination
from app.audit import AuditLog
from app.database import Database
from app.protection import PolicyArchive
from app.runtime import Runtime
from guardrails.policy import read

ISSUER = "https://id.example.kz"
NAMES = {"kk": "Мектеп", "ru": "Школа", "en": "School"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """The services and those who use them: an auditor of all schools, one of two, one of one, and a second approver."""

    audit: AuditLog
    accounts: Accounts
    auditing: Auditing
    examination: Examination
    evidence: Evidence
    approvals: Approvals
    everywhere: Principal
    two: Principal
    narrow: Principal
    approver: Principal
    teacher: Principal


@contextmanager
def workplace(
    database: Database, home: Path, runtime: Runtime, schools: tuple[str, ...]
) -> Iterator[Workplace]:
    """A workplace on a log that has no exchange yet."""
    audit = AuditLog(database, runtime, home, app_version="0.1.0")
    audit.start(threads=False)
    accounts = Accounts(database, audit, runtime)
    for code in schools:
        accounts.add_school(Operator(), code=code, names=NAMES)

    def person(name: str, *grants: Grant, school: str | None = None) -> Principal:
        accounts.add_person(
            Operator(),
            issuer=ISSUER,
            identifier=name,
            name="Айгүл Сынақ",
            school=school,
            grants=grants,
            reason="test",
        )
        found = accounts.act_as(f"{ISSUER}|{name}")
        assert not isinstance(found, Refused)
        return found

    def auditor(name: str, *scopes: str) -> Principal:
        return person(name, *(Grant(role=Role.AUDITOR, scope=scope) for scope in scopes))

    approvals = Approvals(audit, accounts, runtime, 14)
    try:
        yield Workplace(
            audit=audit,
            accounts=accounts,
            auditing=Auditing(audit, accounts, PolicyArchive(database, read().digest)),
            examination=Examination(audit, accounts, approvals),
            evidence=Evidence(audit, accounts, approvals, runtime, home / "exports"),
            approvals=approvals,
            everywhere=auditor("auditor-1", EVERYWHERE),
            two=auditor("auditor-2", *schools[:2]),
            narrow=auditor("auditor-3", schools[0]),
            approver=person("approver", Grant(role=Role.SECOND_APPROVER, scope=EVERYWHERE)),
            teacher=person("teacher", Grant(role=Role.TEACHER, scope=schools[0]), school=schools[0]),
        )
    finally:
        audit.close()
