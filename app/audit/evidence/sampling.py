"""A stratified random sample that anybody with the same log draws again: by a seed and a signed head.

Seed and head give an order of all leaves that looks like chance (`evidence.shuffle`); of each stratum the records that
come first in it are drawn. The head comes first, the seed after it, in public: then nobody chose the records. Whoever
knows the seed before the head is settled can try heads, or write records for another one, until the sample suits. A
common stratum is found by walking along the order, a rare one by asking of each of its records where it stands: both
give the same records, and neither reads the log.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from heapq import nsmallest
from itertools import islice
from uuid import UUID

from sqlalchemy import func, literal_column, select, union_all
from sqlalchemy.orm import Session

from app.audit.evidence.heads import Head
from app.audit.evidence.shuffle import Shuffle
from app.audit.facets import Facet
from app.audit.record import Record, record_of, records
from app.audit.search import Filter, Narrowed, narrow, one_of
from app.audit.tables import INDEX, LEAF, PENDING, RECORD
from app.errors import BadArgument

LARGEST = 2000
LONGEST_SEED = 64
CHUNK = 400
STEPS = 2000


class Stratum(StrEnum):
    """By what records are divided before they are drawn."""

    SCHOOL = "school"
    LANGUAGE = "language"
    OUTCOME = "outcome"
    MODEL = "model"
    RAIL = "rail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to draw.

    Attributes:
        seed: 1 to 64 characters; whoever uses the same draws the same.
        strata: empty draws from all records as one.
        size: 1 to 2000; of each stratum, or in all if `proportional`.
        proportional: share `size` out by how many records each stratum holds (largest remainders first).
        tree_size: draw from the first so many leaves, over which a head is signed; None: over which the newest is.
    """

    seed: str
    strata: tuple[Stratum, ...] = ()
    size: int = 20
    proportional: bool = False
    tree_size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One stratum: its values by name ("" where a record has none), how many records it holds, and those drawn.

    `records` are in the order in which they were drawn, so that a smaller sample is the beginning of a larger one.
    """

    values: Mapping[Stratum, str]
    population: int
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A sample: named by the `audit_read` record of its drawing, and enough to draw it again (`plan.tree_size` is set)."""

    sample_id: UUID
    plan: Plan
    root: str
    population: int
    strata: tuple[Drawn, ...]


def usable(plan: Plan) -> Plan:
    """The plan as it stands.

    Raises:
        BadArgument: its seed or its size cannot be used.
    """
    if not 1 <= len(plan.seed.strip()) <= LONGEST_SEED or "\n" in plan.seed:
        raise BadArgument(f"a seed has 1 to {LONGEST_SEED} characters", key="examination.cannot.seed")
    if not 1 <= plan.size <= LARGEST:
        raise BadArgument(f"{plan.size} records, expected 1 to {LARGEST}", key="examination.cannot.size")
    return plan


def draw(session: Session, wanted: Filter, plan: Plan, head: Head) -> tuple[Drawn, ...]:
    """The strata in the order of their values, and what was drawn of each.

    Raises:
        BadArgument: more than 2000 records would be drawn.
        ValueError: not a receipt code.
    """
    narrowed = narrow(session, wanted)
    chosen = sorted(_strata(session, narrowed, plan, head).items())
    sizes = _sizes(plan, [stratum.population for _, stratum in chosen])
    if sum(sizes) > LARGEST:
        raise BadArgument(f"{sum(sizes)} records would be drawn", key="examination.cannot.too_many")
    for (_, stratum), number in zip(chosen, sizes, strict=True):
        stratum.wanted = number
    _fill(session, narrowed, plan, head, dict(chosen))
    lists = [stratum.drawn for _, stratum in chosen]
    found = _records(session, [one for ids in lists for one in ids])
    return tuple(
        Drawn(
            values=dict(zip(plan.strata, values, strict=True)),
            population=stratum.population,
            records=tuple(found[one] for one in ids if one in found),
        )
        for (values, stratum), ids in zip(chosen, lists, strict=True)
    )


@dataclass(slots=True)
class _Stratum:
    """How many records it holds and is to give, and those drawn by now."""

    population: int = 0
    wanted: int = 0
    cells: set[tuple[int, str | None]] = field(default_factory=set)
    drawn: list[UUID] = field(default_factory=list)

    def steps(self, size: int) -> float:
        """How far along the order of so many leaves the last of the wanted records stands, about."""
        return self.wanted * size / self.population


Strata = Mapping[tuple[str, ...], _Stratum]


def _strata(session: Session, narrowed: Narrowed, plan: Plan, head: Head) -> Strata:
    """All strata with how many records each holds: counted from the index, less what the head does not hold yet."""
    by_school = Stratum.SCHOOL in plan.strata
    columns = (INDEX.c.school, INDEX.c.facet_id) if by_school else (INDEX.c.facet_id,)
    whole = narrowed.read if narrowed.by != "ix_audit_index_facet" or not by_school else narrowed.walk
    behind = union_all(
        select(LEAF.c.record_id).where(LEAF.c.leaf_index >= head.size), select(PENDING.c.record_id)
    )
    counted = whole(literal_column("1"), *columns, func.count()).group_by(*columns)
    later = narrowed.walk(literal_column("-1"), *columns, func.count()).group_by(*columns)
    # One statement, so that what is written meanwhile is either in both or in none.
    both = union_all(counted, later.where(INDEX.c.record_id.in_(behind)))
    numbers = Counter[tuple[int, str | None]]()
    for sign, *rest, facet, times in session.execute(both):
        numbers[facet, rest[0] if rest else None] += sign * times
    strata: dict[tuple[str, ...], _Stratum] = {}
    for (number, school), times in numbers.items():
        if times > 0:
            values = tuple(_value(one, narrowed.facets[number], school) for one in plan.strata)
            stratum = strata.setdefault(values, _Stratum())
            stratum.population += times
            stratum.cells.add((number, school))
    return strata


