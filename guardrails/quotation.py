"""Whether a sentence stands in a passage word for word, and whether it is one of its sentences with two parts in each other's place.

The beginnings of words do not tell who does what: `the hare beats the tortoise` has the words of `the tortoise beats the hare`.
So a quotation is whole clauses of a passage in their order and in their forms.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from guardrails import formulas
from guardrails.contrast import denials, judges
from guardrails.cues import BadLexicon, read
from guardrails.letters import fold, skeleton

_WORD = re.compile(r"\d(?:\d|[., ](?=\d))*|[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))*")
_BREAK = re.compile(r"[,;:!?…()\[\]【】—–]|\.(?=\s|$)|\s-\s")
_PAST = re.compile(r"(л)[аои]$")
_LONGEST = 40
_ARTICLES = frozenset({"the", "a", "an"})
_FEWEST_CUT = 15
"""Words from which a piece in the middle of a sentence counts as a quotation."""
_MOST_WORDS = 60
"""Words of a sentence up to which an exchange is looked for."""
_MOST_HEADING, _MOST_ANSWER, _MOST_DENIED = 3, 2, 8
"""Words of a heading, of an answer such as `False.`, and of a sentence that only denies the one before it."""
_FIRST = 4
"""Words among which such a sentence points back."""
_FEWEST_SHARED = 3
_MOST_ENDING = 4
"""Letters that two forms of a word begin with at least, and that either may have behind them."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A sentence word by word."""

    clauses: tuple[tuple[str, ...], ...]
    """The words, numbers and signs of formulas of each clause, folded."""
    words: tuple[str, ...]
    """All words and numbers, folded, in their order, without signs."""

    @property
    def tokens(self) -> tuple[str, ...]:
        """The words, numbers and signs of all clauses."""
        return tuple(itertools.chain.from_iterable(self.clauses))

    def joined(self, other: "Wording") -> "Wording":
        """That of two sentences that follow each other."""
        return Wording(self.clauses + other.clauses, self.words + other.words)


@lru_cache(maxsize=2048)
def wording(sentence: str) -> Wording:
    """The clauses of a sentence, without empty ones."""
    text = formulas.plain(sentence)
    clauses: list[list[str]] = [[]]
    end = 0
    for token in formulas.tokens(text):
        if _BREAK.search(text, end, token.start):
            clauses.append([])
        clauses[-1].append(token.form[:_LONGEST])
        end = token.end
    folded = fold(sentence).replace("ё", "е")
    return Wording(
        tuple(tuple(clause) for clause in clauses if clause),
        tuple(word.replace(" ", "")[:_LONGEST] for word in _WORD.findall(folded)),
    )


def quoted(claim: Wording, passage: Wording) -> bool:
    """Whether a sentence is made of whole clauses of another in their order, and leaves out none that denies or judges, and no condition.

    So is a long piece of a sentence that was cut where it could be, in the middle of a clause.
    """
    words = claim.tokens
    reached = {0}
    for clause in passage.clauses:
        left_out = set() if _must_stay(clause) else reached
        reached = left_out | {at + len(clause) for at in reached if words[at : at + len(clause)] == clause}
    return bool(words) and (len(words) in reached or _cut_from(words, passage))


def _cut_from(words: tuple[str, ...], passage: Wording) -> bool:
    """Whether words are a long run of a passage that begins and ends with it or within a clause."""
    size, whole = len(words), passage.tokens
    if not _FEWEST_CUT <= size <= len(whole):
        return False
    seams = set(itertools.accumulate(len(clause) for clause in passage.clauses)) - {len(whole)}
    return any(
        at not in seams and at + size not in seams and whole[at : at + size] == words
        for at in range(len(whole) - size + 1)
        if whole[at] == words[0]
    )


