"""What every part of the write path stands on, and how it takes a record's text under seal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.audit.canonical import canonical
from app.audit.keyring import KeyRing
from app.audit.keywatch import KeyWatch
from app.audit.ledger import Ledger
from app.audit.sealing import Sealed, seal
from app.database import Database
from app.runtime import Runtime


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """The parts of one process's log.

    Attributes:
        given_up: exchanges of this process of which question or end could not be written for certain; recovery ends
            those that are open when it can.
    """

    database: Database
    runtime: Runtime
    ledger: Ledger
    ring: KeyRing
    watch: KeyWatch
    given_up: set[UUID] = field(default_factory=set)

    def seal(self, owner_key: bytes, record_id: UUID, value: Mapping[str, Any]) -> Sealed:
        """Seal the text of a record under the key of its owner.

        Raises:
            ValueError: the value holds a float or something that is no JSON.
        """
        return seal(owner_key, record_id.bytes, canonical(value), self.runtime.randomness)
