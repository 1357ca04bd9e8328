"""What a model wrote is shown only where it is better than the form's own words."""

from dataclasses import replace

import pytest

from app.documents.echo import any_echo, echoes
from app.documents.sound import Fault, fault, worse
from app.documents.substance import is_hollow, restates
from app.documents.sums import answers, false_equations
from app.documents.value import Item, Lines, Stage, Task, Text, Value

ASKED = """An exercise for learners.
task: what learners read: what is to be worked out, found or explained, with other numbers than in the passages.
answer: the result."""
ITEM = Item(
    question="What is 2/7 + 3/7?",
    options=("5/7", "5/14", "1/7", "6/7"),
    right=0,
    explanation="2/7 + 3/7 = 5/7.",
)


def test_nothing_said_is_no_echo() -> None:
    assert not echoes("", ASKED)
    assert not any_echo((), ASKED)
    assert fault(Text(), ASKED, "en") is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("What learners read: what is to be worked out, found or explained.", True),
        ("what is to be worked out, found", True),
        ("The result.", False),
        ("Work out 3/4 − 1/6 and explain each step of the solution.", False),
        ("Learners read the numbers of the exercise aloud.", False),
    ],
)
def test_an_echo_is_told_from_an_answer_on_the_same_matter(text: str, told: bool) -> None:
    assert echoes(text, ASKED) is told


@pytest.mark.parametrize(
    ("text", "false"),
    [
        ("", ()),
        ("2/7 + 3/7 = 5/7", ()),
        ("2/7 + 3/7 = 6/7.", ("2/7 + 3/7 = 6/7",)),
        ("5 − 2/3 = 4 1/3", ()),
        ("1 − 3/8 = 8/8 − 3/8 = 5/8", ()),
        ("1 − 3/8 = 8/8 − 3/8 = 4/8", ("1 − 3/8 = 8/8 − 3/8 = 4/8",)),
        ("a + 2 = 5", ()),
        ("x = 3", ()),
        ("12 : 4 = 3, 12 : 3 = 5", ("12 : 3 = 5",)),
        ("25 % = 1/4", ()),
        ("5 кг = 5000 г", ()),
        ("1.5 + 1.5 = 3", ()),
        ("1,5 + 1,5 = 4", ("1,5 + 1,5 = 4",)),
    ],
)
def test_a_false_sum_is_found_and_a_true_one_left_alone(text: str, false: tuple[str, ...]) -> None:
    assert false_equations(text) == false


@pytest.mark.parametrize(
    ("exercise", "answer", "right"),
    [
        ("", "", None),
        ("Calculate 3/4 - 1/6", "7/12", True),
        ("Calculate 3/4 - 1/6", "1/2", False),
        ("Сколько будет 5/7 + 3/7?", "5/7", False),
        ("Вычислите 3 · 6 и 20 : 5.", "18", None),
        ("What is 12 × 3?", "36.", True),
        ("When does a lesson end that begins at 8:30?", "9:15", None),
        ("Name the larger fraction.", "5/6", None),
    ],
)
def test_the_answer_of_one_exercise_is_reckoned_and_others_are_left_to_people(
    exercise: str, answer: str, right: bool | None
) -> None:
    assert answers(exercise, answer) is right


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (ITEM, None),
        (
            Item(question=ITEM.question, options=ITEM.options, right=1, explanation="So it is."),
            Fault.WRONG_ANSWER,
        ),
        (
            Item(question=ITEM.question, options=("5/7", "10/14", "1/7", "2"), right=0, explanation="So."),
            Fault.WRONG_ANSWER,
        ),
        (Task(text="Calculate 1/2 + 1/3.", answer="2/5"), Fault.WRONG_ANSWER),
        (Task(text="Calculate 1/2 + 1/3.", answer="5/6"), None),
        (Lines(lines=("Note that 2 + 2 = 5.",)), Fault.FALSE_SUM),
        (Stage(minutes=5, teacher=("Asks about halves",), learner=("Asks about halves.",)), Fault.SAME_LINES),
        (Stage(minutes=5, teacher=("Asks about halves",), learner=("Answer in pairs",)), None),
        (Text(text="What learners read: what is to be worked out, found or explained."), Fault.ECHO),
    ],
)
def test_a_fault_is_named(value: Value, found: Fault | None) -> None:
    assert fault(value, ASKED, "en") is found


def test_a_line_that_begins_as_what_was_filled_in_is_an_echo() -> None:
    value = Task(text="Topic: Fractions. Add 1/2 and 1/3.")

    assert fault(value, ASKED, "en", labels=("Topic:",)) is Fault.ECHO
    assert fault(value, ASKED, "en") is None


@pytest.mark.parametrize(
    ("value", "present", "others", "found"),
    [
        (Text(), Text(), (), None),
        (
            Lines(lines=("1, 2, 3",)),
            Lines(lines=("The first step is done with the teacher.",)),
            (),
            Fault.THIN,
        ),
        (
            Text(text="Work out 1/2 + 1/4 at home."),
            Text(text="Make two examples and write the steps."),
            (),
            None,
        ),
        (Task(text="Add 2/7 and 3/7."), Task(), (Task(text="Given 2/7 and 3/7, add them."),), Fault.AGAIN),
        (Task(text="Add 2/7 and 3/7."), Task(), (Task(text="Add 2/9 and 3/9."),), None),
        (Task(text="Name one bird."), Task(), (Task(text="name one bird"),), Fault.AGAIN),
        (Task(text="Name 1 bird."), Task(), (Task(text="Draw 1 tree."),), None),
    ],
)
def test_what_says_less_or_the_same_again_is_no_gain(
    value: Value, present: Value, others: tuple[Value, ...], found: Fault | None
) -> None:
    assert worse(value, present, others) is found


