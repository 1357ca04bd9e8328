"""Reading the mark back from any file, a stranger's and a damaged one too."""

import html
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents import Kind
from app.exports import export, read
from app.exports.package import PART
from tests.exports.exports_samples import MARK, document, form

DOCX = export(document(Kind.PLAN, "kk"), form(Kind.PLAN, "kk"), MARK, "docx").data


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"%PDF-1.7", b"no mark here", DOCX[:200], b"\xff\xfe\x00"]
)
def test_a_file_without_a_mark_has_none(data: bytes) -> None:
    assert read(data) is None


@given(st.binary(max_size=300))
def test_no_bytes_make_it_break(data: bytes) -> None:
    assert read(data) is None
    assert read(b"PK\x03\x04" + data) is None
    assert read(b'{"mark":"ustaz-ai-mark/1"' + data) is None


def test_a_program_that_quotes_it_on_saving_does_not_lose_it() -> None:
    assert read(html.escape(MARK.json()).encode()) == MARK
    assert read(f'"{MARK.json().replace(chr(34), chr(34) * 2)}"'.encode()) == MARK


def test_a_mark_that_was_cut_off_is_none() -> None:
    assert read(MARK.json()[:-10].encode()) is None


def test_properties_of_monstrous_size_are_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(PART, b" " * 50_000_000 + MARK.json().encode())

    assert read(out.getvalue()) is None
