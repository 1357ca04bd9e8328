"""The tree as it lies in the tables: its size, its hashes, its proofs."""

from collections.abc import Iterable, Mapping

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from app.audit.merkle import CompactRange, consistency, inclusion, perfect, range_hash
from app.audit.tables import LEAF, NODE

Place = tuple[int, int]
BATCH = 200


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
    wanted = sorted(set(places))
    found: dict[Place, bytes] = {}
    leaves = [index for level, index in wanted if level == 0]
    nodes = [place for place in wanted if place[0] > 0]
    for start in range(0, len(leaves), BATCH):
        rows = session.execute(
            select(LEAF.c.leaf_index, LEAF.c.leaf_hash).where(
                LEAF.c.leaf_index.in_(leaves[start : start + BATCH])
            )
        )
        found.update({(0, row.leaf_index): bytes.fromhex(row.leaf_hash) for row in rows})
    for start in range(0, len(nodes), BATCH):
        chosen = tuple_(NODE.c.level, NODE.c.node_index).in_(nodes[start : start + BATCH])
        rows = session.execute(select(NODE.c.level, NODE.c.node_index, NODE.c.hash).where(chosen))
        found.update({(row.level, row.node_index): bytes.fromhex(row.hash) for row in rows})
    for place in wanted:
        if place not in found:
            raise LookupError(f"the tree lacks the hash of level {place[0]}, index {place[1]}")
    return found


def _ranges(session: Session, ranges: Iterable[Place]) -> tuple[bytes, ...]:
    spans = tuple(ranges)
    found = hashes(session, [place for low, high in spans for place in perfect(low, high)])
    return tuple(range_hash(low, high, lambda level, index: found[level, index]) for low, high in spans)
