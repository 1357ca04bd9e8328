"""Every field is written in the document's language, or in the language that its subject teaches."""

import re
from collections.abc import Mapping
from functools import lru_cache

from app.documents.check import Means
from app.documents.document import Document
from app.documents.field import Field
from app.documents.finding import Finding, Weight
from app.documents.stemmed import language_of, used
from app.documents.texts import words
from app.documents.value import Item
from app.errors import Words

LETTERS = re.compile(r"[^\W\d_]")
LEAST_LETTERS = 60
"""Fewer letters tell Kazakh and Russian badly apart: short Kazakh sentences may hold no letter of their own."""
ROW_OF_TERMS = re.compile(r"^[^\n–—]+ [–—] [^\n–—]+ [–—] [^\n–—]+$", re.MULTILINE)
"""A term in three languages on one line."""
NOT_WORDS = ("header.organisation", "header.teacher", "header.grade", "header.date")
TAUGHT: Mapping[str, tuple[str, ...]] = {
    "kazakh-l1": ("kk",),
    "kazakh-l2": ("kk",),
    "kazakh-literature": ("kk",),
    "russian-l1": ("ru",),
    "russian-l2": ("ru",),
    "russian-literature": ("ru",),
    "english": ("en",),
    "french": ("en",),
    "german": ("en",),
}
"""Languages that may stand in a document on a subject, as the index tells them: French is read as Latin letters."""


def check(document: Document, means: Means) -> tuple[Finding, ...]:
    """The fields whose words are in another language; the wording of objectives is the catalogue's and does not count."""
    allowed = {document.language, *TAUGHT.get(document.brief.subject, ())}
    found = []
    for field in document.fields:
        text = _judged(field)
        if field.id in NOT_WORDS or _letters(text) < LEAST_LETTERS:
            continue
        said = _without(text, means.wordings)
        if _letters(said) >= LEAST_LETTERS and language_of(said) not in allowed:
            facts = {"place": field.label}
            found.append(
                Finding(
                    check="language",
                    weight=Weight.DOUBT,
                    words=Words(key=f"checks.language.is_{language_of(said)}", facts=facts),
                    field=field.id,
                )
            )
    return tuple(found)


def _judged(field: Field) -> str:
    """What of a field tells its language: not what it quotes, nor rows of terms, nor the short options of a question, which may be asked for
    in another language.
    """
    value = field.value
    if isinstance(value, Item):
        long = (one for one in value.options if _letters(one) >= LEAST_LETTERS)
        return "\n".join(used(one) for one in (value.question, value.explanation, *long))
    return ROW_OF_TERMS.sub(" ", used(words(field)))


def _without(text: str, wordings: frozenset[str]) -> str:
    for one in wordings:
        text = text.replace(one, " ")
    return text


@lru_cache(maxsize=16384)
def _letters(text: str) -> int:
    return len(LETTERS.findall(text))
