"""What a class sees of a document, slide by slide: no answers, few lines, the same for every way of drawing them."""

import math
from dataclasses import dataclass, replace

from app.documents import Document, Field
from app.documents.value import Glossary, Item, Lines, Objectives, Stage, Task, Text
from app.exports import values
from app.exports.layout import Paragraph, paragraphs
from app.exports.text import single
from app.exports.words import Words

# At 28 points, the least that is read from the back row, a line holds so many letters and a slide so many lines.
LETTERS, MOST_LINES = 58, 8
SHOWN = ("header.objectives", "header.aim", "header.instructions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """One slide.

    Attributes:
        notes: for the teacher alone.
    """

    title: str
    lines: tuple[Paragraph, ...] = ()
    notes: str = ""


def of(document: Document, words: Words) -> tuple[Slide, ...]:
    """The slides of a document, the first its title; long ones are parted."""
    first = Slide(title=_topic(document), lines=_about(document))
    others = [slide for field in document.fields for slide in _slides(field, words)]
    return (first, *(part for one in others for part in _parts(one)))


def _topic(document: Document) -> str:
    topic = next((one.value for one in document.fields if one.id == "header.topic"), None)
    return (single(topic.text) if isinstance(topic, Text) else "") or single(document.title)


def _about(document: Document) -> tuple[Paragraph, ...]:
    codes = " · ".join(document.brief.codes[:6])
    return tuple(Paragraph(text=one) for one in (single(document.brief.class_name), codes) if one)


def _slides(field: Field, words: Words) -> tuple[Slide, ...]:
    title = single(field.label)
    match field.value:
        case Stage() as stage:
            minutes = words.say("minutes", number=stage.minutes)
            lines = values.bullets(stage.learner)
            notes = "\n".join(single(one) for one in stage.teacher)
            return (Slide(title=f"{title} · {minutes}", lines=lines, notes=notes),)
        case Task() as task:
            lines = (*paragraphs(task.text), *_steps(task, words))
            head = f"{title} · {words.count(task.points)}" if task.points else title
            return (Slide(title=head, lines=lines, notes=_said(task.answer)),)
        case Item() as item:
            lines = (*paragraphs(item.question), *values.options(item))
            notes = f"{words.say('right_answer')}: {values.letter(item)}\n{_said(item.explanation)}"
            return (Slide(title=title, lines=lines, notes=notes.strip()),)
        case Glossary() as glossary:
            lines = tuple(
                Paragraph(lead=single(one.kk), text=f"– {single(one.ru)} – {single(one.en)}")
                for one in glossary.terms
            )
            return (Slide(title=title, lines=lines),)
        case Objectives() | Text() | Lines() if field.id in SHOWN or field.section in ("versions",):
            return (Slide(title=title, lines=values.of(field.value, words)),)
        case _:
            return ()


def _steps(task: Task, words: Words) -> tuple[Paragraph, ...]:
    return tuple(
        Paragraph(text=f"{single(one.text)} — {words.count(one.points)}", bullet=True, small=True)
        for one in task.descriptors
    )


def _said(text: str) -> str:
    return "\n".join(one.text for one in paragraphs(text))


def _parts(slide: Slide) -> tuple[Slide, ...]:
    """The slide as several where it holds too much to be read from the back row."""
    parts: list[list[Paragraph]] = [[]]
    room = MOST_LINES
    for line in (piece for one in slide.lines for piece in _pieces(one)):
        need = _lines(line)
        if parts[-1] and need > room:
            parts.append([])
            room = MOST_LINES
        parts[-1].append(line)
        room -= need
    if len(parts) == 1:
        return (replace(slide, lines=tuple(parts[0])),)
    return tuple(
        replace(slide, title=f"{slide.title} ({number}/{len(parts)})", lines=tuple(part))
        for number, part in enumerate(parts, start=1)
    )


def _lines(line: Paragraph) -> int:
    return max(1, math.ceil(len(f"{line.lead} {line.text}") / LETTERS))


def _pieces(line: Paragraph) -> list[Paragraph]:
    """A paragraph longer than a slide, parted between words."""
    most = LETTERS * MOST_LINES
    pieces, rest = [], line.text
    while len(rest) > most:
        head = rest[:most].rpartition(" ")[0] or rest[:most]
        pieces.append(replace(line, text=head))
        rest, line = rest[len(head) :].strip(), replace(line, lead="", bullet=False)
    return [*pieces, replace(line, text=rest)]
