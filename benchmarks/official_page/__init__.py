"""A document of the official page's size and with its defects, in invented words; the reader is measured on it."""

from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.official_page.formats import write_docx, write_html, write_pdf
from benchmarks.official_page.layout import lay_out
from benchmarks.official_page.model import Act, invent
from benchmarks.official_page.planting import EXPECTED, Planter
from benchmarks.official_page.revision import Changes, revise
from knowledge import programmes

FULL_DENSITY = 3
FULL_COUNT = 60
WITHOUT_COLUMNS = frozenset(EXPECTED) - {"wrong_grade", "column_header", "gap", "no_wording", "duplicate"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is written: the appendices, the objectives a cell has at most, how often each defect is planted."""

    appendices: tuple[int, ...] = tuple(range(1, 133))
    density: int = FULL_DENSITY
    count: int = FULL_COUNT


SMALL = Size(appendices=(12, 26, 32, 53, 84, 104, 106), density=4, count=3)


def generate(
    path: Path,
    *,
    seed: int = 399,
    language: str = "ru",
    size: Size | None = None,
    only: frozenset[str] | None = None,
    nasty: bool = True,
) -> Act:
    """Write an act as HTML, DOCX or PDF by the name's ending; the act says what a reader must find in it."""
    random, size = Random(seed), size or Size()
    act = invent(random, programmes.load(), language, list(size.appendices), size.density)
    Planter(random, act, size.count).plant(only)
    write(path, act, seed=seed, nasty=nasty)
    return act


def generate_next(path: Path, act: Act, *, seed: int = 400, count: int = 20) -> tuple[Act, Changes]:
    """Write the next edition of an act: the new act, and what was added, removed and reworded (`count` of each)."""
    new, changes = revise(act, Random(seed), count)
    write(path, new, seed=seed)
    return new, changes


def write(path: Path, act: Act, *, seed: int = 399, nasty: bool = True) -> None:
    """Write an act in the format of the name's ending; the same seed gives the same bytes."""
    random = Random(seed)
    elements = lay_out(act, random, nasty=nasty and path.suffix != ".pdf")
    if path.suffix == ".docx":
        write_docx(path, elements)
    elif path.suffix == ".pdf":
        write_pdf(path, elements)
    else:
        write_html(path, elements, random)
