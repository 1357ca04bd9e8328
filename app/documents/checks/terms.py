"""The words of the subject are those of the approved table, in the document's own language."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.documents.check import Means
from app.documents.document import Document
from app.documents.finding import Finding, Weight
from app.documents.stemmed import stems_of, used
from app.documents.texts import texts
from app.errors import Words
from knowledge import terms as school_terms
from knowledge.language import tokens
from knowledge.terms import Term

LEAST_LETTERS = 4
SAME_WORD = 4
"""Letters that two forms of one word share at their start (vertex, vertices)."""


@dataclass(frozen=True, slots=True)
class _Word:
    said: str
    approved: str
    key: str


def check(document: Document, means: Means) -> tuple[Finding, ...]:
    """Variants that are not the approved one, and Russian words of the table in a Kazakh document; each word once a field.

    What the wording of an objective says itself is never held against a text.
    """
    subject, language = document.brief.subject, document.language
    official = {
        word.approved
        for one in means.material.objectives
        for word in _words(one.text(language), language, subject)
    }
    found: list[Finding] = []
    for field in document.fields:
        said = {word for text in texts(field.value) for word in _words(text, language, subject)}
        for word in sorted(said, key=lambda one: one.said):
            if word.approved not in official:
                facts = {"said": word.said, "approved": word.approved}
                words = Words(key=word.key, facts=facts)
                found.append(Finding(check="terms", weight=Weight.DOUBT, words=words, field=field.id))
    return tuple(found)


@lru_cache(maxsize=16384)
def _words(text: str, language: str, subject: str) -> tuple[_Word, ...]:
    found = [*_variants(text, language, subject)]
    if language == "kk":
        found += _russian(used(text), subject)
    return tuple(dict.fromkeys(found))


def _variants(text: str, language: str, subject: str) -> Iterator[_Word]:
    """Words that the table has only as a second name."""
    table = school_terms.load()
    explained = _named_in(text, language)
    for term, said in table.places(text, language, subject):
        phrase = " ".join(said)
        approved = term.words(language)[0]
        named = [_variant(one, said, language) for one in table.named(phrase, language)]
        ours = subject in term.subjects and not term.everyday
        if (
            ours
            and term not in explained
            and named
            and all(place > 0 for place in named)
            and _differ(phrase, approved, language)
        ):
            yield _Word(phrase, approved, "checks.terms.variant")


def _variant(term: Term, said: tuple[str, ...], language: str) -> int:
    """Which of a term's variants the words are a form of, by the letters that they share from the start."""
    variants = [tokens(one) for one in term.words(language)]
    return max(range(len(variants)), key=lambda place: (_shared(variants[place], said), -place))


def _shared(variant: tuple[str, ...], said: tuple[str, ...]) -> int:
    if len(variant) != len(said):
        return -1
    return sum(_start(one, other) for one, other in zip(variant, said, strict=True))


def _start(one: str, other: str) -> int:
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )


def _differ(said: str, approved: str, language: str) -> bool:
    """Whether they are other words: each has one that the other lacks, so not a shorter or longer name of the same."""
    one, other = stems_of(said, language), stems_of(approved, language)
    return _has_own(one, other) and _has_own(other, one)


def _has_own(one: frozenset[str], other: frozenset[str]) -> bool:
    return any(all(_start(a, b) < SAME_WORD for b in other) for a in one - other)


def _russian(text: str, subject: str) -> Iterator[_Word]:
    """Russian names of terms that Kazakh calls otherwise; a text that is nothing but a term is an answer that was asked for."""
    table = school_terms.load()
    if table.named(text, "ru"):
        return
    explained = _named_in(text, "kk")
    for term, said in table.places(text, "ru", subject):
        phrase = " ".join(said)
        long = all(len(word) >= LEAST_LETTERS for word in said)
        ours = term.is_of(subject) and term not in explained
        if long and ours and not _is_kazakh(term, said) and not table.named(phrase, "kk"):
            yield _Word(phrase, term.kk[0], "checks.terms.russian")


def _is_kazakh(term: Term, said: tuple[str, ...]) -> bool:
    """Whether Kazakh says it with the same word (атом, функция)."""
    own = [word for variant in term.kk for word in tokens(variant)]
    return any(_start(word, one) >= SAME_WORD for word in said for one in own)


def _named_in(text: str, language: str) -> frozenset[Term]:
    """The terms whose approved name stands in the text too: another name beside it explains it."""
    folded = " ".join(tokens(text))
    return frozenset(
        term
        for term, said in school_terms.load().places(text, language, everyday=True)
        if " ".join(tokens(term.words(language)[0])) in folded or said == tokens(term.words(language)[0])
    )
