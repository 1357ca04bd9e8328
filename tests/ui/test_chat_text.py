"""The text of an answer: our marks and labels on text that stays harmless."""

from collections.abc import Mapping

import pytest

from app.assistant.events import Grounding, Sentence, StepName
from app.errors import Words
from app.i18n import LANGUAGES, translator
from app.ui.chat_state import End, Turn
from app.ui.chat_text import DOUBTS, ENDS, FALLBACKS, Wording, answer_text, question_text
from app.ui.context import ScreenWords
from guardrails.placeholders import restore
from knowledge.passage import Citation


def wording(language: str = "en") -> Wording:
    return Wording(t=ScreenWords(translator(language)), restore=restore)


def cited(*passages: str) -> tuple[Citation, ...]:
    return tuple(Citation(passage_id=one, code=None, source="s", edition="e", place="p") for one in passages)


def said(text: str, *passages: str, grounding: Grounding = Grounding.SUPPORTED, number: int = 1) -> Sentence:
    return Sentence(number=number, text=text, citations=cited(*passages), grounding=grounding)


def answer(*sentences: Sentence, hidden: Mapping[str, str] | None = None, end: End = End.ANSWERED) -> str:
    turn = Turn(question="q", language="en", sentences=list(sentences), hidden=hidden or {}, end=end)
    return answer_text(turn, wording(), anchor="src-1-0")


def test_nothing_written_is_nothing_drawn() -> None:
    assert answer() == ""


def test_a_mark_stands_after_its_sentence_and_leads_to_its_source() -> None:
    drawn = answer(said("First. ", "pa"), said("Second.", "pb"))

    assert drawn.startswith("First.\u00a0[\\[1\\]](#src-1-0-1 ")
    assert "Second.\u00a0[\\[2\\]](#src-1-0-2 " in drawn


def test_one_passage_keeps_one_number() -> None:
    drawn = answer(said("A. ", "pa"), said("B. ", "pb"), said("C.", "pa"))

    assert [part.split(" ")[0] for part in drawn.split("](#src-1-0-")[1:]] == ["1", "2", "1"]


def test_two_sources_of_one_sentence_are_two_marks() -> None:
    assert answer(said("A.", "pa", "pb")).count("](#src-1-0-") == 2


def test_an_unsupported_sentence_is_grey_and_says_so() -> None:
    drawn = answer(said("Made up.", grounding=Grounding.UNSUPPORTED))

    assert ":gray[Made up.]" in drawn
    assert drawn.endswith(":gray-badge[not confirmed by the sources]")


def test_grey_never_breaks_a_markup_that_reaches_across() -> None:
    drawn = answer(said("**One. ", "pa"), said("Two.** ", grounding=Grounding.UNSUPPORTED))

    assert ":gray[" not in drawn.replace(":gray-badge[", "")
    assert ":gray-badge[not confirmed by the sources]" in drawn


@pytest.mark.parametrize(
    "pieces",
    [
        ("![x](http://evil.example/?q=1)",),
        ("![x](http://evil.example/?q=", "1)"),  # one address over two sentences
        ("![x][r] ", "\n\n[r]: http://evil.example/x"),
        ("[click](https://evil.example)",),
        ("[", "click](https://evil.example)"),
        ("<img src=http://evil.example/x>",),
        ("<img src=http://evil", ".example/x>"),
        ("[a](javascript:alert(1))",),
        ("[1](#src-1-0-1)",),  # a mark that a model typed
    ],
)
@pytest.mark.parametrize("grounding", list(Grounding))
def test_no_text_becomes_an_image_a_link_or_html(pieces: tuple[str, ...], grounding: Grounding) -> None:
    drawn = answer(*(said(piece, grounding=grounding) for piece in pieces))

    assert "![" not in drawn.replace("\\[", "[").replace("\\!", "") or "](" not in drawn
    assert "](http" not in drawn
    assert "](javascript" not in drawn
    assert "](#src" not in drawn
    assert "<img" not in drawn


