"""Whether a question needs the one before it to be understood, and the two joined by code; cheap rules, no model."""

import re
import tomllib
from functools import cache
from pathlib import Path

from guardrails.placeholders import PLACEHOLDER
from knowledge.language import tokens
from knowledge.phrasing import GRADE, content_tokens

LISTS = Path(__file__).with_suffix(".toml")
LANGUAGES = ("kk", "ru", "en")
MOST_TOKENS = 16
"""A longer question says what it is about."""
MOST_TOPICS = 3
MOST_CARRIED = 20
CODE = re.compile(r"\d+(?:\.\d+){2,3}")
KAZAKH_PARTICLE = "ше"
COPULA = "это"


@cache
def _words(part: str) -> re.Pattern[str]:
    """A pattern for the whole words of a list, of all languages: people mix them."""
    lists = tomllib.loads(LISTS.read_text(encoding="utf-8"))[part]
    every = [word for language in LANGUAGES for word in lists[language].split()]
    plain = sorted({re.escape(word.rstrip("*")) + (r"\w*" if word.endswith("*") else "") for word in every})
    return re.compile("|".join(plain))


@cache
def _phrases(part: str) -> re.Pattern[str]:
    lists = tomllib.loads(LISTS.read_text(encoding="utf-8"))[part]
    return re.compile(
        r"(?<!\w)(?:" + "|".join(phrase for one in LANGUAGES for phrase in lists[one]) + r")(?!\w)"
    )


def topics(text: str) -> tuple[str, ...]:
    """The tokens that name what a question is about, in order: codes, terms; no grammar, no request, no grade."""
    first, *others = (content_tokens(PLACEHOLDER.sub(" ", text), language) for language in LANGUAGES)
    said = [token for token in first if all(token in other for other in others)]
    said = [
        token
        for token in said
        if not any(_words(part).fullmatch(token) for part in ("any_matter", "pointing"))
    ]
    numbers = [token for token in said if token.isdigit()]
    # One number alone counts something: five examples, the third quarter.
    return tuple(token for token in said if len(numbers) > 1 or token not in numbers)


def needs_the_one_before(text: str) -> bool:
    """Whether a question is a follow-up that cannot be searched for as it stands."""
    said = tokens(text)
    if not said or len(said) > MOST_TOKENS:
        return False
    named = topics(text)
    if not named:
        return True
    if any(CODE.fullmatch(token) for token in named) and len(said) > 1 and not _opens(said):
        return False
    folded = " ".join(said)
    if _phrases("defining").search(folded) and not _points(said[:-1], named):
        return False
    if len(named) > MOST_TOPICS:
        return False
    if said[-1] == KAZAKH_PARTICLE or _phrases("pairs").match(folded):
        return True
    if _opens(said):
        asks = any(_words("asking").fullmatch(token) for token in said)
        return not asks or len(named) <= 1
    if len(named) <= 1 and any(_words("earlier").fullmatch(token) for token in said):
        return True
    return _points(said, named)


def asks_to_rework(text: str) -> bool:
    """Whether a follow-up asks for the answer above in other words, at another level or in another language, and names no matter."""
    said = tokens(text)
    if not said or topics(text) or not needs_the_one_before(text):
        return False
    folded = " ".join(said)
    if any(_words("asking").fullmatch(token) for token in said):
        return False
    if _phrases("rewriting").search(folded) or any(_words("reworking").fullmatch(token) for token in said):
        return True
    is_question = text.rstrip().endswith("?") and not _phrases("wishing").search(folded)
    return not is_question and any(_words("otherwise").fullmatch(token) for token in said)


def joined(text: str, earlier: str) -> str:
    """The follow-up with what the question before it was about, in the words of that question.

    A code of another grade than the follow-up names is left behind.
    """
    words, named = _words_of(earlier), set(_named_in(earlier))
    if GRADE.search(text.lower()):
        words = tuple(word for word in words if not CODE.fullmatch(word))
    places = [place for place, word in enumerate(words) if word in named]
    if not places:
        return text.strip()
    about = words[places[0] : places[-1] + 1][:MOST_CARRIED]
    return f"{text.strip()} ({' '.join(about)})"


def sought(text: str) -> str:
    """What a joined follow-up is searched by: what it names and the grade; "simpler" stands in no curriculum."""
    grade = GRADE.search(text.lower())
    return " ".join([*_named_in(text), *([grade.group()] if grade else [])]) or text


def _named_in(text: str) -> tuple[str, ...]:
    """The words of a text that name what it is about, as they were typed, each once."""
    named = set(topics(text))
    return tuple(dict.fromkeys(word for word in _words_of(text) if named.intersection(tokens(word))))


def _words_of(text: str) -> tuple[str, ...]:
    """The words without the marks around them; what is hidden is no word."""
    words = (word.strip("«»\"'“”()[]?!,;:…—–").rstrip(".") for word in PLACEHOLDER.sub(" ", text).split())
    return tuple(filter(None, words))


def _opens(said: tuple[str, ...]) -> bool:
    return _words("opening").fullmatch(said[0]) is not None


def _points(said: tuple[str, ...], named: tuple[str, ...]) -> bool:
    """Whether something stands for what was said before, and not for what this question named itself."""
    for place, token in enumerate(said):
        if token in named:
            return False
        copula = token == COPULA and (
            said[place + 1 : place + 2] == ("такое",) or said[place - 1 : place] == ("что",)
        )
        if _words("pointing").fullmatch(token) and not copula:
            return True
    return False
