"""The shapes that the tables, headings and notes of an act take, each by hand: nothing is lost and nothing invented."""

from pathlib import Path

import pytest

from knowledge.edition import Doubt, Edition, ProgrammeText
from knowledge.readers import order399, process
from knowledge.readers.limits import OFFICIAL

TITLE = "<h3>Типовая учебная программа по учебному предмету «{subject}» для {grades}</h3>"
GOALS = "<h3>Параграф 2. Система целей обучения</h3>"
BODY = "<table><tr><td>Подраздел</td><td>5 класс</td><td>6 класс</td></tr><tr><td>1.1 Числа</td><td>5.1.1.1 считать;</td><td>6.1.1.1 делить;</td></tr></table>"
ORDER = "к приказу Министра просвещения от 16 сентября 2022 года № 399"


def edition(tmp_path: Path, body: str) -> Edition:
    path = tmp_path / "act.html"
    path.write_text(f"<!DOCTYPE html><html><body>{body}</body></html>", encoding="utf-8")
    return order399.read(path)


def one(
    tmp_path: Path, table: str, *, subject: str = "Математика", grades: str = "5-6 классов"
) -> ProgrammeText:
    """The programme whose matrix is given."""
    (read,) = edition(tmp_path, TITLE.format(subject=subject, grades=grades) + GOALS + table).programmes
    return read


def worded(read: ProgrammeText) -> dict[str, str]:
    return {it.code: it.text("ru") for it in read.objectives}


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        # the matrix goes on in a second table without a heading
        (
            "<table><tr><td>Подраздел</td><td>5 класс</td><td>6 класс</td></tr><tr><td>1.1</td><td>5.1.1.1 а1</td><td>6.1.1.1 а2</td></tr></table>"
            "<table><tr><td>1.2</td><td>5.1.2.1 б1</td><td>6.1.2.1 б2</td></tr></table>",
            {"5.1.1.1": "а1", "6.1.1.1": "а2", "5.1.2.1": "б1", "6.1.2.1": "б2"},
        ),
        # code and wording in cells of their own
        (
            "<table><tr><td>Подраздел</td><td>Код</td><td>Цели обучения</td></tr><tr><td>1.1</td><td>5.1.1.1</td><td>считать</td></tr>"
            "<tr><td></td><td>5.1.1.2</td><td>писать</td></tr></table>",
            {"5.1.1.1": "считать", "5.1.1.2": "писать"},
        ),
        # label and objectives in one cell
        (
            "<table><tr><td>Цели обучения</td></tr><tr><td>1.1 Числа<br>5.1.1.1 считать;<br>5.1.1.2 писать</td></tr></table>",
            {"5.1.1.1": "считать", "5.1.1.2": "писать"},
        ),
        # one cell over two grades
        (
            "<table><tr><td>Подраздел</td><td>5 класс</td><td>6 класс</td></tr><tr><td>1.1</td><td colspan=2>5.1.1.1 считать;<br>6.1.1.1 делить;</td></tr></table>",
            {"5.1.1.1": "считать", "6.1.1.1": "делить"},
        ),
        # the page laid out in a table
        (
            f"<table><tr><td>меню</td><td><p>Глава 2</p>{GOALS}{BODY}</td></tr></table>",
            {"5.1.1.1": "считать", "6.1.1.1": "делить"},
        ),
        # grades with a remark in their heading, columns numbered
        (
            "<table><tr><td>Подраздел</td><td>5 класс (первое полугодие)</td><td>6-класс*</td></tr><tr><td>1</td><td>2</td><td>3</td></tr>"
            "<tr><td>1.1</td><td>5.1.1.1 считать</td><td>6.1.1.1 делить</td></tr></table>",
            {"5.1.1.1": "считать", "6.1.1.1": "делить"},
        ),
        # objectives in paragraphs, without a table
        (
            "<p>В коде 5.1.1.7 «5» – класс.</p><p>5.1.1.1 считать;</p><p>5.1.1.2 писать, как в 5.1.1.1;</p>",
            {"5.1.1.1": "считать", "5.1.1.2": "писать, как в 5.1.1.1"},
        ),
    ],
)
def test_every_shape_of_a_matrix_is_read(tmp_path: Path, table: str, expected: dict[str, str]) -> None:
    read = one(tmp_path, table)

    assert worded(read) == expected
    assert set(read.counts(Doubt)) <= {"empty"}


