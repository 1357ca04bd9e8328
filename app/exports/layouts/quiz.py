"""A quiz: the questions for pupils, and the key with explanations on a page of its own."""

from dataclasses import replace

from app.documents import Document, Field
from app.documents.form import Form
from app.documents.value import Item
from app.exports import values
from app.exports.layout import Block, Cell, Heading, PageBreak, Paragraph, Table, cell, paragraphs
from app.exports.layouts import parts
from app.exports.text import single
from app.exports.words import Words

LANDSCAPE = False
KEY = (8, 14, 64, 14)


def blocks(document: Document, form: Form, words: Words) -> tuple[Block, ...]:
    """The pupil's pages, then the teacher's."""
    questions = [
        block for number, one in enumerate(document.of("items"), 1) for block in _item(number, one, words)
    ]
    return (
        parts.title(form),
        *parts.pupil(words),
        *parts.header(document, words),
        Paragraph(),
        *questions,
        *parts.rest(document, frozenset({"header", "items"}), words),
        PageBreak(),
        Heading(text=words.say("key")),
        *_key(document.of("items"), words),
    )


def _item(number: int, field: Field, words: Words) -> tuple[Block, ...]:
    match field.value:
        case Item() as item if item.question or item.options:
            first, *others = paragraphs(item.question) or (Paragraph(),)
            asked = (replace(first, lead=f"{number}."), *others)
            kept = (*(replace(one, keep=True) for one in asked), *values.options(item))
            return (*kept, *values.missing(field, words), Paragraph())
        case Item():
            return (Paragraph(lead=f"{number}."), *values.missing(field, words), Paragraph())
        case _:
            return (Heading(text=single(field.label)), *values.told(field, words))


def _key(fields: tuple[Field, ...], words: Words) -> tuple[Block, ...]:
    names = ("number", "right_answer", "explanation", "points_column")
    items = [one.value for one in fields if isinstance(one.value, Item)]
    rows = [
        (
            cell(str(number), centred=True),
            cell(values.letter(one), centred=True),
            Cell(paragraphs=(*paragraphs(one.explanation), values.thinking(one, words))),
            cell(str(one.points), centred=True),
        )
        for number, one in enumerate(items, start=1)
    ]
    heads = tuple(cell(words.say(one), head=True) for one in names)
    total = parts.points(sum(one.points for one in items), 3, words)
    return (Table(widths=KEY, rows=(heads, *rows, total), head=1),)
