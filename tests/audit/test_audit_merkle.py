"""The tree: the roots of Certificate Transparency and of an independent library, and proofs that only fit one place."""

import hashlib
import random
import warnings
from collections.abc import Callable

import pymerkle
import pytest

from app.audit.merkle import CompactRange, consistency, inclusion, leaf_hash, perfect, range_hash
from app.audit.verify import Tree, consistent, included

# The leaves and roots of the reference tests of Certificate Transparency (RFC 6962).
CT_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
MOST = 128


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(count)]


def grown(values: list[bytes]) -> tuple[CompactRange, dict[tuple[int, int], bytes]]:
    """A tree and the hashes of all its perfect subtrees."""
    tree, known = CompactRange(), {}
    for index, value in enumerate(values):
        known[0, index] = value
        known.update({(node.level, node.index): node.hash for node in tree.append(value)})
    return tree, known


def finder(known: dict[tuple[int, int], bytes]) -> Callable[[int, int], bytes]:
    return lambda level, index: known[level, index]


WHOLE, KNOWN = grown(leaves(MOST))
ROOTS = [grown(leaves(count))[0].root() for count in range(MOST + 1)]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert CompactRange().root() == hashlib.sha256(b"").digest()
    assert Tree().root(0) == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("count", range(1, 9))
def test_roots_are_those_of_certificate_transparency(count: int) -> None:
    tree, _ = grown([leaf_hash(leaf) for leaf in CT_LEAVES[:count]])

    assert tree.root().hex() == CT_ROOTS[count - 1]


def test_roots_are_those_of_an_independent_library() -> None:
    draw = random.Random(2026)
    sizes = set(range(301)) | {draw.randrange(301, 100_000) for _ in range(10)}
    oracle, tree, mine = pymerkle.InmemoryTree(algorithm="sha256"), CompactRange(), Tree()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        for size in range(max(sizes) + 1):
            if size in sizes:
                assert (
                    tree.root()
                    == mine.root(size)
                    == (oracle.get_root() if size else hashlib.sha256(b"").digest())
                )
            oracle.append_entry(str(size).encode())
            tree.append(leaf_hash(str(size).encode()))
            mine.append(leaf_hash(str(size).encode()))


def test_every_inclusion_proof_fits_its_place_and_no_other() -> None:
    find = finder(KNOWN)
    for size in range(1, MOST + 1):
        for index in range(size):
            path = [range_hash(low, high, find) for low, high in inclusion(index, size)]
            leaf = KNOWN[0, index]

            assert included(leaf, index, size, path, ROOTS[size])
            assert not included(leaf, (index + 1) % size, size, path, ROOTS[size]) or size == 1
            assert not included(leaf, index, size, [*path, leaf], ROOTS[size])
            assert not included(leaf, index, size, path[:-1], ROOTS[size]) or not path
            assert not included(leaf, index + size, size, path, ROOTS[size])


def test_every_consistency_proof_fits_its_sizes_and_no_other() -> None:
    find = finder(KNOWN)
    for second in range(1, MOST + 1):
        for first in range(1, second + 1):
            path = [range_hash(low, high, find) for low, high in consistency(first, second)]

            assert consistent(first, second, ROOTS[first], ROOTS[second], path)
            assert not consistent(first, second, ROOTS[first - 1], ROOTS[second], path)
            assert not consistent(first, second, ROOTS[first], ROOTS[second - 1], path)
            assert not consistent(first, second, ROOTS[first], ROOTS[second], [*path, ROOTS[0]])
            assert not consistent(first, second, ROOTS[first], ROOTS[second], path[:-1]) or not path


@pytest.mark.parametrize(("index", "size"), [(0, 1), (0, 2), (5, 7), (41, 100), (63, 64), (100, 101)])
def test_no_flipped_bit_passes(index: int, size: int) -> None:
    path = [range_hash(low, high, finder(KNOWN)) for low, high in inclusion(index, size)]
    flat = KNOWN[0, index] + b"".join(path) + ROOTS[size]

    for bit in range(len(flat) * 8):
        changed = bytearray(flat)
        changed[bit // 8] ^= 1 << bit % 8
        parts = [bytes(changed[start : start + 32]) for start in range(0, len(flat), 32)]
        assert not included(parts[0], index, size, parts[1:-1], parts[-1])


def test_a_range_taken_up_again_grows_as_before() -> None:
    for size in range(MOST):
        again = CompactRange(size, [KNOWN[place] for place in perfect(0, size)])
        again.append(KNOWN[0, size])

        assert again.root() == ROOTS[size + 1]


def test_a_range_with_too_few_hashes_is_refused() -> None:
    with pytest.raises(ValueError, match="3 leaves"):
        CompactRange(3, [b"x" * 32])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 2)])
def test_there_is_no_proof_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(LookupError):
        inclusion(index, size)


@pytest.mark.parametrize(("first", "second"), [(0, 1), (3, 2)])
def test_a_tree_does_not_extend_a_larger_one(first: int, second: int) -> None:
    with pytest.raises(LookupError):
        consistency(first, second)
