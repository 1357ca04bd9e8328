"""Slides: what a class may see, large enough, with the line on each."""

import io
from dataclasses import replace

import pytest
from pptx import Presentation
from pptx.presentation import Presentation as Pptx

from app.documents import Document, Kind
from app.documents.value import Task
from app.exports import export, slides
from app.exports.words import load
from tests.exports.exports_samples import MARK, WORDS, document, form


def opened(made: Document) -> Pptx:
    return Presentation(io.BytesIO(export(made, form(made.kind, made.language), MARK, "pptx").data))


def titles(made: Document) -> list[str]:
    return [one.shapes.title.text_frame.text for one in opened(made).slides if one.shapes.title is not None]


def test_a_document_without_fields_has_its_title() -> None:
    made = replace(document(Kind.PLAN, "kk"), fields=())

    assert titles(made) == [made.title]


def test_a_plan_shows_topic_objectives_aim_stages_and_tasks_in_order() -> None:
    said = [one.replace("\u00a0", " ") for one in titles(document(Kind.PLAN, "ru"))]

    assert said == [
        WORDS["ru"]["topic"],
        "Цели обучения в соответствии с учебной программой",
        "Цель урока",
        "Начало урока · 5 мин",
        "Середина урока · 30 мин",
        *(f"{number}-е задание · 10 баллов" for number in (1, 2, 3)),
        "Конец урока · 5 мин",
    ]


@pytest.mark.parametrize("kind", [Kind.PLAN, Kind.QUIZ, Kind.TASKS])
def test_an_answer_is_only_in_the_notes(kind: Kind) -> None:
    say = WORDS["kk"]
    pages = list(opened(document(kind, "kk")).slides)
    shown = " ".join(shape.text_frame.text for page in pages for shape in page.shapes if shape.has_text_frame)
    notes = [page.notes_slide.notes_text_frame for page in pages if page.has_notes_slide]
    told = " ".join(one.text for one in notes if one is not None)

    hidden = say["explain"] if kind is Kind.QUIZ else say["answer"]
    assert hidden not in shown
    assert hidden in told


def test_what_a_class_reads_is_large_and_the_line_is_on_every_slide() -> None:
    for page in opened(document(Kind.PLAN, "kk")).slides:
        frames = [shape.text_frame for shape in page.shapes if shape.has_text_frame]
        assert [one.text for one in frames].count(MARK.line("kk")) == 1
        sizes = [
            run.font.size.pt
            for one in frames
            if one.text != MARK.line("kk")
            for paragraph in one.paragraphs
            for run in paragraph.runs
            if run.font.size is not None
        ]
        assert min(sizes) >= 24


def test_a_long_task_goes_over_several_slides_and_keeps_its_words() -> None:
    made = document(Kind.TASKS, "kk")
    words = [f"сөз{number}" for number in range(400)]
    made = made.with_field(replace(made.field("tasks.task.1"), value=Task(text=" ".join(words))))
    parts = [one for one in slides.of(made, load("kk")) if "/" in one.title]

    assert len(parts) > 1
    assert " ".join(line.text for one in parts for line in one.lines).split() == words
