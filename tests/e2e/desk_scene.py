"""A served school beside a slow model, with the hands of its ministry: the list can be changed while an answer is written."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app import bootstrap
from app.accounts import Principal, demo
from app.accounts.repository import Status
from app.audit import Filter, Record
from app.bootstrap import Services
from app.registry import demonstration
from app.registry.source import read_source
from app.settings import Settings
from benchmarks.mock_endpoint import MockEndpoint, Speed
from benchmarks.workshop import ENTRY, EXTRACTIVE, endpoint_entry, install
from tests.e2e.served import Served, served

SLOW = Speed(first_seconds=0.2, tokens_a_second=6, tokens=600, language="kk")
"""A hundred seconds an answer: whatever a test does in its midst is done in its midst."""
FIRST = "Бөлімдері бірдей"
"""The words that the first released piece begins with, wherever a slow answer is cut into pieces."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The school, seen from outside.

    Attributes:
        services: a second instance beside the one that serves, as a command would be.
    """

    server: Served
    endpoint: MockEndpoint
    services: Services
    settings: Settings

    def publish(self, **status: Any) -> None:
        """Publish the list anew, the model's entry with this status, and take it, as a refresh would."""
        install(self.settings.home, self.endpoint.address, entries=entries(self.services, status))
        assert self.settings.registry_folder is not None
        self.services.registry.take(self.settings.registry_folder, source="folder")

    def expires(self, **after: float) -> None:
        """The same with an approval that ends so long after this moment."""
        at = self.services.runtime.now() + timedelta(**after)
        self.publish(expires_at=stamp(at))

    def ended(self) -> Record:
        """The end of the exchange that ended last."""
        return self.services.audit.search(Filter(kinds=("closed",)), limit=1).records[0]

    def change(self, event: str) -> Record:
        """The latest change of an admin by that name."""
        found = self.services.audit.search(Filter(kinds=("admin_change",)), limit=50).records
        return next(record for record in found if record.clear["event"] == event)

    def as_at_first(self, identifier: str) -> None:
        """A person of the school is active and reads Kazakh, whatever a test before this one left."""
        accounts = self.services.accounts
        admin = accounts.act_as(f"{demo.ISSUER}|demo-admin")
        assert isinstance(admin, Principal)
        (who,) = [one for one in accounts.people(admin) if one.identifier == identifier]
        if who.status is Status.SUSPENDED:
            accounts.reinstate(admin, who.person_id, reason="тексеру бітті", version=who.version)
        person = accounts.act_as(f"{demo.ISSUER}|{identifier}")
        assert isinstance(person, Principal)
        accounts.set_language(person, "kk")

    def idle(self) -> bool:
        """Whether no call of the model is open."""
        return self.endpoint.counts.in_flight == 0


def entries(services: Services, status: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The search model and the slow one, whose status is as given."""
    shipped = read_source(demonstration.SOURCE, at=services.runtime.now())["entries"]
    quoting = next(one for one in shipped if one["entry_id"] == EXTRACTIVE)
    model = endpoint_entry(quoting)
    searching = [one for one in shipped if one["kind"] == "embedder"]
    return [*searching, {**model, **status}]


def stamp(at: datetime) -> str:
    """A moment as lists write it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def desk(folder: Path) -> Iterator[Desk]:
    """A school that allows the slow model alone."""
    home = folder / "home"
    home.mkdir(parents=True)
    with MockEndpoint(SLOW) as endpoint:
        settings = install(home, endpoint.address)
        services = bootstrap.build(settings)
        services.policies.seed(demo.SCHOOL, (ENTRY,), recorder=services.audit, runtime=services.runtime)
        environment = {
            "USTAZ_REGISTRY": str(settings.registry_folder),
            "USTAZ_REGISTRY_ROOT": str(settings.registry_root),
        }
        try:
            with served(folder, environment) as server:
                yield Desk(server, endpoint, services, settings)
        finally:
            services.close()
