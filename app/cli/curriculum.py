"""Official editions of the curriculum: list them, read what a new one changes, switch it on, go back.

`ustaz ingest FILE` takes an edition in; it answers no question before `ustaz curriculum switch`.
"""

import argparse
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.assistant.editions import Editions

SHOWN = 40


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    verbs.add_parser("list", help="the editions in force, superseded and waiting")
    show = verbs.add_parser(
        "show", help="what was read of an edition, programme by programme, with all doubts"
    )
    difference = verbs.add_parser("difference", help="what switching an edition on would change")
    switch = verbs.add_parser(
        "switch", help="put an edition in force; the old one serves until the new one is built"
    )
    verbs.add_parser("back", help="take the newest edition out of force again")
    for verb in (show, difference, switch):
        verb.add_argument("edition", help="the edition's name, or how it begins")
    for verb in verbs.choices.values():
        verb.add_argument(
            "--json", action="store_true", help="one JSON document, docs/curriculum.schema.json"
        )


def run(arguments: argparse.Namespace) -> int:
    """Do one of them."""
    from app import bootstrap
    from app.cli import print_json
    from app.settings import Settings

    with bootstrap.opened(Settings.from_env()) as services:
        document = _document(arguments, services.editions)
    if arguments.json:
        print_json(document)
    else:
        _print(arguments.verb, document)
    return 0


def _document(arguments: argparse.Namespace, editions: "Editions") -> dict[str, Any]:
    from app.assistant.editions import changes_document

    match arguments.verb:
        case "list":
            return editions.document()
        case "show":
            return {"schema_version": 1, **editions.report(arguments.edition)}
        case "difference":
            return changes_document(*editions.difference(arguments.edition))
        case "switch":
            head, pointer = editions.switch_on(arguments.edition, _progress)
        case _:
            head, pointer = editions.go_back(_progress)
    return {"schema_version": 1, "edition": head.id, "index_version": pointer.index_version}


def _progress(done: int, total: int) -> None:
    """A line on standard error that counts the passages."""
    print(f"\r{done}/{total} passages", end="" if done < total else "\n", file=sys.stderr, flush=True)


def _print(verb: str, document: dict[str, Any]) -> None:
    match verb:
        case "list":
            print(f"index version {document['index_version']}")
            for state in ("in_force", "superseded", "waiting"):
                for one in document[state]:
                    words = f"{one['act']}, {one['language']}, {one['edition']}"
                    print(
                        f"{state.replace('_', ' '):>11}  {one['id']}  {words}: {one['objectives']} objectives"
                    )
            if not any(document[state] for state in ("in_force", "superseded", "waiting")):
                print(
                    "No official edition was taken in; the starter corpus answers. Use `ustaz ingest FILE`."
                )
        case "show":
            print_report(document)
        case "difference":
            counts = document["counts"]
            print(
                f"{document['edition']}: {counts['added']} added, {counts['removed']} removed, "
                f"{counts['reworded']} reworded"
            )
            for one in document["changes"][:SHOWN]:
                print(f"  {one['kind']:>8}  app. {one['appendix']}  {one['code']}")
                for sign, text in (("-", one["before"]), ("+", one["after"])):
                    if text:
                        print(f"            {sign} {text}")
            if len(document["changes"]) > SHOWN:
                print(f"  … and {len(document['changes']) - SHOWN} more: add --json to see all")
        case _:
            print(f"{document['edition']}: index version {document['index_version']} serves now")


def print_report(document: dict[str, Any]) -> None:
    """What was read of an edition, for people."""
    print(f"{document['edition']}: {document['act']} in {document['language']}, {document['edition_words']}")
    print(
        f"  {document['appendices']} appendices, {len(document['programmes'])} programmes, "
        f"{document['objectives']} objectives"
    )
    for what in ("repairs", "doubts"):
        counts = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in document[what].items())
        print(f"  {what}: {counts or 'none'}")
    for one in document["programmes"]:
        grades = " ".join(f"{grade}:{count}" for grade, count in one["per_grade"].items())
        doubts = sum(one["doubts"].values())
        print(
            f"  app. {one['appendix']:>4}  {one['objectives']:>4}  {one['subject_name']}  [{grades}]", end=""
        )
        print(f"  {doubts} doubts" if doubts else "")
        for remark in (remark for remark in one["remarks"] if remark["what"] == "doubt"):
            print(f"              {remark['kind']} {remark['code']}: {remark['detail']}")
    counts = document["changes"]
    if any(counts.values()):
        print(
            f"  against the edition in force: {counts['added']} added, {counts['removed']} removed, "
            f"{counts['reworded']} reworded"
        )
