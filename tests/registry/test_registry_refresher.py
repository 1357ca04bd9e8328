"""While the product serves, the feed is asked again; what fails is asked again too."""

import threading

from app.database import Database
from app.errors import RegistryRefused
from app.registry.refresher import Refresher
from app.runtime import Runtime
from tests.registry.lists import Ministry, entry, store


def test_a_revocation_arrives_by_itself(
    sqlite_database: Database, runtime: Runtime, ministry: Ministry
) -> None:
    held = store(sqlite_database, runtime, ministry)
    held.take(ministry.publish(entry()), "test")
    asked = threading.Event()

    def take() -> None:
        held.take(ministry.published, "test")
        asked.set()

    ministry.revoke("urn:test:model:plain")
    refresher = Refresher(take, every_seconds=0.01)
    refresher.start()
    try:
        assert asked.wait(10)
    finally:
        refresher.close()
    current = held.current()

    assert current is not None
    assert current.revoked == {"urn:test:model:plain"}


def test_a_feed_that_fails_is_asked_again() -> None:
    answers: list[Exception | None] = [RegistryRefused("no"), OSError("gone"), None]
    done = threading.Event()

    def take() -> None:
        answer = answers.pop(0)
        if answer is not None:
            raise answer
        done.set()

    refresher = Refresher(take, every_seconds=0.001)
    refresher.start()
    try:
        assert done.wait(10)
    finally:
        answers.extend([None] * 10_000)
        refresher.close()


def test_closing_what_never_began_is_quiet() -> None:
    Refresher(lambda: None).close()
