"""A set of formative tasks: thinking levels ascending, each task with its objective, descriptors and points."""

from app.documents import header, rules
from app.documents.brief import Brief
from app.documents.field import Field
from app.documents.form import Form
from app.documents.material import Material
from app.documents.practice import Practice, levels_of_a_set
from app.documents.value import Lines

FIRST_GRADE = 1


def build(brief: Brief, material: Material, form: Form) -> tuple[Field, ...]:
    """The set as far as the curriculum gives it; every objective has a task.

    Raises:
        BadBrief: fewer points than tasks, or too many tasks.
    """
    rules.check(brief)
    count = rules.tasks_of(brief)
    instructions = (
        *form.phrase("instructions", points=brief.points),
        *(form.phrase("instructions.no_marks") if brief.grade == FIRST_GRADE else ()),
    )
    tasks = Practice(brief, material, form, form).fields(
        place="tasks.task", write="tasks.task", levels=levels_of_a_set(count), points=brief.points
    )
    return (
        header.grade(brief, form),
        header.topic(brief, material, form),
        header.objectives(brief, material, form),
        Field(
            id="header.instructions", label=form.label("header.instructions"), value=Lines(lines=instructions)
        ),
        *tasks,
    )
