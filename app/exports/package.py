"""The last step of a DOCX or PPTX: the mark as a custom property, and the same bytes for the same document."""

import io
import re
import zipfile
from xml.sax.saxutils import escape

PART = "docProps/custom.xml"
TYPES = "[Content_Types].xml"
RELATIONS = "_rels/.rels"
# Programs show a property that they do not know only under this format identifier (ECMA-376, part 1, 22.3).
FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
# What the libraries' templates bring along of somebody else's: a picture of an empty page, the settings of a printer.
STRANGE = re.compile(r"docProps/thumbnail\.|/printerSettings/")
STRANGE_RELATION = re.compile(
    rb'<Relationship [^>]*Target="[^"]*(?:thumbnail\.|printerSettings/)[^"]*"[^>]*/>'
)
THE_TIME = (1980, 1, 1, 0, 0, 0)
CUSTOM = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<Properties xmlns="{OFFICE}/custom-properties" xmlns:vt="{OFFICE}/docPropsVTypes">'
    '<property fmtid="{format}" pid="2" name="{name}"><vt:lpwstr>{value}</vt:lpwstr></property>'
    "</Properties>"
)
OVERRIDE = (
    f'<Override PartName="/{PART}" '
    'ContentType="application/vnd.openxmlformats-officedocument.custom-properties+xml"/></Types>'
)
RELATION = f'<Relationship Id="rIdMark" Type="{OFFICE}/relationships/custom-properties" Target="{PART}"/></Relationships>'


def marked(data: bytes, name: str, value: str) -> bytes:
    """The package with one custom property more, every part dated alike.

    Source: ECMA-376, part 1, 15.2.12.2 and part 2 (the parts and their relationships).
    """
    custom = CUSTOM.replace("{format}", FORMAT).replace("{name}", name).replace("{value}", escape(value))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in (one for one in old.namelist() if not STRANGE.search(one)):
            body = old.read(part)
            if part.endswith(".rels"):
                body = STRANGE_RELATION.sub(b"", body)
            if part == TYPES:
                body = body.replace(b"</Types>", OVERRIDE.encode())
            if part == RELATIONS:
                body = body.replace(b"</Relationships>", RELATION.encode())
            new.writestr(_dated(part), body)
        new.writestr(_dated(PART), custom.encode())
    return out.getvalue()


def _dated(part: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(part, THE_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry
