"""The parts of one programme: hours, the matrix of objectives, the long-term plan; each row with what stands above it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from knowledge.edition import Remark, Repair
from knowledge.readers.order399 import phrases
from knowledge.readers.order399.codes import DOT, NUMBER, SOLID
from knowledge.readers.order399.pieces import Cell, Paragraph, Piece, Row

HEADER_CELL = re.compile(r"^(?:\d{1,2}\s?\.\s?\d{1,2}\s?\.?\s*){1,12}$")
COLUMN_NUMBER = re.compile(r"^\d{1,2}$")
LONGEST_HEADING = 260
BARE_CODE = re.compile(r"^\d{1,2}(?:\s?\.\s?\d{1,2}){2,3}\s?\.?$")
CODE_LIKE = re.compile(rf"(?<![\d.])(?:1\s?[0-2]|[1-9]){DOT}{NUMBER}{DOT}{NUMBER}(?!\d)")


class Mode(Enum):
    """Which part of a programme the reader is in."""

    GENERAL = "general"
    GOALS = "goals"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class Goals:
    """A cell with objectives: its text, lines ended by line feeds, and what its row and column say."""

    text: str
    grade: int | None
    label: str
    section: int | None
    row: int


@dataclass(frozen=True, slots=True)
class Planned:
    """A row of the plan that has codes."""

    text: str
    grade: int | None
    quarter: int | None
    section: str
    topic: str


@dataclass(slots=True)
class Parts:
    """What one programme's pieces hold."""

    goals: list[Goals] = field(default_factory=list)
    plan: list[Planned] = field(default_factory=list)
    goal_lines: list[str] = field(default_factory=list)
    plan_lines: list[str] = field(default_factory=list)
    general: list[str] = field(default_factory=list)
    sections: dict[int, str] = field(default_factory=dict)
    columns: set[int] = field(default_factory=set)
    remarks: list[Remark] = field(default_factory=list)


def parts(pieces: Sequence[Piece], *, tables: bool) -> Parts:
    """The parts of a programme's pieces; without `tables` its matrix is looked for in the lines."""
    return _Reader(tables).read(pieces)


def part_of(text: str, *, heading: bool, running: bool = False) -> Mode | None:
    """The part that a heading opens; None if the text is no heading of one.

    A line of running text may be the end of a sentence that names a part: there a stop must follow the number.
    """
    text = text.strip()
    if len(text) > LONGEST_HEADING or text.endswith((";", ",")) or phrases.NOTE.match(text):
        return None
    opened = phrases.PART.match(text)
    numbered = opened is not None and (not running or text[opened.end() :].lstrip()[:1] in (".", ":"))
    for mode, pattern in ((Mode.PLAN, phrases.PLAN), (Mode.GOALS, phrases.GOALS)):
        match = pattern.search(text)
        if match is not None and (numbered or heading or (match.start() <= 45 and len(text) <= 120)):
            return mode
    return Mode.GENERAL if numbered else None


