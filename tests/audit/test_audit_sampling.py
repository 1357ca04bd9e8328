"""A sample is drawn again by anybody with the same log, filter, seed and size of the tree, and holds to its shares."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from app.audit import AuditLog, Filter, Record
from app.audit.evidence.heads import Head
from app.audit.evidence.sampling import Drawn, Plan, Stratum, usable
from app.audit.evidence.shuffle import Shuffle
from app.errors import BadArgument, NotFound
from app.runtime import Runtime
from tests.audit.cases import sign_in
from tests.audit.conftest import MakeLog
from tests.audit.crowd import crowd
from tests.conftest import NOON, StillClock

ENDS = Filter(kinds=("closed", "abandoned"))
GOLDEN = [810528, 192007, 840917, 635198, 822347]
PLAN = Plan(seed="2026-11 қараша", strata=(Stratum.LANGUAGE,), size=3)


@pytest.fixture
def log(make_log: MakeLog, runtime: Runtime, clock: StillClock) -> AuditLog:
    made = make_log(runtime=runtime)
    crowd(made, clock)
    made.sequence(finish=True)
    return made


def draw(log: AuditLog, plan: Plan, wanted: Filter = ENDS) -> tuple[Drawn, ...]:
    return log.room.draw(wanted, plan, log.room.head(plan.tree_size))


def ids(strata: Sequence[Drawn]) -> list[list[object]]:
    return [[record.record_id for record in one.records] for one in strata]


def standing(head: Head, seed: str) -> dict[int, int]:
    """The place of each leaf in the order that docs/audit.md states, in other words."""
    size = head.size
    key = hashlib.sha256(f"ustaz-sample/2\n{seed}\n{size}\n".encode() + head.root).digest()
    bits = max(2, len(bin(size - 1)) - 2)

    def noise(number: int, half: int) -> int:
        return int(hashlib.sha256(key + bytes([number]) + half.to_bytes(8, "big")).hexdigest()[:16], 16)

    def once(value: int) -> Any:
        high, low = bits // 2, (bits + 1) // 2
        a, b = divmod(value, 2**low)
        a, b = b, (a ^ noise(0, b)) % 2**high
        a, b = b, (a ^ noise(1, b)) % 2**low
        a, b = b, (a ^ noise(2, b)) % 2**high
        a, b = b, (a ^ noise(3, b)) % 2**low
        return a * 2**low + b

    found = {}
    for place in range(size):
        leaf = once(place)
        while leaf >= size:
            leaf = once(leaf)
        found[leaf] = place
    return found


def ranked(records: Sequence[Record], head: Head, seed: str) -> list[object]:
    order = standing(head, seed)
    assert sorted(order) == list(range(head.size))
    held = [one for one in records if one.index is not None and one.index < head.size]
    return [one.record_id for one in sorted(held, key=lambda one: order[one.index or 0])]


def test_nothing_signed_gives_no_sample(make_log: MakeLog) -> None:
    with pytest.raises(NotFound):
        make_log().room.head()


def test_a_filter_that_leaves_nothing_gives_no_strata(log: AuditLog) -> None:
    assert draw(log, PLAN, Filter(task="no such task")) == ()


@pytest.mark.parametrize("size", [1, 3, 9])  # one is found along the order, nine by reading the stratum
@pytest.mark.parametrize("later", [0, 6])
def test_each_stratum_gives_those_that_come_first_in_the_order(
    log: AuditLog, clock: StillClock, size: int, later: int
) -> None:
    head = log.room.head()
    crowd(log, clock, later)
    log.sequence()
    log.append(sign_in())
    strata = draw(log, replace(PLAN, size=size, tree_size=head.size))
    population = [one for one in log.search(ENDS, limit=500).records if (one.index or 0) < head.size]

    assert [one.values for one in strata] == [{Stratum.LANGUAGE: language} for language in ("en", "kk", "ru")]
    for one in strata:
        members = [record for record in population if record.language == one.values[Stratum.LANGUAGE]]
        assert one.population == len(members)
        assert [record.record_id for record in one.records] == ranked(members, head, PLAN.seed)[:size]


@pytest.mark.parametrize("wanted", [Filter(), ENDS, Filter(language="kk", since=NOON)])
def test_walking_and_reading_draw_the_same(log: AuditLog, wanted: Filter) -> None:
    whole = draw(log, Plan(seed="x", size=500), wanted)
    one = draw(log, Plan(seed="x", size=1), wanted)

    assert ids(one) == [whole_ids[:1] for whole_ids in ids(whole)]
    assert whole[0].population == len(whole[0].records) == one[0].population


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 31, 32, 33, 1000])
def test_every_leaf_has_one_place_and_every_place_one_leaf(size: int) -> None:
    order = Shuffle.of("тұқым", Head(origin="log", size=size, root=bytes(32), note=""))
    leaves = [order.leaf(place) for place in range(size)]

    assert sorted(leaves) == list(range(size))
    assert [order.place(leaf) for leaf in leaves] == list(range(size))


def test_the_order_has_its_golden_places() -> None:
    order = Shuffle.of("тұқым", Head(origin="log", size=1_000_000, root=bytes(32), note=""))

    assert [order.leaf(place) for place in range(5)] == GOLDEN


def test_the_same_seed_draws_the_same_and_another_does_not(log: AuditLog) -> None:
    assert ids(draw(log, PLAN)) == ids(draw(log, PLAN))
    assert ids(draw(log, PLAN)) != ids(draw(log, replace(PLAN, seed="2026-12")))


def test_a_smaller_sample_is_the_beginning_of_a_larger_one(log: AuditLog) -> None:
    small, large = draw(log, replace(PLAN, size=2)), draw(log, replace(PLAN, size=5))

    assert ids(small) == [one[:2] for one in ids(large)]


def test_what_was_written_later_does_not_change_a_sample_of_the_same_tree(
    log: AuditLog, clock: StillClock
) -> None:
    size = log.room.head().size
    before = ids(draw(log, replace(PLAN, tree_size=size)))
    crowd(log, clock, 6)
    log.sequence(finish=True)

    assert ids(draw(log, replace(PLAN, tree_size=size))) == before
    assert sum(one.population for one in draw(log, PLAN)) > sum(
        one.population for one in draw(log, replace(PLAN, tree_size=size))
    )


@pytest.mark.parametrize("strata", [(), tuple(Stratum), (Stratum.SCHOOL, Stratum.OUTCOME)])
def test_proportional_shares_add_up_and_miss_none_by_more_than_one(
    log: AuditLog, strata: tuple[Stratum, ...]
) -> None:
    drawn = draw(log, Plan(seed="x", strata=strata, size=10, proportional=True))
    whole = sum(one.population for one in drawn)

    assert whole == len(log.search(ENDS, limit=500).records)
    assert sum(len(one.records) for one in drawn) == 10
    for one in drawn:
        assert abs(len(one.records) - 10 * one.population / whole) < 1


def test_a_sample_larger_than_the_population_is_all_of_it(log: AuditLog) -> None:
    drawn = draw(log, Plan(seed="x", strata=(Stratum.MODEL, Stratum.RAIL), size=500, proportional=True))
    counted = Counter(record.record_id for one in drawn for record in one.records)

    assert set(counted.values()) == {1}
    assert len(counted) == len(log.search(ENDS, limit=500).records)


@pytest.mark.parametrize(
    "bad", [{"seed": ""}, {"seed": "a\nb"}, {"seed": "x" * 65}, {"size": 0}, {"size": 2001}]
)
def test_a_plan_that_cannot_be_drawn_is_said(bad: dict[str, object]) -> None:
    with pytest.raises(BadArgument):
        usable(replace(PLAN, **bad))  # type: ignore[arg-type]


def test_a_tree_that_is_not_signed_is_refused(log: AuditLog, clock: StillClock) -> None:
    earlier = log.room.head()
    crowd(log, clock, 6)
    log.sequence(finish=True)
    newest = log.room.head()

    assert log.room.head(earlier.size) == earlier
    assert log.room.head(newest.size) == newest
    signed = {0, earlier.size, newest.size}
    for size in {-1, *range(newest.size + 2), 2**63} - signed | {0}:
        with pytest.raises(BadArgument):
            log.room.head(size)
