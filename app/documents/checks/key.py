"""The key of a quiz is right in itself: one right option that exists, no two alike, an explanation that agrees with it."""

from collections.abc import Iterator, Sequence

from app.documents.check import Means
from app.documents.document import Document
from app.documents.field import Field, State
from app.documents.finding import Finding, Weight
from app.documents.shapes import same
from app.documents.stemmed import QUOTED, stems_of
from app.documents.value import Item
from app.errors import Words
from knowledge import terms as school_terms
from knowledge.language import tokens
from knowledge.passage import LANGUAGES

LEAST_ITEMS = 4
"""Questions from which the right option at one place all the time is a habit."""


def check(document: Document, means: Means) -> tuple[Finding, ...]:
    """What is wrong with the keys of the questions, and with all of them together."""
    return (
        *(
            one
            for field in document.fields
            if isinstance(field.value, Item) and field.state is not State.TO_WRITE
            for one in _item(field, field.value, document.language)
        ),
        *_places([field.value for field in document.fields if isinstance(field.value, Item)]),
    )


def _item(field: Field, item: Item, language: str) -> Iterator[Finding]:
    options = [same(one) for one in item.options if one.strip()]
    if len(set(options)) < len(options):
        yield _finding(field, "checks.key.equal", Weight.BROKEN)
    if item.options and not 0 <= item.right < len(item.options):
        yield _finding(field, "checks.key.range", Weight.BROKEN)
    elif item.options and contradicts(item, language):
        yield _finding(field, "checks.key.contradicts", Weight.DOUBT)


def contradicts(item: Item, language: str) -> bool:
    """Whether the explanation says nothing of the right option and all of a wrong one.

    Only words and numbers that an option has alone are looked at: what all share tells nothing.
    """
    if _translates(item, language):
        return False
    said = stems_of(item.explanation, language)
    own = [
        frozenset(_stems(one, language)).difference(
            *(_stems(other, language) for other in item.options if other != one)
        )
        for one in item.options
    ]
    right = own[item.right]
    wrong = [stems for place, stems in enumerate(own) if place != item.right]
    return bool(right) and right.isdisjoint(said) and any(stems and stems <= said for stems in wrong)


def _translates(item: Item, language: str) -> bool:
    """Whether it asks what a term is called in another language: the explanation then says it in its own."""
    table = school_terms.load()
    asked = [term for quoted in QUOTED.findall(item.question) for term in table.named(quoted, language)]
    right = tokens(item.options[item.right])
    return any(
        right == tokens(name)
        for term in asked
        for other in LANGUAGES
        if other != language
        for name in term.words(other)
    )


def _stems(option: str, language: str) -> frozenset[str]:
    return stems_of(option, language)


def _places(items: Sequence[Item]) -> Iterator[Finding]:
    places = {one.right for one in items if one.options}
    if len(items) >= LEAST_ITEMS and len(places) == 1:
        letter = "ABCDEFGH"[min(max(places.pop(), 0), 7)]
        words = Words(key="checks.key.one_place", facts={"letter": letter})
        yield Finding(check="key", weight=Weight.DOUBT, words=words)


def _finding(field: Field, key: str, weight: Weight) -> Finding:
    return Finding(
        check="key", weight=weight, words=Words(key=key, facts={"place": field.label}), field=field.id
    )
