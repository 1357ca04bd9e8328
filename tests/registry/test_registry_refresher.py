"""While the product serves, the feed is asked again; what fails is asked again too."""

import threading
from collections.abc import Iterator

import pytest

from app.database import Database
from app.errors import RegistryRefused
from app.registry.refresher import Refresher, pause
from app.registry.store import STALE_SECONDS
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
    refresher = Refresher(take, pause=lambda failures: 0.01)
    refresher.start()
    try:
        assert asked.wait(10)
    finally:
        refresher.close()
    current = held.current()

    assert current is not None
    assert current.revoked == {"urn:test:model:plain"}


def test_a_feed_that_fails_is_asked_again() -> None:
    answers: Iterator[Exception] = iter([RegistryRefused("no"), OSError("gone")])
    done = threading.Event()

    def take() -> None:
        answer = next(answers, None)
        if answer is not None:
            raise answer
        done.set()

    refresher = Refresher(take, pause=lambda failures: 0.001)
    refresher.start()
    try:
        assert done.wait(10)
    finally:
        refresher.close()


def test_a_revocation_is_asked_for_well_within_a_minute() -> None:
    longest = max(pause(0, chance / 100) for chance in range(101))

    assert longest + STALE_SECONDS <= 31


def test_a_feed_that_fails_is_asked_soon_and_then_ever_less_often() -> None:
    waits = [pause(failures, 0.0) for failures in range(1, 40)]

    assert waits[:8] == [5, 10, 20, 40, 80, 160, 320, 600]
    assert set(waits[8:]) == {600}
    assert all(
        pause(failures, 1.0) == pytest.approx(0.8 * wait) for failures, wait in enumerate(waits, start=1)
    )


def test_the_wait_grows_with_each_failure_and_begins_anew_after_a_success() -> None:
    answers: Iterator[Exception | None] = iter(
        [OSError("gone"), RegistryRefused("no"), None, OSError("gone")]
    )
    waits: list[int] = []
    ended = threading.Event()

    def take() -> None:
        answer = next(answers)
        if answer is not None:
            raise answer

    def wait(failures: int) -> float:
        waits.append(failures)
        if len(waits) == 5:
            ended.set()
            return 60.0
        return 0.0

    refresher = Refresher(take, pause=wait)
    refresher.start()
    try:
        assert ended.wait(10)
    finally:
        refresher.close()
    assert waits == [0, 1, 2, 0, 1]


def pause_by_lot(failures: int) -> float:
    return pause(failures, 0.5)


def test_closing_what_never_began_is_quiet() -> None:
    Refresher(lambda: None, pause=pause_by_lot).close()
