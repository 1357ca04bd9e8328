"""A model server that lies, redirects, hangs, drips, cuts or floods: one record of the right class each, within its limit.

Asked of the whole line against a listening socket; afterwards the same person asks again and is answered.
"""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.assistant.events import Answered, Failed
from app.capacity import Breakers
from app.errors import Failure
from app.i18n import LANGUAGES, translator
from benchmarks import faults
from benchmarks.mock_endpoint import Behaviour, plain
from tests.assistant.conftest import House
from tests.assistant.fakes import ask, closed, of, places_are_free, shown, with_parts

LIMIT = 2.0
SPARE = 20.0
"""What a busy machine may need beside the limit; without a limit each of these would take an hour."""

LIES = [
    (faults.other_name("another-model"), Failure.WRONG_MODEL),
    (faults.other_name(None), Failure.WRONG_MODEL),
    (faults.name_changes, Failure.WRONG_MODEL),
]
AWAY = [(faults.redirect, Failure.UNREACHABLE), (faults.packed, Failure.UNREACHABLE)]
SLOW = [
    (faults.hang_before_headers, Failure.TIMEOUT),
    (faults.hang_after_headers, Failure.TIMEOUT),
    (faults.hang_in_the_middle, Failure.TIMEOUT),
    (faults.drip, Failure.TIMEOUT),
    (faults.drip_head, Failure.TIMEOUT),
    (faults.drip_in_letters, Failure.TIMEOUT),
]
CUT = [
    (faults.cut_in_letter, Failure.CUT),
    (faults.cut_in_letter_but_ended, Failure.CUT),
    (faults.cut_in_event, Failure.CUT),
    (faults.cut_between_events, Failure.CUT),
    (faults.no_end_mark, Failure.CUT),
]
FLOODS = [(faults.fifty_megabytes, Failure.TOO_LARGE), (faults.one_endless_line, Failure.TOO_LARGE)]
NONSENSE = [
    (faults.status("401 Unauthorized"), Failure.STATUS),
    (faults.status("429 Too Many Requests"), Failure.STATUS),
    (faults.status("500 Error"), Failure.STATUS),
    (faults.status("503 Unavailable"), Failure.STATUS),
    (faults.error_event, Failure.STATUS),
    (faults.not_http, Failure.GARBAGE),
    (faults.broken_chunks, Failure.GARBAGE),
    (faults.invalid_events, Failure.GARBAGE),
    (faults.wrong_json, Failure.GARBAGE),
    (faults.not_a_stream, Failure.GARBAGE),
    (faults.half_surrogate, Failure.GARBAGE),
    (faults.empty, Failure.EMPTY),
    (faults.only_spaces, Failure.EMPTY),
]


def name(value: object) -> str:
    return str(value) if isinstance(value, Failure) else getattr(value, "__name__", "fault")


@pytest.fixture
def endpoint(house: House) -> Iterator[House]:
    yield house
    house.endpoint.behaviour = plain


@pytest.mark.parametrize(("behaviour", "failure"), [*LIES, *AWAY, *SLOW, *CUT, *FLOODS, *NONSENSE], ids=name)
def test_a_fault_ends_the_answer_in_time_with_one_record_and_the_next_question_is_answered(
    endpoint: House, behaviour: Behaviour, failure: Failure
) -> None:
    house = endpoint
    assistant = with_parts(house, answer_seconds=LIMIT, breakers=Breakers(lambda: 0.0))
    house.endpoint.behaviour = behaviour
    began = time.monotonic()

    events = ask(house, assistant)

    assert time.monotonic() - began < LIMIT + SPARE
    record = closed(house, events)  # holds that there is exactly one end
    assert (record.outcome, record.clear["failure"]) == ("failed", failure)
    assert len(shown(events)) == len(record.clear["sentences"]), "what was shown is on record"
    words = of(Failed, events).words
    assert all(translator(language).words(words) for language in LANGUAGES)
    assert "canary" not in str(record.clear)
    assert places_are_free(house)

    house.endpoint.behaviour = plain
    assert [event for event in ask(house, with_parts(house)) if isinstance(event, Answered)]


def test_a_server_that_is_gone_is_tried_twice_and_ends_in_words(endpoint: House) -> None:
    house = endpoint
    parts = house.services.assistant.parts
    rows = {
        entry_id: replace(row, address=None if row.address is None else "http://127.0.0.1:9/v1")
        for entry_id, row in parts.bindings.rows.items()
    }
    bindings = replace(parts.bindings, rows=rows)
    providers = type(parts.providers).of(house.services.settings, bindings, house.services.registry)  # type: ignore[attr-defined]
    assistant = with_parts(
        house, bindings=bindings, router=replace(parts.router, bindings=bindings), providers=providers
    )

    record = closed(house, ask(house, assistant))

    assert record.clear["failure"] == "connection_refused"
    assert record.clear["details"]["tried_before"] == ["connection_refused"]
