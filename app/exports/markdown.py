"""A laid-out document, or one field of it, as Markdown for the clipboard: the AI line last, the mark in a comment."""

import re

from app.documents import Document, Field
from app.exports import values, words
from app.exports.layout import Block, Heading, Layout, PageBreak, Paragraph, Table
from app.exports.mark import NAME, Mark

# What Markdown would read as its own; `&` so that no character reference arises.
SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~#&])")
# What would begin a list, or be a rule, at the beginning of a line; after a number its dot or bracket, for a digit cannot be escaped.
BEGINNING = re.compile(r"^(\s*(?:\d+(?=[.)]))?)((?<!\d)(?:[-+](?=\s|$)|-(?=[-\s]*$))|(?<=\d)[.)](?=\s|$))")


def write(layout: Layout, mark: Mark) -> bytes:
    """The whole document, in UTF-8."""
    blocks = [_block(one) for one in layout.blocks]
    return _signed([one for one in blocks if one], layout.footer, mark).encode("utf-8", errors="replace")


def of_field(document: Document, field: Field, mark: Mark) -> str:
    """One field under its label."""
    say = words.load(document.language)
    blocks = [f"**{plain(field.label)}**", *(_paragraph(one) for one in values.told(field, say))]
    return _signed(blocks, mark.line(document.language), mark)


def plain(text: str) -> str:
    """A text in which nothing is Markdown."""
    return BEGINNING.sub(r"\1\\\2", SPECIAL.sub(r"\\\1", text))


def _signed(blocks: list[str], line: str, mark: Mark) -> str:
    return "\n\n".join((*blocks, "---", plain(line), f"<!-- {NAME} {mark.json()} -->")) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"{'#' * block.level} {plain(block.text)}"
        case Paragraph():
            return _paragraph(block)
        case PageBreak():
            return "---"
        case Table():
            return _table(block)


def _paragraph(paragraph: Paragraph) -> str:
    said = plain(paragraph.text)
    if paragraph.bold and said:
        said = f"**{said}**"
    elif paragraph.italic and said:
        said = f"*{said}*"
    if paragraph.lead:
        said = f"**{plain(paragraph.lead)}** {said}".rstrip()
    return f"- {said}" if paragraph.bullet else said


def _table(table: Table) -> str:
    """A table with one line a row; merged cells are empty after the first, a list in a cell stands in lines of its own."""
    count = len(table.widths)
    taken: set[tuple[int, int]] = set()
    rows = []
    for row, cells in enumerate(table.rows):
        said = [""] * count
        free = (column for column in range(count) if (row, column) not in taken)
        for cell in cells:
            column = next(free)
            taken.update(
                (row + down, column + right) for down in range(cell.rows) for right in range(cell.columns)
            )
            said[column] = "<br>".join(_paragraph(one).replace("- ", "– ", 1) for one in cell.paragraphs)
        rows.append(f"| {' | '.join(said)} |")
    head, body = (rows[: table.head], rows[table.head :]) if table.head else ([f"|{'   |' * count}"], rows)
    return "\n".join((*head, f"|{' --- |' * count}", *body))
