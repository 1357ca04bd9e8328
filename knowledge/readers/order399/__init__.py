"""Reads an act with curriculum programmes (order 399 and its siblings) from the copy a user saved.

`recognises` looks at the beginning of a file; `read` gives the whole as an `Edition`. HTML, DOCX and PDF become one
form (`pieces`), so that everything after it is written once.
"""

import hashlib
import re
import zipfile
from pathlib import Path, PurePath

from knowledge import programmes
from knowledge.edition import Edition
from knowledge.language import KAZAKH, KAZAKH_SHARE, fold, visible
from knowledge.passage import UNKNOWN
from knowledge.readers.limits import OFFICIAL, content
from knowledge.readers.order399 import appendices, page, paper, phrases, word, words
from knowledge.readers.order399.appendices import Appendix
from knowledge.readers.order399.codes import SOLID
from knowledge.readers.order399.pieces import Paragraph, Piece, Source
from knowledge.readers.order399.programme import Page, programme
from knowledge.readers.reasons import ReasonKey, Refused

NAME = "order399"
VERSION = 1
FORMATS = {".html": page.read, ".htm": page.read, ".docx": word.read, ".pdf": paper.read}
SUFFIXES = frozenset(FORMATS)
LOOKED_AT = 6_000_000
PAGES_LOOKED_AT = 40
LEAST_CODES = 8
MARKUP = re.compile(r"<[^<>]{0,5000}>")
GRADE_COLUMNS = re.compile(
    r"(?:подраздел|бөлімше|раздел|бөлім|навыки|дағды)\w*[\s\W]{1,40}\d{1,2}[\s-]{0,3}(?:класс|сынып)",
    re.IGNORECASE,
)


def recognises(path: Path) -> bool:
    """Whether the file looks like an act with matrices of objectives; reads only its beginning, never raises."""
    try:
        text = visible(_beginning(path))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return False
    if phrases.GOALS.search(text) is None and GRADE_COLUMNS.search(text) is None:
        return False
    found = {match[0] for parts in (4, 3) for match in SOLID[parts].finditer(text)}
    return len(found) >= LEAST_CODES


def _beginning(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        return ""
    if suffix == ".pdf":
        return "\n".join(
            piece.text
            for piece in paper.read(path, first=PAGES_LOOKED_AT).pieces
            if isinstance(piece, Paragraph)
        )
    if suffix == ".docx":
        with zipfile.ZipFile(path) as archive, archive.open("word/document.xml") as part:
            raw = part.read(LOOKED_AT).decode("utf-8", "ignore")
    else:
        with path.open("rb") as file:
            beginning = file.read(LOOKED_AT)
        whole = beginning if len(beginning) < LOOKED_AT else beginning[: beginning.rfind(b">") + 1]
        raw = page.letters(whole).text
    return MARKUP.sub(" ", re.sub(r"</w:t></w:r><w:r\b[^<>]{0,200}>|</?span[^<>]{0,2000}>", "", raw))


def read(
    path: Path,
    *,
    language: str | None = None,
    edition: str = UNKNOWN,
    act: str = UNKNOWN,
    appendix: str = UNKNOWN,
    name: str = "",
    address: str = "",
) -> Edition:
    """The programmes of the act in the file.

    Args:
        path: an HTML, DOCX or PDF file.
        name: what people call it, if not as it lies; its ending says the format.
        language: kk or ru; found from the text if not given.
        edition: which edition of the act this is, in words that a citation shows.
        act, appendix: what a page without heading belongs to.
        address: where the copy came from, if the page does not say.

    Raises:
        Refused: the file must not or cannot be read; the message says why.
    """
    name = name or path.name
    suffix = PurePath(name).suffix.lower()
    if suffix not in FORMATS:
        raise Refused(ReasonKey.NO_READER, suffix=suffix)
    whole = content(path, OFFICIAL)
    digest, size = hashlib.sha256(whole).hexdigest(), len(whole)
    del whole
    source = FORMATS[suffix](path)
    head, found = appendices.divide(source)
    if not found:
        found, head = [Appendix(appendix, "", _titled(source))], []
    own = appendices.own_order(head) if head else None
    orders = [orders[-1] for one in found if (orders := appendices.base_order(one))]
    base = own or (max(orders, key=orders.count) if orders else None)
    spoken = language or _language(source)
    shared = Page(
        act=base.name if base else act,
        language=spoken,
        edition=edition,
        tables=source.columns,
        known=programmes.load(),
        vocabulary=words.vocabulary(source.pieces, running=not source.columns),
    )
    read_programmes = tuple(programme(one, shared) for one in found)
    dates = [one for part in found if (one := appendices.change(part)[0]) is not None]
    newest = max(dates, key=lambda one: one.date) if dates else None
    return Edition(
        act=shared.act,
        language=spoken,
        edition=edition,
        amended_by=newest.name if newest else UNKNOWN,
        address=address or source.address,
        title=source.title or _first(head),
        name=name,
        sha256=digest,
        size=size,
        reader=NAME,
        reader_version=VERSION,
        appendices=len(found),
        programmes=read_programmes,
        warnings=tuple(map(str, source.warnings)),
    )


def _titled(source: Source) -> list[Piece]:
    """The pieces of a page without appendices, its title first."""
    return [Paragraph(source.title, heading=True), *source.pieces] if source.title else list(source.pieces)


def _first(head: list[Piece]) -> str:
    return next((piece.text for piece in head if isinstance(piece, Paragraph)), "")[:300]


def _language(source: Source) -> str:
    """The language of the page by the words it stands on outside its tables; objectives may be in another."""
    text = fold(" ".join(piece.text for piece in source.pieces if isinstance(piece, Paragraph))[:2_000_000])
    russian, kazakh = len(re.findall(r"\bкласс", text)), len(re.findall(r"сынып", text))
    if max(russian, kazakh) >= 3 and russian != kazakh:
        return "kk" if kazakh > russian else "ru"
    letters = [letter for letter in text if letter.isalpha()]
    return "kk" if sum(letter in KAZAKH for letter in letters) > KAZAKH_SHARE * len(letters) else "ru"
