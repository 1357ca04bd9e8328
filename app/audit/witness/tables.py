"""Which heads were taken by whom outside the database, and what hinders a place at this moment."""

from datetime import datetime
from typing import cast

from sqlalchemy import BigInteger, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.audit.append_only import Refuse, forbid
from app.audit.tables import HEX
from app.database import Base


class AnchorRow(Base):
    """A head that a place took; what proves it lies with that place, this is the log's own memory of it."""

    __tablename__ = "audit_anchor"

    place: Mapped[str] = mapped_column(
        String(200), primary_key=True, comment="folder, paper, or witness:<name of its key>"
    )
    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    root: Mapped[str] = mapped_column(HEX)
    note: Mapped[str] = mapped_column(
        Text, comment="the signed head, with the witness's cosignature under it"
    )
    accepted_at: Mapped[datetime]


class AnchorTroubleRow(Base):
    """Why a place did not take the newest head that it was shown; gone once it takes one."""

    __tablename__ = "audit_anchor_trouble"

    place: Mapped[str] = mapped_column(String(200), primary_key=True)
    reason: Mapped[str] = mapped_column(String(32))
    size: Mapped[int] = mapped_column(BigInteger, comment="leaves under the head that was shown")
    known: Mapped[int] = mapped_column(BigInteger, comment="leaves under the head that the place holds")
    since: Mapped[datetime]


ANCHOR = cast(Table, AnchorRow.__table__)
TROUBLE = cast(Table, AnchorTroubleRow.__table__)

forbid(ANCHOR, Refuse.UPDATE, Refuse.DELETE)
