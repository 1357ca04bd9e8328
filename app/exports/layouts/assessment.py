"""A unit or term assessment: criteria with descriptors and points, the tasks, and the teacher's key on its own page."""

from app.documents import Document
from app.documents.form import Form
from app.documents.value import Criterion, Descriptor, Task
from app.exports import values
from app.exports.layout import Block, Cell, Heading, PageBreak, Paragraph, Table, cell
from app.exports.layouts import parts
from app.exports.layouts.tasks import key, texts
from app.exports.words import Words

LANDSCAPE = False
WIDTHS = (29, 15, 46, 10)


def blocks(document: Document, form: Form, words: Words) -> tuple[Block, ...]:
    """The pupil's pages, then the teacher's."""
    known = frozenset({"header", "criteria", "tasks", "scale"})
    return (
        parts.title(form),
        *parts.pupil(words),
        *parts.header(document, words),
        *_criteria(document, form, words),
        *parts.odd(document.of("criteria"), Criterion, words),
        Heading(text=parts.said(form, "tasks", words.say("tasks"))),
        *texts(document.of("tasks"), words),
        *parts.rest(document, known, words),
        PageBreak(),
        Heading(text=words.say("key")),
        *key(document.of("tasks"), words),
        *parts.section(document.of("scale"), words),
    )


def _criteria(document: Document, form: Form, words: Words) -> tuple[Block, ...]:
    """Criterion, number of the task, descriptor, points: one row a descriptor, whatever goes over several merged."""
    rows: list[tuple[Cell, ...]] = []
    for said, tasks in _groups(document):
        own = [_rows(number, task) for number, task in tasks] or [[(cell(""), cell(""), cell(""))]]
        first, *others = [row for one in own for row in one]
        rows += [(Cell(paragraphs=said, rows=len(others) + 1), *first), *others]
    if not rows:
        return ()
    names = ("criterion", "task_number", "descriptor", "points_column")
    heads = tuple(cell(words.say(one), head=True) for one in names)
    total = sum(one.value.points for one in document.of("tasks") if isinstance(one.value, Task))
    return (
        Heading(text=parts.said(form, "criteria", words.say("criteria"))),
        Table(widths=WIDTHS, rows=(heads, *rows, parts.points(total, 3, words)), head=1),
    )


def _groups(document: Document) -> list[tuple[tuple[Paragraph, ...], list[tuple[int, Task]]]]:
    """The criteria, each with its tasks: those that name it, else those of its objective; the others by themselves."""
    criteria = [one.value for one in document.of("criteria") if isinstance(one.value, Criterion)]
    groups: dict[int, list[tuple[int, Task]]] = {number: [] for number in range(len(criteria))}
    alone: list[tuple[tuple[Paragraph, ...], list[tuple[int, Task]]]] = []
    tasks = [one.value for one in document.of("tasks") if isinstance(one.value, Task)]
    for number, task in enumerate(tasks, start=1):
        named = [at for at, one in enumerate(criteria) if task.criterion and one.text == task.criterion]
        served = [at for at, one in enumerate(criteria) if task.code and one.code == task.code]
        if named or served:
            groups[(named or served)[0]].append((number, task))
        else:
            said = values.criterion(Criterion(text=task.criterion, code=task.code))
            alone.append((said, [(number, task)]))
    return [(values.criterion(one), groups[at]) for at, one in enumerate(criteria)] + alone


def _rows(number: int, task: Task) -> list[tuple[Cell, ...]]:
    steps = task.descriptors or (Descriptor(text="", points=0),)
    first, *others = [
        (cell(one.text), cell(str(one.points) if task.descriptors else "", centred=True)) for one in steps
    ]
    return [(cell(str(number), centred=True, rows=len(steps)), *first), *others]
