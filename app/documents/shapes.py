"""What a model fills in for one field: the JSON Schema it must keep to, and how its answer becomes the field's value."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.documents.field import Field
from app.documents.value import (
    Criterion,
    Descriptor,
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

LINE, PARAGRAPH = 220, 700
"""Longest line and paragraph in characters that a schema asks for; a reply that fills them is cut at a sentence."""
WRONG_OPTIONS = 3
RUBRIC_LEVELS = 4
LEAST_DESCRIPTORS, MOST_DESCRIPTORS = 2, 4
BULLET = re.compile(r"^\s*(?:•|[-–—*]+(?=\s|$)|\d{1,2}[.)](?=\s|$)|[a-zA-Zа-яА-Я]\)(?=\s|$))\s*")
SUMMED = "plan.middle"
BLANKS = re.compile(r"\s+")


class UselessAnswer(ValueError):
    """The answer keeps to the schema and yet is no value: empty, the same thing twice, the right option among the wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a model writes one kind of value.

    Attributes:
        schema: JSON Schema of an object; every string in it is a text that the rails inspect.
        tokens: longest answer.
        read: the value that an answer makes of the present one.
    """

    schema: Mapping[str, Any]
    tokens: int
    read: Callable[[Mapping[str, Any]], Value]


def shape_of(field: Field) -> Shape:
    """The shape for a field's value; what code knows of it (minutes, points, codes, levels) the model is not asked.

    Raises:
        LookupError: no model writes such a value.
    """
    value = field.value
    match value:
        case Text():
            return Shape(schema=_object(text=_text(PARAGRAPH)), tokens=500, read=_read_text)
        case Lines():
            return Shape(schema=_object(lines=_list(1, 5)), tokens=450, read=_read_lines)
        case Stage():
            schema = _object(teacher=_list(2, 4), learner=_list(2, 4), assessment=_list(1, 2))
            return Shape(
                schema=schema,
                tokens=600,
                read=lambda answer: _read_stage(answer, value, is_summed=field.write == SUMMED),
            )
        case Task():
            count = min(max(len(value.descriptors), _least(value)), MOST_DESCRIPTORS)
            schema = _object(task=_text(PARAGRAPH), answer=_text(LINE), descriptors=_list(count, count))
            return Shape(schema=schema, tokens=600, read=lambda answer: _read_task(answer, value))
        case Item():
            schema = _object(
                question=_text(LINE),
                answer=_text(LINE),
                wrong=_list(WRONG_OPTIONS, WRONG_OPTIONS),
                explanation=_text(LINE),
            )
            return Shape(schema=schema, tokens=450, read=lambda answer: _read_item(answer, value))
        case Criterion():
            schema = _object(levels=_list(RUBRIC_LEVELS, RUBRIC_LEVELS))
            return Shape(schema=schema, tokens=450, read=lambda answer: _read_criterion(answer, value))
        case Glossary():
            count = len(value.terms)
            schema = _object(meanings=_list(count, count))
            return Shape(
                schema=schema, tokens=100 + 60 * count, read=lambda answer: _read_glossary(answer, value)
            )
        case Objectives() | Number() | PlanRow():
            raise LookupError(f"no model writes {value.kind}")


def spread(points: int, count: int) -> tuple[int, ...]:
    """A total over a number of descriptors, as evenly as whole numbers allow, the larger ones in the middle.

    Raises:
        ValueError: fewer points than descriptors, or none of these.
    """
    if count < 1 or points < count:
        raise ValueError(f"{points} points over {count} descriptors")
    least, rest = divmod(points, count)
    shares = [least] * count
    order = sorted(range(count), key=lambda place: abs(2 * place - count + 1))
    for place in order[:rest]:
        shares[place] += 1
    return tuple(shares)


def tidy(text: str) -> str:
    """A model's line as a line of a document: one line, without the bullet or number that it was given."""
    return BLANKS.sub(" ", BULLET.sub("", text)).strip()


