"""What a model fills in for a field, and what its answer becomes."""

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.field import Field
from app.documents.level import Level
from app.documents.shapes import UselessAnswer, shape_of, spread, tidy
from app.documents.value import (
    Criterion,
    Descriptor,
    Glossary,
    Item,
    Lines,
    Number,
    Objectives,
    PlanRow,
    Stage,
    Task,
    TermRow,
    Text,
    Value,
)

STEPS = tuple(Descriptor(text=f"step {points}", points=points) for points in (3, 4, 3))
TASK = Task(text="base", code="5.1.2.17", level=Level.ANALYSIS, descriptors=STEPS)
ITEM = Item(question="base", options=("a", "b"), code="5.1.2.17")


def field(value: Value) -> Field:
    return Field(id="a.b", label="A", value=value, write="plan.task")


def test_no_model_writes_what_code_knows() -> None:
    for value in (Number(), Objectives(), PlanRow(number=1)):
        with pytest.raises(LookupError):
            shape_of(field(value))


@pytest.mark.parametrize(
    "value",
    [
        Text(),
        Lines(),
        Stage(minutes=5),
        TASK,
        ITEM,
        Criterion(),
        Glossary(terms=(TermRow(kk="a", ru="b", en="c"),)),
    ],
)
def test_every_schema_is_a_closed_object_of_texts_and_lists_of_texts(value: Value) -> None:
    schema = shape_of(field(value)).schema
    jsonschema.Draft202012Validator.check_schema(schema)

    assert schema["additionalProperties"] is False
    assert schema["required"] == list(schema["properties"])
    for part in schema["properties"].values():
        assert part["type"] == "string" or (part["type"] == "array" and part["items"]["type"] == "string")


def test_a_stage_keeps_its_minutes_and_resources() -> None:
    present = Stage(minutes=7, resources=("a passage",))
    answer = {"teacher": ["1. Asks", "- Shows"], "learner": ["Answer", "answer."], "assessment": ["Praise"]}

    read = shape_of(field(present)).read(answer)

    assert read == Stage(
        minutes=7,
        teacher=("Asks", "Shows"),
        learner=("Answer",),
        assessment=("Praise",),
        resources=("a passage",),
    )


def test_a_stage_keeps_the_sum_of_points_that_code_added_up() -> None:
    summed = "Points: task 1 – 3. In all: 3."
    present = Stage(minutes=7, assessment=(summed, "1/9 + 4/9 = 5/9"))
    answer = {
        "teacher": ["Asks", "Shows"],
        "learner": ["Answer", "Draw"],
        "assessment": [summed, "2/7 = 2/7"],
    }
    middle = Field(id="middle.stage", label="Middle", value=present, write="plan.middle")

    read = shape_of(middle).read(answer)

    assert isinstance(read, Stage)
    assert read.assessment == (summed, "2/7 = 2/7")


def test_a_task_keeps_its_code_its_level_and_its_points() -> None:
    answer = {"task": "Add 1/2 and 1/3.", "answer": "5/6", "descriptors": ["finds", "adds", "writes"]}

    read = shape_of(field(TASK)).read(answer)

    assert isinstance(read, Task)
    assert (read.code, read.level, read.points) == ("5.1.2.17", Level.ANALYSIS, 10)
    assert [one.points for one in read.descriptors] == [3, 4, 3]


def test_the_right_option_stands_once_and_not_always_at_one_place() -> None:
    places = set()
    for number in range(12):
        answer = {
            "question": f"Question {number}?",
            "answer": "5/6",
            "wrong": ["2/5", "1/6", "2/6"],
            "explanation": "So.",
        }
        read = shape_of(field(ITEM)).read(answer)
        assert isinstance(read, Item)
        assert read.options[read.right] == "5/6"
        assert sorted(read.options) == ["1/6", "2/5", "2/6", "5/6"]
        places.add(read.right)

    assert len(places) > 2


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (ITEM, {"question": "Q?", "answer": "5/6", "wrong": ["5 / 6", "1", "2"], "explanation": "So."}),
        (ITEM, {"question": " ", "answer": "1", "wrong": ["2", "3", "4"], "explanation": "So."}),
        (TASK, {"task": "Add.", "answer": "", "descriptors": ["adds", "Adds!", " adds "]}),
        (Lines(), {"lines": ["-", " ", "1."]}),
        (Text(), {"text": " \n "}),
        (Criterion(), {"levels": ["good", "good.", "fair", "weak"]}),
    ],
)
def test_an_answer_that_says_nothing_or_the_same_twice_is_no_value(
    value: Value, answer: dict[str, Any]
) -> None:
    with pytest.raises(UselessAnswer):
        shape_of(field(value)).read(answer)


def test_a_fraction_is_not_its_digits_and_a_sign_tells_numbers_apart() -> None:
    answer = {"question": "Half?", "answer": "1/2", "wrong": ["12", "-1/2", "2/1"], "explanation": "So."}

    assert isinstance(shape_of(field(ITEM)).read(answer), Item)


@given(points=st.integers(1, 300), count=st.integers(1, 30))
def test_points_are_spread_without_loss(points: int, count: int) -> None:
    if points < count:
        with pytest.raises(ValueError, match="points over"):
            spread(points, count)
        return
    shares = spread(points, count)

    assert sum(shares) == points
    assert len(shares) == count
    assert max(shares) - min(shares) <= 1


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("", ""),
        ("- Shows", "Shows"),
        ("2) Shows", "Shows"),
        ("б) Показывает", "Показывает"),
        ("1.2 metres", "1.2 metres"),
        ("3 + 4 = 7", "3 + 4 = 7"),
        ("−3 is less", "−3 is less"),
    ],
)
def test_a_line_loses_its_bullet_and_nothing_else(said: str, kept: str) -> None:
    assert tidy(said) == kept
