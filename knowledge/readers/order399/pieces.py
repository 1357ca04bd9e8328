"""The one form in which every format reaches the reader of an act: paragraphs and table rows in their order."""

from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.readers.reasons import Reason

WIDEST_SPAN = 100
TALLEST_SPAN = 5000


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text outside tables, white space folded; `heading` where the format marks it as one."""

    text: str
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: its lines as they were broken by the author, and the grid columns it covers."""

    lines: tuple[str, ...]
    column: int
    span: int = 1

    @property
    def text(self) -> str:
        """All lines as one."""
        return " ".join(self.lines)


@dataclass(frozen=True, slots=True)
class Row:
    """A table row: the cells that begin in it, empty ones included; `width` is the table's columns so far."""

    cells: tuple[Cell, ...]
    table: int
    width: int


Piece = Paragraph | Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file as pieces; `columns` is false where the format gives tables as running text (PDF)."""

    pieces: tuple[Piece, ...]
    title: str = ""
    address: str = ""
    columns: bool = True
    warnings: tuple[Reason, ...] = ()


class Grid:
    """Which columns of the coming rows are still covered by a cell from above."""

    def __init__(self) -> None:
        self._covered: dict[int, int] = {}
        self.width = 0

    def row(self, cells: Iterator[tuple[tuple[str, ...], int, int]], table: int) -> Row:
        """The next row from its cells' lines, column span and row span."""
        placed, column = list[Cell](), 0
        coming = {at: left - 1 for at, left in self._covered.items() if left > 1}
        for lines, wide, tall in cells:
            while column in self._covered:
                column += 1
            placed.append(Cell(lines, column, wide))
            if tall > 1:
                coming.update(dict.fromkeys(range(column, column + wide), tall - 1))
            column += wide
        self._covered = coming
        self.width = max(self.width, column)
        return Row(tuple(placed), table, self.width)


def span_of(value: str | None, most: int) -> int:
    """A span as a page states it, at least 1 and at most `most`."""
    digits = (value or "").strip()
    return max(1, min(most, int(digits))) if digits.isascii() and digits.isdigit() and len(digits) < 7 else 1
