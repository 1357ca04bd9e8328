"""Summative assessment from the curriculum alone: points and scale add up, and the rules on marks are kept."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents import scale
from app.documents.brief import Brief, Kind
from app.documents.document import Document
from app.documents.draft import draft
from app.documents.field import Field, State
from app.documents.form import load
from app.documents.level import Level
from app.documents.material import BadBrief, Material, gather
from app.documents.near import value_of
from app.documents.reckoning import reckon
from app.documents.value import Criterion, Lines, Task
from app.documents.variations import is_worth_varying, variations
from app.i18n.translator import Translator
from knowledge.curriculum import Hours
from tests.documents.starter_briefs import (
    DOCUMENT_ID,
    FRACTIONS,
    LANGUAGES,
    Class,
    StarterShelf,
    brief_of,
    classes,
)

RULES = scale.load()
ALL = tuple(classes())
MARKED = tuple(
    one for one in ALL if one.grade not in RULES.no_marks_grades and one.subject not in RULES.pass_fail
)
UNMARKED = tuple(one for one in ALL if one not in MARKED)
SUMMATIVE = (Kind.UNIT, Kind.TERM)


def brief(kind: Kind, language: str, one: Class = FRACTIONS, **more: Any) -> Brief:
    return brief_of(kind, language, one, **{"items": 4, "points": 20, "quarter": 2, **more})


def made(shelf: StarterShelf, of: Brief, material: Material | None = None) -> Document:
    known = material or gather(shelf, of, school=None)
    return draft(of, known, load(of.kind, of.language), document=DOCUMENT_ID)


def tasks(document: Document) -> list[tuple[Field, Task]]:
    return [(field, field.value) for field in document.fields if isinstance(field.value, Task)]


@pytest.mark.parametrize("kind", SUMMATIVE)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("one", MARKED, ids=str)
def test_every_assessment_of_the_corpus_adds_up(
    shelf: StarterShelf, kind: Kind, language: str, one: Class
) -> None:
    document = made(shelf, brief(kind, language, one))
    criteria = [field.value for field in document.fields if isinstance(field.value, Criterion)]

    assert sum(task.points for _, task in tasks(document)) == 20
    assert {task.code for _, task in tasks(document)} == set(document.brief.codes)
    assert [criterion.code for criterion in criteria] == list(document.brief.codes)
    assert all(criterion.text for criterion in criteria)
    assert {task.criterion for _, task in tasks(document)} <= {criterion.text for criterion in criteria}
    for field, task in tasks(document):
        assert task.text
        assert task.descriptors
        assert all(step.points > 0 for step in task.descriptors)
        assert field.write == f"{kind}.task"
        if field.state is State.DONE:
            assert task.answer
            assert field.sources
        else:
            assert field.hint
    texts = [task.text for field, task in tasks(document) if field.state is State.DONE]
    assert len(set(texts)) == len(texts)


def test_an_assessment_without_notes_is_a_form_with_its_points(shelf: StarterShelf) -> None:
    of = brief(Kind.UNIT, "ru")
    document = made(shelf, of, replace(gather(shelf, of, school=None), passages=(), terms=()))

    assert all(field.state is State.TO_WRITE for field, _ in tasks(document))
    assert sum(task.points for _, task in tasks(document)) == of.points


@pytest.mark.parametrize("language", LANGUAGES)
def test_tasks_go_up_in_level_and_do_not_only_repeat(shelf: StarterShelf, language: str) -> None:
    levels = [task.level for _, task in tasks(made(shelf, brief(Kind.UNIT, language)))]

    assert levels == sorted(levels, key=list(Level).index)
    assert any(not level.is_low for level in levels)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("2/7 + 3/7", ("2/8 + 3/8", "5/8")),
        ("25 · 37 · 4", ("25 · 38 · 4", "3800")),
        ("420 : 140", ("560 : 140", "4")),
        ("3⁴ · 3²", ("4⁴ · 4²", "4096")),
    ],
)
def test_a_sum_is_varied_as_the_note_has_it(expression: str, expected: tuple[str, str]) -> None:
    assert expected in variations(expression, 2)


@pytest.mark.parametrize("expression", ["", "x + 1", "1 + 1"])
def test_what_cannot_be_varied_is_not(expression: str) -> None:
    assert variations(expression, 3) == ()


@settings(deadline=None)
@given(parts=st.lists(st.integers(1, 999), min_size=2, max_size=4), sign=st.sampled_from("+−·"))
def test_every_variation_is_another_true_sum(parts: list[int], sign: str) -> None:
    expression = f" {sign} ".join(map(str, parts))

    for changed, value in variations(expression, 3):
        assert changed != expression
        assert reckon(changed) == value_of(value)
        assert changed.count(sign) == len(parts) - 1


def test_one_step_is_no_work_from_grade_five_on() -> None:
    assert is_worth_varying("9 + 40", 2)
    assert not is_worth_varying("9 + 40", 8)
    assert is_worth_varying("2/7 + 3/7", 5)
    assert not is_worth_varying("3/4", 5)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_false_statement_is_answered_by_what_the_note_says(shelf: StarterShelf, language: str) -> None:
    passages = {one.id: one for one in shelf.passages()}
    seen = 0
    for one in MARKED:
        for field, task in tasks(made(shelf, brief(Kind.UNIT, language, one))):
            if task.level is Level.ANALYSIS:
                known = " ".join(passages[source.passage_id].text for source in field.sources)
                shown = [line.partition(") ")[2] for line in task.text.splitlines()[1:]]
                answers = [part.partition(") ")[2] for part in task.answer.split("; ")]
                assert len(shown) == len(answers)
                for statement, answer in zip(shown, answers, strict=True):
                    assert (statement in known) == ("(" not in answer)
                    seen += 1
    assert seen > 10


@pytest.mark.parametrize("kind", SUMMATIVE)
@pytest.mark.parametrize("one", UNMARKED, ids=str)
def test_no_summative_work_where_the_rules_have_no_marks(shelf: StarterShelf, kind: Kind, one: Class) -> None:
    expected = "documents.bad.no_marks" if one.grade in RULES.no_marks_grades else "documents.bad.pass_fail"

    with pytest.raises(BadBrief) as refused:
        made(shelf, brief(kind, "kk", one))

    assert refused.value.words.key == expected


def test_a_term_assessment_names_its_quarter(shelf: StarterShelf) -> None:
    with pytest.raises(BadBrief) as refused:
        made(shelf, brief(Kind.TERM, "kk", quarter=None))

    assert refused.value.words.key == "documents.bad.quarter"


def test_a_subject_of_one_lesson_a_week_has_no_term_assessment(shelf: StarterShelf) -> None:
    of = brief(Kind.TERM, "kk")
    material = gather(shelf, of, school=None)
    hours = (Hours(grade=of.grade, per_week=1, per_year=34),)
    rare = replace(
        material,
        objectives=tuple(
            replace(one, programme=replace(one.programme, hours=hours)) for one in material.objectives
        ),
    )

    with pytest.raises(BadBrief) as refused:
        made(shelf, of, rare)

    assert refused.value.words.key == "documents.bad.half_year"
    assert made(shelf, replace(of, kind=Kind.UNIT), rare).fields


def test_fewer_points_than_tasks_are_refused(shelf: StarterShelf) -> None:
    with pytest.raises(BadBrief) as refused:
        made(shelf, brief(Kind.UNIT, "kk", points=3))

    assert refused.value.words.key == "documents.bad.points"


@pytest.mark.parametrize("language", LANGUAGES)
def test_special_needs_bring_adapted_criteria(shelf: StarterShelf, language: str) -> None:
    plain = made(shelf, brief(Kind.UNIT, language))
    adapted = made(shelf, brief(Kind.UNIT, language, special_needs="слабое зрение"))

    assert "more.special" not in {field.id for field in plain.fields}
    lines = adapted.field("more.special").value
    assert isinstance(lines, Lines)
    assert any("слабое зрение" in line for line in lines.lines)


@pytest.mark.parametrize("points", range(1, 61))
def test_every_number_of_points_has_exactly_one_mark_and_it_is_the_one_of_its_share(points: int) -> None:
    bands = RULES.bands(points)

    for got in range(points + 1):
        (band,) = [one for one in bands if one.least <= got <= one.most]
        share = 100 * got / points
        assert band.mark == ("5" if share >= 85 else "4" if share >= 65 else "3" if share >= 40 else "2")


def test_the_scale_says_its_source_and_edition() -> None:
    assert (RULES.order, RULES.edition, RULES.secondary) == ("125", "30.04.2025", True)
    assert RULES.formative + RULES.unit + RULES.term == 100


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SUMMATIVE)
def test_the_form_says_that_it_is_from_a_secondary_source(
    shelf: StarterShelf, kind: Kind, language: str
) -> None:
    rules = made(shelf, brief(kind, language)).field("scale.rules").value

    assert load(kind, language).secondary
    assert isinstance(rules, Lines)
    assert any("125" in line and "30.04.2025" in line for line in rules.lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_rules_refuse_is_worded(language: str) -> None:
    translator = Translator(language)
    facts: dict[str, str | int] = {"grade": 1, "subject": "x", "quarter": 1}
    for name in ("no_marks", "pass_fail", "quarter", "half_year", "no_plan", "no_quarter_plan"):
        assert "documents.bad" not in translator(f"documents.bad.{name}", **facts)


def test_the_slugs_of_pass_or_fail_subjects_are_those_of_the_list_of_programmes() -> None:
    listed = Path("knowledge/corpus/order399.toml").read_text(encoding="utf-8")

    assert all(f'slug = "{slug}"' in listed for slug in RULES.pass_fail)
