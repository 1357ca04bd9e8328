"""The exact prompt: what it holds, what it leaves out, and what names come back on the screen."""

import pytest

from app.assistant.events import Checked, Retrieved, Text
from app.assistant.prompting import NoRoom, prompt_for
from app.providers import Call
from tests.assistant.conftest import House
from tests.assistant.fakes import ANSWERABLE, Says, ask, closed, of, with_parts

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
            passages=[hit.passage for hit in hits],
            history=(),
            call=call,
            canary="0" * 16,
        )


def test_a_placeholder_in_an_answer_is_recorded_as_one_and_restored_for_its_asker(house: House) -> None:
    (placeholder, value) = next(
        iter(of(Checked, ask(house, with_parts(house, Says()), MASKED)).hidden.items())
    )
    middle = len(placeholder) // 2
    pieces = ("Бөлшектерді ", placeholder[:middle], placeholder[middle:], " үшін суретпен салыстырыңыз.")
    events = ask(house, with_parts(house, Says(pieces)), MASKED)

    (text,) = [event.sentence.text for event in events if isinstance(event, Text)]
    assert placeholder in text
    assert house.services.audit.unseal(closed(house, events))["shown"] == [text]
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