@pytest.mark.parametrize(
    ("heading", "row"),
    [
        ("<p>1) раздел 1 «Числа и счёт»:</p>", ""),
        ("<p>1) Раздел «Числа и счёт»:</p>", ""),
        ("<p>Раздел 1. Числа и счёт</p>", ""),
        ("", "<tr><td colspan=3>Раздел 1. Числа и счёт</td></tr>"),
        ("", "<tr><td colspan=3>1. Числа и счёт</td></tr>"),
    ],
)
def test_a_section_is_named_by_a_line_above_or_a_row_across(tmp_path: Path, heading: str, row: str) -> None:
    head = "<tr><td>Подраздел</td><td>5 класс</td><td>6 класс</td></tr>"
    read = one(
        tmp_path, f"{heading}<table>{head}{row}<tr><td>1.1</td><td>5.1.1.1 считать</td><td></td></tr></table>"
    )

    assert [(it.section.number, it.section.named("ru")) for it in read.objectives] == [(1, "Числа и счёт")]


def test_a_programme_of_one_grade_needs_no_grade_in_its_heading(tmp_path: Path) -> None:
    table = "<table><tr><td>Подраздел</td><td>Цели обучения</td></tr><tr><td>1.1 Звуки</td><td>1.1.1.1 слышать;<br>1.1.1.2 различать</td></tr></table>"
    read = one(tmp_path, table, subject="Букварь", grades="1 класса")

    assert worded(read) == {"1.1.1.1": "слышать", "1.1.1.2": "различать"}
    assert (read.programme.subject, read.programme.grades, read.programme.track) == ("primer-ru", (1,), "")
    assert read.objectives[0].subsection is not None
    assert read.objectives[0].subsection.named("ru") == "Звуки"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1 0.1.1.1 считать;", {"10.1.1.1": "считать"}),
        ("1 0.1.1.1 1-й ряд считать;", {"10.1.1.1": "1-й ряд считать"}),
        ("10 .1. 1 .1считать;<br>10.1.1.2 писать", {"10.1.1.1": "считать", "10.1.1.2": "писать"}),
        ("10.1.1.\u200b1\u00a0считать; 10.1.1.2делить;", {"10.1.1.1": "считать", "10.1.1.2": "делить"}),
        ("10.1.<br>1.1<br>считать", {"10.1.1.1": "считать"}),
    ],
)
def test_defects_may_come_together(tmp_path: Path, cell: str, expected: dict[str, str]) -> None:
    table = f"<table><tr><td>Подраздел</td><td>10 класс</td><td>11 класс</td></tr><tr><td>10.1. 11.1.</td></tr><tr><td>1.1</td><td>{cell}</td><td>11.1.1.1 делить</td></tr></table>"
    read = one(
        tmp_path, table, subject="Физика", grades="10-11 классов естественно-математического направления"
    )

    assert worded(read) == {**expected, "11.1.1.1": "делить"}
    assert read.counts(Doubt) == {}
    assert read.programme.track == "natural-mathematical"


@pytest.mark.parametrize(
    ("opening", "number"),
    [
        (f"<p>Приложение 52 {ORDER}</p>", "52"),
        (f"<p>Приложение 52</p><p>{ORDER}</p>", "52"),
        (f"<table><tr><td></td><td>Приложение 52<br>{ORDER}</td></tr></table>", "52"),
        (
            "<p>Қазақстан Республикасы Оқу-ағарту министрінің</p><p>2022 жылғы 16 қыркүйектегі № 399 бұйрығына</p><p>52-қосымша</p>",
            "52",
        ),
        ("<p>Приложение 3 к приказу от 21 ноября 2022 года № 467 Приложение 52 " + ORDER + "</p>", "52"),
        # what only mentions an appendix
        ("<p>1) программа согласно приложению 52 к настоящему приказу;</p>", "unknown"),
        ("<p>Приложение 52 к приказу изложить в новой редакции согласно приложению 1.</p>", "unknown"),
        ("<p>Приложение 2 к Типовой учебной программе</p>", "unknown"),
    ],
)
def test_a_heading_opens_an_appendix_and_a_mention_does_not(
    tmp_path: Path, opening: str, number: str
) -> None:
    read = edition(
        tmp_path, opening + TITLE.format(subject="Математика", grades="5-6 классов") + GOALS + BODY
    )

    assert [it.programme.appendix for it in read.programmes] == [number]
    assert worded(read.programmes[0]) == {"5.1.1.1": "считать", "6.1.1.1": "делить"}


