"""What routing is asked and what it answers: labels of a question, a route, or why there is none."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.errors import Words
from app.registry import Registry, RegistryEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What a question is, as far as choosing a model needs it.

    Attributes:
        personal_data: whose data is left in the text that would be sent: `none`, `teacher` or `pupil`.
        language: of the question: kk, ru or en.
        tokens: estimate of prompt and answer together; 0 while unknown.
    """

    personal_data: str
    language: str
    task: str
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """One entry that was looked at, and why it could or could not be taken."""

    entry_id: str
    eligible: bool
    reason: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The entry that takes the question.

    The same registry, policy, labels and wish give the same route: an auditor derives it again from the record.
    """

    entry: RegistryEntry
    reason: Words
    registry_sequence: int
    registry_digest: str
    considered: tuple[Considered, ...]
    policy_version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NoRoute:
    """No approved model takes the question."""

    reason: Words
    considered: tuple[Considered, ...]
    registry_sequence: int | None
    registry_digest: str | None
    policy_version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """One call, or one sentence, is allowed at this instant; ask again for the next.

    Attributes:
        update: id of the registry_update record by which the list was in force.
    """

    entry: RegistryEntry
    registry_sequence: int
    registry_digest: str
    at: datetime
    update: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """It is not allowed; the caller records that, and calls nothing."""

    reason: Words
    entry_id: str | None = None


class InForceList(Protocol):
    """What routing needs of the registry's store."""

    def current(self) -> Registry | None:
        """The verified list; None when there is none."""
        ...

    def trouble(self) -> Words | None:
        """Why there is none."""
        ...

    def now(self) -> datetime:
        """The time by which expiry is judged."""
        ...


def in_language(key: str, language: str, **facts: str | int) -> Words:
    """A reason that names a language: in its own sentence for the product's three, by its code for others."""
    if language in {"kk", "ru", "en"}:
        return Words(key=f"{key}.{language}", facts=facts)
    return Words(key=key, facts={"language": language, **facts})
