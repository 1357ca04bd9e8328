"""DOCX: paragraphs and tables in their order; headings by style, else by the words they begin with."""

import zipfile
from collections.abc import Iterator
from typing import Any
from zlib import error as ZlibError

from docx import Document as open_docx
from docx.document import Document as OpenDocx
from docx.opc.exceptions import OpcError
from lxml import etree

from knowledge.readers import archive
from knowledge.readers.document import Block, Document, Headings, Source, document, heading_level
from knowledge.readers.limits import check_size
from knowledge.readers.reasons import Reason, ReasonKey, Refused
from knowledge.readers.word import Paragraph, Row, Word

NAME = "docx"
SUFFIXES = frozenset({".docx"})
BY_WORDS = 9
"""Headings found by their words stand below those that have a style."""


class DocxReader:
    """Reads Word documents without macros, images or anything linked."""

    name = NAME
    version = 2

    def read(self, source: Source) -> Document:
        """The blocks of the document under their headings, with its text boxes and notes where they belong."""
        check_size(source.path.stat().st_size, source.limits)
        archive.check(source.path, source.limits)
        try:
            opened: OpenDocx = open_docx(str(source.path))
            word = Word(opened)
            title = (opened.core_properties.title or "").strip()
        except etree.XMLSyntaxError as error:
            raise refused(error) from error
        except (OpcError, KeyError, ValueError, AttributeError, zipfile.BadZipFile, ZlibError) as error:
            raise Refused(ReasonKey.DAMAGED, format=NAME) from error
        headings, blocks = Headings(), list[Block]()
        for item in word.items():
            if len(blocks) > source.limits.parts:
                raise Refused(ReasonKey.TOO_MANY_PARTS, most=source.limits.parts)
            match item:
                case Row(text=text):
                    place = headings.place or title or source.stem
                    blocks.append(Block(text=text, place=place, heading=headings.last, alone=True))
                case Paragraph(text=text, level=styled, note=note):
                    level = styled or (heading_level(text) and heading_level(text) + BY_WORDS)
                    if level and not note:
                        headings.enter(level, text)
                    elif not title and not blocks and not note:
                        title = " ".join(text.split())
                    place = headings.place or title or source.stem
                    alone = bool(level) or note
                    blocks.append(
                        Block(text=text, place=place, heading=headings.last, alone=alone, note=note)
                    )
        warnings = list(_doubts(word))
        read = any(not block.note for block in blocks)
        if not read and word.pictures:
            warnings.append(Reason.of(ReasonKey.PAGE_IMAGE_ONLY, page=1))
        return document(
            title or source.stem,
            blocks,
            warnings,
            complete=not word.unread and (read or not word.pictures),
            limits=source.limits,
        )


def _doubts(word: Word) -> Iterator[Reason]:
    if word.unread:
        yield Reason.of(ReasonKey.PARTS_NOT_READ, count=word.unread)
    if word.formulas:
        yield Reason.of(ReasonKey.FORMULAS_AS_LINES, count=word.formulas)


def refused(error: etree.XMLSyntaxError) -> Exception:
    """The parser's own limits are not damage."""
    log: Any = error.error_log
    names = {entry.type_name for entry in log}
    if "ERR_NO_MEMORY" in names:
        return MemoryError(str(error))
    if "ERR_RESOURCE_LIMIT" in names:
        return Refused(ReasonKey.NESTED_TOO_DEEP, most=256)
    return Refused(ReasonKey.DAMAGED, format=NAME)


def build() -> DocxReader:
    """The reader."""
    return DocxReader()
