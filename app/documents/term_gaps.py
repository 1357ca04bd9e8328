"""Terms of a sentence that can be asked, in any form, with other terms that are clearly something else."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from app.documents import clues
from app.documents.gap import GAP, Gap, Sort
from app.documents.material import Material
from app.documents.near import WRONG
from knowledge import terms as school_terms
from knowledge.language import tokens
from knowledge.passage import LANGUAGES, Passage
from knowledge.terms import Term

DEFINES = 2.6
PREFIX = 5
COMMON = 3
SAME_BEGINNING = 2
ENOUGH_TERMS = 25
STRANGE, FOREIGN, FARTHEST = 12, 40, 120
"""How much farther than a term of the lesson one of the subject and one of a near subject stand, and where to stop."""
RUSSIAN_CONSONANTS = frozenset("бвгджзйклмнпрстфхцчшщ")
SOFT_ENDINGS = frozenset({"ь", "я", "ю", "и", "ем", "ей", "ям", "ями", "ях", "ью"})
WORD = re.compile(r"\w+")


def terms(sentence: str, passage: Passage, material: Material) -> Iterator[Gap]:
    """The gaps of a sentence; definitions have the greatest weight."""
    language, subject = passage.language, material.subject.slug
    table = school_terms.load()
    places = table.places(sentence, language, subject)
    standing = {term for term, _ in places}
    often = Counter(term for term, _ in table.places(passage.text, language, subject))
    for term, named in places:
        span = _span(sentence, named)
        word = _dictionary(term, named, language)
        if span is None or not word or not _is_own(term, subject):
            continue
        if _is_given_away(sentence, span, term, language):
            continue
        wrong = others(term, word, standing, material, language)
        if len(wrong) == WRONG:
            start, end = span
            is_form = word.casefold() != sentence[start:end].casefold()
            weight = _weight(sentence, span, language)
            yield Gap(
                sentence=sentence,
                asked=sentence[:start] + GAP + sentence[end:],
                sort=Sort.TERM,
                right=word,
                taken=sentence[start:end],
                wrong=wrong,
                passage=passage,
                is_form=is_form,
                term=term,
                defines=weight == DEFINES,
                weight=weight
                + 0.3 * (len(named) - 1)
                + (0.0 if is_form else 0.4)
                - (0.5 if term.everyday else 0.0)
                - (0.4 if often[term] >= COMMON else 0.0),
            )


def _is_own(term: Term, subject: str) -> bool:
    """Whether the term is one of the subject itself, or the subject has too few of its own to choose from."""
    if term.kk[0] in clues.never_asked():
        return False
    return subject in term.subjects or len(school_terms.load().of_subject(subject)) < ENOUGH_TERMS


def _weight(sentence: str, span: tuple[int, int], language: str) -> float:
    """Definitions are the best questions; one thing of a list the worst, for another might stand in it too."""
    words = clues.load(language)
    before, after = sentence[: span[0]].casefold().split()[-3:], sentence[span[1] :].casefold().lstrip()
    begins = not before or before in (["a"], ["an"], ["the"])
    if (begins and after.startswith(words.defines)) or after.startswith(words.names_after):
        return DEFINES
    if any(one in words.names_before for one in before) or before[-1:] == ["—"]:
        return 1.9
    listed = after.startswith(",") or (before and before[-1].endswith(","))
    return 0.5 if listed else 1.0


def _dictionary(term: Term, named: Sequence[str], language: str) -> str:
    """The variant of a term that these words are a form of, as the table writes it; "" where that is not certain."""
    for word in term.words(language):
        own = tokens(word)
        if len(own) == len(named) and all(
            _is_plain_form(one, base, language) for one, base in zip(named, own, strict=True)
        ):
            return word
    return ""


def _is_plain_form(token: str, word: str, language: str) -> bool:
    if token == word or language != "ru":
        return token[:SAME_BEGINNING] == word[:SAME_BEGINNING]
    base = word if word[-1] in RUSSIAN_CONSONANTS else word[:-1]
    rest = token[len(base) :]
    if not token.startswith(base[:-1] if len(word) > PREFIX else base):
        return False
    return (not word.endswith("ь") or rest in SOFT_ENDINGS) and not (rest.startswith("н") and len(rest) > 1)


def _span(sentence: str, named: Sequence[str]) -> tuple[int, int] | None:
    """Where the words of a term stand, if once and not as a part of a longer word."""
    pieces = [(one.span(), tokens(one.group())) for one in WORD.finditer(sentence)]
    flat = [(span, token) for span, found in pieces for token in found]
    size = len(named)
    at = [n for n in range(len(flat) - size + 1) if [token for _, token in flat[n : n + size]] == list(named)]
    if len(at) != 1:
        return None
    start, end = flat[at[0]][0][0], flat[at[0] + size - 1][0][1]
    beside = sentence[max(0, start - 1) : start] + sentence[end : end + 1]
    return None if any(one in "-‑'’" for one in beside) else (start, end)


def _is_given_away(sentence: str, span: tuple[int, int], term: Term, language: str) -> bool:
    """Whether the rest of the sentence names it: a word of the same root, or the term in another language."""
    rest = tokens(sentence[: span[0]] + " " + sentence[span[1] :])
    roots = {one[:PREFIX] for one in tokens(sentence[span[0] : span[1]])}
    others = {
        one[:PREFIX]
        for other in LANGUAGES
        if other != language
        for word in term.words(other)
        for one in tokens(word)
    }
    after = sentence[span[1] :].casefold().split()[:1]
    return any(one[:PREFIX] in roots | others for one in rest) or any(
        one in clues.load(language).leans for one in after
    )


def others(term: Term, right: str, standing: set[Term], material: Material, language: str) -> tuple[str, ...]:
    """Terms that are clearly another thing, of as many words: the nearest in the table, the lesson's own first."""
    order = {one: place for place, one in enumerate(school_terms.load().terms)}
    lesson, slug = set(material.terms), material.subject.slug
    alike, own = clues.alike().get(term.kk[0], frozenset()), _roots(term, language)

    def distance(one: Term) -> int:
        return abs(order[one] - order[term]) + (
            0 if one in lesson else FOREIGN if slug not in one.subjects else STRANGE
        )

    kept: dict[str, None] = {}
    for one in sorted(order, key=distance):
        word = one.words(language)[0]
        if one is term or one in standing or one.kk[0] in alike or one.everyday or not one.is_of(slug):
            continue
        if len(word.split()) == len(right.split()) and not own & _roots(one, language):
            kept.setdefault(word)
        if len(kept) == WRONG or distance(one) > FARTHEST:
            break
    return tuple(kept)


def _roots(term: Term, language: str) -> set[str]:
    return {one[:PREFIX] for word in term.words(language) for one in tokens(word)}
