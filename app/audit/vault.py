"""Sealing of values that are no records (titles, drafts, documents), under the keys that erasure deletes."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.keyring import KeyRing
from app.audit.sealing import decrypt, derive, encrypt
from app.errors import NotFound
from app.runtime import Runtime

USE = "vault"


class Vault:
    """Seals bytes under the key of their owner (a conversation, a document); all of an owner's go together.

    Everything happens in the caller's transaction: a value is stored with its key or not at all.
    """

    def __init__(self, runtime: Runtime, ring: KeyRing) -> None:
        self._runtime = runtime
        self._ring = ring

    def seal(self, session: Session, *, school: str | None, owner: UUID, data: bytes) -> bytes:
        """The sealed bytes to store; the owner's first value makes the owner's key."""
        key = self._ring.find(session, [owner]).get(owner)
        if key is None:
            made = self._ring.make(school, owner, session)
            made.store(session)
            key = made.key
        randomness = self._runtime.randomness
        return encrypt(derive(key, USE, owner.bytes), data, bound_to=owner.bytes, randomness=randomness)

    def open(self, session: Session, *, owner: UUID, sealed: bytes) -> bytes:
        """The data again.

        Raises:
            NotFound: the owner's key was erased.
            TamperedLog: the bytes were changed, or belong to another owner.
        """
        (data,) = self.open_series(session, owner=owner, sealed=(sealed,))
        return data

    def open_series(self, session: Session, *, owner: UUID, sealed: Sequence[bytes]) -> tuple[bytes, ...]:
        """Many values of one owner, in their order.

        Raises:
            NotFound: the owner's key was erased.
            TamperedLog: bytes were changed, or belong to another owner.
        """
        key = self._ring.find(session, [owner]).get(owner)
        if key is None:
            raise NotFound("the key of this value was erased", key="audit.refusal.erased")
        derived = derive(key, USE, owner.bytes)
        return tuple(decrypt(derived, one, bound_to=owner.bytes) for one in sealed)

    def open_many(self, session: Session, values: Mapping[UUID, bytes]) -> Mapping[UUID, bytes]:
        """Many values at once, by owner, one value each; those whose key was erased are left out.

        Raises:
            TamperedLog: bytes were changed, or belong to another owner.
        """
        keys = self._ring.find(session, values)
        return {
            owner: decrypt(derive(keys[owner], USE, owner.bytes), sealed, bound_to=owner.bytes)
            for owner, sealed in values.items()
            if owner in keys
        }

    def erase(self, session: Session, owner: UUID) -> bool:
        """Delete the owner's key: its values are gone for ever. False if there was none."""
        return self._ring.erase(session, owner)