def test_a_text_cannot_bring_marks_of_ours() -> None:
    drawn = answer(said("A \u2e220\u2e23 \u2e28b\u2e29."), said("B.", "pa"))

    assert drawn.count("](#src-1-0-") == 1
    assert ":gray[" not in drawn


def test_lists_and_tables_stay_what_they_are() -> None:
    items = answer(
        said("- one\n", "pa"), said("- two\n", "pb"), said("3. three", grounding=Grounding.UNSUPPORTED)
    )
    table = answer(said("| a | b |\n|---|---|\n", "pa"), said("| c | d |\n", "pb"))

    assert items.splitlines()[0].startswith("- one\u00a0[")
    assert items.splitlines()[1].startswith("- two\u00a0[")
    assert table.splitlines()[-1].startswith("| c | d")
    assert table.splitlines()[-1].endswith("|")
    assert "](#src-1-0-2" in table


def test_code_is_left_alone() -> None:
    drawn = answer(
        said("```\nprint(1)\n", "pa"), said("print(2)\n", "pb"), said("```\n"), said("After.", "pb")
    )

    assert "print(1)\nprint(2)" in drawn
    assert drawn.count("](#src") == 1


def test_hidden_names_come_back_as_text_on_this_screen() -> None:
    drawn = answer(said("Ask [ОҚУШЫ_1] again.", "pa"), hidden={"[ОҚУШЫ_1]": "**Аяна**"})

    assert "ОҚУШЫ" not in drawn
    assert "Аяна" in drawn


def test_a_masked_question_shows_what_went_on() -> None:
    turn = Turn(
        question="Аяна, 990101300123",
        language="en",
        masked="[ОҚУШЫ_1], [ЖСН_1]",
        hidden={"[ЖСН_1]": "990101300123"},
        notices=(Words(key="guardrails.personal_data.pupil"),),
        end=End.NO_PASSAGE,
    )
    drawn = answer_text(turn, wording(), anchor="src-1-0")

    assert drawn.startswith("> ")
    assert "ЖСН" in drawn
    assert "990101300123" not in drawn


@pytest.mark.parametrize("end", list(End))
@pytest.mark.parametrize("language", LANGUAGES)
def test_only_what_broke_is_red_and_every_end_has_its_words(end: End, language: str) -> None:
    turn = Turn(question="q", language=language, end=end)
    drawn = answer_text(turn, wording(language), anchor="src-1-0")

    assert (":red" in drawn) == (end is End.FAILED)
    assert (drawn == "") == (end is End.ANSWERED)


def test_an_unknown_reason_reads_as_a_fault_of_ours() -> None:
    turn = Turn(question="q", language="en", end=End.REFUSED, words=Words(key="no.such.key"))

    assert translator("en")("error.internal") in answer_text(turn, wording(), anchor="src-1-0")


@pytest.mark.parametrize("step", list(StepName))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_has_a_status_word(step: StepName, language: str) -> None:
    turn = Turn(question="q", language=language, step=step)

    assert translator(language)(f"chat.step.{step}") in answer_text(turn, wording(language), anchor="a")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_doubt_and_end_is_worded(language: str) -> None:
    t = translator(language)

    assert all(t.has(key) for key in (*DOUBTS.values(), *ENDS.values(), *FALLBACKS.values()))


def test_a_question_is_drawn_exactly_as_typed() -> None:
    turn = Turn(question="# One *two*\n- three ![x](http://e.kz)", language="en")
    drawn = question_text(turn)

    assert drawn.startswith("\\# One \\*two\\*")
    assert "\\\n" in drawn
    assert "![" not in drawn


def test_a_follow_up_says_how_it_was_understood_with_names_restored() -> None:
    turn = Turn(
        question="ал Айгүлге ше?",
        language="kk",
        understood="[ОҚУШЫ_1] үшін *дроби*",
        hidden={"[ОҚУШЫ_1]": "Айгүл"},
        end=End.ANSWERED,
    )
    drawn = answer_text(turn, wording("kk"), anchor="src-1-0")

    assert translator("kk")("chat.understood") in drawn
    assert "«Айгүл үшін \\*дроби\\*»" in drawn
