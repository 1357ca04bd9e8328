"""A sheet of paper: the words that both printed pages share, their style, and a code that a camera reads."""

import io
from html import escape

import segno

from app.i18n import LANGUAGES, NAMES, translator

STYLE = """
@page { size: A4; margin: 14mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 182mm; padding: 6mm 4mm; color: #111; background: #fff; line-height: 1.4;
  font: 10.5pt "Source Serif 4", "Noto Serif", "DejaVu Serif", Georgia, serif; }
h1 { font-size: 15pt; margin: 0; line-height: 1.25; font-weight: 600; }
h1 + h1 { margin-top: 1mm; font-weight: 400; font-size: 12pt; }
header { border-bottom: .4mm solid #111; padding-bottom: 3mm; margin-bottom: 5mm; }
.sheet { display: grid; grid-template-columns: 64mm 1fr; gap: 7mm; align-items: start; }
.code svg { width: 64mm; height: 64mm; display: block; }
dl { margin: 0; } dt { font-size: 8.5pt; color: #555; margin-top: 2mm; } dt:first-child { margin-top: 0; }
dd { margin: 0; overflow-wrap: anywhere; } code, pre { font: 8.5pt "DejaVu Sans Mono", "Noto Sans Mono", monospace; }
pre { font-size: 6.7pt; white-space: pre-wrap; overflow-wrap: anywhere; border: .2mm solid #999; padding: 3mm; margin: 5mm 0; }
section { break-inside: avoid; margin: 0 0 3mm; } section p { margin: 0 0 1mm; }
section b { font-weight: 600; }
.hand { display: grid; grid-template-columns: 2fr 2fr 1fr; gap: 6mm; margin-top: 13mm; break-inside: avoid; }
.hand div { border-top: .2mm solid #111; padding-top: 1mm; font-size: 8.5pt; color: #444; }
@media (max-width: 640px) { .sheet, .hand { grid-template-columns: 1fr; } .hand { gap: 12mm; } }
"""


def code(text: str) -> str:
    """A QR code of a text as SVG; large texts make it finer, not larger."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False, encoding="utf-8").save(
        out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=4, light="#fff"
    )
    return out.getvalue().decode().strip()


def several(key: str, /, **facts: str | int) -> str:
    """A word in the three languages, side by side; said once where two languages share it."""
    return " · ".join(dict.fromkeys(escape(translator(one)(key, **facts)) for one in LANGUAGES))


def page(*, title: str, body: str, language: str | None = None) -> str:
    """A whole page: no script, nothing from elsewhere, fit for paper.

    Args:
        title: key of its heading.
        body: HTML.
        language: of a page in one language; None: the heading stands in all three.
    """
    languages, first = LANGUAGES if language is None else (language,), language or LANGUAGES[0]
    heads = "".join(f'<h1 lang="{one}">{escape(translator(one)(title))}</h1>' for one in languages)
    return (
        f'<!DOCTYPE html>\n<html lang="{first}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(translator(first)(title))}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<header>{heads}</header>\n{body}\n</body>\n</html>\n"
    )


def facts(rows: list[tuple[str, str]]) -> str:
    """A list of labels (keys) and HTML."""
    return f"<dl>{''.join(f'<dt>{several(key)}</dt><dd>{text}</dd>' for key, text in rows)}</dl>"


def paragraphs(key: str, /, **more: str | int) -> str:
    """A paragraph in each language."""
    return "".join(
        f'<section lang="{one}"><p><b>{NAMES[one]}.</b> {escape(translator(one)(key, **more))}</p></section>'
        for one in LANGUAGES
    )


def hand(*keys: str) -> str:
    """Lines to write on."""
    return f'<div class="hand">{"".join(f"<div>{several(key)}</div>" for key in keys)}</div>'
