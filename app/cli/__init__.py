"""The command `ustaz`: one file per command, imported only when it is called."""

import argparse
import importlib
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from app.cli.refusal import Parser, parsed, refused
from app.errors import UstazError

COMMANDS: Mapping[str, str] = {
    "serve": "serve the app at the printed address",
    "ask": "put one question through the whole line",
    "ingest": "read official acts or a school's own documents into the curriculum",
    "curriculum": "official editions: list, compare, switch on, go back",
    "eval": "measure retrieval, guardrails or groundedness on a file of labelled rows",
    "train": "train a detector of the rails from labelled rows (for developers)",
    "audit": "verify the log, prove one record, or export records with their proofs",
    "registry": "show or import the list of approved models",
    "make": "make a lesson plan, a quiz, an assessment or another lesson document",
    "models": "list, fetch or add weights of local models",
    "people": "add a person to a school",
    "doctor": "say what is wrong and how to mend it",
}


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = Parser(prog="ustaz", description="Ustaz: a classroom assistant for teachers.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, summary in COMMANDS.items():
        module = importlib.import_module(f"app.cli.{name}")
        command = commands.add_parser(name, help=summary, description=module.__doc__)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0 when it did its work, 2 for a setting or argument that cannot be used."""
    from app.settings import force_offline

    force_offline()
    chosen = parsed(build_parser(), sys.argv[1:] if arguments is None else arguments)
    try:
        status: int = chosen.run(chosen)
    except (UstazError, OSError) as error:
        return refused(error, as_json=getattr(chosen, "json", False))
    except KeyboardInterrupt:
        return 130
    return status


def print_json(document: Mapping[str, Any]) -> None:
    """One JSON document on standard output and nothing else."""
    print(json.dumps(document, ensure_ascii=False, indent=2))
