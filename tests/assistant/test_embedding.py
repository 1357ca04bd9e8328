"""The embedding model is an entry too: without it in force nothing embeds, and the question says so."""

from typing import Any

import pytest

from app.assistant.embedding import EmbedderRefused, GatedEmbedder
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
