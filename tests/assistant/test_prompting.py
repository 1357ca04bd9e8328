"""The exact prompt: what it holds, what it leaves out, and what names come back on the screen."""

from pathlib import Path

import pytest

from app.assistant.calls import call_for
from app.assistant.events import Checked, Retrieved, Text
from app.assistant.prompting import NoRoom, Prompted, prompt_for
from app.providers import Call
from app.registry.document import parse
from app.routing import Bindings
from app.settings import LEAST_CONTEXT
from tests.assistant.conftest import House
from tests.assistant.fakes import ANSWERABLE, Says, ask, closed, of, with_parts
from tests.registry.lists import body, entry

MASKED = "Оқушым Айгүл Серікова бөлшектерді қалай салыстырады?"


def test_evidence_says_what_kind_of_passage_it_is(house: House) -> None:
    provider = Says()
    ask(house, with_parts(house, provider))

    kinds = {one.kind for one in provider.prompts[0].evidence}
    assert kinds <= {"objective", "note", "document"}
    assert kinds


def test_a_context_without_room_is_said_by_name(house: House) -> None:
    hits = of(Retrieved, ask(house, with_parts(house, Says()))).hits
    call = Call(entry_id="e", provider="p", context_tokens=600, output_tokens=500)
    with pytest.raises(NoRoom):
        prompt_for(
            question=ANSWERABLE,
            language="kk",
            hits=hits,
            history=(),
            call=call,
            canary="0" * 16,
        )


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_prompt_keeps_to_the_context_in_use_and_the_least_one_has_room(
    house: House, tmp_path: Path, language: str
) -> None:
    hits = of(Retrieved, ask(house, with_parts(house, Says()))).hits
    raw = entry("urn:test:model:own", provider="llama_cpp", artefact__sha256="0" * 64)
    local = parse(body(raw)).entries[0]

    def prompted(context: int) -> Prompted:
        return prompt_for(
            question=ANSWERABLE,
            language=language,
            hits=hits * 8,
            history=(),
            call=call_for(local, Bindings({}, tmp_path, context), seconds=1.0),
            canary="0" * 16,
        )

    letters = {
        context: sum(len(message.text) for message in prompted(context).prompt.messages)
        for context in (LEAST_CONTEXT, 3000, 0)
    }
    assert letters[LEAST_CONTEXT] < letters[3000] < letters[0]
    assert prompted(LEAST_CONTEXT).passages


def test_where_somebody_is_named_the_entrys_tighter_limit_holds(tmp_path: Path) -> None:
    raw = entry(conditions={"personal_data_context_tokens": 3000})
    tight, here = parse(body(raw)).entries[0], Bindings({}, tmp_path)

    assert call_for(tight, here, seconds=1.0).context_tokens == 4096
    assert call_for(tight, here, seconds=1.0, personal_data="pupil").context_tokens == 3000


def test_a_placeholder_in_an_answer_is_recorded_as_one_and_restored_for_its_asker(house: House) -> None:
    (placeholder, value) = next(
        iter(of(Checked, ask(house, with_parts(house, Says()), MASKED)).hidden.items())
    )
    middle = len(placeholder) // 2
    pieces = ("Бөлшектерді ", placeholder[:middle], placeholder[middle:], " үшін суретпен салыстырыңыз.")
    events = ask(house, with_parts(house, Says(pieces)), MASKED)

    (text,) = [event.sentence.text for event in events if isinstance(event, Text)]
    assert placeholder in text
    assert house.services.audit.unseal(closed(house, events), actor=house.teacher.subject)["shown"] == [text]
    restored = house.services.assistant.restore(text, of(Checked, events).hidden)
    assert value in restored
    assert placeholder not in restored


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_answer_is_asked_for_in_the_language_chosen_whatever_the_question_is_in(
    house: House, language: str
) -> None:
    provider = Says()
    events = ask(house, with_parts(house, provider), "Как сравнить дроби?", language=language)

    assert provider.prompts[0].language == language
    assert closed(house, events).clear["language"] == language


def test_a_schools_own_document_is_evidence_for_that_school_alone(house: House) -> None:
    seen = []
    library = house.services.library

    class Watched:
        model_id, catalogue = library.model_id, library.catalogue

        def retrieve(self, query: object) -> object:
            seen.append(query.school)  # type: ignore[attr-defined]
            return library.retrieve(query)  # type: ignore[arg-type]

    ask(house, with_parts(house, Says(), library=Watched()))
    assert seen == [house.teacher.school]
