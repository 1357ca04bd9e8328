"""An answer as plain text: marks, sources, the AI line and the receipt, with names restored."""

import pytest

from app.assistant.events import Grounding, Sentence
from app.i18n import LANGUAGES, translator
from app.ui.chat_copy import Plain, plain_of
from app.ui.chat_state import End, Turn
from tests.ui.chat_scene import NOON, Scene, hits, receipt, sentences


def turn(language: str = "ru") -> Turn:
    return Turn(
        question="Как сложить дроби?",
        language=language,
        asked_at=NOON,
        sentences=list(sentences(language)),
        end=End.ANSWERED,
        receipt=receipt(3),
    )


def words(language: str = "ru") -> Plain:
    return plain_of(Scene(language=language).context())


def test_nothing_said_is_only_the_line_of_who_made_it() -> None:
    empty = Turn(question="", language="en", end=End.STOPPED)

    assert words("en").bare(empty) == ""
    assert words("en").whole(empty).startswith("Written by an AI system")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_answer_has_marks_sources_doubt_and_receipt(language: str) -> None:
    t, text = translator(language), words(language).whole(turn(language))
    first = hits(language)[0].passage

    assert "[1]" in text
    assert "[2]" in text
    assert f"[{t('chat.grounding.unsupported')}]" in text
    assert f"[1] {', '.join(first.codes)}; " in text
    assert t("chat.copy.made", date=t.date(NOON)) in text
    assert receipt(3).code in text
    assert "](" not in text
    assert ":gray" not in text


def test_a_reference_says_what_is_needed_to_check_and_not_the_answer() -> None:
    text = words().reference(turn())

    assert "«Как сложить дроби?»" in text
    assert "5.1.2.17" in text
    assert receipt(3).code in text
    assert sentences("ru")[0].text.strip() not in text


def test_names_are_restored_and_words_stay_as_they_are() -> None:
    said = Turn(
        question="q",
        language="en",
        sentences=[Sentence(number=1, text="[PUPIL_1] *adds*.", grounding=Grounding.NOT_A_CLAIM)],
        hidden={"[PUPIL_1]": "Айгүл"},
        end=End.ANSWERED,
    )

    assert words("en").bare(said) == "Айгүл *adds*."


def test_a_passage_that_is_gone_says_so() -> None:
    gone = Plain(wording=words("en").wording, passage=lambda passage_id: None)

    assert translator("en")("chat.sources.gone") in gone.whole(turn("en"))
