"""Show the list of approved models that is in force, or import a published list from a folder or stick."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    show = verbs.add_parser("show", help="every entry with its standing at this instant")
    show.add_argument("--json", action="store_true", help="one JSON document, docs/registry-show.schema.json")
    take = verbs.add_parser("import", help="verify a published list and switch to it")
    take.add_argument("folder", type=Path)
    take.add_argument("--json", action="store_true")


def run(arguments: argparse.Namespace) -> int:
    """Show or import."""
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
        return 0
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
