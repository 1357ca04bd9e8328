"""PDF with a text layer: each page's lines in reading order; a page that is only an image is reported."""

import re
from pathlib import Path

from pypdf import PdfReader as OpenPdf
from pypdf.errors import PyPdfError

from knowledge.readers import limits
from knowledge.readers.document import Block, Document, Refused, document

NAME = "pdf"
SUFFIXES = frozenset({".pdf"})
HYPHEN_AT_END = re.compile(r"(?<=[^\W\d_])[\u00ad\u2010]\n(?=[^\W\d_])")


class PdfReader:
    """Reads the text layer with pypdf's plain extraction, which keeps the columns of tables apart."""

    name = NAME
    version = 1

    def read(self, path: Path) -> Document:
        """A block for each paragraph of each page.

        Raises:
            Refused: encrypted, damaged, or with too many pages.
        """
        limits.content(path)
        blocks: list[Block] = []
        warnings: list[str] = []
        try:
            opened = OpenPdf(str(path))
            if opened.is_encrypted:
                raise Refused("the file is encrypted")
            pages = len(opened.pages)
            if pages > limits.MOST_PAGES:
                raise Refused(f"{pages} pages; at most {limits.MOST_PAGES} are read")
            title = (opened.metadata.title if opened.metadata else None) or path.stem
            for number, page in enumerate(opened.pages, start=1):
                text = limits.enough(HYPHEN_AT_END.sub("", page.extract_text() or ""))
                if text.strip():
                    blocks += [
                        Block(text=part, place=f"page {number}", heading=title)
                        for part in re.split(r"\n\s*\n", text)
                    ]
                else:
                    kind = "image only" if len(page.images) else "no text"
                    warnings.append(f"page {number}: {kind}, not indexed")
        except (PyPdfError, ValueError, KeyError, TypeError, RecursionError) as error:
            if isinstance(error, Refused):
                raise
            raise Refused("the file is damaged or not a PDF") from error
        return document(title, blocks, warnings, complete=not warnings)


def build() -> PdfReader:
    """The reader."""
    return PdfReader()
