"""The admin's choice while it is being made, and what it would change for teachers; nothing here is saved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, Self

from app.errors import Words
from app.registry.entry import DataClass, RegistryEntry
from app.routing import Default, Labels, NoRoute, Route, SchoolPolicy

LANGUAGES = ("kk", "ru", "en")
TASK = "answer"
_Outcome = tuple[str | None, str | None, str]


class Routes(Protocol):
    """What the preview needs of the router; it calls no model."""

    def route(self, labels: Labels, policy: SchoolPolicy, *, prefer: str | None = None) -> Route | NoRoute:
        """The entry for a question, or why none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A choice on the screen, first choice first.

    Attributes:
        base: the stored choice that it started from.
    """

    base: SchoolPolicy
    allowed: tuple[str, ...]
    defaults: tuple[Default, ...] = ()

    @classmethod
    def of(cls, policy: SchoolPolicy) -> Self:
        """The stored choice, unchanged."""
        return cls(base=policy, allowed=policy.allowed, defaults=policy.defaults)

    @property
    def changed(self) -> bool:
        """Whether it differs from what it started from."""
        return (self.allowed, self.defaults) != (self.base.allowed, self.base.defaults)

    @property
    def policy(self) -> SchoolPolicy:
        """The choice as the router reads it."""
        version = max(1, self.base.version)
        return replace(self.base, allowed=self.allowed, defaults=self.defaults, version=version)

    def with_one(self, entry_id: str) -> Self:
        """With an entry more, as the last choice."""
        return self if entry_id in self.allowed else replace(self, allowed=(*self.allowed, entry_id))

    def without(self, entry_id: str) -> Self:
        """With an entry less, and without the defaults that named it."""
        return replace(
            self,
            allowed=tuple(one for one in self.allowed if one != entry_id),
            defaults=tuple(one for one in self.defaults if one.entry_id != entry_id),
        )

    def wanting(self, task: str, language: str, entry_id: str) -> Self:
        """With an entry as the default for a task in a language, instead of another one; "" takes it away."""
        kept = tuple(one for one in self.defaults if (one.task, one.language) != (task, language))
        new = (Default(task=task, language=language, entry_id=entry_id),) if entry_id else ()
        return replace(self, defaults=(*kept, *new))

    def moved(self, entry_id: str, by: int) -> Self:
        """With an entry further up (-1) or down (1); at the end of the list it stays."""
        order = list(self.allowed)
        if entry_id not in order:
            return self
        place = order.index(entry_id)
        target = min(max(place + by, 0), len(order) - 1)
        order.insert(target, order.pop(place))
        return replace(self, allowed=tuple(order))


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Who takes a kind of question, or why nobody."""

    entry: RegistryEntry | None
    reason: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A kind of question that another model would take than today."""

    language: str
    personal_data: DataClass
    before: Taken
    after: Taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Kinds of questions that change in the same way."""

    languages: tuple[str, ...]
    classes: tuple[DataClass, ...]
    before: Taken
    after: Taken


def differences(
    router: Routes, before: SchoolPolicy, after: SchoolPolicy, *, task: str = TASK
) -> tuple[Difference, ...]:
    """What changes for teachers, over every language and class of personal data; a new reason alone is no change."""
    found = []
    for personal_data in DataClass:
        for language in LANGUAGES:
            labels = Labels(personal_data=str(personal_data), language=language, task=task, tokens=0)
            old, new = taken(router.route(labels, before)), taken(router.route(labels, after))
            if _id(old) != _id(new):
                found.append(
                    Difference(language=language, personal_data=personal_data, before=old, after=new)
                )
    return tuple(found)


def grouped(found: Sequence[Difference]) -> tuple[Group, ...]:
    """Differences with the same outcome together: first those of a class over languages, then classes of equal languages."""
    by_class: dict[tuple[DataClass, _Outcome], list[Difference]] = {}
    for one in found:
        by_class.setdefault((one.personal_data, _outcome(one)), []).append(one)
    merged: dict[tuple[tuple[str, ...], _Outcome], list[Difference]] = {}
    for (_, outcome), ones in by_class.items():
        merged.setdefault((tuple(one.language for one in ones), outcome), []).append(ones[0])
    return tuple(
        Group(
            languages=languages,
            classes=tuple(one.personal_data for one in ones),
            before=ones[0].before,
            after=ones[0].after,
        )
        for (languages, _), ones in merged.items()
    )


def taken(route: Route | NoRoute) -> Taken:
    """The outcome of a route."""
    return Taken(entry=route.entry if isinstance(route, Route) else None, reason=route.reason)


def _id(one: Taken) -> str | None:
    return one.entry.entry_id if one.entry is not None else None


def _outcome(one: Difference) -> _Outcome:
    return (_id(one.before), _id(one.after), one.after.reason.key if one.after.entry is None else "")
