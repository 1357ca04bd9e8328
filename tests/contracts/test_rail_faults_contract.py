"""A rail that breaks is a block, never a pass: every rail, in every stage it stands in, in every way it may break."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

import pytest

from app.i18n.translator import LANGUAGES, translator
from guardrails.guardrails import FAILED_KEY, Combined
from guardrails.rail import Rail
from guardrails.verdict import Action, Stage, Status, Subject, verdict_of
from guardrails.worker import Workers
from tests.contracts.rail_faults import FAULTS, SECRET, broken, places, raising, shipped

PLACES = places()
TEXT = f"Ученица {SECRET} забыла тетрадь: как сравнить дроби?"
ANSWER = "Дроби с равными знаменателями сравнивают по числителям."


@cache
def rails() -> Mapping[str, Rail]:
    return shipped()


def subject(stage: Stage) -> Subject:
    written = TEXT if stage is Stage.INPUT else ANSWER
    return Subject(stage=stage, text=written, language="ru", evidence=(ANSWER,), passage_ids=("p1",))


def is_closed(combined: Combined, name: str, status: Status) -> bool:
    """Whether nothing goes on, the record says why, and the reader is told in words."""
    (said,) = [verdict for verdict in combined.verdicts if verdict.rail == name]
    behind = combined.verdicts[combined.verdicts.index(said) + 1 :]
    return (
        (combined.action, combined.text, combined.blocking) == (Action.BLOCK, "", said)
        and (said.action, said.status, said.text) == (Action.BLOCK, status, "")
        and all(verdict.status is Status.SKIPPED for verdict in behind)
        and all(translator(language)(str(combined.message_key)) for language in LANGUAGES)
        and combined.message_key == FAILED_KEY
        and not any(part in repr(said) for part in SECRET.split())
    )


def test_without_a_fault_every_stage_lets_its_text_through() -> None:
    sound = broken("size", lambda name, subject: verdict_of(name, "1", subject), real=rails())

    assert not any(sound.inspect(subject(stage)).blocked for stage in Stage)


@pytest.mark.parametrize(("name", "stage"), PLACES)
def test_a_rail_that_breaks_in_any_way_is_a_block(name: str, stage: Stage) -> None:
    open_to = [
        fault
        for fault, act in FAULTS.items()
        if not is_closed(broken(name, act, real=rails()).inspect(subject(stage)), name, Status.ERROR)
    ]

    assert open_to == []


@pytest.mark.parametrize(("name", "stage"), PLACES)
def test_a_rail_that_breaks_in_a_worker_is_a_block_and_leaves_no_worker_behind(
    name: str, stage: Stage
) -> None:
    workers = Workers()
    open_to = [
        fault
        for fault in ("raises", "crashes in native code", "ends the process", "nothing", "another text")
        if not is_closed(
            broken(name, FAULTS[fault], real=rails(), guarded=True, workers=workers).inspect(subject(stage)),
            name,
            Status.ERROR,
        )
    ]

    assert open_to == []
    assert workers.abandoned == 0


@pytest.mark.parametrize(("name", "stage"), PLACES)
def test_a_rail_that_overruns_its_budget_is_a_block(name: str, stage: Stage) -> None:
    spent = 0.0

    def slow(name: str, subject: Subject) -> object:
        nonlocal spent
        spent += 0.3
        return verdict_of(name, "1", subject)

    late = broken(name, slow, real=rails(), budget_ms=200, effort=lambda: spent)
    in_time = broken(name, slow, real=rails(), budget_ms=400, effort=lambda: spent)

    assert is_closed(late.inspect(subject(stage)), name, Status.TIMEOUT)
    assert not in_time.inspect(subject(stage)).blocked


@pytest.fixture
def held() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


@pytest.mark.parametrize(("name", "stage"), PLACES)
def test_a_rail_that_hangs_is_cut_off_and_when_too_many_hang_nothing_is_started(
    name: str, stage: Stage, held: threading.Event
) -> None:
    def hang(name: str, subject: Subject) -> object:
        held.wait(60)
        return verdict_of(name, "1", subject)

    workers = Workers(limit=1)
    hanging = broken(name, hang, real=rails(), guarded=True, budget_ms=5, workers=workers)

    assert is_closed(hanging.inspect(subject(stage)), name, Status.TIMEOUT)
    assert is_closed(hanging.inspect(subject(stage)), name, Status.ERROR)
    assert workers.abandoned == 1


def test_no_rail_behind_a_mask_can_undo_it() -> None:
    listed = [name for name, stage in PLACES if stage is Stage.INPUT]
    for name in listed[listed.index("personal_data") + 1 :]:
        undone = broken(
            name, lambda name, subject: replace(verdict_of(name, "1", subject), text=TEXT), real=rails()
        )
        assert is_closed(undone.inspect(subject(Stage.INPUT)), name, Status.ERROR)


def test_who_stops_the_program_is_not_held_back_by_a_rail() -> None:
    with pytest.raises(KeyboardInterrupt):
        broken("size", raising(KeyboardInterrupt()), real=rails()).inspect(subject(Stage.INPUT))
