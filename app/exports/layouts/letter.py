"""A letter: its text without labels, as it goes to parents; what it is about stands in small letters above."""

from app.documents import Document
from app.documents.form import Form
from app.exports import values
from app.exports.layout import Block, Paragraph
from app.exports.layouts import parts
from app.exports.text import single
from app.exports.words import Words

LANDSCAPE = False


def blocks(document: Document, form: Form, words: Words) -> tuple[Block, ...]:
    """Greeting, body and closing, one empty line between them."""
    about: list[Block] = []
    for one in document.of("header"):
        first, *others = values.told(one, words)
        about.append(
            Paragraph(lead=f"{single(one.label)}:", text=f"{first.lead} {first.text}".strip(), small=True)
        )
        about += [Paragraph(lead=other.lead, text=other.text, small=True) for other in others]
    text = [block for one in document.of("letter") for block in (*values.told(one, words), Paragraph())]
    return (
        parts.title(form),
        *about,
        Paragraph(),
        *text,
        *parts.rest(document, frozenset({"header", "letter"}), words),
    )
