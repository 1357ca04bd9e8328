"""What a question is about, without the words that every teacher's request shares."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from knowledge.kazakh import PLAIN
from knowledge.language import CYRILLIC, LATIN, fold, tokens
from knowledge.passage import LANGUAGES
from knowledge.stemming import stem

LISTS = Path(__file__).parent / "phrasing.toml"
LEAST_LETTERS = 4
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
    words = {
        token
        for part in ("grammar", "requests")
        for language in LANGUAGES
        for token in tokens(plain[part][language])
    }
    return frozenset(words | {word.translate(PLAIN) for word in words})


@lru_cache(maxsize=1)
def _long_kazakh_words() -> tuple[str, ...]:
    plain = tomllib.loads(LISTS.read_text(encoding="utf-8"))
    words = (token for part in ("grammar", "requests") for token in tokens(plain[part]["kk"]))
    return tuple(word for word in words if len(word) > LEAST_LETTERS)


def is_phrase(token: str, language: str) -> bool:
    """Whether a folded token says nothing about the topic.

    A short Kazakh stem alone proves nothing: "қанша" (how much) would take "қан" (blood) along.
    """
    if token in _words():
        return True
    root = stem(token, language)
    if root not in _lists()[language]:
        return False
    return language != "kk" or len(root) >= LEAST_LETTERS or token.startswith(_long_kazakh_words())


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


def topic_tokens(text: str) -> tuple[str, ...]:
    """The tokens, each once, that no language takes for grammar or a request; if nothing is left, all of them."""
    first, *others = (content_tokens(text, language) for language in LANGUAGES)
    kept = tuple(token for token in first if all(token in other for other in others))
    return kept or tuple(dict.fromkeys(tokens(text)))


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
