"""Inviting: an admin makes a code for somebody by name; whoever signs in and types it is entered, once and in time."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import claims as tokens
from app.accounts import repository
from app.accounts.changing import CHANGE, LONGEST_REASON, Changing, words_of
from app.accounts.claims import LONGEST
from app.accounts.permission import Permission
from app.accounts.principal import Grant, Principal, Refused
from app.accounts.repository import Status
from app.accounts.role import Role, known
from app.accounts.tables import InvitationRow, PersonRow, SessionRow
from app.database import Entry
from app.errors import Forbidden, NotFound, UstazError

LIVES = timedelta(days=14)
MOST_WRONG = 5
"""Wrong codes in one sign-in; each is on record, and a hundred random bits are not found by guessing anyway."""
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 20, 5
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


class WrongCode(UstazError):
    """The code lets nobody in: unknown, used, withdrawn or too old; which of them is told to nobody."""

    key = "accounts.cannot.code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """One open invitation of a school."""

    id: UUID
    name: str = field(repr=False)
    roles: tuple[Role, ...]
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """A new invitation and its code, which is shown once and kept nowhere."""

    invitation: Invitation
    code: str = field(repr=False)


class Invitations(Changing):
    """Codes by which people come into a school."""

    def invite(self, by: Principal, *, name: str, roles: Collection[Role], reason: str) -> Invited:
        """Make a code for a person of one's own school.

        Args:
            name: how the person will be shown.
            roles: at least one of `GIVEN_BY_SCHOOL`.

        Raises:
            Forbidden: `by` may not, or may not give these roles; no name, role or reason was given.
        """
        school, name, reason = by.school, " ".join(name.split()), " ".join(reason.split())[:LONGEST_REASON]
        self._may_change(by, school)
        wanted = tuple(role for role in Role if role in set(roles))
        grants = [Grant(role=role, scope=str(school)) for role in wanted]
        self._may_give(by, school, grants)
        if not name or len(name) > LONGEST:
            raise Forbidden("a name is needed", key="accounts.cannot.no_name")
        if not wanted:
            raise Forbidden("a role is needed", key="accounts.cannot.no_role")
        if not reason:
            raise Forbidden("a reason is needed", key="accounts.cannot.no_reason")
        code = "".join(LETTERS[byte % len(LETTERS)] for byte in self._runtime.randomness(LENGTH))

        def enter(session: Session) -> Invitation:
            now = self._runtime.now()
            row = InvitationRow(
                id=self._runtime.new_id(),
                school=str(school),
                name=name,
                roles=json.dumps([str(role) for role in wanted]),
                code_sha256=_digest(code),
                made_at=now,
                made_by=by.person_id,
                until=now + LIVES,
            )
            session.add(row)
            facts = {
                "invitation": str(row.id),
                "before": None,
                "after": {"roles": words_of(grants), "until": row.until.isoformat()},
            }
            self._record_change(session, by, "person_invited", school, facts, {"reason": reason})
            session.flush()
            return _view(row)

        made = self._write(by, school, "person_invited", enter)
        return Invited(invitation=made, code=grouped(code))

    def invitations(self, principal: Principal) -> tuple[Invitation, ...]:
        """The invitations within reach that still let somebody in, newest first.

        Raises:
            Forbidden: the person may not read the people of any school.
        """
        self.require(principal, Permission.SCHOOL_PEOPLE_READ)
        reach = principal.reach(Permission.SCHOOL_PEOPLE_READ)
        now = self._runtime.now()
        return self._database.read(
            lambda session: tuple(_view(row) for row in repository.invitations(session, reach, now))
        )

    def withdraw(self, by: Principal, invitation: UUID) -> None:
        """Take an open invitation back.

        Raises:
            Forbidden: `by` may not change people of that school.
            NotFound: no open invitation of that id within reach.
        """
        self._may_change(by, by.school)
        reach = by.reach(CHANGE)

        def take_back(session: Session) -> None:
            now = self._runtime.now()
            row = next(
                (one for one in repository.invitations(session, reach, now) if one.id == invitation), None
            )
            if row is None:
                raise NotFound("no open invitation of that id", key="accounts.cannot.no_invitation")
            row.withdrawn_at = now
            facts = {"invitation": str(row.id)}
            self._record_change(session, by, "invitation_withdrawn", row.school, facts)

        self._write(by, by.school, "invitation_withdrawn", take_back)

    def join(self, claims: Mapping[str, Any], code: str) -> UUID:
        """Enter whoever signed in with these claims, by the code that they were given.

        Args:
            code: as typed; case, spaces and hyphens do not matter.

        Raises:
            WrongCode: the code lets nobody in, or too many wrong ones were typed since this sign-in; on record.
            Forbidden: the claims are no good, or the sign-in is known already.
        """
        checked = tokens.read(claims, self._runtime.now())
        if isinstance(checked, Refused):
            raise Forbidden("bad claims", key=checked.words.key)
        subject = f"{checked.issuer}|{checked.identifier}"

        def enter(session: Session) -> UUID | str:
            now = self._runtime.now()
            sign_in = session.get(SessionRow, checked.session)
            if sign_in is None or sign_in.ended_at is not None:
                raise Forbidden("no such sign-in", key="accounts.refused.ended")
            if repository.known_sign_in(session, checked.issuer, checked.identifier):
                raise Forbidden("this sign-in is known", key="accounts.cannot.known")
            if sign_in.wrong_codes >= MOST_WRONG:
                return "accounts.cannot.codes"
            row = session.scalar(
                select(InvitationRow).where(InvitationRow.code_sha256 == _digest(code)).with_for_update()
            )
            if row is None or row.accepted_at or row.withdrawn_at or now >= row.until:
                sign_in.wrong_codes += 1
                clear = {"event": "refused", "reason": "bad_invitation", "session": sign_in.key[:16]}
                self._recorder.record(session, Entry(kind="auth", actor=subject, clear=clear))
                return WrongCode.key
            return self._join(session, row, checked.issuer, checked.identifier)

        done = self._database.write(enter)
        if isinstance(done, str):
            raise WrongCode("no open invitation", key=done)
        return done

    def _join(self, session: Session, row: InvitationRow, issuer: str, identifier: str) -> UUID:
        now = self._runtime.now()
        grants = [Grant(role=role, scope=row.school) for role in _roles(row)]
        person = PersonRow(
            id=self._runtime.new_id(),
            issuer=issuer,
            identifier=identifier,
            name=row.name,
            school=row.school,
            status=Status.ACTIVE,
            language=None,
            created_at=now,
            version=1,
        )
        session.add(person)
        session.flush()
        self._put_grants(session, row.made_by, person.id, grants)
        row.accepted_at, row.accepted_by = now, person.id
        clear = {
            "event": "person_joined",
            "invitation": str(row.id),
            "person": str(person.id),
            "before": None,
            "after": {"status": str(person.status), "roles": words_of(grants)},
        }
        subject = f"{issuer}|{identifier}"
        entry = Entry(
            kind="admin_change", school=row.school, actor=subject, clear=clear, sealed={"subject": subject}
        )
        self._recorder.record(session, entry)
        return person.id


def grouped(code: str) -> str:
    """A code as it is shown: groups of five with hyphens."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def _digest(code: str) -> str:
    """SHA-256 hex of a code as typed; what looks alike is read alike."""
    plain = "".join(c for c in code.upper()[:200] if c.isalnum()).translate(READ_AS)
    return hashlib.sha256(plain.encode()).hexdigest()


def _roles(row: InvitationRow) -> tuple[Role, ...]:
    return tuple(role for word in json.loads(row.roles) if (role := known(word)) is not None)


def _view(row: InvitationRow) -> Invitation:
    return Invitation(id=row.id, name=row.name, roles=_roles(row), until=row.until)
