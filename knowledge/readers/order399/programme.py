"""One appendix made a programme: objectives, plan and every remark, in the language of the page."""

import itertools
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.curriculum import (
    Hours,
    LearningObjective,
    Programme,
    Section,
    Subsection,
    code_order,
    level_of,
)
from knowledge.edition import OFFICIAL, Doubt, ProgrammeText, Remark, Repair
from knowledge.language import fold, visible
from knowledge.passage import UNKNOWN
from knowledge.programmes import ProgrammeList
from knowledge.readers.order399 import appendices, matrix, parts, phrases, plan, titles, words
from knowledge.readers.order399.appendices import Appendix
from knowledge.readers.order399.tongue import tongue
from knowledge.readers.order399.words import Vocabulary

LONGEST_WORDING = 300
SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What all programmes of one page share."""

    act: str
    language: str
    edition: str
    tables: bool
    known: ProgrammeList
    vocabulary: Vocabulary


@dataclass(slots=True)
class _Mended:
    code: str
    text: str
    as_read: str
    read: matrix.Read


def programme(appendix: Appendix, page: Page) -> ProgrammeText:
    """The programme of one appendix; an appendix without objectives has the doubt that says so."""
    title = appendices.title(appendix)
    orders = appendices.base_order(appendix)
    act = orders[-1].name if orders else page.act
    listed = (
        page.known.programmes.get(int(appendix.number))
        if act == page.known.act and appendix.number.isdigit()
        else None
    )
    known = titles.facts(title, page.language, page.known, listed)
    found = parts.parts(appendix.pieces, tables=page.tables)
    grades = known.grades or tuple(sorted(found.columns))
    read, remarks = matrix.read(found, grades)
    language = tongue("\n".join(one.text for one in read), known.subject, page.language)
    mended, noticed = _mend(read, page.vocabulary, russian=language == "ru")
    chosen, doubts = _chosen(mended, grades)
    four_or_three = len(chosen[0].code.split(".")) if chosen else 4
    planned = plan.read(found, four_or_three, {one.code for one in chosen}, grades)
    remarks += [*noticed, *doubts, *_gaps([one.code for one in chosen])]
    remarks += _against_plan(chosen, planned, mended)
    newest, since = appendices.change(appendix)
    amended = newest.name if newest else orders[0].name if len(orders) > 1 else UNKNOWN
    remarks += _about(appendix, title, known, bool(chosen))
    head = Programme(
        act=act,
        appendix=appendix.number,
        edition=page.edition,
        subject=known.subject or (f"appendix-{appendix.number}" if appendix.number != UNKNOWN else UNKNOWN),
        language_of_instruction=known.language_of_instruction,
        track="" if known.track == UNKNOWN and grades and grades[-1] < 10 else known.track,
        amended_by=amended,
        valid_from=since or UNKNOWN,
        level=level_of(grades),
        grades=grades,
        hours=_hours(found.general),
        titles={page.language: title} if title else {},
    )
    names = _names(chosen, page.vocabulary)
    objectives = [
        _objective(one, head, planned, language, page.language, found.sections, names) for one in chosen
    ]
    return ProgrammeText(
        programme=head,
        subject_name=known.name,
        objectives=tuple(objectives),
        plan=tuple(planned.rows),
        remarks=tuple(remarks),
    )


def _mend(
    read: Sequence[matrix.Read], vocabulary: Vocabulary, *, russian: bool
) -> tuple[list[_Mended], list[Remark]]:
    made: list[_Mended] = []
    remarks: list[Remark] = []
    for one in read:
        remarks += one.remarks
        text = words.one_line(visible(one.text), vocabulary)
        if visible(one.text) != one.text and not any(
            remark.kind is Repair.INVISIBLE for remark in one.remarks
        ):
            remarks.append(Remark(kind=Repair.INVISIBLE, code=one.code, detail=text[:SHOWN]))
        text = text.rstrip("; ")
        mended, noticed = words.mend(one.code, text, vocabulary, russian=russian)
        remarks += noticed
        made.append(_Mended(one.code, mended, " ".join(one.text.split()).rstrip("; "), one))
    return made, remarks


def _chosen(mended: Sequence[_Mended], grades: Collection[int]) -> tuple[list[_Mended], list[Remark]]:
    """The objectives that enter the catalogue, by code, and the doubts about the others."""
    chosen: dict[str, _Mended] = {}
    aside: list[_Mended] = []
    remarks: list[Remark] = []
    for one in mended:
        grade = one.read.grade
        if not re.search(r"\w", one.text):
            remarks.append(Remark(kind=Doubt.NO_WORDING, code=one.code, detail=one.read.label[:SHOWN]))
        elif (grades and grade not in grades) or one.read.column not in (None, grade):
            remarks.append(Remark(kind=Doubt.WRONG_GRADE, code=one.code, detail=one.text[:SHOWN]))
            if not grades or grade in grades:
                aside.append(one)
        elif one.code not in chosen:
            chosen[one.code] = one
        elif _same(chosen[one.code].text, one.text):
            continue
        else:
            remarks.append(Remark(kind=Doubt.DUPLICATE_CODE, code=one.code, detail=one.text[:SHOWN]))
    for one in aside:
        if one.code not in chosen:
            chosen[one.code] = one
    remarks += [
        Remark(kind=Doubt.LONG_WORDING, code=one.code, detail=one.text[:SHOWN])
        for one in chosen.values()
        if len(one.text) > LONGEST_WORDING
    ]
    return sorted(chosen.values(), key=lambda one: code_order(one.code)), remarks


def _gaps(found: Iterable[str]) -> list[Remark]:
    numbers: dict[tuple[int, ...], list[int]] = {}
    for code in found:
        order = code_order(code)
        numbers.setdefault(order[:-1], []).append(order[-1])
    remarks = []
    for place, present in numbers.items():
        known = sorted(present)
        for before, after in itertools.pairwise(known):
            shown = " … ".join(".".join(map(str, (*place, number))) for number in (before, after))
            remarks += [
                Remark(kind=Doubt.GAP, code=".".join(map(str, (*place, number))), detail=shown)
                for number in range(before + 1, after)
            ]
    return remarks


def _against_plan(chosen: Sequence[_Mended], planned: plan.Plan, read: Sequence[_Mended]) -> list[Remark]:
    remarks = []
    by_code = {one.code: one for one in chosen}
    everywhere = {one.code for one in read}
    for code, wordings in planned.wordings.items():
        one = by_code.get(code)
        if one is None:
            if code not in everywhere and by_code:
                remarks.append(
                    Remark(
                        kind=Doubt.ONLY_IN_PLAN,
                        code=code,
                        detail=" ".join(" ".join(wordings).split())[:SHOWN],
                    )
                )
            continue
        other = next(
            (
                w
                for w in wordings
                if re.search(r"\w", w) and not _same(one.text, w) and not _same(one.as_read, w)
            ),
            None,
        )
        if other is not None:
            remarks.append(
                Remark(
                    kind=Doubt.WORDING_DIFFERS, code=code, detail=" ".join(other.split()).rstrip("; ")[:SHOWN]
                )
            )
    return remarks


def _about(appendix: Appendix, title: str, known: titles.Facts, filled: bool) -> list[Remark]:
    if not filled:
        return [Remark(kind=Doubt.EMPTY, detail=(title or appendix.heading)[:SHOWN])]
    return [] if known.named else [Remark(kind=Doubt.UNKNOWN_SUBJECT, detail=title[:SHOWN])]


def _hours(general: Sequence[str]) -> tuple[Hours, ...]:
    found: dict[int, Hours] = {}
    for text in general:
        for pattern in phrases.HOURS:
            for first, last, week, year in pattern.findall(visible(text)):
                for grade in range(int(first), int(last or first) + 1):
                    if 1 <= grade <= 12:
                        found.setdefault(
                            grade,
                            Hours(
                                grade=grade,
                                per_week=float(week.replace(",", ".")),
                                per_year=int(year) if year else None,
                            ),
                        )
    return tuple(found[grade] for grade in sorted(found))


def _names(chosen: Sequence[_Mended], vocabulary: Vocabulary) -> dict[str, str]:
    """The name of each subsection, from the labels of the rows its codes stand in."""
    votes: dict[str, Counter[str]] = {}
    for one in chosen:
        numbers = one.code.split(".")
        if len(numbers) != 4 or not one.read.label:
            continue
        place = ".".join(numbers[1:3])
        label = words.one_line(visible(one.read.label), vocabulary)
        match = phrases.SUBSECTION.match(label)
        name = (match[2] if match else label).strip(" .:;")
        if (match is None or "".join(match[1].split()) == place) and re.search(r"[^\W\d_]", name):
            votes.setdefault(place, Counter())[name[:SHOWN]] += 1
    return {
        place: max(counts.items(), key=lambda one: (one[1], one[0]))[0] for place, counts in votes.items()
    }


def _objective(
    one: _Mended,
    head: Programme,
    planned: plan.Plan,
    language: str,
    page: str,
    sections: Mapping[int, str],
    names: Mapping[str, str],
) -> LearningObjective:
    numbers = one.code.split(".")
    section = int(numbers[1])
    place = ".".join(numbers[1:3])
    subsection = None
    if len(numbers) == 4:
        subsection = Subsection(number=place, names={page: names[place]} if place in names else {})
    return LearningObjective(
        code=one.code,
        grade=one.read.grade,
        subject=head.subject,
        track=head.track,
        language_of_instruction=head.language_of_instruction,
        wording_language=language,
        quarters=tuple(sorted(planned.quarters.get(one.code, ()))),
        section=Section(number=section, names={page: sections[section]} if section in sections else {}),
        texts={language: one.text},
        programme=head,
        source=OFFICIAL,
        subsection=subsection,
        official=(language,),
        as_read={language: one.as_read} if one.as_read != one.text else {},
    )


def _same(first: str, second: str) -> bool:
    """Whether two wordings differ only in white space, case, punctuation and ё."""
    return re.findall(r"\w+", fold(first)) == re.findall(r"\w+", fold(second)) or "".join(
        re.findall(r"\w+", fold(first))
    ) == "".join(re.findall(r"\w+", fold(second)))
