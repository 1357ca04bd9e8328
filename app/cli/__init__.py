"""The command `ustaz`: one file per command, imported only when it is called."""

import argparse
import importlib
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from app.errors import BadArgument, BadSetting, UstazError

COMMANDS: Mapping[str, str] = {
    "serve": "serve the app at the printed address",
    "ask": "put one question through the whole line",
    "ingest": "read a school's own documents into the curriculum index",
    "eval": "measure retrieval, guardrails or groundedness on a file of labelled rows",
    "audit": "verify the log, or prove one record",
    "registry": "show or import the list of approved models",
    "models": "list, fetch or add weights of local models",
    "people": "add a person to a school",
    "doctor": "say what is wrong and how to mend it",
}


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = argparse.ArgumentParser(prog="ustaz", description="Ustaz: a classroom assistant for teachers.")
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
    chosen = build_parser().parse_args(arguments)
    try:
        status: int = chosen.run(chosen)
    except BadSetting as error:
        print(f"ustaz: {error}", file=sys.stderr)
        return 2
    except UstazError as error:
        from app.i18n import translator

        detail = "" if str(error) == error.words.key else f" ({error})"
        print(f"ustaz: {translator('en').words(error.words)}{detail}", file=sys.stderr)
        return 2 if isinstance(error, BadArgument) else 1
    except OSError as error:
        print(f"ustaz: {error.filename or 'a file'}: {error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return status


def print_json(document: Mapping[str, Any]) -> None:
    """One JSON document on standard output and nothing else."""
    print(json.dumps(document, ensure_ascii=False, indent=2))
