"""Laws over every format of every kind: the line, the mark, the words, the same bytes, no foreign address."""

import re
import subprocess
import sys
import zipfile
from io import BytesIO

import pytest

from app.documents import Kind
from app.exports import CannotExport, Exported, export, formats, read
from tests.exports.exports_samples import LANGUAGES, MARK, document, form
from tests.exports.exports_text import squeezed, visible

ALL = [(kind, one.name) for kind in Kind for one in formats(kind)]
# Names of XML vocabularies, which no program fetches; every other address is foreign.
VOCABULARIES = re.compile(
    r"http://(schemas\.(openxmlformats|microsoft)\.(org|com)|purl\.org|www\.w3\.org|ns\.adobe\.com)/[^\s\"'<>]*"
)


def made(kind: Kind, name: str, language: str) -> Exported:
    return export(document(kind, language), form(kind, language), MARK, name)


def whole(data: bytes) -> str:
    """Every part of a file as text."""
    if not data.startswith(b"PK"):
        return data.decode("utf-8", errors="ignore")
    with zipfile.ZipFile(BytesIO(data)) as package:
        return "".join(package.read(one).decode("utf-8", errors="ignore") for one in package.namelist())


def test_a_format_that_is_not_there_is_refused() -> None:
    with pytest.raises(CannotExport):
        made(Kind.PLAN, "xyz", "kk")


def test_every_kind_can_be_printed() -> None:
    for kind in Kind:
        assert {"docx"} <= {one.name for one in formats(kind)}, kind


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "name"), ALL)
def test_every_file_holds_the_line_and_the_mark_with_its_receipt(
    kind: Kind, name: str, language: str
) -> None:
    file = made(kind, name, language)
    ending = file.name[file.name.rindex(".") :]

    assert squeezed(MARK.line(language)) in visible(file.data, ending)
    assert MARK.receipt in visible(file.data, ending)
    assert read(file.data) == MARK


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_the_same_document_gives_the_same_bytes(kind: Kind, name: str) -> None:
    assert made(kind, name, "kk").data == made(kind, name, "kk").data


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_no_file_names_a_foreign_address(kind: Kind, name: str) -> None:
    text = VOCABULARIES.sub("", whole(made(kind, name, "ru").data))

    assert not re.findall(r"(?:https?|ftp):/*[^\s\"'<>]+", text)
    assert 'TargetMode="External"' not in text


def test_naming_the_formats_loads_none_of_their_libraries() -> None:
    asked = "import sys, app.exports; sys.exit(any(one in sys.modules for one in ('docx', 'pptx', 'reportlab', 'pypdf')))"

    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
