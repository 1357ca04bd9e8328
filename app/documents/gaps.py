"""Questions that the notes give without a model: the best gap of each sentence, and terms in another language."""

import re
from collections.abc import Iterator

from app.documents import clues
from app.documents.gap import Gap, Translation
from app.documents.material import Material
from app.documents.near import WRONG
from app.documents.number_gaps import numbers
from app.documents.term_gaps import others, terms
from knowledge import terms as school_terms
from knowledge.language import tokens
from knowledge.passage import LANGUAGES, Passage
from knowledge.sentences import sentences
from knowledge.stemming import stems
from knowledge.terms import Term

SHORTEST, LONGEST = 25, 260
LEAST_WEIGHT = 1.0
GUESSED = 4
LEAST_STEM, SHARED, MOST_SHARED = 4, 0.6, 3
WORD = re.compile(r"\w+")


def find(material: Material, language: str) -> tuple[Gap, ...]:
    """The best question of each sentence of the passages in that language, in the order of the passages."""
    return tuple(
        gap for passage in material.passages if passage.language == language for gap in _of(passage, material)
    )


def shared(gap: Gap, wording: str, *, title: bool = True) -> int:
    """How many words of an objective its sentence, with or without the passage's title, has, whatever their endings."""
    language = gap.passage.language
    said = set(stems(f"{gap.passage.title if title else ''} {gap.sentence}", language))
    return len(said.intersection(one for one in stems(wording, language) if len(one) >= LEAST_STEM))


def fit(gap: Gap, wording: str) -> float:
    """How good a question a gap makes on an objective of these words: one that speaks of the same goes before."""
    return gap.weight + SHARED * min(shared(gap, wording), MOST_SHARED)


def translations(material: Material, language: str) -> Iterator[Translation]:
    """Terms of the notes whose names in the other two languages cannot be guessed from the name in this one."""
    table = school_terms.load()
    seen: set[Term] = set()
    languages = [one for one in LANGUAGES if one != language]
    for passage in material.passages:
        if passage.language != language:
            continue
        for sentence in sentences(passage.text):
            for term, _ in table.places(sentence, language, material.subject.slug):
                into = languages[len(seen) % len(languages)]
                right = term.words(into)[0]
                wrong = others(term, right, set(), material, into)
                if term in seen or term.everyday or len(wrong) < WRONG or _is_guessed(term, language, into):
                    continue
                seen.add(term)
                yield Translation(
                    entry=term,
                    term=term.words(language)[0],
                    into=into,
                    right=right,
                    wrong=wrong,
                    sentence=sentence,
                    passage=passage,
                )


def _is_guessed(term: Term, language: str, into: str) -> bool:
    own, other = ("".join(tokens(term.words(one)[0])) for one in (language, into))
    return own[:GUESSED] == other[:GUESSED]


def _of(passage: Passage, material: Material) -> Iterator[Gap]:
    starts = clues.load(passage.language).starts
    for sentence in dict.fromkeys(sentences(passage.text)):
        first = WORD.search(sentence.casefold())
        leans = first is not None and first.group() in starts
        if SHORTEST <= len(sentence) <= LONGEST and not leans and "?" not in sentence:
            found = [*numbers(sentence, passage), *terms(sentence, passage, material)]
            best = max(found, key=lambda one: one.weight, default=None)
            if best is not None and best.weight >= LEAST_WEIGHT:
                yield best
