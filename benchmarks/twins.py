"""Passages in twos: whether what is said of a sentence depends on the passage that it stands beside.

    python -m benchmarks.twins --json

`benchmarks/data/groundedness_twins_LANGUAGE.jsonl` holds passages A and B with nearly the same words, and sentences in words of their own
that are true of one alone. Each stands once beside each passage, so neither the sentence, nor its length, nor its style, nor the words that it shares
with the two can tell the label. Printed are the AUROC, and in how many of all sentences the suspicion beside the wrong passage is higher, lower and
the same; .5 and equal shares say nothing. No weight and no rule has seen these rows.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guardrails.evaluation import auroc, proportion
from guardrails.grounding import ground

DATA = Path(__file__).parent / "data"
LANGUAGES = ("kk", "ru", "en")
SIDES = ("a", "b")
KINDS = ("opposite", "roles", "order", "extent", "reason", "name", "number")
"""What differs between the two passages where a sentence holds of one alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """One sentence beside the passage that holds it and the one that does not."""

    text: str
    kind: str
    held: str
    otherwise: str


def items(language: str) -> Sequence[Mapping[str, Any]]:
    """The passages of a language with their sentences, in the order of the file."""
    text = (DATA / f"groundedness_twins_{language}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def twins(language: str) -> Iterator[Twin]:
    """Every sentence that holds of one passage alone."""
    for item in items(language):
        for pair in item["pairs"]:
            for side, other in (SIDES, SIDES[::-1]):
                yield Twin(text=pair[side], kind=pair["kind"], held=item[side], otherwise=item[other])


def figures(both: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Of the suspicions of sentences, each beside the passage that holds it and beside the other."""
    return {
        "sentences": len(both),
        "auroc": auroc([wrong for _, wrong in both], [right for right, _ in both]),
        "higher_beside_the_wrong_passage": proportion([wrong > right for right, wrong in both]),
        "lower": proportion([wrong < right for right, wrong in both]),
        "the_same": proportion([wrong == right for right, wrong in both]),
    }


def suspicion(text: str, passage: str, language: str) -> float:
    """From 0, held, to 1."""
    return ground(text, (passage,), (language,), language).suspicion


def measured() -> dict[str, Any]:
    """All languages, and in each the kinds."""
    document = {}
    for language in LANGUAGES:
        told = [
            (
                one.kind,
                (suspicion(one.text, one.held, language), suspicion(one.text, one.otherwise, language)),
            )
            for one in twins(language)
        ]
        document[language] = {
            **figures([both for _, both in told]),
            "by_kind": {kind: figures([both for of, both in told if of == kind]) for kind in KINDS},
        }
    return {"languages": document}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="accepted for scripts; the output is always JSON")
    parser.parse_args(arguments)
    json.dump(measured(), sys.stdout, ensure_ascii=False, indent=1)
    print()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
