"""The inspector's list and the one look at a document: each point turns when its fault is planted."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.documents import checklist
from app.documents.check import Means
from app.documents.checklist import Answer, Row
from app.documents.document import Document
from app.documents.field import State
from app.documents.level import Level
from app.documents.summary import look
from app.documents.value import Lines, Text
from app.errors import Words
from tests.documents.good_documents import CODES, good_plan, good_quiz, with_value, without
from tests.documents.starter_briefs import LANGUAGES, StarterShelf


def answers(document: Document, means: Means) -> dict[str, Answer]:
    return {one.name: one.answer for one in checklist.rows(document, means)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_good_plan_meets_every_point_that_code_decides(shelf: StarterShelf, language: str) -> None:
    document, means = good_plan(shelf, language)

    found = answers(document, means)

    assert {name for name, answer in found.items() if answer is not Answer.YES} == {
        "special",
        "correct",
        "fits_class",
    }
    assert all(found[name] is Answer.PERSON for name in ("special", "correct", "fits_class"))
    assert checklist.score(checklist.rows(document, means)) == 1.0


def test_only_lesson_plans_have_the_list(shelf: StarterShelf) -> None:
    assert checklist.rows(*good_quiz(shelf)) == ()
    assert checklist.score(()) is None


FAULTS: dict[str, tuple[Callable[[Document], Document], Answer]] = {
    "form": (lambda one: without(one, "header.date"), Answer.NO),
    "objectives": (lambda one: with_value(one, "middle.task.1", code="5.9.9.9"), Answer.NO),
    "aim_measurable": (lambda one: with_value(one, "header.aim", lines=("Ученики понимают тему.",)), Answer.PARTLY),
    "aim_tied": (lambda one: with_value(one, "header.aim", lines=("Рисуют круг и квадрат.",)), Answer.NO),
    "coverage": (lambda one: without(one, "middle.task.2"), Answer.PARTLY),
    "minutes": (lambda one: with_value(one, "end.stage", minutes=6), Answer.NO),
    "active": (
        lambda one: without(
            with_value(one, "middle.stage", learner=("Слушают.", "Смотрят на доску.", "Слушают дальше.")),
            "middle.task.1", "middle.task.2", "middle.task.3", "start.stage", "end.stage",
        ),
        Answer.NO,
    ),
    "levels": (
        lambda one: with_value(
            with_value(one, "middle.task.1", level=Level.KNOWLEDGE), "middle.task.2", level=Level.KNOWLEDGE
        ),
        Answer.NO,
    ),
    "differentiation": (lambda one: with_value(one, "more.differentiation", lines=()), Answer.NO),
    "special": (
        lambda one: replace(without(one, "more.special"), brief=replace(one.brief, special_needs="слабое зрение")),
        Answer.NO,
    ),
    "assessment": (lambda one: with_value(one, "middle.task.1", descriptors=()), Answer.PARTLY),
    "points": (lambda one: with_value(one, "middle.task.1", descriptors=()), Answer.NO),
    "resources": (lambda one: with_value(one, "end.stage", resources=()), Answer.PARTLY),
    "homework": (
        lambda one: one.with_field(replace(one.field("more.homework"), state=State.TO_WRITE)), Answer.PARTLY
    ),
    "value": (lambda one: without(one, "header.value"), Answer.NO),
    "reflection": (lambda one: without(one, "more.reflection"), Answer.NO),
    "safety": (lambda one: without(one, "more.safety"), Answer.NO),
    "terms": (lambda one: with_value(one, "more.homework", text="Числа на координатном луче."), Answer.PARTLY),
    "language": (
        lambda one: with_value(
            one, "more.homework", text="Learners solve the problems at home and check all the answers in the book."
        ),
        Answer.NO,
    ),
    "sources": (
        lambda one: one.with_field(replace(one.field("more.homework"), unsupported=("Факт.",))), Answer.PARTLY
    ),
}  # fmt: skip


def test_every_point_that_code_decides_has_its_fault() -> None:
    assert set(FAULTS) == {name for name, _, _ in checklist.POINTS} - {"correct", "fits_class"}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_turns_its_point(shelf: StarterShelf, name: str) -> None:
    document, means = good_plan(shelf)
    plant, wanted = FAULTS[name]

    assert answers(plant(document), means)[name] is wanted


def test_without_a_day_the_value_of_the_month_is_for_a_person(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf, day=None)

    assert answers(document, means)["value"] is Answer.PERSON


def test_the_list_as_json_holds_names_weights_and_answers(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf)

    listed = checklist.plain(checklist.rows(document, means))

    assert listed[0] == {"point": "form", "weight": 3, "answer": "yes"}
    assert len(listed) == len(checklist.POINTS)


def test_the_score_weighs_what_code_decided() -> None:
    words = Words(key="checks.list.form")
    listed = [
        Row(name="a", weight=3, answer=Answer.YES, words=words),
        Row(name="b", weight=2, answer=Answer.PARTLY, words=words),
        Row(name="c", weight=1, answer=Answer.NO, words=words),
        Row(name="d", weight=3, answer=Answer.PERSON, words=words),
    ]

    assert checklist.score(listed) == pytest.approx(4 / 6)


def test_one_look_holds_all_that_is_known(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf)
    faulty = with_value(
        with_value(document, "end.stage", minutes=6), "more.homework", text="По цели 5.9.9.9."
    )

    good, bad = look(document, means), look(faulty, means)

    assert good.findings == ()
    assert good.is_whole
    assert tuple(one.code for one in good.coverage) == CODES
    assert good.minutes is not None
    assert good.minutes.is_right
    assert not bad.is_whole
    assert [one.words.key for one in bad.findings] == ["checks.minutes.sum", "checks.codes.foreign"]
    assert [one.check for one in bad.of("more.homework")] == ["codes"]


def test_findings_come_broken_first_then_in_the_order_of_the_fields(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf)
    faulty = document.with_field(
        replace(document.field("header.topic"), value=Text(text="5.9.9.9"))
    ).with_field(replace(document.field("header.aim"), value=Lines(lines=())))
    noted = faulty.with_field(replace(faulty.field("header.section"), state=State.TO_WRITE))

    found = look(noted, means).findings

    broken = [one.field for one in found if one.weight == "broken"]
    assert broken == ["header.topic", "header.aim"]
    assert found[-1].field == "header.section"
