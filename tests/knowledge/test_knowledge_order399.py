"""The reader of acts with programmes: what it mends, what it reports, what it leaves alone; fixtures by hand."""

import json
from pathlib import Path

import pytest

from knowledge import programmes
from knowledge.edition import Doubt, Edition, ProgrammeText, Repair
from knowledge.readers import order399
from knowledge.readers.document import Refused

SHARED = Path(__file__).parents[3] / "shared" / "samples"
HEAD = (
    "<p>Приказ Министра просвещения Республики Казахстан от 16 сентября 2022 года № 399</p>"
    "<table><tr><td> </td><td>Приложение 52<br>к приказу Министра просвещения<br>от 16 сентября 2022 года № 399</td></tr></table>"
    "<h3>Типовая учебная программа по учебному предмету «Математика» для 5-6 классов</h3>"
    "<h3>Глава 1. Общее</h3><h3>Параграф 1. Часы</h3>"
    "<p>1) в 5 классе – 5 часов в неделю, 170 часов в учебном году;</p><p>2) в 6 классе – 4,5 часа в неделю.</p>"
    "<h3>Параграф 2. Система целей обучения</h3><p>1) раздел 1 «Счёт»:</p>"
)


def act(tmp_path: Path, matrix: str, after: str = "", name: str = "act.html") -> ProgrammeText:
    """The one programme of a page with this matrix."""
    path = tmp_path / name
    path.write_text(f"<html><body>{HEAD}{matrix}{after}</body></html>", encoding="utf-8")
    return order399.read(path).programmes[0]


def table(five: str, six: str = "6.1.1.1 складывать дроби;", label: str = "1.1 Первые числа") -> str:
    return (
        "<table><tr><td>Подраздел</td><td>5 класс</td><td>6 класс</td></tr>"
        f"<tr><td>{label}</td><td>{five}</td><td>{six}</td></tr></table>"
    )


def worded(read: ProgrammeText) -> dict[str, str]:
    return {one.code: one.text("ru") for one in read.objectives}


def kinds(read: ProgrammeText, code: str) -> set[str]:
    return {one.kind.value for one in read.remarks if one.code == code}


def test_an_empty_appendix_has_no_objectives_and_says_so(tmp_path: Path) -> None:
    read = act(tmp_path, "")

    assert read.objectives == ()
    assert [one.kind for one in read.remarks] == [Doubt.EMPTY]


def test_a_whole_matrix_gives_every_code_with_its_wording_and_its_place(tmp_path: Path) -> None:
    read = act(tmp_path, table("5.1.1.1 считать до ста;<br>5.1.1.2 читать числа"))
    first = read.objectives[0]

    assert worded(read) == {
        "5.1.1.1": "считать до ста",
        "5.1.1.2": "читать числа",
        "6.1.1.1": "складывать дроби",
    }
    assert (first.section.number, first.section.named("ru")) == (1, "Счёт")
    assert first.subsection is not None
    assert (first.subsection.number, first.subsection.named("ru")) == ("1.1", "Первые числа")
    assert read.programme.key == "399-52"
    assert (read.programme.subject, read.programme.grades) == ("mathematics", (5, 6))
    assert [(one.grade, one.per_week, one.per_year) for one in read.programme.hours] == [
        (5, 5.0, 170),
        (6, 4.5, None),
    ]
    assert read.remarks == ()


