"""The matrix of a programme: every code with its wording, grade column, section and subsection."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from knowledge.edition import Doubt, Remark, Repair
from knowledge.language import visible
from knowledge.readers.order399 import codes, phrases
from knowledge.readers.order399.codes import Context, Found, Numbers, Worded
from knowledge.readers.order399.parts import Goals, Parts

REPEATED_HEAD = re.compile(
    r"^(?:(?:подраздел|бөлімше|раздел|бөлім|навыки|дағдылар|цели\s+обучения|оқу\s+мақсаттары)\b\W*)?(?:\d{1,2}\s?-?\s?(?:класс|сынып)\W*)+$|"
    r"^(?:подраздел|бөлімше|цели\s+обучения|оқу\s+мақсаттары|обучающиеся\s+должны|білім\s+алушылар)\W*$",
    re.IGNORECASE,
)
NEW_LINE_LABEL = re.compile(
    r"\n(?=(?:\d{1,2}\)\s*)?(?:[Рр]аздел\s+\d|\d{1,2}\s?-\s?бөлім)|(?P<label>[1-9]\d?\s?\.\s?[1-9]\d?)\.?(?:\s*\n|\s*$|\s+[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ]))"
)
ENDED = re.compile(r"[;.]\s*\n(?=[^\Wa-zа-яёәғқңөұүһі_]|\d{1,2}\s?\.\s?\d{1,2}\.?\s|\d{1,2}\)|$)")
AFTER_SEMICOLON = re.compile(r";\s+(?=[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ][а-яёәғқңөұүһіa-z]+\s)")
NEXT_PARAGRAPH = re.compile(r"(?<=[;.])\s*\n(?=[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ])")
LEAST_STUCK = 25
LEAST_UNREAD = 20


@dataclass(slots=True)
class Read:
    """A code as the matrix gives it; `text` keeps its lines."""

    code: str
    text: str
    column: int | None
    label: str
    section: int | None
    remarks: list[Remark] = field(default_factory=list)

    @property
    def grade(self) -> int:
        """The grade: the first number of the code."""
        return int(self.code.split(".")[0])


def parts_of_codes(texts: Sequence[str]) -> int:
    """How many parts the codes of a programme have: 3 where more lines begin with three-part codes, else 4."""
    four = three = 0
    for text in texts:
        four += sum(_begins(text, match) for match in codes.SOLID[4].finditer(text))
        three += sum(_begins(text, match) for match in codes.SOLID[3].finditer(text))
    return 3 if three > four else 4


def _begins(text: str, match: re.Match[str]) -> bool:
    return bool(codes.BULLET.match(text[text.rfind("\n", 0, match.start()) + 1 : match.start()]))


def read(found: Parts, grades: Collection[int]) -> tuple[list[Read], list[Remark]]:
    """The codes of a matrix in the order of the page, and what was noticed beside them."""
    if not found.goals:
        return _running(found, grades)
    four_or_three = parts_of_codes([visible(one.text) for one in found.goals])
    last: dict[Numbers, int] = {}
    remarks = list(found.remarks)
    result: list[Read] = []
    firsts = [_strong(one, four_or_three, grades) for one in found.goals]
    strong = frozenset(one.code for cell in firsts for one in cell)
    places: dict[int, set[Numbers]] = {}
    for cell, codes_of_cell in zip(found.goals, firsts, strict=True):
        row = places.setdefault(cell.row, set())
        row.update(one.place for one in codes_of_cell if cell.grade in (None, one.numbers[0]))
        row.update(_labelled_place(cell.label, four_or_three))
    for cell in found.goals:
        context = Context(
            parts=four_or_three,
            grade=cell.grade,
            grades=grades,
            places=places[cell.row],
            strong=strong,
            last=last,
        )
        before, worded = codes.read(cell.text, context)
        remarks += [
            Remark(kind=Repair.COLUMN_HEADER, detail=heading)
            for heading in codes.headings_in(visible(cell.text))
        ]
        remarks += _left_over(before, cell, bool(worded))
        for number, one in enumerate(worded):
            text, notices = _without_stuck(one, last_of_cell=number == len(worded) - 1)
            result += _each(one, text, cell, notices)
            for code in one.codes:
                numbers = tuple(map(int, code.split(".")))
                last[numbers[:-1]] = numbers[-1]
    return result, remarks


def _strong(cell: Goals, four_or_three: int, grades: Collection[int]) -> list[Found]:
    context = Context(parts=four_or_three, grade=cell.grade, grades=grades)
    return [one for one in codes.candidates(visible(cell.text), context) if one.strong]


def _labelled_place(label: str, four_or_three: int) -> Iterator[Numbers]:
    match = phrases.SUBSECTION.match(label)
    if match is not None and four_or_three == 4:
        yield tuple(int(part) for part in match[1].split("."))


def _each(one: Worded, text: str, cell: Goals, notices: list[Remark]) -> Iterator[Read]:
    for code in one.codes:
        own = [remark for remark in one.remarks if remark.code == code]
        yield Read(
            code,
            text,
            cell.grade,
            cell.label,
            cell.section,
            own + [Remark(kind=remark.kind, code=code, detail=remark.detail) for remark in notices],
        )


def _left_over(before: str, cell: Goals, read_some: bool) -> Iterator[Remark]:
    """A wording without a code, or a damaged code, at the beginning of a cell in a grade's column."""
    text = " ".join(before.split())
    if not text or phrases.NOTE.match(text) or phrases.LABEL_HEAD.match(text):
        return
    damaged = codes.STRANGE.match(before)
    if damaged or (
        cell.grade is not None and len(text) >= LEAST_UNREAD and (not read_some or text[0].islower())
    ):
        yield Remark(kind=Doubt.UNREAD_CODE, detail=text[: codes.SHOWN])


