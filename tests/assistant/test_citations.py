"""A citation names a passage that holds the sentence, or it is not there."""

import random
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.assistant.citations import LEAST_SHARE, Binder
from knowledge import starter
from knowledge.passage import Kind, Passage

PASSAGES = starter.load(starter.SHIPPED).passages
NOTES = {
    language: [one for one in PASSAGES if one.kind is Kind.NOTE and one.language == language]
    for language in ("kk", "ru", "en")
}
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def note(language: str, text: str = "") -> Passage:
    found = NOTES[language][0]
    return replace(found, text=text) if text else found


def bound(sentence: str, passages: Sequence[Passage]) -> list[str]:
    return [citation.passage_id for citation in Binder(passages).bind(sentence)]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_sentence_of_a_note_is_bound_to_a_passage_that_contains_it(language: str) -> None:
    chance = random.Random(3)
    for own in NOTES[language]:
        among = [*chance.sample(NOTES[language], 5), own]
        binder = Binder(among)
        texts = {one.id: one.text for one in among}
        for sentence in SENTENCE_END.split(own.text):
            (citation,) = binder.bind(sentence) if len(sentence) >= 12 else binder.bind(own.text)
            assert len(sentence) < 12 or " ".join(sentence.split()) in " ".join(
                texts[citation.passage_id].split()
            )


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_hardly_any_sentence_is_bound_among_passages_of_other_subjects(language: str) -> None:
    chance, wrong, count = random.Random(1), 0, 0
    for own in NOTES[language]:
        others = [one for one in NOTES[language] if one.subject != own.subject]
        binder = Binder(chance.sample(others, 6))
        for sentence in SENTENCE_END.split(own.text):
            wrong += bool(binder.bind(sentence))
            count += 1

    assert wrong / count <= 0.03


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_nearly_every_sentence_that_keeps_most_of_its_words_is_bound_to_its_note(language: str) -> None:
    chance, right, count = random.Random(2), 0, 0
    for own in NOTES[language]:
        binder = Binder([*chance.sample([one for one in NOTES[language] if one.id != own.id], 5), own])
        for sentence in SENTENCE_END.split(own.text):
            words = sentence.split()
            kept = chance.sample(words, min(len(words), max(3, round(len(words) * 0.7))))
            right += own.id in [citation.passage_id for citation in binder.bind(" ".join(kept))]
            count += 1

    assert right / count >= 0.93


@pytest.mark.parametrize(
    "sentence", ["", "  \n", "Yes.", "2, 4, 8.", "And so it is with the others.", "[PUPIL_1]", "!!!"]
)
def test_what_says_nothing_is_bound_to_nothing(sentence: str) -> None:
    text = "Yesterday the numbers 2, 4, 8 and 16 were written; and so it is, of course, with the others."

    assert bound(sentence, [note("en", text)]) == []
    assert bound(sentence, []) == []


def test_a_part_of_a_word_is_no_quotation() -> None:
    assert bound("form the number", [note("en", "They transform the numbering of houses entirely.")]) == []


def test_a_sentence_in_another_language_is_bound_to_nothing_it_does_not_share() -> None:
    english = NOTES["en"][0]
    for sentence in SENTENCE_END.split(english.text):
        for citation in Binder(NOTES["kk"][:6]).bind(sentence):
            pytest.fail(f"{sentence!r} is bound to {citation.passage_id}")


def test_the_second_citation_holds_enough_by_itself() -> None:
    first = note("en", "A fraction has a numerator and a denominator below the line.")
    second = replace(first, id="p2", text="A fraction appears in music.")

    assert bound("The fraction has its denominator below a numerator.", [first, second]) == [first.id]
    assert LEAST_SHARE >= 0.5


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("The larger one wins [1].", "The larger one wins."),
        ("The larger one wins [1, 2]. [2]", "The larger one wins."),
        ("The larger one wins [1-2].", "The larger one wins."),
        ("On the segment [1, 2] it grows.", "On the segment [1, 2] it grows."),
        ("На отрезке [1, 2] она растёт.", "На отрезке [1, 2] она растёт."),
        ("x ∈ [1, 2]", "x ∈ [1, 2]"),
        ("It grows on [0; 1].", "It grows on [0; 1]."),
        ("It grows on [0, 9].", "It grows on [0, 9]."),
        ("The list a[1] begins.", "The list a[1] begins."),
        ("For [PUPIL_1] too.", "For [PUPIL_1] too."),
        ("the numbers of row [2] are", "the numbers of row [2] are"),
    ],
)
def test_typed_marks_go_and_everything_else_in_brackets_stays(typed: str, left: str) -> None:
    passages = [note("en", "Here the numbers of row [2] are even."), note("en", "Another one.")]

    assert Binder(passages).without_typed_marks(typed) == left
