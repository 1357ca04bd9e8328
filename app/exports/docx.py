"""A laid-out document as DOCX: A4, Times New Roman, tables with repeated heads, the AI line in the footer."""

import io
from datetime import UTC

from docx import Document as new_docx
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import _Cell as DocxCell
from docx.table import _Row as DocxRow
from docx.text.paragraph import Paragraph as DocxParagraph

from app.exports.layout import Cell, Heading, Layout, PageBreak, Paragraph, Table
from app.exports.mark import NAME, Mark
from app.exports.package import marked

FONT = "Times New Roman"
SIZE, SMALL, TITLE, SECTION = 11, 9, 14, 12
PAGE = (Cm(21), Cm(29.7))
LEFT, EDGE = Cm(2), Cm(1.5)
INDENT = Cm(0.35)
# A row of no more lines stays on one page, a longer one may run on; a letter takes about so much of a line.
SHORT_ROW = 11
LETTER = Cm(0.19)
LANGUAGES = {"kk": "kk-KZ", "ru": "ru-RU", "en": "en-GB"}
NUMBER = ("begin", "PAGE", "end")


def write(layout: Layout, mark: Mark) -> bytes:
    """The bytes of the file."""
    docx = new_docx()
    _styles(docx, layout.language)
    width = _page(docx, layout.landscape)
    _footer(docx, layout.footer)
    for block in layout.blocks:
        match block:
            case Heading():
                docx.add_heading(block.text, block.level)
            case Paragraph():
                _fill(docx.add_paragraph(), block)
            case PageBreak():
                docx.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
            case Table():
                _table(docx, block, width)
    properties = docx.core_properties
    made = mark.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties.title, properties.author, properties.comments = layout.title[:255], "", layout.footer[:255]
    properties.language = LANGUAGES[layout.language]
    properties.last_modified_by = f"Ustaz {mark.app_version}"
    properties.created = properties.modified = made
    out = io.BytesIO()
    docx.save(out)
    return marked(out.getvalue(), NAME, mark.json())


def _styles(docx: Docx, language: str) -> None:
    sizes = {"Normal": SIZE, "Heading 1": TITLE, "Heading 2": SECTION, "Heading 3": SIZE}
    for name, size in sizes.items():
        style = docx.styles[name]
        if not isinstance(style, ParagraphStyle):
            raise TypeError(f"the template has no paragraph style {name!r}")
        font, spacing = style.font, style.paragraph_format
        font.name, font.size, font.color.rgb = FONT, Pt(size), RGBColor(0, 0, 0)
        spacing.space_before, spacing.space_after, spacing.line_spacing = Pt(0), Pt(2), 1.0
        if name != "Normal":
            font.bold = True
            spacing.space_before, spacing.space_after = Pt(8), Pt(4)
            spacing.keep_with_next = True
        if name == "Heading 1":
            spacing.alignment = WD_ALIGN_PARAGRAPH.CENTER
        properties = style.element.get_or_add_rPr()
        fonts = properties.find(qn("w:rFonts"))
        for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{kind}"), FONT)
        for theme in ("asciiTheme", "hAnsiTheme", "cstheme", "eastAsiaTheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        tongue = OxmlElement("w:lang")
        tongue.set(qn("w:val"), LANGUAGES[language])
        properties.append(tongue)


def _page(docx: Docx, landscape: bool) -> int:
    """Sets the page; the width between its margins in EMU."""
    section = docx.sections[0]
    wide, high = PAGE[::-1] if landscape else PAGE
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = wide, high
    section.left_margin = EDGE if landscape else LEFT
    section.right_margin, section.bottom_margin = EDGE, LEFT
    section.top_margin = LEFT if landscape else EDGE
    section.footer_distance = section.header_distance = Cm(0.8)
    return int(wide) - int(section.left_margin) - int(EDGE)


def _footer(docx: Docx, line: str) -> None:
    footer = docx.sections[0].footer
    said = footer.paragraphs[0]
    said.add_run(line).font.size = Pt(SMALL)
    page = footer.add_paragraph()
    page.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = page.add_run()
    run.font.size = Pt(SMALL)
    for part in NUMBER:
        element = OxmlElement("w:instrText" if part == "PAGE" else "w:fldChar")
        if part == "PAGE":
            element.text = part
        else:
            element.set(qn("w:fldCharType"), part)
        run._r.append(element)


def _fill(place: DocxParagraph, paragraph: Paragraph) -> None:
    if paragraph.centred:
        place.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if paragraph.bullet:
        place.paragraph_format.left_indent = INDENT
        place.paragraph_format.first_line_indent = Emu(-int(INDENT))
    if paragraph.keep:
        place.paragraph_format.keep_with_next = True
    said = f"– {paragraph.text}" if paragraph.bullet else paragraph.text
    if paragraph.lead:
        lead = place.add_run(f"{paragraph.lead} " if said else paragraph.lead)
        lead.bold = True
        lead.font.size = Pt(SMALL) if paragraph.small else None
    run = place.add_run(said)
    run.bold, run.italic = paragraph.bold or None, paragraph.italic or None
    run.font.size = Pt(SMALL) if paragraph.small else None


def _table(docx: Docx, table: Table, width: int) -> None:
    shares = [width * share // sum(table.widths) for share in table.widths]
    made = docx.add_table(len(table.rows), len(shares), "Table Grid")
    made.autofit = False
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, share in zip(made.columns, shares, strict=True):
        column.width = Emu(share)
    rows = list(made.rows)
    grid = [list(row.cells) for row in rows]
    taken: set[tuple[int, int]] = set()
    for index, cells in enumerate(table.rows):
        lines = 0
        free = (column for column in range(len(shares)) if (index, column) not in taken)
        for cell in cells:
            column = next(free)
            span = [
                (index + down, column + right) for down in range(cell.rows) for right in range(cell.columns)
            ]
            taken.update(span)
            room = sum(shares[column : column + cell.columns])
            _cell(grid, span, cell, room)
            lines = max(lines, _lines(cell, room) if cell.rows == 1 else 0)
        _row(rows[index], is_head=index < table.head, is_short=lines <= SHORT_ROW)


def _lines(cell: Cell, width: int) -> int:
    """About how many lines a cell takes."""
    letters = max(1, width // LETTER)
    return sum(1 + len(f"{one.lead} {one.text}") // letters for one in cell.paragraphs)


def _row(row: DocxRow, *, is_head: bool, is_short: bool) -> None:
    properties = row._tr.get_or_add_trPr()
    if is_short:
        properties.append(OxmlElement("w:cantSplit"))
    if is_head:
        properties.append(OxmlElement("w:tblHeader"))


def _cell(grid: list[list[DocxCell]], span: list[tuple[int, int]], cell: Cell, width: int) -> None:
    (top, left), (bottom, right) = span[0], span[-1]
    place = grid[top][left]
    if len(span) > 1:
        place = place.merge(grid[bottom][right])
    place.width = Emu(width)
    first, *others = cell.paragraphs or (Paragraph(),)
    _fill(place.paragraphs[0], first)
    for one in others:
        _fill(place.add_paragraph(), one)
    if cell.head:
        for paragraph in place.paragraphs:
            paragraph.paragraph_format.keep_with_next = True
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", "EDEDED")):
            shade.set(qn(f"w:{name}"), value)
        place._tc.get_or_add_tcPr().append(shade)
