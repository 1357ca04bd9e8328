"""Choosing the sentences of passages that answer a question: verbatim, ranked by shared words, no model."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.providers.provider import Evidence
from knowledge.phrasing import topic_tokens
from knowledge.sentences import sentences
from knowledge.stemming import stem, stems

LEAST, MOST = 2, 4
SHARE_OF_BEST = 0.45
PREFIX = 5
K1, B = 1.2, 0.6
TITLE_WEIGHT, RANK_DECAY, OBJECTIVE_WEIGHT, OPENING_WEIGHT = 0.35, 0.06, 0.6, 1.15
SHORTEST = 12
# More than this share of what is asked must stand together in the answer's language, or a foreign passage is quoted.
HELD = 0.5
# Languages of question and passage between which nearness in meaning says little: English lies near any Kazakh question.
BLURRED = frozenset({("kk", "en")})
NEAREST_WEIGHTS = (1.0, 0.6)

WORD = re.compile(r"\w+")
CODE = re.compile(r"(?<![\d.])\d{1,2}\.\d{1,2}\.\d{1,2}(?:\.\d{1,3})?(?![\d.]*\d)")
# Words of questions and of grammar; what is left says what a question is about.
COMMON = frozenset((Path(__file__).parent / "quoting.txt").read_text(encoding="utf-8").split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A sentence that stands in the passage `evidence_id`, letter for letter."""

    text: str
    evidence_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    text: str
    evidence: Evidence
    rank: int
    place: int
    terms: Counter[str]


def quotes(
    question: str, language: str, evidence: Sequence[Evidence], *, keep_language: bool = False
) -> tuple[Quote, ...]:
    """Two to four sentences (fewer where the passages have fewer) that share most with the question.

    A question that names an objective code gets that objective's wording first. Passages in the language of the
    answer go before others, as long as one of their sentences holds more than half of what is asked. Where none
    does, and the best passage, or the closest in meaning, exists in another language only, it is quoted, by its
    sentences nearest in meaning: a sentence that shares one common word with the question is no answer. The same
    input gives the same quotes.

    Args:
        question: as the teacher put it; never quoted itself.
        language: kk, ru or en.
        evidence: passages, best first.
        keep_language: quote others only where no passage in the language shares a word, as a document needs it.
    """
    candidates = tuple(_candidates(evidence))
    own = tuple(one for one in candidates if one.evidence.language == language)
    named = bool(_named(question, own))
    terms = frozenset(_terms(question))
    answering = None if named or keep_language else _elsewhere(question, language, evidence)
    if answering is not None:
        candidates = tuple(one for one in candidates if one.evidence.language != language)
    elif named or any(_touches(one, terms) for one in own):
        candidates = own
    scores = _scores(terms, candidates)
    if answering is not None:
        scores = _by_meaning(answering, candidates, scores)
    chosen = _choose(candidates, scores, _named(question, candidates))
    return tuple(Quote(text=one.text, evidence_id=one.evidence.id) for one in chosen)


def _elsewhere(question: str, language: str, evidence: Sequence[Evidence]) -> Evidence | None:
    """The foreign passage that was found to answer, if nothing in the language of the answer holds the question."""
    if any(_holds(one, question) for one in evidence if one.language == language):
        return None
    for place, one in enumerate(evidence):
        is_close = one.closest and (language, one.language) not in BLURRED
        if one.language != language and (place == 0 or is_close) and one.text.strip():
            return one
    return None


def _holds(one: Evidence, question: str) -> bool:
    """Whether a sentence of the passage, with its title, has more than half of the words that say what is asked."""
    asked = frozenset(stem(token, one.language) for token in topic_tokens(question))
    titled = asked.intersection(stems(one.title, one.language))
    return any(
        len(titled | asked.intersection(stems(text, one.language))) > HELD * len(asked)
        for text in sentences(one.text)
    )


def _by_meaning(
    answering: Evidence, candidates: Sequence[_Candidate], scores: Sequence[float]
) -> list[float]:
    """The scores, raised for the sentences of a passage nearest in meaning by as much as shared words bring at best."""
    most = max(scores, default=0.0) or 1.0
    raised = list(scores)
    for number, one in enumerate(candidates):
        text = " ".join(one.text.split())
        for weight, near in zip(NEAREST_WEIGHTS, answering.nearest, strict=False):
            if one.evidence is answering and (near in text or text in near):
                raised[number] += most * weight
    return raised


def _candidates(evidence: Sequence[Evidence]) -> Iterator[_Candidate]:
    seen: set[str] = set()
    for rank, passage in enumerate(evidence):
        for place, text in enumerate(sentences(passage.text)):
            if text not in seen:
                seen.add(text)
                yield _Candidate(
                    text=text, evidence=passage, rank=rank, place=place, terms=Counter(_terms(text))
                )


