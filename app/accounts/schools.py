"""The schools of this installation by code and name: what anybody may know, signed in or not."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.duty import Duty
from app.accounts.tables import SchoolRow


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """One school; `names` are in kk, ru and en."""

    code: str
    names: Mapping[str, str]


class Schools(Duty):
    """Reads schools, never people."""

    def schools(self) -> tuple[School, ...]:
        """Every school, by code."""

        def read(session: Session) -> tuple[School, ...]:
            rows = session.scalars(select(SchoolRow).order_by(SchoolRow.code))
            return tuple(
                School(code=row.code, names={"kk": row.name_kk, "ru": row.name_ru, "en": row.name_en})
                for row in rows
            )

        return self._database.read(read)
