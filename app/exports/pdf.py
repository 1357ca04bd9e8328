"""A laid-out document as PDF: the same pages as the DOCX, an open font with every Kazakh letter, the mark as XMP."""

import io
from datetime import UTC
from functools import partial

from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.lib.pagesizes import landscape as wide
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, CondPageBreak, Flowable, Frame, PageTemplate, Spacer
from reportlab.platypus import PageBreak as NewPage
from reportlab.platypus import Paragraph as Printed

from app.exports.fonts import REGULAR, letters, markup
from app.exports.layout import Block, Heading, Layout, PageBreak, Paragraph, Table
from app.exports.mark import NAME, Mark
from app.exports.pdf_parts import SMALL, beginning, printed, styled, table

HEADINGS = {1: 13.5, 2: 11.5, 3: 10.5}
EDGE = 1.5 * cm
FOOT = 1.2 * cm
# A heading with less room than this, and the first row of a table that follows it, moves to the next page.
ROOM = 2 * cm
XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:ustaz="urn:ustaz:ai-mark:1#">
<xmp:CreatorTool>{tool}</xmp:CreatorTool><xmp:CreateDate>{made}</xmp:CreateDate>
<ustaz:{name}>{mark}</ustaz:{name}>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def write(layout: Layout, mark: Mark) -> bytes:
    """The bytes of the file."""
    letters()
    out = io.BytesIO()
    wide_side, high_side = wide(A4) if layout.landscape else A4
    width, height = wide_side - 2 * EDGE, high_side - 2 * EDGE - FOOT
    template = BaseDocTemplate(
        out,
        pagesize=(wide_side, high_side),
        title=layout.title,
        author="",
        subject=layout.footer,
        creator=f"Ustaz {mark.app_version}",
        lang=layout.language,
        initialFontName=REGULAR,
        invariant=1,
    )
    frame = Frame(EDGE, EDGE + FOOT, width, height, 0, 0, 0, 0)
    foot = partial(_foot, line=layout.footer, width=width)
    template.addPageTemplates(PageTemplate(frames=[frame], onPage=foot))
    template.build(_story(layout.blocks, width, height) or [Spacer(1, 1)])
    return _marked(out.getvalue(), mark)


def _story(blocks: tuple[Block, ...], width: float, height: float) -> list[Flowable]:
    """What is printed; a heading moves to the next page with the first row of the table under it."""
    story: list[Flowable] = []
    heading: Heading | None = None
    for block in blocks:
        room = ROOM
        match block:
            case Heading():
                made: Flowable = Printed(markup(block.text), _heading(block.level))
            case Paragraph():
                made = printed(block)
            case PageBreak():
                made = NewPage()
            case Table():
                lined = table(block, width, height)
                room += min(beginning(lined, block.head + 1, width, height), height / 2)
                made = lined
        if heading is not None and not isinstance(block, PageBreak):
            story.insert(-1, CondPageBreak(room))
        story.append(made)
        heading = block if isinstance(block, Heading) else None
    return story


def _marked(data: bytes, mark: Mark) -> bytes:
    """The file with the mark as XMP metadata, uncompressed, so that any program finds it (ISO 16684-1)."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    made = f"{mark.made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    xmp = XMP.format(tool="Ustaz", made=made, name=NAME, mark=mark.json())
    writer.xmp_metadata = xmp.encode()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _foot(canvas: Canvas, template: BaseDocTemplate, *, line: str, width: float) -> None:
    said = Printed(markup(line), styled(SMALL))
    _, height = said.wrap(width - cm, FOOT)
    said.drawOn(canvas, EDGE, EDGE + FOOT * 0.6 - height)
    canvas.setFont(REGULAR, SMALL)
    canvas.drawRightString(EDGE + width, EDGE + FOOT * 0.6 - SMALL, str(canvas.getPageNumber()))


def _heading(level: int) -> ParagraphStyle:
    size = HEADINGS[level]
    return styled(size, centred=level == 1, bold=True, spaceBefore=7, spaceAfter=4)
