"""A calendar plan: what is taught when and for how many lessons, on wide pages."""

from itertools import groupby

from app.documents import Document
from app.documents.form import Form
from app.documents.value import PlanRow
from app.exports import values
from app.exports.layout import Block, Cell, Paragraph, Table, cell
from app.exports.layouts import parts
from app.exports.words import Words

LANDSCAPE = True
NAMES = ("number", "section", "topic", "objectives", "hours", "date", "note")
WIDTHS = (5, 14, 20, 33, 7, 8, 13)
HOURS = NAMES.index("hours")


def blocks(document: Document, form: Form, words: Words) -> tuple[Block, ...]:
    """The rows in their order, a section named once over its lessons, the hours added up."""
    fields = document.of("rows")
    rows = [one.value for one in fields if isinstance(one.value, PlanRow)]
    heads = tuple(cell(parts.said(form, f"column.{one}", words.say(one)), head=True) for one in NAMES)
    laid: list[tuple[Cell, ...]] = []
    for section, group in groupby(rows, key=lambda one: one.section):
        lessons = list(group)
        named = cell(section, rows=len(lessons))
        laid += [_row(one, named if at == 0 else None) for at, one in enumerate(lessons)]
    total = (*parts.points(sum(one.hours for one in rows), HOURS, words), cell(""), cell(""))
    places = [paragraph for one in fields for paragraph in values.missing(one, words)]
    return (
        parts.title(form),
        *parts.header(document, words),
        Paragraph(),
        Table(widths=WIDTHS, rows=(heads, *laid, total), head=1),
        *dict.fromkeys(places),
        *parts.odd(fields, PlanRow, words),
        *parts.rest(document, frozenset({"header", "rows"}), words),
    )


def _row(row: PlanRow, section: Cell | None) -> tuple[Cell, ...]:
    return (
        cell(str(row.number), centred=True),
        *((section,) if section else ()),
        cell(row.topic),
        Cell(paragraphs=tuple(values.objective(one) for one in row.objectives)),
        cell(str(row.hours), centred=True),
        cell(row.date, centred=True),
        cell(row.note),
    )
