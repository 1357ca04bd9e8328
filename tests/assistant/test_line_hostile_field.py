"""Whatever a model writes into the schema of any kind of field, in any language: what is filled in is clean or nothing is."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import jsonschema
import pytest

from app.assistant.events import Filled
from app.assistant.question import FieldWork
from app.audit import Record
from app.documents.field import Field
from app.documents.shapes import shape_of
from app.documents.value import Criterion, Descriptor, Item, Lines, Stage, Task, Text, Value
from app.providers import Call, Chunk, Prompt
from app.providers.scripted import Script, Scripted
from app.providers.scripted_fields import BROKEN, CANARY, HOSTILE, reply
from tests.assistant.conftest import House
from tests.assistant.fakes import ask, closed, with_parts
from tests.assistant.test_line_field import fractions

LANGUAGES = ("kk", "ru", "en")
VALUES: dict[str, Value] = {
    "text": Text(),
    "lines": Lines(),
    "stage": Stage(minutes=5),
    "task": Task(descriptors=(Descriptor(text="a", points=1), Descriptor(text="b", points=2))),
    "item": Item(),
    "criterion": Criterion(),
}
CODE = re.compile(r"\d{1,2}\s?\.\s?\d{1,2}\s?\.\s?\d{1,2}\s?\.\s?\d{1,3}")
UNCLEAN = re.compile(
    r"<script|<img|onerror|https?:|www\.|evil\d*\.example/|\[\d+\]|\[p0|Zx81QmT4|130523500121|555 12|[\u200b\u202e\U000e0041]"
)
WITHHELD = {"canary", "pupil"}
"""What no rail lets go on in any form: its field is withheld."""


@dataclass(slots=True)
class Named:
    """The scripted model under the name that it has in a binding."""

    sort: str

    def stream(self, prompt: Prompt, *, call: Call) -> Iterator[Chunk]:
        script = Scripted({call.served_name: Script(fills=self.sort)})
        return script.stream(prompt, call=call)


def fill(house: House, sort: str, value: Value, language: str) -> tuple[list[Filled], str, Record]:
    """What is filled in, how the exchange ended, and its record."""
    shape = shape_of(Field(id="a.b", label="", value=value))
    work = FieldWork(
        document=UUID(int=7),
        field="a.b",
        template="field",
        schema=shape.schema,
        most_tokens=shape.tokens,
        codes=(fractions(house),),
    )
    assistant = with_parts(house, Named(sort))
    events = ask(house, assistant, "?", language=language, subject="mathematics", work=work)
    end = closed(house, events)
    return [one for one in events if isinstance(one, Filled)], str(end.outcome), end


def test_there_is_no_other_sort_of_reply() -> None:
    prompt = Prompt(messages=(), question="", language="kk", evidence=(), schema={"type": "object"})

    with pytest.raises(LookupError):
        reply("magic", prompt)
    assert json.loads(reply("plain", prompt)) == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", VALUES)
def test_a_sound_reply_fills_every_kind_of_field(house: House, name: str, language: str) -> None:
    (filled,), outcome, _ = fill(house, "plain", VALUES[name], language)
    shape = shape_of(Field(id="a.b", label="", value=VALUES[name]))

    assert outcome == "answered"
    jsonschema.validate(filled.value, shape.schema)
    assert type(shape.read(filled.value)) is type(VALUES[name])


@pytest.mark.parametrize("sort", sorted(set(HOSTILE)))
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_hostile_is_left_in_what_is_filled_in(house: House, language: str, sort: str) -> None:
    for value in VALUES.values():
        filled, outcome, _ = fill(house, sort, value, language)
        written = json.dumps([one.value for one in filled], ensure_ascii=False)

        assert not UNCLEAN.search(written), written
        assert not CANARY.search(written)
        assert all(
            house.services.library.catalogue.find(re.sub(r"\s", "", code)) for code in CODE.findall(written)
        )
        assert outcome == ("withheld" if sort in WITHHELD else "answered")
        assert bool(filled) == (outcome == "answered")


@pytest.mark.parametrize("sort", sorted(BROKEN))
def test_a_reply_of_another_form_fills_no_kind_of_field(house: House, sort: str) -> None:
    for value in VALUES.values():
        filled, outcome, end = fill(house, sort, value, "ru")

        assert (filled, outcome, end.clear["failure"]) == ([], "failed", "wrong_form")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reply_in_another_language_is_filled_in_and_told(house: House, language: str) -> None:
    (filled,), outcome, end = fill(house, "language", Lines(), language)

    assert outcome == "answered"
    assert filled.leaves
    assert {"ask.flag.language", "guardrails.language"} & {notice["key"] for notice in end.clear["notices"]}