def _fill(session: Session, narrowed: Narrowed, plan: Plan, head: Head, strata: Strata) -> None:
    """Draw: the rare strata by reading them, the others along the order of all leaves until each has its number."""
    order, wanted = Shuffle.of(plan.seed, head), {values: one for values, one in strata.items() if one.wanted}
    longest = _longest_walk(wanted.values(), head.size)
    walking = {values: one for values, one in wanted.items() if one.steps(head.size) <= longest}
    for stratum in (one for values, one in wanted.items() if values not in walking):
        members = _members(session, narrowed, plan, head, stratum)
        placed = ((order.place(leaf), record_id) for record_id, leaf in members)
        stratum.drawn = [record_id for _, record_id in nsmallest(stratum.wanted, placed)]
    steps = iter(range(head.size))
    while any(len(one.drawn) < one.wanted for one in walking.values()):
        leaves = [order.leaf(place) for place in islice(steps, STEPS)]
        if not leaves:
            return
        found = _standing(session, narrowed, leaves)
        for leaf in leaves:
            if leaf in found:
                record_id, facet, school = found[leaf]
                met = walking.get(tuple(_value(one, narrowed.facets[facet], school) for one in plan.strata))
                if met is not None and len(met.drawn) < met.wanted:
                    met.drawn.append(record_id)


def _longest_walk(strata: Collection[_Stratum], size: int) -> float:
    """How many steps to walk, so that these and the records of the strata that take more are fewest."""
    left = sum(one.population for one in strata)
    fewest, longest = float(left), 0.0
    for one in sorted(strata, key=lambda stratum: stratum.steps(size)):
        left -= one.population
        if one.steps(size) + left < fewest:
            fewest, longest = one.steps(size) + left, one.steps(size)
    return longest


def _members(
    session: Session, narrowed: Narrowed, plan: Plan, head: Head, stratum: _Stratum
) -> Iterator[tuple[UUID, int]]:
    """Every record of a stratum that the head holds, and its leaf."""
    rows = (
        narrowed.read(INDEX.c.record_id, LEAF.c.leaf_index)
        .join(LEAF, LEAF.c.record_id == INDEX.c.record_id)
        .where(LEAF.c.leaf_index < head.size)
        .where(INDEX.c.facet_id.in_(one_of(session, {number for number, _ in stratum.cells})))
        .execution_options(yield_per=2000)
    )
    if Stratum.SCHOOL in plan.strata:
        school = next(iter(stratum.cells))[1]
        rows = rows.where(INDEX.c.school.is_(None) if school is None else INDEX.c.school == school)
    for row in session.execute(rows):
        yield row.record_id, row.leaf_index


def _standing(
    session: Session, narrowed: Narrowed, leaves: Sequence[int]
) -> Mapping[int, tuple[UUID, int, str | None]]:
    """Which of these leaves the filter leaves: record, facet and school of each."""
    columns = (LEAF.c.leaf_index, INDEX.c.record_id, INDEX.c.facet_id, INDEX.c.school)
    rows = (
        narrowed.walk(*columns)
        .join(LEAF, LEAF.c.record_id == INDEX.c.record_id)
        .where(LEAF.c.leaf_index.in_(one_of(session, leaves)))
    )
    return {leaf: (record_id, facet, school) for leaf, record_id, facet, school in session.execute(rows)}


def _value(stratum: Stratum, facet: Facet, school: str | None) -> str:
    match stratum:
        case Stratum.SCHOOL:
            return school or ""
        case Stratum.LANGUAGE:
            return facet.language or ""
        case Stratum.OUTCOME:
            return facet.word
        case Stratum.MODEL:
            return facet.entry_id or ""
        case Stratum.RAIL:
            return facet.rail or ""


def _sizes(plan: Plan, populations: Sequence[int]) -> list[int]:
    """How many are drawn of each stratum; proportional shares by the method of largest remainders."""
    if not plan.proportional:
        return [min(plan.size, population) for population in populations]
    total = sum(populations)
    wanted = min(plan.size, total)
    shares = [divmod(wanted * population, total) for population in populations]
    sizes = [whole for whole, _ in shares]
    # Equal remainders: the stratum that comes first by its values.
    order = sorted(range(len(shares)), key=lambda place: (-shares[place][1], place))
    for place in order[: wanted - sum(sizes)]:
        sizes[place] += 1
    return sizes


def _records(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, Record]:
    found: dict[UUID, Record] = {}
    for start in range(0, len(ids), CHUNK):
        rows = session.execute(records().where(RECORD.c.record_id.in_(ids[start : start + CHUNK])))
        found.update({row.record_id: record_of(row) for row in rows})
    return found
