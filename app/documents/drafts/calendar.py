"""The first draft of a calendar plan (КТЖ / КТП): the quarter's rows of the long-term plan, fitted into its hours."""

from collections.abc import Iterator, Sequence

from app.documents import header, lessons, marks, school_year
from app.documents.brief import Brief
from app.documents.field import Field, Origin, State
from app.documents.form import Form
from app.documents.lessons import Lesson
from app.documents.material import BadBrief, Material
from app.documents.value import Lines, Number, Objective, PlanRow
from knowledge.curriculum import Hours


def build(brief: Brief, material: Material, form: Form) -> tuple[Field, ...]:
    """The rows in the order of the plan, lessons for assessment among them.

    Raises:
        BadBrief: no quarter is named, or no long-term plan of the programme was imported, or none for the quarter.
    """
    if brief.quarter is None:
        raise BadBrief("no quarter", key="documents.bad.calendar_quarter")
    if not material.grade_topics:
        raise BadBrief(f"no plan of {brief.programme}", key="documents.bad.no_plan")
    year = school_year.load()
    topics = lessons.of_quarter(material.grade_topics, brief.quarter, year.weeks(brief.grade))
    if not topics:
        raise BadBrief(
            f"no topic in quarter {brief.quarter}",
            key="documents.bad.no_quarter_plan",
            grade=brief.grade,
            quarter=brief.quarter,
        )
    hours = _hours(brief, material)
    by_quarter = year.lessons(brief.grade, hours)
    total = by_quarter[brief.quarter - 1] if by_quarter else None
    marked = marks.has_summative(brief) and (total is None or total >= year.least_lessons)
    fitted = lessons.fitted(
        topics,
        total,
        units=year.most_units if marked else 0,
        term=marked and marks.has_term(hours.per_week),
    )
    return (
        *_head(brief, form, total, sum(one.hours for one in fitted)),
        *_rows(brief, material, form, fitted, hours.per_week),
    )


def _hours(brief: Brief, material: Material) -> Hours:
    known = (one for objective in material.objectives for one in objective.programme.hours)
    nothing = Hours(grade=brief.grade, per_week=None, per_year=None)
    return next((one for one in known if one.grade == brief.grade), nothing)


def _head(brief: Brief, form: Form, total: int | None, counted: int) -> Iterator[Field]:
    yield header.given(form, "header.organisation", brief.organisation.strip(), Origin.TEACHER)
    yield header.given(form, "header.teacher", brief.teacher.strip(), Origin.TEACHER)
    yield header.grade(brief, form)
    yield header.given(form, "header.quarter", form.phrase("quarter", quarter=brief.quarter or 0)[0])
    known = total is not None
    yield Field(
        id="header.hours",
        label=form.label("header.hours"),
        value=Number(number=counted),
        origin=Origin.CURRICULUM if known else Origin.FORM,
        state=State.DONE if known else State.TO_WRITE,
        hint="" if known else form.phrase("hint.hours")[0],
    )
    yield Field(
        id="header.source", label=form.label("header.source"), value=Lines(lines=form.phrase("source"))
    )


def _rows(
    brief: Brief, material: Material, form: Form, fitted: Sequence[Lesson], per_week: float | None
) -> Iterator[Field]:
    wordings = {one.code: one.text(brief.language).strip() for one in material.objectives}
    past = 0
    for number, lesson in enumerate(fitted, 1):
        objectives = tuple(
            Objective(code=code, text=wordings[code]) for code in lesson.codes if code in wordings
        )
        row = PlanRow(
            number=number,
            section=lesson.section,
            topic=_topic(lesson, objectives, form),
            objectives=objectives,
            hours=lesson.hours,
            date=_weeks(brief, past, lesson.hours, per_week),
            note=form.phrase(f"note.{lesson.assesses}")[0] if lesson.assesses else "",
        )
        past += lesson.hours
        field_id = f"rows.row.{number}"
        yield Field(id=field_id, label=form.label(field_id), value=row, origin=Origin.CURRICULUM)


def _topic(lesson: Lesson, objectives: Sequence[Objective], form: Form) -> str:
    if lesson.assesses:
        return form.phrase(f"topic.{lesson.assesses}", section=lesson.section)[0].rstrip(" :.")
    return "; ".join(lesson.topics) or lesson.section or "; ".join(one.text for one in objectives[:1])


def _weeks(brief: Brief, past: int, hours: int, per_week: float | None) -> str:
    """The days from the first to the last week of a row; "" where the start or the pace is not known."""
    if brief.day is None or not per_week:
        return ""
    begin, _ = school_year.week_of(brief.day, past, per_week)
    _, end = school_year.week_of(brief.day, past + hours - 1, per_week)
    return f"{begin:%d.%m}–{end:%d.%m}" if begin < end else f"{begin:%d.%m}"
