"""Runs the rails of a stage in the order of the policy and joins what they say into one verdict."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from guardrails import rail as catalogue
from guardrails import stopped
from guardrails.inventory import Inventory, inventory_of
from guardrails.policy import SHIPPED, Policy, PolicyRefused, RailPolicy, read
from guardrails.rail import Means, Rail
from guardrails.soundness import verdict_on
from guardrails.verdict import Action, Stage, Status, Subject, Verdict, severest
from guardrails.worker import NoWorker, Overrun, Workers

FAILED_KEY = "guardrails.rail_failed"
LOOKS = 2
"""How often a rail may overrun its budget on one text before that is its failure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """What all rails of a stage say together."""

    action: Action
    text: str
    verdicts: tuple[Verdict, ...]
    categories: frozenset[str]
    message_key: str | None
    blocking: Verdict | None

    @property
    def blocked(self) -> bool:
        """Whether nothing of the text goes on."""
        return self.action is Action.BLOCK

    @property
    def message_keys(self) -> tuple[str, ...]:
        """Every message of the rails, the most severe first."""
        ordered = sorted(self.verdicts, key=lambda verdict: -verdict.action.severity)
        return tuple(dict.fromkeys(verdict.message_key for verdict in ordered if verdict.message_key))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mounted:
    """A rail in its place."""

    name: str
    rail: Rail
    policy: RailPolicy


class Guardrails:
    """The rails of a policy, built once and shared by all threads.

    Rails run inline: they are pure Python over linear patterns, a hand-over to another thread costs more
    than they do, and a regex that hangs could not be cut there either. Their overrun is measured after the
    fact, in CPU time of the thread, so that a loaded machine refuses nobody; who overran is asked once more,
    because a collection of garbage may have fallen into its time. A rail that leaves Python
    (a model, a file) carries `hang_guard = true` in the policy: it runs in a worker with a limit in wall time. Where it says of a
    text that it will not (`waits`), it runs inline with a limit of its own (`inline_ms`).
    """

    def __init__(
        self,
        policy: Policy,
        rails: Mapping[str, Rail],
        *,
        clock: Callable[[], float],
        effort: Callable[[], float] = time.thread_time,
        workers: Workers | None = None,
        inventory: Inventory | None = None,
    ) -> None:
        self._policy, self._inventory = policy, inventory
        self._clock = clock
        self._effort = effort
        self._workers = workers or Workers()
        self._stages = MappingProxyType(
            {
                stage: tuple(self._mount(name, rails) for name in listed)
                for stage, listed in policy.stages.items()
            }
        )

    @classmethod
    def load(cls, policy: Path = SHIPPED, *, means: Means, clock: Callable[[], float]) -> "Guardrails":
        """Builds the rails that a policy names, and imports no other.

        Raises:
            PolicyRefused: a rail or category that does not exist, or a rail in a stage it is not made for.
        """
        parsed = read(policy)
        return cls(parsed, build(parsed, means), clock=clock, inventory=inventory_of(means))

    @property
    def policy_digest(self) -> str:
        """Hex SHA-256 of the canonical policy."""
        return self._policy.digest

    @property
    def inventory_digest(self) -> str | None:
        """Hex SHA-256 of the inventory of lists and trained files that it judges with; None: it was not given one."""
        return None if self._inventory is None else self._inventory.digest

    @property
    def workers(self) -> Workers:
        """What runs the rails that leave Python; a rail that hangs leaves a thread behind in it."""
        return self._workers

    @property
    def may_undo(self) -> bool:
        """Whether the policy lets a teacher undo the mask of a name."""
        personal = self._policy.rails.get("personal_data")
        return personal is not None and "name" in personal.undo

    @property
    def policy(self) -> Policy:
        """The policy that judges."""
        return self._policy

    @property
    def policy_version(self) -> str:
        """The version that the policy gives itself."""
        return self._policy.version

    def inspect(self, subject: Subject) -> Combined:
        """Runs the stage. A block ends the run; the rails behind it are recorded as skipped."""
        verdicts: list[Verdict] = []
        blocking: Verdict | None = None
        for mounted in self._stages[subject.stage]:
            if blocking is not None or not mounted.policy.enabled:
                verdicts.append(_skipped(mounted, subject))
                continue
            verdict = self._run(mounted, subject)
            verdicts.append(verdict)
            if verdict.blocked:
                blocking = verdict
            else:
                subject = replace(subject, text=verdict.text)
        return Combined(
            action=severest(verdict.action for verdict in verdicts),
            text="" if blocking else subject.text,
            verdicts=tuple(verdicts),
            categories=frozenset(finding.category for verdict in verdicts for finding in verdict.findings),
            message_key=_message(verdicts, blocking),
            blocking=blocking,
        )

    def _run(self, mounted: Mounted, subject: Subject) -> Verdict:
        budget_ms = mounted.policy.budget_ms
        started = self._clock()
        try:
            if mounted.policy.hang_guard and not self._stays(mounted, subject):
                verdict: object = self._workers.run(
                    lambda: mounted.rail.inspect(subject), seconds=budget_ms / 1000
                )
                overrun = False
            else:
                if mounted.policy.hang_guard:
                    budget_ms = mounted.policy.inline_ms
                verdict, overrun = self._inline(lambda: mounted.rail.inspect(subject), budget_ms / 1000)
        except Overrun as error:
            return self._failed(mounted, subject, started, Status.TIMEOUT, str(error))
        except NoWorker as error:
            return self._failed(mounted, subject, started, Status.ERROR, str(error))
        except KeyboardInterrupt:
            raise
        except (
            BaseException
        ) as error:  # a rail that breaks is a block; native code crashes with no `Exception`
            return self._failed(mounted, subject, started, Status.ERROR, type(error).__name__)
        try:
            sound = verdict_on(verdict, mounted.name, subject, self._policy.categories)
        except ValueError as error:
            return self._failed(mounted, subject, started, Status.ERROR, str(error))
        if overrun:
            return self._failed(mounted, subject, started, Status.TIMEOUT, f"budget {budget_ms:g} ms")
        return replace(sound, latency_ms=(self._clock() - started) * 1000)

    def _stays(self, mounted: Mounted, subject: Subject) -> bool:
        """Whether a guarded rail says that it stays in Python this time; without a limit for that it is never believed.

        Raises:
            Overrun: to say so took it longer than the rail itself may take inline.
        """
        waits, budget_ms = getattr(mounted.rail, "waits", None), mounted.policy.inline_ms
        if budget_ms <= 0 or waits is None:
            return False
        said, overrun = self._inline(lambda: waits(subject), budget_ms / 1000)
        if overrun:
            raise Overrun(f"budget {budget_ms:g} ms, before it began")
        return said is False

    def _inline(self, work: Callable[[], object], budget: float) -> tuple[object, bool]:
        """What the work of a rail comes to, and whether it overran: twice, since the process may collect its garbage in any thread's time."""
        for _ in range(LOOKS):
            effort = self._effort()
            result = work()
            if self._effort() - effort <= budget:
                return result, False
        return result, True

    def _failed(
        self, mounted: Mounted, subject: Subject, started: float, status: Status, detail: str
    ) -> Verdict:
        return Verdict(
            rail=mounted.name,
            version=_version(mounted),
            stage=subject.stage,
            action=Action.BLOCK,
            status=status,
            text="",
            latency_ms=(self._clock() - started) * 1000,
            message_key=FAILED_KEY,
            detail=detail,
        )

    def _mount(self, name: str, rails: Mapping[str, Rail]) -> Mounted:
        return Mounted(name=name, rail=rails[name], policy=self._policy.rails[name])


