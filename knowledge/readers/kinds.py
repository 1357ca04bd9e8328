"""What a file really is, by its first bytes; it must be what its name says, and only that."""

import re
from pathlib import PurePath

from knowledge.readers.reasons import ReasonKey, Refused

OFFICE = frozenset(
    ".doc .dot .rtf .odt .ott .fodt .docm .dotx .pages .ppt .pptx .pps .ppsx .odp .key .xls .xlsx .xlsm .ods "
    ".numbers .epub .fb2 .djvu .djv .mht .mhtml .xps .oxps .wps .hwp".split()
)
PICTURES = frozenset(".jpg .jpeg .png .gif .bmp .tif .tiff .webp .heic .heif .svg".split())

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BEGINNINGS = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (OLD_OFFICE, "old_office"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
)
HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
EXPECTED = {".pdf": "pdf", ".docx": "zip", ".html": "html", ".htm": "html"}
HEAD = 1024
TAIL = 66_000
END_OF_ARCHIVE = b"PK\x05\x06"
END_OF_PDF = b"%%EOF"
MOST_AFTER_END = 1024


def not_read(suffix: str) -> Refused:
    """Why files of a suffix that no reader has are refused."""
    suffix = suffix.lower()[:16]
    if suffix in OFFICE:
        return Refused(ReasonKey.OTHER_FORMAT, suffix=suffix)
    if suffix in PICTURES:
        return Refused(ReasonKey.PICTURE, suffix=suffix)
    return Refused(ReasonKey.NO_READER, suffix=suffix)


def kind(head: bytes) -> str:
    """The kind of a file by its beginning: "pdf", "zip", "old_office", "rtf", "picture", "archive", "html" or "text"."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\x0c")
    for beginning, found in BEGINNINGS:
        if start.startswith(beginning):
            return found
    return "html" if start.startswith(b"<") and HTML.search(start[:HEAD].replace(b"\0", b"")) else "text"


def check(name: str, content: bytes) -> None:
    """Whether the content is what the name says.

    A page may lack its usual beginning; a text or Markdown file may begin with anything but another kind's mark.

    Raises:
        Refused: it is of another kind, or of two kinds at once.
    """
    suffix = PurePath(name).suffix.lower()
    expected = EXPECTED.get(suffix, "text")
    found = kind(content[:HEAD])
    if found != expected and not (expected == "html" and found == "text"):
        if suffix == ".docx" and found == "old_office":
            raise Refused(ReasonKey.ENCRYPTED)
        raise Refused(ReasonKey.WRONG_KIND, suffix=suffix, found=found)
    if expected == "pdf":
        _one_pdf(content)


def _one_pdf(content: bytes) -> None:
    """A PDF that is also an archive, or that carries something behind its end, is two files in one."""
    tail = content[-TAIL:]
    at = tail.rfind(END_OF_ARCHIVE)
    if at >= 0 and at + 22 + int.from_bytes(tail[at + 20 : at + 22], "little") == len(tail):
        raise Refused(ReasonKey.MIXED_KINDS)
    end = content.rfind(END_OF_PDF)
    if end >= 0 and len(content[end + len(END_OF_PDF) :].strip(b"\0\r\n\t ")) > MOST_AFTER_END:
        raise Refused(ReasonKey.MIXED_KINDS)
