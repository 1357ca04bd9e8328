"""Read a school's own documents (PDF, DOCX, HTML, Markdown, text) into the curriculum index.

What cannot be read is reported and not indexed. The exit status is 0 when every document was read whole, else 1.
"""

import argparse
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files or folders")
    parser.add_argument("--school", help="code of the school whose material it is; default: the demo school")
    parser.add_argument("--json", action="store_true", help="one JSON document, docs/ingest.schema.json")


def run(arguments: argparse.Namespace) -> int:
    """Ingest."""
    from app import bootstrap
    from app.accounts import demo
    from app.cli import print_json
    from app.settings import Settings
    from guardrails.verdict import Stage, Subject
    from knowledge.ingest import ingest
    from knowledge.passage import Passage

    settings = Settings.from_env()
    school = arguments.school or (demo.SCHOOL if settings.development_sign_in else None)
    if school is None:
        print("ustaz: name the school with --school", file=sys.stderr)
        return 2
    with bootstrap.opened(settings) as services:

        def gives_orders(passage: Passage) -> bool:
            subject = Subject(stage=Stage.PASSAGE, text=passage.text, language=passage.language)
            return services.guardrails.inspect(subject).blocked

        report = ingest(
            settings.home / "index",
            arguments.paths,
            school=school,
            embed=services.embedder.embed_documents,
            model_id=services.library.model_id,
            dim=services.embedder.embedder.dim,
            exclude=gives_orders,
        )
    if arguments.json:
        print_json({"schema_version": 1, **report.to_mapping()})
    else:
        for document in report.documents:
            kept_out = f", {document.excluded} kept out" if document.excluded else ""
            print(f"{document.status:>10}  {document.passages:>5} passages{kept_out}  {document.name}")
            for warning in document.warnings:
                print(f"{'':>12}{warning}")
    return 0 if report.whole else 1
