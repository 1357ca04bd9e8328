"""Verify the log offline, or prove one record.

Exit status of `verify`: 0 nothing was found changed, 1 tampered, 2 cannot tell.
"""

import argparse
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    verify = verbs.add_parser("verify", help="read the whole log and say whether it adds up")
    verify.add_argument("--database", help="URL of the database; default: the app's")
    verify.add_argument(
        "--anchor", type=Path, action="append", default=[], help="checkpoints that were kept elsewhere"
    )
    verify.add_argument(
        "--json", action="store_true", help="one JSON document, docs/audit-verify.schema.json"
    )
    prove = verbs.add_parser("prove", help="write the inclusion proof of one record")
    prove.add_argument("record", metavar="RECEIPT", help="receipt code, as it stands under an answer")


def run(arguments: argparse.Namespace) -> int:
    """Verify or prove."""
    from app.cli import print_json
    from app.settings import Settings

    settings = Settings.from_env()
    if arguments.verb == "prove":
        from app import bootstrap

        with bootstrap.opened(settings) as services:
            try:
                record = services.audit.find_code(arguments.record)
            except ValueError as error:
                print(f"ustaz: {arguments.record}: {error}", file=sys.stderr)
                return 2
            if record is None:
                print(f"ustaz: no record {arguments.record}", file=sys.stderr)
                return 1
            print(services.audit.prove(record.record_id), end="")
        return 0
    from app.audit import check
    from app.i18n import translator

    report = check(arguments.database or settings.database_url, settings.home, anchors=arguments.anchor)
    if arguments.json:
        print_json(report.document)
    else:
        t = translator("en")
        print(t.words(report.sentence))
        for problem in report.problems:
            print(f"  {t.words(problem)}")
    return report.exit_code
