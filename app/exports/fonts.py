"""The open font of the PDF: which letters it has, and what stands in for the few that it lacks."""

from functools import cache
from pathlib import Path
from threading import Lock
from xml.sax.saxutils import escape

import font_source_serif_pro
from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, BOLD = "SourceSerif", "SourceSerif-Bold"
HOME = Path(font_source_serif_pro.__file__).parent / "files"
FILES = {REGULAR: "SourceSerifPro-Regular.ttf", BOLD: "SourceSerifPro-Bold.ttf"}
# Every PDF reader brings the font Symbol along (ISO 32000-1, 9.6.2.2); it has the signs of school mathematics.
SYMBOL = frozenset("∠∈∉∪∩⊂⊃∅≡⊥⇒⇔∀∃∝")
LIKE = {
    "⁻": "<super>−</super>",
    "⁺": "<super>+</super>",
    "∥": "||",
    "⇄": "↔",
    "⇌": "↔",
    "□": "[ ]",
    "☐": "[ ]",
    "▪": "•",
}
UNKNOWN = "?"
_lock = Lock()


@cache
def letters() -> frozenset[int]:
    """What both fonts can print; registers them, once in a process."""
    with _lock:
        faces = []
        for name, file in FILES.items():
            font = TTFont(name, str(HOME / file))
            pdfmetrics.registerFont(font)
            faces.append(frozenset(font.face.charToGlyph))
        # The font's italic has no Cyrillic: what is italic elsewhere is upright here.
        for bold in (0, 1):
            for italic in (0, 1):
                addMapping(REGULAR, bold, italic, BOLD if bold else REGULAR)
        return frozenset.intersection(*faces)


def markup(text: str) -> str:
    """The text as a paragraph of reportlab takes it, every character printable."""
    known = letters()
    return "".join(escape(one) if ord(one) in known or one in "\t\n" else _like(one) for one in text)


def _like(one: str) -> str:
    if one in SYMBOL:
        return f'<font name="Symbol">{one}</font>'
    return LIKE.get(one, UNKNOWN)
