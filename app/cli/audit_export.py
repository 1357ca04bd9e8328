"""`ustaz audit export`: records with their proofs, as one ZIP that verifies on another machine."""

import argparse
import hashlib
import shutil
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.errors import BadArgument

if TYPE_CHECKING:
    from app.assistant.evidence import Export
    from app.settings import Settings

BUNDLE = ".zip"
SHOWN = 20
TABLES = ("jsonl", "csv", "parquet")
WORDS = {
    "school": "its code",
    "role": "of who acted: teacher, auditor ...",
    "task": "answer, write.lesson_plan ...",
    "language": "kk, ru or en",
    "outcome": "answered, no_passage, refused, withheld, stopped, failed or abandoned",
    "model": "an entry of the registry",
    "rail": "the rail that blocked or withheld",
    "category": "what a rail acted on",
    "person": "pseudonym, 64 hex digits",
    "conversation": "its id",
    "code": "a receipt code",
}
FIELDS = {"model": "entry_id", "person": "pseudonym", "conversation": "conversation_id"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("--purpose", required=True, metavar="WHY", help="in words; kept sealed in the log")
    parser.add_argument(
        "--as", dest="actor", required=True, metavar="ISSUER|SUBJECT", help="the auditor who exports"
    )
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE",
        help="a .zip is the bundle; any other name is the table, and the bundle lies beside it as FILE.zip",
    )
    parser.add_argument("--format", choices=TABLES, default="csv", help="the readable table; default: csv")
    parser.add_argument("--findings", action="store_true", help="findings on these records as well")
    parser.add_argument("--opened", action="store_true", help="texts that are open to the auditor as well")
    parser.add_argument(
        "--since-head",
        type=Path,
        metavar="HEAD",
        help="a signed head that you hold: the bundle then proves that the log has only grown since",
    )
    parser.add_argument(
        "--json", action="store_true", help="one JSON document, docs/audit-export.schema.json"
    )
    narrow = parser.add_argument_group(
        "filter", "what is given must all hold; nothing given exports everything"
    )
    narrow.add_argument("--kind", action="append", default=[], help="asked, closed ...; may be repeated")
    narrow.add_argument(
        "--since", type=_moment, metavar="TIME", help="ISO 8601, included; UTC unless it says"
    )
    narrow.add_argument("--until", type=_moment, metavar="TIME", help="ISO 8601, not included")
    narrow.add_argument("--exchange", type=UUID, metavar="ID", help="one exchange")
    for name, help_text in WORDS.items():
        narrow.add_argument(f"--{name}", help=help_text)


def run(arguments: argparse.Namespace, settings: "Settings") -> int:
    """Export."""
    from app import bootstrap
    from app.audit import Filter
    from app.audit.evidence.table import Table
    from app.cli import print_json

    given = {FIELDS.get(name, name): getattr(arguments, name) for name in WORDS}
    wanted = Filter(
        kinds=tuple(arguments.kind),
        since=arguments.since,
        until=arguments.until,
        exchange_id=arguments.exchange,
        **given,
    )
    since = (
        arguments.since_head.read_text(encoding="utf-8-sig", errors="replace")
        if arguments.since_head
        else None
    )
    with bootstrap.opened(settings) as services:
        try:
            export = services.evidence.export(
                services.person(arguments.actor),
                wanted,
                purpose=arguments.purpose,
                table=Table(arguments.format),
                findings=arguments.findings,
                opened=arguments.opened,
                since=since,
            )
        except ValueError as error:
            raise BadArgument(str(error)) from error
        with export:
            for advance in export:
                print(f"\r{advance.done} / {advance.total}", end="", file=sys.stderr, flush=True)
            print(file=sys.stderr)
            written = _place(export, arguments.out, arguments.format)
        if arguments.json:
            print_json(_document(export, written))
        else:
            for path in written:
                print(path)
    return 0


def index(settings: "Settings") -> int:
    """Say whether lists and charts are made from what the records say; 1 where they are not."""
    from app import bootstrap
    from app.audit import Filter

    with bootstrap.opened(settings) as services:
        differing = services.audit.room.index_differs()
        number = sum(services.audit.counts(Filter()).values())
    print(f"{number} records indexed, {len(differing)} otherwise than their bodies say")
    for record_id in differing[:SHOWN]:
        print(f"  {record_id}")
    return 1 if differing else 0


def _place(export: "Export", out: Path, table: str) -> list[Path]:
    """Put the bundle, and the table by itself if that was asked for, where they belong."""
    if out.suffix == BUNDLE:
        shutil.copyfile(export.path, out)
        return [out]
    bundle = out.with_name(out.name + BUNDLE)
    shutil.copyfile(export.path, bundle)
    with zipfile.ZipFile(bundle) as archive, archive.open(f"records.{table}") as source, out.open("wb") as to:
        shutil.copyfileobj(source, to)
    return [out, bundle]


def _document(export: "Export", written: list[Path]) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "record_id": str(export.record_id),
        "count": export.count,
        "tree_size": export.tree_size,
        "files": [
            {"file": str(path), "bytes": path.stat().st_size, "sha256": _digest(path)} for path in written
        ],
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _moment(value: str) -> datetime:
    at = datetime.fromisoformat(value)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
