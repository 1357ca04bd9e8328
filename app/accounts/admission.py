"""Who is let in: claims become a principal from the database, at every action, or a refusal on record."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import claims as tokens
from app.accounts import repository
from app.accounts.claims import MAXIMUM_AGE, Claims
from app.accounts.duty import Duty
from app.accounts.notice import VERSION
from app.accounts.principal import Principal, Reason, Refused
from app.accounts.repository import Standing, Status
from app.accounts.tables import PersonRow, SessionRow
from app.database import Entry


class Admission(Duty):
    """Sign-in, the check at every action, sign-out."""

    def current(self, claims: Mapping[str, Any]) -> Principal | Refused:
        """Who the browser with these claims is now: role, status and sign-out are read from the database.

        The first action of a sign-in and every new refusal are recorded; a settled session only reads.

        Raises:
            NotRecorded: the sign-in or the refusal could not be recorded; nobody is let in.
        """
        checked = tokens.read(claims, self._runtime.now())
        if isinstance(checked, Refused):
            self._database.write(
                lambda session: self._note_refusal(session, checked, tokens.session_key(claims))
            )
            return checked
        verdict, settled = self._database.read(lambda session: self._look(session, checked))
        if isinstance(verdict, Principal) and settled:
            return verdict
        return self._settle(checked)

    def sign_in(self, claims: Mapping[str, Any]) -> Principal | Refused:
        """The same as `current`: the first action of a sign-in is what records it."""
        return self.current(claims)

    def recheck(self, principal: Principal) -> Principal | Refused:
        """The principal as the database has them now; asked before every model call and every change.

        Raises:
            NotRecorded: a refusal could not be recorded.
        """
        issuer, _, identifier = principal.subject.partition("|")

        def look(session: Session) -> Principal | Refused:
            now = repository.standing(session, issuer, identifier, principal.session, VERSION)
            verdict = _decide(now, issuer, identifier)
            old = now.session is not None and self._runtime.now() - now.session.began_at > MAXIMUM_AGE
            if isinstance(verdict, Principal) and old:
                return Refused(reason=Reason.EXPIRED, issuer=issuer, identifier=identifier)
            return verdict

        verdict = self._database.read(look)
        if isinstance(verdict, Refused):
            refused = verdict
            self._database.write(lambda session: self._note_refusal(session, refused, principal.session))
            return refused
        return replace(
            verdict,
            session=principal.session,
            notice_accepted=verdict.notice_accepted
            or (principal.session is None and principal.notice_accepted),
        )

    def act_as(self, subject: str) -> Principal | Refused:
        """The person `iss|sub` for whoever runs commands on the server; recorded, and taken to have read the notice."""
        issuer, _, identifier = subject.partition("|")

        def admit(session: Session) -> Principal | Refused:
            verdict = _decide(
                repository.standing(session, issuer, identifier, None, VERSION), issuer, identifier
            )
            event = {"event": "acted_as", "means": "command_line"}
            if isinstance(verdict, Refused):
                self._note_refusal(session, verdict, None)
                return verdict
            self._record(session, verdict, event)
            return replace(verdict, notice_accepted=True)

        return self._database.write(admit)

    def sign_out(self, principal: Principal) -> None:
        """End this sign-in in all tabs and windows that share it."""

        def end(session: Session) -> None:
            row = session.get(SessionRow, principal.session) if principal.session else None
            if row is not None and row.ended_at is None:
                row.ended_at = self._runtime.now()
                self._record(session, principal, {"event": "signed_out", "session": row.key[:16]})

        self._database.write(end)

    def note_broken_sign_ins(self, number: int) -> None:
        """Record sign-ins whose token the verification refused; who it was is not known then."""
        entry = Entry(kind="auth", clear={"event": "refused", "reason": "bad_token", "count": number})
        self._database.write(lambda session: self._recorder.record(session, entry))

    def set_language(self, principal: Principal, language: str) -> None:
        """Keep the language a person chose for the screens (kk, ru or en)."""

        def keep(session: Session) -> None:
            row = session.get(PersonRow, principal.person_id)
            if row is not None:
                row.language = language

        self._database.write(keep)

    def _look(self, session: Session, checked: Claims) -> tuple[Principal | Refused, bool]:
        """The verdict, and whether it is on record already."""
        now = self._standing(session, checked)
        known = (
            now.session is not None and now.session.person_id is not None and now.session.refused_for is None
        )
        return _verdict(now, checked), known

    def _standing(self, session: Session, checked: Claims) -> Standing:
        return repository.standing(session, checked.issuer, checked.identifier, checked.session, VERSION)

    def _settle(self, checked: Claims) -> Principal | Refused:
        try:
            return self._database.write(lambda session: self._admit(session, checked))
        except IntegrityError:  # another tab or replica wrote the same sign-in first
            return self._database.write(lambda session: self._admit(session, checked))

    def _admit(self, session: Session, checked: Claims) -> Principal | Refused:
        """Decide again inside the writing transaction and leave the record of it."""
        now = self._standing(session, checked)
        verdict = _verdict(now, checked)
        if isinstance(verdict, Refused):
            self._note_refusal(session, verdict, checked.session, began_at=checked.began_at)
            return verdict
        row = now.session or self._new_session(session, checked.session, checked.began_at)
        if row.person_id is None or row.refused_for is not None:
            row.person_id, row.refused_for = verdict.person_id, None
            self._record(session, verdict, {"event": "signed_in", "session": row.key[:16]})
        return verdict

    def _new_session(self, session: Session, key: str, began_at: datetime) -> SessionRow:
        now = self._runtime.now()
        session.execute(delete(SessionRow).where(SessionRow.began_at < now - 2 * MAXIMUM_AGE))
        row = SessionRow(key=key, person_id=None, began_at=began_at, ended_at=None, refused_for=None)
        session.add(row)
        return row

    def _note_refusal(
        self, session: Session, refused: Refused, key: str | None, *, began_at: datetime | None = None
    ) -> None:
        """Record a refusal once per sign-in and reason, so that a page that keeps reloading does not fill the log."""
        if key is not None:
            row = session.get(SessionRow, key) or self._new_session(
                session, key, began_at or self._runtime.now()
            )
            if row.refused_for == refused.reason:
                return
            row.refused_for = refused.reason
        person = _person_of(session, refused)
        entry = Entry(
            kind="auth",
            school=None if person is None else person.school,
            actor=f"{refused.issuer}|{refused.identifier}" if refused.issuer else None,
            clear={"event": "refused", "reason": str(refused.reason), "session": key and key[:16]},
        )
        self._recorder.record(session, entry)

    def _record(self, session: Session, principal: Principal, clear: Mapping[str, Any]) -> UUID:
        return self._recorder.record(session, self._about(principal, clear))


def _person_of(session: Session, refused: Refused) -> PersonRow | None:
    return repository.standing(session, refused.issuer, refused.identifier, None, VERSION).person


def _verdict(now: Standing, checked: Claims) -> Principal | Refused:
    verdict = _decide(now, checked.issuer, checked.identifier)
    return verdict if isinstance(verdict, Refused) else replace(verdict, session=checked.session)


def _decide(now: Standing, issuer: str, identifier: str) -> Principal | Refused:
    """Let in whoever is known, active, not signed out and holds a role."""

    def refuse(reason: Reason) -> Refused:
        return Refused(reason=reason, issuer=issuer, identifier=identifier)

    if now.session is not None and now.session.ended_at is not None:
        return refuse(Reason.ENDED)
    if now.person is None:
        return refuse(Reason.UNKNOWN)
    if now.person.status != Status.ACTIVE:
        return refuse(Reason.SUSPENDED)
    if not now.grants:
        return refuse(Reason.NO_ROLE)
    return Principal(
        person_id=now.person.id,
        subject=f"{issuer}|{identifier}",
        name=now.person.name,
        school=now.person.school,
        school_names=now.school_names,
        grants=now.grants,
        language=now.person.language,
        notice_accepted=now.notice is not None and now.notice.accepted,
    )
