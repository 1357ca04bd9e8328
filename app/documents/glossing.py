"""School terms of a text glossed in another language: the text stays, each term is followed by its name there."""

import re
from functools import lru_cache

from knowledge import terms as school_terms
from knowledge.language import tokens

MOST = 6
"""Terms that one text is glossed with: more would hide the text."""
WORD = re.compile(r"\w+(?:[-’']\w+)*")


@lru_cache(maxsize=4096)
def glossed(text: str, source: str, target: str, subject: str) -> str:
    """The text with `[name]` after the first place of each term that the table has; as it is where it has none.

    A text that is glossed already stays as it is.
    """
    pairs = names(text, source, target, subject)
    words = [(match.end(), tokens(match.group())) for match in WORD.finditer(text)]
    ends: dict[int, str] = {}
    for said, name in pairs:
        end = _end(words, said)
        if end is not None and end not in ends and not text.startswith(f" [{name}]", end):
            ends[end] = name
    for end in sorted(ends, reverse=True):
        text = f"{text[:end]} [{ends[end]}]{text[end:]}"
    return text


def names(text: str, source: str, target: str, subject: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    """The terms in a text of the source language as they are said there, each with its name in the target language."""
    found: dict[str, tuple[tuple[str, ...], str]] = {}
    for term, said in school_terms.load().places(text, source, subject):
        name = term.words(target)[0]
        if tokens(name) != said and term.is_of(subject):
            found.setdefault(name, (said, name))
    return tuple(list(found.values())[:MOST])


def named(text: str, source: str, target: str) -> str | None:
    """What the table calls the whole text in the target language; None where it is not one term."""
    terms = school_terms.load().named(text, source)
    return terms[0].words(target)[0] if terms and tokens(text) == tokens(terms[0].words(source)[0]) else None


def _end(words: list[tuple[int, tuple[str, ...]]], said: tuple[str, ...]) -> int | None:
    """Where the words that name a term end in the text."""
    for start in range(len(words)):
        joined: tuple[str, ...] = ()
        for end, word in words[start:]:
            joined = (*joined, *word)
            if joined == said:
                return end
            if joined != said[: len(joined)]:
                break
    return None
