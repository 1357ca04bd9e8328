"""Reading people out of the database; whatever lists or finds people for somebody takes the reach it is limited to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.orm import Session

from app.accounts.principal import Grant, Reach
from app.accounts.role import known
from app.accounts.tables import GrantRow, InvitationRow, NoticeRow, PersonRow, SchoolRow, SessionRow


class Status(StrEnum):
    """Whether a person may come in; stored."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One line of the people page. `grants` are those that the reader's reach covers."""

    person_id: UUID
    issuer: str
    identifier: str
    name: str = field(repr=False)
    school: str | None
    status: Status
    grants: tuple[Grant, ...]
    version: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All that decides whether a browser is let in; rows, to be used inside the transaction that read them."""

    person: PersonRow | None
    grants: tuple[Grant, ...]
    school_names: Mapping[str, str]
    session: SessionRow | None
    notice: NoticeRow | None


def standing(session: Session, issuer: str, identifier: str, key: str | None, notice: str) -> Standing:
    """Where the person of an issuer's subject stands now; `key` names the sign-in, `notice` the version asked about."""
    person = session.scalar(
        select(PersonRow).where(PersonRow.issuer == issuer, PersonRow.identifier == identifier)
    )
    known_session = session.get(SessionRow, key) if key else None
    if person is None:
        return Standing(person=None, grants=(), school_names={}, session=known_session, notice=None)
    school = session.get(SchoolRow, person.school) if person.school else None
    return Standing(
        person=person,
        grants=grants_of(session, person.id),
        school_names={}
        if school is None
        else {"kk": school.name_kk, "ru": school.name_ru, "en": school.name_en},
        session=known_session,
        notice=session.get(NoticeRow, (person.id, notice)),
    )


def grants_of(session: Session, person_id: UUID) -> tuple[Grant, ...]:
    """Every grant of one person whose role this release knows, oldest first."""
    rows = session.scalars(select(GrantRow).where(GrantRow.person_id == person_id).order_by(GrantRow.id))
    return tuple(Grant(role=role, scope=row.scope) for row in rows if (role := known(row.role)) is not None)


def people(session: Session, reach: Reach) -> tuple[Person, ...]:
    """The people of the schools within reach, by name."""
    rows = session.scalars(
        select(PersonRow).where(_within(reach)).order_by(PersonRow.name, PersonRow.id)
    ).all()
    grants: dict[UUID, list[Grant]] = {row.id: [] for row in rows}
    wanted = select(GrantRow).join(PersonRow, PersonRow.id == GrantRow.person_id).where(_within(reach))
    for grant in session.scalars(wanted.order_by(GrantRow.id)):
        role = known(grant.role)
        if role is not None:
            grants[grant.person_id].append(Grant(role=role, scope=grant.scope))
    return tuple(_person(row, grants[row.id], reach) for row in rows)


def person(session: Session, person_id: UUID, reach: Reach) -> Person | None:
    """One person within reach, or None."""
    row = row_of(session, person_id, reach)
    return None if row is None else view(session, row, reach)


def view(session: Session, row: PersonRow, reach: Reach) -> Person:
    """A person's row as the holder of a reach may see it."""
    return _person(row, grants_of(session, row.id), reach)


def row_of(session: Session, person_id: UUID, reach: Reach) -> PersonRow | None:
    """The row of one person within reach, for a change in the same transaction."""
    return session.scalar(select(PersonRow).where(PersonRow.id == person_id, _within(reach)))


def invitations(session: Session, reach: Reach, now: datetime) -> tuple[InvitationRow, ...]:
    """The invitations within reach that are open at an instant, newest first."""
    covered = true() if reach.everywhere else InvitationRow.school.in_(sorted(reach.schools))
    wanted = select(InvitationRow).where(
        covered,
        InvitationRow.accepted_at.is_(None),
        InvitationRow.withdrawn_at.is_(None),
        InvitationRow.until > now,
    )
    return tuple(session.scalars(wanted.order_by(InvitationRow.made_at.desc(), InvitationRow.id)))


def known_sign_in(session: Session, issuer: str, identifier: str) -> bool:
    """Whether this sign-in belongs to a person."""
    wanted = select(PersonRow.id).where(PersonRow.issuer == issuer, PersonRow.identifier == identifier)
    return session.scalar(wanted) is not None


def _within(reach: Reach) -> ColumnElement[bool]:
    if reach.everywhere:
        return true()
    if not reach.schools:
        return false()
    return PersonRow.school.in_(sorted(reach.schools))


def _person(row: PersonRow, grants: "list[Grant] | tuple[Grant, ...]", reach: Reach) -> Person:
    return Person(
        person_id=row.id,
        issuer=row.issuer,
        identifier=row.identifier,
        name=row.name,
        school=row.school,
        status=Status(row.status),
        grants=tuple(grant for grant in grants if reach.covers(grant.scope)),
        version=row.version,
        created_at=row.created_at,
    )