def _read_text(answer: Mapping[str, Any]) -> Text:
    paragraphs = [tidy(line) for line in str(answer["text"]).splitlines()]
    return Text(text=_some("\n".join(line for line in paragraphs if line)))


def _read_lines(answer: Mapping[str, Any]) -> Lines:
    return Lines(lines=_each(answer["lines"]))


def _read_stage(answer: Mapping[str, Any], present: Stage, *, is_summed: bool) -> Stage:
    # Code added the points up, in the first line: it stays, whatever else is assessed.
    summed = present.assessment[:1] if is_summed else ()
    assessment = _each(answer["assessment"])
    return replace(
        present,
        teacher=_each(answer["teacher"]),
        learner=_each(answer["learner"]),
        assessment=(*summed, *(line for line in assessment if line not in summed)),
    )


def _read_task(answer: Mapping[str, Any], present: Task) -> Task:
    steps = _each(answer["descriptors"])
    if len(steps) < _least(present):
        raise UselessAnswer("the descriptors say the same thing")
    points = spread(max(present.points, len(steps)), len(steps))
    return replace(
        present,
        text=_some(tidy(str(answer["task"]))),
        answer=tidy(str(answer["answer"])),
        descriptors=tuple(
            Descriptor(text=text, points=share) for text, share in zip(steps, points, strict=True)
        ),
    )


def _least(task: Task) -> int:
    """The fewest descriptors; a task of one point has one, so that its points stay what the document counts with."""
    return 1 if task.points == 1 else LEAST_DESCRIPTORS


def _read_item(answer: Mapping[str, Any], present: Item) -> Item:
    question, right = _some(tidy(str(answer["question"]))), _some(tidy(str(answer["answer"])))
    wrong = [tidy(str(one)) for one in answer["wrong"]]
    options = [right, *wrong]
    if len({same(one) for one in options}) < len(options) or not all(options):
        raise UselessAnswer("two options are the same, or one is empty")
    # The place of the right option is decided by the question, so that it is no habit and no chance.
    place = int(hashlib.sha256(question.encode()).hexdigest(), 16) % len(options)
    wrong.insert(place, right)
    return replace(
        present,
        question=question,
        options=tuple(wrong),
        right=place,
        explanation=_some(tidy(str(answer["explanation"]))),
    )


def _read_criterion(answer: Mapping[str, Any], present: Criterion) -> Criterion:
    levels = _each(answer["levels"])
    if len(levels) < RUBRIC_LEVELS:
        raise UselessAnswer("two levels say the same")
    return replace(present, levels=levels)


def _read_glossary(answer: Mapping[str, Any], present: Glossary) -> Glossary:
    meanings = [tidy(str(one)) for one in answer["meanings"]]
    terms = tuple(
        replace(term, meaning=meaning or term.meaning)
        for term, meaning in zip(present.terms, meanings, strict=True)
    )
    return replace(present, terms=terms)


def _each(lines: Sequence[Any]) -> tuple[str, ...]:
    """The lines that say something, each once.

    Raises:
        UselessAnswer: none does.
    """
    kept: dict[str, str] = {}
    for line in lines:
        text = tidy(str(line))
        if same(text):
            kept.setdefault(same(text), text)
    if not kept:
        raise UselessAnswer("every line is empty")
    return tuple(kept.values())


def _some(text: str) -> str:
    if not same(text):
        raise UselessAnswer("a text is empty")
    return text


def same(text: str) -> str:
    """What makes two texts the same for a reader: all but blanks, capitals and the mark at the end; 1/2 is not 12."""
    return BLANKS.sub("", text).casefold().strip(".,;:!?…")


def _object(**properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _text(most: int) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": most}


def _list(least: int, most: int) -> dict[str, Any]:
    return {"type": "array", "items": _text(LINE), "minItems": least, "maxItems": most}
