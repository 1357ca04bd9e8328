"""The embedding model is an entry too: without it in force nothing embeds, and the question says so."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app.assistant.embedding import RECENT, EmbedderRefused, GatedEmbedder, Recent
from app.assistant.events import Refused
from app.errors import Words
from app.i18n import translator
from app.routing import Refusal
from tests.assistant.conftest import House
from tests.assistant.fakes import Says, ask, closed, of, with_parts


class Counting:
    """Stands for the weights; counts what it is given."""

    model_id, dim, calls = "counting", 2, 0

    def embed_queries(self, texts: Any) -> Any:
        self.calls += 1

    embed_documents = embed_queries


class Shut:
    """A gate that admits nobody."""

    def admit(self, entry_id: str, **labels: Any) -> Refusal:
        return Refusal(reason=Words(key="ask.withheld.registry"))


@pytest.mark.parametrize("known", [True, False], ids=["gate shut", "not on the list"])
def test_without_its_entry_in_force_nothing_is_embedded(house: House, known: bool) -> None:
    services, counting = house.services, Counting()
    sha256 = services.embedder.sha256 if known else "0" * 64
    gated = GatedEmbedder(
        embedder=counting,
        sha256=sha256,
        registry=services.registry,
        gate=Shut(),  # type: ignore[arg-type]
    )
    assert gated.embed_messages(["a"]) is None
    for embed in (gated.embed_queries, gated.embed_documents):
        with pytest.raises(EmbedderRefused) as refused:
            embed(["a"])
        assert translator("kk").words(refused.value.words)
    provider = Says()
    events = ask(house, with_parts(house, provider, embedder=gated))

    assert counting.calls == 0
    assert not provider.prompts
    assert closed(house, events).outcome == "refused"
    assert of(Refused, events).words.key == "ask.refused.no_embedder"


class Lengths:
    """Stands for the weights: a vector of the length of each text; notes what it is given."""

    model_id, dim = "lengths", 1

    def __init__(self) -> None:
        self.given: list[str] = []

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.given.extend(texts)
        return np.array([[len(text)] for text in texts], dtype=np.float32)

    embed_documents = embed_queries


def test_a_question_that_a_rail_has_read_is_not_embedded_again(house: House) -> None:
    lengths = Lengths()
    gated = replace(house.services.embedder, embedder=lengths, recent=Recent())

    first = gated.embed_messages(["a", "bb"])
    again = gated.embed_queries(["bb", "ccc", "bb"])

    assert first is not None
    assert first.tolist() == [[1], [2]]
    assert again.tolist() == [[2], [3], [2]]
    assert lengths.given == ["a", "bb", "ccc"]
    assert gated.embed_queries([]).shape == (0, 1)


def test_no_more_vectors_are_held_than_the_last_ones() -> None:
    recent = Recent()
    for number in range(RECENT + 1):
        recent.keep(str(number), np.zeros(1, dtype=np.float32))

    assert recent.find("0") is None
    assert recent.find("1") is not None
    assert not [key for key in recent._vectors if isinstance(key, str)]
