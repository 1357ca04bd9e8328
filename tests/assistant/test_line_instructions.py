"""Our own instructions pass our own rails, name the keys that the shapes have, and are known by digest in the record."""

import re
from uuid import UUID

import pytest

from app.assistant.desk_asking import AGAIN
from app.assistant.question import FieldWork
from app.documents.field import Field
from app.documents.shapes import shape_of
from app.documents.value import (
    Criterion,
    Descriptor,
    Glossary,
    Item,
    Lines,
    Stage,
    Task,
    TermRow,
    Text,
    Value,
)
from guardrails.verdict import Action, Subject
from guardrails.verdict import Stage as At
from prompts import LANGUAGES, load
from prompts.instructions import digest_with
from prompts.instructions import load as instructions
from tests.assistant.conftest import House
from tests.assistant.fakes import ask, closed, with_parts
from tests.assistant.test_line_field import SCHEMA, VALUE, fractions, said

BRIEF = {
    "kk": {"topic": "Жай бөлшектерді салыстыру", "notes": "Сыныпта 24 оқушы бар, жартысы оқуға қиналады."},
    "ru": {"topic": "Сравнение обыкновенных дробей", "notes": "В классе 24 ученика, половине трудно читать."},
    "en": {
        "topic": "Comparing common fractions",
        "notes": "There are 24 learners, half of them read slowly.",
    },
}
TASK = Task(descriptors=(Descriptor(text="a", points=1), Descriptor(text="b", points=1)))
VALUES: dict[str, Value] = {
    "plan.start": Stage(minutes=5),
    "plan.middle": Stage(minutes=30),
    "plan.end": Stage(minutes=5),
    "plan.task": TASK,
    "assessment.task": TASK,
    "tasks.task": TASK,
    "quiz.item": Item(),
    "rubric.criterion": Criterion(),
    "glossary.meaning": Glossary(terms=(TermRow(kk="а", ru="б", en="c"),)),
    "letter.body": Text(),
    "plan.aim": Lines(),
}
KEY = re.compile(r"^([a-z]+)(?=: )|(?<=\")([a-z]+)(?=\")", re.MULTILINE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_instruction_is_taken_for_an_attack_or_for_personal_data(house: House, language: str) -> None:
    for name, instruction in instructions(language).items():
        text = instruction.fill(
            **BRIEF[language],
            objectives=f"{fractions(house)} {BRIEF[language]['topic']}",
            minutes=5,
            points=4,
            level="1",
            present=BRIEF[language]["topic"],
            instruction=BRIEF[language]["notes"],
        )
        again = instructions(language)[AGAIN].fill()
        for asked in (text, f"{text}\n{again}"):
            said = house.services.guardrails.inspect(Subject(stage=At.INPUT, text=asked, language=language))

            assert said.action is Action.ALLOW, f"{name}: {sorted(said.categories)}"
            assert said.text == asked


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", VALUES)
def test_an_instruction_explains_the_keys_that_the_model_fills_in(name: str, language: str) -> None:
    schema = shape_of(Field(id="a.b", label="", value=VALUES[name])).schema
    named = [found.group() for found in KEY.finditer(instructions(language)[name].text)]

    assert set(named) <= set(schema["properties"])
    assert len(schema["properties"]) == 1 or list(schema["properties"]) == named


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_record_of_a_field_knows_template_and_instructions_by_one_digest(
    house: House, language: str
) -> None:
    work = FieldWork(
        document=UUID(int=1),
        field="header.aim",
        template="field",
        schema=SCHEMA,
        most_tokens=200,
        codes=(fractions(house),),
    )
    end = closed(
        house,
        ask(house, with_parts(house, said(VALUE)), "?", language=language, subject="mathematics", work=work),
    )

    assert end.clear["prompt_digest"] == digest_with(load("field", language).digest, language)