def test_an_appendix_names_the_order_that_changed_it_last_and_its_day(tmp_path: Path) -> None:
    note = (
        "<p>Сноска. Приложение 52 - в редакции приказа Министра от 21.11.2022 № 467; с изменением, внесённым приказом "
        "от 05.03.2024 № 59 (вводится в действие с 1 сентября 2024 года).</p>"
    )
    read = edition(
        tmp_path,
        f"<p>Приложение 52 {ORDER}</p>"
        + TITLE.format(subject="Математика", grades="5-6 классов")
        + note
        + GOALS
        + BODY
        + "<p>Сноска. Приложение 53 исключено приказом от 05.03.2024 № 59.</p>",
    )

    assert read.amended_by == "Order 59 of 05.03.2024"
    assert [
        (it.programme.appendix, it.programme.amended_by, it.programme.valid_from) for it in read.programmes
    ] == [
        ("52", "Order 59 of 05.03.2024", "2024-09-01"),
        ("53", "Order 59 of 05.03.2024", "unknown"),
    ]
    assert read.programmes[1].counts(Doubt) == {"empty": 1}


@pytest.mark.parametrize(
    ("words", "slug", "taught", "track"),
    [
        ("«Казахский язык» (с казахским языком обучения) для 5-9 классов", "kazakh-l1", "kk", ""),
        ("«Казахский язык» (с неказахским языком обучения) для 1-4 классов", "kazakh-l2", "other", ""),
        ("«Русский язык» (с казахским языком обучения) для 2-4 классов", "russian-l2", "kk", ""),
        (
            "«Литературное чтение» (с уйгурским языком обучения) для 2-4 классов",
            "literary-reading-ug",
            "ug",
            "",
        ),
        (
            "«Қазақ әдебиеті» для 10-11 классов общественно-гуманитарного направления",
            "kazakh-literature",
            "unknown",
            "social-humanitarian",
        ),
        ("«Алгебра и начала анализа» для 10-11 классов", "algebra-analysis", "unknown", "unknown"),
        ("«Плавание» для 5-6 классов", "unknown", "unknown", ""),
    ],
)
def test_a_title_says_subject_language_and_track_or_they_stay_unknown(
    tmp_path: Path, words: str, slug: str, taught: str, track: str
) -> None:
    read = edition(
        tmp_path, f"<h3>Типовая учебная программа по учебному предмету {words}</h3>" + GOALS + BODY
    )
    head = read.programmes[0].programme

    assert (head.subject, head.language_of_instruction, head.track) == (slug, taught, track)


@pytest.mark.parametrize(
    "quarter", ["2 четверть", "II четверть (20 часов)", "2-я четверть", "Четверть 2", "2-тоқсан", "ІІ тоқсан"]
)
def test_a_quarter_is_known_in_every_form(tmp_path: Path, quarter: str) -> None:
    plan = (
        "<h3>Параграф 3. Долгосрочный план по реализации программы</h3><p>1) 5 класс:</p>"
        f"<table><tr><td>{quarter}</td><td>Счёт</td><td>5.1.1.1 считать</td></tr></table>"
    )
    read = one(tmp_path, BODY + plan)

    assert [it.quarters for it in read.objectives] == [(2,), ()]


def test_the_process_that_parses_gives_the_same_edition(tmp_path: Path) -> None:
    path = tmp_path / "act.html"
    path.write_text(f"<!DOCTYPE html><html><body>{GOALS}{BODY}</body></html>", encoding="utf-8")
    plain = process.call(
        "order399",
        path,
        limits=OFFICIAL,
        edition="as of 2026-10-09",
        appendix="52",
        act="Order 399 of 16.09.2022",
    )

    assert Edition.from_mapping(plain) == order399.read(
        path, edition="as of 2026-10-09", appendix="52", act="Order 399 of 16.09.2022"
    )
    assert plain["programmes"][0]["programme"]["subject"] == "mathematics"
