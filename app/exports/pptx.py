"""Slides of a document as PPTX: dark on white, at least 28 points, the AI line at the foot of each slide."""

import io
from datetime import UTC

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.presentation import Presentation as Pptx
from pptx.slide import Slide as PptxSlide
from pptx.text.text import TextFrame
from pptx.util import Cm, Length, Pt

from app.documents import Document
from app.documents.form import Form
from app.exports import slides, words
from app.exports.layout import Paragraph
from app.exports.mark import NAME, Mark
from app.exports.package import marked
from app.exports.slides import Slide
from app.exports.text import clean

FONT = "Arial"
WIDE, HIGH = Cm(33.867), Cm(19.05)
EDGE = Cm(1.6)
TOPIC, TITLE, BODY, STEP, FOOT = 48, 36, 28, 24, 12
TITLE_ONLY = 5
INK, ACCENT, GREY = (RGBColor.from_string(one) for one in ("1A1A1A", "004C6D", "595959"))  # type: ignore[no-untyped-call]


def write(document: Document, form: Form, mark: Mark) -> bytes:
    """The bytes of the file."""
    pptx = Presentation()
    pptx.slide_width, pptx.slide_height = WIDE, HIGH
    line = mark.line(document.language)
    first, *others = slides.of(document, words.load(document.language))
    _title(pptx, first, line)
    for one in others:
        _slide(pptx, one, line)
    properties = pptx.core_properties
    made = mark.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties.title, properties.author, properties.comments = clean(document.title)[:255], "", line[:255]
    properties.last_modified_by, properties.language = f"Ustaz {mark.app_version}", document.language
    properties.created = properties.modified = made
    out = io.BytesIO()
    pptx.save(out)
    return marked(out.getvalue(), NAME, mark.json())


def _title(pptx: Pptx, slide: Slide, line: str) -> None:
    page = _page(pptx, slide, line, TOPIC, Cm(5), Cm(5))
    about = tuple(Paragraph(text=one.text, centred=True) for one in slide.lines)
    if about:
        _box(page, Cm(10.5), Cm(4), about, BODY, INK)
    if page.shapes.title is not None:
        page.shapes.title.text_frame.paragraphs[0].alignment = PP_ALIGN.CENTER


def _slide(pptx: Pptx, slide: Slide, line: str) -> None:
    page = _page(pptx, slide, line, TITLE, Cm(0.8), Cm(2.6))
    if slide.lines:
        _box(page, Cm(3.7), Cm(13.4), slide.lines, BODY, INK)


def _page(pptx: Pptx, slide: Slide, line: str, size: int, top: Length, height: Length) -> PptxSlide:
    """A slide with its title in the title's own place, so that it is listed and read aloud as one."""
    page: PptxSlide = pptx.slides.add_slide(pptx.slide_layouts[TITLE_ONLY])
    title = page.shapes.title
    if title is None:
        raise TypeError("the template's layout has no title")
    title.left, title.top, title.width, title.height = EDGE, top, Length(WIDE - 2 * EDGE), height
    _write(title.text_frame, (Paragraph(text=slide.title, bold=True),), size, ACCENT)
    title.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    _box(page, Cm(17.4), Cm(1.3), (Paragraph(text=line),), FOOT, GREY)
    notes = page.notes_slide.notes_text_frame if slide.notes else None
    if notes is not None:
        notes.text = slide.notes
    return page


def _box(
    page: PptxSlide, top: Length, height: Length, lines: tuple[Paragraph, ...], size: int, colour: RGBColor
) -> None:
    frame = page.shapes.add_textbox(EDGE, top, Length(WIDE - 2 * EDGE), height).text_frame
    frame.vertical_anchor = MSO_ANCHOR.TOP
    _write(frame, lines, size, colour)


def _write(frame: TextFrame, lines: tuple[Paragraph, ...], size: int, colour: RGBColor) -> None:
    frame.word_wrap = True
    for number, line in enumerate(lines):
        place = frame.paragraphs[0] if number == 0 else frame.add_paragraph()  # type: ignore[no-untyped-call]
        place.alignment = PP_ALIGN.CENTER if line.centred else PP_ALIGN.LEFT
        place.space_after = Pt(size // 4)
        said = f"– {line.text}" if line.bullet else line.text
        for text, bold in ((f"{line.lead} " if line.lead else "", True), (said, line.bold)):
            if text:
                run = place.add_run()
                run.text, font = text, run.font
                font.name, font.bold, font.color.rgb = FONT, bold, colour
                font.size = Pt(STEP if line.small else size)
