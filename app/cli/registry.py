"""The list of approved models: a school shows, imports and proves it; a ministry makes its keys, publishes and takes away.

Every verb prints one JSON document with --json, what was refused too. Exit status of `verify`: 0 every call is proved, 1 something
contradicts, 2 cannot tell. See docs/registry.md.
"""

import argparse
from pathlib import Path

STATUSES = ("suspended", "withdrawn")
BOTH = "docs/registry-publish.schema.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    _of_a_school(verbs)
    _of_a_ministry(verbs)


def _of_a_school(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    show = verbs.add_parser("show", help="every entry with its standing at this instant")
    _json(show, "docs/registry-show.schema.json")
    take = verbs.add_parser("import", help="verify a published list from a folder or stick and switch to it")
    take.add_argument(
        "folder", type=Path, metavar="PATH", help="a published copy, or a folder with offline/ or online/"
    )
    _json(take, "docs/registry-show.schema.json")
    verify = verbs.add_parser(
        "verify", help="prove from log and archive alone that every model called was in force at that second"
    )
    verify.add_argument(
        "--log", metavar="LOG", help="a data folder, a database file or its URL; default: the app's"
    )
    verify.add_argument(
        "--root",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="trust anchor; default: the app's",
    )
    verify.add_argument(
        "--anchor",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="heads of the log kept elsewhere",
    )
    _json(verify, "docs/registry-verify.schema.json")


def _of_a_ministry(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    ceremony = verbs.add_parser("ceremony", help="make the keys of a new ministry, a folder for each holder")
    ceremony.add_argument("folder", type=Path, metavar="FOLDER", help="a new or empty folder")
    _json(ceremony, BOTH)
    publish = verbs.add_parser("publish", help="sign a list as the next of its sequence")
    publish.add_argument("source", type=Path, metavar="SOURCE", help="the entries, YAML or TOML")
    _signing(publish)
    publish.add_argument("--dry-run", action="store_true", help="check the source and say what would change")
    publish.add_argument("--drop", action="store_true", help="let entries vanish that the last list held")
    revoke = verbs.add_parser("revoke", help="take an entry away at once, with the on-call key")
    revoke.add_argument("entry", metavar="ENTRY_ID")
    revoke.add_argument("--status", choices=STATUSES, default="suspended")
    revoke.add_argument("--reason", metavar="CODE", help="a code for the reason, such as drift")
    _signing(revoke)
    renew = verbs.add_parser("renew", help="sign the short-lived parts afresh; the list stays as it is")
    _signing(renew)
    rotate = verbs.add_parser("rotate", help="sign a new root, with some keys made anew")
    rotate.add_argument("--replace", action="append", default=[], metavar="KEY", help="such as targets-2")
    rotate.add_argument("--into", type=Path, metavar="FOLDER", help="where the new file of a lost key goes")
    _keys(rotate)
    _json(rotate, BOTH)
    history = verbs.add_parser("history", help="every list that was published, and what each changed")
    history.add_argument("out", type=Path, metavar="OUT", help="the folder that `publish --out` wrote")
    _json(history, BOTH)


def _signing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", type=Path, required=True, help="what is put on the web: online/ and offline/"
    )
    _keys(parser)
    _json(parser, BOTH)


def _keys(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--keys",
        type=Path,
        action="append",
        required=True,
        metavar="FOLDER",
        help="a folder of the ceremony; once for each that is needed, `public` among them",
    )


def _json(parser: argparse.ArgumentParser, schema: str) -> None:
    parser.add_argument("--json", action="store_true", help=f"one JSON document, {schema}")


def run(arguments: argparse.Namespace) -> int:
    """Do what the verb says."""
    if arguments.verb in {"show", "import"}:
        return _school(arguments)
    if arguments.verb == "verify":
        return _verify(arguments)
    from app.cli import print_json
    from app.cli.registry_ministry import done

    told = done(arguments)
    if arguments.json:
        print_json(told.document)
    else:
        print("\n".join(told.lines))
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    from app.cli import print_json
    from app.cli.registry_proof import lines, proved
    from app.settings import Settings

    document = proved(Settings.from_env(), log=arguments.log, roots=arguments.root, anchors=arguments.anchor)
    if arguments.json:
        print_json(document)
    else:
        print("\n".join(lines(document)))
    return {"ok": 0, "contradiction": 1, "cannot_tell": 2}[document["status"]]


def _school(arguments: argparse.Namespace) -> int:
    from app import bootstrap
    from app.assistant.lists import registry_document
    from app.cli import print_json
    from app.settings import Settings

    with bootstrap.opened(Settings.from_env()) as services:
        if arguments.verb == "import":
            services.registry.take(arguments.folder, source=f"folder:{arguments.folder.name}")
        document = registry_document(services.registry)
    if arguments.json:
        print_json(document)
        return 0 if document["sequence"] is not None else 1
    if document["sequence"] is None:
        print(f"No list is in force: {document['trouble']}")
        return 1
    print(f"{document['list_id']} no. {document['sequence']}, valid until {document['expires_at']}")
    if document["demonstration"]:
        print("This is a demonstration list, signed on this machine.")
    for entry in document["entries"]:
        standing = "in force" if entry["in_force"] else entry["reason"]["words"]
        print(f"  {entry['entry_id']}\n      {entry['names']['en']}: {standing}")
    return 0
