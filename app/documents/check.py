"""A check: one fact that code can see in a document; each is a file in `checks/`, found by its name."""

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Protocol, cast

from app.documents import checks as folder
from app.documents.document import Document
from app.documents.finding import Finding, Weight
from app.documents.form import Form
from app.documents.material import Material


@dataclass(frozen=True, kw_only=True)
class Means:
    """What a check may look at besides the document."""

    material: Material
    form: Form

    @cached_property
    def codes(self) -> frozenset[str]:
        """The codes that the document may name: those of its brief, and of the topics that teach them."""
        taught = (code for topic in self.material.topics for code in topic.codes)
        return frozenset((*(one.code for one in self.material.objectives), *taught))

    @cached_property
    def wordings(self) -> frozenset[str]:
        """The wordings of the brief's objectives in every language that they have."""
        return frozenset(text for one in self.material.objectives for text in one.texts.values())


class Check(Protocol):
    """What `checks/<name>.py` holds."""

    def check(self, document: Document, means: Means) -> tuple[Finding, ...]:
        """What is to be said of the document, in its order; nothing where all is well."""
        ...


@cache
def names() -> tuple[str, ...]:
    """The checks of the folder, by name."""
    return tuple(sorted(one.name for one in pkgutil.iter_modules(folder.__path__)))


@cache
def load(name: str) -> Check:
    """The check of that name.

    Raises:
        LookupError: there is none.
    """
    if name not in names():
        raise LookupError(f"no check {name!r}")
    return cast(Check, importlib.import_module(f"{folder.__name__}.{name}"))


def findings(document: Document, means: Means) -> tuple[Finding, ...]:
    """What all checks say of a document: those against the form first, then in the order of its fields."""
    found = [one for name in names() for one in load(name).check(document, means)]
    places = {field.id: place for place, field in enumerate(document.fields)}
    weights = list(Weight)
    return tuple(
        sorted(found, key=lambda one: (weights.index(one.weight), places.get(one.field, -1), one.check))
    )
