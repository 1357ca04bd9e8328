"""What a person sees in a file, as one text; each format read by a library that did not write it where there is one."""

import html
import io
import re
import zipfile

from defusedxml import ElementTree
from pypdf import PdfReader

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAW = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def squeezed(text: str) -> str:
    """The text without white space, since every format breaks lines where it likes."""
    return re.sub(r"\s+", "", text)


def visible(data: bytes, ending: str) -> str:
    """The words of a file, squeezed."""
    match ending:
        case ".docx" | ".pptx":
            return squeezed(_office(data))
        case ".pdf":
            return squeezed("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages))
        case ".html":
            text = data.decode()
            return squeezed(
                html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"(?s)<(script|style).*?</\1>", "", text)))
            )
        case _:
            return squeezed(html.unescape(data.decode("utf-8-sig")))


def _office(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = [
            one
            for one in package.namelist()
            if re.fullmatch(r"word/(document|footer\d*)\.xml|ppt/slides/slide\d+\.xml", one)
        ]
        return "".join(
            node.text or ""
            for part in parts
            for node in ElementTree.fromstring(package.read(part)).iter()
            if node.tag in (f"{WORD}t", f"{DRAW}t")
        )
