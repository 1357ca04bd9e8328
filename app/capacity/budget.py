"""What a school allows itself in one day, what was used of it, and the refusal when nothing is left."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from app.errors import Words
from app.i18n.translator import ZONE

CURRENCY = "KZT"
MICRO = 1_000_000
KINDS = ("requests", "tokens", "cost")
WHOLE, EACH = "school", "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most of one day; None: no limit, 0: nothing at all.

    Attributes:
        requests: calls of a model, those beside an answer included (a follow-up rewritten, a field filled in).
        tokens: prompts and answers together.
        cost: whole units of `CURRENCY`, by the prices in the binding of an entry.
    """

    requests: int | None = None
    tokens: int | None = None
    cost: int | None = None


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a school set: for all of it, and for each of its people; version 0: it has not set anything yet."""

    school: str
    whole: Limits = NO_LIMITS
    each: Limits = NO_LIMITS
    version: int = 0

    @property
    def digest(self) -> str:
        """SHA-256 hex of the limits, for records."""
        plain = json.dumps([self.school, asdict(self.whole), asdict(self.each)], sort_keys=True)
        return hashlib.sha256(plain.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What was used on one day; `cost` in millionths of a unit of `CURRENCY`, calls under way by their estimate."""

    requests: int = 0
    tokens: int = 0
    cost: int = 0


FREE = Spent()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhausted:
    """No further call today: the caller records `reason` and calls nothing.

    Attributes:
        holder: `person` or `school`: whose budget it is.
        kind: `requests`, `tokens` or `cost`.
        until: when the next day begins.
    """

    reason: Words
    holder: str
    kind: str
    until: datetime


def used_up(limits: Limits, spent: Spent) -> str | None:
    """The first kind of which nothing is left; None: a call may begin.

    A call may begin while anything is left: the last one of a day can end above the limit, and no other begins then.
    """
    for kind in KINDS:
        most: int | None = getattr(limits, kind)
        used: int = getattr(spent, kind)
        if most is not None and used >= (most * MICRO if kind == "cost" else most):
            return kind
    return None


def exhausted(budget: Budget, whole: Spent, own: Spent, at: datetime) -> Exhausted | None:
    """Whether a person's or the school's budget is used up, the person's first."""
    for holder, limits, spent in ((EACH, budget.each, own), (WHOLE, budget.whole, whole)):
        kind = used_up(limits, spent)
        if kind is not None:
            until = next_day(at)
            facts = {"most": getattr(limits, kind), "until": until.strftime("%d.%m.%Y %H:%M")}
            return Exhausted(
                reason=Words(key=f"capacity.refused.{kind}.{holder}", facts=facts),
                holder=holder,
                kind=kind,
                until=until,
            )
    return None


def day_of(at: datetime) -> date:
    """The school's own day at an instant (Asia/Almaty)."""
    return at.astimezone(ZONE).date()


def next_day(at: datetime) -> datetime:
    """When the school's next day begins."""
    local = at.astimezone(ZONE)
    return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
