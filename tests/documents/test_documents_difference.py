"""Two versions of a document side by side: what is the same is not told, and no word of either is lost."""

from dataclasses import replace
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents import Brief, Document, Field, Kind
from app.documents.difference import Change, Piece, compare, pieces, text_of
from app.documents.value import (
    Criterion,
    Descriptor,
    Glossary,
    Item,
    Lines,
    Number,
    Objective,
    Objectives,
    PlanRow,
    Stage,
    Task,
    TermRow,
    Text,
    Value,
)

BRIEF = Brief(kind=Kind.PLAN, language="en", subject="mathematics", grade=5, programme="399-52", codes=())
OBJECTIVE = Objective(code="5.1.2.17", text="compares")
VALUES: tuple[tuple[Value, str], ...] = (
    (Text(), ""),
    (Text(text="One\n\ntwo"), "One\n\ntwo"),
    (Lines(lines=("a", "", "b")), "a\nb"),
    (Number(), ""),
    (Number(number=0), "0"),
    (Objectives(objectives=(OBJECTIVE,)), "5.1.2.17 compares"),
    (Stage(minutes=5, teacher=("asks",), learner=("answers",)), "5\nasks\nanswers"),
    (Task(text="Add", code="c", descriptors=(Descriptor(text="adds", points=2),)), "Add\nc\nadds (2)"),
    (Item(question="2+2?", options=("3", "4"), right=1), "2+2?\n○ 3\n● 4\n1"),
    (Criterion(text="Adds", levels=("well", "badly")), "Adds\nwell\nbadly"),
    (Glossary(terms=(TermRow(kk="бөлшек", ru="дробь", en="fraction"),)), "бөлшек · дробь · fraction"),
    (
        PlanRow(number=1, topic="Fractions", objectives=(OBJECTIVE,)),
        "1 · Fractions · 1\n5.1.2.17 compares",
    ),
)


def document(**values: str) -> Document:
    fields = tuple(
        Field(id=f"more.{name}", label=name.title(), value=Text(text=text)) for name, text in values.items()
    )
    return Document(id=UUID(int=1), brief=BRIEF, form="plan/1", title="Plan", fields=fields)


def old_of(made: tuple[Piece, ...]) -> str:
    return "".join(one.text for one in made if one.change is not Change.ADDED)


def new_of(made: tuple[Piece, ...]) -> str:
    return "".join(one.text for one in made if one.change is not Change.REMOVED)


def test_an_empty_document_differs_in_nothing_from_itself() -> None:
    assert compare(document(), document()) == ()
    assert pieces("", "") == ()


def test_a_changed_word_is_told_and_its_neighbours_are_the_same() -> None:
    (found,) = compare(
        document(a="x", b="Сұрақ қояды, тыңдайды"), document(a="x", b="Сұрақ береді, тыңдайды")
    )

    assert (found.field, found.label, found.change) == ("more.b", "B", Change.CHANGED)
    assert [(one.text, str(one.change)) for one in found.pieces] == [
        ("Сұрақ ", "same"),
        ("қояды", "removed"),
        ("береді", "added"),
        (", тыңдайды", "same"),
    ]


def test_fields_that_came_and_went_are_told_whole() -> None:
    found = compare(document(a="gone", b="stays"), document(b="stays", c="came"))

    assert [(one.field, str(one.change), len(one.pieces)) for one in found] == [
        ("more.c", "added", 1),
        ("more.a", "removed", 1),
    ]


def test_who_wrote_a_field_is_no_difference_of_words() -> None:
    old = document(a="x")
    field = old.fields[0].edited(Text(text="x"))

    assert compare(old, replace(old, fields=(field,))) == ()


@pytest.mark.parametrize(("value", "text"), VALUES)
def test_a_value_says_all_its_words_and_numbers(value: Value, text: str) -> None:
    assert text_of(value) == text


@given(old=st.text(), new=st.text())
def test_the_pieces_hold_both_texts_whole(old: str, new: str) -> None:
    made = pieces(old, new)

    assert (old_of(made), new_of(made)) == (old, new)
    assert all(one.text for one in made)
    assert all(a.change is not b.change for a, b in pairwise(made))


def test_two_long_texts_without_a_common_line_are_told_whole() -> None:
    old, new = "сөз " * 5000, "word " * 5000

    assert [one.change for one in pieces(old, new)] == [Change.REMOVED, Change.ADDED]
