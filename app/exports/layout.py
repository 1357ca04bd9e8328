"""How a finished document stands on pages, as plain values: headings, paragraphs, tables; laid once for all formats."""

from dataclasses import dataclass
from typing import TypeAlias

from app.exports.text import lines

DASH = "– "


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph.

    Attributes:
        lead: printed bold before the text.
        small: for what is said about the document, not in it.
        blank: a place that the teacher or a pupil still fills in.
        keep: stays on one page with what follows.
    """

    text: str = ""
    lead: str = ""
    bold: bool = False
    italic: bool = False
    small: bool = False
    bullet: bool = False
    centred: bool = False
    blank: bool = False
    keep: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading; level 1 is the document's title."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBreak:
    """What follows begins on a page of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell that goes over `columns` columns and `rows` rows; rows below leave it out, as in HTML."""

    paragraphs: tuple[Paragraph, ...] = ()
    columns: int = 1
    rows: int = 1
    head: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with lines.

    Attributes:
        widths: shares of the page's width, one a column.
        head: how many of the first rows are repeated on each page.
    """

    widths: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]
    head: int = 0


Block: TypeAlias = Heading | Paragraph | PageBreak | Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A document on A4 pages.

    Attributes:
        footer: stands at the foot of every page, in HTML at the end.
    """

    language: str
    title: str
    blocks: tuple[Block, ...]
    footer: str
    landscape: bool = False


def paragraphs(text: str, *, bullet: bool = False, italic: bool = False) -> tuple[Paragraph, ...]:
    """A text as paragraphs, one a line; a line that begins with a dash is one of a list."""
    return tuple(
        Paragraph(text=one.removeprefix(DASH), bullet=bullet or one.startswith(DASH), italic=italic)
        for one in lines(text)
    )


def cell(text: str, *, head: bool = False, centred: bool = False, columns: int = 1, rows: int = 1) -> Cell:
    """A cell that holds one text; a head is bold."""
    said = tuple(Paragraph(text=one, bold=head, centred=centred or head) for one in lines(text))
    return Cell(paragraphs=said, head=head, columns=columns, rows=rows)
