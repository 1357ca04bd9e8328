"""How well the rail hides what is somebody's and leaves what is nobody's, on generated sentences.

    python -m benchmarks.personal_data --json
    python -m benchmarks.personal_data --half development --seed 1 --show 20

Recall of each type and language is the share of sentences of which nothing of the value is left; beside it the share that was
masked as what it is. What must not fire is counted if anything of the sentence was masked. Intervals are Wilson's, 95 %.
Names of the starter corpus are known to the rail, as they are in the product.
"""

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

from benchmarks.bench import percentile
from benchmarks.personal_sentences import (
    CURRICULUM,
    LANGUAGES,
    MISSES,
    NAMES,
    NUMBERS,
    PAPERS,
    Half,
    Sentence,
    sentences,
)
from guardrails.evaluation import evaluate_personal_data, proportion
from guardrails.placeholders import PLACEHOLDER
from guardrails.policy import read
from guardrails.rail import Means, Rail
from guardrails.rails import secrets
from guardrails.rails.personal_data import PersonalData, build
from guardrails.seen import normalised
from guardrails.verdict import Action, Stage, Subject
from knowledge import starter
from knowledge.names import names

VECTORS = Path(__file__).parents[1] / "tests" / "guardrails" / "data" / "pii_vectors.jsonl"
_WINDOW = 6
"""Signs of a number in a row that give it away."""
_COUNTS = {
    **dict.fromkeys((*NUMBERS, *PAPERS, "names", "figures", MISSES), 500),
    "names_bare": 200,
    "places": 200,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the rail did to one sentence."""

    sentence: Sentence
    text: str
    hidden: bool
    """Nothing of any value is left."""
    told: bool
    """Hidden, or at least reported."""
    right: bool
    """A finding of the right kind."""
    touched: bool
    """Anything of the sentence was masked or refused."""
    clock_ms: float
    processor_ms: float


@cache
def rail() -> PersonalData:
    """The rail as the product builds it."""
    return build(Means(names=names(starter.load().passages)), read().rails["personal_data"])


@cache
def _secrets() -> Rail:
    return secrets.build(Means(), read().rails["secrets"])


def _rail_of(kind: str) -> Rail:
    return _secrets() if kind == "secret" else rail()


def judge(sentence: Sentence) -> Judged:
    """Shows the rail one sentence."""
    seen, _ = normalised(sentence.text)
    subject = Subject(stage=Stage.INPUT, text=seen, language=sentence.language)
    clock, processor = perf_counter(), thread_time()
    verdict = _rail_of(sentence.kind).inspect(subject)
    processor, clock = thread_time() - processor, perf_counter() - clock
    hidden = not any(_left(value, sentence.kind, verdict.text) for value in sentence.values)
    label = "name" if sentence.kind in NAMES else sentence.kind
    labels = {finding.label for finding in verdict.findings}
    return Judged(
        sentence=sentence,
        text=verdict.text,
        hidden=hidden,
        told=hidden or label in labels,
        right=hidden and label in labels,
        touched=verdict.text != seen or verdict.action is Action.BLOCK,
        clock_ms=clock * 1000,
        processor_ms=processor * 1000,
    )


def _left(value: str, kind: str, text: str) -> bool:
    """Whether a telling part of a value is left: a word of a name, six signs of a number in a row, a mailbox."""
    text = PLACEHOLDER.sub(" ", text)
    if kind in NAMES:
        words = {word.strip(".") for word in value.split() if not word.endswith(".")}
        return bool(words & set(re.findall(r"[\w'’-]+", text)))
    if kind == "email":
        return value.partition("@")[0] in text
    if kind in ("address", "birth_date"):
        # What tells: the number of the house, the day, the year.
        return bool(set(re.findall(r"\d{1,4}", value)) & set(re.findall(r"\d{1,4}", text)))
    bare, rest = (re.sub(r"[^A-Z0-9]", "", one.upper()) for one in (value, text))
    return any(bare[at : at + _WINDOW] in rest for at in range(len(bare) - _WINDOW + 1))


def measure(half: Half, seed: int, share: float, show: int) -> dict[str, Any]:
    """Everything, as one document. `share` of the usual number of sentences; `show` examples of each kind of error."""
    judged: dict[str, dict[str, list[Judged]]] = defaultdict(dict)
    for kind, count in _COUNTS.items():
        for language in LANGUAGES:
            made = sentences(kind, language, half=half, count=max(1, round(count * share)), seed=seed)
            judged[kind][language] = [judge(one) for one in made]
    everything = [one for by_language in judged.values() for group in by_language.values() for one in group]
    document: dict[str, Any] = {
        "half": half.name.lower(),
        "seed": seed,
        "sentences": len(everything),
        "recall": {kind: _each(judged[kind], _recall) for kind in (*NUMBERS, *PAPERS, *NAMES)},
        "false_masks": {kind: _each(judged[kind], _false) for kind in (*CURRICULUM, MISSES)},
        "near_misses": _each(judged[MISSES], _by_detail),
        "vectors": evaluate_personal_data(_vectors())["kinds"],
        "times_ms": {
            name: {
                "p50": round(percentile(times, 0.5), 3),
                "p95": round(percentile(times, 0.95), 3),
            }
            for name, times in (
                ("clock", [one.clock_ms for one in everything]),
                ("processor", [one.processor_ms for one in everything]),
            )
        },
    }
    if show:
        document["errors"] = _errors(judged, show)
    return document


def _each(by_language: dict[str, list[Judged]], figure: Any) -> dict[str, Any]:
    return {language: figure(group) for language, group in by_language.items()}


def _recall(group: Sequence[Judged]) -> dict[str, Any]:
    return {
        "masked": proportion([one.hidden for one in group]),
        "masked_as_what_it_is": proportion([one.right for one in group]),
        "masked_or_told": proportion([one.told for one in group]),
    }


def _false(group: Sequence[Judged]) -> dict[str, Any]:
    return proportion([one.touched for one in group])


def _by_detail(group: Sequence[Judged]) -> dict[str, Any]:
    details = sorted({one.sentence.detail for one in group})
    return {name: _false([one for one in group if one.sentence.detail == name]) for name in details}


def _errors(judged: dict[str, dict[str, list[Judged]]], show: int) -> dict[str, list[str]]:
    return {
        f"{kind} {language}": wrong[:show]
        for kind, by_language in judged.items()
        for language, group in by_language.items()
        if (
            wrong := [
                f"{one.sentence.text} -> {one.text}"
                for one in group
                if (
                    one.touched
                    if kind in (*CURRICULUM, MISSES)
                    else not (one.told if kind == "names_bare" else one.hidden)
                )
            ]
        )
    }


def _vectors() -> list[dict[str, Any]]:
    return [json.loads(line) for line in VECTORS.read_text(encoding="utf-8").splitlines()]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and prints one JSON document."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="accepted for scripts; the output is always JSON")
    parser.add_argument("--half", choices=[half.name.lower() for half in Half], default="report")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--share", type=float, default=1.0, help="of the usual number of sentences")
    parser.add_argument("--show", type=int, default=0, help="examples of each kind of error")
    given = parser.parse_args(arguments)
    document = measure(Half[given.half.upper()], given.seed, given.share, given.show)
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1)
    print()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
