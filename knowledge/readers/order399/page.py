"""An act's HTML page as pieces: cells, line breaks and blocks each end a line, nothing is glued."""

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree
from lxml import html as parser

from knowledge.readers.encoding import Decoded, decode
from knowledge.readers.html import BLOCKS, DEEPEST, HEADINGS, LEFT_OUT
from knowledge.readers.limits import OFFICIAL, content
from knowledge.readers.order399.pieces import (
    TALLEST_SPAN,
    WIDEST_SPAN,
    Grid,
    Paragraph,
    Piece,
    Row,
    Source,
    span_of,
)
from knowledge.readers.reasons import ReasonKey, Refused

MOST_BROKEN = 0.001
LEAST_COLUMNS = 3
SAVED_FROM = re.compile(r"saved from url=\(\d+\)(https?://[^\s>]{1,300})", re.IGNORECASE)
CANONICAL = re.compile(
    r"""<link[^>]{0,200}rel=["']canonical["'][^>]{0,200}href=["'](https?://[^"'\s>]{1,300})"""
)


def read(path: Path) -> Source:
    """The pieces of the page.

    Raises:
        Refused: too large, empty, nested too deeply, or not HTML.
    """
    decoded = letters(content(path, OFFICIAL))
    try:
        parse = parser.HTMLParser(
            encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
        )
        root = parser.document_fromstring(
            decoded.text.encode("utf-8", "replace"), parser=parse, ensure_head_body=True
        )
    except (etree.ParserError, ValueError) as error:
        raise Refused(ReasonKey.DAMAGED, format="html") from error
    for entry in parse.error_log:
        if entry.type_name == "ERR_NO_MEMORY":
            raise MemoryError(entry.message)
        if entry.type_name == "ERR_RESOURCE_LIMIT":
            raise Refused(ReasonKey.NESTED_TOO_DEEP, most=DEEPEST)
    address = SAVED_FROM.search(decoded.text[:5000]) or CANONICAL.search(decoded.text[:200_000])
    return Source(
        pieces=tuple(_Walk().pieces(root)),
        title=" ".join((root.findtext(".//title") or "").split()),
        address=address[1] if address else "",
        warnings=decoded.doubts,
    )


def letters(plain: bytes) -> Decoded:
    """The text of a page; a few bytes that are no UTF-8 become U+FFFD, which the report counts.

    Raises:
        Refused: no text, or in an encoding that is not known.
    """
    try:
        return decode(plain, OFFICIAL, declaring=True)
    except Refused as refused:
        text = plain.decode("utf-8", "replace")
        if refused.reason.key is not ReasonKey.UNKNOWN_ENCODING or text.count("\ufffd") > MOST_BROKEN * len(
            text
        ):
            raise
        return Decoded(text=text)


class _Walk:
    """One walk over a page; counts its tables."""

    def __init__(self) -> None:
        self._tables = 0

    def pieces(self, root: parser.HtmlElement, depth: int = 0) -> Iterator[Piece]:
        """Paragraphs and rows in the order of the page; `depth` is how deep the root itself stands."""
        found: list[Piece] = []
        current: list[str] = []
        heading = 0

        def end() -> None:
            text = " ".join("".join(current).split())
            current.clear()
            if text:
                found.append(Paragraph(text, heading > 0))

        def walk(element: parser.HtmlElement, depth: int) -> None:
            nonlocal heading
            if depth > DEEPEST:
                raise Refused(ReasonKey.NESTED_TOO_DEEP, most=DEEPEST)
            tag = element.tag
            if not isinstance(tag, str) or tag in LEFT_OUT:
                return
            if tag == "table":
                end()
                self._table(element, depth, found)
                return
            block = tag in BLOCKS
            if block:
                end()
            heading += tag in HEADINGS
            current.append(element.text or "")
            for child in element:
                walk(child, depth + 1)
                current.append(child.tail or "")
            if block:
                end()
            heading -= tag in HEADINGS

        walk(root, depth)
        end()
        return iter(found)

    def _table(self, table: parser.HtmlElement, depth: int, found: list[Piece]) -> None:
        self._tables += 1
        number, grid = self._tables, Grid()
        for caption in table.findall("caption"):
            found.extend(Paragraph(line) for line in _lines(caption))
        for row in _rows(table):
            cells = [cell for cell in row if cell.tag in ("td", "th")]
            full = [cell for cell in cells if cell.find(".//table") is not None]
            if full and any(map(_is_layout, full)):
                for cell in cells:
                    cell.tag = "div"
                    found.extend(self.pieces(cell, depth + 3))
                continue
            made: Row = grid.row(
                (
                    (
                        _lines(cell),
                        span_of(cell.get("colspan"), WIDEST_SPAN),
                        span_of(cell.get("rowspan"), TALLEST_SPAN),
                    )
                    for cell in cells
                ),
                number,
            )
            if any(cell.lines for cell in made.cells):
                found.append(made)


def _rows(table: parser.HtmlElement) -> Iterator[parser.HtmlElement]:
    """The rows of a table and of no table inside it."""
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("tbody", "thead", "tfoot"):
            yield from (row for row in child if row.tag == "tr")


def _is_layout(cell: parser.HtmlElement) -> bool:
    """Whether a cell only lays out the page: a table inside it has three columns or more."""
    return any(sum(one.tag in ("td", "th") for one in row) >= LEAST_COLUMNS for row in cell.iter("tr"))


def _lines(cell: parser.HtmlElement) -> tuple[str, ...]:
    """The lines of a cell, those of tables inside it included."""
    parts: list[str] = []

    def walk(element: parser.HtmlElement, depth: int) -> None:
        if depth > DEEPEST:
            raise Refused(ReasonKey.NESTED_TOO_DEEP, most=DEEPEST)
        tag = element.tag
        if not isinstance(tag, str) or tag in LEFT_OUT:
            return
        block = tag in BLOCKS
        if block:
            parts.append("\n")
        parts.append(" ".join(element.text.split("\n")) if element.text else "")
        for child in element:
            walk(child, depth + 1)
            parts.append(" ".join(child.tail.split("\n")) if child.tail else "")
        if block:
            parts.append("\n")

    walk(cell, 0)
    return lines_of("".join(parts))


def lines_of(text: str) -> tuple[str, ...]:
    """The lines that are not empty, white space folded in each."""
    return tuple(line for line in (" ".join(one.split()) for one in text.split("\n")) if line)
