"""The keys that seal: one per owner, wrapped by one per school and month, wrapped by the master key."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.audit.sealing import KEY_BYTES, decrypt, encrypt
from app.audit.tables import KEY, KeyRow, WrappingKeyRow
from app.database import Database, Prepared
from app.runtime import Runtime

INSERT_KEY = Prepared.insert(KEY)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class NewKey:
    """A key that is not stored yet; `store` it in the transaction of what it seals."""

    owner_id: UUID
    school: str
    month: str
    key: bytes
    wrapped: bytes

    def store(self, session: Session) -> None:
        """Add the wrapped key to the transaction."""
        INSERT_KEY.run(
            session, owner_id=self.owner_id, school=self.school, month=self.month, wrapped=self.wrapped
        )


class KeyRing:
    """Makes, wraps and unwraps; wrapping keys stay in memory once they are durably stored."""

    def __init__(self, database: Database, runtime: Runtime, master: bytes) -> None:
        self._database = database
        self._runtime = runtime
        self._master = master
        self._wrapping: dict[tuple[str, str], bytes] = {}

    def make(self, school: str | None, owner_id: UUID, session: Session | None = None) -> NewKey:
        """A fresh key for an owner, under the school's wrapping key of this month.

        Args:
            session: the caller's transaction; without one, a missing wrapping key is committed on its own.
        """
        name, month = school or "", _month(self._runtime.now())
        wrapping = self._wrapping_key(name, month, session)
        key = self._runtime.randomness(KEY_BYTES)
        wrapped = encrypt(wrapping, key, bound_to=owner_id.bytes, randomness=self._runtime.randomness)
        return NewKey(owner_id=owner_id, school=name, month=month, key=key, wrapped=wrapped)

    def find(self, session: Session, owners: Iterable[UUID]) -> Mapping[UUID, bytes]:
        """The keys of these owners; those that were erased, or never were, are left out."""
        wanted = list(owners)
        found: dict[UUID, bytes] = {}
        opened: dict[tuple[str, str], bytes | None] = {}
        for start in range(0, len(wanted), 500):
            rows = session.execute(
                select(KeyRow.owner_id, KeyRow.school, KeyRow.month, KeyRow.wrapped).where(
                    KeyRow.owner_id.in_(wanted[start : start + 500])
                )
            )
            for owner_id, school, month, wrapped in rows:
                if (school, month) not in opened:
                    opened[school, month] = self._existing(session, school, month)
                wrapping = opened[school, month]
                if wrapping is not None:
                    found[owner_id] = decrypt(wrapping, wrapped, bound_to=owner_id.bytes)
        return found

    def rewrap(self, session: Session, owner_id: UUID) -> None:
        """Wrap an owner's key by this month's wrapping key of its school; the key itself stays the same.

        Raises:
            LookupError: the owner has no key, or its wrapping key is gone.
        """
        key = self.find(session, [owner_id])[owner_id]
        school = session.scalar(select(KeyRow.school).where(KeyRow.owner_id == owner_id)) or ""
        month = _month(self._runtime.now())
        wrapping = self._wrapping_key(school, month, session)
        wrapped = encrypt(wrapping, key, bound_to=owner_id.bytes, randomness=self._runtime.randomness)
        self.erase(session, owner_id)
        NewKey(owner_id=owner_id, school=school, month=month, key=key, wrapped=wrapped).store(session)

    def forget(self, school: str, month: str) -> None:
        """Let go of a wrapping key that was deleted."""
        self._wrapping.pop((school, month), None)

    def erase(self, session: Session, owner_id: UUID) -> bool:
        """Delete an owner's key: what it sealed is gone for ever. False if there was none."""
        gone = session.execute(delete(KeyRow).where(KeyRow.owner_id == owner_id).returning(KeyRow.owner_id))
        return gone.first() is not None

    def _existing(self, session: Session, school: str, month: str) -> bytes | None:
        cached = self._wrapping.get((school, month))
        if cached is not None:
            return cached
        wrapped = session.scalar(
            select(WrappingKeyRow.wrapped).where(
                WrappingKeyRow.school == school, WrappingKeyRow.month == month
            )
        )
        return None if wrapped is None else decrypt(self._master, wrapped, bound_to=_place(school, month))

    def _wrapping_key(self, school: str, month: str, session: Session | None) -> bytes:
        """Kept in memory only after its commit: a key of a transaction that rolled back must not seal anything."""
        cached = self._wrapping.get((school, month))
        if cached is not None:
            return cached
        if session is not None:
            return self._store(session, school, month)
        key = self._database.write(lambda own: self._store(own, school, month))
        self._wrapping[school, month] = key
        return key

    def _store(self, session: Session, school: str, month: str) -> bytes:
        existing = self._existing(session, school, month)
        if existing is not None:
            return existing
        fresh = encrypt(
            self._master,
            self._runtime.randomness(KEY_BYTES),
            bound_to=_place(school, month),
            randomness=self._runtime.randomness,
        )
        dialect = postgresql if self._database.dialect == "postgresql" else sqlite
        statement = dialect.insert(WrappingKeyRow).values(school=school, month=month, wrapped=fresh)
        session.execute(statement.on_conflict_do_nothing())
        stored = self._existing(session, school, month)
        if stored is None:
            raise LookupError(f"the wrapping key of {month} was not stored")
        return stored


def _month(at: datetime) -> str:
    return at.strftime("%Y-%m")


def _place(school: str, month: str) -> bytes:
    return f"wrapping|{school}|{month}".encode()
