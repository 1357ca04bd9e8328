"""Make a lesson document: a plan, a quiz, an assessment and the other kinds; what the curriculum gives comes at once.

Where the school allows a model that writes in the document's language, it writes the fields that need words, each
through the whole line; otherwise the document says what the teacher has still to write. The document is kept among
the person's own. The exit status is 0 when the document was made, however many fields wait for the teacher.
"""

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from app.documents import Kind

if TYPE_CHECKING:
    from app.bootstrap import Services
    from app.documents import Brief

ASSESSMENT = "assessment"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    kinds = [str(kind) for kind in Kind]
    parser.add_argument(
        "kind", choices=[*kinds, ASSESSMENT], help="assessment is a unit assessment (БЖБ/СОР)"
    )
    parser.add_argument("--subject", required=True, help="slug of a subject, see `ustaz curriculum list`")
    parser.add_argument("--grade", required=True, type=int, help="1 to 12")
    parser.add_argument(
        "--code", action="append", default=[], metavar="CODE", help="an objective; may be given several times"
    )
    parser.add_argument(
        "--programme", metavar="KEY", help="needed only where a code stands in several programmes"
    )
    parser.add_argument(
        "--language", choices=("kk", "ru", "en"), default="kk", help="language of the document"
    )
    parser.add_argument("--topic", default="", help="topic of the lesson")
    parser.add_argument("--quarter", type=int, choices=(1, 2, 3, 4))
    parser.add_argument("--minutes", type=int, default=40, help="length of the lesson: 40 or 45")
    parser.add_argument("--day", type=date.fromisoformat, metavar="YYYY-MM-DD", help="day of the lesson")
    parser.add_argument("--class", dest="class_name", default="", help="as the school writes it")
    parser.add_argument("--items", type=int, default=3, help="number of tasks or questions")
    parser.add_argument("--points", type=int, default=10, help="total of the points")
    parser.add_argument("--needs", default="", help="special needs that a version is made for; no names")
    parser.add_argument("--text", default="", help="the text to adapt, or what a letter is to say")
    parser.add_argument("--model", metavar="ID", help="an entry of the registry that the school allows")
    parser.add_argument(
        "--no-model", action="store_true", help="what curriculum and form give, and nothing else"
    )
    parser.add_argument(
        "--out", type=Path, action="append", default=[], metavar="FILE", help="also as a file, by its ending"
    )
    parser.add_argument(
        "--as", dest="person", metavar="ISSUER|SUBJECT", help="whose document; default: the demo teacher"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document, docs/make.schema.json")


def run(arguments: argparse.Namespace) -> int:
    """Make."""
    from app import bootstrap
    from app.assistant.making import make
    from app.cli import print_json
    from app.documents.check import Means
    from app.documents.material import gather
    from app.documents.summary import look
    from app.i18n import translator
    from app.settings import Settings

    with bootstrap.opened(Settings.from_env()) as services:
        principal = services.person(arguments.person)
        formats = [_format(path) for path in arguments.out]
        brief = _brief(arguments, services)
        made = make(
            services.desk,
            principal,
            brief,
            clock=services.runtime.monotonic,
            model=arguments.model,
            write=not arguments.no_model,
        )
        material = gather(services.library, brief, school=principal.school)
        form = services.desk.form(principal.school, brief.kind, brief.language)
        seen = look(made.document, Means(material=material, form=form))
        files = []
        for path, name in zip(arguments.out, formats, strict=True):
            exported, receipt = services.downloads.give(principal, made.document.id, name)
            path.write_bytes(exported.data)
            files.append({"path": str(path), "format": name, "receipt": receipt.code})
        if arguments.json:
            print_json({**made.plain(translator(brief.language), seen), "files": files})
        else:
            sys.stdout.write(made.page(translator(brief.language), seen))
    return 0


def _format(path: Path) -> str:
    """The format that a file's name ends with, known before anything is made."""
    from app.exports.catalogue import FORMATS, CannotExport

    found = next((one.name for one in FORMATS if path.name.endswith(one.ending)), None)
    if found is None:
        raise CannotExport(f"{path.name}: there are {', '.join(one.ending for one in FORMATS)}")
    return found


def _brief(arguments: argparse.Namespace, services: "Services") -> "Brief":
    from app.documents import Brief
    from app.documents.material import programme_of

    kind = Kind.UNIT if arguments.kind == ASSESSMENT else Kind(arguments.kind)
    codes = tuple(arguments.code)
    return Brief(
        kind=kind,
        language=arguments.language,
        subject=arguments.subject,
        grade=arguments.grade,
        programme=arguments.programme
        or programme_of(services.library.catalogue, arguments.subject, arguments.grade, codes),
        codes=codes,
        topic=arguments.topic,
        quarter=arguments.quarter,
        minutes=arguments.minutes,
        day=arguments.day,
        class_name=arguments.class_name,
        items=arguments.items,
        points=arguments.points,
        special_needs=arguments.needs,
        source_text=arguments.text,
    )
