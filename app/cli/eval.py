"""Measure on a file of labelled rows: retrieval, relevance, guardrails (injection) or groundedness.

The forms of the files are those of docs/measured.md. Prints one JSON document.
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("what", choices=("retrieval", "relevance", "guardrails", "groundedness"))
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true", help="accepted for scripts; the output is always JSON")


def run(arguments: argparse.Namespace) -> int:
    """Measure."""
    from app import bootstrap
    from app.cli import print_json
    from app.settings import Settings

    settings = Settings.from_env()
    with bootstrap.opened(settings) as services:
        document = _measure(arguments.what, arguments.file, services)
    print_json({"schema_version": 1, "what": arguments.what, "file": arguments.file.name, **document})
    return 0


def _measure(what: str, file: Path, services: Any) -> Mapping[str, Any]:
    from guardrails import evaluation as rails
    from knowledge import evaluation as finding

    if what == "retrieval":
        return finding.evaluate(file, services.embedder, services.settings.home / "eval-vectors.db")
    if what == "relevance":
        return finding.evaluate_relevance(file, services.library, services.embedder.embed_queries)
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    if what == "guardrails":
        return rails.evaluate_injection(rows)
    return rails.evaluate_groundedness(rows)
