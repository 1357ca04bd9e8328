"""The plan as DOCX, read by the library as a school's program would: the official form."""

import io
from dataclasses import replace

import pytest
from docx import Document as open_docx
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT

from app.documents import Document, Kind
from app.documents.value import Text
from app.exports import export
from app.exports.words import load
from tests.exports.exports_samples import LABELS, MARK, WORDS, document, form


def opened(made: Document, language: str) -> Docx:
    data = export(made, form(Kind.PLAN, language), MARK, "docx").data
    return open_docx(io.BytesIO(data))


def test_a_plan_without_fields_is_still_a_file() -> None:
    docx = opened(replace(document(Kind.PLAN, "kk"), fields=()), "kk")

    assert docx.paragraphs[0].text == WORDS["kk"]["title"]


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_it_is_an_a4_page_with_the_header_the_course_and_the_tail(language: str) -> None:
    docx = opened(document(Kind.PLAN, language), language)
    page = docx.sections[0]
    header, course, tail = docx.tables

    assert page.orientation == WD_ORIENT.LANDSCAPE
    assert page.page_width is not None
    assert round(page.page_width.cm, 1) == 29.7
    assert [row.cells[0].text for row in header.rows][:4] == [
        LABELS[language][f"header.{one}"] for one in ("organisation", "section", "teacher", "date")
    ]
    assert [one.text for one in course.rows[0].cells] == list(load(language).columns.values())
    assert [row.cells[0].text for row in tail.rows] == [
        LABELS[language][f"more.{one}"] for one in ("homework", "differentiation", "safety", "reflection")
    ]


def test_the_stages_stand_in_order_with_their_minutes_and_the_tasks_in_the_middle() -> None:
    course = opened(document(Kind.PLAN, "kk"), "kk").tables[1]
    stages = [row.cells[0].text.replace("\u00a0", " ") for row in course.rows[1:]]
    middle = [row for row in course.rows[1:] if "ортасы" in row.cells[0].text]

    assert list(dict.fromkeys(stages)) == [
        "Сабақтың басы\n5 мин",
        "Сабақтың ортасы\n30 мин",
        "Сабақтың соңы\n5 мин",
    ]
    assert [row.cells[1].text[:10] for row in middle[1:]] == ["1-тапсырма", "2-тапсырма", "3-тапсырма"]
    assert all("10\u00a0балл" in row.cells[3].text for row in middle[1:])


def test_the_head_of_the_course_is_repeated_and_short_rows_stay_whole() -> None:
    course = opened(document(Kind.PLAN, "kk"), "kk").tables[1]
    marks = [{child.tag.rpartition("}")[2] for child in row._tr.get_or_add_trPr()} for row in course.rows]

    assert "tblHeader" in marks[0]
    assert all("cantSplit" in one for one in marks)
    assert not any("tblHeader" in one for one in marks[1:])


def test_who_is_absent_is_left_for_the_teacher() -> None:
    header = opened(document(Kind.PLAN, "ru"), "ru").tables[0]
    grade = next(row for row in header.rows if row.cells[0].text.startswith("Класс"))

    assert grade.cells[0].text == "Класс: 5 «Ә»"
    assert grade.cells[1].text.count("____") > 1


def test_what_is_still_to_be_written_is_said_at_its_place() -> None:
    course = opened(document(Kind.PLAN, "ru"), "ru").tables[1]

    assert course.rows[-1].cells[1].text.endswith(f"[{WORDS['ru']['hint']}]")


def test_a_source_is_named_once_with_its_edition_and_place() -> None:
    lines = [one.text for one in opened(document(Kind.PLAN, "kk"), "kk").paragraphs]

    assert lines[-2:] == ["Дереккөздер", "1. Үлгілік бағдарлама, № 399 бұйрық; 2022-09-16; 12-тармақ"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("kk", "09.10.2026 күнгі жағдай бойынша"),
        ("ru", "по состоянию на 09.10.2026"),
        ("en", "as of 09.10.2026"),
    ],
)
def test_an_edition_known_by_its_day_is_said_in_the_language_of_the_document(
    language: str, said: str
) -> None:
    plan = document(Kind.PLAN, language)
    fields = tuple(
        replace(one, sources=tuple(replace(each, edition="as of 2026-10-09") for each in one.sources))
        for one in plan.fields
    )
    lines = [one.text for one in opened(replace(plan, fields=fields), language).paragraphs]

    assert any(f"; {said}; " in line for line in lines)


def test_the_line_stands_in_the_footer() -> None:
    footer = opened(document(Kind.PLAN, "kk"), "kk").sections[0].footer

    assert footer.paragraphs[0].text == MARK.line("kk")


@pytest.mark.parametrize(
    "text", ["\x00\x0b\ud800", "<w:t>&amp;</w:t>", "a\r\nb\u2028c", "\u202eabc", "😀" * 50]
)
def test_no_text_breaks_the_file(text: str) -> None:
    plan = document(Kind.PLAN, "kk")
    plan = plan.with_field(replace(plan.field("header.aim"), value=Text(text=text)))

    assert opened(plan, "kk").tables[0].rows


def test_a_school_may_call_the_columns_otherwise() -> None:
    own = replace(form(Kind.PLAN, "kk"), labels={"column.teacher": "Мұғалімнің әрекеті"})
    data = export(document(Kind.PLAN, "kk"), own, MARK, "docx").data
    course = open_docx(io.BytesIO(data)).tables[1]

    assert course.rows[0].cells[1].text == "Мұғалімнің әрекеті"
