"""The document for scripts is true in every outcome."""

import json
from collections.abc import Mapping
from typing import Any

import jsonschema
import pytest

from app.assistant import Question
from app.assistant.answer import collect
from app.assistant.events import Event
from app.errors import Failure, ProviderFailed
from app.i18n import translator
from app.settings import ROOT
from guardrails.verdict import Stage
from tests.assistant.conftest import House
from tests.assistant.fakes import ANSWERABLE, PIECES, Admits, Blocks, Log, Narrow, Says, with_parts

SCHEMA = json.loads((ROOT / "docs" / "ask.schema.json").read_text(encoding="utf-8"))


def document(
    house: House, text: str = ANSWERABLE, provider: Says | None = None, **parts: Any
) -> Mapping[str, Any]:
    events = with_parts(house, provider or Says(), **parts).ask(
        house.teacher, Question(text=text, language="kk")
    )
    made = collect(events, house.services.audit, translator("kk")).document()
    jsonschema.validate(made, SCHEMA)
    assert json.loads(json.dumps(made)) == made
    return made


def test_an_answer(house: House) -> None:
    made = document(house)

    assert made["outcome"] == "answered"
    assert made["refusal"] is None
    assert made["route_reason"]["words"]
    assert made["usage"] == {"input_tokens": 3, "output_tokens": 5}
    assert made["registry_sequence"] >= 1
    assert {"checking", "writing", "embedding"} <= set(made["times_ms"])


def test_an_answer_that_is_withheld(house: House) -> None:
    rails = Blocks(house.services.guardrails, Stage.OUTPUT, PIECES[1].split()[0])
    made = document(house, guardrails=rails)

    assert made["outcome"] == "withheld"
    assert made["text"].strip() == PIECES[0].strip()
    assert made["refusal"]["key"] == "guardrails.rail_failed"
    assert made["refusal"]["words"]
    assert made["entry"] is not None
    assert made["receipt"]["exchange_id"]


@pytest.mark.parametrize(
    ("parts", "key"),
    [
        (
            lambda house: {"provider": Says(PIECES[:1], ProviderFailed(Failure.STATUS))},
            "error.provider.bad_status",
        ),
        (lambda house: {"audit": Log(house.services.audit, fails_at=3)}, "error.not_recorded"),
        (lambda house: {"audit": Log(house.services.audit, refuses=True)}, "error.not_recorded"),
    ],
    ids=["model", "journal", "asked"],
)
def test_an_answer_that_failed(house: House, parts: Any, key: str) -> None:
    made = document(house, **parts(house))

    assert made["outcome"] == "failed"
    assert made["refusal"]["key"] == key


@pytest.mark.parametrize(
    ("parts", "routed"),
    [
        (lambda house: {"gate": Admits(house.services.gate, 0)}, True),
        (lambda house: {"router": Narrow(house.services.router, 900)}, False),
    ],
    ids=["gate", "room"],
)
def test_a_question_that_is_refused(house: House, parts: Any, routed: bool) -> None:
    made = document(house, **parts(house))

    assert made["outcome"] == "refused"
    assert made["text"] == ""
    assert made["route_reason"]["words"]
    assert (made["entry"] is not None) == routed


def test_a_question_without_passages(house: House) -> None:
    made = document(house, "7.9.9.9")

    assert made["outcome"] == "no_passage"
    assert made["route_reason"] is None
    assert made["entry"] is None
    assert made["refusal"]["words"]


def test_an_interrupted_reader_closes_the_exchange(house: House) -> None:
    log = Log(house.services.audit)
    events = with_parts(house, Says(), audit=log).ask(house.teacher, Question(text=ANSWERABLE, language="kk"))

    def interrupted() -> Any:
        try:
            yield next(events)
            yield next(events)
            raise KeyboardInterrupt
        finally:
            events.close()  # type: ignore[attr-defined]

    with pytest.raises(KeyboardInterrupt):
        collect(interrupted(), house.services.audit, translator("kk"))
    (exchange,) = log.opened
    assert [one.outcome for one in house.services.audit.records_of(exchange.id)] == [None, "stopped"]


def test_a_reader_that_breaks_closes_the_events(house: House) -> None:
    closed: list[bool] = []

    class Breaks:
        def __iter__(self) -> "Breaks":
            return self

        def __next__(self) -> Event:
            raise KeyboardInterrupt

        def close(self) -> None:
            closed.append(True)

    with pytest.raises(KeyboardInterrupt):
        collect(Breaks(), house.services.audit, translator("kk"))
    assert closed == [True]
