"""Train what a rail weighs its signs with, from our own rows; for developers. Prints one JSON document."""

import argparse
from pathlib import Path

from app.cli import train_injection
from app.errors import BadArgument


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("what", choices=("across", "groundedness", "injection"))
    parser.add_argument("--out", type=Path, help="write the weights here and not into the package")
    train_injection.add_arguments(parser)
    parser.add_argument("--json", action="store_true", help="accepted for scripts; the output is always JSON")


def run(arguments: argparse.Namespace) -> int:
    """Train, print, write."""
    from app.cli import print_json, train_across, train_groundedness

    if arguments.out is not None and not arguments.out.parent.is_dir():
        raise BadArgument(f"--out: {arguments.out.parent} is no folder")
    for file in (*arguments.not_near, *arguments.also):
        if not file.is_file():
            raise BadArgument(f"{file} is no file")
    match arguments.what:
        case "injection":
            trained = train_injection.train(arguments)
        case "across":
            trained = train_across.train(arguments.out)
        case _:
            trained = train_groundedness.train(arguments.out)
    print_json({"schema_version": 1, "what": arguments.what, **trained})
    return 0
