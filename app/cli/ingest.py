"""Read a school's own documents (PDF, DOCX, HTML, Markdown, text) into the curriculum index.

What cannot be read is reported and not indexed. The exit status is 0 when every document was read whole, else 1.
"""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files or folders")
    parser.add_argument("--school", help="code of the school whose material it is; default: the demo school")
    parser.add_argument("--json", action="store_true", help="one JSON document, docs/ingest.schema.json")


def run(arguments: argparse.Namespace) -> int:
    """Ingest."""
    from app import bootstrap
    from app.cli import print_json
    from app.settings import Settings

    with bootstrap.opened(Settings.from_env()) as services:
        report = services.ingest(arguments.paths, school=arguments.school)
    if arguments.json:
        print_json(report)
    else:
        for document in report["documents"]:
            print(f"{document['status']:>10}  {document['passages']:>5}  {document['name']}")
            for warning in document["warnings"]:
                print(f"{'':>19}{warning}")
    return 0 if all(document["status"] == "indexed" for document in report["documents"]) else 1
