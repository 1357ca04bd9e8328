"""What a question is about, without the words that every teacher's request shares."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from knowledge.language import CYRILLIC, LATIN, fold, tokens
from knowledge.passage import LANGUAGES
from knowledge.stemming import stem

LISTS = Path(__file__).parent / "phrasing.toml"
GRADE = re.compile(
    r"\b(?:grades?|year|class|form)\s+(?:1[0-2]|[1-9])\b"
    r"|\b(?:1[0-2]|[1-9])\s*(?:-|–)?\s*(?:й|ші|шы|ой|ый|го|м|му|th|st|nd|rd)?\s*(?:класс\w*|кл\b|сынып\w*|grade\w*)"
)


@lru_cache(maxsize=1)
def _lists() -> dict[str, frozenset[str]]:
    """Per language the stems to leave out: words of grammar and words of classroom requests."""
    plain = tomllib.loads(LISTS.read_text(encoding="utf-8"))
    return {
        language: frozenset(
            stem(token, language)
            for part in ("grammar", "requests")
            for token in tokens(plain[part][language])
        )
        for language in LANGUAGES
    }


@lru_cache(maxsize=1)
def _common() -> dict[str, frozenset[str]]:
    plain = tomllib.loads(LISTS.read_text(encoding="utf-8"))["common"]
    return {
        language: frozenset(stem(token, language) for token in tokens(plain[language]))
        for language in LANGUAGES
    }


def is_common(token: str) -> bool:
    """Whether a folded token is a word of everyday use that may belong to a topic or not."""
    return any(stem(token, language) in _common()[language] for language in LANGUAGES)


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    plain = tomllib.loads(LISTS.read_text(encoding="utf-8"))
    return frozenset(
        token
        for part in ("grammar", "requests")
        for language in LANGUAGES
        for token in tokens(plain[part][language])
    )


def is_phrase(token: str, language: str) -> bool:
    """Whether a folded token says nothing about the topic."""
    return token in _words() or stem(token, language) in _lists()[language]


def content_tokens(text: str, language: str) -> tuple[str, ...]:
    """The tokens that say what a question is about, in order, each once; grades such as "5 класс" are left out.

    Latin words within a Cyrillic question are what it is about, even such as "do" and "will".
    """
    folded = GRADE.sub(" ", fold(text))
    quoting = len(CYRILLIC.findall(folded)) > len(LATIN.findall(folded))
    return tuple(
        dict.fromkeys(
            token
            for token in tokens(folded)
            if (quoting and LATIN.match(token)) or not is_phrase(token, language)
        )
    )


def content_terms(text: str) -> tuple[str, ...]:
    """The index terms of what a question is about, in all languages; if nothing is left, of all its words."""
    found = tuple(
        f"{language}:{stem(token, language)}"
        for language in LANGUAGES
        for token in content_tokens(text, language)
    )
    if found:
        return found
    return tuple(f"{language}:{stem(token, language)}" for language in LANGUAGES for token in tokens(text))
