"""An answer in another language than its passages: compared by meaning through the whole line, at the gate and on record."""

import time
from collections.abc import Sequence
from contextvars import copy_context
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app.assistant.embedding import GatedEmbedder, PassageVectors, Recent, noting, telling
from app.assistant.events import Grounding, Text, Withheld
from app.database import Database
from app.errors import NotRecorded
from app.i18n import translator
from app.protection import Protections
from app.routing import Permit
from app.runtime import Runtime
from guardrails.guardrails import FAILED_KEY, Guardrails
from guardrails.policy import read
from guardrails.rail import Means
from guardrails.verdict import Stage, Subject
from knowledge.passage import Passage
from tests.assistant.conftest import House
from tests.assistant.fakes import PIECES, Says, ask, closed, of, shown, with_parts
from tests.assistant.test_line_embedding import Counting
from tests.protection import protection_room

NEAR = "Fractions with the same denominator are compared by looking at their numerators. "
FAR = "The frog lays its eggs in still water when the spring comes."


def rails_of(gated: GatedEmbedder, house: House, **changed: Any) -> Guardrails:
    means = Means(
        embed=gated.embed_messages,
        read=gated.read_messages,
        passage_vectors=PassageVectors(gated, house.services.library.vectors),
        embedder=gated.model_id,
    )
    return Guardrails.load(means=replace(means, **changed), clock=time.monotonic)


def counted(house: House) -> tuple[Counting, GatedEmbedder]:
    counting = Counting(house.services.embedder.embedder)
    return counting, replace(house.services.embedder, embedder=counting, recent=Recent())


def bands(events: Sequence[Any]) -> list[Grounding]:
    return [event.sentence.grounding for event in events if isinstance(event, Text)]


def test_a_sentence_on_another_subject_is_not_confirmed_and_one_on_the_same_is_to_be_compared(
    house: House,
) -> None:
    counting, gated = counted(house)
    rails = rails_of(gated, house)
    events = ask(house, with_parts(house, Says((NEAR, FAR)), embedder=gated, guardrails=rails))
    record = closed(house, events)

    assert bands(events) == [Grounding.LANGUAGE_DIFFERS, Grounding.UNSUPPORTED]
    # The question once, each sentence once; passages have their vectors in the index.
    assert [text.strip() for text in counting.queries[-2:]] == [NEAR.strip(), FAR]
    assert counting.documents == []
    (permit,) = [row for row in record.clear["details"]["admitted"] if row["entry_id"] == gated.entry_id()]
    assert permit["times"] >= len(counting.queries)


def test_an_answer_in_the_language_of_its_passages_embeds_nothing_more(house: House) -> None:
    counting, gated = counted(house)
    events = ask(house, with_parts(house, Says(), embedder=gated, guardrails=rails_of(gated, house)))

    assert shown(events) == list(PIECES)
    assert len(counting.queries) == 1


def test_an_embedder_that_breaks_withholds_the_sentence(house: House) -> None:
    _, gated = counted(house)

    def breaks(ids: Sequence[str], texts: Sequence[str]) -> NDArray[np.float32]:
        raise RuntimeError("the vectors are gone")

    rails = rails_of(gated, house, passage_vectors=breaks)
    events = ask(house, with_parts(house, Says((NEAR,)), embedder=gated, guardrails=rails))
    record = closed(house, events)

    assert shown(events) == []
    assert of(Withheld, events).words.key == FAILED_KEY
    said = [row for row in record.clear["verdicts"] if row["rail"] == "groundedness"]
    assert [(row["action"], row["status"]) for row in said] == [("block", "error")]


def test_an_embedder_that_is_not_in_force_any_more_leaves_the_sentence_not_verified(house: House) -> None:
    _, gated = counted(house)
    unknown = replace(gated, sha256="0" * 64)
    rails = rails_of(unknown, house)
    events = ask(house, with_parts(house, Says((NEAR, FAR)), embedder=gated, guardrails=rails))

    assert bands(events) == [Grounding.LANGUAGE_DIFFERS, Grounding.LANGUAGE_DIFFERS]