def exchanged(claim: Wording, passage: Wording) -> bool:
    """Whether a sentence is another with two parts in each other's place, so that each takes the other's role.

    In Kazakh and Russian endings tell the role: it goes over with them, or with the place where both parts have the same.
    What stands on both sides of `and` or `is` has no role to lose.
    """
    one, other = claim.words, passage.words
    if len(one) != len(other) or one == other or len(one) > _MOST_WORDS:
        return False
    alike = [_alike(a, b) for a, b in zip(one, other, strict=True)]
    if all(alike):
        return False
    start = alike.index(False)
    end = len(alike) - alike[::-1].index(False)
    first, second = one[start:end], other[start:end]
    before = one[start - 1] if start else ""
    size = end - start
    return any(
        _same(first[:x], second[size - x :])
        and _same(first[size - y :], second[:y])
        and _takes_roles(first[:x], first[x : size - y], first[size - y :], second, before, start)
        for x in range(1, size)
        for y in range(1, size - x + 1)
    )


def _takes_roles(
    left: tuple[str, ...],
    middle: tuple[str, ...],
    right: tuple[str, ...],
    second: tuple[str, ...],
    before: str,
    start: int,
) -> bool:
    """Whether two parts that changed places took each other's role; `second` is the passage's wording of all three."""
    between = second[len(right) : len(second) - len(left)]
    if [_ungendered(word) for word in middle] != [_ungendered(word) for word in between]:
        return False
    worded = any(word not in _words("joining") for word in middle)
    if left[-1] != second[-1] and right[-1] != second[len(right) - 1]:
        return worded or not middle
    if left != second[len(second) - len(left) :] or right != second[: len(right)] or not worded:
        return False
    if all(word.isascii() for word in (*left, *right)):
        opens = start == 1 and before == middle[-1] and before not in _ARTICLES
        return not opens  # `in spring … in the mountains`: where and when have no roles to lose
    return left[-1][-2:] == right[-1][-2:] or before == middle[-1]


def _ungendered(word: str) -> str:
    """A Russian verb of the past without the ending that agrees with who acts."""
    return _PAST.sub(r"\1", word)


def _same(one: Sequence[str], other: Sequence[str]) -> bool:
    return len(one) == len(other) and all(_alike(a, b) for a, b in zip(one, other, strict=True))


@lru_cache(maxsize=16_384)
def _alike(one: str, other: str) -> bool:
    """Whether two words are forms of one, as far as their beginnings tell."""
    if one == other:
        return True
    if one[0].isdigit() or other[0].isdigit():
        return False
    one, other = skeleton(one), skeleton(other)
    shared = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    longest = max(len(one), len(other))
    return shared >= _FEWEST_SHARED and longest - shared <= _MOST_ENDING and 2 * shared >= longest


def disowned(before: Wording, announced: bool, after: Wording) -> bool:
    """Whether the sentences on both sides call the one between them false: `Миф 1.` before it, `Бұл олай емес.` behind it.

    Args:
        announced: whether what stands before ends with a colon.
    """
    if judges(before.words) and (announced or len(before.words) <= _MOST_HEADING):
        return True
    said = after.words
    if len(said) > _MOST_DENIED:
        return False
    denied = not _words("settling").isdisjoint(said) and bool(denials(said))
    points = len(said) <= _MOST_ANSWER or not _words("pointing").isdisjoint(said[:_FIRST])
    return points and (denied or judges(said))


@lru_cache(maxsize=16_384)
def _must_stay(clause: tuple[str, ...]) -> bool:
    """Whether the rest of a sentence says another thing without a clause."""
    return _conditional(clause) or judges(clause) or bool(denials(clause))


def _conditional(clause: tuple[str, ...]) -> bool:
    return any(word in _words("conditions") for word in clause) or clause[-1].endswith(_condition_endings())


@cache
def _condition_endings() -> tuple[str, ...]:
    return tuple(word.lstrip("-") for word in _words("conditions") if word.startswith("-"))


@cache
def _words(name: str) -> frozenset[str]:
    section = read("opposites").get("clauses")
    listed = section.get(name) if isinstance(section, dict) else None
    if not isinstance(listed, list):
        raise BadLexicon(f"opposites: clauses.{name} is no list")
    return frozenset(fold(str(word)) for word in listed)