@pytest.mark.parametrize(
    ("cell", "expected", "repair"),
    [
        # a code against the words beside it
        ("5.1.1.1считать до ста;", {"5.1.1.1": "считать до ста"}, Repair.GLUED_CODE),
        ("5.1.1.1 считать5.1.1.2 писать", {"5.1.1.1": "считать", "5.1.1.2": "писать"}, Repair.GLUED_CODE),
        (
            "5.1.1.1 считать до 105.1.1.2 писать",
            {"5.1.1.1": "считать до 10", "5.1.1.2": "писать"},
            Repair.GLUED_CODE,
        ),
        # over the end of a line
        ("5.1.<br>1.1 считать до ста;", {"5.1.1.1": "считать до ста"}, Repair.BROKEN_CODE),
        ("<p>5.1.1</p><p>.1 считать</p>", {"5.1.1.1": "считать"}, Repair.BROKEN_CODE),
        # white space inside
        ("5.1.1. 2 писать", {"5.1.1.2": "писать"}, Repair.SPACED_CODE),
        ("5 .1&nbsp;.1.2 писать", {"5.1.1.2": "писать"}, Repair.SPACED_CODE),
        (
            "5.1.1.9 читать;<br>5.1.1.1 0 писать",
            {"5.1.1.9": "читать", "5.1.1.10": "писать"},
            Repair.SPACED_CODE,
        ),
        (
            "5.1.1.11 читать;<br>5.1.1.1 2 писать",
            {"5.1.1.11": "читать", "5.1.1.12": "писать"},
            Repair.SPACED_CODE,
        ),
        # invisible characters
        ("5.1.\u200b1.1 считать", {"5.1.1.1": "считать"}, Repair.INVISIBLE),
        ("5.1.1.1 счи\u00adтать", {"5.1.1.1": "считать"}, Repair.INVISIBLE),
        # two codes on a line, and for one wording
        ("5.1.1.1 считать; 5.1.1.2 писать", {"5.1.1.1": "считать", "5.1.1.2": "писать"}, Repair.TWO_CODES),
        ("5.1.1.17/18 считать", {"5.1.1.17": "считать", "5.1.1.18": "считать"}, Repair.TWO_CODES),
        ("5.1.1.1, 5.1.1.2 считать", {"5.1.1.1": "считать", "5.1.1.2": "считать"}, Repair.TWO_CODES),
        # headings of columns
        ("5.1. 6.1.<br>5.1.1.1 считать", {"5.1.1.1": "считать"}, Repair.COLUMN_HEADER),
        ("5.1. 6.1. 5.1.1.1 считать", {"5.1.1.1": "считать"}, Repair.COLUMN_HEADER),
        # text against the last objective
        ("5.1.1.1 считать; Распределение часов по разделам", {"5.1.1.1": "считать"}, Repair.STUCK_TEXT),
        ("5.1.1.1 считать Распределение часов по разделам", {"5.1.1.1": "считать"}, Repair.STUCK_TEXT),
        (
            "<p>5.1.1.1 считать.</p><p>Занятия идут по выбору школы.</p>",
            {"5.1.1.1": "считать."},
            Repair.STUCK_TEXT,
        ),
        # a Kazakh letter in a Russian word
        ("5.1.1.1 находить объҰм тела", {"5.1.1.1": "находить объём тела"}, Repair.WRONG_LETTER),
    ],
)
def test_a_defect_is_mended_and_named(
    tmp_path: Path, cell: str, expected: dict[str, str], repair: Repair
) -> None:
    read = act(tmp_path, table(cell))
    found = {code: text for code, text in worded(read).items() if code.startswith("5.")}

    assert found == expected
    assert repair in {one.kind for one in read.remarks}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        # runs of a word processor inside the code and around it
        ("<p><b><span>5.</span><span>1.1</span>.1</b><span> считать</span></p>", {"5.1.1.1": "считать"}),
        ("<p>\n 5.1.1.1\n считать\n до ста;</p>", {"5.1.1.1": "считать до ста"}),
        # one objective over two paragraphs, an upper case beginning, no mark at the end
        (
            "<p>5.1.1.1 Считать до ста</p><p>и обратно</p><p>5.1.1.2 Писать</p>",
            {"5.1.1.1": "Считать до ста и обратно", "5.1.1.2": "Писать"},
        ),
        # a table inside the cell
        (
            "<table><tr><td>5.1.1.1 считать;</td></tr><tr><td>5.1.1.2 писать;</td></tr></table>",
            {"5.1.1.1": "считать", "5.1.1.2": "писать"},
        ),
        # punctuation after the code
        (
            "5.1.1.1. считать;<br>5.1.1.2 – писать;<br>5.1.1.3) читать",
            {"5.1.1.1": "считать", "5.1.1.2": "писать", "5.1.1.3": "читать"},
        ),
        # what looks like a code and is none
        ("5.1.1.1 задать адрес 192.168.1.1 и 10.0.0.1;", {"5.1.1.1": "задать адрес 192.168.1.1 и 10.0.0.1"}),
        ("5.1.1.1 отмерять 1.5 л с 01.09.2025;", {"5.1.1.1": "отмерять 1.5 л с 01.09.2025"}),
        # other codes that a wording mentions
        (
            "5.1.1.1 считать, как в 5.1.1.2;<br>5.1.1.2 писать",
            {"5.1.1.1": "считать, как в 5.1.1.2", "5.1.1.2": "писать"},
        ),
        ("5.1.1.1 считать (после 4.1.1.1);", {"5.1.1.1": "считать (после 4.1.1.1)"}),
        # questions are no lost letters
        ("5.1.1.1 отвечать на вопросы кто? что? где?", {"5.1.1.1": "отвечать на вопросы кто? что? где?"}),
    ],
)
def test_what_is_right_on_a_hard_page_stays_right_without_a_doubt(
    tmp_path: Path, cell: str, expected: dict[str, str]
) -> None:
    read = act(tmp_path, table(cell))

    assert {code: text for code, text in worded(read).items() if code.startswith("5.")} == expected
    assert read.counts(Doubt) == {}


