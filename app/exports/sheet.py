"""Tables as CSV that no spreadsheet takes for formulas: UTF-8 with its mark, so that Excel reads Kazakh."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from app.exports.text import clean

# A cell that begins so is run as a formula (OWASP, "CSV injection"), in some languages of Excel also in full width.
FORMULA = ("=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠")
NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?%?")


def write(rows: Iterable[Sequence[str]]) -> bytes:
    """The bytes of the file; every row as long as the first."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([safe(one) for one in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def safe(text: str) -> str:
    """A cell that stays what it says: a minus becomes the sign minus, whatever else would be a formula gets a quote."""
    said = clean(text).replace("\n", " ").replace("\t", " ").strip()
    if not said.startswith(FORMULA) or NUMBER.fullmatch(said):
        return said
    return f"\u2212{said[1:]}" if said.startswith("-") else f"'{said}"
