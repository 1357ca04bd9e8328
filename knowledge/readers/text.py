"""Plain text: paragraphs between empty lines, headings by the words they begin with."""

import re

from knowledge.readers.document import Block, Document, Headings, Source, document, heading_level
from knowledge.readers.encoding import decode
from knowledge.readers.limits import content

NAME = "text"
SUFFIXES = frozenset({".txt"})


class TextReader:
    """Reads text in Unicode, or in an old encoding where that is plain."""

    name = NAME
    version = 2

    def read(self, source: Source) -> Document:
        """The paragraphs of the file."""
        headings, blocks = Headings(), []
        decoded = decode(content(source.path, source.limits), source.limits)
        for paragraph in re.split(r"\n\s*\n", decoded.text):
            if level := heading_level(paragraph):
                headings.enter(level, paragraph)
            place = headings.place or source.stem
            blocks.append(Block(text=paragraph, place=place, heading=headings.last, alone=bool(level)))
        return document(source.stem, blocks, decoded.doubts, limits=source.limits)


def build() -> TextReader:
    """The reader."""
    return TextReader()
