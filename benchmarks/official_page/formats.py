"""A laid out act written as HTML with the markup of a word processor, as DOCX, and as PDF with running columns."""

import html
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

from benchmarks.official_page.layout import SPLIT, Box, Element, Table, Text

RUN = 'style="font-size:10.0pt;font-family:&quot;Times New Roman&quot;,serif;color:black"'
PARAGRAPH = 'style="margin-top:0cm;margin-bottom:6.0pt;text-indent:0cm;line-height:normal"'
CELL = 'style="border:solid #CFCFCF 1.0pt;border-top:none;padding:2.25pt 3.0pt 2.25pt 3.0pt"'


def write_html(path: Path, elements: Iterable[Element], random: Random, *, address: str = "") -> None:
    """One page in UTF-8; lines in cells as paragraphs or with `<br>`, at random."""
    with path.open("w", encoding="utf-8") as file:
        link = f'<link rel="canonical" href="{address}">\n' if address else ""
        file.write(
            f'<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n<title>399</title>\n{link}</head>\n<body>\n<div>\n'
        )
        for element in elements:
            if isinstance(element, Text):
                tag = "h3" if element.heading else "p"
                file.write(f"<{tag} {PARAGRAPH}>\n{_run(element.text)}</{tag}>\n")
            else:
                file.write('<table border="1" cellspacing="0" cellpadding="0">\n<tbody>\n')
                for row in element.rows:
                    file.write("<tr>\n")
                    for box in row:
                        file.write(_cell(box, random))
                    file.write("</tr>\n")
                file.write("</tbody>\n</table>\n")
        file.write("</div>\n</body>\n</html>\n")


def _run(text: str) -> str:
    return "".join(f"<span {RUN}>{html.escape(part, quote=False)}</span>" for part in text.split(SPLIT))


def _cell(box: Box, random: Random) -> str:
    spans = (f' colspan="{box.wide}"' if box.wide > 1 else "") + (
        f' rowspan="{box.tall}"' if box.tall > 1 else ""
    )
    if random.random() < 0.5:
        inside = "".join(f"<p {PARAGRAPH}>\n{_run(line)}</p>\n" for line in box.lines)
    else:
        inside = "<br>\n".join(_run(line) for line in box.lines) + "\n"
    if box.inner:
        inner = "".join(f"<tr><td>{''.join(map(_run, lines))}</td></tr>\n" for lines in box.inner)
        inside += f"<table>\n{inner}</table>\n"
    return f"<td{spans} {CELL}>\n{inside}</td>\n"


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)


def write_docx(path: Path, elements: Iterable[Element]) -> None:
    """A Word document; spans over rows and columns as merged cells, lines as paragraphs."""
    body = "".join(_w_paragraph(one.text) if isinstance(one, Text) else _w_table(one) for one in elements)
    document = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (
            ("[Content_Types].xml", TYPES),
            ("_rels/.rels", RELATIONS),
            ("word/document.xml", document),
        ):
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)


def _w_paragraph(text: str) -> str:
    runs = "".join(
        f'<w:r><w:t xml:space="preserve">{html.escape(part, quote=False)}</w:t></w:r>'
        for part in text.split(SPLIT)
    )
    return f"<w:p>{runs}</w:p>"


def _w_table(table: Table) -> str:
    rows: list[str] = []
    covered: dict[int, tuple[int, int]] = {}
    for row in table.rows:
        cells, column, boxes = "", 0, list(row)
        while boxes or column in covered:
            if column in covered:
                left, wide = covered.pop(column)
                if left > 1:
                    covered[column] = (left - 1, wide)
                cells += f"<w:tc>{_w_properties(wide, '<w:vMerge/>')}<w:p/></w:tc>"
                column += wide
                if left > 1 and not boxes:
                    break
                continue
            box = boxes.pop(0)
            merge = '<w:vMerge w:val="restart"/>' if box.tall > 1 else ""
            inside = "".join(map(_w_paragraph, box.lines))
            if box.inner:
                inside += _w_table(Table(tuple((Box(lines),) for lines in box.inner))) + "<w:p/>"
            cells += f"<w:tc>{_w_properties(box.wide, merge)}{inside or '<w:p/>'}</w:tc>"
            if box.tall > 1:
                covered[column] = (box.tall - 1, box.wide)
                column += box.wide
                continue
            column += box.wide
        rows.append(f"<w:tr>{cells}</w:tr>")
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def _w_properties(wide: int, merge: str) -> str:
    span = f'<w:gridSpan w:val="{wide}"/>' if wide > 1 else ""
    return f"<w:tcPr>{span}{merge}</w:tcPr>"


LINES_OF_A_PAGE, LETTERS_OF_A_LINE, LETTERS_OF_A_CELL = 60, 90, 24


def write_pdf(path: Path, elements: Iterable[Element]) -> None:
    """A text layer as a word processor writes it: cell after cell, each broken into short lines; no glyphs are embedded."""
    lines = list(_pdf_lines(elements))
    pages = [lines[start : start + LINES_OF_A_PAGE] for start in range(0, len(lines), LINES_OF_A_PAGE)]
    letters = sorted({f"{unit:04X}" for line in lines for unit in _units(line)})
    blocks = "\n".join(
        f"{len(part)} beginbfchar\n" + "\n".join(f"<{one}> <{one}>" for one in part) + "\nendbfchar"
        for part in (letters[start : start + 100] for start in range(0, len(letters), 100))
    )
    to_unicode = (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /U def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{blocks}\nendcmap\nend\nend"
    ).encode()
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{' '.join(f'{6 + 2 * n} 0 R' for n in range(len(pages)))}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Plain /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Plain /DW 500 /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
        b"/FontDescriptor << /Type /FontDescriptor /FontName /Plain /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >> >>",
        _stream(to_unicode),
    ]
    for number, page in enumerate(pages):
        shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj T*\n" for line in page)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents {7 + 2 * number} 0 R >>".encode()
        )
        objects.append(_stream(f"BT /F1 9 Tf 12 TL 40 800 Td\n{shown}ET".encode()))
    written, places = bytearray(b"%PDF-1.7\n"), []
    for number, one in enumerate(objects, start=1):
        places.append(len(written))
        written += f"{number} 0 obj\n".encode() + one + b"\nendobj\n"
    start = len(written)
    written += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    written += "".join(f"{place:010} 00000 n \n" for place in places).encode()
    written += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    path.write_bytes(written)


def _units(text: str) -> Iterator[int]:
    raw = text.encode("utf-16-be")
    return (int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2))


def _stream(content: bytes) -> bytes:
    packed = zlib.compress(content)
    return f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode() + packed + b"\nendstream"


def _pdf_lines(elements: Iterable[Element]) -> Iterator[str]:
    for element in elements:
        if isinstance(element, Text):
            yield from _wrapped(element.text, LETTERS_OF_A_LINE)
            continue
        for row in element.rows:
            for box in row:
                for line in (*box.lines, *(inner for lines in box.inner for inner in lines)):
                    yield from _wrapped(line, LETTERS_OF_A_CELL if len(row) > 1 else LETTERS_OF_A_LINE)


def _wrapped(text: str, letters: int) -> Iterator[str]:
    line = ""
    for word in text.replace(SPLIT, "").split(" "):
        if line and len(line) + len(word) + 1 > letters:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    if line:
        yield line
