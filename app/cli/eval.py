"""Measure on a file of labelled rows: retrieval, guardrails or groundedness."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("what", choices=("retrieval", "guardrails", "groundedness", "relevance"))
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true", help="one JSON document, docs/eval.schema.json")


def run(arguments: argparse.Namespace) -> int:
    """Measure."""
    from app import bootstrap
    from app.cli import print_json
    from app.settings import Settings

    with bootstrap.opened(Settings.from_env()) as services:
        document = services.evaluate(arguments.what, arguments.file)
    print_json(document)
    return 0
