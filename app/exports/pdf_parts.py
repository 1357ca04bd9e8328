"""Paragraphs and tables of a PDF: short rows stay whole, long ones run over several pages."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.platypus import Flowable, Spacer
from reportlab.platypus import Paragraph as Printed
from reportlab.platypus import Table as PrintedTable

from app.exports.fonts import BOLD, REGULAR, markup
from app.exports.layout import Cell, Paragraph, Table

Command: TypeAlias = tuple[Any, ...]
"""A command of a table's style, as reportlab takes it."""
SIZE, SMALL = 10.5, 8.5
INDENT = 0.35 * cm
LINE = 0.5
PADDING = 4
SHADE = colors.HexColor("#EDEDED")
# Of the height of a page: what a row may take before it is parted; and the lines of a part, which stay together.
WHOLE, LINES = 0.3, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A cell at its place; `parts` are what stands in each of the rows that it is printed in."""

    cell: Cell
    row: int
    column: int
    parts: list[list[Flowable]]


class Lined(PrintedTable):
    """A table that is closed by a line where it is parted: reportlab's own "splitlast" holds for the first parting only."""

    def split(self, width: float, height: float) -> list[Flowable]:
        """What fits, closed by a line, and the rest."""
        parts: list[Flowable] = super().split(width, height)
        if len(parts) > 1 and isinstance(parts[0], Lined):
            parts[0].setStyle([("LINEBELOW", (0, -1), (-1, -1), LINE, colors.black)])
        return parts


def styled(size: float, *, centred: bool = False, bold: bool = False, **more: float) -> ParagraphStyle:
    """The style of a paragraph of that size in points."""
    font = BOLD if bold else REGULAR
    style = ParagraphStyle("own", fontName=font, fontSize=size, leading=size * 1.22, spaceAfter=1.5)
    style.allowOrphans = 1
    style.bulletFontName, style.bulletFontSize = REGULAR, size
    if centred:
        style.alignment = TA_CENTER
    for name, value in more.items():
        setattr(style, name, value)
    return style


def printed(paragraph: Paragraph) -> Flowable:
    """A paragraph; an empty one is a little room."""
    size = SMALL if paragraph.small else SIZE
    if not paragraph.text and not paragraph.lead:
        return Spacer(1, size * 0.8)
    more = {"leftIndent": INDENT} if paragraph.bullet else {}
    style = styled(
        size, centred=paragraph.centred, bold=paragraph.bold, keepWithNext=int(paragraph.keep), **more
    )
    lead = f"<b>{markup(paragraph.lead)}</b> " if paragraph.lead else ""
    return Printed(lead + markup(paragraph.text), style, bulletText="–" if paragraph.bullet else None)


def beginning(printed_table: Lined, rows: int, width: float, height: float) -> float:
    """How high the first rows are."""
    printed_table.wrap(width, height)
    heights: list[float] = vars(printed_table)["_rowHeights"]
    return sum(heights[:rows])


def table(table: Table, width: float, height: float) -> Lined:
    """A table over the whole width; what goes over rows has no lines inside, so that it may run to the next page."""
    shares = [width * share / sum(table.widths) for share in table.widths]
    placed = _placed(table, shares, height)
    over = [1] * len(table.rows)
    for one in placed:
        if one.cell.rows == 1:
            over[one.row] = max(over[one.row], len(one.parts))
    starts = [sum(over[:row]) for row in range(len(over) + 1)]
    grid: list[list[list[Flowable]]] = [[[] for _ in shares] for _ in range(starts[-1])]
    style: list[Command] = [
        ("FONTNAME", (0, 0), (-1, -1), REGULAR),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ("LEFTPADDING", (0, 0), (-1, -1), PADDING),
        ("RIGHTPADDING", (0, 0), (-1, -1), PADDING),
    ]
    for first, after in pairwise(starts):
        style += [
            ("BOTTOMPADDING", (0, first), (-1, after - 2), 0),
            ("TOPPADDING", (0, first + 1), (-1, after - 1), 0),
        ] * (after - first > 1)
    for one in placed:
        first, last = starts[one.row], starts[one.row + one.cell.rows] - 1
        for at, part in enumerate(one.parts):
            row = min(first + at, last)
            grid[row][one.column] = [*grid[row][one.column], *part]
        style += _lines(one.cell, first, one.column, last)
    return Lined(grid, colWidths=shares, repeatRows=table.head, style=style, spaceBefore=2, spaceAfter=4)


def _placed(table: Table, shares: list[float], height: float) -> list[Placed]:
    placed, taken = [], set[tuple[int, int]]()
    for row, cells in enumerate(table.rows):
        free = (column for column in range(len(shares)) if (row, column) not in taken)
        own: list[tuple[Cell, int, list[Flowable], float]] = []
        for cell in cells:
            column = next(free)
            right, last = column + cell.columns, row + cell.rows
            taken.update((down, across) for down in range(row, last) for across in range(column, right))
            room = sum(shares[column:right]) - 2 * PADDING
            own.append((cell, column, [printed(one) for one in cell.paragraphs], room))
        highest = max((sum(one.wrap(room, height)[1] for one in said) for _, _, said, room in own), default=0)
        for cell, column, said, room in own:
            parts = [said] if highest <= height * WHOLE else _parted(said, room)
            placed.append(Placed(cell=cell, row=row, column=column, parts=parts))
    return placed


def _parted(flowables: list[Flowable], width: float) -> list[list[Flowable]]:
    """The paragraphs of a cell in parts of as many lines each, so that its neighbours' parts stand beside them without gaps."""
    parts: list[list[Flowable]] = [[]]
    left = LINES
    waiting = list(reversed(flowables))
    while waiting:
        one = waiting.pop()
        if left == 0:
            parts.append([])
            left = LINES
        if isinstance(one, Printed):
            leading = one.style.leading
            lines = round(one.wrap(width, leading)[1] / leading)
            pieces = one.split(width, left * leading + 0.1) if lines > left else [one]
            parts[-1].append(pieces[0])
            waiting += reversed(pieces[1:])
            left -= min(left, lines)
        else:
            parts[-1].append(one)
            left -= 1
    return [part for part in parts if part]


def _lines(cell: Cell, row: int, column: int, last: int) -> list[Command]:
    right = column + cell.columns - 1
    lines: list[Command] = [
        ("LINEABOVE", (column, row), (right, row), LINE, colors.black),
        ("LINEBELOW", (column, last), (right, last), LINE, colors.black),
        ("LINEBEFORE", (column, row), (column, last), LINE, colors.black),
        ("LINEAFTER", (right, row), (right, last), LINE, colors.black),
    ]
    if cell.head:
        lines.append(("BACKGROUND", (column, row), (right, last), SHADE))
    if cell.columns > 1:
        lines += [("SPAN", (column, down), (right, down)) for down in range(row, last + 1)]
    return lines
