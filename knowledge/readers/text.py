"""Plain text: paragraphs between empty lines, a title above them, headings by the words they begin with."""

import re

from knowledge.readers.document import Block, Document, Headings, Source, document, heading_level
from knowledge.readers.encoding import decode
from knowledge.readers.limits import content

NAME = "text"
SUFFIXES = frozenset({".txt"})
PARAGRAPH_END = re.compile(r"\n\s*\n")
LONGEST_TITLE = 100
SENTENCE_SIGNS = ".!?…:;,"


class TextReader:
    """Reads text in Unicode, or in an old encoding where that is plain."""

    name = NAME
    version = 3

    def read(self, source: Source) -> Document:
        """The paragraphs of the file; a title stands above them, as in Markdown, and not among them."""
        headings, blocks, title = Headings(), [], source.stem
        decoded = decode(content(source.path, source.limits), source.limits)
        paragraphs = [one for one in PARAGRAPH_END.split(decoded.text) if one.strip()]
        if len(paragraphs) > 1 and _is_title(paragraphs[0]):
            title = " ".join(paragraphs.pop(0).split())
            headings.enter(1, title)
        for paragraph in paragraphs:
            if level := heading_level(paragraph):
                headings.enter(level, paragraph)
            place = headings.place or title
            blocks.append(Block(text=paragraph, place=place, heading=headings.last, alone=bool(level)))
        return document(title, blocks, decoded.doubts, limits=source.limits)


def _is_title(paragraph: str) -> bool:
    """Whether a first paragraph names what follows: one short line that does not end as a sentence does."""
    line = paragraph.strip()
    short = len(line) <= LONGEST_TITLE and "\n" not in line
    return short and line[-1] not in SENTENCE_SIGNS and not heading_level(line)


def build() -> TextReader:
    """The reader."""
    return TextReader()
