"""The tree of RFC 9162 over the records: appending to it and proving from it; checking a proof is verify.py's job."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Find = Callable[[int, int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A perfect subtree: `2**level` leaves from leaf `index << level` on; level 0 is a leaf."""

    level: int
    index: int
    hash: bytes


def leaf_hash(entry: bytes) -> bytes:
    """Hash of one log entry.

    Args:
        entry: the canonical bytes of the entry; any length, empty included.

    Returns:
        32 bytes: SHA-256 over a zero byte and `entry`.

    Source: RFC 9162, section 2.1.1.
    """
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of two neighbouring subtrees.

    Source: RFC 9162, section 2.1.1.
    """
    return hashlib.sha256(b"\x01" + left + right).digest()


class CompactRange:
    """The right edge of a growing tree: at most 64 hashes, enough to append and to give the root."""

    def __init__(self, size: int = 0, edge: Sequence[bytes] = ()) -> None:
        if len(edge) != size.bit_count():
            raise ValueError(
                f"a tree of {size} leaves has {size.bit_count()} perfect subtrees, not {len(edge)}"
            )
        self.size = size
        self._edge = list(edge)

    def append(self, leaf: bytes) -> tuple[Node, ...]:
        """Add a leaf hash; gives the perfect subtrees (level 1 and above) that it completes, lowest first."""
        completed: list[Node] = []
        value, level, index = leaf, 0, self.size
        while index & 1:
            value = node_hash(self._edge.pop(), value)
            level, index = level + 1, index >> 1
            completed.append(Node(level=level, index=index, hash=value))
        self._edge.append(value)
        self.size += 1
        return tuple(completed)

    def root(self) -> bytes:
        """The root over all leaves; SHA-256 of nothing for the empty tree."""
        return _fold(self._edge)

    def copy(self) -> "CompactRange":
        """An independent range with the same leaves, to try a batch on."""
        return CompactRange(self.size, self._edge)


def perfect(low: int, high: int) -> tuple[tuple[int, int], ...]:
    """The perfect subtrees, as (level, index) from left to right, of leaves `low` to `high - 1`.

    The range must be one that occurs in a proof: `low` is a multiple of the power of two that covers it.
    """
    found: list[tuple[int, int]] = []
    while low < high:
        level = (high - low).bit_length() - 1
        found.append((level, low >> level))
        low += 1 << level
    return tuple(found)


def inclusion(index: int, size: int) -> tuple[tuple[int, int], ...]:
    """The ranges of leaves whose hashes prove leaf `index` in a tree of `size` leaves, from the leaf up.

    Raises:
        LookupError: no such leaf.

    Source: RFC 9162, section 2.1.3.1.
    """
    if not 0 <= index < size:
        raise LookupError(f"leaf {index} is not in a tree of {size}")
    path: list[tuple[int, int]] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append((middle, high))
            high = middle
        else:
            path.append((low, middle))
            low = middle
    return tuple(reversed(path))


def consistency(first: int, second: int) -> tuple[tuple[int, int], ...]:
    """The ranges of leaves whose hashes prove that a tree of `second` leaves extends one of `first`.

    Raises:
        LookupError: not 0 < first <= second.

    Source: RFC 9162, section 2.1.4.1.
    """
    if not 0 < first <= second:
        raise LookupError(f"a tree of {second} leaves does not extend one of {first}")
    path: list[tuple[int, int]] = []
    low, high, known = 0, second, True
    while first != high:
        middle = low + _split(high - low)
        if first <= middle:
            path.append((middle, high))
            high = middle
        else:
            path.append((low, middle))
            low, known = middle, False
    if not known:
        path.append((low, high))
    return tuple(reversed(path))


def range_hash(low: int, high: int, find: Find) -> bytes:
    """Hash over leaves `low` to `high - 1`; `find(level, index)` gives the hash of a perfect subtree."""
    return _fold([find(level, index) for level, index in perfect(low, high)])


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def _fold(hashes: Sequence[bytes]) -> bytes:
    if not hashes:
        return hashlib.sha256(b"").digest()
    value = hashes[-1]
    for left in reversed(hashes[:-1]):
        value = node_hash(left, value)
    return value