@pytest.mark.parametrize(
    ("cell", "doubt", "code", "kept"),
    [
        ("5.1.1.1 чит?ть ?аза? тілі", Doubt.LOST_LETTERS, "5.1.1.1", True),
        ("5.1.1.1 чит\ufffdть", Doubt.LOST_LETTERS, "5.1.1.1", True),
        ("5.1.1.1 считать;<br>5.1.1.2", Doubt.NO_WORDING, "5.1.1.2", False),
        ("5.1.1.1 " + "считать до ста и " * 20, Doubt.LONG_WORDING, "5.1.1.1", True),
        ("5.1.1.1 считать;<br>5.1.1.1 писать", Doubt.DUPLICATE_CODE, "5.1.1.1", True),
        ("5.1.1.1 считать;<br>5.1.1.3 писать", Doubt.GAP, "5.1.1.2", False),
        ("7.1.1.1 считать", Doubt.WRONG_GRADE, "7.1.1.1", False),
        ("6.1.1.1 считать", Doubt.WRONG_GRADE, "6.1.1.1", True),
        ("5.1.1.1 считать;<br>5.1.2 писать", Doubt.UNREAD_CODE, "5.1.1.1", True),
    ],
)
def test_what_cannot_be_mended_is_reported_and_nothing_is_invented(
    tmp_path: Path, cell: str, doubt: Doubt, code: str, kept: bool
) -> None:
    read = act(tmp_path, table(cell))

    assert doubt.value in kinds(read, code)
    assert (code in worded(read)) is kept
    assert worded(read).get("6.1.1.1") == "складывать дроби"


def test_a_word_cut_by_a_column_is_joined_where_the_page_knows_the_whole_and_not_the_parts(
    tmp_path: Path,
) -> None:
    page = "<p>Числа сравнивают. Умение сравнивать важно: сравнивать, сравнивать.</p>"
    read = act(tmp_path, page + table("5.1.1.1 срав нивать числа;<br>5.1.1.2 не большой круг"))
    first = read.objectives[0]

    assert worded(read)["5.1.1.1"] == "сравнивать числа"
    assert first.as_read == {"ru": "срав нивать числа"}
    assert worded(read)["5.1.1.2"] == "не большой круг"


def test_a_merged_cell_counts_once_and_its_columns_keep_their_grades(tmp_path: Path) -> None:
    matrix = (
        '<table><tr><td rowspan="2">Раздел</td><td rowspan="2">Подраздел</td><td colspan="2">Цели обучения</td></tr>'
        "<tr><td>5 класс</td><td>6 класс</td></tr>"
        '<tr><td rowspan="2">Раздел 2. Дроби</td><td>2.1 Доли</td><td>5.2.1.1 делить;</td><td>6.2.1.1 умножать;</td></tr>'
        "<tr><td>2.2 Части</td><td></td><td>6.2.2.1 складывать;</td></tr>"
        "<tr><td>Подраздел</td><td></td><td>5 класс</td><td>6 класс</td></tr>"
        '<tr><td colspan="2">2.3 Целое</td><td>5.2.3.1 сравнивать;</td><td>6.2.3.1 вычитать;</td></tr></table>'
    )
    read = act(tmp_path, matrix)

    assert set(worded(read)) == {"5.2.1.1", "6.2.1.1", "6.2.2.1", "5.2.3.1", "6.2.3.1"}
    assert {one.section.named("ru") for one in read.objectives} == {"Дроби"}
    assert {one.subsection.named("ru") for one in read.objectives if one.subsection} == {
        "Доли",
        "Части",
        "Целое",
    }
    assert read.counts(Doubt) == {}


