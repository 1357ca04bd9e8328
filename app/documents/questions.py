"""Quiz items made by code from the notes: the question, its options in a varying order, and the sentence that proves it."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.documents.form import Form
from app.documents.gap import Gap, Sort, Translation
from app.documents.gaps import fit
from app.documents.level import Level
from app.documents.value import Item
from knowledge.passage import Passage

OPTIONS = 4
SHORT_STATEMENT = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An item and the passage whose sentence explains it."""

    item: Item
    passage: Passage


def spread(gaps: Sequence[Gap], wordings: Mapping[str, str], most: int) -> tuple[tuple[str, Gap], ...]:
    """The best gaps, each with the objective it serves: the objectives in turn, so that none is left out.

    No two have the same answer: the second would be a repetition.

    Args:
        wordings: the objectives' words by code, in the brief's order.
    """
    left = list(gaps)
    codes = list(wordings)
    used: Counter[str] = Counter()
    chosen: list[tuple[str, Gap]] = []
    while left and len(chosen) < most:
        served = {code for one in left for code in one.passage.codes if code in wordings}
        if not served:
            break
        code = min(served, key=lambda one: (used[one], codes.index(one)))
        serving = [one for one in left if code in one.passage.codes]
        gap = max(serving, key=lambda one: fit(one, wordings[code]))
        left = [one for one in left if one.right != gap.right and one.sentence != gap.sentence]
        used[code] += 1
        chosen.append((code, gap))
    return tuple(chosen)


def from_gap(gap: Gap, code: str, form: Form, *, place: int, whole: bool = False) -> Question:
    """The question of a gap.

    Args:
        place: where the right option is to stand, if the options are not in the order of size.
        whole: ask for the true one among whole statements.
    """
    if gap.sort is Sort.NUMBER:
        options = _in_order(gap)
        name, level = "number", Level.APPLICATION if gap.is_reckoned else Level.KNOWLEDGE
    else:
        options = _placed(gap.right, gap.wrong, place)
        name, level = "term_form" if gap.is_form else "term", Level.KNOWLEDGE
    right, question = options.index(gap.right), form.phrase(name, sentence=gap.asked)[0]
    if whole:
        options = tuple(gap.filled(one) for one in options)
        question, level = form.phrase("true")[0], Level.UNDERSTANDING
    item = Item(
        question=question, options=options, right=right, explanation=gap.sentence, code=code, level=level
    )
    return Question(item=item, passage=gap.passage)


def from_translation(one: Translation, code: str, form: Form, *, place: int) -> Question:
    """The question of a term's name in another language."""
    options = _placed(one.right, one.wrong, place)
    item = Item(
        question=form.phrase("translation", term=one.term, into=form.phrase(f"language.{one.into}")[0])[0],
        options=options,
        right=options.index(one.right),
        explanation=one.sentence,
        code=code,
    )
    return Question(item=item, passage=one.passage)


def can_be_whole(gap: Gap) -> bool:
    """Whether four versions of its sentence can be read side by side."""
    return gap.sort is Sort.NUMBER and len(gap.sentence) <= SHORT_STATEMENT


def places(seed: str) -> Iterator[int]:
    """Places for right options: every four of them use each place once, in an order that the seed decides."""
    block = 0
    while True:
        key = [hashlib.sha256(f"{seed}:{block}:{place}".encode()).digest() for place in range(OPTIONS)]
        yield from sorted(range(OPTIONS), key=lambda place: key[place])
        block += 1


def _placed(right: str, wrong: Sequence[str], place: int) -> tuple[str, ...]:
    options = list(wrong)
    options.insert(place, right)
    return tuple(options)


def _in_order(gap: Gap) -> tuple[str, ...]:
    return tuple(sorted((gap.right, *gap.wrong), key=gap.size))
