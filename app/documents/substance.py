"""Whether a text says something to a class: small models say the request, the objective or themselves again."""

import re
from collections.abc import Iterable, Sequence

from knowledge.language import fold, tokens

SHARE = 0.7
STEM = 5
"""Letters by which two forms of a word are held for one: endings of Kazakh and Russian come after them."""
LEAST_WORDS = 4
LEAST_LETTERS = 3
LEAST_OWN = 8
FIGURE = re.compile(r"\d+(?:[.,/]\d+)*")
LISTED = re.compile(r"(?:^|[.:;!?]\s+)\d{1,2}[.)](?=\s)", re.MULTILINE)
QUESTION = re.compile(r"\?")
QUOTED = re.compile(r"[«“\"'„‘][^»”\"'“’]{1,80}[»”\"'“’]")
# Two alphabets within a word. Names in Latin letters (Word, GeoGebra, pH) take endings in Kazakh and Russian; a common
# word in small letters does not. A hyphen joins whole words.
TWO_ALPHABETS = re.compile(r"\b[a-z]{3,}[а-яёәғқңөұүһі]|[а-яёәғқңөұүһі]{2}[A-Za-z]")
# A class has not the several passages before it that the model was shown, and nobody is called Pupil_1.
OF_THE_REQUEST = re.compile(
    r"\bpassages\s+\d|\bexercises? (?:from|in|of) (?:the )?passages?\b"
    r"|\bфрагмент(?:ы|ов|ам|ах|ами)\s+№?\s*\d|\bүзінділер\w*\s*№?\s*\d"
    r"|\b(?:ученик|оқушы|pupil|learner)_\d",
    re.IGNORECASE,
)


def restates(text: str, given: Iterable[str]) -> bool:
    """Whether a text has hardly a word that is not in what was given, and no figure or quoted word of its own.

    Texts of fewer than four words restate nothing.

    Args:
        given: objectives, topic and the like.
    """
    said = [word for word in tokens(text) if len(word) >= LEAST_LETTERS]
    if len(said) < LEAST_WORDS or _is_concrete(text, known := " ".join(given)):
        return False
    stems = {word[:STEM] for word in tokens(known)}
    return sum(word[:STEM] in stems for word in said) >= SHARE * len(said)


def is_hollow(text: str, given: Iterable[str]) -> bool:
    """Whether a text has neither a figure nor a quoted word of its own, nor a question, and hardly a word of its own."""
    known = " ".join(given)
    return not QUESTION.search(text) and not _is_concrete(text, known) and own_words(text, known) < LEAST_OWN


def own_words(text: str, known: str) -> int:
    """How many different words a text has that are not in what is known."""
    stems = {word[:STEM] for word in tokens(known)}
    return len({word[:STEM] for word in tokens(text) if len(word) >= LEAST_LETTERS} - stems)


def contained(line: str, others: Iterable[str]) -> bool:
    """Whether most words of a line, and all its figures, stand in one of the others."""
    words, figures = set(tokens(line)), set(FIGURE.findall(line))
    return bool(words) and any(
        figures <= set(FIGURE.findall(one)) and len(words & set(tokens(one))) >= SHARE * len(words)
        for one in others
    )


def garbled(text: str) -> bool:
    """Whether a word is put together from two alphabets."""
    return TWO_ALPHABETS.search(text) is not None


def speaks_of_the_request(text: str) -> bool:
    """Whether a text names what only the model was shown: a passage by its number, a mark for a pupil of its own."""
    return OF_THE_REQUEST.search(text) is not None


def same_matter(line: str, other: str) -> bool:
    """Whether two lines say the same, up to a word or two."""
    return contained(line, (other,)) and contained(other, (line,))


def begins_with_another(lines: Sequence[str], actor: re.Pattern[str]) -> bool:
    """Whether most lines tell what somebody else does; `actor`: how such a line begins, folded."""
    told = sum(actor.match(fold(line)) is not None for line in lines)
    return bool(lines) and 2 * told > len(lines)


def _is_concrete(text: str, known: str) -> bool:
    figures = set(FIGURE.findall(LISTED.sub(" ", text))) - set(FIGURE.findall(known))
    quoted = [one for one in QUOTED.findall(text) if fold(one.strip("«»“”\"'„‘’")) not in fold(known)]
    return bool(figures or quoted)
