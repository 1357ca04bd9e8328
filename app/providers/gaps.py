"""Sentences of evidence with one school term or number taken out, and what else might stand there; no model."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.providers.provider import Evidence
from app.providers.quoting import CODE
from knowledge import terms as school_terms
from knowledge.language import tokens
from knowledge.sentences import sentences
from knowledge.terms import Term

GAP = "…"
SHORTEST, LONGEST = 30, 200
LEAST_WORDS = 5
LEAST_LETTERS, ROOT = 3, 4
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# A number by itself that counts something: no part of a fraction, a decimal, a range, a formula or a list.
NUMBER = re.compile(r"(?<![\w.,:/–−+·√=(<>*^%-])(?<![=+·:/<>−–*-] )(?<!\d )[1-9]\d{0,3}(?= [^\W\d_]{2,})")
WHOLE = re.compile(r"[.!…]$")
FORMULA = re.compile(r"[=<>?²³√^|]|\d\s*[+·:/−]\s*\d|\d, \d")
STEPS = (1, -1, 2, -2, 5)
YEARS = range(1400, 2101)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One sentence with something taken out; `before` + `right` + `after` stands in the evidence letter for letter."""

    before: str
    right: str
    after: str
    wrong: tuple[str, ...]
    number: bool

    @property
    def sentence(self) -> str:
        """The sentence as it stands."""
        return self.before + self.right + self.after

    @property
    def cloze(self) -> str:
        """The sentence with its gap."""
        return self.before + GAP + self.after

    def is_asked_in(self, text: str) -> bool:
        """Whether a text holds this sentence with a gap in this place, however the gap is drawn."""
        start, end = _folded(self.before), _folded(self.after)
        return start in _folded(text) and end in _folded(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """A word of a text that names a school term."""

    term: Term
    word: str
    start: int


def gaps(evidence: Sequence[Evidence], language: str, *, wrong: int) -> Iterator[Gap]:
    """The gaps that evidence in a language has, best passage first: of each sentence one, then of each the next.

    The same evidence gives the same gaps. What else might stand in a gap are terms as other sentences write them,
    with the same ending and capital, then terms of the table, or numbers close by; a term that the sentence itself
    holds is never among them.

    Args:
        wrong: how many other words or numbers each gap must have.
    """
    texts = [text for one in evidence if one.language == language for text in sentences(one.text)]
    named = {text: tuple(_named(text, language)) for text in texts}
    usable = [
        text
        for one in evidence
        if one.language == language and one.kind != "objective"
        for text in sentences(one.text)
        if _is_usable(text)
    ]
    others = [one for text in texts for one in named[text]]
    found = [tuple(_of(text, named[text], others, language, wrong)) for text in dict.fromkeys(usable)]
    for turn in range(max(map(len, found), default=0)):
        yield from (own[turn] for own in found if turn < len(own))


def _is_usable(text: str) -> bool:
    return (
        SHORTEST <= len(text) <= LONGEST
        and len(WORD.findall(text)) >= LEAST_WORDS
        and text[0].isupper()
        and WHOLE.search(text) is not None
        and not CODE.search(text)
        and GAP not in text
        and "\n" not in text
    )


def _of(
    text: str, named: Sequence[_Named], others: Sequence[_Named], language: str, wrong: int
) -> Iterator[Gap]:
    here = {one.word.casefold() for one in named}
    for one in named:
        if [again.term for again in named].count(one.term) > 1:
            continue  # the sentence would give the answer away
        near = (*_other_words(one, named, others), *_from_the_table(one, named, language))
        options = tuple({word.casefold(): word for word in reversed(near)}.values())[::-1][:wrong]
        if len(options) == wrong and here.isdisjoint(option.casefold() for option in options):
            yield _gap(text, one.start, one.word, options, number=False)
    if FORMULA.search(text):
        return  # in a row or a formula other numbers may be right as well
    for match in NUMBER.finditer(text):
        numbers = _near(int(match.group()), text)[:wrong]
        if len(numbers) == wrong:
            yield _gap(text, match.start(), match.group(), numbers, number=True)


def _gap(text: str, start: int, right: str, wrong: Sequence[str], *, number: bool) -> Gap:
    return Gap(
        before=text[:start], right=right, after=text[start + len(right) :], wrong=tuple(wrong), number=number
    )


def _named(text: str, language: str) -> Iterator[_Named]:
    """The single words of a text that are a school term by themselves, where they stand."""
    inside = dict.fromkeys(
        found[0] for _, found in school_terms.load().places(text, language) if len(found) == 1
    )
    for match in WORD.finditer(text):
        folded = tokens(match.group())
        if len(folded) == 1 and folded[0] in inside and len(match.group()) >= LEAST_LETTERS:
            terms = school_terms.load().named(match.group(), language)
            yield from (_Named(term=term, word=match.group(), start=match.start()) for term in terms[:1])


def _other_words(one: _Named, named: Sequence[_Named], others: Sequence[_Named]) -> list[str]:
    """Words of other terms that fit into the place of a word: same ending, same capital; most alike in length first."""
    held = [each.term for each in named]
    fitting: dict[str, str] = {}
    for other in others:
        word = other.word
        alike = _ending(word) == _ending(one.word) and word[0].isupper() == one.word[0].isupper()
        of_one_subject = not set(one.term.subjects).isdisjoint(other.term.subjects)
        if alike and of_one_subject and other.term not in held and not _same_root(word, one.word):
            fitting.setdefault(word.casefold(), word)
    return sorted(
        fitting.values(), key=lambda word: (abs(len(word) - len(one.word)), _chance(one.word, word))
    )


def _from_the_table(one: _Named, named: Sequence[_Named], language: str) -> list[str]:
    """Terms of the same subject as the table writes them, where the word stands as the table writes it."""
    if one.word.casefold() not in {word.casefold() for word in one.term.words(language)}:
        return []
    held = [each.term for each in named]
    fitting = []
    for other in school_terms.load().of_subject(one.term.subjects[0]):
        word = other.words(language)[0]
        alike = language != "ru" or word[-1] == one.word[-1]  # an adjective beside it tells the gender
        if alike and other not in held and not other.everyday and WORD.fullmatch(word):
            cased = word[0].upper() + word[1:] if one.word[0].isupper() else word
            fitting += [] if _same_root(word, one.word) else [cased]
    return sorted(fitting, key=lambda word: (abs(len(word) - len(one.word)), _chance(one.word, word)))


def _ending(word: str) -> str:
    return word.casefold()[-2:]


def _same_root(one: str, other: str) -> bool:
    letters = min(ROOT, len(one), len(other))
    return one.casefold()[:letters] == other.casefold()[:letters]


def _near(number: int, text: str) -> list[str]:
    """Numbers close by that the sentence does not hold, as round as the number is; years are a year or two away."""
    held = set(re.findall(r"\d+", text))
    round_to = 1
    while number not in YEARS and number % (round_to * 10) == 0:
        round_to *= 10
    steps = (step * round_to for step in STEPS)
    return [str(near) for step in steps if (near := number + step) > 0 and str(near) not in held]


def _chance(*words: str) -> str:
    """What decides between equals, always the same way."""
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
