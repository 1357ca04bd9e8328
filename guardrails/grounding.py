"""How far a sentence is held by passages: words and their letters, pairs, the best sentence, numbers, names, contraries.

Numbers are compared as values (`1 000`, `ХІХ`, `бес`), names as beginnings of words. The figure is a suspicion from 0, it stands
there, to 1. It compares wording: a sentence that says something else with the same words is not told from one that is held.
Across languages wording says nothing: numbers and names are compared here, meaning where there are vectors (`across.py`).
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from guardrails.across import Nearness
from guardrails.contrast import Turns, contradicts, opposed, turns
from guardrails.grounding_head import Head, Signs, shipped
from guardrails.held import Held, held, opening, stems, words
from guardrails.language import language_of
from guardrails.letters import fold
from guardrails.marks import without_marks
from guardrails.names_across import absent_across
from guardrails.numbers_held import HeldNumbers, Unheld
from guardrails.placeholders import PLACEHOLDER
from guardrails.quantities import quantities
from guardrails.quotation import exchanged, quoted, wording

_LIST_NUMBER = re.compile(r"^\s{0,8}(?:\d{1,2}[.)]\s|[-*•#]+\s)+")
_NAME = re.compile(r"(?<![\w])[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ][^\W\d_]{2,}")
_QUOTES = " \"«“'(*_"
_OPENERS = ".!?…\n:;•#"
_DASHES = "-–—"
_FEWEST_WORDS = 3
_ALIEN = 0.35
"""Share of letter runs under which two words have nothing to do with each other."""
_SAME_WORDS = 0.5
"""Share of its stems in the passages from which a sentence is of their language, whatever its letters say."""
_TOLD = 0.7
"""The suspicion of a number or a name that no passage holds, where wording cannot be compared."""
_CLOSE = 0.6
"""Share of its stems from which a sentence follows one of a passage."""


_PARAPHRASED = 0.8
"""Share of a sound paraphrase's words that may be foreign: below it, more words in common say nothing of truth."""
_QUOTED, _QUOTED_PAIRS = 0.2, 0.3
"""Shares of stems and of pairs that a quotation with a word changed may lack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounding:
    """How far one sentence is held."""

    suspicion: float
    coverage: float
    signs: Signs | None
    """None across languages, where wording cannot be compared."""
    numbers_absent: tuple[str, ...]
    numbers_unsure: tuple[str, ...]
    """Numbers that the passages do not hold and that may follow from them, or count things in passing."""
    names_absent: tuple[str, ...]
    literal: bool
    """Whether it is made of whole clauses of a sentence of a passage, or of two that follow each other, word for word."""
    claim: bool
    """False for a sentence that says nothing to be held: a heading, a few words."""
    same_language: bool
    nearness: Nearness | None = None
    """How near it comes in meaning to passages in another language; None where that was not compared."""

    @property
    def far(self) -> bool:
        """Whether it is on another subject than all passages, which are in another language."""
        return self.nearness is not None and self.nearness.far

    @property
    def turned(self) -> bool:
        """Whether it follows a sentence of a passage closely and denies it, says its contrary, or changes its roles."""
        return self.signs is not None and bool(self.signs.turned or self.signs.opposed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """A sentence as it is compared, and what is spoken in it and around it."""

    text: str
    language: str
    spoken: tuple[str, ...]
    """The languages of the passages."""
    across: bool
    """Whether all passages are in another language, so that wording cannot be compared."""
    words: int = 0
    """How many words of it carry a claim, where that was looked at: it is across languages."""

    @property
    def has_meaning(self) -> bool:
        """Whether its meaning can be compared with that of passages in another language; a heading has too little of it."""
        return self.across and self.words >= _FEWEST_WORDS


def speech(
    sentence: str, evidence: Sequence[str], languages: Sequence[str] = (), language: str = ""
) -> Speech:
    """In which languages a sentence and its passages are; the arguments are those of `ground`."""
    text = _LIST_NUMBER.sub("", without_marks(PLACEHOLDER.sub(" ", sentence)))
    own = language_of(text) or language
    spoken = tuple(
        languages[at] if at < len(languages) else held(one).language for at, one in enumerate(evidence)
    )
    if not own or not spoken or any(other in ("", own) for other in spoken):
        return Speech(text=text, language=own, spoken=spoken, across=False)
    found = frozenset(stems(text))
    all_stems, _ = _union([held(one) for one in evidence])
    # A sentence that quotes words of another language stands in its passage all the same.
    across = _share(found, all_stems) < _SAME_WORDS
    return Speech(text=text, language=own, spoken=spoken, across=across, words=len(found))


def ground(
    sentence: str,
    evidence: Sequence[str],
    languages: Sequence[str] = (),
    language: str = "",
    *,
    head: Head | None = None,
    fold_of: int | None = None,
) -> Grounding:
    """The grounding of a sentence in passages.

    Args:
        languages: those of the passages where known.
        head: what weighs the signs; the shipped one where none is given.
        fold_of: for a row that was trained on: the fold whose weights have not seen it.
    """
    said = speech(sentence, evidence, languages, language)
    text = said.text
    passages = [held(passage) for passage in evidence]
    found = stems(text)
    distinct = frozenset(found)
    unheld = _held_numbers(tuple(evidence)).unheld(quantities(text, said.language))
    if said.across:
        return _across(text, evidence, unheld)
    all_stems, all_pairs = _union(passages)
    coverage = _share(distinct, all_stems)
    names_absent = _absent_names(text, passages)
    absent = tuple(sorted({*unheld.absent, *_misplaced(found, all_stems, all_pairs)}))
    pairs = frozenset(itertools.pairwise(found))
    paired = sum(pair in all_pairs for pair in pairs) / len(pairs) if pairs else coverage
    near = [max((one.letters.nearest(word) for one in passages), default=0.0) for word in words(fold(text))]
    apart, turned, contrary = _closest(distinct, turns(text), passages)
    own = wording(text)
    standing = [one for passage in passages for one in passage.sentences]
    literal = any(quoted(own, one.wording) for one in standing if not one.disowned)
    swapped = not literal and any(exchanged(own, one.wording) for one in standing)
    absolutes = frozenset[str]().union(*(one.absolutes for one in passages))
    signs = Signs(
        foreign=_above(1 - sum(near) / len(near) if near else 0.0),
        alien=_above(sum(one < _ALIEN for one in near) / len(near) if near else 0.0),
        uncovered=min(1.0, (1 - coverage) / _QUOTED),
        unpaired=min(1.0, (1 - paired) / _QUOTED_PAIRS),
        apart=min(1.0, apart / _QUOTED),
        number=float(bool(absent)),
        number_unsure=float(bool(unheld.unsure)),
        name=float(bool(names_absent)),
        absolute=float(bool(turns(text).absolutes - absolutes)),
        turned=float(turned or swapped),
        opposed=float(contrary),
    )
    return Grounding(
        suspicion=round((head or shipped()).suspicion(signs, fold_of), 4),
        coverage=round(coverage, 4),
        signs=signs,
        numbers_absent=absent,
        numbers_unsure=unheld.unsure,
        names_absent=names_absent,
        literal=literal,
        claim=len(distinct) >= _FEWEST_WORDS or bool(absent) or bool(names_absent),
        same_language=True,
    )


def _across(text: str, evidence: Sequence[str], unheld: Unheld) -> Grounding:
    """What numbers and names say of a sentence whose wording cannot be compared."""
    names_absent = absent_across(text, evidence)
    return Grounding(
        suspicion=_TOLD if unheld.absent or names_absent else 0.0,
        coverage=0.0,
        signs=None,
        numbers_absent=unheld.absent,
        numbers_unsure=unheld.unsure,
        names_absent=names_absent,
        literal=False,
        claim=bool(stems(text)),
        same_language=False,
    )


def _union(passages: Sequence[Held]) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    all_stems = frozenset[str]().union(*(one.stems for one in passages))
    return all_stems, frozenset[tuple[str, str]]().union(*(one.pairs for one in passages))


def _above(share: float) -> float:
    """What lies above the share that sound paraphrases have, as a share of the rest."""
    return max(0.0, (share - _PARAPHRASED) / (1 - _PARAPHRASED))


def _share(part: frozenset[str], whole: frozenset[str]) -> float:
    """How much of a set another holds; all of an empty one."""
    return len(part & whole) / len(part) if part else 1.0


def _closest(distinct: frozenset[str], said: Turns, passages: Sequence[Held]) -> tuple[float, bool, bool]:
    """How far the best sentence of the passages is, and whether a sentence that follows it closely turns it round.

    What any equally close sentence says as well is not turned: passages repeat each other with and without a denial.
    """
    shares = [(_share(distinct, one.stems), one) for passage in passages for one in passage.sentences]
    best = max((share for share, _ in shares), default=1.0 if not distinct else 0.0)
    nearest = [one for share, one in shares if share >= max(_CLOSE, best)]
    close = [one for one in nearest if not one.joined] or nearest
    turned = bool(close) and all(contradicts(said, distinct, one.turns, one.stems) for one in close)
    contrary = bool(close) and all(opposed(said, one.turns) for one in close)
    return 1 - best, turned, contrary


def _misplaced(
    found: list[str], all_stems: frozenset[str], all_pairs: frozenset[tuple[str, str]]
) -> set[str]:
    """Numbers that a passage holds elsewhere, in a sentence that otherwise follows it nearly word by word."""
    pairs = list(itertools.pairwise(found))
    worded = [pair for pair in pairs if not pair[0][0].isdigit() and not pair[1][0].isdigit()]
    if len(worded) < _FEWEST_WORDS or sum(pair in all_pairs for pair in worded) < 0.7 * len(worded):
        return set()
    misplaced = set()
    for index, stem in enumerate(found):
        beside = pairs[max(0, index - 1) : index + 1]
        known = all(other in all_stems for pair in beside for other in pair)
        if stem[0].isdigit() and known and beside and not any(pair in all_pairs for pair in beside):
            misplaced.add(stem)
    return misplaced


@lru_cache(maxsize=128)
def _held_numbers(evidence: tuple[str, ...]) -> HeldNumbers:
    return HeldNumbers(one for passage in evidence for one in quantities(passage, held(passage).language))


def _absent_names(text: str, passages: Sequence[Held]) -> tuple[str, ...]:
    """Capitalised words inside a sentence that no passage holds in any case form."""
    openings = frozenset[str]().union(*(one.openings for one in passages))
    absent = set()
    for match in _NAME.finditer(text):
        # Behind a dash within a sentence a capital is a name's (`the city is — Otrar`), at its head a speaker's or a list's.
        before = text[: match.start()].rstrip(_QUOTES).rstrip(_DASHES).rstrip(_QUOTES)
        inside = before and before[-1] not in _OPENERS
        if inside and opening(fold(match.group())) not in openings:
            absent.add(match.group())
    return tuple(sorted(absent))
