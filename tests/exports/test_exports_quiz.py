"""Quizzes for other programs: GIFT, Moodle XML, CSV; whatever a question holds comes back as it was."""

import csv
import io
import re
from dataclasses import replace

import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from app.documents import Document, Kind, Level
from app.documents.value import Item
from app.exports import export, read
from app.exports.gift import escaped
from app.exports.sheet import safe
from app.exports.text import clean
from tests.exports.exports_samples import MARK, document, field, form

ODD = Item(
    question="2 + x = {5}: #1 ~ \\ ?\nэкінші жол // ::ат:: [html] <b>&",
    options=("=SUM(A1)", "[html]b", "%50%c", "-x + 2", "+5", "a -> b"),
    right=3,
    explanation="түсіндірме: {x} = 3",
    code="5.1.2.3",
    points=2,
)
MARKS = ("gift", "moodle_xml", "google_forms", "kahoot")


def quiz(*items: Item) -> Document:
    made = document(Kind.QUIZ, "kk")
    return replace(
        made, fields=tuple(field("kk", f"items.item.{at}", one) for at, one in enumerate(items, 1))
    )


def text(name: str, *items: Item) -> str:
    return export(quiz(*items), form(Kind.QUIZ, "kk"), MARK, name).data.decode("utf-8-sig")


def gift(said: str) -> list[tuple[str, list[tuple[str, bool]], str]]:
    """Question, options with whether each is right, feedback: read back after the rules of the documentation."""
    found = []
    lines = "\n".join(one for one in said.split("\n") if not one.startswith("//"))
    for block in (one for one in lines.split("\n\n") if one.strip()):
        head, _, rest = block.strip().partition(" {\n")
        question = re.sub(r"^::(?:\\.|[^\\])*?::\[plain\]", "", head)
        body = rest.removesuffix("}").rstrip("\n")
        options, feedback = [], ""
        for line in body.split("\n"):
            if line.startswith("####"):
                feedback = plain(line[4:])
            elif line:
                options.append((plain(line[1:].removeprefix("[plain]")), line[0] == "="))
        found.append((plain(question), options, feedback))
    return found


def plain(said: str) -> str:
    return re.sub(r"\\(.)", lambda one: "\n" if one[1] == "n" else one[1], said)


@pytest.mark.parametrize("name", MARKS)
def test_a_quiz_without_questions_is_a_file_with_the_mark(name: str) -> None:
    data = export(quiz(), form(Kind.QUIZ, "kk"), MARK, name).data

    assert read(data) == MARK


@pytest.mark.parametrize("name", MARKS)
def test_a_question_that_is_not_written_yet_is_left_out(name: str) -> None:
    assert text(name, Item(), ODD) == text(name, ODD)


def test_gift_holds_what_its_own_signs_would_break() -> None:
    ((question, options, feedback),) = gift(text("gift", ODD))

    assert question == ODD.question
    assert [one for one, _ in options] == list(ODD.options)
    assert [is_right for _, is_right in options] == [False, False, False, True, False, False]
    assert feedback == ODD.explanation


def test_no_answer_of_gift_begins_as_a_format_or_a_weight() -> None:
    lines = [one for one in text("gift", ODD).split("\n") if one.startswith(("=", "~"))]

    assert len(lines) == len(ODD.options)
    assert not any(re.match(r"[=~](%|\[(?!plain\]))", one) for one in lines)


@given(st.text())
def test_every_text_comes_back_from_gift(said: str) -> None:
    once = escaped(said)

    assert plain(once) == clean(said).strip()
    assert not re.search(r"(?<!\\)(?:\\\\)*[~=#{}:]", re.sub(r"\\.", "", once))
    assert "\n" not in once


def test_moodle_xml_holds_question_options_points_and_the_right_answer() -> None:
    root = ElementTree.fromstring(text("moodle_xml", ODD).encode())
    category, question = root.findall("question")
    answers = question.findall("answer")

    assert category.get("type") == "category"
    assert category.findtext("info/text") == MARK.line("kk")
    assert question.findtext("questiontext/text") == ODD.question
    assert [one.findtext("text") for one in answers] == list(ODD.options)
    assert [one.get("fraction") for one in answers] == ["0", "0", "0", "100", "0", "0"]
    assert question.findtext("defaultgrade") == "2"
    assert question.findtext("generalfeedback/text") == ODD.explanation


def test_a_slash_in_the_title_makes_no_category_of_its_own() -> None:
    made = replace(quiz(ODD), title="2/3")
    root = ElementTree.fromstring(export(made, form(Kind.QUIZ, "kk"), MARK, "moodle_xml").data)

    assert root.findtext("question/category/text") == "$course$/top/2//3"


def rows(name: str, *items: Item) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text(name, *items), newline="")))


def test_google_forms_gets_one_column_an_option_and_the_right_one_by_its_words() -> None:
    row, second = rows("google_forms", ODD, Item(question="?", options=("a", "b"), right=1))

    assert row["Option 3"] == "'%50%c"
    assert row["Option 6"] == "a -> b"
    assert row["Correct answer"] == row["Option 4"] == "\u2212x + 2"
    assert row["Points"] == "2"
    assert row["AI"] == MARK.line("kk")
    assert (second["Option 2"], second["Correct answer"], second["AI"]) == ("b", "b", "")


def test_kahoot_keeps_the_right_answer_among_its_four() -> None:
    (row,) = rows("kahoot", replace(ODD, right=5))
    answers = [said for name, said in row.items() if name.startswith("Answer")]

    assert len(answers) == 4
    right = int(row["Correct answer(s) - choose at least one"])
    assert answers[right - 1] == "a -> b"


@pytest.mark.parametrize(("level", "seconds"), [(Level.KNOWLEDGE, "30"), (Level.ANALYSIS, "60")])
def test_kahoot_gives_more_time_for_more_thinking(level: Level, seconds: str) -> None:
    (row,) = rows("kahoot", replace(ODD, level=level))

    assert row["Time limit (sec) - 5, 10, 20, 30, 60, 90, 120, or 240 secs"] == seconds


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("", ""),
        ("=1+1", "'=1+1"),
        ("@cmd", "'@cmd"),
        ("+x", "'+x"),
        ("-x", "\u2212x"),
        ("-5", "-5"),
        ("+3,5", "+3,5"),
        ("＝1+1", "'＝1+1"),
        ("\t=1", "'=1"),
        ("\r\n=1", "'=1"),
        ("a=1", "a=1"),
    ],
)
def test_no_cell_is_a_formula(said: str, kept: str) -> None:
    assert safe(said) == kept


@given(st.text())
def test_no_text_begins_a_formula(said: str) -> None:
    kept = safe(said)

    assert not kept.startswith(("=", "@", "\t", "\r"))
    assert not kept.startswith(("+", "-")) or re.fullmatch(r"[-+]\d+([.,]\d+)?%?", kept)


@given(
    question=st.text(min_size=1),
    options=st.lists(st.text(), min_size=2, max_size=5).map(tuple),
    name=st.sampled_from(MARKS),
)
def test_the_mark_reads_back_whatever_the_questions_are(
    question: str, options: tuple[str, ...], name: str
) -> None:
    data = export(quiz(Item(question=question, options=options)), form(Kind.QUIZ, "kk"), MARK, name).data

    assert read(data) == MARK
