"""What a model is asked for one field: the instruction, and what the document already says around it."""

from app.assistant.desk_events import Change
from app.documents.document import Document
from app.documents.field import Field, State
from app.documents.material import Material
from app.documents.value import Criterion, Glossary, Item, Lines, Stage, Task, Text, Value
from app.i18n import translator
from prompts import instructions
from prompts.instructions import Instruction

TRANSLATE, AGAIN = "change.translate", "again.other"
TOPIC = "header.topic"
MOST_ASKED = 8
AFTER_THE_LESSON, ABOUT_NEEDS = "plan.reflection", frozenset({"plan.special", "unit.special", "term.special"})


def request_of(
    document: Document,
    field: Field,
    material: Material,
    *,
    change: Change | None = None,
    wish: str = "",
    again: bool = False,
) -> str:
    """The text of the question that asks for a field, in the document's language.

    Args:
        change: what is to become of the present value; None asks for a new one.
        wish: the teacher's own instruction, for `Change.OWN`.
        again: what came before was of no use; the same words would bring the same.
    """
    brief = document.brief
    present = plain(field.value) or brief.source_text
    if isinstance(field.value, Item | Task) and change is None and not field.needs_review:
        # A new question must be another one; a small model reads the last few and no more.
        asked = questions_of(document) if isinstance(field.value, Item) else tasks_beside(document, field)
        present = "\n".join(asked[-MOST_ASKED:])
    level = field.value.level if isinstance(field.value, Task | Item) else None
    codes = codes_of(document, field)
    places = {
        "topic": brief.topic or topic_of(document) or _first(material, brief.language),
        "objectives": "\n".join(
            f"{one.code} {one.text(brief.language)}" for one in material.objectives if one.code in codes
        ),
        "minutes": str(field.value.minutes if isinstance(field.value, Stage) else brief.minutes),
        "level": translator(brief.language)(f"documents.level.{level}") if level else "",
        "points": str(field.value.points if isinstance(field.value, Task | Item) else brief.points),
        "notes": brief.special_needs if field.id.endswith(".special") else brief.notes,
        "present": present,
        "instruction": wish,
    }
    text = instruction_of(field, brief.language, change).fill(**places)
    return f"{text}\n{instructions.load(brief.language)[AGAIN].fill()}" if again else text


def to_ask(document: Document) -> tuple[str, ...]:
    """The ids of the fields that a first draft asks a model for.

    Left as the form gives them, for the teacher: what is written after the lesson, and help for special needs of
    which nothing was told.
    """
    return tuple(
        one.id
        for one in document.to_write()
        if one.write != AFTER_THE_LESSON
        and (one.write not in ABOUT_NEEDS or document.brief.special_needs.strip())
    )


def instruction_of(field: Field, language: str, change: Change | None = None) -> Instruction:
    """How the field is written, or changed; a field from another language is put into this one first.

    Raises:
        KeyError: no model writes such a field.
    """
    name = f"change.{change}" if change is not None else TRANSLATE if field.needs_review else field.write
    return instructions.load(language)[name]


def codes_of(document: Document, field: Field) -> tuple[str, ...]:
    """The objectives that a field is about: its own, else all of the brief."""
    own = field.value.code if isinstance(field.value, Task | Item | Criterion) else ""
    return (own,) if own else document.brief.codes


def questions_of(document: Document) -> tuple[str, ...]:
    """The questions that the document already asks, each once."""
    items = (one.value for one in document.fields if isinstance(one.value, Item))
    return tuple(dict.fromkeys(item.question for item in items if item.question))


def tasks_beside(document: Document, field: Field) -> tuple[str, ...]:
    """What the document's other tasks ask, each once, where somebody wrote them."""
    tasks = (
        one.value
        for one in document.fields
        if isinstance(one.value, Task) and one.id != field.id and one.state is State.DONE
    )
    return tuple(dict.fromkeys(task.text for task in tasks if task.text))


def plain(value: Value) -> str:
    """What a value says, as lines of text; numbers that code keeps are left out."""
    match value:
        case Text(text=text):
            return text
        case Lines(lines=lines):
            return "\n".join(lines)
        case Stage():
            return "\n".join((*value.teacher, *value.learner, *value.assessment))
        case Task():
            return "\n".join(
                part for part in (value.text, *(one.text for one in value.descriptors), value.answer) if part
            )
        case Item():
            return "\n".join(part for part in (value.question, *value.options, value.explanation) if part)
        case Criterion():
            return "\n".join((value.text, *value.levels))
        case Glossary():
            return "\n".join(f"{one.kk} — {one.ru} — {one.en}: {one.meaning}" for one in value.terms)
        case _:
            return ""


def topic_of(document: Document) -> str:
    """The topic in the header, "" without one."""
    found = (one.value for one in document.fields if one.id == TOPIC)
    return next((value.text for value in found if isinstance(value, Text)), "")


def _first(material: Material, language: str) -> str:
    return material.objectives[0].text(language) if material.objectives else ""
