"""A rail that breaks, overruns or hangs, asked of the whole line: nothing of the text goes on, and the record says why."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from app.assistant.events import Checked, Refused, Routed, Withheld
from app.i18n import LANGUAGES, translator
from guardrails.guardrails import FAILED_KEY, Guardrails, build
from guardrails.policy import read
from guardrails.rail import Means, Rail
from guardrails.verdict import Stage, Subject, verdict_of
from guardrails.worker import Workers
from knowledge.passage import Passage
from tests.assistant.conftest import House
from tests.assistant.fakes import ANSWERABLE, PIECES, Blocks, Says, ask, closed, of, shown, with_parts
from tests.contracts.rail_faults import FAULTS, SECRET, broken, places, shipped

QUESTION = f"Оқушы {SECRET} ауырып қалды. Бөлшектерді қалай салыстырамыз?"
PLACES = [pytest.param(name, stage, id=f"{name}-{stage}") for name, stage in places()]
BEFORE = frozenset({Stage.INPUT, Stage.JUDGED})
ASKED = [row for row in PLACES if row.values[1] is not Stage.PASSAGE]


@pytest.fixture(scope="module")
def rails() -> Mapping[str, Rail]:
    return shipped()


def is_closed(house: House, rails: Guardrails, name: str, stage: Stage, status: str) -> None:
    """One question, of which nothing is shown that this rail would have had to see."""
    provider = Says()
    asked = QUESTION if stage is Stage.INPUT else ANSWERABLE
    events = ask(house, with_parts(house, provider, guardrails=rails), asked)
    record = closed(house, events)
    said = [row for row in record.clear["verdicts"] if (row["rail"], row["stage"]) == (name, str(stage))]

    assert [(row["action"], row["status"]) for row in said] == [("block", status)]
    words = of(Refused if stage in BEFORE else Withheld, events).words
    assert words.key == FAILED_KEY
    assert all(translator(language).words(words) for language in LANGUAGES)
    assert record.outcome == ("refused" if stage in BEFORE else "withheld")
    assert not any(part in str(record.clear) for part in SECRET.split())
    if stage is Stage.INPUT:
        assert (provider.prompts, shown(events)) == ([], [])
        assert not [event for event in events if isinstance(event, Checked | Routed)]
    if stage is Stage.OUTPUT:
        assert shown(events) == []
        assert house.services.audit.unseal(record, actor=house.teacher.subject)["shown"] == []


@pytest.mark.parametrize(("name", "stage"), ASKED)
def test_a_rail_that_breaks_stops_the_line(
    house: House, rails: Mapping[str, Rail], name: str, stage: Stage
) -> None:
    is_closed(house, broken(name, FAULTS["raises"], real=rails, stage=stage), name, stage, "error")


@pytest.mark.parametrize(("name", "stage"), [ASKED[0], ASKED[-1]])
@pytest.mark.parametrize(
    "fault", ["closes a generator", "ends the process", "nothing", "another text", "failed, and allows"]
)
def test_whatever_a_rail_gives_back_instead_of_a_verdict_stops_the_line(
    house: House, rails: Mapping[str, Rail], name: str, stage: Stage, fault: str
) -> None:
    is_closed(house, broken(name, FAULTS[fault], real=rails, stage=stage), name, stage, "error")


@pytest.fixture
def held() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


@pytest.mark.parametrize(("name", "stage"), [("size", Stage.INPUT), ("groundedness", Stage.OUTPUT)])
def test_a_rail_that_hangs_stops_the_line_and_so_does_one_for_which_no_worker_is_left(
    house: House, rails: Mapping[str, Rail], held: threading.Event, name: str, stage: Stage
) -> None:
    def hang(name: str, subject: Subject) -> object:
        held.wait(60)
        return verdict_of(name, "1", subject)

    workers = Workers(limit=1)
    hanging = broken(name, hang, real=rails, stage=stage, guarded=True, budget_ms=5, workers=workers)
    is_closed(house, hanging, name, stage, "timeout")
    is_closed(house, hanging, name, stage, "error")


def test_a_part_of_an_answer_is_kept_and_the_rest_withheld_where_a_rail_breaks_in_the_middle(
    house: House, rails: Mapping[str, Rail]
) -> None:
    def breaks_later(name: str, subject: Subject) -> object:
        if PIECES[1].strip() in subject.text:
            raise RuntimeError(SECRET)
        return verdict_of(name, "1", subject)

    breaking = broken("groundedness", breaks_later, real=rails)
    events = ask(house, with_parts(house, Says(), guardrails=breaking))

    assert shown(events) == [PIECES[0]]
    assert closed(house, events).clear["characters_shown"] == len(PIECES[0])


def test_a_second_look_that_fails_counts_as_a_pupils_data(house: House) -> None:
    # The second look is at the masked text: what still stands in it is not known then.
    rails = Blocks(house.services.assistant.parts.guardrails, Stage.INPUT, "[ОҚУШЫ_1]")
    record = closed(house, ask(house, with_parts(house, Says(), guardrails=rails), QUESTION))

    assert record.clear["personal_data"] == "pupil"


@pytest.mark.parametrize("name", [name for name, stage in places() if stage is Stage.PASSAGE])
def test_a_passage_that_a_broken_rail_could_not_read_stays_out(
    house: House, rails: Mapping[str, Rail], name: str
) -> None:
    passage: Passage = house.services.library.passages()[0]
    for fault, act in FAULTS.items():
        ingesting = replace(house.services.ingesting, guardrails=broken(name, act, real=rails))
        assert ingesting.why_not(passage) == f"{name}: error", fault


def test_an_embedding_that_hangs_stops_the_line_in_the_rails_wall_time(
    house: House, held: threading.Event
) -> None:
    def hang(texts: Sequence[str]) -> NDArray[np.float32]:
        held.wait(60)
        raise AssertionError("nobody waits any more")

    policy = read()
    tight = replace(policy.rails["injection"], budget_ms=50)
    assert tight.hang_guard, "as shipped"
    hurried = replace(policy, rails={**policy.rails, "injection": tight})
    means = Means(read=hang, embedder=house.services.embedder.model_id)
    rails = Guardrails(hurried, build(hurried, means), clock=time.monotonic)

    provider = Says()
    events = ask(house, with_parts(house, provider, guardrails=rails))
    record = closed(house, events)

    said = [(row["action"], row["status"]) for row in record.clear["verdicts"] if row["rail"] == "injection"]
    assert said == [("block", "timeout")]
    assert (record.outcome, of(Refused, events).words.key) == ("refused", FAILED_KEY)
    assert provider.prompts == []
