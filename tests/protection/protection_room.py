"""A school's protection on a real log, shared by the tests of the duty and of its page."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.accounts import Grant, Principal, Role
from app.audit import AuditLog
from app.database import Database
from app.protection import Protections, SchoolProtection, Sightings
from app.protection.school_protection import Calling
from app.runtime import Runtime
from guardrails.choice import Choice, choice_of
from guardrails.policy import Policy, read
from guardrails.rail import Means
from guardrails.verdict import Stage, Subject

SCHOOL = "s"
STRICT = choice_of({"actions": {"conduct.insult": "block"}, "thresholds": {}, "rails": {}})
MILD = choice_of({"actions": {"injection.persona": "warn"}, "thresholds": {}, "rails": {}})
INSULT = Subject(stage=Stage.INPUT, text="Ты дурак", language="ru")


def person(role: Role = Role.SCHOOL_ADMIN, school: str | None = SCHOOL, scope: str = SCHOOL) -> Principal:
    return Principal(
        person_id=UUID(int=9),
        subject=f"https://idp.example|{role}",
        name="Invented Person",
        school=school,
        school_names={},
        grants=(Grant(role=role, scope=scope),),
        notice_accepted=True,
    )


class House:
    """The services on a real log."""

    def __init__(self, database: Database, log: AuditLog, runtime: Runtime) -> None:
        self.database, self.log, self.runtime = database, log, runtime
        self.protections = self.of_release(read())
        self.sightings = Sightings(database, runtime)
        self.school = self.desk(self.protections, lambda tell: nullcontext())

    def desk(self, protections: Protections, calling: Calling) -> SchoolProtection:
        return SchoolProtection(self.database, self.log, self.runtime, protections, self.sightings, calling)

    def of_release(self, shipped: Policy) -> Protections:
        return Protections(self.database, self.log, self.runtime, shipped=shipped, means=Means())

    def change(self, choice: Choice = STRICT, **given: Any) -> Any:
        usual: dict[str, Any] = {"reason": "Педкеңес шешімі", "version": 0}
        by = given.pop("by", person())
        return self.school.change(by, choice, **{**usual, **given})

    def events(self) -> list[Any]:
        wanted = "SELECT body FROM audit_record WHERE kind IN ('admin_change', 'auth') ORDER BY created_at"
        bodies = self.database.read(lambda session: session.scalars(text(wanted)).all())
        return [json.loads(bytes(body)) for body in bodies]


@contextmanager
def opened(database: Database, home: Path, runtime: Runtime) -> Iterator[House]:
    """The house of one test."""
    log = AuditLog(database, runtime, home, app_version="0", git_commit="0" * 40)
    log.start(serve=True, threads=False)
    try:
        yield House(database, log, runtime)
    finally:
        log.close()


def unreadable(house: House, choice: str) -> None:
    """A further version with a text that is no choice."""
    house.database.write(
        lambda session: session.execute(
            text(
                "INSERT INTO protection_choice (school, version, choice, policy_digest, changed_at, record_id) "
                "SELECT school, version + 1, :choice, policy_digest, changed_at, record_id FROM protection_choice"
            ),
            {"choice": choice},
        )
    )
