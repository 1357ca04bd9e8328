"""Fits the layer over the vector (`meaning.py`). Needs torch, which the rail does not.

Several small nets are fitted from different beginnings and stand side by side as one: their sum is the mean of theirs.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from guardrails.meaning import Floats, Meaning

NETS, UNITS = 2, 256
EPOCHS, BATCH, RATE, DECAY = 12, 64, 2e-3, 0.2
DROPPED_INPUTS, DROPPED_UNITS = 0.1, 0.3
_STILL = 1e-6
"""A number that spreads less tells nothing and is not stretched."""
_RISING = 0.3
"""Share of the steps in which the rate rises."""


def fit(vectors: Floats, attack: NDArray[np.bool_], weights: NDArray[np.float64], *, seed: int) -> Meaning:
    """Learn from vectors of shape (n, width) with a label and a weight each; the same on one sort of processor each time.

    Raises:
        ValueError: what was learnt does not fit into half precision.
    """
    mean, scale = vectors.mean(axis=0), vectors.std(axis=0)
    scale = np.where(scale > _STILL, scale, np.float32(1.0))
    given = ((vectors - mean) / scale).astype(np.float32)
    counted = (weights / weights.mean()).astype(np.float32)
    inner, outer, bias = [], [], 0.0
    for number in range(NETS):
        layer, sums = _net(given, attack.astype(np.float32), counted, seed + number)
        # The standardising is folded in: the rail reads plain vectors.
        plain = layer.weight.detach().numpy() / scale
        inner.append(np.column_stack([plain, layer.bias.detach().numpy() - plain @ mean]))
        outer.append(sums.weight.detach().numpy()[0] / NETS)
        bias += float(sums.bias.detach()) / NETS
    made = Meaning(
        inner=np.concatenate(inner).astype(np.float32),
        outer=np.append(np.concatenate(outer), bias).astype(np.float32),
    )
    Meaning.of(made.arrays())  # what half precision does not hold is found here, before anything is written
    return made


def _net(given: Floats, attack: Floats, counted: Floats, seed: int) -> tuple[Any, Any]:
    import torch as untyped

    torch: Any = untyped
    torch.manual_seed(seed)
    before = torch.get_num_threads()
    torch.set_num_threads(1)  # more threads than one add in another order each time
    try:
        layer, sums = torch.nn.Linear(given.shape[1], UNITS), torch.nn.Linear(UNITS, 1)
        net = torch.nn.Sequential(
            torch.nn.Dropout(DROPPED_INPUTS), layer, torch.nn.ReLU(), torch.nn.Dropout(DROPPED_UNITS), sums
        )
        optimiser = torch.optim.AdamW(net.parameters(), weight_decay=DECAY)
        batches = -(-len(given) // BATCH)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimiser, RATE, total_steps=EPOCHS * batches + 1, pct_start=_RISING
        )
        rows, said, weight = map(torch.from_numpy, (given, attack, counted))
        for _ in range(EPOCHS):
            for some in torch.split(torch.randperm(len(given)), BATCH):
                loss = torch.nn.functional.binary_cross_entropy_with_logits(
                    net(rows[some])[:, 0], said[some], weight=weight[some]
                )
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                schedule.step()
    finally:
        torch.set_num_threads(before)
    return layer, sums