def test_the_matrix_counts_and_the_plan_gives_the_quarters(tmp_path: Path) -> None:
    plan = (
        "<h3>Параграф 3. Долгосрочный план по реализации программы</h3><p>1) 5 класс:</p>"
        "<table><tr><td>Раздел</td><td>Тема</td><td>Цели обучения</td></tr><tr><td colspan=3>1 четверть</td></tr>"
        "<tr><td rowspan=2>Счёт</td><td>Сотня</td><td>5.1.1.1 считать до ста;</td></tr>"
        "<tr><td>Письмо</td><td>5.1.1.2 записывать</td></tr><tr><td colspan=3>III четверть</td></tr>"
        "<tr><td>Счёт</td><td>Ещё</td><td>5.1.1.1/2 считать<br>5.1.1.7 делить</td></tr></table>"
    )
    read = act(tmp_path, table("5.1.1.1 считать до ста;<br>5.1.1.2 писать"), plan)

    assert {one.code: one.quarters for one in read.objectives if one.grade == 5} == {
        "5.1.1.1": (1, 3),
        "5.1.1.2": (1, 3),
    }
    assert worded(read)["5.1.1.2"] == "писать"
    assert kinds(read, "5.1.1.2") >= {Doubt.WORDING_DIFFERS.value}
    assert kinds(read, "5.1.1.7") == {Doubt.ONLY_IN_PLAN.value}
    assert [(one.quarter, one.section, one.topic, one.codes) for one in read.plan] == [
        (1, "Счёт", "Сотня", ("5.1.1.1",)),
        (1, "Счёт", "Письмо", ("5.1.1.2",)),
        (3, "Счёт", "Ещё", ("5.1.1.1", "5.1.1.2", "5.1.1.7")),
    ]


def test_codes_outside_the_matrix_are_no_objectives(tmp_path: Path) -> None:
    text = "<p>В коде 5.1.1.9 «5» – класс. Правила 5.1.1.8 даны выше.</p><table><tr><td>Класс</td><td>Часы</td></tr><tr><td>5</td><td>5.1.1.7</td></tr></table>"
    read = act(tmp_path, table("5.1.1.1 считать"), f"<h3>Параграф 4. Пояснение</h3>{text}")

    assert set(worded(read)) == {"5.1.1.1", "6.1.1.1"}


def test_three_part_codes_are_read_where_the_matrix_has_them(tmp_path: Path) -> None:
    read = act(tmp_path, table("5.1.1 считать;<br>5.1.2писать;", "6.1.1 делить;", "1. Счёт"))

    assert worded(read) == {"5.1.1": "считать", "5.1.2": "писать", "6.1.1": "делить"}
    assert read.objectives[0].subsection is None


