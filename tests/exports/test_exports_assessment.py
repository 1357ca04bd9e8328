"""The table of criteria: each task under its criterion, each descriptor in a row, the points added up."""

import io
from dataclasses import replace

import pytest
from docx import Document as open_docx
from docx.table import Table

from app.documents import Document, Kind
from app.documents.value import Criterion, Descriptor, Task
from app.exports import export
from tests.exports.exports_samples import MARK, document, field, form


def criteria(made: Document) -> Table:
    data = export(made, form(made.kind, made.language), MARK, "docx").data
    return open_docx(io.BytesIO(data)).tables[1]


def rows(table: Table) -> list[tuple[str, ...]]:
    return [tuple(one.text for one in row.cells) for row in table.rows[1:]]


def made(*values: Criterion | Task) -> Document:
    sections = {Criterion: "criteria.criterion", Task: "tasks.task"}
    fields = [field("ru", f"{sections[type(one)]}.{at}", one) for at, one in enumerate(values, start=1)]
    whole = document(Kind.UNIT, "ru")
    return replace(whole, fields=(*whole.of("header"), *fields))


def task(code: str, criterion: str, *points: int) -> Task:
    return Task(
        text="?",
        code=code,
        criterion=criterion,
        descriptors=tuple(Descriptor(text=f"шаг {one}", points=one) for one in points),
    )


@pytest.mark.parametrize("kind", [Kind.UNIT, Kind.TERM])
def test_every_descriptor_is_a_row_and_the_total_is_that_of_the_tasks(kind: Kind) -> None:
    found = rows(criteria(document(kind, "kk")))

    assert [one[1] for one in found] == ["1", "1", "1", "2", "2", "2", "Барлығы"]
    assert [one[3] for one in found] == ["3", "4", "3", "3", "4", "3", "20"]
    assert len({one[0] for one in found[:-1]}) == 1


def test_a_task_stands_under_the_criterion_that_it_names_else_under_its_objective_else_alone() -> None:
    found = rows(
        criteria(
            made(
                Criterion(text="решает", code="5.1"),
                Criterion(text="объясняет", code="5.2"),
                task("5.1", "объясняет", 1),
                task("5.1", "", 2),
                task("5.9", "чертит", 3),
            )
        )
    )

    assert found == [
        ("5.1 решает", "2", "шаг 2", "2"),
        ("5.2 объясняет", "1", "шаг 1", "1"),
        ("5.9 чертит", "3", "шаг 3", "3"),
        ("Всего", "Всего", "Всего", "6"),
    ]


def test_a_criterion_without_a_task_and_a_task_without_descriptors_keep_their_rows() -> None:
    found = rows(criteria(made(Criterion(text="решает"), task("", "чертит"))))

    assert found == [("решает", "", "", ""), ("чертит", "1", "", ""), ("Всего", "Всего", "Всего", "0")]


def test_a_form_from_a_secondary_source_says_so() -> None:
    data = export(document(Kind.UNIT, "en"), form(Kind.UNIT, "en", secondary=True), MARK, "docx").data

    assert "secondary source" in open_docx(io.BytesIO(data)).paragraphs[-1].text
