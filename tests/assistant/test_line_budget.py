"""A used-up budget ends a question before anything is called for it, and every call counts once, side calls included."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from app.assistant.events import Refused
from app.capacity import Budgets, Limits, SchoolUsage, Spent
from app.capacity.tables import BudgetRow
from app.errors import Failure, NotRecorded, ProviderFailed
from app.providers import Call, Chunk, Prompt, Usage
from app.routing import Bindings, Price
from benchmarks.workshop import ENTRY
from tests.assistant.conftest import House
from tests.assistant.fakes import Embeds, Says, ask, closed, of, places_are_free, shown, with_parts


class Silent(Says):
    """Says its pieces and counts nothing."""

    def stream(self, prompt: Prompt, *, call: Call) -> Iterator[Chunk]:
        for piece in self.pieces:
            yield Chunk(text=piece)
        yield Chunk(usage=Usage(), finish="stop", model="said")


def spent(house: House) -> Spent:
    return house.services.budgets.spent(house.teacher.school or "", house.teacher.person_id)


def set_each(house: House, limits: Limits) -> None:
    """Set the budget of each person, whatever stands there now."""
    services, school = house.services, house.teacher.school or ""
    row = BudgetRow(
        school=school,
        version=services.budgets.of(school).version + 1,
        person_requests=limits.requests,
        person_tokens=limits.tokens,
        person_cost=limits.cost,
        changed_at=services.runtime.now(),
        record_id=UUID(int=0),
    )
    services.database.write(lambda session: session.add(row))


@pytest.fixture
def used_up(house: House) -> Iterator[None]:
    set_each(house, Limits(requests=0))
    yield
    set_each(house, Limits())


def test_with_nothing_left_nothing_is_embedded_and_no_model_called(house: House, used_up: None) -> None:
    says, embeds, before = Says(), Embeds(house.services.embedder), spent(house)
    events = ask(house, with_parts(house, says, embedder=embeds))

    assert of(Refused, events).words.key == "capacity.refused.requests.person"
    assert (says.prompts, embeds.letters) == ([], [])
    record = closed(house, events)
    assert record.outcome == "refused"
    assert record.clear["reason"]["key"] == "capacity.refused.requests.person"
    assert spent(house) == before
    assert places_are_free(house)


def test_an_answer_counts_one_call_with_the_tokens_that_its_server_said(house: House) -> None:
    before = spent(house)
    events = ask(house, with_parts(house, Says()))
    after = spent(house)

    assert shown(events)
    assert (after.requests, after.tokens) == (before.requests + 1, before.tokens + 8)
    assert closed(house, events).clear["cost"] is None


def test_a_server_that_does_not_count_is_charged_by_estimate(house: House) -> None:
    before = spent(house)
    ask(house, with_parts(house, Silent()))

    assert spent(house).requests == before.requests + 1
    assert spent(house).tokens > before.tokens + 100


def test_a_call_that_breaks_counts_and_holds_no_place(house: House) -> None:
    before = spent(house)
    ask(house, with_parts(house, Says(pieces=(), error=ProviderFailed(Failure.TIMEOUT))))

    assert spent(house).requests == before.requests + 1
    assert places_are_free(house)


def test_the_price_of_the_binding_stands_in_record_budget_and_figures(house: House) -> None:
    parts = house.services.assistant.parts
    row = replace(parts.bindings.rows[ENTRY], price=Price(input=3, output=10))  # type: ignore[arg-type]
    priced = Bindings({ENTRY: row}, parts.bindings.models_folder)
    before = spent(house)
    events = ask(house, with_parts(house, Says(), bindings=priced))

    assert spent(house).cost == before.cost + 3 * 3 + 10 * 5
    assert closed(house, events).clear["cost"] == {"amount": "0.000059", "currency": "KZT"}


def test_what_cannot_be_counted_durably_is_not_called(house: House) -> None:
    class Full(Budgets):
        def take(self, *given: Any, **named: Any) -> Any:
            raise NotRecorded("the disk is full")

    says = Says()
    events = ask(
        house, with_parts(house, says, budgets=Full(house.services.database, house.services.runtime))
    )

    assert says.prompts == []
    assert closed(house, events).clear["failure"] == "not_recorded"
    assert places_are_free(house)


def test_figures_that_cannot_be_written_take_nothing_from_the_answer(house: House) -> None:
    class Full(SchoolUsage):
        def note(self, *given: Any, **named: Any) -> None:
            raise NotRecorded("the disk is full")

    services = house.services
    usage = Full(services.database, services.audit, services.runtime)
    events = ask(house, with_parts(house, Says(), usage=usage))

    assert shown(events)
    assert closed(house, events).outcome == "answered"


def test_the_figures_of_the_school_count_what_was_asked(house: House) -> None:
    rows: list[dict[str, Any]] = []

    class Noting(SchoolUsage):
        def note(self, school: str | None, **named: Any) -> None:
            rows.append({"school": school, **named})

    services = house.services
    usage = Noting(services.database, services.audit, services.runtime)
    ask(house, with_parts(house, Says(), usage=usage))

    assert rows == [
        {
            "school": house.teacher.school,
            "entry_id": ENTRY,
            "language": "kk",
            "task": "answer",
            "outcome": "answered",
            "input_tokens": 3,
            "output_tokens": 5,
            "cost": 0,
        }
    ]
