"""What a person has been told about AI before using it: their answer to the notice, kept and recorded."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.duty import Duty
from app.accounts.notice import VERSION, NoticeState
from app.accounts.principal import Principal
from app.accounts.tables import NoticeRow
from app.errors import Conflict


class Notices(Duty):
    """Reading and giving the answer to the first-use notice."""

    def notice(self, principal: Principal) -> NoticeState:
        """Where the person stands with the current version."""

        def look(session: Session) -> NoticeState:
            rows = session.scalars(
                select(NoticeRow)
                .where(NoticeRow.person_id == principal.person_id)
                .order_by(NoticeRow.answered_at)
            ).all()
            mine = next((row for row in rows if row.version == VERSION), None)
            earlier = [row.version for row in rows if row.version != VERSION]
            return NoticeState(
                version=VERSION,
                answered=mine is not None,
                accepted=mine is not None and mine.accepted,
                at=None if mine is None else mine.answered_at,
                earlier=earlier[-1] if earlier else None,
            )

        return self._database.read(look)

    def accept_notice(self, principal: Principal, version: str, language: str) -> NoticeState:
        """Keep that the person has read and accepted this version, in this language.

        Raises:
            Conflict: the notice has changed since it was shown.
            NotRecorded: nothing was kept.
        """
        return self._answer(principal, version, language, accepted=True)

    def refuse_notice(self, principal: Principal, version: str, language: str) -> NoticeState:
        """Keep that the person goes on without AI; they may change their mind at any time.

        Raises:
            Conflict: the notice has changed since it was shown.
            NotRecorded: nothing was kept.
        """
        return self._answer(principal, version, language, accepted=False)

    def _answer(self, principal: Principal, version: str, language: str, *, accepted: bool) -> NoticeState:
        if version != VERSION:
            raise Conflict(
                f"notice {version} was shown, {VERSION} is current", key="accounts.cannot.notice_changed"
            )
        now = self._runtime.now()

        def keep(session: Session) -> None:
            row = session.get(NoticeRow, (principal.person_id, version))
            if row is None:
                row = NoticeRow(person_id=principal.person_id, version=version)
                session.add(row)
            row.accepted, row.language, row.answered_at = accepted, language, now
            event = "notice_accepted" if accepted else "notice_refused"
            self._recorder.record(
                session, self._about(principal, {"event": event, "version": version, "language": language})
            )

        self._database.write(keep)
        return self.notice(principal)
