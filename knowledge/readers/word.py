"""The text of a Word document as people see it: also in content controls, text boxes, footnotes and accepted insertions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from docx.document import Document as OpenDocx
from docx.opc.constants import RELATIONSHIP_TYPE
from lxml import etree

from knowledge.readers.formula import linear

Element = etree._Element
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
STYLE = re.compile(r"^(?:heading|заголовок|тақырып)\s*(\d)", re.IGNORECASE)
TITLE_STYLES = frozenset({"title", "название"})
BODY_LEVEL = 9
GONE = frozenset({f"{WORD}del", f"{WORD}moveFrom", f"{WORD}pPr", f"{WORD}rPr", f"{WORD}instrText"})
THROUGH = frozenset(
    {f"{WORD}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")}
)
SPACES = frozenset({f"{WORD}{name}" for name in ("tab", "br", "cr", "ptab")})
PICTURES = ("pic", "imagedata")
UNREAD = ("OLEObject", "chart", "relIds", "altChunk", "subDoc")
"""Embedded objects, charts, SmartArt, and whole files inserted by reference."""
NOTES = (
    (f"{WORD}footnoteReference", RELATIONSHIP_TYPE.FOOTNOTES),
    (f"{WORD}endnoteReference", RELATIONSHIP_TYPE.ENDNOTES),
)
MARGINS = (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph with the level of its heading style (0: none); `note` is a running header or footer."""

    text: str
    level: int = 0
    note: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table, its cells apart."""

    text: str


class Word:
    """Goes through an open document once and counts what it meets but cannot read."""

    def __init__(self, opened: OpenDocx) -> None:
        """Look up styles and notes."""
        self.pictures = self.unread = self.formulas = 0
        self._body: Element = opened.element.body
        self._levels = {one.style_id: level for one in opened.styles if (level := _style_level(one))}
        parts = [(one.reltype, one) for one in opened.part.rels.values() if not one.is_external]
        self._notes = {
            (tag, note.get(f"{WORD}id")): note
            for tag, kind in NOTES
            for reltype, one in parts
            if reltype == kind
            for note in _parsed(one.target_part.blob)
        }
        self._margins = [_parsed(one.target_part.blob) for reltype, one in parts if reltype in MARGINS]

    def items(self) -> Iterator[Paragraph | Row]:
        """Paragraphs and rows in reading order; running headers and footers last, each wording once."""
        yield from self._blocks(self._body)
        seen: set[str] = set()
        for margin in self._margins:
            for item in self._blocks(margin):
                text = " ".join(item.text.split())
                if text not in seen and re.search(r"[^\W\d_]", text):
                    seen.add(text)
                    yield Paragraph(text=text, note=True)

    def _blocks(self, container: Element) -> Iterator[Paragraph | Row]:
        for child in container:
            if child.tag == f"{WORD}p":
                yield from self._paragraph(child)
            elif child.tag == f"{WORD}tbl":
                yield from (Row(text=" | ".join(cells)) for cells in self._rows(child))
            elif child.tag in THROUGH:
                yield from self._blocks(child)
            elif child.tag == f"{WORD}altChunk":
                self.unread += 1

    def _paragraph(self, element: Element) -> Iterator[Paragraph | Row]:
        pieces: list[str] = []
        aside: list[Element] = []
        self._inline(element, pieces, aside)
        text = "".join(pieces)
        if text.strip():
            yield Paragraph(text=text, level=self._level(element))
        for box in aside:
            yield from self._blocks(box)

    def _inline(self, element: Element, pieces: list[str], aside: list[Element]) -> None:
        """The text inside a paragraph; text boxes and notes are put aside, to follow it."""
        for child in element:
            tag = child.tag
            if not isinstance(tag, str) or tag in GONE:
                continue
            name = tag.rpartition("}")[2]
            if tag == f"{WORD}t":
                pieces.append(child.text or "")
            elif tag in SPACES:
                pieces.append(" ")
            elif tag == f"{WORD}noBreakHyphen":
                pieces.append("-")
            elif tag == f"{WORD}txbxContent":
                aside.append(child)
            elif tag == f"{MATHS}oMath":
                self.formulas += 1
                pieces.append(linear(child))
            elif (note := self._notes.get((tag, child.get(f"{WORD}id")))) is not None:
                aside.append(note)
            elif tag == f"{COMPATIBLE}AlternateContent":
                choice = child.find(f"{COMPATIBLE}Choice")
                self._inline(choice if choice is not None else child, pieces, aside)
            else:
                self.pictures += name in PICTURES
                self.unread += name in UNREAD
                self._inline(child, pieces, aside)

    def _rows(self, table: Element) -> Iterator[list[str]]:
        """The cells with text of each row; tables inside a cell are part of its text."""
        for row in _children(table, "tr"):
            cells = (" ".join(self._cell(cell)) for cell in _children(row, "tc"))
            if filled := [text for text in cells if text]:
                yield filled

    def _cell(self, cell: Element) -> Iterator[str]:
        for item in self._blocks(cell):
            if text := " ".join(item.text.split()):
                yield text

    def _level(self, paragraph: Element) -> int:
        outline = paragraph.find(f"{WORD}pPr/{WORD}outlineLvl")
        if outline is not None and (level := _outline(outline)):
            return level
        style = paragraph.find(f"{WORD}pPr/{WORD}pStyle")
        return self._levels.get(style.get(f"{WORD}val", ""), 0) if style is not None else 0


def _children(element: Element, name: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, also those inside content controls and insertions."""
    for child in element:
        if child.tag == f"{WORD}{name}":
            yield child
        elif child.tag in THROUGH:
            yield from _children(child, name)


def _style_level(style: object) -> int:
    name = str(getattr(style, "name", "") or "")
    if name.lower() in TITLE_STYLES:
        return 1
    if match := STYLE.match(name):
        return int(match[1])
    outline = getattr(style, "element").find(f"{WORD}pPr/{WORD}outlineLvl")  # noqa: B009
    return _outline(outline) if outline is not None else 0


def _outline(element: Element) -> int:
    value = str(element.get(f"{WORD}val", ""))
    return int(value) + 1 if value.isdigit() and int(value) < BODY_LEVEL else 0


def _parsed(content: bytes) -> Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    root: Element = etree.fromstring(content, parser=parser)
    return root
