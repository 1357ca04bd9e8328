"""Files that were made to harm whoever reads them; each is built here in a moment and never kept."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import Final

CONTENT_TYPES = (
    b'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    b'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    b'<?xml version="1.0" encoding="UTF-8"?>'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    b'Target="word/document.xml"/></Relationships>'
)
WORD = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
DOCUMENT = "word/document.xml"
MILLION = 1_000_000


def body(inside: bytes, before: bytes = b"") -> bytes:
    """The main part of a Word document."""
    head = b'<?xml version="1.0" encoding="UTF-8"?>' + before
    return head + b"<w:document " + WORD + b"><w:body>" + inside + b"</w:body></w:document>"


def paragraph(text: bytes) -> bytes:
    """A paragraph of Word."""
    return b"<w:p><w:r><w:t>" + text + b"</w:t></w:r></w:p>"


def docx(main: bytes, *, level: int = 9) -> bytes:
    """A Word document with that main part."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as packed:
        packed.writestr("[Content_Types].xml", CONTENT_TYPES)
        packed.writestr("_rels/.rels", RELATIONS)
        packed.writestr(DOCUMENT, main)
    return made.getvalue()


def pdf(streams: Mapping[bytes, bytes], *, pages: int = 1, content: bytes = b"4 0 R") -> bytes:
    """A PDF whose objects from the fourth on are streams: dictionary entries and packed bytes."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [" + b"3 0 R " * pages + b"] /Count %d >>" % pages,
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents " + content + b" >>",
    ]
    objects += [
        b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(packed), entries, packed)
        for entries, packed in streams.items()
    ]
    made, places = b"%PDF-1.5\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(made))
    return made + head + table + tail


def noise(words: int, seed: int = 0) -> bytes:
    """Hexadecimal digits that do not repeat: sixteen for a word, the same for the same seed."""
    return b"".join(
        b"%016x" % ((seed * 7919 + word + 1) * 0x9E3779B97F4A7C15 % 2**64) for word in range(words)
    )


def packed(byte: bytes, millions: int) -> bytes:
    """So many million equal bytes, packed."""
    packing = zlib.compressobj(9)
    parts = [packing.compress(byte * MILLION) for _ in range(millions)]
    return b"".join([*parts, packing.flush()])


def giant_text() -> bytes:
    """About 400 KB of Word with one text of 400 MB."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        with archive.open(DOCUMENT, "w") as part:
            part.write(body(b"\x00").partition(b"\x00")[0] + b"<w:p><w:r><w:t>")
            for _ in range(400):
                part.write(b"a" * MILLION)
            part.write(b"</w:t></w:r></w:p>" + body(b"\x00").partition(b"\x00")[2])
    return made.getvalue()


def giant_text_with_small_words() -> bytes:
    """The same, but the archive declares the text as small: in the directory and before the part."""
    return _declared_as(giant_text(), 50_000)


