"""An endpoint that keeps failing rests, is tried by one call, and is used again when that one ends well."""

from contextlib import suppress

import pytest

from app.capacity import Breakers
from app.capacity.breakers import AFTER, BREAKING, LONGEST_REST, REST_SECONDS
from app.errors import Failure, ProviderFailed
from tests.conftest import StillClock

HERE, THERE = "https://llm.test.example/v1", "https://other.test.example/v1"


@pytest.fixture
def breakers(clock: StillClock) -> Breakers:
    return Breakers(clock.monotonic)


def fail(breakers: Breakers, times: int = 1, failure: Failure = Failure.TIMEOUT) -> None:
    for _ in range(times):
        with suppress(ProviderFailed), breakers.watch(HERE):
            raise ProviderFailed(failure)


def test_an_endpoint_that_was_never_called_may_be_called(breakers: Breakers) -> None:
    assert breakers.resting(HERE) is None


def test_it_rests_after_so_many_failures_in_a_row_and_no_other_with_it(breakers: Breakers) -> None:
    fail(breakers, AFTER - 1)
    assert breakers.resting(HERE) is None
    fail(breakers)

    assert breakers.resting(HERE) == REST_SECONDS
    assert breakers.resting(THERE) is None


def test_a_whole_answer_in_between_begins_the_count_anew(breakers: Breakers) -> None:
    fail(breakers, AFTER - 1)
    with breakers.watch(HERE):
        pass
    fail(breakers, AFTER - 1)

    assert breakers.resting(HERE) is None


@pytest.mark.parametrize("failure", Failure)
def test_what_says_nothing_of_the_endpoint_does_not_count(breakers: Breakers, failure: Failure) -> None:
    fail(breakers, AFTER, failure)

    assert (breakers.resting(HERE) is not None) is (failure in BREAKING)


def test_a_stop_or_a_rail_says_nothing_of_the_endpoint(breakers: Breakers) -> None:
    for error in (GeneratorExit, RuntimeError) * AFTER:
        with suppress(error), breakers.watch(HERE):
            raise error

    assert breakers.resting(HERE) is None


def test_after_its_rest_one_call_tries_and_the_others_wait_for_that(
    breakers: Breakers, clock: StillClock
) -> None:
    fail(breakers, AFTER)
    clock.move(seconds=REST_SECONDS)
    assert breakers.resting(HERE) is None

    with breakers.watch(HERE):
        assert breakers.resting(HERE) is not None
    assert breakers.resting(HERE) is None


def test_a_try_that_was_stopped_leaves_the_next_one_to_try(breakers: Breakers, clock: StillClock) -> None:
    fail(breakers, AFTER)
    clock.move(seconds=REST_SECONDS)
    with suppress(GeneratorExit), breakers.watch(HERE):
        raise GeneratorExit

    assert breakers.resting(HERE) is None
    fail(breakers)
    assert breakers.resting(HERE) is not None


def test_each_failed_try_doubles_the_rest_up_to_the_longest(breakers: Breakers, clock: StillClock) -> None:
    fail(breakers, AFTER)
    rests = []
    for _ in range(6):
        rest = breakers.resting(HERE)
        assert rest is not None
        rests.append(rest)
        clock.move(seconds=rest)
        fail(breakers)

    assert rests == [30, 60, 120, 240, LONGEST_REST, LONGEST_REST]
