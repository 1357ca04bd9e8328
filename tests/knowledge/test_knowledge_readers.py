"""Readers: every passage keeps its page or heading, the same text from every format, bombs and scans refused."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document as new_docx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter

from knowledge import readers
from knowledge.readers import kinds
from knowledge.readers import limits as measures
from knowledge.readers.document import Block, Document, Source, document
from knowledge.readers.limits import DOCUMENT, MOST_ENTRIES, Limits
from knowledge.readers.reasons import ENGLISH, Reason, ReasonKey, Refused
from knowledge.retrievers.codes import codes_in

WORD_XML = "word/document.xml"


def read(path: Path, limits: Limits = DOCUMENT) -> Document:
    """As the process does that reads, but here, so that a thousand files take no thousand processes."""
    name = readers.reader_for(path.name)
    kinds.check(path.name, measures.content(path, limits))
    return readers.load(name).read(Source(path=path, name=path.name, limits=limits))


def wording(content: Document) -> dict[str, str]:
    """Each code with what stands after it, white space left out."""
    found: dict[str, str] = {}
    for block in content.blocks:
        for code in codes_in(block.text):
            found[code] = re.sub(r"\s", "", block.text.partition(code)[2])
    return found


def plain(content: Document) -> list[str]:
    return [block.text for block in content.blocks if not block.note]


def test_every_listed_reader_has_its_own_suffixes() -> None:
    loaded = [readers.load(name) for name in readers.names()]

    assert [one.name for one in loaded] == list(readers.names())
    assert all(one.version >= 1 for one in loaded)
    with pytest.raises(LookupError):
        readers.load("os")


@pytest.mark.parametrize("name", ["a.exe", "noending", "a.zip"])
def test_a_file_that_no_reader_takes_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")

    with pytest.raises(Refused, match="no reader"):
        read(tmp_path / name)


def test_every_reason_is_worded_with_its_facts_and_comes_back_from_storage() -> None:
    facts = {name: "1" for words in ENGLISH.values() for name in re.findall(r"{(\w+)}", words)}

    assert set(ENGLISH) == set(ReasonKey)
    for key in ReasonKey:
        reason = Reason.of(key, **facts)
        assert "{" not in str(reason)
        assert Reason.from_mapping(reason.to_mapping()) == reason
    assert str(Reason.from_mapping("as once worded")) == "as once worded"
    assert Reason.from_mapping({"key": "of a later version", "facts": {}}).key is ReasonKey.OTHER


# -- formats ------------------------------------------------------------------------------------------------


def test_text_keeps_its_headings_as_places(tmp_path: Path) -> None:
    (tmp_path / "law.txt").write_text(
        "Глава 1. Общее\n\n\u00a0Статья 2. Цели\n\nПервый абзац.\nДальше.\n\nВторой абзац."
    )

    content = read(tmp_path / "law.txt")

    assert content.blocks[-1].text == "Второй абзац."
    assert content.blocks[-1].place == "Глава 1. Общее / Статья 2. Цели"
    assert content.blocks[2].text == "Первый абзац. Дальше."


def test_markdown_is_read_without_its_marks(tmp_path: Path) -> None:
    (tmp_path / "plan.md").write_text(
        "# План\n\n## Тема\n\nЦель **5.1.2.17** и `код`.\n\n| а | б |\n|---|---|\n| 1 | 2 |\n\n<script>x</script>\n"
    )

    content = read(tmp_path / "plan.md")

    assert content.title == "План"
    assert "код" in plain(content)[1]
    assert plain(content)[-1] == "1 | 2"
    assert content.blocks[-1].place == "План / Тема"
    assert "script" not in " ".join(plain(content))


def test_cells_of_an_html_table_are_not_glued(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "<h2>Цели</h2><table><tr><td>1.3</td><td>1.1.3.3 сравнивать;<br>1.1.3.4 переводить</td></tr></table>"
        "<p>Кон<b>ец</b></p><style>p{}</style>"
    )

    content = read(tmp_path / "a.html")

    assert wording(content) == {"1.1.3.3": "сравнивать;", "1.1.3.4": "переводить"}
    assert plain(content)[-1] == "Конец"
    assert {block.place for block in content.blocks} == {"Цели"}


def test_a_merged_cell_of_word_counts_once(tmp_path: Path) -> None:
    made = new_docx()
    made.add_heading("Жоспар", level=1)
    table = made.add_table(rows=2, cols=3)
    table.cell(0, 0).merge(table.cell(0, 2)).text = "Бірге"
    for number in range(3):
        table.cell(1, number).text = str(number)
    made.save(str(tmp_path / "a.docx"))

    content = read(tmp_path / "a.docx")

    assert plain(content) == ["Жоспар", "Бірге", "0 | 1 | 2"]
    assert content.blocks[-1].place == "Жоспар"


def test_an_empty_page_of_a_pdf_is_reported(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(tmp_path / "a.pdf")

    content = read(tmp_path / "a.pdf")

    assert content.blocks == ()
    assert not content.complete
    assert content.warnings == (Reason.of(ReasonKey.PAGE_NO_TEXT, page=1),)


def test_letters_lost_before_are_noticed() -> None:
    damaged = document("t", [Block(text="О?у ма?саты ба?дарлама?а с?йкес", place="p")])

    assert not damaged.complete
    assert damaged.warnings[0].key is ReasonKey.LETTERS_LOST
    assert document("t", [Block(text="Как сложить дроби? Так.", place="p")]).complete


def test_an_editors_remark_is_a_note_and_so_is_what_it_calls() -> None:
    content = document(
        "t", [Block(text=text, place="p") for text in ("Примечание ИЗПИ!", "Порядок см. ст. 31.", "Текст.")]
    )

    assert plain(content) == ["Текст."]


# -- what must not be parsed --------------------------------------------------------------------------------


def archive(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ({WORD_XML: b"<a/>", "word/big.xml": b"\0" * 5_000_000}, "packed more than"),
        ({f"word/{number}.xml": b"" for number in range(MOST_ENTRIES + 1)}, "entries"),
        ({WORD_XML: b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'}, "document type"),
        ({WORD_XML: b"<a/>" + str(2**9000).encode() + b'<!ENTITY b "c">'}, "document type"),
    ],
    ids=["ratio", "entries", "doctype", "late entity"],
)
def test_a_bomb_is_refused_by_what_it_declares(
    tmp_path: Path, entries: dict[str, bytes], reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        read(archive(tmp_path / "a.docx", entries))


def test_a_too_large_unpacked_size_is_refused_without_unpacking(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="bytes unpacked"):
        read(archive(tmp_path / "a.docx", {WORD_XML: b"<a>0123456789</a>"}), Limits(unpacked=10))


@pytest.mark.parametrize("name", ["a.docx", "a.pdf", "a.txt", "a.md", "a.html"])
def test_a_file_that_is_empty_or_too_large_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(Refused, match="empty"):
        read(tmp_path / name)

    (tmp_path / name).write_bytes(b"12345")
    with pytest.raises(Refused, match="at most"):
        read(tmp_path / name, Limits(input=3))


@pytest.mark.parametrize(
    ("first", "title"),
    [
        ("Школьный музей «Мурагер»", "Школьный музей «Мурагер»"),
        ("  Робототехника   үйірмесі ", "Робототехника үйірмесі"),
        ("Мұражай сейсенбіде ашық.", None),
        ("Глава 1. Общее", None),
        ("Бірінші жол\nекінші жол", None),
        ("слово " * 40, None),
    ],
)
def test_a_short_first_line_of_a_text_is_its_title(tmp_path: Path, first: str, title: str | None) -> None:
    path = tmp_path / "paper.txt"
    path.write_text(f"{first}\n\nМузей открыт по вторникам.", encoding="utf-8")

    content = read(path)

    texts = [block.text for block in content.blocks]
    if title is None:
        assert (content.title, texts) == ("paper", [" ".join(first.split()), "Музей открыт по вторникам."])
    else:
        assert (content.title, texts) == (title, ["Музей открыт по вторникам."])
        assert (content.blocks[0].heading, content.blocks[0].place) == (title, title)


def test_a_line_alone_is_the_text_and_no_title(tmp_path: Path) -> None:
    (tmp_path / "line.txt").write_text("Мұражай сейсенбіде ашық", encoding="utf-8")

    assert [block.text for block in read(tmp_path / "line.txt").blocks] == ["Мұражай сейсенбіде ашық"]


def test_text_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("Дроби".encode("cp1251"))

    with pytest.raises(Refused, match="UTF-8"):
        read(tmp_path / "a.txt")


def test_an_encrypted_pdf_is_refused(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "a.pdf")

    with pytest.raises(Refused, match="encrypted"):
        read(tmp_path / "a.pdf")


@pytest.mark.parametrize("name", ["a.docx", "a.pdf", "a.html", "a.md", "a.txt"])
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(min_size=1, max_size=400))
def test_any_bytes_are_read_or_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    try:
        found = read(tmp_path / name)
    except Refused:
        return
    assert all(block.text == " ".join(block.text.split()) for block in found.blocks)


@settings(max_examples=50)
@given(st.text(max_size=300))
def test_setting_codes_apart_loses_nothing_but_subsection_numbers(text: str) -> None:
    parts = plain(document("t", [Block(text=text, place="p")]))
    left = io.StringIO("".join(parts)).read()

    if not codes_in(text) and not re.search(
        r"Примечание|Ескерту|Сноска|ескертпесі|©|Footnote", text, re.IGNORECASE
    ):
        assert "".join(left.split()) == "".join(text.replace("\0", "\N{REPLACEMENT CHARACTER}").split())


# -- the official samples -----------------------------------------------------------------------------------


def test_the_law_is_the_same_from_word_and_from_a_page(samples: Path) -> None:
    word, page = read(samples / "ai_law_230-VIII_ru.docx"), read(samples / "ai_law_230-VIII_ru.html")

    for content in (word, page):
        parts = {part for block in content.blocks for part in block.place.split(" / ")}
        assert sum(part.startswith("Глава") for part in parts) == 6
        assert sum(part.startswith("Статья") for part in parts) == 31
        assert sum(len(codes_in(block.text)) for block in content.blocks) == 0
    signature = "Президент Республики Казахстан"
    assert [text for text in plain(word) if signature not in text] == [
        text for text in plain(page) if signature not in text and text != "К. ТОКАЕВ"
    ]
    assert not any("реестр" in text.lower() for text in plain(word))


def test_the_objectives_have_the_same_wording_from_page_and_pdf(samples: Path) -> None:
    page = wording(read(samples / "objectives_mathematics_1-4_ru.html"))
    pdf = wording(read(samples / "objectives_mathematics_1-4_ru.pdf"))

    assert len(page) == 30
    assert pdf == page


def test_a_scan_gives_no_text_and_says_so(samples: Path) -> None:
    content = read(samples / "ai_law_pages1-2_scan_ru.pdf")

    assert content.blocks == ()
    assert not content.complete
    assert [str(one) for one in content.warnings] == [
        "page 1: image only, not indexed",
        "page 2: image only, not indexed",
    ]
