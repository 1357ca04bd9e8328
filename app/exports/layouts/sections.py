"""Documents that are read from top to bottom: the versions of a text under their names."""

from app.documents import Document
from app.documents.form import Form
from app.exports.layout import Block
from app.exports.layouts import parts
from app.exports.words import Words

LANDSCAPE = False


def blocks(document: Document, form: Form, words: Words) -> tuple[Block, ...]:
    """The header, then every field under its label."""
    known = frozenset({"header"})
    return (parts.title(form), *parts.header(document, words), *parts.rest(document, known, words))
