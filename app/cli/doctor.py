"""Say what is wrong and how to mend it: settings, database, log, registry, index, models.

Exit status 0 when nothing hinders a question, else 1.
"""

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("--json", action="store_true", help="one JSON document, docs/doctor.schema.json")


def run(arguments: argparse.Namespace) -> int:
    """Examine."""
    from app.cli import print_json
    from app.doctor import examine
    from app.settings import Settings

    document = examine(Settings.from_env())
    if arguments.json:
        print_json(document)
    else:
        for finding in document["findings"]:
            mark = {"ok": "ok   ", "warning": "note ", "broken": "WRONG"}[finding["state"]]
            print(f"{mark} {finding['what']}: {finding['detail']}")
            if finding["mend"]:
                print(f"      {finding['mend']}")
    return 0 if document["healthy"] else 1
