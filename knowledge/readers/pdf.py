"""PDF with a text layer: each page's lines in reading order; a page that is only an image is reported."""

import re
from collections.abc import Iterator
from typing import cast

from pypdf import PdfReader as OpenPdf
from pypdf import overwrite_configuration
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import DictionaryObject

from knowledge.readers.document import Block, Document, Headings, Source, document, heading_level
from knowledge.readers.limits import Limits, check_size
from knowledge.readers.reasons import Reason, ReasonKey, Refused

NAME = "pdf"
SUFFIXES = frozenset({".pdf"})
HYPHEN_AT_END = re.compile(r"(?<=[^\W\d_])[\u00ad\u2010]\n(?=[^\W\d_])")
NUMBERED_HEADING = re.compile(r"^\s*\S+\s+\d+(?:-\d+)?\.|^\s*\d+(?:-\d+)?-(?:тарау|бөлім|бап)\b")
SENTENCE_OVER = re.compile(r"[.;:!?»\")]\s*$")


class PdfReader:
    """Reads the text layer with pypdf's plain extraction, which keeps the columns of tables apart."""

    name = NAME
    version = 2

    def read(self, source: Source) -> Document:
        """A block for each paragraph of each page.

        Raises:
            Refused: encrypted, damaged, with too many pages or with streams that unpack too large.
        """
        limits = source.limits
        check_size(source.path.stat().st_size, limits)
        limit(limits)
        blocks: list[Block] = []
        warnings: list[Reason] = []
        letters, headings = 0, Headings()
        try:
            opened = OpenPdf(str(source.path))
            if opened.is_encrypted:
                raise Refused(ReasonKey.ENCRYPTED)
            pages = declared(opened)
            if pages > limits.pages or (pages := len(opened.pages)) > limits.pages:
                raise Refused(ReasonKey.TOO_MANY_PAGES, pages=pages, most=limits.pages)
            title = str((opened.metadata.title if opened.metadata else None) or source.stem)
            for number, page in enumerate(opened.pages, start=1):
                text = HYPHEN_AT_END.sub("", page.extract_text() or "")
                letters += len(text)
                if letters > limits.letters:
                    raise Refused(ReasonKey.TOO_LONG, most=limits.letters)
                if text.strip():
                    blocks += _blocks(text, number, headings, title)
                else:
                    kind = ReasonKey.PAGE_IMAGE_ONLY if len(page.images) else ReasonKey.PAGE_NO_TEXT
                    warnings.append(Reason.of(kind, page=number))
        except LimitReachedError as error:
            raise Refused(ReasonKey.UNPACKS_TOO_LARGE, most=limits.unpacked) from error
        except RecursionError as error:
            raise Refused(ReasonKey.NESTED_TOO_DEEP, most=100) from error
        except (PyPdfError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
            if isinstance(error, Refused):
                raise
            raise Refused(ReasonKey.DAMAGED, format=NAME) from error
        return document(title, blocks, warnings, complete=not warnings, limits=limits)


def declared(opened: OpenPdf) -> int:
    """How many pages the file says it has, before they are counted."""
    declared = cast(DictionaryObject, opened.root_object["/Pages"]).get("/Count")
    return declared if isinstance(declared, int) else 0


def limit(limits: Limits) -> None:
    """No stream unpacks to more than a fifth of what the file may, and no helper program is looked for."""
    most = limits.unpacked // 5
    overwrite_configuration(
        zlib_maximum_output_length=most,
        lzw_maximum_output_length=most,
        run_length_maximum_output_length=most,
        array_based_stream_maximum_output_length=most,
        brotli_maximum_output_length=most,
        page_tree_maximum_entries=4 * limits.pages,
        jbig2dec_binary=None,
    )


def _blocks(text: str, number: int, headings: Headings, title: str) -> Iterator[Block]:
    """The paragraphs of a page under its number and the heading that was open; headings are found by their words."""
    for paragraph in re.split(r"\n\s*\n", text):
        waiting: list[str] = []
        for line in paragraph.split("\n"):
            before = waiting[-1] if waiting else ""
            level = heading_level(line) if NUMBERED_HEADING.match(line) else 0
            if level and (not before.strip() or SENTENCE_OVER.search(before)):
                yield _block(waiting, number, headings, title)
                waiting = []
                headings.enter(level, line)
            waiting.append(line)
        yield _block(waiting, number, headings, title)


def _block(lines: list[str], number: int, headings: Headings, title: str) -> Block:
    place = f"page {number} / {headings.place}" if headings.place else f"page {number}"
    return Block(text="\n".join(lines), place=place, heading=headings.last or title)


def build() -> PdfReader:
    """The reader."""
    return PdfReader()
