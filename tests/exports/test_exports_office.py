"""DOCX and PPTX as an office program sees them: LibreOffice opens each, prints it, saves it anew and keeps the mark.

Run by `make office`; with `--basetemp FOLDER` the printed pages stay there to be looked at.
"""

import shutil
import subprocess
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.documents import Kind
from app.exports import export, formats, read
from tests.exports.exports_samples import LABELS, MARK, document, form
from tests.exports.exports_text import squeezed

SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        SOFFICE is None, reason="soffice is not installed (libreoffice-writer, libreoffice-impress)"
    ),
]
SHOWN = [
    (kind, name) for kind in Kind for name in ("docx", "pptx") if name in {one.name for one in formats(kind)}
]
# Landscape by the width of a page in points, A4.
WIDE = frozenset({Kind.PLAN, Kind.RUBRIC, Kind.CALENDAR})


def converted(folder: Path, data: bytes, ending: str, to: str) -> Path:
    source = folder / f"document{ending}"
    source.write_bytes(data)
    home = (folder / "profile").as_uri()
    subprocess.run(
        [str(SOFFICE), f"-env:UserInstallation={home}", "--headless", "--convert-to", to, "--outdir", str(folder / "out"), str(source)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return folder / "out" / f"document.{to}"


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize(("kind", "name"), SHOWN)
def test_it_opens_and_prints_with_the_line_and_every_label(
    tmp_path: Path, kind: Kind, name: str, language: str
) -> None:
    made = document(kind, language)
    file = export(made, form(kind, language), MARK, name)
    pages = PdfReader(converted(tmp_path, file.data, f".{name}", "pdf")).pages
    text = squeezed("".join(one.extract_text() for one in pages))

    assert squeezed(MARK.line(language)) in text
    if name == "docx":
        assert (float(pages[0].mediabox.width) > 800) == (kind in WIDE)
        assert all(MARK.receipt in one.extract_text() for one in pages)
    if kind is Kind.PLAN and name == "docx":
        assert all(squeezed(label) in text for place, label in LABELS[language].items() if place != "task")
        assert len(pages) <= 4


@pytest.mark.parametrize("name", ["docx", "pptx"])
def test_a_file_that_was_saved_anew_keeps_its_mark(tmp_path: Path, name: str) -> None:
    file = export(document(Kind.PLAN, "kk"), form(Kind.PLAN, "kk"), MARK, name)
    again = converted(tmp_path, file.data, f".{name}", name)

    assert again.read_bytes() != file.data
    assert read(again.read_bytes()) == MARK
