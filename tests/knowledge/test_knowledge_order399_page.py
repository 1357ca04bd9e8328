"""The reader on invented pages with every defect planted: all found, nothing invented, the same each time."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.official_page import SMALL, WITHOUT_COLUMNS, generate
from benchmarks.official_page.judging import judge
from knowledge.edition import Edition
from knowledge.readers import order399
from knowledge.readers.document import Refused


@pytest.mark.parametrize("language", ["ru", "kk"])
@pytest.mark.parametrize("ending", ["html", "docx"])
def test_every_planted_objective_is_found_right_and_every_defect_is_seen(
    tmp_path: Path, language: str, ending: str
) -> None:
    path = tmp_path / f"act.{ending}"
    act = generate(path, language=language, size=SMALL)
    edition = order399.read(path)
    score = judge(act, edition)

    assert edition.language == language
    assert edition.appendices == len(SMALL.appendices)
    assert (score.wrong, score.false, score.programmes_wrong) == ((), (), ())
    assert score.quarters_right == score.planted == score.found
    assert score.hours_right == score.hours
    assert {name: missed for name, (_, _, missed) in score.defects.items() if missed} == {}
    assert sum(planted for planted, _, _ in score.defects.values()) >= 3 * 21
    assert order399.recognises(path)


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_running_columns_of_a_pdf_give_the_planted_objectives(tmp_path: Path, language: str) -> None:
    path = tmp_path / "act.pdf"
    act = generate(path, language=language, size=SMALL, only=WITHOUT_COLUMNS)
    edition = order399.read(path)
    score = judge(act, edition)

    assert (score.share, score.false) == (1.0, ()), score.wrong
    assert order399.recognises(path)


def test_reading_twice_gives_the_same_and_survives_the_way_through_json(tmp_path: Path) -> None:
    path = tmp_path / "act.html"
    generate(path, size=SMALL)
    once = order399.read(path)

    assert order399.read(path) == once
    assert Edition.from_mapping(once.to_mapping()) == once


TAGS = st.sampled_from(
    [
        *"<table> </table> <tr> </tr> <td> </td> <td rowspan=3> <td colspan=99999> <td rowspan=0> <br> <p> <b> <caption> <th>".split(),
        "<table",
        "</",
        "<h3>",
        "<!--",
        "-->",
        "<td rowspan='x' colspan=-1>",
    ]
)
WORDS = st.sampled_from(
    [
        "5.1.1.1 считать; ",
        "5.1.1.",
        "1 0.1.1.1",
        "5 класс",
        "6-сынып",
        "Подраздел",
        "10.1. 11.1.",
        "Приложение 5 к приказу № 399",
        "Параграф 2. Система целей обучения",
        "3-параграф. Ұзақ мерзімді жоспар",
        "1 четверть",
        "\u200b",
        "Сноска.",
        "5.1.2.17/18",
        "?",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(soup=st.lists(TAGS | WORDS | st.text(max_size=8), max_size=60).map("".join))
def test_no_soup_of_tables_raises_anything_but_a_refusal(tmp_path: Path, soup: str) -> None:
    path = tmp_path / "soup.html"
    path.write_text(soup, encoding="utf-8", errors="replace")
    order399.recognises(path)
    try:
        edition = order399.read(path)
    except Refused:
        return
    codes = [[one.code for one in text.objectives] for text in edition.programmes]

    assert all(len(set(one)) == len(one) for one in codes)
    assert Edition.from_mapping(edition.to_mapping()) == edition
