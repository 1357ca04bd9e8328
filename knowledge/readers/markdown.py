"""Markdown: headings, paragraphs, list items and table rows, without the marks."""

from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.readers.document import Block, Document, Headings, Source, document
from knowledge.readers.encoding import decode
from knowledge.readers.limits import content

NAME = "markdown"
SUFFIXES = frozenset({".md", ".markdown"})


class MarkdownReader:
    """Reads CommonMark with tables; raw HTML in it is left out."""

    name = NAME
    version = 2

    def read(self, source: Source) -> Document:
        """The blocks of the file under their headings."""
        headings, blocks, cells = Headings(), [], list[str]()
        decoded = decode(content(source.path, source.limits), source.limits)
        title, level, in_row = source.stem, 0, False
        for token in MarkdownIt("commonmark").enable("table").parse(decoded.text):
            if token.type == "heading_open":
                level = int(token.tag[1:])
            elif token.type == "tr_open":
                cells, in_row = [], True
            elif token.type == "tr_close":
                in_row = False
                blocks.append(
                    Block(
                        text=" | ".join(cells),
                        place=headings.place or title,
                        heading=headings.last,
                        alone=True,
                    )
                )
            elif token.type == "inline" and in_row:
                cells.append(_plain(token))
            elif token.type == "inline" and level:
                title = _plain(token) if not blocks and level == 1 else title
                headings.enter(level, _plain(token))
                level = 0
            elif token.type in ("inline", "fence", "code_block"):
                text = _plain(token) if token.type == "inline" else token.content
                blocks.append(Block(text=text, place=headings.place or title, heading=headings.last))
        return document(title, blocks, decoded.doubts, limits=source.limits)


def _plain(token: Token) -> str:
    """The visible text of an inline token; breaks are spaces, images their description."""
    parts = []
    for child in token.children or ():
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif child.type == "image":
            parts.append(child.content)
    return "".join(parts)


def build() -> MarkdownReader:
    """The reader."""
    return MarkdownReader()
