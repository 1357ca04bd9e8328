"""Wording what became of a file: why it was refused or read in part, how far it is, where a passage stands."""

import re
from collections.abc import Sequence

from app.assistant.upload import Stage, Upload, Wish
from app.ui.context import ScreenWords
from knowledge.manifest import DocumentRecord
from knowledge.readers.reasons import Reason, ReasonKey

PAGE = re.compile(r"page (?P<number>\d{1,6})")
MEGABYTE = 1024 * 1024
IN_BYTES = frozenset({ReasonKey.TOO_LARGE, ReasonKey.UNPACKS_TOO_LARGE})
OF_PAGES = (ReasonKey.PAGE_IMAGE_ONLY, ReasonKey.PAGE_NO_TEXT)


def reasons(given: Sequence[Reason], t: ScreenWords) -> tuple[str, ...]:
    """Each reason as a sentence, pages of one kind joined to one."""
    said: list[str] = []
    for one in given:
        if one.key in OF_PAGES:
            pages = [int(same.facts["page"]) for same in given if same.key is one.key]
            said.append(t(f"documents.reason.{one.key}", pages=runs(pages)))
        else:
            facts = {
                name: size(fact, t) if one.key in IN_BYTES and isinstance(fact, int) else fact
                for name, fact in one.facts.items()
            }
            said.append(t(f"documents.reason.{one.key}", **facts))
    return tuple(dict.fromkeys(said))


def runs(numbers: Sequence[int]) -> str:
    """Numbers in short: 1, 2, 3, 5 as `1–3, 5`."""
    found: list[list[int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in found)


def size(count: int, t: ScreenWords) -> str:
    """Bytes in megabytes, one digit after the comma."""
    return t.number(round(count / MEGABYTE, 1))


def step(upload: Upload, t: ScreenWords) -> str:
    """How far it is, or how it ended, in one sentence."""
    key = f"documents.{upload.wish}.{upload.stage}"
    match upload.stage:
        case Stage.CHECKING if upload.wish is Wish.ADD:
            return t.plural(key, upload.done)
        case Stage.INDEXING if upload.wish is Wish.ADD:
            return t(key, percent=100 * upload.done // max(1, upload.total))
        case Stage.DONE if upload.wish is Wish.ADD and not upload.passages:
            return t("documents.add.nothing")
        case Stage.DONE if upload.wish is Wish.ADD:
            return t.plural(key, upload.passages)
        case _:
            return t(key)


def why(upload: Upload, t: ScreenWords) -> tuple[str, ...]:
    """Every reason that came with its end."""
    told = (t.words(upload.words),) if upload.words is not None else ()
    return (*told, *reasons(upload.reasons, t))


def place(text: str, t: ScreenWords) -> str:
    """Where a passage stands: a page, or the headings above it."""
    match = PAGE.fullmatch(text)
    return (
        t("documents.page_number", number=int(match["number"])) if match else t("documents.under", place=text)
    )


def held_why(said: str, t: ScreenWords) -> str:
    """Why a passage was kept out, by the rail that said so."""
    rail = said.partition(":")[0]
    key = f"documents.held.{rail}"
    return t(key) if t.raw.has(key) else t("documents.held.other")


def whole(record: DocumentRecord) -> bool:
    """Whether all of the document can be found."""
    return record.complete and not record.excluded
