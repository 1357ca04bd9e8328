"""The short-term plan in its official shape: the header, five columns for the course of the lesson, the tail."""

from app.documents import Document, Field
from app.documents.form import Form
from app.documents.value import Stage, Task
from app.exports import values
from app.exports.layout import Block, Cell, Heading, Paragraph, Table, cell, paragraphs
from app.exports.layouts import parts
from app.exports.text import single
from app.exports.words import Words

STAGES = ("start", "middle", "end")
COLUMNS = ("stage", "teacher", "learner", "assessment", "resources")
WIDTHS = (13, 29, 23, 20, 15)
LANDSCAPE = True


def blocks(document: Document, form: Form, words: Words) -> tuple[Block, ...]:
    """The plan from its title to its tail."""
    rows = [row for name in STAGES for row in _stage(document.of(name), words)]
    heads = tuple(cell(parts.said(form, f"column.{one}", words.columns[one]), head=True) for one in COLUMNS)
    course = Heading(text=parts.said(form, "course", words.say("course")))
    return (
        parts.title(form),
        *parts.header(document, words),
        course,
        Table(widths=WIDTHS, rows=(heads, *rows), head=1),
        *_tail(document, words),
        *parts.rest(document, frozenset({"header", *STAGES, "more"}), words),
    )


def _stage(fields: tuple[Field, ...], words: Words) -> list[tuple[Cell, ...]]:
    """The rows of a stage: its own, then one a task; the stage's name and what it needs go over them all."""
    if not fields:
        return []
    lead = next((one for one in fields if isinstance(one.value, Stage)), fields[0])
    rows = [_row(one, words) for one in fields]
    name = [Paragraph(text=single(lead.label), bold=True, centred=True)]
    if isinstance(lead.value, Stage):
        time = words.say("minutes", number=lead.value.minutes)
        name.append(Paragraph(text=time, centred=True))
    needed = values.bullets(lead.value.resources) if isinstance(lead.value, Stage) else ()
    first, last = (Cell(paragraphs=one, rows=len(rows)) for one in (tuple(name), needed))
    return [(first, *rows[0], last), *rows[1:]]


def _row(field: Field, words: Words) -> tuple[Cell, ...]:
    """What stands between the first and the last column."""
    match field.value:
        case Stage() as stage:
            teacher = (*values.bullets(stage.teacher), *values.missing(field, words))
            others = (stage.learner, stage.assessment)
            return (Cell(paragraphs=teacher), *(Cell(paragraphs=values.bullets(one)) for one in others))
        case Task() as task:
            return _task(field, task, words)
        case _:
            lead = Paragraph(text=single(field.label), bold=True)
            return (Cell(paragraphs=(lead, *values.told(field, words)), columns=3),)


def _task(field: Field, task: Task, words: Words) -> tuple[Cell, ...]:
    """A task goes over what teacher and learners do; its descriptors stand under assessment."""
    head = Paragraph(lead=f"{single(field.label)}.", text=values.thinking(task, words).text)
    said = (*paragraphs(task.text), *values.missing(field, words))
    return (
        Cell(paragraphs=(head, *said, *values.answer(task, words)), columns=2),
        Cell(paragraphs=(*values.judged(task, words), *values.descriptors(task.descriptors, words))),
    )


def _tail(document: Document, words: Words) -> tuple[Block, ...]:
    tail = parts.pairs(document.of("more"), words)
    return (Paragraph(small=True), *tail) if tail else ()
