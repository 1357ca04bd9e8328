"""Everything that the form asks for is there: each field, each column of a stage, something in each of them."""

from collections.abc import Iterator, Mapping

from app.documents.brief import Kind
from app.documents.check import Means
from app.documents.document import Document
from app.documents.field import Field, State
from app.documents.finding import Finding, Weight
from app.documents.texts import is_empty
from app.documents.value import Criterion, Glossary, Item, PlanRow, Stage
from app.errors import Words

ASKED: Mapping[Kind, tuple[str, ...]] = {
    Kind.PLAN: (
        "header.organisation",
        "header.section",
        "header.teacher",
        "header.date",
        "header.grade",
        "header.attendance_present",
        "header.attendance_absent",
        "header.topic",
        "header.objectives",
        "header.aim",
        "header.value",
        "start.stage",
        "middle.stage",
        "middle.task",
        "end.stage",
    ),
    Kind.QUIZ: ("header.topic", "header.objectives", "header.instructions", "items.item"),
    Kind.TASKS: ("header.objectives", "tasks.task"),
    Kind.UNIT: ("header.objectives", "criteria.criterion", "tasks.task", "scale.scale"),
    Kind.TERM: ("header.objectives", "criteria.criterion", "tasks.task", "scale.scale"),
    Kind.RUBRIC: ("header.objectives", "rows.criterion"),
    Kind.DIFFERENTIATION: ("versions.base", "versions.easier", "versions.harder", "versions.special"),
    Kind.GLOSSARY: ("terms.glossary",),
    Kind.LETTER: ("letter.greeting", "letter.body", "letter.closing"),
    Kind.CALENDAR: ("rows.row",),
}
BY_HAND = frozenset({"header.attendance_present", "header.attendance_absent"})
"""Places of the form that are filled in on the day: empty is how they are printed."""
COLUMNS = ("teacher", "learner", "assessment", "resources")
WAITING: Mapping[State, str] = {
    State.TO_WRITE: "checks.form.to_write",
    State.WITHHELD: "checks.form.withheld",
    State.FAILED: "checks.form.failed",
}


def check(document: Document, means: Means) -> tuple[Finding, ...]:
    """Missing fields, empty fields and columns, and fields that wait to be written."""
    return (*_missing(document, means), *(one for field in document.fields for one in _field(field)))


def lacking(document: Document) -> tuple[str, ...]:
    """The places that the form of this kind asks for and the document has no field for."""
    held = {field.id for field in document.fields}
    numbered = {field_id.rpartition(".")[0] for field_id in held if field_id.rpartition(".")[2].isdigit()}
    return tuple(one for one in ASKED[document.kind] if one not in held and one not in numbered)


def _missing(document: Document, means: Means) -> Iterator[Finding]:
    for place in lacking(document):
        name = means.form.labels.get(place, place)
        yield Finding(
            check="form",
            weight=Weight.BROKEN,
            words=Words(key="checks.form.missing", facts={"place": name}),
        )


def _field(field: Field) -> Iterator[Finding]:
    if field.id in BY_HAND:
        return
    if field.state in WAITING:
        # What the form and the curriculum give is there: the rest is the teacher's choice.
        given = field.state is State.TO_WRITE and not is_empty(field.value)
        yield _finding(field, WAITING[field.state], Weight.NOTE if given else Weight.DOUBT)
    elif is_empty(field.value):
        # A hint is the form's own placeholder: the teacher sees what belongs there.
        yield _finding(field, "checks.form.empty", Weight.NOTE if field.hint else Weight.BROKEN)
    else:
        for key in _gaps(field):
            yield _finding(field, key, Weight.BROKEN)


def _gaps(field: Field) -> Iterator[str]:
    value = field.value
    match value:
        case Stage():
            for column in COLUMNS:
                lines: tuple[str, ...] = getattr(value, column)
                if not any(line.strip() for line in lines):
                    yield f"checks.form.no_{column}"
        case Item():
            if not value.question.strip():
                yield "checks.form.no_question"
            if len(value.options) < 2 or not all(one.strip() for one in value.options):
                yield "checks.form.no_options"
        case Criterion() if not value.text.strip() or any(not one.strip() for one in value.levels):
            yield "checks.form.no_levels"
        case Glossary() if any(not (one.kk and one.ru and one.en) for one in value.terms):
            yield "checks.form.no_language"
        # A lesson that assesses what was taught names no objective of its own; its note says what it is.
        case PlanRow() if not (value.topic.strip() and (value.objectives or value.note.strip())):
            yield "checks.form.no_topic"


def _finding(field: Field, key: str, weight: Weight) -> Finding:
    return Finding(
        check="form", weight=weight, words=Words(key=key, facts={"place": field.label}), field=field.id
    )
