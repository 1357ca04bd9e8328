"""A rubric: one row a criterion, one column a level, best first."""

from app.documents import Document
from app.documents.form import Form
from app.documents.value import Criterion
from app.exports import values
from app.exports.layout import Block, Cell, Paragraph, Table, cell, paragraphs
from app.exports.layouts import parts
from app.exports.text import single
from app.exports.words import Words

LANDSCAPE = True
FIRST, OTHERS = 24, 76


def blocks(document: Document, form: Form, words: Words) -> tuple[Block, ...]:
    """The rubric on wide pages."""
    return (
        parts.title(form),
        *parts.header(document, words),
        Paragraph(),
        *_table(document, form, words),
        *parts.odd(document.of("rows"), Criterion, words),
        *parts.rest(document, frozenset({"header", "rows"}), words),
    )


def _table(document: Document, form: Form, words: Words) -> tuple[Block, ...]:
    fields = [one for one in document.of("rows") if isinstance(one.value, Criterion)]
    criteria = [one.value for one in fields if isinstance(one.value, Criterion)]
    count = max((len(one.levels) for one in criteria), default=0)
    if not criteria:
        return ()
    names = [
        parts.said(form, f"level.{at}", name) for at, name in enumerate(words.rubric_levels(count), start=1)
    ]
    heads = tuple(cell(one, head=True) for one in (words.say("criterion"), *names))
    rows = []
    for field, one in zip(fields, criteria, strict=True):
        own = Paragraph(lead=single(one.code), text=single(one.text))
        first = Cell(paragraphs=(own, *values.missing(field, words)))
        levels = (Cell(paragraphs=paragraphs(said)) for said in one.levels)
        rows.append((first, *levels, *(Cell() for _ in range(count - len(one.levels)))))
    widths = (FIRST, *(OTHERS // count for _ in range(count))) if count else (FIRST,)
    return (Table(widths=widths, rows=(heads, *rows), head=1),)