def _terms(text: str) -> tuple[str, ...]:
    """The first letters of each word that means something: endings differ, in Kazakh above all."""
    words = WORD.findall(text.casefold().replace("ё", "е"))
    return tuple(
        word[:PREFIX]
        for word in words
        if word not in COMMON and (len(word) > 2 or any(letter.isdigit() for letter in word))
    )


def _touches(one: _Candidate, terms: frozenset[str]) -> bool:
    return any(term in one.terms for term in terms) or not terms.isdisjoint(_terms(one.evidence.title))


def _scores(terms: frozenset[str], candidates: Sequence[_Candidate]) -> list[float]:
    """BM25 over sentences, helped by the title and the rank of their passage."""
    total = len(candidates)
    mean = sum(one.terms.total() for one in candidates) / total if total else 1.0
    having = Counter(term for one in candidates for term in terms if term in one.terms)
    weight = {term: math.log(1 + (total - having[term] + 0.5) / (having[term] + 0.5)) for term in terms}
    scores = []
    for one in candidates:
        length = K1 * (1 - B + B * one.terms.total() / (mean or 1.0))
        score = sum(weight[term] * one.terms[term] * (K1 + 1) / (one.terms[term] + length) for term in terms)
        title = frozenset(_terms(one.evidence.title))
        score += TITLE_WEIGHT * sum(weight[term] for term in terms if term in title)
        score *= OBJECTIVE_WEIGHT if one.evidence.kind == "objective" else 1.0
        score *= OPENING_WEIGHT if one.place == 0 else 1.0  # a note opens with what the thing is
        score *= 0.5 if len(one.text) < SHORTEST else 1.0
        scores.append(score / (1 + RANK_DECAY * one.rank))
    return scores


def _named(question: str, candidates: Sequence[_Candidate]) -> tuple[int, ...]:
    """Where the wording of the objectives stands whose codes the question names, in the question's order."""
    found: list[int] = []
    for code in dict.fromkeys(CODE.findall(question)):
        serving = [number for number, one in enumerate(candidates) if code in one.evidence.codes]
        objectives = [number for number in serving if _is_objective(candidates[number].evidence)]
        titled = [number for number, one in enumerate(candidates) if code in one.evidence.title]
        found.extend(number for number in (objectives or titled)[:1] if number not in found)
    return tuple(found[:MOST])


def _is_objective(evidence: Evidence) -> bool:
    return evidence.kind == "objective" or (not evidence.kind and len(evidence.codes) == 1)


def _choose(
    candidates: Sequence[_Candidate], scores: Sequence[float], named: Sequence[int]
) -> tuple[_Candidate, ...]:
    """The named ones first, then the best, passage by passage and in the order in which each passage says them."""
    by_score = sorted(range(len(candidates)), key=lambda number: (-scores[number], number))
    codes = {code for number in named for code in candidates[number].evidence.codes}
    by_score = [
        number
        for number in by_score
        if number not in named and (not named or codes.intersection(candidates[number].evidence.codes))
    ]
    best = scores[by_score[0]] if by_score else 0.0
    wanted = MOST - len(named)
    picked = [number for number in by_score if scores[number] > 0 and scores[number] >= SHARE_OF_BEST * best]
    picked = picked[:wanted]
    if len(named) + len(picked) < LEAST:
        picked.extend(_neighbours(candidates, picked or named, by_score, LEAST - len(named) - len(picked)))
    ranks = {candidates[number].rank: place for place, number in reversed(list(enumerate(picked)))}
    ordered = sorted(picked, key=lambda number: (ranks[candidates[number].rank], candidates[number].place))
    return tuple(candidates[number] for number in (*named, *ordered))


def _neighbours(
    candidates: Sequence[_Candidate], chosen: Sequence[int], rest: Sequence[int], count: int
) -> tuple[int, ...]:
    """What to add to a single sentence: what its passage says next, else before; nothing from elsewhere.

    Where no sentence shares a word with the question, the start of the best passage is all there is.
    """
    if not chosen:
        return tuple(
            number for number in range(len(candidates)) if candidates[number].rank == candidates[0].rank
        )[:count]
    ranks = {candidates[number].rank: number for number in reversed(chosen)}
    near = [number for number in rest if number not in chosen and candidates[number].rank in ranks]
    near.sort(
        key=lambda number: (
            number < ranks[candidates[number].rank],
            abs(number - ranks[candidates[number].rank]),
        )
    )
    return tuple(near[:count])
