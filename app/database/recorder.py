"""The port through which a duty leaves a record in the audit log inside its own transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing to record.

    `clear` and `sealed` hold JSON of strings, integers, booleans, nulls, lists and mappings only (no floats:
    canonical bytes must be the same everywhere; write scores as strings). `sealed` is encrypted under a key
    of its own. `actor` is `iss|sub` of the person; the log keeps its keyed pseudonym only.
    """

    kind: str
    school: str | None = None
    actor: str | None = None
    role: str | None = None
    exchange: UUID | None = None
    clear: Mapping[str, Any] = field(default_factory=dict)
    sealed: Mapping[str, Any] | None = None
    record_id: UUID | None = None


class Recorder(Protocol):
    """Whoever writes records; `bootstrap` wires the audit log in."""

    def record(self, session: Session, entry: Entry) -> UUID:
        """Add the record to this transaction and give its id; it is durable when the transaction is."""
        ...
