"""A glossary: the terms of a topic in three languages, and what they mean."""

from app.documents import Document
from app.documents.form import Form
from app.documents.value import Glossary
from app.exports import values
from app.exports.layout import Block, Paragraph, Table, cell
from app.exports.layouts import parts
from app.exports.words import Words

LANDSCAPE = False
WIDTHS = (6, 20, 20, 20, 34)


def blocks(document: Document, form: Form, words: Words) -> tuple[Block, ...]:
    """The terms as one table; the column of meanings only where one is known."""
    fields = document.of("terms")
    terms = [row for one in fields if isinstance(one.value, Glossary) for row in one.value.terms]
    is_meant = any(one.meaning.strip() for one in terms)
    names = ("number", "kk", "ru", "en", *(("meaning",) if is_meant else ()))
    heads = tuple(cell(parts.said(form, f"column.{one}", words.say(one)), head=True) for one in names)
    rows = [
        tuple(
            cell(said)
            for said in (str(number), one.kk, one.ru, one.en, *((one.meaning,) if is_meant else ()))
        )
        for number, one in enumerate(terms, start=1)
    ]
    places = [paragraph for one in fields for paragraph in values.missing(one, words)]
    return (
        parts.title(form),
        *parts.header(document, words),
        Paragraph(),
        Table(widths=WIDTHS[: len(names)], rows=(heads, *rows), head=1),
        *places,
        *parts.odd(fields, Glossary, words),
        *parts.rest(document, frozenset({"header", "terms"}), words),
    )
