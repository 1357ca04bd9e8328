"""Words of a sentence that turn a passage round: denials, words without exception, and the contrary of a passage's word."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from guardrails.cues import BadLexicon, read
from guardrails.letters import fold, skeleton

_NAME = "opposites"
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))*")
_LONGEST = 40
_STEM = 6
_FEWEST_LETTERS = 3
_AUXILIARY = ("бол",)
"""Roots that stand in most sentences: to deny one says nothing of the others."""
_BEHIND = frozenset({"емес", "жоқ", "жоққа"})
"""Denials that stand behind what they deny."""
_PLAIN_DENIALS = frozenset({"не", "not", "no", "емес", "never"})
"""Words that can be taken out of a sentence and leave one."""


@dataclass(frozen=True, slots=True)
class Turns:
    """What a text says that can be turned round."""

    denied: tuple[str, ...]
    """What each denial denies: the beginning of the word beside it, or the root of a Kazakh verb; empty for none."""
    absolutes: frozenset[str]
    """Words that leave no exception, as they stand."""
    named: frozenset[tuple[str, str, int]]
    """Words that have a contrary: the word as it stands, its idea, and the side of it that it names, 0 or 1."""
    unreal: bool = False
    """Whether it says what would be."""
    restricts: bool = False
    """Whether it says of what only something is so, which denies it of the rest."""

    def joined(self, other: "Turns") -> "Turns":
        """Those of two texts together."""
        return Turns(
            self.denied + other.denied,
            self.absolutes | other.absolutes,
            self.named | other.named,
            self.unreal or other.unreal,
            self.restricts or other.restricts,
        )


@lru_cache(maxsize=2048)
def turns(text: str) -> Turns:
    """The denials, absolutes and named sides of a text."""
    absolutes, named = set[str](), set[tuple[str, str, int]]()
    forms = [match.group().replace("ё", "е")[:_LONGEST] for match in _WORD.finditer(fold(text))]
    for form in forms:
        if _starts(form, "absolutes"):
            absolutes.add(form)
        named.update((form, idea, side) for idea, side in _ideas(form))
    unreal, restricts = (
        any(_starts(form, "denial", part) for form in forms) for part in ("unreal", "restricting")
    )
    return Turns(denials(forms), frozenset(absolutes), frozenset(named), unreal, restricts)


def denials(forms: Sequence[str]) -> tuple[str, ...]:
    """What each denial among folded words denies: the beginning of the word beside it, or the root of a Kazakh verb; empty for none."""
    denied = []
    for place, form in enumerate(forms):
        if _starts(form, "denial"):
            denied.append(_beside(forms, place))
        elif (ending := _kazakh_denial().fullmatch(form)) is not None and not _leads(forms, place):
            denied.append(skeleton(ending["root"] or ending["bare"]))
    return tuple(denied)


def judges(forms: Sequence[str]) -> bool:
    """Whether folded words call something false or only told: `қате`, `миф`, `mistaken`."""
    return any(_starts(form, "clauses", "judging") for form in forms)


def contradicts(claim: Turns, its: frozenset[str], passage: Turns, theirs: frozenset[str]) -> bool:
    """Whether one text denies a word that stands in the other, and the other denies nothing.

    Where both deny, a denial may have gone over to another word that says the same (`no air`, `does not conduct`), and where one says what would be
    or of what only it is so, the two need not differ.

    Args:
        its: the stems of the sentence; `theirs`: those of the passage.
    """
    if (claim.denied and passage.denied) or claim.unreal or passage.unreal:
        return False
    if (passage if claim.denied else claim).restricts:
        return False
    return _denies(claim, passage, theirs) or _denies(passage, claim, its)


def _denies(one: Turns, other: Turns, stems: frozenset[str]) -> bool:
    kept = [
        word
        for word in one.denied
        if len(word) >= _FEWEST_LETTERS and word not in (*other.denied, *_AUXILIARY)
    ]
    return any(stem.startswith(word) for word in kept for stem in stems)


def _beside(forms: Sequence[str], place: int) -> str:
    """The beginning of the word that a denying word stands beside: before it in Kazakh, behind it in Russian and English."""
    order = range(place - 1, -1, -1) if forms[place] in _BEHIND else range(place + 1, len(forms))
    return next((skeleton(forms[at])[:_STEM] for at in order if len(forms[at]) >= _FEWEST_LETTERS), "")


def opposed(claim: Turns, passage: Turns) -> bool:
    """Whether a word of a sentence that the passage lacks is the contrary of one of the passage's that the sentence lacks."""
    ours = {form for form, _, _ in claim.named}
    theirs = {form for form, _, _ in passage.named}
    said = {(idea, side) for form, idea, side in claim.named if form not in theirs}
    held = {(idea, side) for form, idea, side in passage.named if form not in ours}
    return any((idea, 1 - side) in held and (idea, side) not in held for idea, side in said)


