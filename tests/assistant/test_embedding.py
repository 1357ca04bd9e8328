"""The embedding model is an entry too: without it in force nothing embeds, and the question says so."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app.assistant.embedding import RECENT, EmbedderRefused, Embedding, GatedEmbedder, Recent, noting
from app.assistant.events import Refused
from app.cli.eval import means_of
from app.errors import Words
from app.i18n import translator
from app.routing import Gate, Permit, Refusal
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
    heard = replace(gated, peaks=Heard())
    assert gated.embed_messages(["a"]) is None
    assert heard.read_messages(["a"]) is None
    assert isinstance(heard.peaks, Heard)
    assert heard.peaks.given == []
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


class Heard:
    """Stands for the tokens: one peak, the number of vowels; notes what it is given."""

    model_id, dim = "heard", 1

    def __init__(self) -> None:
        self.given: list[str] = []

    def peaks(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.given.extend(texts)
        return np.array([[sum(text.count(one) for one in "aeiou")] for text in texts], dtype=np.float32)


def test_a_rail_reads_the_tokens_behind_the_vector_once_and_with_a_permit_of_their_own(house: House) -> None:
    lengths, heard, permits = Lengths(), Heard(), Embedding(house.services.embedder)
    gated = replace(
        house.services.embedder, embedder=lengths, peaks=heard, recent=Recent(), recent_peaks=Recent()
    )
    with noting(permits):
        first = gated.read_messages(["ab", "aei"])
    again = gated.read_messages(["aei"])

    assert first is not None
    assert again is not None
    assert (first.tolist(), again.tolist()) == ([[2, 1], [3, 3]], [[3, 3]])
    assert (lengths.given, heard.given) == (["ab", "aei"], ["ab", "aei"])
    (row,) = permits.taken()["admitted"]
    assert (row["entry_id"], row["times"]) == (gated.entry_id(), 2)


class Revoked:
    """A gate that admits once, and then the entry is no longer in force."""

    def __init__(self, gate: Gate) -> None:
        self.gate, self.asked = gate, 0

    def admit(self, entry_id: str, *, purpose: str) -> Permit | Refusal:
        self.asked += 1
        if self.asked > 1:
            return Refusal(reason=Words(key="ask.withheld.registry"))
        return self.gate.admit(entry_id, purpose=purpose)


def test_tokens_are_not_read_once_the_entry_is_no_longer_in_force(house: House) -> None:
    lengths, heard = Lengths(), Heard()
    gate: Any = Revoked(house.services.gate)
    gated = replace(
        house.services.embedder,
        embedder=lengths,
        peaks=heard,
        gate=gate,
        recent=Recent(),
        recent_peaks=Recent(),
    )

    assert gated.read_messages(["a"]) is None
    assert (lengths.given, heard.given, gate.asked) == (["a"], [], 2)


def test_an_evaluation_reads_no_tokens_past_the_gate(house: House, tmp_path: Path) -> None:
    heard = Heard()
    gate: Any = Revoked(house.services.gate)
    gated = replace(
        house.services.embedder,
        embedder=Lengths(),
        peaks=heard,
        gate=gate,
        recent=Recent(),
        recent_peaks=Recent(),
    )
    services = SimpleNamespace(
        embedder=gated, library=house.services.library, settings=SimpleNamespace(home=tmp_path)
    )
    read = means_of(services).read

    assert read is not None
    with pytest.raises(EmbedderRefused):
        read(["a"])
    assert (heard.given, gate.asked) == ([], 2)


def test_of_a_model_whose_tokens_nobody_learned_nothing_is_read(house: House) -> None:
    lengths = Lengths()
    gated = replace(house.services.embedder, embedder=lengths, peaks=None, recent=Recent())

    assert gated.read_messages(["a"]) is None
    with pytest.raises(EmbedderRefused):
        gated.embed_peaks(["a"])
    assert lengths.given == []


def test_no_more_vectors_are_held_than_the_last_ones() -> None:
    recent = Recent()
    for number in range(RECENT + 1):
        recent.keep(str(number), np.zeros(1, dtype=np.float32))

    assert recent.find("0") is None
    assert recent.find("1") is not None
    assert not [key for key in recent._vectors if isinstance(key, str)]
