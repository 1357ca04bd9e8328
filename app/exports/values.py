"""The value of a field as paragraphs, one way for all formats that print."""

from dataclasses import replace
from typing import assert_never

from app.documents import Field, State, Value
from app.documents.value import (
    Criterion,
    Descriptor,
    Glossary,
    Item,
    Lines,
    Number,
    Objective,
    Objectives,
    PlanRow,
    Stage,
    Task,
    Text,
)
from app.exports.layout import Paragraph, paragraphs
from app.exports.text import single
from app.exports.words import Words

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""What options are called: tests in Kazakhstan letter them in Latin, whatever the language."""


def told(field: Field, words: Words) -> tuple[Paragraph, ...]:
    """What a field says, then the place for what is still to be written."""
    return (*of(field.value, words), *missing(field, words))


def missing(field: Field, words: Words) -> tuple[Paragraph, ...]:
    """What the teacher has still to write, as a place in the document; nothing where the field is whole."""
    if field.state is State.TO_WRITE and field.hint and not _is_place(field.value):
        return (Paragraph(text=f"[{single(field.hint)}]", italic=True, blank=True),)
    if not of(field.value, words):
        return (Paragraph(text=words.say("short_blank"), blank=True),)
    return ()


def _is_place(value: Value) -> bool:
    """Whether a text is itself a place to fill in, such as [name of the school]."""
    return isinstance(value, Text) and value.text.startswith("[") and value.text.endswith("]")


def of(value: Value, words: Words) -> tuple[Paragraph, ...]:
    """What a value says; nothing for an empty one."""
    match value:
        case Text():
            return paragraphs(value.text)
        case Lines():
            return bullets(value.lines)
        case Number():
            return () if value.number is None else paragraphs(str(value.number))
        case Objectives():
            return tuple(objective(one) for one in value.objectives)
        case Stage():
            return stage(value, words)
        case Task():
            steps = (*judged(value, words), *descriptors(value.descriptors, words))
            return (*paragraphs(value.text), *steps, *answer(value, words))
        case Item():
            return item(value, words)
        case Criterion():
            return criterion(value)
        case Glossary():
            return tuple(
                Paragraph(lead=single(one.kk), text=single(f"{one.ru} · {one.en}. {one.meaning}"))
                for one in value.terms
            )
        case PlanRow():
            said = single(
                f"{value.section}. {value.topic}. {words.say('hours')}: {value.hours}. {value.date}"
            )
            return (Paragraph(lead=str(value.number), text=said), *map(objective, value.objectives))
        case _:
            assert_never(value)


def bullets(lines: tuple[str, ...]) -> tuple[Paragraph, ...]:
    """Sentences as a list; one sentence alone needs no bullet."""
    kept = [single(one) for one in lines if single(one)]
    return tuple(Paragraph(text=one, bullet=len(kept) > 1) for one in kept)


def objective(one: Objective) -> Paragraph:
    """The code, then the wording."""
    return Paragraph(lead=single(one.code), text=single(one.text))


def stage(value: Stage, words: Words) -> tuple[Paragraph, ...]:
    """A stage outside its table: the minutes, then each column under its head."""
    columns = {name: bullets(getattr(value, name)) for name in words.columns if name != "stage"}
    said = [Paragraph(text=words.say("minutes", number=value.minutes), italic=True)]
    for name, lines in columns.items():
        if lines:
            said += [Paragraph(text=words.columns[name], bold=True), *lines]
    return tuple(said)


def judged(task: Task, words: Words) -> tuple[Paragraph, ...]:
    """What of the objective a task assesses."""
    said = single(task.criterion)
    return (Paragraph(lead=f"{words.say('criterion')}:", text=said),) if said else ()


def descriptors(steps: tuple[Descriptor, ...], words: Words) -> tuple[Paragraph, ...]:
    """The steps with their points, and what they come to."""
    if not steps:
        return ()
    total = words.count(sum(one.points for one in steps))
    return (
        Paragraph(text=words.say("descriptor" if len(steps) == 1 else "descriptors"), bold=True),
        *(Paragraph(text=f"{single(one.text)} — {words.count(one.points)}", bullet=True) for one in steps),
        Paragraph(lead=f"{words.say('total')}:", text=total),
    )


def answer(task: Task, words: Words) -> tuple[Paragraph, ...]:
    """The expected answer of a task, for the teacher."""
    said = paragraphs(task.answer, italic=True)
    lead = f"{words.say('answer')}:"
    return tuple(replace(one, lead=lead) if one is said[0] else one for one in said)


def thinking(task: Task | Item, words: Words) -> Paragraph:
    """What a task serves and which thinking it asks for, in one small line."""
    said = " · ".join(one for one in (words.level(task.level), single(task.code)) if one)
    return Paragraph(text=said, small=True, italic=True)


def options(value: Item) -> tuple[Paragraph, ...]:
    """The options of a question under their letters, kept on one page."""
    last = len(value.options) - 1
    return tuple(
        Paragraph(text=f"{letter}) {single(one)}", keep=number < last)
        for number, (letter, one) in enumerate(zip(LETTERS, value.options, strict=False))
    )


def letter(value: Item) -> str:
    """The letter of the right option; "" where none is named."""
    return LETTERS[value.right] if 0 <= value.right < len(value.options) else ""


def item(value: Item, words: Words) -> tuple[Paragraph, ...]:
    """A question with its options and, for the teacher, the right one."""
    if not value.question and not value.options:
        return ()
    key = Paragraph(lead=f"{words.say('right_answer')}: {letter(value)}", text=single(value.explanation))
    return (*paragraphs(value.question), *options(value), key)


def criterion(value: Criterion) -> tuple[Paragraph, ...]:
    """A criterion and how it looks at each level."""
    said = " ".join(one for one in (single(value.code), single(value.text)) if one)
    own = (Paragraph(text=said),) if said else ()
    return (*own, *bullets(value.levels))
