"""The formats by name: what each is called, which kinds of document it serves, how it is written."""

import importlib
from dataclasses import dataclass
from typing import Protocol, cast

from app.documents import Document, Kind
from app.documents.form import Form
from app.errors import BadArgument
from app.exports import naming
from app.exports.laying import SHAPES, lay
from app.exports.layout import Layout
from app.exports.mark import Mark


class Printer(Protocol):
    """What a file of a format holds that prints a document as it was laid out."""

    def write(self, layout: Layout, mark: Mark) -> bytes:
        """The bytes of a file; deterministic."""
        ...


class Writer(Protocol):
    """What a file of a format holds that takes from a document what it has a place for."""

    def write(self, document: Document, form: Form, mark: Mark) -> bytes:
        """The bytes of a file; deterministic."""
        ...


class CannotExport(BadArgument):
    """There is no such format, or it has no place for such a document."""

    key = "error.bad_argument"


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format.

    Attributes:
        name: also of its file; it is imported when first used, since its library takes long.
        ending: of the file's name, with its dot.
        is_printed: it prints what was laid out.
    """

    name: str
    media_type: str
    ending: str
    kinds: frozenset[Kind]
    is_printed: bool

    def write(self, document: Document, form: Form, mark: Mark) -> bytes:
        """The bytes of a file; the same for the same document."""
        module = importlib.import_module(f"app.exports.{self.name}")
        if self.is_printed:
            return cast(Printer, module).write(lay(document, form, mark), mark)
        return cast(Writer, module).write(document, form, mark)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A finished file."""

    name: str
    media_type: str
    data: bytes


OFFICE = "application/vnd.openxmlformats-officedocument"
ALL = frozenset(SHAPES)
SHOWN = frozenset({Kind.PLAN, Kind.QUIZ, Kind.TASKS, Kind.GLOSSARY, Kind.DIFFERENTIATION})
ASKED = frozenset({Kind.QUIZ})
FORMATS = tuple(
    Format(name=name, media_type=media_type, ending=ending, kinds=kinds, is_printed=kinds is ALL)
    for name, media_type, ending, kinds in (
        ("docx", f"{OFFICE}.wordprocessingml.document", ".docx", ALL),
        ("pdf", "application/pdf", ".pdf", ALL),
        ("html", "text/html", ".html", ALL),
        ("pptx", f"{OFFICE}.presentationml.presentation", ".pptx", SHOWN),
        ("gift", "text/plain", ".gift.txt", ASKED),
        ("moodle_xml", "application/xml", ".moodle.xml", ASKED),
        ("google_forms", "text/csv", ".forms.csv", ASKED),
        ("kahoot", "text/csv", ".kahoot.csv", ASKED),
        ("markdown", "text/markdown", ".md", ALL),
        ("plain_text", "text/plain", ".txt", ALL),
    )
)


def names() -> tuple[str, ...]:
    """All formats, in the order in which they are offered."""
    return tuple(one.name for one in FORMATS)


def formats(kind: Kind) -> tuple[Format, ...]:
    """The formats that serve a kind, in the order in which they are offered."""
    return tuple(one for one in FORMATS if kind in one.kinds)


def format_of(kind: Kind, name: str) -> Format:
    """The format of that name for a kind.

    Raises:
        CannotExport: no such format for this kind.
    """
    found = next((one for one in formats(kind) if one.name == name), None)
    if found is None:
        raise CannotExport(f"no format {name!r} for a {kind}")
    return found


def export(document: Document, form: Form, mark: Mark, format: str) -> Exported:
    """The document as a file.

    Raises:
        CannotExport: no such format for this kind.
    """
    found = format_of(document.kind, format)
    return Exported(
        name=naming.stem(document.title) + found.ending,
        media_type=found.media_type,
        data=found.write(document, form, mark),
    )
