"""The head of a document, row by row: what the brief and the curriculum say, else a placeholder to fill in."""

from collections.abc import Sequence

from app.documents.brief import Brief
from app.documents.field import Field, Origin, State
from app.documents.form import Form
from app.documents.material import Material
from app.documents.quotes import sources
from app.documents.value import Number, Objective, Objectives, Text
from knowledge.language import detect
from knowledge.passage import Kind as PassageKind
from knowledge.passage import Passage
from knowledge.plan import Topic


def topic_of(brief: Brief, material: Material) -> str:
    """The topic: the brief's, else the long-term plan's, else the title of the note on most objectives; "" if unknown."""
    planned = [one.topic for one in planned_of(brief, material) if one.topic]
    titles = [one.title for one in notes_of(brief, material)]
    return next(iter([*filter(None, [brief.topic.strip()]), *planned, *titles]), "")


def planned_of(brief: Brief, material: Material) -> tuple[Topic, ...]:
    """The rows of the long-term plan in the document's language: of the quarter first, then those on most objectives."""
    rows = (one for one in material.topics if one.language == brief.language)
    codes = {*brief.codes}
    return tuple(
        sorted(
            rows, key=lambda one: (one.quarter != brief.quarter, -len(codes & {*one.codes}), len(one.codes))
        )
    )


def notes_of(brief: Brief, material: Material) -> tuple[Passage, ...]:
    """The pieces, in order, of the note in the document's language that is about most of the objectives."""
    codes = [one.code for one in material.objectives]
    notes = [
        one
        for one in material.passages
        if one.kind is PassageKind.NOTE and one.language == brief.language and one.title
    ]
    best = min(
        notes,
        key=lambda one: (-len({*codes} & {*one.codes}), [code not in one.codes for code in codes]),
        default=None,
    )
    return tuple(one for one in notes if best is not None and one.title == best.title)


def section_of(brief: Brief, material: Material) -> str:
    """The section of the programme: the brief's, else what the plan or the catalogue calls it in the language."""
    planned = [one.section for one in planned_of(brief, material) if one.section]
    named = [
        one.section.names.get(brief.language) or one.section.name
        for one in material.objectives
        if one.section.names.get(brief.language) or detect(one.section.name) == brief.language
    ]
    return next(iter([*filter(None, [brief.section.strip()]), *planned, *filter(None, named)]), "")


def class_of(brief: Brief, form: Form) -> str:
    """The class as the school writes it, else its grade in words."""
    return brief.class_name.strip() or form.phrase("grade", grade=brief.grade)[0]


def given(form: Form, field_id: str, text: str, origin: Origin = Origin.FORM) -> Field:
    """A row with its text; without one, the form's placeholder and a hint, for the teacher to fill."""
    name = field_id.rpartition(".")[2]
    if text:
        return Field(id=field_id, label=form.label(field_id), value=Text(text=text), origin=origin)
    return Field(
        id=field_id,
        label=form.label(field_id),
        value=Text(text=form.phrase(f"empty.{name}")[0]),
        state=State.TO_WRITE,
        hint=form.phrase(f"hint.{name}")[0],
    )


def topic(brief: Brief, material: Material, form: Form) -> Field:
    """The topic of the lesson."""
    origin = Origin.TEACHER if brief.topic.strip() else Origin.CURRICULUM
    return given(form, "header.topic", topic_of(brief, material), origin)


def objectives(brief: Brief, material: Material, form: Form) -> Field:
    """The objectives with their wording."""
    rows = tuple(
        Objective(code=one.code, text=one.text(brief.language).strip()) for one in material.objectives
    )
    return Field(
        id="header.objectives",
        label=form.label("header.objectives"),
        value=Objectives(objectives=rows),
        origin=Origin.CURRICULUM,
        sources=sources(material.wordings),
    )


def grade(brief: Brief, form: Form) -> Field:
    """The class."""
    return given(form, "header.grade", class_of(brief, form))


def date(brief: Brief, form: Form) -> Field:
    """The day as the form writes dates."""
    day = brief.day
    text = form.phrase("date", day=f"{day:%d}", month=f"{day:%m}", year=day.year)[0] if day else ""
    return given(form, "header.date", text)


def empty_numbers(form: Form, *names: str) -> Sequence[Field]:
    """Numbers that are filled in by hand, on the day."""
    return tuple(
        Field(id=f"header.{name}", label=form.label(f"header.{name}"), value=Number()) for name in names
    )
