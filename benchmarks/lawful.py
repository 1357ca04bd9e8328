"""How often the check that looks for attacks speaks up on lawful texts that no weight has seen.

    python -m benchmarks.lawful --json

Questions to the curriculum and to the search, the terms of all school subjects as somebody types them into a search, lessons about conduct, a child in
danger and sensitive topics, and sentences with personal data as they stand after masking (the half of the frames on which masking is reported); what is a row of the training, too, is left out. Each passes all input rails as they ship; counted is what
`injection` said: warned of, blocked, or never asked because a rail before it had stopped the text, and failed. Vectors are kept under `USTAZ_HOME`, so that a second
run embeds nothing.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from time import perf_counter
from typing import Any

from app import bootstrap
from app.cli.eval import means_of
from app.settings import Settings
from benchmarks import personal_sentences
from benchmarks.topics import LANGUAGES, LESSON, RAILS, rows
from guardrails.evaluation import proportion
from guardrails.guardrails import Guardrails
from guardrails.verdict import Action, Stage, Status, Subject
from knowledge import terms

DATA = Path(__file__).parent / "data"
ROWS = Path(__file__).parents[1] / "guardrails" / "data"
QUESTIONS = ("finding_*.jsonl", "questions_held_out_*.jsonl", "relevance_dev*.jsonl")
MASKED, SEED = 20, 2026
"""Sentences of each kind of personal data and language."""
RAIL = "injection"


def questions() -> Iterator[tuple[str, str]]:
    """Texts with their languages."""
    for file in sorted(chain.from_iterable(map(DATA.glob, QUESTIONS))):
        for line in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            if line.get("kind") != "passage":
                yield line["text"], line["lang"]


def searches() -> Iterator[tuple[str, str]]:
    """The terms of all school subjects, most of them one to three words."""
    for language in LANGUAGES:
        found = {variant for term in terms.load().terms for variant in term.words(language)}
        yield from ((variant, language) for variant in sorted(found))


def lessons() -> Iterator[tuple[str, str]]:
    """Lessons that sound like what three other rails look for."""
    for language in LANGUAGES:
        yield from (
            (row["text"], language) for name in RAILS for row in rows(name, language) if row["kind"] == LESSON
        )


def masked() -> Iterator[tuple[str, str]]:
    """Sentences with personal data, unmasked: the rails before this one mask them."""
    kinds = (*personal_sentences.NUMBERS, *personal_sentences.PAPERS, *personal_sentences.NAMES)
    half = personal_sentences.Half.REPORT
    for language in LANGUAGES:
        for kind in kinds:
            for one in personal_sentences.sentences(kind, language, half=half, count=MASKED, seed=SEED):
                yield one.text, language


SORTS = {"questions": questions, "searches": searches, "lessons": lessons, "masked": masked}


def unseen(texts: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those that no row of the training says word for word."""
    rows_of = (file.read_text(encoding="utf-8").splitlines() for file in ROWS.glob("benign.*.jsonl"))
    known = {_plain(row["text"]) for row in map(json.loads, chain.from_iterable(rows_of))}
    return [(text, language) for text, language in texts if _plain(text) not in known]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def counted(texts: Sequence[tuple[str, str]], rails: Guardrails) -> Mapping[str, Any]:
    """What the rail said of texts."""
    said = [_said(rails, text, language) for text, language in texts]
    return {
        "texts": len(said),
        "stopped_before": said.count(Status.SKIPPED),
        "failed": said.count(Status.ERROR) + said.count(Status.TIMEOUT),
        "warned": proportion([one is Action.WARN for one in said]),
        "blocked": proportion([one is Action.BLOCK for one in said]),
    }


def _said(rails: Guardrails, text: str, language: str) -> Action | Status:
    """What it did with the text, or why it said nothing."""
    verdicts = rails.inspect(Subject(stage=Stage.INPUT, text=text, language=language)).verdicts
    found = next((one for one in verdicts if one.rail == RAIL), None)
    if found is None:
        return Status.SKIPPED
    return found.action if found.status is Status.OK else found.status


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="accepted for scripts; the output is always JSON")
    parser.parse_args(arguments)
    with bootstrap.opened(Settings.from_env()) as services:
        rails = Guardrails.load(means=means_of(services), clock=perf_counter)
        document = {name: counted(unseen(texts()), rails) for name, texts in SORTS.items()}
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1)
    print()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
