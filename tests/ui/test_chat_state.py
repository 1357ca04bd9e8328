"""A turn of the conversation: folded from events, read from the log."""

import threading

import pytest

from app.assistant import Question
from app.assistant.events import Answered, Checked, Failed, Progress, Refused, StepName, Withheld
from app.errors import Words
from app.ui.chat_state import End, Turn, from_stored
from tests.ui import chat_scene

WORDS = Words(key="ask.failed")


def turn() -> Turn:
    return Turn(question="q", language="ru")


def test_a_new_turn_runs_and_has_nothing_to_point_at() -> None:
    fresh = turn()

    assert fresh.running
    assert fresh.exchange is None
    assert fresh.numbers() == {}
    assert fresh.uncited() == ()


def test_a_whole_answer_folds_into_text_sources_and_receipt() -> None:
    folded = turn()
    for event in chat_scene.answered(1, Question(text="q", language="ru")):
        folded.take(event)

    assert folded.end is End.ANSWERED
    assert folded.step is None
    assert [sentence.number for sentence in folded.sentences] == [1, 2, 3]
    assert list(folded.numbers().values()) == [1, 2]
    assert not set(folded.uncited()) & set(folded.numbers())
    assert folded.entry_id == chat_scene.ENTRY
    assert folded.exchange == chat_scene.receipt(1).exchange_id


def test_progress_shows_until_the_end() -> None:
    folded = turn()
    folded.take(Progress(step=StepName.WRITING))
    assert folded.step is StepName.WRITING
    folded.take(Answered())
    assert folded.step is None


@pytest.mark.parametrize(
    ("event", "end"),
    [
        (Refused(words=WORDS), End.REFUSED),
        (Withheld(words=WORDS), End.WITHHELD),
        (Failed(words=WORDS), End.FAILED),
    ],
)
def test_an_end_comes_once_and_is_not_overwritten(event: Refused | Withheld | Failed, end: End) -> None:
    folded = turn()
    folded.take(event)
    folded.finish(End.STOPPED)

    assert folded.end is end
    assert folded.words == WORDS


def test_what_was_masked_is_known() -> None:
    folded = turn()
    folded.take(Checked(text="[ЖСН_1]", hidden={"[ЖСН_1]": "990101300123"}))

    assert folded.was_masked
    assert "990101300123" not in repr(folded)


@pytest.mark.parametrize("end", list(End))
def test_a_stored_turn_reads_as_it_ended(end: End) -> None:
    read = from_stored(chat_scene.stored(1, outcome=str(end)))

    assert read.end is end
    assert read.exchange == chat_scene.receipt(1).exchange_id
    assert list(read.numbers().values()) == [1, 2]


def test_a_stored_turn_knows_the_papers_that_were_offered() -> None:
    offering = (Words(key="ask.flag.papers", facts={"n": 1}),)
    read = from_stored(
        chat_scene.stored(1, outcome="no_passage", sentences=(), passages=("pa", "pb"), notices=offering)
    )

    assert read.offered == ("pa",)
    assert read.uncited() == ("pb",)
    assert from_stored(chat_scene.stored(1)).offered == ()


def test_an_end_of_a_later_release_reads_as_abandoned() -> None:
    assert from_stored(chat_scene.stored(1, outcome="unheard_of")).end is End.ABANDONED


def test_the_next_run_waits_until_a_stopped_turn_has_its_end() -> None:
    stopped = turn()
    closing = threading.Timer(0.05, stopped.finish, args=(End.STOPPED,))
    closing.start()

    stopped.wait(5.0)

    assert stopped.end is End.STOPPED
    closing.join()


def test_a_stored_turn_knows_which_masks_can_be_undone_and_which_the_policy_keeps() -> None:
    hidden = {"[УЧЕНИК_1]": "Айгерим", "[УЧЕНИК_2]": "Дамир"}
    turned = from_stored(
        chat_scene.stored(1, hidden=hidden, undoable=("[УЧЕНИК_1]",), barred=("[УЧЕНИК_2]",))
    )

    assert (turned.undoable, turned.barred) == (("[УЧЕНИК_1]",), ("[УЧЕНИК_2]",))
