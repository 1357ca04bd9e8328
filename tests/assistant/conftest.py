"""A whole installation beside a model that answers at once, shared by the tests of the line."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import app.providers.completions  # noqa: F401 - or the first question pays for it
from app import bootstrap
from app.accounts import Principal, demo
from app.bootstrap import Services
from app.database import Database
from app.runtime import Runtime
from benchmarks.mock_endpoint import MockEndpoint, Speed
from benchmarks.workshop import ENTRY, EXTRACTIVE, install
from tests.assistant import desk_room


@dataclass(frozen=True, slots=True)
class House:
    """Services, their teacher, and the model that they may call."""

    services: Services
    teacher: Principal
    endpoint: MockEndpoint


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home: Path = tmp_path_factory.mktemp("house")
    with MockEndpoint(Speed(first_seconds=0.0, tokens_a_second=0, tokens=60, language="kk")) as endpoint:
        # No canary: it would find that this model says something else each time, and suspend it.
        settings = replace(install(home, endpoint.address), answer_seconds=3.0, canary_hours=0)
        services = bootstrap.build(settings, serving=True)
        services.policies.seed(
            demo.SCHOOL, (ENTRY, EXTRACTIVE), recorder=services.audit, runtime=services.runtime
        )
        try:
            yield House(services, services.person(), endpoint)
        finally:
            services.close()


@pytest.fixture(autouse=True)
def answering(request: pytest.FixtureRequest) -> None:
    """Each test finds a model that was not left in peace for what a test before it made of it."""
    if "house" in request.fixturenames:
        shared: House = request.getfixturevalue("house")
        shared.services.assistant.parts.breakers._states.clear()


@pytest.fixture
def room(database: Database, tmp_path: Path, runtime: Runtime) -> Iterator[desk_room.Room]:
    """A desk on each engine."""
    with desk_room.opened(database, tmp_path / "home", runtime) as made:
        yield made


@pytest.fixture
def auditor(house: House) -> Principal:
    return house.services.person(demo.subject(demo.PEOPLE[2]))


@pytest.fixture
def approver(house: House) -> Principal:
    return house.services.person(demo.subject(demo.PEOPLE[3]))
