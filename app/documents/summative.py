"""A summative assessment, of a unit or of a term: head, criteria, tasks with descriptors, the scale for its points."""

from collections.abc import Iterator

from app.documents import gaps, header, heading, marks, rules, scale
from app.documents.brief import Brief
from app.documents.field import Field, Origin, State
from app.documents.form import Form
from app.documents.gap_tasks import GapTask, GapTasks, descriptors
from app.documents.level import Level
from app.documents.material import Material
from app.documents.quotes import source_of
from app.documents.shapes import spread
from app.documents.value import Criterion, Lines, Number, Task, Text
from knowledge.curriculum import LearningObjective


def build(brief: Brief, material: Material, form: Form) -> tuple[Field, ...]:
    """The fields of a unit or a term assessment; the points of its tasks add up to those of the brief.

    Raises:
        BadBrief: the rules know no such assessment, or a task would be left without a point.
    """
    marks.check(brief, material)
    count = rules.tasks_of(brief)
    tasks = tuple(_tasks(brief, material, form, count))
    return (
        *_head(brief, material, form, tasks),
        *_criteria(brief, material, form),
        *tasks,
        *_scale(brief, form),
        *_special(brief, form),
    )


def criterion(objective: LearningObjective, language: str, form: Form) -> str:
    """What of an objective is assessed, in words: our wordings say what a learner does, official ones name a skill."""
    shown = objective.language_for(language)
    text = objective.text(language).strip()
    if not text:
        return ""
    if shown != language:
        return form.phrase("criterion.foreign", wording=text)[0]
    if language not in objective.official:
        return text
    begun = text if text[1:2].isupper() else text[0].lower() + text[1:]
    return form.phrase("criterion.official", wording=begun)[0]


def _head(brief: Brief, material: Material, form: Form, tasks: tuple[Field, ...]) -> Iterator[Field]:
    if brief.quarter is not None:
        text = form.phrase("quarter", quarter=brief.quarter)[0]
        yield Field(id="header.quarter", label=form.label("header.quarter"), value=Text(text=text))
    yield header.grade(brief, form)
    yield heading.topic(brief, material, form)
    yield header.objectives(brief, material, form)
    used = {task.level for field in tasks if isinstance(task := field.value, Task)}
    levels = [form.phrase(f"level.{level}")[0] for level in Level if level in used]
    yield Field(id="header.levels", label=form.label("header.levels"), value=Lines(lines=tuple(levels)))
    yield Field(id="header.minutes", label=form.label("header.minutes"), value=Number(number=brief.minutes))
    yield Field(id="header.points", label=form.label("header.points"), value=Number(number=brief.points))
    yield Field(
        id="header.instructions",
        label=form.label("header.instructions"),
        value=Lines(lines=form.phrase("instructions", minutes=brief.minutes, points=brief.points)),
    )


def _criteria(brief: Brief, material: Material, form: Form) -> Iterator[Field]:
    for number, objective in enumerate(material.objectives, 1):
        field_id = f"criteria.criterion.{number}"
        text = criterion(objective, brief.language, form)
        yield Field(
            id=field_id,
            label=form.label(field_id),
            value=Criterion(text=text, code=objective.code),
            origin=Origin.CURRICULUM,
        )


def _tasks(brief: Brief, material: Material, form: Form, count: int) -> Iterator[Field]:
    """A task for each share of the points, the objectives in turn, from the lowest level to the highest."""
    wordings = {one.code: one.text(brief.language) for one in material.objectives}
    exercises = GapTasks(
        gaps.find(material, brief.language), wordings, form, subject=brief.subject, grade=brief.grade
    )
    made: list[GapTask] = []
    for number, points in enumerate(spread(brief.points, count)):
        objective = material.objectives[number % len(material.objectives)]
        said = criterion(objective, brief.language, form)
        whole = exercises.make(objective.code, said, points)
        made.append(whole or GapTask(task=_open(objective.code, said, points, form), passages=()))
    order = list(Level)
    for number, one in enumerate(sorted(made, key=lambda one: order.index(one.task.level)), 1):
        yield _task(f"tasks.task.{number}", f"{brief.kind}.task", one, form)


def _task(field_id: str, write: str, made: GapTask, form: Form) -> Field:
    whole = bool(made.passages)
    return Field(
        id=field_id,
        label=form.label(field_id),
        value=made.task,
        origin=Origin.CURRICULUM if whole else Origin.FORM,
        state=State.DONE if whole else State.TO_WRITE,
        write=write,
        hint="" if whole else form.phrase("hint.tasks.task", code=made.task.code)[0],
        sources=tuple(source_of(one) for one in made.passages),
    )


def _open(code: str, said: str, points: int, form: Form) -> Task:
    return Task(
        text=form.phrase("task.open", criterion=said)[0],
        code=code,
        level=Level.APPLICATION,
        descriptors=descriptors(form.phrase("descriptor.open"), points),
        criterion=said,
    )


def _scale(brief: Brief, form: Form) -> Iterator[Field]:
    shipped = scale.load()
    bands = shipped.bands(brief.points)
    lines = tuple(
        form.phrase(
            "band",
            mark=one.mark,
            points=f"{one.least}–{one.most}" if one.least < one.most else str(one.least),
            percent=f"{one.from_percent}–{one.to_percent}",
        )[0]
        for one in bands
    )
    yield Field(id="scale.scale", label=form.label("scale.scale"), value=Lines(lines=lines))
    said = form.phrase(
        "rules",
        order=shipped.order,
        of=shipped.of,
        edition=shipped.edition,
        formative=shipped.formative,
        unit=shipped.unit,
        term=shipped.term,
    )
    yield Field(id="scale.rules", label=form.label("scale.rules"), value=Lines(lines=said))


def _special(brief: Brief, form: Form) -> Iterator[Field]:
    if brief.special_needs.strip():
        yield Field(
            id="more.special",
            label=form.label("more.special"),
            value=Lines(lines=form.phrase("special", needs=brief.special_needs.strip())),
            state=State.TO_WRITE,
            write=f"{brief.kind}.special",
            hint=form.phrase("hint.special")[0],
        )
