"""The hashes that a bundle's records need beside them to give the root again."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice

from sqlalchemy.orm import Session

from app.audit.merkle import perfect, range_hash
from app.audit.tree import hashes
from app.database import Database

BATCH = 500


def gaps(leaves: Sequence[int], size: int) -> Iterator[tuple[int, int]]:
    """The largest subtrees of which no leaf is exported, as (first leaf, end), depth first, left first.

    Args:
        leaves: the exported leaves, rising, all below `size`.
    """
    open_ranges = [(0, size)] if size else []
    while open_ranges:
        low, high = open_ranges.pop()
        first, end = bisect_left(leaves, low), bisect_left(leaves, high)
        if first == end:
            yield low, high
        elif end - first < high - low:
            middle = low + (1 << (high - low - 1).bit_length() - 1)
            open_ranges += [(middle, high), (low, middle)]


def nodes(database: Database, leaves: "array[int]", size: int) -> Iterator[bytes]:
    """The hash over each of `gaps`, in that order.

    Raises:
        LookupError: the tree lacks one.
    """
    wanted = gaps(leaves, size)
    while some := list(islice(wanted, BATCH)):
        yield from database.read(lambda session, some=some: _hashes(session, some))  # type: ignore[misc]


def parts(first: int, size: int) -> Iterator[tuple[int, int]]:
    """The largest subtrees that lie wholly before a leaf or wholly from it on, as (first leaf, end), left first.

    Args:
        first: how many leaves the earlier tree had; above 0 and below `size`.
    """
    open_ranges = [(0, size)]
    while open_ranges:
        low, high = open_ranges.pop()
        if low < first < high:
            middle = low + (1 << (high - low - 1).bit_length() - 1)
            open_ranges += [(middle, high), (low, middle)]
        else:
            yield low, high


def continuation(session: Session, first: int, size: int) -> list[bytes]:
    """The hash over each of `parts`: all together give the root of the tree, those before alone the earlier one.

    Raises:
        LookupError: the tree lacks one.
    """
    return _hashes(session, list(parts(first, size)))


def _hashes(session: Session, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
    found = hashes(session, [place for low, high in ranges for place in perfect(low, high)])
    return [range_hash(low, high, lambda level, index: found[level, index]) for low, high in ranges]
