"""Take official acts and a school's own documents (PDF, DOCX, HTML, Markdown, text) into the curriculum.

A file with tables of objectives, such as the official page of order 399, is read as an edition of its act: it is
reported and kept, and answers nobody before `ustaz curriculum switch` (or --switch). Everything else is the school's
own material. What cannot be read is reported and not indexed. The exit status is 0 when everything was read whole, else 1.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.errors import BadArgument

if TYPE_CHECKING:
    from app.bootstrap import Services

FACTS = ("language", "edition", "act", "appendix", "address")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files or folders")
    parser.add_argument("--school", help="code of the school whose material it is; default: the demo school")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--official", action="store_true", help="read every file as an official act")
    how.add_argument("--material", action="store_true", help="read every file as the school's own material")
    then = parser.add_mutually_exclusive_group()
    then.add_argument("--dry-run", action="store_true", help="read and report official acts, keep nothing")
    then.add_argument("--switch", action="store_true", help="put the official acts in force at once")
    parser.add_argument(
        "--language", choices=("kk", "ru"), help="language of the official page, if it is not clear"
    )
    parser.add_argument("--edition", metavar="WORDS", help='which edition it is, such as "as of 2026-10-09"')
    parser.add_argument(
        "--act", metavar="WORDS", help='act of a page that does not name it: "Order 399 of 16.09.2022"'
    )
    parser.add_argument("--appendix", metavar="N", help="appendix of a page that does not name it")
    parser.add_argument("--address", metavar="URL", help="where the copy was saved from")
    parser.add_argument("--json", action="store_true", help="one JSON document, docs/ingest.schema.json")


def run(arguments: argparse.Namespace) -> int:
    """Ingest."""
    from app import bootstrap
    from app.accounts import demo
    from app.assistant.ingesting import by_operator
    from app.cli import print_json
    from app.settings import Settings

    settings = Settings.from_env()
    school = arguments.school or (demo.SCHOOL if settings.development_sign_in else None)
    with bootstrap.opened(settings) as services:
        official, material = _official(arguments, services)
        if arguments.dry_run:
            official += [{"name": one.name, "status": "not_official"} for one in material]
            material = []
        if material and school is None:
            raise BadArgument("name the school with --school")
        report = services.ingesting.take_in(
            material, school=school, before=by_operator(services.audit, school)
        )
        if arguments.switch:
            for one in official:
                if "edition" in one:
                    services.editions.switch_on(one["edition"], _progress)
        version = services.library.index_version
    document = {
        "schema_version": 1,
        **report.to_mapping(),
        "school": school,
        "index_version": version,
        "official": official,
    }
    if arguments.json:
        print_json(document)
    else:
        _print(document)
    refused = any(one["status"] == "refused" for one in official)
    return 0 if report.whole and not refused else 1


def _official(arguments: argparse.Namespace, services: "Services") -> tuple[list[dict[str, Any]], list[Path]]:
    """What became of the official acts, and the files that are none."""
    from knowledge.official import read_page, report
    from knowledge.readers import order399
    from knowledge.readers.reasons import Refused

    facts = {name: value for name in FACTS if (value := getattr(arguments, name)) is not None}
    found: list[dict[str, Any]] = []
    rest: list[Path] = []
    for path in _files(arguments.paths):
        if arguments.material or (path.suffix.lower() not in order399.SUFFIXES and not arguments.official):
            rest.append(path)
            continue

        def read(one: Path) -> Any:
            return read_page(one, only_if_recognised=not arguments.official, **facts)

        began = time.monotonic()
        try:
            taken = services.editions.take_in(path, read, dry_run=arguments.dry_run)
        except Refused as error:
            if arguments.official:
                found.append({"name": path.name, "status": "refused", "reasons": [error.reason.to_mapping()]})
            else:
                rest.append(path)
            continue
        if taken is None:
            rest.append(path)
            continue
        status = "read" if arguments.dry_run else "taken_in" if taken.is_new else "unchanged"
        seconds = round(time.monotonic() - began, 3)
        found.append({"name": path.name, "status": status, "seconds": seconds, **report(taken)})
    return found, rest


def _files(paths: list[Path]) -> Iterator[Path]:
    """The files named, and those of the folders named."""
    for path in paths:
        if path.is_dir():
            yield from sorted(
                one for one in path.rglob("*") if one.is_file() and not one.name.startswith(".")
            )
        else:
            yield path


def _progress(done: int, total: int) -> None:
    """A line on standard error that counts the passages."""
    print(f"\r{done}/{total} passages", end="" if done < total else "\n", file=sys.stderr, flush=True)


def _print(document: dict[str, Any]) -> None:
    from app.cli.curriculum import print_report

    for one in document["official"]:
        print(f"{one['status'].replace('_', ' '):>10}  {one['name']}")
        if "edition" in one:
            print_report(one)
            if one["status"] != "read":
                print(f"  see all doubts:      ustaz curriculum show {one['edition']}")
                print(f"  see what it changes: ustaz curriculum difference {one['edition']}")
                print(f"  put it in force:     ustaz curriculum switch {one['edition']}")
        for reason in one.get("reasons", ()):
            print(f"{'':>12}{reason['key']}")
    for one in document["documents"]:
        kept_out = f", {one['excluded']} kept out" if one["excluded"] else ""
        print(
            f"{one['status']:>10}  {one['passages']:>5} passages{kept_out}  {one['seconds']:6.1f} s  {one['name']}"
        )
        for warning in one["warnings"]:
            print(f"{'':>12}{warning}")