OBJECTIVE = "Tells settlements apart by kind, size and role."


@pytest.mark.parametrize(
    ("text", "said_again"),
    [
        ("", False),
        ("Settlements and roles.", False),
        ("The learner tells settlements apart by their kind, size and role.", True),
        ("Tells settlements apart by kind, size and role: 1. by size.", True),
        ("Tells settlements apart by kind: Almaty has 2 million people.", False),
        ("Tells settlements apart by the role of “capital”.", False),
        ("Draw your village and write what its people do all day.", False),
    ],
)
def test_a_text_that_only_says_the_objective_again_is_told_from_one_with_something_of_its_own(
    text: str, said_again: bool
) -> None:
    assert restates(text, (OBJECTIVE, "The learner")) is said_again


@pytest.mark.parametrize(
    ("text", "none"),
    [
        ("", True),
        ("Plans to go on next day.", True),
        ("Shows onion skin under the microscope and names nucleus, wall, cytoplasm, vacuole.", False),
        ("The answer is 2.", False),
        ("What is a village?", False),
        ("Writes the word «ауыл».", False),
    ],
)
def test_a_text_without_a_figure_a_quoted_word_or_a_question_is_hollow(text: str, none: bool) -> None:
    assert is_hollow(text, (OBJECTIVE,)) is none


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (Text(text="Некоторые города больше populousны."), Fault.GARBLED),
        (Text(text="PDF-файл, IT-сабақ, x-тің мәні, 5 м/с."), None),
        (Text(text="Do exercises 1 and 2 of passages 2 and 3."), Fault.OF_THE_REQUEST),
        (Text(text="Используйте фрагменты 1 и 2."), Fault.OF_THE_REQUEST),
        (Text(text="Сравните фрагмент 1 и фрагмент 2 поэмы по настроению."), None),
        (Text(text="Read the passage on Nauryz. Which words in the passage show joy?"), None),
        (Text(text="«Қара сөздерден» берілген 1-үзіндіні оқып, негізгі ойды жаз."), None),
        (Text(text="Wordта, GeoGebraда, Pythonда, pHты, NaOHтың, Excelе, QRкод."), None),
        (Text(text="Ученик_1: решает задачу."), Fault.OF_THE_REQUEST),
        (Text(text="Read the passage aloud and name its hero."), None),
        (
            Stage(minutes=5, teacher=("Ученик узнаёт город.",), learner=("Что такое село?",)),
            Fault.VOICE,
        ),
        (
            Stage(minutes=5, teacher=("Asks: 7 + 5?",), learner=("The teacher writes: 12",)),
            Fault.VOICE,
        ),
        (
            Stage(minutes=5, teacher=("What is an are: 100 m².",), learner=("What an are is: 100 m².",)),
            Fault.SAME_LINES,
        ),
        (
            Stage(
                minutes=5,
                teacher=("Asks the class to read the poem “Daffodils” and underline every adjective in it.",),
                learner=("Read the poem and underline every adjective in it.",),
            ),
            None,
        ),
        (
            Stage(
                minutes=5,
                teacher=(
                    "Оқушыларды үш топқа бөліп, 2/7 + 3/7 мысалын тақтада шығарады.",
                    "Оқушылар, енді 1/9 + 4/9 мысалын өздерің шығарыңдар.",
                ),
                learner=("Мұғалімнің сұрағына жауап береді: 5/7.",),
            ),
            None,
        ),
        (
            Stage(
                minutes=5,
                teacher=("Учащимся предлагает пример 2/7 + 3/7.", "Ученикам даёт карточку."),
                learner=("Решают: 5/7.",),
            ),
            None,
        ),
        (Stage(minutes=5, teacher=("Find 2 + 3.",), learner=("Find 2 + 3 = 5.",)), None),
    ],
)
def test_a_text_for_nobody_is_a_fault(value: Value, found: Fault | None) -> None:
    assert fault(value, ASKED, "en") is found


def test_a_stage_or_a_task_that_says_no_more_than_its_objective_is_no_gain() -> None:
    stage = Stage(minutes=5, teacher=("Explains the topic of the lesson.",), learner=("Listen well.",))
    task = Task(text="Tells settlements apart by kind, size and role.")

    assert worse(stage, Stage(minutes=5), (), given=(OBJECTIVE,)) is Fault.HOLLOW
    assert worse(task, Task(), (), given=(OBJECTIVE,)) is Fault.RESTATED
    assert worse(Task(text="Size and role."), Task(), (), given=(OBJECTIVE,)) is Fault.RESTATED
    assert worse(Task(text="Name a village."), Task(), (), given=(OBJECTIVE,)) is None
    assert worse(stage, Stage(minutes=5), ()) is None
    assert worse(task, Task(), ()) is None


def test_a_task_whose_answer_says_much_of_its_own_is_not_held_for_the_objective() -> None:
    given = ("Compares the properties of metals and nonmetals and explains their differences.",)
    task = Task(text="Compare the properties of metals and nonmetals in a table and explain the differences.")
    answered = replace(
        task,
        answer="Metals shine, bend and carry current; sulphur and carbon are brittle, dull, mostly poor.",
    )

    assert worse(task, Task(), (), given=given) is Fault.RESTATED
    assert worse(answered, Task(), (), given=given) is None


def test_a_question_that_is_asked_already_is_no_gain() -> None:
    told = replace(ITEM, question=OBJECTIVE)

    assert worse(ITEM, ITEM, (replace(ITEM, question="what is 2/7 + 3/7 ?"),)) is Fault.AGAIN
    assert worse(ITEM, ITEM, (told,)) is None
