"""Fits what reads the meaning (`meaning.py`): filters over the states of tokens and the layer over them. Needs torch, which the rail does not.

Filters and layer learn together, the filters in the four bits in which they run; tokens are left out by lot, so that no filter leans on one.
Several nets learn apart, from other beginnings, and are kept as one that says their mean: what one of them learned by chance counts less.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guardrails.meaning import BLOCK, LEAST_SCALE, LOWEST, Filters, Floats, Meaning

NETS = 2
FILTERS, UNITS = 256, 256
"""Of each net."""
EPOCHS, BATCH, RATE, DECAY = 8, 64, 1.5e-3, 0.2
DROPPED_TOKENS, DROPPED_INPUTS, DROPPED_PEAKS, DROPPED_UNITS = 0.1, 0.1, 0.2, 0.3
MOST_TOKENS = 128
"""Tokens of a window that are read in training; nearly every window has fewer."""
_STILL = 1e-6
"""A number that spreads less tells nothing and is not stretched."""
_RISING = 0.3
"""Share of the steps in which the rate rises."""
_ALIKE = 16
"""Batches whose rows are put together by their lengths."""
_SAMPLED = 50
"""One token in so many tells the spread of states, from another place in each text."""
States = Sequence[NDArray[np.float16]]


def fit(
    vectors: Floats,
    states: States,
    attack: NDArray[np.bool_],
    weights: NDArray[np.float64],
    *,
    seed: int,
    nets: int = NETS,
    filters: int = FILTERS,
    units: int = UNITS,
) -> Meaning:
    """Learn from vectors of shape (n, width) and the states of their tokens, with a label and a weight each; the same on one sort of processor each time.

    Args:
        states: of each row an array of shape (tokens, width).
        filters: of each of the nets; `units` likewise.

    Raises:
        ValueError: what was learnt does not fit into half precision.
    """
    import torch as untyped

    torch: Any = untyped
    sampled = np.concatenate([one[at % _SAMPLED :: _SAMPLED] for at, one in enumerate(states)])
    tokens, whole = _Standard(sampled.astype(np.float32)), _Standard(vectors)
    before, state = torch.get_num_threads(), torch.get_rng_state()
    torch.set_num_threads(1)  # more threads than one add in another order each time
    learnt = []
    try:
        for beginning in range(seed, seed + nets):
            torch.manual_seed(beginning)
            net = _Net(torch, tokens, filters, units, vectors.shape[1])
            _learn(torch, net, whole.standardised(vectors), states, attack, weights, beginning)
            learnt.append(net.meaning(whole))
    finally:
        torch.set_num_threads(before)
        torch.set_rng_state(state)
    made = mean_of(learnt)
    Meaning.of(made.arrays())  # what half precision does not hold is found here, before anything is written
    return made


def mean_of(parts: Sequence[Meaning]) -> Meaning:
    """One that says the mean of what several say: all their filters, and of each the units, which read the peaks of its own filters alone.

    Args:
        parts: over vectors and states of the same width.
    """
    width = parts[0].width - len(parts[0].filters)
    filters = [one.filters for one in parts]
    inner = np.zeros(
        (sum(len(one.inner) for one in parts), width + sum(map(len, filters)) + 1), dtype=np.float32
    )
    row, column = 0, width
    for one in parts:
        rows, peaks = slice(row, row + len(one.inner)), slice(column, column + len(one.filters))
        inner[rows, :width], inner[rows, peaks] = one.inner[:, :width], one.inner[:, width:-1]
        inner[rows, -1] = one.inner[:, -1]
        row, column = rows.stop, peaks.stop
    outer = np.concatenate([*(one.outer[:-1] for one in parts), [sum(one.outer[-1] for one in parts)]])
    return Meaning(
        filters=Filters(
            levels=np.concatenate([one.levels for one in filters]),
            scales=np.concatenate([one.scales for one in filters]),
            bias=np.concatenate([one.bias for one in filters]),
        ),
        inner=inner,
        outer=(outer / len(parts)).astype(np.float32),
    )


def rows_of(made: Meaning, vectors: Floats, states: States) -> Floats:
    """What a meaning reads: vectors, and behind them the peaks of their tokens."""
    return np.concatenate([vectors, made.filters.peaks(states)], axis=1)


class _Standard:
    """Middle and spread of each number, taken away for training and folded into what is kept."""

    def __init__(self, rows: Floats) -> None:
        self.middle, scale = rows.mean(axis=0), rows.std(axis=0)
        self.scale = np.where(scale > _STILL, scale, np.float32(1.0)).astype(np.float32)

    def standardised(self, rows: Floats) -> Floats:
        found: Floats = ((rows - self.middle) / self.scale).astype(np.float32)
        return found


class _Net:
    """Filters, their peaks beside the vector, and the layer over both."""

    def __init__(self, torch: Any, tokens: _Standard, filters: int, units: int, width: int) -> None:
        self._torch, self._tokens, self._width = torch, tokens, width
        self._scale = torch.from_numpy(tokens.scale)
        self._filters, self._layer = (
            torch.nn.Linear(len(tokens.scale), filters),
            torch.nn.Linear(width + filters, units),
        )
        self._sum = torch.nn.Linear(units, 1)
        self.parameters = [
            one for part in (self._filters, self._layer, self._sum) for one in part.parameters()
        ]

    def sums(self, vectors: Any, states: Any, there: Any) -> Any:
        """In training: shapes (n, width), (n, tokens, width), (n, tokens)."""
        functions = self._torch.nn.functional
        weights = self._filters.weight
        quantised = weights + (self._quantised(weights / self._scale) * self._scale - weights).detach()
        answers = functions.relu(functions.linear(states, quantised, self._filters.bias))
        peaks = answers.masked_fill(~there[:, :, None], 0.0).amax(1)
        read = [functions.dropout(vectors, DROPPED_INPUTS), functions.dropout(peaks, DROPPED_PEAKS)]
        inner = functions.relu(self._layer(self._torch.cat(read, 1)))
        return self._sum(functions.dropout(inner, DROPPED_UNITS))[:, 0]

    def _quantised(self, weights: Any) -> Any:
        """As four bits hold them (`Filters.nearest`)."""
        runs = weights.view(len(weights), -1, BLOCK)
        farthest = runs.gather(-1, runs.abs().argmax(-1, keepdim=True))
        steps = (farthest / LOWEST).half().float()
        steps = self._torch.where(steps.abs() < LEAST_SCALE, self._torch.full_like(steps, 1.0), steps)
        return ((runs / steps).round().clamp(LOWEST, -LOWEST - 1) * steps).view_as(weights)

    def meaning(self, whole: _Standard) -> Meaning:
        """The standardising folded in: the rail reads plain vectors and states."""
        plain = self._filters.weight.detach().numpy() / self._tokens.scale
        filters = Filters.nearest(plain, self._filters.bias.detach().numpy())
        centred = filters.bias - filters.weights() @ self._tokens.middle
        layer, bias = self._layer.weight.detach().numpy().copy(), self._layer.bias.detach().numpy()
        layer[:, : self._width] /= whole.scale
        inner = np.column_stack([layer, bias - layer[:, : self._width] @ whole.middle])
        outer = np.append(self._sum.weight.detach().numpy()[0], self._sum.bias.detach().numpy())
        kept = Filters(levels=filters.levels, scales=filters.scales, bias=centred.astype(np.float32))
        return Meaning(filters=kept, inner=inner.astype(np.float32), outer=outer.astype(np.float32))

    def standardised(self, states: States) -> tuple[Any, Any]:
        """States side by side, and which of them stand for a token."""
        longest = max(1, *(min(len(one), MOST_TOKENS) for one in states))
        rows = np.zeros((len(states), longest, len(self._tokens.scale)), dtype=np.float32)
        there = np.zeros(rows.shape[:2], dtype=np.bool_)
        for row, one in enumerate(states):
            kept = one[:MOST_TOKENS]
            rows[row, : len(kept)] = self._tokens.standardised(kept.astype(np.float32))
            there[row, : len(kept)] = True
        return self._torch.from_numpy(rows), there


def _learn(
    torch: Any,
    net: _Net,
    vectors: Floats,
    states: States,
    attack: NDArray[np.bool_],
    weights: NDArray[np.float64],
    seed: int,
) -> None:
    counted = torch.from_numpy((weights / weights.mean()).astype(np.float32))
    said, whole = torch.from_numpy(attack.astype(np.float32)), torch.from_numpy(vectors)
    optimiser = torch.optim.AdamW(net.parameters, weight_decay=DECAY)
    lengths = np.array([min(len(one), MOST_TOKENS) for one in states])
    lot = np.random.default_rng(seed)
    epochs = [list(_batches(lengths, lot)) for _ in range(EPOCHS)]
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, RATE, total_steps=sum(map(len, epochs)) + 1, pct_start=_RISING
    )
    for batches in epochs:
        for batch in batches:
            rows, there = net.standardised([states[at] for at in batch])
            heard = torch.from_numpy(there & (lot.random(there.shape) > DROPPED_TOKENS))
            loss = torch.nn.functional.binary_cross_entropy_with_logits(
                net.sums(whole[batch], rows, heard), said[batch], weight=counted[batch]
            )
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()


def _batches(lengths: NDArray[np.int64], lot: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Rows by lot, in batches of about the same length."""
    order = lot.permutation(len(lengths))
    batches = []
    for at in range(0, len(order), _ALIKE * BATCH):
        some = order[at : at + _ALIKE * BATCH]
        some = some[np.argsort(lengths[some], kind="stable")]
        batches += [some[start : start + BATCH] for start in range(0, len(some), BATCH)]
    for number in lot.permutation(len(batches)):
        yield batches[number]
