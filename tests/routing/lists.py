"""Schools, labels and lists in a still world, for routing and the gate."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.errors import Words
from app.registry import Registry
from app.routing import Labels, SchoolPolicy
from tests.conftest import NOON


@dataclass
class Held:
    """A list in force that stands still; `registry` may be taken away or replaced mid-test."""

    registry: Registry | None
    at: datetime = NOON

    def current(self) -> Registry | None:
        return self.registry

    def trouble(self) -> Words | None:
        return Words(key="registry.trouble.none") if self.registry is None else None

    def now(self) -> datetime:
        return self.at


def policy(*allowed: str, version: int = 1, school: str = "s") -> SchoolPolicy:
    return SchoolPolicy(school=school, allowed=tuple(allowed), version=version)


def labels(personal_data: str = "none", language: str = "kk", tokens: int = 0, task: str = "ask") -> Labels:
    return Labels(personal_data=personal_data, language=language, task=task, tokens=tokens)


def ids(registry: Registry) -> Iterable[str]:
    return [entry.entry_id for entry in registry.entries]
