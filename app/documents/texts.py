"""The words of a value: what a reader reads in it, and the same value with other words."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from app.documents.field import Field
from app.documents.value import (
    Criterion,
    Glossary,
    Item,
    Lines,
    Number,
    Objectives,
    PlanRow,
    Stage,
    Task,
    Text,
    Value,
)


def texts(value: Value) -> tuple[str, ...]:
    """Every text of a value in the order of reading, empty ones left out; not the wording of objectives nor a glossary."""
    return tuple(one for one in _texts(value) if one.strip())


def words(field: Field) -> str:
    """The texts of a field, one to a line."""
    return "\n".join(texts(field.value))


def is_empty(value: Value) -> bool:
    """Whether a reader finds nothing in it."""
    match value:
        case Number():
            return value.number is None
        case Objectives():
            return not value.objectives
        case Glossary():
            return not value.terms
        case _:
            return not texts(value)


def reworded(value: Value, change: Callable[[str], str]) -> Value:
    """The value with each text changed; codes, numbers, objectives and a glossary's terms stay."""

    def each(lines: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(change(one) for one in lines)

    match value:
        case Text():
            return replace(value, text=change(value.text))
        case Lines():
            return replace(value, lines=each(value.lines))
        case Stage():
            return replace(
                value,
                teacher=each(value.teacher),
                learner=each(value.learner),
                assessment=each(value.assessment),
                resources=each(value.resources),
            )
        case Task():
            return replace(
                value,
                text=change(value.text),
                criterion=change(value.criterion),
                answer=change(value.answer),
                descriptors=tuple(replace(one, text=change(one.text)) for one in value.descriptors),
            )
        case Item():
            return replace(
                value,
                question=change(value.question),
                options=each(value.options),
                explanation=change(value.explanation),
            )
        case Criterion():
            return replace(value, text=change(value.text), levels=each(value.levels))
        case Glossary():
            return replace(
                value, terms=tuple(replace(one, meaning=change(one.meaning)) for one in value.terms)
            )
        case PlanRow():
            return replace(
                value, section=change(value.section), topic=change(value.topic), note=change(value.note)
            )
        case Number() | Objectives():
            return value


def _texts(value: Value) -> Iterator[str]:
    match value:
        case Text():
            yield value.text
        case Lines():
            yield from value.lines
        case Stage():
            for column in (value.teacher, value.learner, value.assessment, value.resources):
                yield from column
        case Task():
            yield from (value.text, value.criterion, value.answer)
            yield from (one.text for one in value.descriptors)
        case Item():
            yield value.question
            yield from value.options
            yield value.explanation
        case Criterion():
            yield value.text
            yield from value.levels
        case Glossary():
            yield from (one.meaning for one in value.terms)
        case PlanRow():
            yield from (value.section, value.topic, value.note)
        case Number() | Objectives():
            return