def test_passages_that_the_index_does_not_hold_are_embedded_once_at_the_gate(house: House) -> None:
    counting, gated = counted(house)
    passage: Passage = house.services.library.passages()[0]
    vectors = PassageVectors(gated, house.services.library.vectors)
    texts = [passage.text, "Бөтен мәтін.", "Ешқайда жоқ."]

    first = vectors([passage.id, "", "p0"], texts)
    again = vectors([passage.id, "", "p0"], texts)

    assert first is not None
    assert again is not None
    assert np.array_equal(first, again)
    assert first.shape == (3, gated.dim)
    assert np.allclose(np.linalg.norm(first, axis=1), 1, atol=1e-3)
    assert counting.documents == texts[1:]
    refused = PassageVectors(replace(gated, sha256="0" * 64), lambda ids: {})
    assert refused(["p0"], ["Ешқайда жоқ."]) is None
    assert vectors([], []) is not None


def test_a_rail_that_was_cut_off_calls_nothing_once_nobody_keeps_its_permits(house: House) -> None:
    counting, gated = counted(house)
    vectors = PassageVectors(gated, lambda ids: {})
    permits: list[Permit] = []
    with noting(permits):
        left_behind = copy_context()
        assert left_behind.run(vectors, ["p0"], ["Бөтен мәтін."]) is not None
    kept = list(permits)

    assert len(kept) == 1
    assert left_behind.run(vectors, ["p1"], ["Ешқайда жоқ."]) is None
    assert left_behind.run(gated.embed_messages, ["Тағы бірі."]) is None
    assert left_behind.run(gated.read_messages, ["Тағы бірі."]) is None
    assert (counting.documents, counting.queries) == (["Бөтен мәтін."], [])
    assert permits == kept


@pytest.mark.parametrize(
    ("side", "passages", "calls", "embedded"),
    [
        (Stage.INPUT, (), 2, 1),  # its vector, and what its tokens say
        (Stage.OUTPUT, ("Дроби с равными знаменателями сравнивают по числителям.",), 2, 2),
    ],
)
def test_what_a_tried_text_calls_stands_on_record_before_it_is_called(
    house: House,
    database: Database,
    tmp_path: Path,
    runtime: Runtime,
    side: Stage,
    passages: tuple[str, ...],
    calls: int,
    embedded: int,
) -> None:
    counting, gated = counted(house)
    vectors = PassageVectors(gated, lambda ids: {})
    means = Means(
        embed=gated.embed_messages, read=gated.read_messages, passage_vectors=vectors, embedder=gated.model_id
    )
    subject = Subject(stage=side, text=FAR, language="en", evidence=passages)

    def full(tell: Any) -> Any:
        def refuse(permit: Any) -> None:
            raise NotRecorded("the disk is full")

        return telling(refuse)

    with protection_room.opened(database, tmp_path / "tried", runtime) as room:
        protections = Protections(database, room.log, runtime, shipped=read(), means=means)
        unrecorded = room.desk(protections, full).simulate(protection_room.person(), subject, read())
        assert unrecorded.blocked
        assert counting.queries + counting.documents == []
        combined = room.desk(protections, telling).simulate(protection_room.person(), subject, read())
        _, tried, *called = sorted(room.events(), key=lambda row: str(row["event"]))

    assert not combined.blocked
    assert tried["event"] == "protection_tried"
    assert [row["event"] for row in called] == ["protection_try_called"] * calls
    assert {row["details"]["entry_id"] for row in called} == {gated.entry_id()}
    assert len(counting.queries + counting.documents) == embedded
    assert FAR not in str(called)


def test_what_the_rails_say_across_languages_sends_nobody_to_a_citation_that_may_not_be_there() -> None:
    for language, word in (("kk", "дәйексөз"), ("ru", "цитат"), ("en", "citation")):
        words = translator(language)
        for key in ("language_differs", "language_near", "language_far"):
            assert word not in words(f"guardrails.groundedness.{key}").lower()
