"""An act's DOCX as pieces: paragraphs and rows of the body, a merged cell once, deleted text left out."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from zlib import error as ZlibError

from docx import Document as open_docx
from docx.opc.exceptions import OpcError
from lxml import etree

from knowledge.readers import archive
from knowledge.readers.docx import refused
from knowledge.readers.html import DEEPEST
from knowledge.readers.limits import OFFICIAL, check_size
from knowledge.readers.order399.page import LEAST_COLUMNS, lines_of
from knowledge.readers.order399.pieces import WIDEST_SPAN, Cell, Paragraph, Piece, Row, Source, span_of
from knowledge.readers.reasons import ReasonKey, Refused

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SKIPPED = frozenset(f"{W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "tcPr", "tblPr", "instrText"))
SIGNS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": " ", f"{W}noBreakHyphen": "-", f"{W}softHyphen": "\u00ad"}
HEADING = ("heading", "заголовок", "тақырып", "title")


def read(path: Path) -> Source:
    """The pieces of the document.

    Raises:
        Refused: a bomb, damaged, or not a Word document.
    """
    check_size(path.stat().st_size, OFFICIAL)
    archive.check(path, OFFICIAL)
    try:
        opened = open_docx(str(path))
        body = opened.element.body
        title = " ".join((opened.core_properties.title or "").split())
        headings = {
            style.style_id for style in opened.styles if (style.name or "").lower().startswith(HEADING)
        }
    except etree.XMLSyntaxError as error:
        raise refused(error) from error
    except (OpcError, KeyError, ValueError, AttributeError, zipfile.BadZipFile, ZlibError) as error:
        raise Refused(ReasonKey.DAMAGED, format="docx") from error
    return Source(pieces=tuple(_Walk(headings).pieces(body, 0)), title=title)


class _Walk:
    """One walk over a body; counts its tables."""

    def __init__(self, headings: set[str]) -> None:
        self._tables, self._headings = 0, headings

    def pieces(self, container: etree._Element, depth: int) -> Iterator[Piece]:
        """Paragraphs and rows in their order."""
        if depth > DEEPEST:
            raise Refused(ReasonKey.NESTED_TOO_DEEP, most=DEEPEST)
        for child in container:
            if child.tag == f"{W}p":
                style = child.find(f"{W}pPr/{W}pStyle")
                heading = style is not None and style.get(f"{W}val") in self._headings
                for line in lines_of(_text(child)):
                    yield Paragraph(line, heading)
            elif child.tag == f"{W}tbl":
                yield from self._table(child, depth)
            elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
                yield from self.pieces(child, depth + 1)

    def _table(self, table: etree._Element, depth: int) -> Iterator[Piece]:
        self._tables += 1
        number, width = self._tables, 0
        for row in table.iter(f"{W}tr"):
            if next(row.iterancestors(f"{W}tbl")) is not table:
                continue
            cells = [cell for cell in row.iter(f"{W}tc") if next(cell.iterancestors(f"{W}tr")) is row]
            filled = [cell for cell in cells if "".join(map(str, cell.itertext())).strip()]
            if any(map(_is_layout, filled)):
                for cell in filled:
                    yield from self.pieces(cell, depth + 1)
                continue
            before = row.find(f"{W}trPr/{W}gridBefore")
            column = span_of(before.get(f"{W}val"), WIDEST_SPAN) if before is not None else 0
            placed: list[Cell] = []
            for cell in cells:
                grid, merged = cell.find(f"{W}tcPr/{W}gridSpan"), cell.find(f"{W}tcPr/{W}vMerge")
                span = span_of(grid.get(f"{W}val"), WIDEST_SPAN) if grid is not None else 1
                if merged is None or merged.get(f"{W}val") == "restart":
                    placed.append(Cell(_cell_lines(cell), column, span))
                column += span
            width = max(width, column)
            if any(cell.lines for cell in placed):
                yield Row(tuple(placed), number, width)


def _is_layout(cell: etree._Element) -> bool:
    """Whether a cell only lays out the page: a table inside it has three columns or more."""
    return any(len(row.findall(f"{W}tc")) >= LEAST_COLUMNS for row in cell.iter(f"{W}tr"))


def _cell_lines(cell: etree._Element) -> tuple[str, ...]:
    return lines_of("\n".join(_text(paragraph) for paragraph in cell.iter(f"{W}p")))


def _text(paragraph: etree._Element) -> str:
    """The visible text of a paragraph, without that of paragraphs inside it."""
    parts: list[str] = []

    def walk(element: etree._Element, depth: int) -> None:
        if depth > DEEPEST:
            raise Refused(ReasonKey.NESTED_TOO_DEEP, most=DEEPEST)
        for child in element:
            if child.tag == f"{W}t":
                parts.append((child.text or "").replace("\n", " "))
            elif child.tag in SIGNS:
                parts.append(SIGNS[child.tag])
            elif child.tag not in SKIPPED and child.tag != f"{W}p":
                walk(child, depth + 1)

    walk(paragraph, 0)
    return "".join(parts)