def without_denial(text: str) -> str | None:
    """A sentence with its one denying word taken out, so that it says the contrary; None where there is not exactly one."""
    exact, _ = _words("denial")
    found = [m for m in _WORD.finditer(text) if fold(m.group()).replace("ё", "е") in exact & _PLAIN_DENIALS]
    if len(found) != 1 or len(turns(text).denied) != 1:
        return None
    start, end = found[0].span()
    return re.sub(r"\s{2,}", " ", f"{text[:start]}{text[end:]}").replace(" .", ".").replace(" ,", ",").strip()


def with_contrary(text: str) -> str | None:
    """A sentence with one word replaced by its contrary; None where no whole word of it has one in its language."""
    for match in _WORD.finditer(text):
        contrary = _contraries().get(fold(match.group()).replace("ё", "е"))
        if contrary is not None:
            return f"{text[: match.start()]}{contrary}{text[match.end() :]}"
    return None


@lru_cache(maxsize=16_384)
def _ideas(form: str) -> tuple[tuple[str, int], ...]:
    exact, beginnings = _pairs()
    found = dict.fromkeys(exact.get(form, ()))
    for length in range(2, len(form) + 1):
        found.update(dict.fromkeys(beginnings.get(form[:length], ())))
    return tuple(found)


def _leads(forms: Sequence[str], place: int) -> bool:
    """Whether a Kazakh gerund of denial only says what comes first."""
    return place + 1 < len(forms) and _starts(forms[place + 1], "denial", "before")


def _starts(form: str, section: str, part: str = "words") -> bool:
    exact, beginnings = _words(section, part)
    return form in exact or form.startswith(beginnings)


@cache
def _pairs() -> tuple[Mapping[str, list[tuple[str, int]]], Mapping[str, list[tuple[str, int]]]]:
    exact: dict[str, list[tuple[str, int]]] = {}
    beginnings: dict[str, list[tuple[str, int]]] = {}
    for idea, pair in _section("pairs").items():
        if not isinstance(pair, list) or len(pair) != 2:
            raise BadLexicon(f"{_NAME}: {idea} is no pair")
        for side, words in enumerate(pair):
            for word in words:
                table = exact if word.startswith("=") else beginnings
                table.setdefault(fold(word.lstrip("=")), []).append((idea, side))
    return exact, beginnings


@cache
def _contraries() -> Mapping[str, str]:
    """Whole words to a whole word of the other side: the next in the list of the same language."""
    found: dict[str, str] = {}
    for pair in _section("pairs").values():
        if isinstance(pair, list):
            for side in (0, 1):
                for word in pair[side]:
                    others = [one for one in pair[1 - side] if one.startswith("=") and _alike(one, word)]
                    if word.startswith("=") and others:
                        found.setdefault(fold(word[1:]), others[0][1:])
    return found


def _alike(one: str, other: str) -> bool:
    """Whether two words are of one language, as far as letters tell."""
    kazakh = frozenset("әғқңөұүһі")
    return one[1:].isascii() == other[1:].isascii() and bool(kazakh & set(one)) == bool(kazakh & set(other))


@cache
def _words(section: str, part: str = "words") -> tuple[frozenset[str], tuple[str, ...]]:
    listed = _section(section).get(part)
    if not isinstance(listed, list):
        raise BadLexicon(f"{_NAME}: {section}.{part} is no list")
    words: Sequence[str] = [fold(str(word)) for word in listed]
    return (
        frozenset(word[1:] for word in words if word.startswith("=")),
        tuple(word for word in words if not word.startswith("=")),
    )


@cache
def _kazakh_denial() -> re.Pattern[str]:
    return re.compile(str(_section("denial")["kazakh_endings"]))


def _section(name: str) -> Mapping[str, object]:
    section = read(_NAME).get(name)
    if not isinstance(section, dict):
        raise BadLexicon(f"{_NAME}: no section {name}")
    return section
