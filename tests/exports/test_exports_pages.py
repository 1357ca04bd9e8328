"""PDF and HTML, read by other programs: fonts, letters, metadata, long rows, hostile text."""

import io
import json
from dataclasses import replace
from typing import cast

import pytest
from lxml import html as lxml_html
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from app.documents import Document, Kind
from app.documents.value import Stage, Text
from app.exports import export
from app.exports.fonts import letters, markup
from app.exports.mark import NAME, parse
from tests.exports.exports_samples import MARK, document, form
from tests.exports.exports_text import visible

ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
SIGNS = "№«»–—−×÷²³½°≤≥≠√π→•…’“”₂"


def pdf(made: Document) -> PdfReader:
    return PdfReader(io.BytesIO(export(made, form(made.kind, made.language), MARK, "pdf").data))


def page(made: Document) -> lxml_html.HtmlElement:
    return lxml_html.document_fromstring(export(made, form(made.kind, made.language), MARK, "html").data)


def aimed(text: str) -> Document:
    made = document(Kind.PLAN, "kk")
    return made.with_field(replace(made.field("header.aim"), value=Text(text=text)))


def test_both_fonts_have_every_kazakh_letter_and_the_signs_of_school() -> None:
    missing = [one for one in ALPHABET + ALPHABET.upper() + SIGNS if ord(one) not in letters()]

    assert missing == []


@pytest.mark.parametrize(
    ("text", "printed"), [("", ""), ("<b>&", "&lt;b&gt;&amp;"), ("😀", "?"), ("∥", "||")]
)
def test_what_the_font_lacks_is_replaced_and_nothing_is_markup(text: str, printed: str) -> None:
    assert markup(text) == printed


def test_the_letters_are_read_back_from_the_pdf() -> None:
    text = "".join(one.extract_text() for one in pdf(aimed(f"{ALPHABET} {ALPHABET.upper()}")).pages)

    assert ALPHABET in text.replace("\n", "")


def test_the_fonts_are_in_the_file() -> None:
    resources = cast(DictionaryObject, pdf(document(Kind.PLAN, "kk")).pages[0]["/Resources"])
    fonts = cast(DictionaryObject, resources["/Font"])
    names = {str(cast(DictionaryObject, one.get_object())["/BaseFont"]) for one in fonts.values()}

    assert names
    assert all("SourceSerifPro" in one for one in names)


def test_pages_are_a4_and_say_their_language_and_title() -> None:
    file = pdf(document(Kind.QUIZ, "ru"))

    assert [round(float(one)) for one in file.pages[0].mediabox[2:]] == [595, 842]
    assert str(file.root_object["/Lang"]) == "ru"
    assert file.metadata is not None
    assert file.metadata.title == document(Kind.QUIZ, "ru").title


def test_the_mark_stands_in_the_xmp_as_a_property_of_its_own() -> None:
    xmp = pdf(document(Kind.PLAN, "kk")).xmp_metadata

    assert xmp is not None
    nodes = list(xmp.get_nodes_in_namespace("", "urn:ustaz:ai-mark:1#"))
    assert [one.nodeName for one in nodes] == [f"ustaz:{NAME}"]
    assert parse("".join(child.data for child in nodes[0].childNodes)) == MARK


def test_the_line_stands_on_every_page() -> None:
    pages = [one.extract_text().replace("\n", " ") for one in pdf(document(Kind.UNIT, "kk")).pages]

    assert len(pages) > 1
    assert all(MARK.receipt in one for one in pages)


def test_the_key_begins_on_a_page_of_its_own() -> None:
    first, *others = [one.extract_text() for one in pdf(document(Kind.QUIZ, "en")).pages]

    assert "Key for the teacher" not in first
    assert any("Key for the teacher" in one for one in others)


@pytest.mark.parametrize("sentences", [40, 400])
def test_a_row_longer_than_a_page_runs_on_without_losing_a_word(sentences: int) -> None:
    made = document(Kind.PLAN, "kk")
    words = " ".join(f"сөз{number}." for number in range(sentences * 5))
    stage = Stage(minutes=30, teacher=(words,), learner=("а" * 300,))
    made = made.with_field(replace(made.field("middle.stage"), value=stage))
    data = export(made, form(Kind.PLAN, "kk"), MARK, "pdf").data
    text = visible(data, ".pdf")

    assert all(f"сөз{number}." in text for number in range(sentences * 5))


def test_the_html_page_fetches_and_runs_nothing() -> None:
    root = page(document(Kind.PLAN, "kk"))

    assert [one.get("type") for one in root.iter("script")] == ["application/ld+json"]
    assert not list(root.iter("img", "link", "iframe", "object", "a", "form"))
    assert "default-src 'none'" in str(root.xpath("//meta[@http-equiv]/@content"))
    assert root.get("lang") == "kk"


def test_the_json_ld_of_the_page_is_the_mark() -> None:
    said = page(document(Kind.PLAN, "kk")).xpath("//script/text()")[0]

    assert json.loads(said)["@type"] == NAME
    assert json.loads(said)["receipt"] == MARK.receipt
    assert parse(said) == MARK


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "</style><img src=x onerror=1>", '" onclick="x', "&lt;b&gt;"]
)
def test_hostile_text_stays_text(text: str) -> None:
    root = page(aimed(text))

    assert text in [one.text_content() for one in root.iter("p")]
    assert len(list(root.iter("script"))) == 1
    assert not list(root.iter("img"))


def test_merged_cells_of_the_page_fill_the_table() -> None:
    for kind in Kind:
        for table in page(document(kind, "ru")).iter("table"):
            width = len(list(table.iter("col")))
            rows = list(table.iter("tr"))
            filled = sum(
                int(one.get("colspan", 1)) * int(one.get("rowspan", 1)) for one in table.iter("td", "th")
            )
            assert filled == width * len(rows), kind
