"""A laid-out document, or one field of it, as plain text for the clipboard: the AI line and the mark come last."""

from app.documents import Document, Field
from app.exports import values, words
from app.exports.layout import Block, Heading, Layout, PageBreak, Paragraph, Table
from app.exports.mark import NAME, Mark


def write(layout: Layout, mark: Mark) -> bytes:
    """The whole document, in UTF-8."""
    lines = [line for block in layout.blocks for line in _block(block)]
    return _signed(lines, layout.footer, mark).encode("utf-8", errors="replace")


def of_field(document: Document, field: Field, mark: Mark) -> str:
    """One field under its label."""
    say = words.load(document.language)
    return _signed(
        [field.label, *(_line(one) for one in values.told(field, say))], mark.line(document.language), mark
    )


def _signed(lines: list[str], line: str, mark: Mark) -> str:
    return "\n".join((*lines, "", line, f"{NAME} {mark.json()}")) + "\n"


def _block(block: Block) -> tuple[str, ...]:
    match block:
        case Heading():
            return "", block.text, ""
        case Paragraph():
            return (_line(block),)
        case PageBreak():
            return "", ""
        case Table():
            return tuple(
                "\t".join(" ".join(_line(one) for one in cell.paragraphs) for cell in row)
                for row in block.rows
            )


def _line(paragraph: Paragraph) -> str:
    said = f"{paragraph.lead} {paragraph.text}".strip()
    return f"– {said}" if paragraph.bullet else said
