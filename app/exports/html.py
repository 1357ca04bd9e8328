"""A laid-out document as one HTML page for printing: nothing is fetched, the mark as JSON-LD."""

import json
from html import escape

from app.exports.layout import Block, Cell, Heading, Layout, PageBreak, Paragraph, Table
from app.exports.mark import NAME, Mark

STYLE = """
@page { size: A4 %s; margin: 15mm; }
body { font: 11pt/1.25 "Times New Roman", "Liberation Serif", serif; color: #000; background: #fff;
  max-width: %s; margin: 0 auto; padding: 0 8mm; }
h1 { font-size: 14pt; text-align: center; } h2 { font-size: 12pt; } h3 { font-size: 11pt; }
h1, h2, h3 { margin: 8pt 0 4pt; break-after: avoid; } p { margin: 0 0 2pt; min-height: 6pt; }
p.c { text-align: center; } p.s { font-size: 9pt; } p.k { break-after: avoid; }
p.b { padding-left: 1em; text-indent: -1em; } p.b::before { content: "– "; }
table { border-collapse: collapse; width: 100%%; table-layout: fixed; margin: 2pt 0 6pt; }
td, th { border: 1px solid #000; padding: 2pt 4pt; vertical-align: top; text-align: left; font-weight: normal;
  overflow-wrap: anywhere; }
th { background: #ededed; } td p, thead tr { break-inside: avoid; } thead { display: table-header-group; }
hr { border: 0; break-after: page; } footer { font-size: 9pt; margin-top: 10pt; border-top: 1px solid #000; }
@media print { body { max-width: none; padding: 0 1px; } }
"""
# Not a link: the words of the mark are ours, and no program has to fetch what they mean.
VOCABULARY = {"@context": {"@vocab": "urn:ustaz:ai-mark:1#"}, "@type": NAME}
PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<script type="application/ld+json">{mark}</script>
<style>{style}</style>
</head>
<body>
{body}
<footer><p>{footer}</p></footer>
</body>
</html>
"""


def write(layout: Layout, mark: Mark) -> bytes:
    """The bytes of the page, in UTF-8."""
    sides = ("landscape", "267mm") if layout.landscape else ("portrait", "180mm")
    page = PAGE.format(
        language=layout.language,
        title=escape(layout.title),
        mark=f"{mark.json()[:-1]},{json.dumps(VOCABULARY, separators=(',', ':'))[1:]}",
        style=STYLE % sides,
        body="\n".join(_block(one) for one in layout.blocks),
        footer=escape(layout.footer),
    )
    return page.encode("utf-8", errors="replace")


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"<h{block.level}>{escape(block.text)}</h{block.level}>"
        case Paragraph():
            return _paragraph(block)
        case PageBreak():
            return "<hr>"
        case Table():
            return _table(block)


def _paragraph(paragraph: Paragraph) -> str:
    names = {"b": paragraph.bullet, "c": paragraph.centred, "s": paragraph.small, "k": paragraph.keep}
    classes = " ".join(name for name, is_so in names.items() if is_so)
    said = escape(paragraph.text)
    if paragraph.bold:
        said = f"<b>{said}</b>"
    if paragraph.italic:
        said = f"<i>{said}</i>"
    if paragraph.lead:
        said = f"<b>{escape(paragraph.lead)}</b> {said}"
    return f'<p class="{classes}">{said}</p>' if classes else f"<p>{said}</p>"


def _table(table: Table) -> str:
    total = sum(table.widths)
    columns = "".join(f'<col style="width:{100 * one / total:.1f}%">' for one in table.widths)
    rows = ["<tr>" + "".join(_cell(one) for one in row) + "</tr>" for row in table.rows]
    head = "\n".join(rows[: table.head])
    body = "\n".join(rows[table.head :])
    return f"<table><colgroup>{columns}</colgroup>\n<thead>{head}</thead>\n<tbody>{body}</tbody></table>"


def _cell(cell: Cell) -> str:
    name = "th" if cell.head else "td"
    over = "".join(
        f' {word}="{count}"'
        for word, count in (("colspan", cell.columns), ("rowspan", cell.rows))
        if count > 1
    )
    return f"<{name}{over}>" + "".join(_paragraph(one) for one in cell.paragraphs) + f"</{name}>"