def test_a_kazakh_page_is_read_by_its_own_phrases(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "<html><body><p>Қазақстан Республикасы Оқу-ағарту министрінің 2022 жылғы 16 қыркүйектегі № 399 бұйрығы</p>"
        "<p>1) осы бұйрыққа 12-қосымшаға сәйкес бағдарлама;</p>"
        "<table><tr><td></td><td>Қазақстан Республикасы<br>2022 жылғы 16 қыркүйектегі<br>№ 399 бұйрығына<br>12-қосымша</td></tr></table>"
        "<h3>2-4-сыныптарға арналған «Қазақ тілі» оқу пәнінен үлгілік оқу бағдарламасы (оқыту қазақ тілінде)</h3>"
        "<p>Ескерту. 12-қосымша жаңа редакцияда - ҚР Оқу-ағарту министрінің 21.11.2022 № 467 (01.01.2023 бастап қолданысқа енгізіледі) бұйрығымен.</p>"
        "<h3>1-тарау. Жалпы</h3><p>1) 2-сыныпта – аптасына 4 сағат, оқу жылында 136 сағат;</p>"
        "<h3>2-параграф. Оқу мақсаттарының жүйесі</h3><p>1) 1-бөлім «Тыңдалым»:</p>"
        "<table><tr><td>Бөлімше</td><td>2-сынып</td><td>3-сынып</td><td>4-сынып</td></tr>"
        "<tr><td>1.1<br>Мазмұн</td><td>2.1.1.1 мәтінді тыңдау;</td><td>3.1.1.1 сұрақ қою;</td><td>4.1.1.1 пікір айту;</td></tr></table>"
        "<h3>3-параграф. Ұзақ мерзімді жоспар</h3><p>1) 2-сынып:</p><table><tr><td>2-тоқсан</td></tr>"
        "<tr><td>Тыңдалым</td><td>2.1.1.1 мәтінді тыңдау</td></tr></table></body></html>",
        encoding="utf-8",
    )
    edition = order399.read(page)
    (read,) = edition.programmes

    assert (edition.language, edition.appendices, edition.amended_by) == ("kk", 1, "Order 467 of 21.11.2022")
    assert (read.programme.subject, read.programme.language_of_instruction) == ("kazakh-l1", "kk")
    assert (read.programme.amended_by, read.programme.valid_from) == ("Order 467 of 21.11.2022", "2023-01-01")
    assert read.programme.hours[0].per_year == 136
    assert {one.code: one.texts for one in read.objectives} == {
        "2.1.1.1": {"kk": "мәтінді тыңдау"},
        "3.1.1.1": {"kk": "сұрақ қою"},
        "4.1.1.1": {"kk": "пікір айту"},
    }
    assert read.objectives[0].quarters == (2,)
    assert read.objectives[0].section.named("kk") == "Тыңдалым"
    assert read.objectives[0].subsection is not None
    assert read.objectives[0].subsection.named("kk") == "Мазмұн"


def test_an_edition_goes_to_a_mapping_and_back(tmp_path: Path) -> None:
    path = tmp_path / "act.html"
    path.write_text(f"<html><body>{HEAD}{table('5.1.1.1считать;')}</body></html>", encoding="utf-8")
    edition = order399.read(path, edition="as of 2026-10-09")

    assert Edition.from_mapping(json.loads(json.dumps(edition.to_mapping()))) == edition
    assert order399.read(path, edition="as of 2026-10-09") == edition
    assert order399.recognises(path) is False


@pytest.mark.parametrize("name", ["empty.html", "noise.pdf", "noise.docx", "act.txt"])
def test_a_file_that_is_none_is_refused_with_a_reason(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"" if name.startswith("empty") else b"\x00\x01 noise")

    assert order399.recognises(path) is False
    with pytest.raises(Refused):
        order399.read(path)


def test_the_list_of_programmes_names_131_subjects_and_those_of_the_starter_corpus() -> None:
    known = programmes.load()

    assert (known.appendices, len(known.programmes), 32 in known.programmes) == (132, 131, False)
    for appendix, slug in {
        11: "kazakh-l2",
        12: "kazakh-l1",
        23: "english",
        26: "mathematics",
        27: "digital-literacy",
        29: "natural-world",
        30: "art",
        52: "mathematics",
        53: "algebra",
        54: "geometry",
        104: "algebra-analysis",
    }.items():
        assert known.programmes[appendix].subject == slug


@pytest.mark.skipif(not SHARED.is_dir(), reason="the official samples are not here")
def test_the_official_sample_gives_30_codes_with_the_same_wording_from_page_and_paper() -> None:
    page = order399.read(SHARED / "objectives_mathematics_1-4_ru.html").programmes[0]
    paper = order399.read(SHARED / "objectives_mathematics_1-4_ru.pdf").programmes[0]
    as_words = [{code: "".join(text.split()) for code, text in worded(one).items()} for one in (page, paper)]

    assert len(page.objectives) == 30
    assert as_words[0] == as_words[1]
    assert (page.programme.subject, page.programme.grades) == ("mathematics", (1, 2, 3, 4))
    assert page.remarks == ()
    assert order399.recognises(SHARED / "objectives_mathematics_1-4_ru.html")
    assert order399.recognises(SHARED / "objectives_mathematics_1-4_ru.pdf")
    assert not order399.recognises(SHARED / "ai_law_230-VIII_ru.html")