def build(policy: Policy, means: Means) -> Mapping[str, Rail]:
    """The rails of a policy by name.

    Raises:
        PolicyRefused: a rail or category that does not exist, or a rail in a stage it is not made for.
    """
    rails: dict[str, Rail] = {}
    known: set[str] = set()
    covered: set[str] = set()
    left_to_schools: dict[str, frozenset[str]] = {}
    for name, rail_policy in policy.rails.items():
        try:
            module = catalogue.load(name)
        except LookupError as error:
            raise PolicyRefused(str(error)) from error
        for stage, listed in policy.stages.items():
            if name in listed and stage not in module.stages:
                raise PolicyRefused(f"the rail {name} is not made for stage {stage}")
        missing = sorted(module.categories - set(policy.categories))
        if missing:
            raise PolicyRefused(f"the policy names no action for {', '.join(missing)} of the rail {name}")
        known |= module.categories
        rails[name] = module.build(means, rail_policy)
        if name not in policy.floor.optional:
            covered |= module.categories if module.stages & {Stage.INPUT} else frozenset()
        else:
            left_to_schools[name] = module.categories
    for name, categories in left_to_schools.items():
        if alone := sorted(categories - covered):
            raise PolicyRefused(f"the rail {name} may not be the only one of {', '.join(alone)}")
    unknown = sorted(set(policy.categories) - known)
    if unknown:
        raise PolicyRefused(f"no rail of the policy knows the category {', '.join(unknown)}")
    return MappingProxyType(rails)


def _skipped(mounted: Mounted, subject: Subject) -> Verdict:
    return Verdict(
        rail=mounted.name,
        version=_version(mounted),
        stage=subject.stage,
        action=Action.ALLOW,
        status=Status.SKIPPED,
        text="",
        detail="behind a block" if mounted.policy.enabled else "switched off in the policy",
    )


def _version(mounted: Mounted) -> str:
    return str(getattr(mounted.rail, "version", ""))


def _message(verdicts: list[Verdict], blocking: Verdict | None) -> str | None:
    if blocking is not None:
        return stopped.told(blocking)
    ordered = sorted(verdicts, key=lambda verdict: -verdict.action.severity)
    return next((verdict.message_key for verdict in ordered if verdict.message_key), None)
