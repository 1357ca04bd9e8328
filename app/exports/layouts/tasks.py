"""A set of tasks: each with its descriptors and points, and the teacher's key on its own page."""

from app.documents import Document, Field
from app.documents.form import Form
from app.documents.value import Task
from app.exports import values
from app.exports.layout import Block, Cell, Heading, PageBreak, Paragraph, Table, cell, paragraphs
from app.exports.layouts import parts
from app.exports.text import single
from app.exports.words import Words

LANDSCAPE = False
STEPS = (86, 14)
KEY = (10, 76, 14)


def blocks(document: Document, form: Form, words: Words) -> tuple[Block, ...]:
    """The pupil's pages, then the teacher's."""
    tasks = document.of("tasks")
    laid: list[Block] = []
    for one in tasks:
        laid += texts((one,), words)
        if isinstance(one.value, Task):
            laid += _steps(one.value, words)
    return (
        parts.title(form),
        *parts.pupil(words),
        *parts.header(document, words),
        Paragraph(),
        *laid,
        *parts.rest(document, frozenset({"header", "tasks"}), words),
        PageBreak(),
        Heading(text=words.say("key")),
        *key(tasks, words),
    )


def texts(fields: tuple[Field, ...], words: Words) -> tuple[Block, ...]:
    """The tasks as pupils read them: no answer, but how many points there are."""
    laid: list[Block] = []
    for one in fields:
        if isinstance(one.value, Task):
            points = f"[{words.count(one.value.points)}]"
            laid.append(Paragraph(lead=f"{single(one.label)}.", text=points, keep=True))
            laid += [*paragraphs(one.value.text), *values.missing(one, words)]
            laid.append(Paragraph())
        else:
            laid += [Heading(text=single(one.label)), *values.told(one, words)]
    return tuple(laid)


def _steps(task: Task, words: Words) -> tuple[Block, ...]:
    if not task.descriptors:
        return ()
    heads = tuple(cell(words.say(one), head=True) for one in ("descriptor", "points_column"))
    rows = [(cell(one.text), cell(str(one.points), centred=True)) for one in task.descriptors]
    total = parts.points(task.points, 1, words)
    return (Table(widths=STEPS, rows=(heads, *rows, total), head=1), Paragraph())


def key(fields: tuple[Field, ...], words: Words) -> tuple[Block, ...]:
    """The teacher's table: what each task serves, the expected answer, its points."""
    heads = tuple(cell(words.say(one), head=True) for one in ("number", "answer", "points_column"))
    tasks = [one.value for one in fields if isinstance(one.value, Task)]
    rows = [
        (
            cell(str(number), centred=True),
            Cell(paragraphs=(values.thinking(one, words), *_criterion(one), *paragraphs(one.answer))),
            cell(str(one.points), centred=True),
        )
        for number, one in enumerate(tasks, start=1)
    ]
    total = parts.points(sum(one.points for one in tasks), 2, words)
    return (Table(widths=KEY, rows=(heads, *rows, total), head=1),)


def _criterion(task: Task) -> tuple[Paragraph, ...]:
    said = single(task.criterion)
    return (Paragraph(text=said, small=True, italic=True),) if said else ()
