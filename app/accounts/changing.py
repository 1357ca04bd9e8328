"""What every change of people stands on: who may make it at this instant, which roles may be given, and its record."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts import repository
from app.accounts.duty import Duty
from app.accounts.permission import MATRIX, Permission
from app.accounts.principal import Grant, Principal
from app.accounts.repository import Status
from app.accounts.role import GIVEN_BY_SCHOOL, clash, fits
from app.accounts.tables import GrantRow, PersonRow, SchoolRow
from app.database import Entry
from app.errors import Forbidden

CHANGE = Permission.SCHOOL_PEOPLE_CHANGE
LONGEST_REASON = 500
NO_LONGER = "accounts.cannot.no_longer"


@dataclass(frozen=True, slots=True)
class Operator:
    """Whoever runs commands on the server itself: adds the first people and gives the roles that no school may give."""


By = Principal | Operator
T = TypeVar("T")


class NoLonger(Exception):
    """Carries it out of the transaction, which then leaves nothing."""


class Changing(Duty):
    """Shared ground of people and invitations."""

    def _may_change(self, by: By, school: str | None) -> None:
        match by:
            case Operator():
                return
            case Principal():
                if school is None:
                    self._record_denial(by, str(CHANGE), None)
                    raise Forbidden("only people of a school", permission=str(CHANGE))
                self.require(by, CHANGE, school)

    def _may_give(self, by: By, school: str | None, grants: Collection[Grant]) -> None:
        """Which roles may be given, by whom, where."""
        if any(not fits(grant.role, grant.scope) for grant in grants):
            raise Forbidden("this role belongs to one school", key="accounts.cannot.scope")
        if clash([grant.role for grant in grants]) is not None:
            raise Forbidden("these roles never meet in one person", key="accounts.cannot.clash")
        if isinstance(by, Operator):
            return
        beyond = [grant for grant in grants if grant.role not in GIVEN_BY_SCHOOL or grant.scope != school]
        if beyond:
            self._record_denial(by, f"give:{beyond[0].role}", school)
            raise Forbidden(f"{beyond[0].role} is not given by a school", key="accounts.cannot.role")

    def _still_may(self, session: Session, by: By, school: str | None) -> None:
        """Inside the writing transaction: `by` is at this instant active and allowed to change that school's people.

        The changes of a school take turns. So whoever changes somebody is an admin of the school when the change
        is made, and nobody changes themselves: the school never loses its last one.
        """
        if isinstance(by, Operator) or school is None:
            return
        session.get(SchoolRow, school, with_for_update=True)
        row = session.get(PersonRow, by.person_id, populate_existing=True)
        active = row is not None and row.status == Status.ACTIVE
        grants = repository.grants_of(session, by.person_id) if active else ()
        if not any(CHANGE in MATRIX[grant.role] and grant.reaches(school) for grant in grants):
            raise NoLonger

    def _write(self, by: By, school: str | None, event: str, work: Callable[[Session], T]) -> T:
        """Write a change of a school's people, if `by` may still make it.

        Raises:
            Forbidden: `by` lost that right since the page was drawn; the attempt is on record.
        """

        def whole(session: Session) -> T:
            self._still_may(session, by, school)
            return work(session)

        try:
            return self._database.write(whole)
        except NoLonger as error:
            if isinstance(by, Principal):
                self._record_denial(by, f"stale:{event}", school)
            raise Forbidden("no longer an admin there", key=NO_LONGER) from error

    def _put_grants(
        self, session: Session, giver: UUID | None, person_id: UUID, grants: Collection[Grant]
    ) -> None:
        held = {(grant.role, grant.scope) for grant in repository.grants_of(session, person_id)}
        for grant in dict.fromkeys(grants):
            if (grant.role, grant.scope) not in held:
                session.add(
                    GrantRow(
                        id=self._runtime.new_id(),
                        person_id=person_id,
                        role=grant.role,
                        scope=grant.scope,
                        granted_at=self._runtime.now(),
                        granted_by=giver,
                    )
                )

    def _record_change(
        self,
        session: Session,
        by: By,
        event: str,
        school: str | None,
        facts: dict[str, Any],
        sealed: dict[str, Any] | None = None,
    ) -> None:
        role = by.role_for(CHANGE) if isinstance(by, Principal) else None
        entry = Entry(
            kind="admin_change",
            school=school,
            actor=by.subject if isinstance(by, Principal) else None,
            role=str(role) if role is not None else ("operator" if isinstance(by, Operator) else None),
            clear={"event": event, **facts},
            sealed=sealed,
        )
        self._recorder.record(session, entry)


def giver_of(by: By) -> UUID | None:
    """The person who gives a role; None is the command line."""
    return by.person_id if isinstance(by, Principal) else None


def words_of(grants: Collection[Grant]) -> list[str]:
    """Grants as `role@scope`, for records."""
    return sorted(f"{grant.role}@{grant.scope}" for grant in grants)
