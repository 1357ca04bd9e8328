"""A school's own words in a form while they are being changed: places, what differs, and a change that waits for a yes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.documents import Kind
from app.documents.form import Form

LABELS, OTHER = "labels", "other"
FIRST_MONTH = 9
VALUE = "value"
PARTS: Mapping[str, tuple[str, ...]] = {
    LABELS: (),
    "head": ("grade", "date", "quarter", "topic", "note", "source", "instructions"),
    "aim": ("aim",),
    "start": ("start",),
    "middle": ("middle", "resource"),
    "end": ("end",),
    "homework": ("homework",),
    "support": ("differentiation", "special", "safety", "reflection"),
    "tasks": (
        "task",
        "knowledge",
        "understanding",
        "application",
        "analysis",
        "synthesis",
        "evaluation",
        "answer",
        "number",
        "term",
        "term_form",
        "true",
        "translation",
        "language",
    ),
    "criteria": ("criterion", "level", "descriptor", "descriptors", "result", "reasoning"),
    "scale": ("band", "rules"),
    "versions": ("words", "read", "easier", "harder", "steps"),
    "letter": ("greeting", "body", "closing"),
    "hints": ("hint", "empty"),
}
"""Parts of a form in the order of a document: each with the first words of the names of its sentences."""
PART_OF = {word: part for part, words in PARTS.items() for word in words}
Sentences = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a form has words: a label, or sentences under a name."""

    sort: Literal["label", "phrase"]
    name: str

    @property
    def key(self) -> str:
        """Tells it from every other place of a form."""
        return f"{self.sort}-{self.name}".replace(".", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A change that waits for a yes.

    Attributes:
        where: of the page, where it is asked.
        before: what the admin saw there; if it is something else now, nothing is changed.
    """

    kind: Kind
    language: str
    where: str
    before: Mapping[Place, Sentences]
    after: Mapping[Place, Sentences]


def words_at(form: Form, place: Place) -> Sentences:
    """The words of a place; a label as its only sentence."""
    return (form.labels[place.name],) if place.sort == "label" else form.phrases[place.name]


def places(form: Form) -> tuple[Place, ...]:
    """Every place of a form, in its order."""
    labels = (Place(sort="label", name=name) for name in form.labels)
    return (*labels, *(Place(sort="phrase", name=name) for name in form.phrases))


def differing(shipped: Form, form: Form) -> tuple[Place, ...]:
    """The places where a school says something else than the form that ships."""
    return tuple(one for one in places(shipped) if words_at(shipped, one) != words_at(form, one))


def month_of(place: Place) -> int | None:
    """The month whose value stands there; None for any other place."""
    word, _, number = place.name.partition(".")
    return int(number) if place.sort == "phrase" and word == VALUE and number.isdigit() else None


def months(form: Form) -> Mapping[int, Place]:
    """The months with a value in the order of the school year; empty for a form without them."""
    found = {number: one for one in places(form) if (number := month_of(one)) is not None}
    return {number: found[number] for number in sorted(found, key=lambda one: (one - FIRST_MONTH) % 12)}


def part_of(place: Place) -> str:
    """The part of the form in which a place stands."""
    return LABELS if place.sort == "label" else PART_OF.get(place.name.partition(".")[0], OTHER)


def parts(form: Form) -> Mapping[str, tuple[Place, ...]]:
    """The places by part; months have a table of their own."""
    taken = set(months(form).values())
    found: dict[str, list[Place]] = {part: [] for part in (*PARTS, OTHER)}
    for place in places(form):
        if place not in taken:
            found[part_of(place)].append(place)
    return {part: tuple(ones) for part, ones in found.items() if ones}


def lines_of(text: str) -> Sentences:
    """Sentences from a box: one in a line, empty lines left out."""
    return tuple(filter(None, (" ".join(line.split()) for line in text.splitlines())))


def own_words(
    shipped: Form, form: Form, after: Mapping[Place, Sentences]
) -> tuple[dict[str, str], dict[str, Sentences]]:
    """All labels and sentences that are the school's own once a change is made; what is as it ships is left out."""
    own = {one: words_at(form, one) for one in differing(shipped, form)} | dict(after)
    kept = {one: words for one, words in own.items() if words != words_at(shipped, one)}
    labels = {one.name: "".join(words) for one, words in kept.items() if one.sort == "label"}
    return labels, {one.name: words for one, words in kept.items() if one.sort == "phrase"}