class _Reader:
    """One pass over a programme."""

    def __init__(self, tables: bool) -> None:
        self._tables = tables
        self._mode = Mode.GENERAL
        self._found, self._early = Parts(), list[Goals]()
        self._section: int | None = None
        self._table = self._width = self._rows = 0
        self._grades: dict[int, int] = {}
        self._label = ""
        self._plan_grade: int | None = None
        self._quarter: int | None = None
        self._plan_section = self._plan_topic = ""

    def read(self, pieces: Sequence[Piece]) -> Parts:
        """The parts."""
        for piece in pieces:
            if isinstance(piece, Paragraph):
                self._paragraph(piece)
            else:
                self._row(piece)
        if not self._found.goals:
            self._found.goals = self._early
        return self._found

    def _paragraph(self, piece: Paragraph) -> None:
        text = piece.text
        mode = part_of(text, heading=piece.heading, running=not self._tables)
        if mode is not None:
            self._enter(mode)
            return
        if phrases.NOTE.match(text) and (self._tables or self._mode is not Mode.GOALS):
            return
        if not self._tables and self._mode is Mode.GENERAL and _grade_line(text):
            self._enter(Mode.GOALS)
        if self._mode is Mode.GENERAL:
            self._found.general.append(text)
        elif self._mode is Mode.GOALS:
            self._section_heading(text)
            self._found.goal_lines.append(text)
        else:
            self._plan_heading(text)
            self._found.plan_lines.append(text)

    def _enter(self, mode: Mode) -> None:
        self._mode, self._section, self._grades = mode, None, {}
        self._quarter, self._plan_section, self._plan_topic, self._label = None, "", "", ""

    def _section_heading(self, text: str) -> bool:
        opened = phrases.section(text)
        if opened is None:
            return False
        self._open_section(*opened)
        return True

    def _open_section(self, number: int, name: str) -> None:
        self._section, self._label = number, ""
        if name and not CODE_LIKE.search(name):
            self._found.sections.setdefault(number, name)

    def _plan_heading(self, text: str) -> bool:
        grade, quarter = phrases.PLAN_GRADE.match(text), phrases.quarter(text)
        if grade is not None and 1 <= int(grade[1]) <= 12:
            self._plan_grade, self._quarter = int(grade[1]), None
            self._plan_section = self._plan_topic = ""
            return True
        if quarter is not None:
            self._quarter = quarter
            self._plan_section = self._plan_topic = ""
            return True
        return False

    def _row(self, row: Row) -> None:
        filled = [cell for cell in row.cells if cell.lines]
        if len(filled) == 1:
            mode = part_of(filled[0].text, heading=False)
            if mode is not None:
                self._enter(mode)
                return
        if row.table != self._table:
            if row.width != self._width and self._mode is not Mode.PLAN:
                self._grades = {}
            self._table, self._label = row.table, ""
            self._plan_section = self._plan_topic = ""
        self._width = row.width
        if self._mode is Mode.PLAN:
            self._plan_row(row, filled)
        else:
            self._goal_row(row, filled)

    def _goal_row(self, row: Row, filled: list[Cell]) -> None:
        if self._header(filled):
            return
        if len(filled) == 1 and not CODE_LIKE.search(filled[0].text):
            spanning = phrases.SPANNING_SECTION.match(filled[0].text) if filled[0].span > 1 else None
            if spanning is not None:
                self._open_section(int(spanning[1]), spanning[2].strip(" .:"))
                return
            if self._section_heading(filled[0].text):
                return
        if self._mode is Mode.GENERAL and not self._grades:
            return
        self._rows += 1
        goals: list[tuple[Cell, int | None]] = []
        labels: list[str] = []
        for cell in self._with_wordings(filled):
            if cell.column in self._grades:
                goals.append((cell, self._grades[cell.column] if self._one_grade(cell) else None))
            elif self._has_goals(cell):
                goals.append((cell, None))
            elif not self._section_heading(cell.text):
                labels.append("\n".join(cell.lines))
        if labels:
            self._label = labels[-1]
        into = self._early if self._mode is Mode.GENERAL else self._found.goals
        for cell, grade in goals:
            text = "".join(f"{line}\n" for line in cell.lines)
            into.append(Goals(text, grade, self._label, self._section, self._rows))

    def _has_goals(self, cell: Cell) -> bool:
        """Whether a cell outside the grades' columns holds objectives: a four-part code, or a three-part one in no label."""
        if SOLID[4].search(cell.text):
            return True
        return (
            CODE_LIKE.search(cell.text) is not None
            and phrases.SUBSECTION.match(cell.text) is None
            and cell.column >= min(self._grades, default=0)
        )

    def _with_wordings(self, filled: list[Cell]) -> Iterator[Cell]:
        """The cells; one that holds nothing but a code takes the words of the cell after it along."""
        waiting: Cell | None = None
        for cell in filled:
            if waiting is not None:
                same = self._grades.get(cell.column, self._grades.get(waiting.column)) == self._grades.get(
                    waiting.column
                )
                if same and not CODE_LIKE.search(cell.text):
                    yield replace(waiting, lines=(*waiting.lines, *cell.lines))
                    waiting = None
                    continue
                yield waiting
                waiting = None
            if BARE_CODE.match(cell.text):
                waiting = cell
            else:
                yield cell
        if waiting is not None:
            yield waiting

    def _one_grade(self, cell: Cell) -> bool:
        covered = {self._grades.get(column) for column in range(cell.column, cell.column + cell.span)}
        return len(covered - {None}) == 1

    def _header(self, filled: list[Cell]) -> bool:
        """Whether the row is (a part of) the table's heading; notes the grades of its columns."""
        grades = {cell: _grade_cell(cell.text) for cell in filled}
        with_grade = {cell: grade for cell, grade in grades.items() if grade}
        rest = [cell for cell in filled if cell not in with_grade]
        if with_grade and all(not CODE_LIKE.search(cell.text) and len(cell.text) <= 90 for cell in rest):
            self._grades = {
                column: grade
                for cell, grade in with_grade.items()
                for column in range(cell.column, cell.column + cell.span)
            }
            self._found.columns.update(with_grade.values())
            return True
        goal_cells = [cell for cell in filled if cell.column in self._grades] or filled
        if len(goal_cells) > 1 and all(COLUMN_NUMBER.match(cell.text) for cell in goal_cells):
            return True
        if (
            goal_cells
            and all(HEADER_CELL.match(cell.text) for cell in goal_cells)
            and (
                len(goal_cells) > 1
                or len(goal_cells[0].text.split()) > 1
                or CODE_LIKE.search(goal_cells[0].text)
            )
        ):
            self._found.remarks += [
                Remark(kind=Repair.COLUMN_HEADER, detail=" ".join(cell.text for cell in goal_cells)[:200])
            ]
            return True
        return (
            bool(filled)
            and all(
                phrases.LABEL_HEAD.match(cell.text)
                and len(cell.text) <= 90
                and not CODE_LIKE.search(cell.text)
                for cell in filled
            )
            and not any(phrases.section(cell.text) for cell in filled)
        )

    def _plan_row(self, row: Row, filled: list[Cell]) -> None:
        if len(filled) == 1 and self._plan_heading(filled[0].text):
            return
        coded = [cell for cell in filled if CODE_LIKE.search(cell.text)]
        if not coded and len(filled) > 1 and all(phrases.LABEL_HEAD.match(cell.text) for cell in filled):
            return
        others: list[Cell] = []
        for cell in filled:
            quarter = phrases.quarter(cell.text)
            if cell in coded:
                continue
            if quarter is not None:
                self._quarter = quarter
            elif phrases.PLAN_GRADE.match(cell.text):
                self._plan_heading(cell.text)
            else:
                others.append(cell)
        if others:
            if others[0].column == 0 or len(others) > 1:
                self._plan_section = others[0].text[:300]
                self._plan_topic = others[-1].text[:600] if len(others) > 1 else ""
            else:
                self._plan_topic = others[-1].text[:600]
        for cell in coded:
            self._found.plan.append(
                Planned(
                    "".join(f"{line}\n" for line in cell.lines),
                    self._plan_grade,
                    self._quarter,
                    self._plan_section,
                    self._plan_topic,
                )
            )


def _grade_cell(text: str) -> int | None:
    match = phrases.GRADE_HEAD.match(text.strip()) if len(text) <= 60 else None
    return int(match[1]) if match is not None and 1 <= int(match[1]) <= 12 else None


def _grade_line(text: str) -> bool:
    """Whether a line of running text is the heading of a matrix."""
    return (
        bool(re.match(r"^(?:подраздел|бөлімше|раздел|бөлім)", text, re.IGNORECASE))
        and len(re.findall(r"\d{1,2}\s?-?\s?(?:класс|сынып)", text, re.IGNORECASE)) >= 1
        and len(text) <= 160
    )


def _labelled(cell: Cell) -> bool:
    return phrases.SUBSECTION.match(cell.text) is not None or len(cell.text) <= 60
