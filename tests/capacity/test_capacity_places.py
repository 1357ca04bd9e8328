"""Places go round fairly: no school and no person holds the line while others wait, and nobody waits for ever."""

import random
import threading
from collections import Counter

import pytest

from app.capacity import Busy, Places, Ticket
from app.capacity.places import LATE_SECONDS, WAITING_A_PERSON, WAITING_A_PLACE
from app.i18n import LANGUAGES, translator
from tests.conftest import StillClock

NOW = 0.0


def places(clock: StillClock, total: int = 2, each: int = 2) -> Places:
    return Places(total, each, monotonic=clock.monotonic)


def enter(line: Places, school: str, person: str = "") -> Ticket:
    ticket = line.enter(school, person or f"{school}-teacher")
    assert isinstance(ticket, Ticket)
    return ticket


def test_an_empty_line_gives_a_place_at_once(clock: StillClock) -> None:
    ticket = enter(places(clock), "a")

    assert ticket.wait(NOW)
    assert ticket.number == 0


def test_one_school_may_use_every_place_while_nobody_else_waits(clock: StillClock) -> None:
    line = places(clock, total=3)

    assert all(enter(line, "a", f"t{n}").wait(NOW) for n in range(3))


def test_a_free_place_goes_to_the_school_with_the_fewest(clock: StillClock) -> None:
    line = places(clock)
    first, _ = enter(line, "a", "t1"), enter(line, "a", "t2")
    waits, other = enter(line, "a", "t3"), enter(line, "b", "u1")
    assert (waits.number, other.number) == (2, 1)

    first.release()

    assert other.wait(NOW)
    assert not waits.wait(NOW)


def test_within_a_school_it_goes_to_the_person_with_the_fewest(clock: StillClock) -> None:
    line = places(clock, total=3)
    first, _, third = enter(line, "a", "t1"), enter(line, "a", "t1"), enter(line, "a", "t2")
    again, new = enter(line, "a", "t2"), enter(line, "a", "t3")

    first.release()
    assert (new.wait(NOW), again.wait(NOW)) == (True, False)
    third.release()
    assert again.wait(NOW)


def test_nobody_has_more_places_than_their_own_while_others_stay_free(clock: StillClock) -> None:
    line = places(clock, total=4, each=1)
    mine, waits = enter(line, "a", "t1"), enter(line, "a", "t1")

    assert (mine.wait(NOW), waits.wait(NOW)) == (True, False)
    assert enter(line, "a", "t2").wait(NOW), "who waits for their own place holds up nobody"
    mine.release()
    assert waits.wait(NOW)


def test_whoever_waits_long_goes_before_a_stream_of_others(clock: StillClock) -> None:
    line = places(clock, total=2)
    holds, _ = enter(line, "a", "t1"), enter(line, "a", "t2")
    waits = enter(line, "a", "t3")
    clock.move(seconds=LATE_SECONDS + 1)
    enter(line, "b")

    holds.release()

    assert waits.wait(NOW)


def test_leaving_the_line_lets_the_next_one_move_up(clock: StillClock) -> None:
    line = places(clock, total=1)
    holds, gone, waits = enter(line, "a"), enter(line, "b"), enter(line, "c")
    assert waits.number == 2
    gone.release()
    assert waits.number == 1
    holds.release()

    assert waits.wait(NOW)
    assert not gone.wait(NOW)


def test_a_place_is_given_back_once_however_often_it_is_released(clock: StillClock) -> None:
    line = places(clock, total=1)
    holds = enter(line, "a")
    for _ in range(3):
        holds.release()
    first, second = enter(line, "b"), enter(line, "c")

    assert (first.wait(NOW), second.wait(NOW)) == (True, False)


@pytest.mark.parametrize("own", [True, False], ids=["of one person", "of everybody"])
def test_the_line_is_bounded_and_says_so_in_words(clock: StillClock, own: bool) -> None:
    line = places(clock, total=1, each=1)
    most = 1 + (WAITING_A_PERSON if own else WAITING_A_PLACE)
    for number in range(most):
        enter(line, "a", "t" if own else f"t{number}")

    answer = line.enter("a", "t" if own else "new")

    assert isinstance(answer, Busy)
    assert answer.reason.key == ("capacity.refused.own" if own else "capacity.refused.busy")
    for language in LANGUAGES:
        assert str(most - 1) in translator(language).words(answer.reason)
    assert isinstance(line.enter("a", "other"), Ticket) is own


def test_a_place_that_becomes_free_wakes_who_waits_for_it() -> None:
    line = Places(1, 1, monotonic=lambda: 0.0)
    holds, waits = enter(line, "a"), enter(line, "b")
    timer = threading.Timer(0.05, holds.release)
    timer.start()
    try:
        assert waits.wait(20.0)
    finally:
        timer.join()


def test_two_schools_of_unequal_size_get_the_same_share_while_both_wait(clock: StillClock) -> None:
    line, chance = places(clock, total=4, each=2), random.Random(1)
    served: Counter[str] = Counter()
    running: list[Ticket] = []
    waiting = [enter(line, "large", f"t{n}") for n in range(24)] + [
        enter(line, "small", f"u{n}") for n in range(6)
    ]
    while any(ticket.school == "small" for ticket in waiting):
        running += [ticket for ticket in waiting if ticket.held]
        waiting = [ticket for ticket in waiting if not ticket.held]
        done = running.pop(chance.randrange(len(running)))
        served[done.school] += 1
        done.release()
        clock.move(seconds=0.1)

    assert served["small"] >= 2
    assert served["large"] <= 10, "the small school's six did not wait for the large one's twenty-four"


def test_places_hold_under_many_threads() -> None:
    line = Places(3, 2, monotonic=lambda: 0.0)
    at_once: Counter[str] = Counter()
    most: Counter[str] = Counter()
    lock = threading.Lock()

    def run(person: str) -> None:
        for _ in range(20):
            ticket = enter(line, person[0], person)
            try:
                assert ticket.wait(60.0)
                with lock:
                    for name in ("all", person):
                        at_once[name] += 1
                        most[name] = max(most[name], at_once[name])
                with lock:
                    for name in ("all", person):
                        at_once[name] -= 1
            finally:
                ticket.release()

    threads = [
        threading.Thread(target=run, args=(person,)) for person in ("a1", "a1", "a1", "a2", "b1", "b2")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most["all"] <= 3
    assert most["a1"] <= 2
    assert enter(line, "c").wait(NOW)
