"""What a reader makes of a file: blocks of text, each with the page or heading it stands under."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any, Protocol, Self

from knowledge.code_pattern import FOUR_PARTS
from knowledge.language import CYRILLIC, detect, fold
from knowledge.readers.limits import DOCUMENT, Limits
from knowledge.readers.reasons import Reason, ReasonKey, Refused

__all__ = ["Block", "Document", "Headings", "Reader", "Refused", "Source", "document", "heading_level"]

DAMAGED_SHARE = 0.005
SUBSECTION = re.compile(r"\s*(?<![\d.])\d{1,2}\.\d{1,2}\.?\s*$")
QUESTION_IN_WORD = re.compile(r"(?<=[а-яёәғқңөұүһі])\?(?=[а-яёәғқңөұүһі])", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file to read: where its content lies, what people call it, and what it may be."""

    path: Path
    name: str = ""
    limits: Limits = DOCUMENT

    @property
    def stem(self) -> str:
        """Its name without the suffix, for a document that has no title."""
        return PurePath(self.name or self.path.name).stem


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
    """The content of a file; `complete` is false where a part could not be read, and `warnings` say which.

    `reader` and `reader_version` say who read it.
    """

    title: str
    language: str
    blocks: tuple[Block, ...]
    warnings: tuple[Reason, ...] = ()
    complete: bool = True
    reader: str = ""
    reader_version: int = 0

    @classmethod
    def from_mapping(cls, plain: Mapping[str, Any]) -> Self:
        """The document of a mapping made by `to_mapping`."""
        shared = [str(one) for one in plain["shared"]]
        blocks = tuple(
            Block(text=text, place=shared[place], heading=shared[heading], alone=alone, note=note)
            for text, place, heading, alone, note in plain["blocks"]
        )
        warnings = tuple(Reason.from_mapping(one) for one in plain["warnings"])
        return cls(**{**plain["head"], "blocks": blocks, "warnings": warnings})

    def to_mapping(self) -> dict[str, Any]:
        """A plain mapping for JSON; a place that many blocks share stands in it once."""
        shared: dict[str, int] = {}
        blocks = [
            (
                one.text,
                shared.setdefault(one.place, len(shared)),
                shared.setdefault(one.heading, len(shared)),
                one.alone,
                one.note,
            )
            for one in self.blocks
        ]
        head = {
            "title": self.title,
            "language": self.language,
            "complete": self.complete,
            "reader": self.reader,
            "reader_version": self.reader_version,
        }
        warnings = [one.to_mapping() for one in self.warnings]
        return {"head": head, "shared": list(shared), "blocks": blocks, "warnings": warnings}


class Reader(Protocol):
    """Reads one format."""

    name: str
    version: int

    def read(self, source: Source) -> Document:
        """The content of the file; raises `Refused` where it must not or cannot be read."""


UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def document(
    title: str,
    blocks: Sequence[Block],
    warnings: Sequence[Reason] = (),
    *,
    complete: bool = True,
    limits: Limits = DOCUMENT,
) -> Document:
    """A document from what a format gave: empty blocks dropped, codes set apart, damage noticed.

    Raises:
        Refused: more letters or parts than a document may have.
    """
    if sum(len(block.text) for block in blocks) > limits.letters:
        raise Refused(ReasonKey.TOO_LONG, most=limits.letters)
    kept = [part for block in blocks for part in apart_by_code(replace(block, text=_clean(block.text)))]
    kept = [block for block in mark_notes(kept) if block.text]
    if len(kept) > limits.parts:
        raise Refused(ReasonKey.TOO_MANY_PARTS, most=limits.parts)
    whole = "\n".join(block.text for block in kept)
    found = list(warnings)
    damaged = whole.count("\N{REPLACEMENT CHARACTER}") + len(QUESTION_IN_WORD.findall(whole))
    if damaged > DAMAGED_SHARE * max(
        1, len(CYRILLIC.findall(fold(whole))) + whole.count("\N{REPLACEMENT CHARACTER}")
    ):
        found.append(Reason.of(ReasonKey.LETTERS_LOST, count=damaged))
        complete = False
    if not kept and complete:
        found.append(Reason.of(ReasonKey.NO_TEXT))
        complete = False
    return Document(
        title=_clean(title)[:LONGEST_HEADING],
        language=detect(whole),
        blocks=tuple(kept),
        warnings=tuple(found),
        complete=complete,
    )


def _clean(text: str) -> str:
    """Text with single spaces; what no file or index can hold (NUL, half a surrogate pair) counts as a lost letter."""
    return " ".join(UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text).split())


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
        self._open[level] = _clean(text)[:LONGEST_HEADING]

    @property
    def place(self) -> str:
        """All headings, outermost first."""
        return " / ".join(self._open[depth] for depth in sorted(self._open))

    @property
    def last(self) -> str:
        """The innermost heading."""
        return self._open[max(self._open)] if self._open else ""