def _declared_as(archive: bytes, size: int) -> bytes:
    """The archive with another unpacked size written wherever the main part's stands."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        entry = opened.getinfo(DOCUMENT)
    real = struct.pack("<I", entry.file_size)
    return archive.replace(real, struct.pack("<I", size))


def heavy_but_allowed() -> bytes:
    """95 MB of small paragraphs that no measure of the archive forbids: only the process's memory does."""
    line = b"".join(paragraph(noise(8, number)) for number in range(40_000))
    return docx(body(line * (95 * MILLION // len(line))), level=1)


def archive_in_archive() -> bytes:
    """Six archives inside one another, ten of the next in each."""
    content = b"0" * MILLION
    for level in range(6):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for number in range(10):
                archive.writestr(f"{level}{number}.zip", content)
        content = made.getvalue()
    return content


def overlapping() -> bytes:
    """Five hundred entries of the directory that all unpack the same bytes."""
    one = io.BytesIO()
    with zipfile.ZipFile(one, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/0000.xml", b"<a>" + noise(9000) + b"</a>")
    whole = one.getvalue()
    at = whole.index(b"PK\x01\x02")
    end = whole.index(b"PK\x05\x06")
    record = whole[at:end]
    directory = b"".join(record.replace(b"word/0000", b"word/%04d" % number) for number in range(500))
    closing = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 500, 500, len(directory), at, 0)
    return whole[:at] + directory + closing


def many_entries() -> bytes:
    """Sixty thousand empty entries."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for number in range(60_000):
            archive.writestr(f"{number}.xml", b"")
    return made.getvalue()


def outside_entity() -> bytes:
    """Word that would show a file of the machine."""
    declared = b'<!DOCTYPE w [<!ENTITY file SYSTEM "file:///etc/passwd">]>'
    return docx(body(paragraph(b"&file;"), declared))


def outside_entity_in_utf16() -> bytes:
    """The same in UTF-16, where the bytes of the declaration do not stand together."""
    declared = b'<!DOCTYPE w [<!ENTITY file SYSTEM "file:///etc/passwd">]>'
    main = body(paragraph(b"&file;"), declared).decode().replace("UTF-8", "UTF-16")
    return docx(main.encode("utf-16"))


def billion_laughs() -> bytes:
    """Ten entities, each ten of the one before."""
    lines = ['<!ENTITY l0 "ha">']
    lines += [f'<!ENTITY l{number} "{f"&l{number - 1};" * 10}">' for number in range(1, 10)]
    return docx(body(paragraph(b"&l9;"), f"<!DOCTYPE w [{''.join(lines)}]>".encode()))


def deep_word() -> bytes:
    """Word with elements nested 60,000 deep, too uneven to be packed tightly."""
    opening = b"".join(b'<w:sdt w:id="%s">' % noise(2, seed) for seed in range(60_000))
    return docx(body(opening + b"</w:sdt>" * 60_000))


def deep_page() -> bytes:
    """A page nested 200,000 deep."""
    return b"<html><body>" + b"<div>" * 200_000 + "мәтін".encode() + b"</div>" * 200_000


def giant_stream() -> bytes:
    """About 300 KB of PDF with a stream of 300 MB."""
    return pdf({b"/Filter /FlateDecode": packed(b" ", 300)})


def stream_in_stream() -> bytes:
    """A PDF whose stream is packed three times over."""
    twice = zlib.compress(packed(b" ", 500), 9)
    return pdf({b"/Filter [/FlateDecode /FlateDecode /FlateDecode]": zlib.compress(twice, 9)})


def many_streams() -> bytes:
    """A PDF of one page with two hundred streams of 15 MB, each of which is allowed."""
    one = packed(b" ", 15)
    streams = {b"/Filter /FlateDecode /N %d" % number: one for number in range(200)}
    return pdf(streams, content=b"[" + b"".join(b"%d 0 R " % (4 + n) for n in range(200)) + b"]")


def many_pages() -> bytes:
    """A PDF that shows one page fifty thousand times."""
    return pdf({b"": b"BT ET"}, pages=50_000)


def pages_in_a_circle() -> bytes:
    """A PDF whose list of pages holds itself."""
    return pdf({b"": b"BT ET"}).replace(b"/Kids [3 0 R ]", b"/Kids [2 0 R ]")


def page_called_pdf() -> bytes:
    """A page, to be given the name of a PDF."""
    return b"<!DOCTYPE html><html><script>alert(1)</script></html>"


def pdf_and_archive() -> bytes:
    """A PDF that is an archive too."""
    made = io.BytesIO(pdf({b"": b"BT ET"}))
    made.seek(0, io.SEEK_END)
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("program.exe", b"MZ")
    return made.getvalue()


BOMBS: Final[Mapping[str, tuple[str, Callable[[], bytes]]]] = {
    "giant text": ("a.docx", giant_text),
    "giant text, declared small": ("a.docx", giant_text_with_small_words),
    "heavy but allowed": ("a.docx", heavy_but_allowed),
    "archive in archive": ("a.docx", archive_in_archive),
    "overlapping entries": ("a.docx", overlapping),
    "many entries": ("a.docx", many_entries),
    "outside entity": ("a.docx", outside_entity),
    "outside entity in UTF-16": ("a.docx", outside_entity_in_utf16),
    "billion laughs": ("a.docx", billion_laughs),
    "deep Word": ("a.docx", deep_word),
    "deep page": ("a.html", deep_page),
    "giant stream": ("a.pdf", giant_stream),
    "stream in stream": ("a.pdf", stream_in_stream),
    "many streams": ("a.pdf", many_streams),
    "many pages": ("a.pdf", many_pages),
    "pages in a circle": ("a.pdf", pages_in_a_circle),
    "page called PDF": ("a.pdf", page_called_pdf),
    "PDF and archive": ("a.pdf", pdf_and_archive),
}
