"""What the line says of a question is said of a document where a field was asked for."""

import re

import pytest

from app.assistant.desk_words import OWN, of_a_document
from app.errors import Words
from app.i18n import LANGUAGES, translator

OF_A_QUESTION = re.compile(r"сұрағыңыз|сұрақ |вопрос |your question|the question ", re.IGNORECASE)


def test_a_reason_without_words_of_its_own_stays() -> None:
    words = Words(key="routing.none.task")

    assert of_a_document(words) is words


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", sorted(OWN))
def test_every_reason_speaks_of_the_document_and_keeps_its_facts(key: str, language: str) -> None:
    facts: dict[str, str | int] = {"length": 9000, "most": 8000, "code": "9.9.9.9"}
    t = translator(language)
    said = of_a_document(Words(key=key, facts=facts))

    assert said.facts == facts
    assert t.has(key)
    assert not OF_A_QUESTION.search(t.words(said))
