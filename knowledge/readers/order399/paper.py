"""An act's PDF as pieces: the lines of every page in reading order; a table's cells follow each other as text."""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import LimitReachedError, PyPdfError

from knowledge.readers.limits import OFFICIAL, check_size
from knowledge.readers.order399.pieces import Paragraph, Source
from knowledge.readers.pdf import declared, limit
from knowledge.readers.reasons import Reason, ReasonKey, Refused

PAGE_NUMBER = re.compile(r"^(?:[–—-]\s*)?\d{1,4}(?:\s*[–—-])?$")


def read(path: Path, *, first: int | None = None) -> Source:
    """A paragraph for every line (of the first pages); a page without text is a warning.

    Raises:
        Refused: encrypted, damaged, too long, or with streams that unpack too large.
    """
    check_size(path.stat().st_size, OFFICIAL)
    limit(OFFICIAL)
    warnings: list[Reason] = []
    try:
        opened = PdfReader(str(path))
        if opened.is_encrypted:
            raise Refused(ReasonKey.ENCRYPTED)
        pages = declared(opened)
        if pages > OFFICIAL.pages or (pages := len(opened.pages)) > OFFICIAL.pages:
            raise Refused(ReasonKey.TOO_MANY_PAGES, pages=pages, most=OFFICIAL.pages)
        title = " ".join(str((opened.metadata.title if opened.metadata else None) or "").split())
        pieces = tuple(_lines(opened, first, warnings))
    except LimitReachedError as error:
        raise Refused(ReasonKey.UNPACKS_TOO_LARGE, most=OFFICIAL.unpacked) from error
    except RecursionError as error:
        raise Refused(ReasonKey.NESTED_TOO_DEEP, most=100) from error
    except (PyPdfError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused(ReasonKey.DAMAGED, format="pdf") from error
    return Source(pieces=pieces, title=title, columns=False, warnings=tuple(warnings))


def _lines(opened: PdfReader, first: int | None, warnings: list[Reason]) -> Iterator[Paragraph]:
    for number, page in enumerate(islice(opened.pages, first), start=1):
        lines = [" ".join(line.split()) for line in (page.extract_text() or "").splitlines()]
        if not any(lines):
            kind = ReasonKey.PAGE_IMAGE_ONLY if len(page.images) else ReasonKey.PAGE_NO_TEXT
            warnings.append(Reason.of(kind, page=number))
        lines = [line for line in lines if line]
        lines = lines[1 if lines and PAGE_NUMBER.match(lines[0]) else 0 :]
        if lines and PAGE_NUMBER.match(lines[-1]):
            lines.pop()
        yield from map(Paragraph, lines)
