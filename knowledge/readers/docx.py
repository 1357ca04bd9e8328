"""DOCX: paragraphs and tables in their order; headings by style, else by the words they begin with."""

import re
from collections.abc import Iterator
from pathlib import Path

from docx import Document as open_docx
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.paragraph import Paragraph

from knowledge.readers import limits
from knowledge.readers.document import Block, Document, Headings, Refused, document, heading_level

NAME = "docx"
SUFFIXES = frozenset({".docx"})
STYLE = re.compile(r"^(?:heading|заголовок|тақырып)\s*(\d)", re.IGNORECASE)
TITLE_STYLES = frozenset({"title", "название"})


class DocxReader:
    """Reads Word documents without macros, images or anything linked."""

    name = NAME
    version = 1

    def read(self, path: Path) -> Document:
        """The blocks of the document under their headings."""
        limits.check_zip(path)
        try:
            opened = open_docx(str(path))
        except (PackageNotFoundError, KeyError, ValueError) as error:
            raise Refused("the file is damaged or not a Word document") from error
        headings, blocks = Headings(), list[Block]()
        title = (opened.core_properties.title or "").strip()
        for item in opened.iter_inner_content():
            if isinstance(item, Table):
                place = headings.place or title or path.stem
                blocks += [
                    Block(text=row, place=place, heading=headings.last, alone=True) for row in _rows(item)
                ]
                continue
            text = item.text
            if not text.strip():
                continue
            level = _level(item) or (heading_level(text) and heading_level(text) + 9)
            if level:
                headings.enter(level, text)
            elif not title and not blocks:
                title = " ".join(text.split())
            place = headings.place or title or path.stem
            blocks.append(Block(text=text, place=place, heading=headings.last, alone=bool(level)))
        limits.enough("".join(block.text for block in blocks))
        return document(title or path.stem, blocks)


def _level(paragraph: Paragraph) -> int:
    name = (paragraph.style.name or "") if paragraph.style is not None else ""
    if name.lower() in TITLE_STYLES:
        return 1
    match = STYLE.match(name)
    return int(match[1]) if match else 0


def _rows(table: Table) -> Iterator[str]:
    """The rows of a table; a merged cell, which the library repeats in every column it spans, counts once."""
    seen: set[object] = set()
    for row in table.rows:
        texts: list[str] = []
        for cell in row.cells:
            if cell._tc in seen:
                continue
            seen.add(cell._tc)
            text = " ".join(part for part in _cell(cell.iter_inner_content()) if part)
            if text:
                texts.append(text)
        if texts:
            yield " | ".join(texts)


def _cell(content: Iterator[Paragraph | Table]) -> Iterator[str]:
    for item in content:
        if isinstance(item, Table):
            yield from _rows(item)
        else:
            yield " ".join(item.text.split())


def build() -> DocxReader:
    """The reader."""
    return DocxReader()
