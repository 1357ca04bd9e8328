"""`ustaz train groundedness`: the head of the groundedness rail from our own rows; the same rows give the same bytes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def train(out: Path | None) -> Mapping[str, Any]:
    """Train, write the weights, and tell what they are made of and what they say of cases they had not seen."""
    from guardrails import grounding_training as training
    from guardrails.grounding_head import SHIPPED

    found = [one for language in training.LANGUAGES for one in training.examples(language)]
    signs = training.signs_of(found)
    head = training.train(found, signs)
    target = out or SHIPPED
    training.write(head, target)
    return {
        "weights": {**head, "bytes": target.stat().st_size},
        "examples": training.counted(found),
        "out_of_fold": training.judged(head, found, signs),
    }
