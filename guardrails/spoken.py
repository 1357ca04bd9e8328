"""The rails of one policy, built apart for each language that the policy tells apart; and rails that let nothing pass."""

import threading
from collections.abc import Callable
from typing import Protocol

from guardrails.guardrails import Combined, Guardrails, build
from guardrails.inventory import inventory_of
from guardrails.policy import Policy
from guardrails.rail import Means
from guardrails.verdict import Action, Status, Subject, Verdict
from guardrails.worker import Workers

UNREADABLE_KEY = "guardrails.policy_unreadable"


class Rails(Protocol):
    """What judges the texts of one exchange."""

    @property
    def policy_digest(self) -> str:
        """Hex SHA-256 of the canonical policy that judges."""
        ...

    @property
    def inventory_digest(self) -> str | None:
        """Hex SHA-256 of the inventory of lists and trained files that it judges with; None: of none that is known."""
        ...

    @property
    def policy(self) -> Policy | None:
        """The policy that judges; None: none can be read."""
        ...

    @property
    def may_undo(self) -> bool:
        """Whether the policy lets a teacher undo the mask of a name."""
        ...

    def inspect(self, subject: Subject) -> Combined:
        """What all rails of the subject's stage say together."""
        ...


class SpokenRails:
    """Guardrails of a policy; where its actions differ by language, each language has rails of its own.

    A text whose language is not one of the three is judged by the strictest action of each category.
    """

    def __init__(self, policy: Policy, means: Means, *, clock: Callable[[], float]) -> None:
        self._policy, self._means, self._clock = policy, means, clock
        self._built: dict[tuple[tuple[str, str], ...], Guardrails] = {}
        self._building = threading.Lock()
        self._inventory_digest = inventory_of(means).digest
        self._for("")

    @property
    def policy_digest(self) -> str:
        """Hex SHA-256 of the canonical policy that judges."""
        return self._policy.digest

    @property
    def inventory_digest(self) -> str:
        """Hex SHA-256 of the inventory of lists and trained files that it judges with."""
        return self._inventory_digest

    @property
    def policy(self) -> Policy:
        """The policy that judges."""
        return self._policy

    @property
    def may_undo(self) -> bool:
        """Whether the policy lets a teacher undo the mask of a name."""
        return self._for("").may_undo

    def workers(self) -> tuple[Workers, ...]:
        """What runs the rails that leave Python, for each language apart where it has rails of its own."""
        with self._building:
            return tuple(one.workers for one in self._built.values())

    def inspect(self, subject: Subject) -> Combined:
        """What all rails of the subject's stage say together."""
        return self._for(subject.language).inspect(subject)

    def _for(self, language: str) -> Guardrails:
        spoken = self._policy.in_language(language)
        words = tuple((name, str(action)) for name, action in sorted(spoken.categories.items()))
        with self._building:
            if words not in self._built:
                self._built[words] = Guardrails(spoken, build(spoken, self._means), clock=self._clock)
            return self._built[words]


class ClosedRails:
    """Judges where no policy can: whatever comes is blocked, with the reason in words."""

    def __init__(self, digest: str) -> None:
        self._digest = digest

    @property
    def policy_digest(self) -> str:
        """Digest of what could not be read."""
        return self._digest

    @property
    def inventory_digest(self) -> None:
        """None is looked into."""
        return None

    @property
    def policy(self) -> None:
        """None can be read."""
        return None

    @property
    def may_undo(self) -> bool:
        """Nothing goes on."""
        return False

    def inspect(self, subject: Subject) -> Combined:
        """A block."""
        verdict = Verdict(
            rail="policy",
            version="",
            stage=subject.stage,
            action=Action.BLOCK,
            text="",
            status=Status.ERROR,
            message_key=UNREADABLE_KEY,
            detail="the policy of the school cannot be read",
        )
        return Combined(
            action=Action.BLOCK,
            text="",
            verdicts=(verdict,),
            categories=frozenset(),
            message_key=UNREADABLE_KEY,
            blocking=verdict,
        )
