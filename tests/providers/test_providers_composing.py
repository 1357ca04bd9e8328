"""Without a model a schema is filled with sentences of the passages or not at all; nothing in it is invented."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents.field import Field
from app.documents.shapes import shape_of
from app.documents.value import Criterion, Glossary, Item, Lines, Stage, Task, TermRow, Text, Value
from app.errors import Failure, ProviderFailed
from app.providers import Call, Evidence, Prompt
from app.providers.composing import compose
from app.providers.extractive import Extractive
from app.providers.gaps import GAP, gaps
from knowledge import starter, terms
from knowledge.passage import Kind, Passage

LANGUAGES = ("kk", "ru", "en")
BEGINNINGS = {"kk": "Көп нүктенің орнына қай", "ru": "Какое", "en": "Which"}
TERMS = {word.casefold() for term in terms.load().terms for one in LANGUAGES for word in term.words(one)}
PASSAGES = starter.load(starter.SHIPPED).passages


def schema(value: Value) -> dict[str, Any]:
    return dict(shape_of(Field(id="a.b", label="", value=value)).schema)


def asked(
    evidence: Sequence[Evidence], language: str, value: Value, *, question: str = "дроби бөлшек fraction"
) -> Prompt:
    return Prompt(
        messages=(), question=question, language=language, evidence=tuple(evidence), schema=schema(value)
    )


def evidence(passages: Sequence[Passage]) -> list[Evidence]:
    return [
        Evidence(
            id=one.id,
            text=one.text,
            title=one.title,
            language=one.language,
            codes=one.codes,
            kind=str(one.kind),
        )
        for one in passages
    ]


def bundles(language: str) -> Iterator[list[Evidence]]:
    """Four notes of a subject at a time, as a question about it would find them."""
    subjects = dict.fromkeys(one.subject for one in PASSAGES)
    for subject in subjects:
        notes = [
            one
            for one in PASSAGES
            if one.language == language and one.subject == subject and one.kind is Kind.NOTE
        ]
        for start in range(0, len(notes), 4):
            yield evidence(notes[start : start + 4])


def test_without_evidence_nothing_is_composed(call: Call) -> None:
    for value in (Item(), Text(), Lines()):
        prompt = asked([], "kk", value)
        assert compose(prompt) is None
        with pytest.raises(ProviderFailed) as failed:
            list(Extractive().stream(prompt, call=call))
        assert failed.value.failure is Failure.EMPTY


@pytest.mark.parametrize(
    "value",
    [Stage(minutes=5), Task(), Criterion(), Glossary(terms=(TermRow(kk="а", ru="б", en="c"),))],
    ids=["stage", "task", "criterion", "glossary"],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_needs_words_of_its_own_is_left_to_a_teacher(language: str, value: Value) -> None:
    found = next(bundles(language))

    assert compose(asked(found, language, value)) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_item_is_a_sentence_of_a_passage_with_a_gap_and_its_key_fills_it(language: str) -> None:
    made = 0
    for found in bundles(language):
        prompt = asked(found, language, Item())
        reply = compose(prompt)
        if reply is None:
            continue
        made += 1
        item = json.loads(reply)
        jsonschema.validate(item, prompt.schema or {})
        texts = [one.text for one in found]
        words, cloze = item["question"].split("? ", 1)
        assert words.startswith(BEGINNINGS[language])
        assert cloze.count(GAP) == 1
        assert cloze.replace(GAP, item["answer"]) == item["explanation"]
        assert any(item["explanation"] in text for text in texts)
        options = [item["answer"], *item["wrong"]]
        assert len({option.casefold() for option in options}) == len(options)
        for option in item["wrong"]:
            assert option.isdigit() == item["answer"].isdigit()
            assert option not in item["explanation"].split()
            assert option.isdigit() or any(option in text for text in texts) or option.casefold() in TERMS
        assert isinstance(shape_of(Field(id="a.b", label="", value=Item())).read(item), Item)
        assert compose(prompt) == reply
    assert made >= 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_that_was_asked_is_not_asked_again_until_none_is_left(language: str) -> None:
    found = max(bundles(language), key=lambda one: len(list(gaps(one, language, wrong=3))))
    prompt = asked(found, language, Item())
    questions: list[str] = []
    while (reply := compose(replace(prompt, avoid=tuple(questions)))) is not None:
        question = json.loads(reply)["question"]
        assert question not in questions
        questions.append(question)

    assert len(questions) > 2
    drawn_otherwise = tuple(question.replace(GAP, "____") for question in questions)
    assert compose(replace(prompt, avoid=drawn_otherwise)) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_and_lines_are_quotes_that_fit(language: str) -> None:
    for found in bundles(language):
        texts = [one.text for one in found]
        prose, lines = (compose(asked(found, language, value)) for value in (Text(), Lines()))
        if prose is not None:
            text = json.loads(prose)["text"]
            assert len(text) < 700
            assert all(any(part in one for one in texts) for part in text.split(". ")[:1])
        if lines is not None:
            given = json.loads(lines)["lines"]
            assert 1 <= len(given) <= 5
            assert all(any(line in one for one in texts) for line in given)


def test_passages_in_another_language_make_no_question() -> None:
    found = next(bundles("ru"))

    assert compose(asked(found, "kk", Item())) is None


def test_a_composed_answer_ends_as_every_answer_does(call: Call) -> None:
    found = next(one for one in bundles("en") if compose(asked(one, "en", Item())))
    *pieces, last = Extractive().stream(asked(found, "en", Item()), call=call)

    assert json.loads("".join(piece.text for piece in pieces))["answer"]
    assert (last.finish, last.model) == ("stop", "approved-model")
    assert all(piece.finish is None for piece in pieces)


@settings(deadline=None, max_examples=60)
@given(
    text=st.text(st.sampled_from("The 24 rhombus circle square angle 5.1.2.3 … ? .\n1/2 =A"), max_size=300)
)
def test_no_text_breaks_the_composing_and_what_fills_a_gap_stood_there(text: str) -> None:
    found = [Evidence(id="p", text=text, title="", language="en")]
    for gap in gaps(found, "en", wrong=3):
        assert gap.sentence in text
        assert gap.right in gap.sentence
        assert gap.right not in gap.wrong
        assert gap.is_asked_in(gap.cloze)