def _without_stuck(one: Worded, *, last_of_cell: bool) -> tuple[str, list[Remark]]:
    """The wording without other text that stands against its end."""
    text, cut = one.text, ""
    match = phrases.STUCK.search(text)
    if match is not None:
        text, cut = text[: match.start("rest")], match["rest"]
    elif (last_of_cell and (match := NEXT_PARAGRAPH.search(text)) is not None) or (
        last_of_cell
        and (match := AFTER_SEMICOLON.search(text)) is not None
        and len(text) - match.end() >= LEAST_STUCK
    ):
        text, cut = text[: match.end()], text[match.end() :]
    if not cut:
        return text, []
    return text, [
        Remark(kind=Repair.STUCK_TEXT, code=one.codes[-1], detail=" ".join(cut.split())[: codes.SHOWN])
    ]


def _running(found: Parts, grades: Collection[int]) -> tuple[list[Read], list[Remark]]:
    """The codes of a matrix that came as running text, cell after cell."""
    lines = [line for line in found.goal_lines if not REPEATED_HEAD.match(line)]
    raw = "".join(f"{line}\n" for line in lines)
    text = visible(raw)
    four_or_three = parts_of_codes([text])
    context = Context(parts=four_or_three, grades=grades)
    strong = frozenset(one.code for one in codes.candidates(text, context) if one.strong)
    before, worded = codes.read(raw, Context(parts=four_or_three, grades=grades, strong=strong, running=True))
    remarks = list(found.remarks)
    remarks += [Remark(kind=Repair.COLUMN_HEADER, detail=heading) for heading in codes.headings_in(text)]
    result: list[Read] = []
    label, section = _label_of(before)
    for number, one in enumerate(worded):
        following = worded[number + 1].codes[0].split(".")[1:-1] if number + 1 < len(worded) else None
        wording, rest = _ended(one.text, None if following is None else ".".join(following))
        own = Worded(codes=one.codes, text=wording, remarks=one.remarks)
        wording, notices = _without_stuck(own, last_of_cell=True)
        cell = Goals("", None, label, section, 0)
        result += _each(own, wording, cell, notices)
        if rest:
            label, section = _label_of(rest)
            if phrases.STUCK.match(rest) or (not label and section is None and len(rest) >= LEAST_STUCK):
                remark = Remark(
                    kind=Repair.STUCK_TEXT, code=one.codes[-1], detail=" ".join(rest.split())[: codes.SHOWN]
                )
                result[-1].remarks.append(remark)
    return result, remarks


def _ended(text: str, following: str | None) -> tuple[str, str]:
    """A wording of running text up to where it ends, and the lines after it (the label of the next row).

    `following` is the section and subsection of the next code: a number alone is a label only if it is theirs.
    """
    ends = [match.end() for match in (ENDED.search(text),) if match is not None]
    for match in NEW_LINE_LABEL.finditer(text):
        if match["label"] is None or "".join(match["label"].split()) == following:
            ends.append(match.end())
            break
    if not ends:
        return text, ""
    return text[: min(ends)], text[min(ends) :].strip()


def _label_of(text: str) -> tuple[str, int | None]:
    """The subsection's label in the lines before a code, and the section they open."""
    section = None
    lines = text.strip().split("\n")
    for number in range(len(lines) - 1, -1, -1):
        opened = phrases.section(lines[number])
        if opened is not None:
            section = opened[0]
            break
    for number in range(len(lines) - 1, -1, -1):
        if phrases.SUBSECTION.match(lines[number]):
            return "\n".join(lines[number:]), section
    return "", section
