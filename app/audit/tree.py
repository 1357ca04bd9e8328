"""The tree as it lies in the tables: its size, its hashes, its proofs."""

import json
from collections.abc import Iterable, Mapping

from sqlalchemy import BigInteger, String, and_, bindparam, column, func, literal_column, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import TableValuedAlias

from app.audit.merkle import CompactRange, consistency, inclusion, perfect, range_hash
from app.audit.tables import LEAF, NODE
from app.database import Prepared

Place = tuple[int, int]
LEVEL = 56
"""A place is asked for as one number: the level above this bit, the index below."""


def _lookup(places: TableValuedAlias) -> Prepared:
    """Level, index and hash of places: one statement, each place looked up by its key."""
    at = places.c.value
    level, index = at.bitwise_rshift(literal_column(str(LEVEL))), at.bitwise_and((1 << LEVEL) - 1)
    leaves = select(literal_column("0"), LEAF.c.leaf_index, LEAF.c.leaf_hash)
    nodes = select(NODE.c.level, NODE.c.node_index, NODE.c.hash)
    return Prepared(
        union_all(
            leaves.join_from(places, LEAF, LEAF.c.leaf_index == at),
            nodes.join_from(places, NODE, and_(NODE.c.level == level, NODE.c.node_index == index)),
        )
    )


PLACE = column("value", BigInteger)
HASHES = {
    "sqlite": _lookup(
        func.json_each(bindparam("places", type_=String)).table_valued(PLACE, name="place"),
    ),
    "postgresql": _lookup(
        func.unnest(bindparam("places", type_=ARRAY(BigInteger)))
        .table_valued(PLACE, name="place")
        .render_derived(),
    ),
}


def size_of(session: Session) -> int:
    """How many leaves there are."""
    last = session.scalar(select(func.max(LEAF.c.leaf_index)))
    return 0 if last is None else last + 1


def edge_of(session: Session, size: int) -> CompactRange:
    """The right edge of the tree of the first `size` leaves.

    Raises:
        LookupError: a hash is missing from the tables.
    """
    places = perfect(0, size)
    found = hashes(session, places)
    return CompactRange(size, [found[place] for place in places])


def inclusion_proof(session: Session, index: int, size: int) -> tuple[bytes, ...]:
    """The hashes from the leaf's sibling up to the root's child.

    Raises:
        LookupError: no such leaf, or a hash is missing.
    """
    return _ranges(session, inclusion(index, size))


def consistency_proof(session: Session, first: int, second: int) -> tuple[bytes, ...]:
    """The hashes that prove that the tree of `second` leaves extends the one of `first`.

    Raises:
        LookupError: not 0 < first <= second, or a hash is missing.
    """
    return _ranges(session, consistency(first, second))


def hashes(session: Session, places: Iterable[Place]) -> Mapping[Place, bytes]:
    """The hashes of perfect subtrees by (level, index).

    Raises:
        LookupError: names one that is missing.
    """
    wanted, dialect = sorted(set(places)), session.get_bind().dialect.name
    numbers = [level << LEVEL | index for level, index in wanted]
    given = json.dumps(numbers) if dialect == "sqlite" else numbers
    rows = HASHES[dialect].all(session, places=given)
    found = {(level, index): bytes.fromhex(value) for level, index, value in rows}
    for place in wanted:
        if place not in found:
            raise LookupError(f"the tree lacks the hash of level {place[0]}, index {place[1]}")
    return found


def _ranges(session: Session, ranges: Iterable[Place]) -> tuple[bytes, ...]:
    spans = tuple(ranges)
    found = hashes(session, [place for low, high in spans for place in perfect(low, high)])
    return tuple(range_hash(low, high, lambda level, index: found[level, index]) for low, high in spans)
