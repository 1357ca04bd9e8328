"""Each objective is taught, practised and assessed; where, is a value for the screen."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.documents.brief import Kind
from app.documents.check import Means
from app.documents.codes import codes_in
from app.documents.document import Document
from app.documents.field import Field
from app.documents.finding import Finding, Weight
from app.documents.stemmed import held, stems_of
from app.documents.texts import words
from app.documents.value import Criterion, Item, PlanRow, Stage, Task, Value
from app.errors import Words

ENOUGH = 0.5
"""Share of an objective's stems that an aim or a stage must hold to speak of it without its code."""
ASKED: Mapping[Kind, tuple[str, ...]] = {
    Kind.PLAN: ("taught", "practised", "assessed"),
    Kind.QUIZ: ("assessed",),
    Kind.TASKS: ("practised",),
    Kind.UNIT: ("assessed",),
    Kind.TERM: ("assessed",),
    Kind.RUBRIC: ("assessed",),
    Kind.DIFFERENTIATION: (),
    Kind.GLOSSARY: (),
    Kind.LETTER: (),
    Kind.CALENDAR: ("taught",),
}
"""What each kind of document has to do with an objective."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """One objective of the brief, and the ids of the fields where it is taught, practised and assessed."""

    code: str
    taught: tuple[str, ...]
    practised: tuple[str, ...]
    assessed: tuple[str, ...]


def coverage(document: Document, means: Means) -> tuple[Coverage, ...]:
    """The coverage of each objective, in the order of the brief; a code stands once."""
    wordings = {one.code: one.text(document.language) for one in means.material.objectives}
    return tuple(
        Coverage(
            code=code,
            taught=tuple(one.id for one in document.fields if _teaches(one, code, wording, document)),
            practised=tuple(one.id for one in document.fields if _practises(one.value, code)),
            assessed=tuple(one.id for one in document.fields if _assesses(one.value, code)),
        )
        for code, wording in wordings.items()
    )


def check(document: Document, means: Means) -> tuple[Finding, ...]:
    """The objectives that the document does not teach, practise or assess though its kind has to."""
    return tuple(
        Finding(
            check="coverage",
            weight=Weight.DOUBT,
            words=Words(key=f"checks.coverage.not_{asked}", facts={"code": one.code}),
        )
        for one in coverage(document, means)
        for asked in ASKED[document.kind]
        if not getattr(one, asked)
    )


def speaks_of(text: str, code: str, wording: str, language: str) -> bool:
    """Whether a text names an objective by its code or says most of its words."""
    if code in codes_in(text):
        return True
    return held(stems_of(wording, language), stems_of(text, language)) >= ENOUGH


def _teaches(field: Field, code: str, wording: str, document: Document) -> bool:
    if isinstance(field.value, PlanRow):
        return any(one.code == code for one in field.value.objectives)
    if not isinstance(field.value, Stage) and field.id != "header.aim":
        return False
    cited = any(one.code == code for one in field.sources)
    return cited or speaks_of(words(field), code, wording, document.language)


def _practises(value: Value, code: str) -> bool:
    return isinstance(value, Task | Item) and value.code == code


def _assesses(value: Value, code: str) -> bool:
    match value:
        case Task():
            return value.code == code and bool(value.descriptors)
        case Item() | Criterion():
            return value.code == code
        case Stage():
            return any(code in codes_in(line) for line in value.assessment)
        case _:
            return False
