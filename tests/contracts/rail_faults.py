"""Every way in which a rail may break, as fakes that stand in the place of a real one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from guardrails import rail as catalogue
from guardrails.guardrails import Guardrails, build
from guardrails.policy import Policy, RailPolicy, read
from guardrails.rail import Means, Rail
from guardrails.verdict import Action, Finding, Stage, Status, Subject, Verdict, verdict_of
from guardrails.worker import Workers

SECRET = "Айгерім Серікова 130523500121"
"""What stands in the texts and in the words of what is raised, and may stand in no verdict."""

Act = Callable[[str, Subject], object]


class Crash(BaseException):
    """What native code raises when it crashes: no `Exception`."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A rail that breaks in one way, at one stage or at all."""

    name: str
    act: Act
    stage: Stage | None
    version: str = "0"

    def inspect(self, subject: Subject) -> Verdict:
        if self.stage not in (None, subject.stage):
            return verdict_of(self.name, self.version, subject)
        return cast("Verdict", self.act(self.name, subject))


def raising(error: BaseException) -> Act:
    def act(name: str, subject: Subject) -> object:
        raise error

    return act


def endless(name: str, subject: Subject) -> object:
    return endless(name, subject)


def giving(**changed: Any) -> Act:
    """A sound verdict with one thing about it unsound."""
    return lambda name, subject: replace(verdict_of(name, "0", subject), **changed)


def finding(**changed: Any) -> Act:
    found = replace(Finding(category="resource", label="found", score=1.0), **changed)
    return giving(action=Action.WARN, findings=(found,))


def of_another_rail(name: str, subject: Subject) -> object:
    return verdict_of(next(other for other in catalogue.names() if other != name), "0", subject)


def of_another_stage(name: str, subject: Subject) -> object:
    other = next(stage for stage in Stage if stage is not subject.stage)
    return verdict_of(name, "0", replace(subject, stage=other))


def masked_otherwise(name: str, subject: Subject) -> object:
    return verdict_of(name, "0", subject, action=Action.MASK, text=f"{subject.text} және бөтен сөз")


FAULTS: Mapping[str, Act] = {
    # it raises
    "raises": raising(RuntimeError(SECRET)),
    "has no memory": raising(MemoryError()),
    "recurses": endless,
    "crashes in native code": raising(Crash(SECRET)),
    "ends the process": raising(SystemExit(SECRET)),
    "is stopped": raising(StopIteration()),
    "closes a generator": raising(GeneratorExit()),
    # it gives back what is no verdict
    "nothing": lambda name, subject: None,
    "true": lambda name, subject: True,
    "a word": lambda name, subject: "allow",
    "an action": lambda name, subject: Action.ALLOW,
    "a mapping": lambda name, subject: {"action": "allow", "text": subject.text},
    "its class": lambda name, subject: Verdict,
    # a verdict that is not on this
    "of another rail": of_another_rail,
    "of another stage": of_another_stage,
    "of another text": lambda name, subject: verdict_of(name, "0", replace(subject, text="бөтен мәтін")),
    "another text": giving(text="бөтен мәтін"),
    "another text as a mask": masked_otherwise,
    "what was masked": lambda name, subject: verdict_of(name, "0", subject, text=f"{subject.text} {SECRET}"),
    # a verdict that says of itself that it is none
    "failed, and allows": giving(status=Status.ERROR),
    "overran, and allows": giving(status=Status.TIMEOUT),
    "skipped itself": giving(status=Status.SKIPPED),
    # garbage inside
    "no text": giving(text=None),
    "a number for a text": giving(text=7),
    "bytes for a text": giving(text=b"x"),
    "a word for an action": giving(action="allow"),
    "no action": giving(action=None),
    "a list of findings": giving(findings=[]),
    "no findings": giving(findings=None),
    "a word for a finding": giving(findings=("secrets",)),
    "an unknown category": finding(category="no.such.category"),
    "a category that is none": finding(category=["secrets"]),
    "a score that is no number": finding(score=float("nan")),
    "an endless score": finding(score=float("inf")),
    "a word for a score": finding(score="1.0"),
    "a span of words": finding(span=("a", "b")),
    "half a span": finding(span=(1,)),
    "a span that is none": finding(span=7),
    "a threshold that is no number": giving(threshold=float("nan")),
    "a score against the thresholds that is no number": giving(scored=float("nan")),
    "a word for a threshold": giving(threshold="high"),
    "a number for a message": giving(message_key=7),
}


def places(policy: Policy | None = None) -> tuple[tuple[str, Stage], ...]:
    """Every rail in every stage in which it stands."""
    return tuple((name, stage) for stage, listed in (policy or read()).stages.items() for name in listed)


def broken(
    name: str,
    act: Act,
    *,
    real: Mapping[str, Rail],
    stage: Stage | None = None,
    guarded: bool = False,
    budget_ms: float = 10_000.0,
    workers: Workers | None = None,
    effort: Callable[[], float] = lambda: 0.0,
) -> Guardrails:
    """The shipped rails with one of them broken; no other overruns, however busy the machine is."""
    policy = read()
    rails = {
        each: replace(
            one,
            enabled=one.enabled or each == name,
            budget_ms=budget_ms if each == name else 1e8,
            hang_guard=guarded and each == name,
        )
        for each, one in policy.rails.items()
    }
    standing = dict(real) | {name: Broken(name, act, stage)}
    policy = replace(policy, rails=cast("Mapping[str, RailPolicy]", rails))
    return Guardrails(policy, standing, clock=lambda: 0.0, effort=effort, workers=workers)


def shipped() -> Mapping[str, Rail]:
    """The real rails of the shipped policy."""
    return build(read(), Means())
