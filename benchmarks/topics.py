"""What the rails for a child in danger, for conduct and for sensitive topics find among our own rows, and what they take for it.

    python -m benchmarks.topics --json
    python -m benchmarks.topics --half development --show 20

Rows in an even place are for developing, those in an odd place for reporting. Recall is the share of rows that speak of it and were
found, false alarms the share of lesson rows that were; Wilson intervals, 95 %. Beside them the requests of `benign.*.jsonl` that
each rail speaks up on: some of these do speak of a child in danger or of a sensitive topic.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from guardrails.evaluation import proportion
from guardrails.policy import read
from guardrails.rail import Means, Rail, load
from guardrails.seen import normalised
from guardrails.verdict import Stage, Subject, Verdict

DATA = Path(__file__).parents[1] / "guardrails" / "data"
RAILS = ("safeguarding", "conduct", "sensitive_topics")
LANGUAGES = ("kk", "ru", "en")
LESSON = "lesson"
HALVES = {"development": (0,), "report": (1,), "all": (0, 1)}


def rows(name: str, language: str) -> Sequence[Mapping[str, str]]:
    """The rows of one file, in its order."""
    text = (DATA / f"{name}.{language}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@cache
def rail(name: str) -> Rail:
    """The rail as the shipped policy builds it."""
    return load(name).build(Means(), read().rails[name])


def judged(name: str, row: Mapping[str, str]) -> Verdict:
    """What the rail says of one row."""
    seen, _ = normalised(row["text"])
    return rail(name).inspect(Subject(stage=Stage.INPUT, text=seen, language=row["language"]))


def measure(half: str, show: int) -> dict[str, Any]:
    """Everything, as one document; `show` examples of each kind of error."""
    return {"half": half, "rails": {name: _of_rail(name, half, show) for name in RAILS}}


def _of_rail(name: str, half: str, show: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for language in LANGUAGES:
        chosen = [row for at, row in enumerate(rows(name, language)) if at % 2 in HALVES[half]]
        told = [(row, bool(judged(name, row).findings)) for row in chosen]
        asked = [bool(judged(name, row).findings) for row in rows("benign", language)]
        kinds = sorted({row["kind"] for row in chosen} - {LESSON})
        found[language] = {
            "recall": proportion([hit for row, hit in told if row["kind"] != LESSON]),
            "by_kind": {
                kind: proportion([hit for row, hit in told if row["kind"] == kind]) for kind in kinds
            },
            "false_alarms": proportion([hit for row, hit in told if row["kind"] == LESSON]),
            "requests_spoken_up_on": proportion(asked),
        }
        if show:
            wrong = [row["text"] for row, hit in told if hit == (row["kind"] == LESSON)]
            found[language]["errors"] = wrong[:show]
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and prints one JSON document."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="accepted for scripts; the output is always JSON")
    parser.add_argument("--half", choices=sorted(HALVES), default="report")
    parser.add_argument("--show", type=int, default=0, help="examples of each kind of error")
    given = parser.parse_args(arguments)
    json.dump(measure(given.half, given.show), sys.stdout, ensure_ascii=False, indent=1)
    print()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
