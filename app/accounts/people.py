"""Administering people: adding, roles, suspending; every change recorded in its own transaction, none of one's own."""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import repository
from app.accounts.changing import CHANGE, LONGEST_REASON, By, Changing, Operator, giver_of, words_of
from app.accounts.claims import LONGEST
from app.accounts.permission import Permission
from app.accounts.principal import Grant, Principal
from app.accounts.repository import Person, Status
from app.accounts.role import GIVEN_BY_SCHOOL, Role, clash, known
from app.accounts.tables import GrantRow, PersonRow, SchoolRow
from app.errors import Conflict, Forbidden, NotFound


class People(Changing):
    """The people of the schools that the asking person reaches."""

    def people(self, principal: Principal) -> tuple[Person, ...]:
        """Everybody within reach, by name.

        Raises:
            Forbidden: the person may not read the people of any school.
        """
        self.require(principal, Permission.SCHOOL_PEOPLE_READ)
        reach = principal.reach(Permission.SCHOOL_PEOPLE_READ)
        return self._database.read(lambda session: repository.people(session, reach))

    def within(self, principal: Principal, person_id: UUID, permission: Permission) -> Person:
        """One person whom a permission reaches.

        Raises:
            Forbidden: the permission is not granted; the denial is on record.
            NotFound: nobody of that id within reach.
        """
        self.require(principal, permission)
        reach = principal.reach(permission)
        found = self._database.read(lambda session: repository.person(session, person_id, reach))
        if found is None:
            raise NotFound("nobody of that id within reach", key="accounts.cannot.no_person")
        return found

    def add_school(self, by: Operator, *, code: str, names: dict[str, str]) -> None:
        """Enter a school; entering it again changes its names.

        Args:
            code: lower-case letters, digits and hyphens, at most 40.
            names: the name in `kk`, `ru` and `en`.
        """
        if not (
            0 < len(code) <= 40
            and all(c.isascii() and (c.islower() or c.isdigit() or c == "-") for c in code)
        ):
            raise Forbidden(f"not a school code: {code}", key="accounts.cannot.school_code")

        def keep(session: Session) -> None:
            row = session.get(SchoolRow, code)
            if row is not None and {"kk": row.name_kk, "ru": row.name_ru, "en": row.name_en} == dict(names):
                return
            if row is None:
                row = SchoolRow(code=code, created_at=self._runtime.now())
                session.add(row)
            row.name_kk, row.name_ru, row.name_en = names["kk"], names["ru"], names["en"]
            self._record_change(session, by, "school_entered", code, {"after": dict(names)})

        self._database.write(keep)

    def add_person(
        self,
        by: By,
        *,
        issuer: str,
        identifier: str,
        name: str,
        school: str | None,
        grants: Collection[Grant],
        language: str | None = None,
        reason: str = "",
    ) -> UUID:
        """Enter a person, so that their next sign-in is let in.

        Args:
            issuer, identifier: `iss` and `sub` as the identity provider gives them.
            school: code of the person's own school; None for auditors, approvers and operators outside schools.

        Raises:
            Forbidden: `by` may not, or may not give these roles.
            Conflict: this sign-in is already known.
            NotFound: no such school.
        """
        issuer, identifier, name = issuer.strip(), identifier.strip(), " ".join(name.split())
        if (
            not name
            or not issuer
            or not identifier
            or "|" in issuer
            or max(map(len, (issuer, identifier, name))) > LONGEST
        ):
            raise Forbidden("name, issuer and identifier are needed", key="accounts.cannot.incomplete")
        self._may_change(by, school)
        self._may_give(by, school, grants)

        def enter(session: Session) -> UUID:
            if school is not None and session.get(SchoolRow, school) is None:
                raise NotFound(f"no school {school}", key="accounts.cannot.no_school")
            if repository.known_sign_in(session, issuer, identifier):
                raise Conflict("this sign-in is already known", key="accounts.cannot.known")
            row = PersonRow(
                id=self._runtime.new_id(),
                issuer=issuer,
                identifier=identifier,
                name=name,
                school=school,
                status=Status.ACTIVE,
                language=language,
                created_at=self._runtime.now(),
                version=1,
            )
            session.add(row)
            session.flush()
            self._put_grants(session, giver_of(by), row.id, grants)
            facts = {
                "person": str(row.id),
                "before": None,
                "after": {"status": str(row.status), "roles": words_of(grants)},
            }
            sealed = {"subject": f"{issuer}|{identifier}", "reason": reason}
            self._record_change(session, by, "person_added", school, facts, sealed)
            return row.id

        return self._write(by, school, "person_added", enter)

    def change_roles(
        self, by: Principal, person_id: UUID, roles: Collection[Role], *, reason: str, version: int
    ) -> Person:
        """Give a person exactly these roles in their school; roles given elsewhere stay.

        Args:
            roles: any of `GIVEN_BY_SCHOOL`; none leaves the person without access.
            version: the version of the person that was on the screen.

        Raises:
            Forbidden, NotFound, Conflict: as `suspend`.
        """

        def change(session: Session, row: PersonRow) -> dict[str, Any]:
            before = repository.grants_of(session, row.id)
            kept = tuple(
                grant for grant in before if grant.scope != row.school or grant.role not in GIVEN_BY_SCHOOL
            )
            wanted = tuple(Grant(role=role, scope=str(row.school)) for role in Role if role in set(roles))
            pair = clash([grant.role for grant in (*kept, *wanted)])
            if pair is not None:
                raise Forbidden(f"never together: {sorted(pair)}", key="accounts.cannot.clash")
            for grant in session.scalars(select(GrantRow).where(GrantRow.person_id == row.id)):
                if grant.scope == row.school and known(grant.role) in GIVEN_BY_SCHOOL:
                    session.delete(grant)
            session.flush()
            self._put_grants(session, giver_of(by), row.id, wanted)
            return {"before": {"roles": words_of(before)}, "after": {"roles": words_of((*kept, *wanted))}}

        school = self._school_of(by, person_id)
        self._may_give(by, school, [Grant(role=role, scope=str(school)) for role in roles])
        return self._change(by, person_id, "roles_changed", reason, version, change)

    def suspend(self, by: Principal, person_id: UUID, *, reason: str, version: int) -> Person:
        """Shut a person out at their next action, in all tabs.

        Raises:
            Forbidden: `by` may not change people of that school, or means themselves, or gives no reason.
            NotFound: nobody of that id within reach.
            Conflict: somebody else changed the person since `version`.
        """
        return self._set_status(by, person_id, Status.SUSPENDED, "person_suspended", reason, version)

    def reinstate(self, by: Principal, person_id: UUID, *, reason: str, version: int) -> Person:
        """Let a suspended person in again; raises as `suspend`."""
        return self._set_status(by, person_id, Status.ACTIVE, "person_reinstated", reason, version)

    def _set_status(
        self, by: Principal, person_id: UUID, status: Status, event: str, reason: str, version: int
    ) -> Person:
        def change(_: Session, row: PersonRow) -> dict[str, Any]:
            before, row.status = row.status, status
            return {"before": {"status": str(before)}, "after": {"status": str(status)}}

        return self._change(by, person_id, event, reason, version, change)

    def _change(
        self,
        by: Principal,
        person_id: UUID,
        event: str,
        reason: str,
        version: int,
        change: Callable[[Session, PersonRow], dict[str, Any]],
    ) -> Person:
        reason = " ".join(reason.split())[:LONGEST_REASON]
        school = self._school_of(by, person_id)
        self._may_change(by, school)
        if by.person_id == person_id:
            self._record_denial(by, f"self:{event}", by.school)
            raise Forbidden("nobody changes their own roles or status", key="accounts.cannot.self")
        if not reason:
            raise Forbidden("a reason is needed", key="accounts.cannot.no_reason")
        reach = by.reach(CHANGE)

        def apply(session: Session) -> Person:
            row = repository.row_of(session, person_id, reach)
            if row is None:
                raise NotFound("nobody of that id within reach", key="accounts.cannot.no_person")
            if row.version != version:
                raise Conflict("the person changed meanwhile", key="accounts.cannot.changed")
            facts = {"person": str(row.id), **change(session, row)}
            row.version += 1
            self._record_change(session, by, event, row.school, facts, {"reason": reason})
            session.flush()
            return repository.view(session, row, reach)

        return self._write(by, school, event, apply)

    def _school_of(self, by: Principal, person_id: UUID) -> str | None:
        self.require(by, CHANGE)
        found = self._database.read(lambda session: repository.person(session, person_id, by.reach(CHANGE)))
        if found is None:
            self._record_denial(by, str(CHANGE), None)
            raise NotFound("nobody of that id within reach", key="accounts.cannot.no_person")
        return found.school
