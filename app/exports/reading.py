"""The AI mark read back from a file of any format; for strangers' files, so nothing in them is run or unpacked whole."""

import html
import io
import json
import zipfile

from app.exports.mark import FORM, Mark, parse
from app.exports.package import PART

OPENING = f'{{"mark":"{FORM}"'
MOST_BYTES = 64 * 1024
ZIP = b"PK\x03\x04"


def read(data: bytes) -> Mark | None:
    """The first mark that a file holds; None where it holds none, or none that can be read.

    Reads DOCX and PPTX by their custom properties, everything else (PDF metadata, HTML, GIFT, XML, CSV, text) by the
    mark's opening words: its JSON stands in all of them uncompressed. Programs that save a file anew may quote it.
    """
    text = _properties(data) if data.startswith(ZIP) else data.decode("utf-8", errors="replace")
    for unquoted in (text, html.unescape(text), text.replace('""', '"')):
        found = unquoted.find(OPENING)
        if found >= 0:
            return _mark(unquoted[found : found + MOST_BYTES])
    return None


def _mark(text: str) -> Mark | None:
    try:
        plain, _ = json.JSONDecoder().raw_decode(text)
        return parse(json.dumps(plain))
    except (ValueError, RecursionError):
        return None


def _properties(data: bytes) -> str:
    """The custom properties of an office file; "" where they are missing, damaged or larger than any of ours."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package, package.open(PART) as part:
            return part.read(MOST_BYTES).decode("utf-8", errors="replace")
    except (
        KeyError,
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
    ):
        return ""
