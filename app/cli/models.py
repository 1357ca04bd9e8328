"""Weights of local models: what the list in force asks for and what is here, fetch, add, remove, check; a server for each entry.

Every verb prints one JSON document with --json. Models are named by the id of their entry, or as `list` calls them; docs/models.md.
"""

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from app.errors import BadArgument
from app.providers.fetching import Progress

if TYPE_CHECKING:
    from app.cli.models_here import Told, Wanted
    from app.i18n.translator import Translator
    from app.settings import Settings

Verb: TypeAlias = Callable[["Settings", argparse.Namespace], "Told"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    verbs.add_parser("list", help="local models of the list in force, and others that can be fetched")
    fetch = verbs.add_parser("fetch", help="fetch a model's weights and check their digest")
    fetch.add_argument("id", help="id of an entry of the list, or a name that `list` shows")
    fetch.add_argument(
        "--from", dest="folder", type=Path, metavar="FOLDER", help="take them from a folder or stick"
    )
    fetch.add_argument("--yes", action="store_true", help="do not ask")
    add = verbs.add_parser(
        "add", help="take a weights file that you have; an entry of the registry must name its digest"
    )
    add.add_argument("file", type=Path)
    add.add_argument("--sha256", required=True, help="digest that the registry entry names, in hex")
    remove = verbs.add_parser("remove", help="delete weights by model, file name or digest")
    remove.add_argument("name")
    verbs.add_parser("check", help="hash every file here anew; status 1 if one is not what was put in place")
    start = verbs.add_parser("start", help="start a server for an entry, beside the app; it needs no restart")
    start.add_argument("--foreground", action="store_true", help="serve in this process until it is ended")
    stop = verbs.add_parser("stop", help="end the server of an entry")
    for verb in (start, stop):
        verb.add_argument("id", help="id of an entry of the list, or a name that `list` shows")
    verbs.add_parser("health", help="ask every server here; status 1 if one does not answer")
    for name, verb in verbs.choices.items():
        schema = "models-list" if name == "list" else "models"
        verb.add_argument("--json", action="store_true", help=f"one JSON document, docs/{schema}.schema.json")


def run(arguments: argparse.Namespace) -> int:
    """Do what the verb says, and tell it."""
    from app.cli import models_here, models_servers, print_json
    from app.settings import Settings

    settings = Settings.from_env()
    if arguments.verb == "start" and arguments.foreground:
        return models_servers.serve(settings, arguments.id)
    verbs: Mapping[str, Verb] = {
        "list": models_here.told_list,
        "add": models_here.told_add,
        "remove": models_here.told_remove,
        "check": models_here.told_check,
        "fetch": _fetch,
        "start": models_servers.told_start,
        "stop": models_servers.told_stop,
        "health": models_servers.told_health,
    }
    told = verbs[arguments.verb](settings, arguments)
    if arguments.json:
        print_json({"schema_version": 1, **told.document})
    else:
        print("\n".join(told.lines))
    return told.status


def _fetch(settings: "Settings", arguments: argparse.Namespace) -> "Told":
    from app.cli import models_here
    from app.i18n import translator
    from app.providers.weights import SPARE_BYTES

    wanted = models_here.wanted(settings, arguments.id)
    words = translator("en")
    if not arguments.yes:
        _say(_notice(wanted, words, SPARE_BYTES))
        if not sys.stdin.isatty():
            raise BadArgument("--yes", key="weights.not_asked")
        _say(words("weights.ask"))
        if input().strip().lower() not in {"y", "yes"}:
            return models_here.Told({"verb": "fetch", "weights": None}, (), 1)
    held = models_here.fetched(settings, wanted, arguments.folder, _report)
    _say("")
    return models_here.Told({"verb": "fetch", "weights": models_here.row_of(held)}, (str(held.path),), 0)


def _notice(wanted: "Wanted", words: "Translator", spare: int) -> str:
    """What would be fetched, and from whom."""
    model = wanted.model
    if model is None:
        return f"{wanted.name}\n{chr(10).join(wanted.sources)}\nsha256: {wanted.sha256}"
    said = words(
        "weights.notice",
        name=model.name,
        megabytes=round(model.bytes / 1e6),
        needed=round((model.bytes + spare) / 1e6),
        licence=model.licence,
        languages=", ".join(model.languages),
        origin=model.origin,
        sha256=model.sha256,
    )
    return said + ("\n" + words("weights.notice.anonymous") if model.uploader == "anonymous" else "")


def _say(text: str) -> None:
    """To people, beside the document that standard output holds."""
    print(text, file=sys.stderr)


def _report(progress: Progress) -> None:
    from app.i18n import translator

    words = translator("en")(f"weights.stage.{progress.stage}", part=progress.part, parts=progress.parts)
    share = progress.bytes_done * 100 // max(progress.bytes_total, 1)
    sys.stderr.write(f"\r{share:>3} %  {words}\033[K")
    sys.stderr.flush()
