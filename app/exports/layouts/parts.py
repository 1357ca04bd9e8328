"""What documents of several kinds have in common: the title, the header's table, sections, sources."""

import re
from collections.abc import Iterable
from datetime import date

from app.documents import Document, Field
from app.documents.codes import codes_in
from app.documents.form import Form
from app.documents.value import Number, Text
from app.exports import values
from app.exports.layout import Block, Cell, Heading, Paragraph, Table, cell
from app.exports.text import single
from app.exports.words import Words
from knowledge.passage import UNKNOWN

STARTER = "Ustaz starter corpus"
AS_OF = re.compile(r"as of (?P<date>\d{4}-\d{2}-\d{2})")
"""How the corpus writes an edition that is known by the day on which it was read."""
HEADER = (32, 68)
GRADE = ("header.grade", "header.attendance_present", "header.attendance_absent")


def said(form: Form, place: str, otherwise: str) -> str:
    """What the form calls a place; `otherwise` where it has no word for it."""
    return form.labels.get(place, otherwise)


def title(form: Form) -> Heading:
    """The head of the document."""
    return Heading(text=single(form.title), level=1)


def pupil(words: Words) -> tuple[Block, ...]:
    """The line in which a pupil writes their name."""
    places = (("pupil", "name_blank"), ("class", "short_blank"), ("date", "short_blank"))
    said = "   ".join(f"{words.say(name)} {words.say(blank)}" for name, blank in places)
    return (Paragraph(text=said, blank=True), Paragraph(small=True))


def header(document: Document, words: Words) -> tuple[Block, ...]:
    """The two columns at the head: what the form asks, what the teacher or the curriculum says."""
    fields = {one.id: one for one in document.of("header")}
    rows = []
    for field in fields.values():
        if field.id in GRADE[1:] and GRADE[0] in fields:
            continue
        if field.id == GRADE[0]:
            rows.append(_grade([fields[one] for one in GRADE if one in fields], words))
        else:
            rows.append((_label(field), Cell(paragraphs=values.told(field, words))))
    return (Table(widths=HEADER, rows=tuple(rows)),) if rows else ()


def _label(field: Field) -> Cell:
    return Cell(paragraphs=(Paragraph(text=single(field.label), bold=True),))


def _grade(fields: list[Field], words: Words) -> tuple[Cell, Cell]:
    """The class on the left, how many are there on the right: one row in the official form."""
    grade, *counts = (Paragraph(lead=f"{single(one.label)}:", text=_short(one, words)) for one in fields)
    if counts:
        return Cell(paragraphs=(grade,)), Cell(paragraphs=tuple(counts))
    return _label(fields[0]), Cell(paragraphs=values.told(fields[0], words))


def _short(field: Field, words: Words) -> str:
    match field.value:
        case Text(text=text) if single(text):
            return single(text)
        case Number(number=int() as number):
            return str(number)
        case _:
            return words.say("short_blank")


def pairs(fields: Iterable[Field], words: Words) -> tuple[Block, ...]:
    """Fields as a table of two columns: the label and what it says."""
    rows = tuple((_label(one), Cell(paragraphs=values.told(one, words))) for one in fields)
    return (Table(widths=HEADER, rows=rows),) if rows else ()


def section(fields: Iterable[Field], words: Words) -> tuple[Block, ...]:
    """Fields one after the other, each under its label."""
    blocks: list[Block] = []
    for one in fields:
        blocks += [Heading(text=single(one.label)), *values.told(one, words)]
    return tuple(blocks)


def odd(fields: Iterable[Field], known: type | tuple[type, ...], words: Words) -> tuple[Block, ...]:
    """Fields of a section whose values are of another sort than its table holds."""
    return section((one for one in fields if not isinstance(one.value, known)), words)


def rest(document: Document, laid: frozenset[str], words: Words) -> tuple[Block, ...]:
    """The sections that a layout does not know, so that nothing is lost that a school's form adds."""
    others = [one for one in document.fields if one.section not in laid]
    return section(others, words)


def points(total: int, columns: int, words: Words) -> tuple[Cell, ...]:
    """The last row of a table of points."""
    return (
        Cell(paragraphs=(Paragraph(text=words.say("total"), bold=True),), columns=columns),
        cell(str(total), centred=True),
    )


def _edition(text: str, words: Words) -> str:
    """The edition in the language of the document where its form is known, "" where the edition is not."""
    known = AS_OF.fullmatch(text)
    if known is not None:
        return words.say("as_of", date=f"{date.fromisoformat(known['date']):%d.%m.%Y}")
    return "" if text == UNKNOWN else single(text)


def sources(document: Document, form: Form, words: Words) -> tuple[Block, ...]:
    """What the document rests on: act, edition and place of each passage, each named once."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for field in document.fields:
        for one in field.sources:
            ours = one.source == STARTER
            name = words.say("starter") if ours else single(one.source)
            key = (name, _edition(one.edition, words))
            # The starter's notes stand in no document: their places are our own file names.
            place = words.say("topic_note") if ours and not codes_in(one.place) else single(one.place)
            found.setdefault(key, {})[place] = None
    lines = [
        Paragraph(text=f"{number}. " + "; ".join(one for one in (*key, *places) if one), small=True)
        for number, (key, places) in enumerate(found.items(), start=1)
    ]
    if form.secondary:
        lines.append(Paragraph(text=words.say("secondary"), small=True, italic=True))
    if not found:
        return tuple(lines)
    return (Heading(text=words.say("sources"), level=3), *lines)
