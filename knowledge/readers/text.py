"""Plain text: paragraphs between empty lines, headings by the words they begin with."""

import re
from pathlib import Path

from knowledge.readers import limits
from knowledge.readers.document import Block, Document, Headings, document, heading_level

NAME = "text"
SUFFIXES = frozenset({".txt"})


class TextReader:
    """Reads UTF-8 text."""

    name = NAME
    version = 1

    def read(self, path: Path) -> Document:
        """The paragraphs of the file."""
        headings, blocks = Headings(), []
        for paragraph in re.split(r"\n\s*\n", limits.text(path)):
            if level := heading_level(paragraph):
                headings.enter(level, paragraph)
            place = headings.place or path.stem
            blocks.append(Block(text=paragraph, place=place, heading=headings.last, alone=bool(level)))
        return document(path.stem, blocks)


def build() -> TextReader:
    """The reader."""
    return TextReader()
