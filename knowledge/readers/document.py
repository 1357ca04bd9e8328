"""What a reader makes of a file: blocks of text, each with the page or heading it stands under."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from knowledge.language import CYRILLIC, detect, fold
from knowledge.retrievers.codes import FOUR_PARTS

DAMAGED_SHARE = 0.005
SUBSECTION = re.compile(r"\s*(?<![\d.])\d{1,2}\.\d{1,2}\.?\s*$")
QUESTION_IN_WORD = re.compile(r"(?<=[а-яёәғқңөұүһі])\?(?=[а-яёәғқңөұүһі])", re.IGNORECASE)


class Refused(ValueError):
    """The file is not read at all; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, a table cell or row, a page: `place` is the page or the headings above it.

    `alone` blocks (table rows, objectives) are never joined with their neighbours; a `note` is an editor's
    remark or a copyright line and never becomes a passage.
    """

    text: str
    place: str
    heading: str = ""
    alone: bool = False
    note: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The content of a file; `complete` is false where a part could not be read, and `warnings` say which."""

    title: str
    language: str
    blocks: tuple[Block, ...]
    warnings: tuple[str, ...] = ()
    complete: bool = True


class Reader(Protocol):
    """Reads one format."""

    name: str
    version: int

    def read(self, path: Path) -> Document:
        """The content of the file; raises `Refused` where it must not or cannot be read."""


def document(
    title: str, blocks: Sequence[Block], warnings: Sequence[str] = (), *, complete: bool = True
) -> Document:
    """A document from what a format gave: empty blocks dropped, codes set apart, damage noticed."""
    kept = [
        part for block in blocks for part in apart_by_code(replace(block, text=" ".join(block.text.split())))
    ]
    kept = [block for block in mark_notes(kept) if block.text]
    whole = "\n".join(block.text for block in kept)
    found = list(warnings)
    damaged = whole.count("\N{REPLACEMENT CHARACTER}") + len(QUESTION_IN_WORD.findall(whole))
    if damaged > DAMAGED_SHARE * max(
        1, len(CYRILLIC.findall(fold(whole))) + whole.count("\N{REPLACEMENT CHARACTER}")
    ):
        found.append(f"{damaged} letters were lost before this file was saved")
        complete = False
    if not kept and complete:
        found.append("no text found")
        complete = False
    return Document(
        title=" ".join(title.split()),
        language=detect(whole),
        blocks=tuple(kept),
        warnings=tuple(found),
        complete=complete,
    )


def apart_by_code(block: Block) -> Iterator[Block]:
    """The block, cut before each objective code, so that each code keeps its own wording and no other.

    The number of a subsection that stands before a code ("1.3 1.1.3.3 ...") belongs to neither.
    """
    starts = [match.start() for match in FOUR_PARTS.finditer(block.text)]
    if not starts:
        yield block
        return
    before = SUBSECTION.sub("", block.text[: starts[0]])
    if before.strip():
        yield replace(block, text=before.strip())
    for start, end in zip(starts, [*starts[1:], len(block.text)], strict=True):
        piece = block.text[start:end]
        yield replace(block, text=(SUBSECTION.sub("", piece) or piece).strip(), alone=True)


NOTE = re.compile(
    r"^(?:Примечание\s+(?:ИЗПИ|РЦПИ)|Ескерту|Сноска|ЗҚАИ-ның ескертпесі|РҚАО-ның ескертпесі|©|Footnote)",
    re.IGNORECASE,
)
BARE_NOTE = re.compile(
    r"^(?:Примечание\s+(?:ИЗПИ|РЦПИ)|ЗҚАИ-ның ескертпесі|РҚАО-ның ескертпесі)\s*!?$", re.IGNORECASE
)


def mark_notes(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks with editors' remarks marked; a remark that is only a call refers to the paragraph after it."""
    next_is_note = False
    for block in blocks:
        is_note = block.note or next_is_note or bool(NOTE.match(block.text))
        next_is_note = bool(BARE_NOTE.match(block.text))
        yield replace(block, note=is_note)


HEADING = re.compile(
    r"^(?:(?P<chapter>(?:Глава|Раздел|Бөлім|Chapter|Part)\s+\d+|\d+-(?:тарау|бөлім)|§\s*\d+)"
    r"|(?P<article>(?:Статья|Article)\s+\d+(?:-\d+)?|\d+(?:-\d+)?-бап))\b",
    re.IGNORECASE,
)
LONGEST_HEADING = 220


def heading_level(text: str) -> int:
    """1 for a chapter, 2 for an article, by the words it begins with (after NBSP and spaces); 0 for other text."""
    stripped = " ".join(text.split())
    match = HEADING.match(stripped)
    if match is None or len(stripped) > LONGEST_HEADING:
        return 0
    return 1 if match["chapter"] else 2


class Headings:
    """The headings above the place where a reader is."""

    def __init__(self) -> None:
        self._open: dict[int, str] = {}

    def enter(self, level: int, text: str) -> None:
        """A heading begins; deeper ones end."""
        self._open = {depth: name for depth, name in self._open.items() if depth < level}
        self._open[level] = " ".join(text.split())

    @property
    def place(self) -> str:
        """All headings, outermost first."""
        return " / ".join(self._open[depth] for depth in sorted(self._open))

    @property
    def last(self) -> str:
        """The innermost heading."""
        return self._open[max(self._open)] if self._open else ""
