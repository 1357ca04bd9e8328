"""No proof passes with a single bit changed, another index or another size: all of them (`make proofs`), and a sample always."""

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import pytest

from app.audit.checkpoint import text_of
from app.audit.merkle import CompactRange, consistency, inclusion, leaf_hash, range_hash
from app.audit.proof import text_of as proof_of
from app.audit.second_verifier import Tree
from app.audit.verify import consistent, included, verify_proof
from tests.audit import twin
from tests.audit.bundles import LOG
from tests.conftest import NOON

MOST, ALL = 128, 32
Check = Callable[[Sequence[bytes]], bool]


def nodes_of(count: int) -> dict[tuple[int, int], bytes]:
    """The hashes of all perfect subtrees over so many leaves."""
    tree, known = CompactRange(), {}
    for index in range(count):
        leaf = leaf_hash(str(index).encode())
        known[0, index] = leaf
        known.update({(node.level, node.index): node.hash for node in tree.append(leaf)})
    return known


NODES = nodes_of(MOST)
ORACLE = Tree([NODES[0, index] for index in range(MOST)])


def root(size: int) -> bytes:
    return ORACLE.root(size)


def find(level: int, index: int) -> bytes:
    return NODES[level, index]


def inclusions(sizes: range) -> Iterator[tuple[list[bytes], Check]]:
    """Every proof as its hashes (leaf, path, root) and the check that takes them."""
    for size in sizes:
        for index in range(size):
            path = [range_hash(low, high, find) for low, high in inclusion(index, size)]

            def check(hashes: Sequence[bytes], index: int = index, size: int = size) -> bool:
                return included(hashes[0], index, size, hashes[1:-1], hashes[-1])

            yield [NODES[0, index], *path, root(size)], check


def consistencies(sizes: range) -> Iterator[tuple[list[bytes], Check]]:
    """Every proof as its hashes (old root, path, new root) and the check that takes them."""
    for second in sizes:
        for first in range(1, second + 1):
            path = [range_hash(low, high, find) for low, high in consistency(first, second)]

            def check(hashes: Sequence[bytes], first: int = first, second: int = second) -> bool:
                return consistent(first, second, hashes[0], hashes[-1], hashes[1:-1])

            yield [root(first), *path, root(second)], check


def flipped(hashes: Sequence[bytes], bit: int) -> list[bytes]:
    """The hashes with one bit changed."""
    changed = [bytearray(one) for one in hashes]
    changed[bit // 256][bit % 256 // 8] ^= 1 << bit % 8
    return [bytes(one) for one in changed]


KINDS = pytest.mark.parametrize("proofs", [inclusions, consistencies])
Proofs = Callable[[range], Iterator[tuple[list[bytes], Check]]]


@KINDS
def test_a_sample_of_flipped_bits_is_refused_at_every_size(proofs: Proofs) -> None:
    draw, count = random.Random(128), 0
    for hashes, check in proofs(range(1, MOST + 1)):
        assert check(hashes)
        count += 1
        if draw.random() < 0.2:
            assert not check(flipped(hashes, draw.randrange(256 * len(hashes))))
    assert count == MOST * (MOST + 1) // 2


@pytest.mark.slow
@KINDS
def test_every_flipped_bit_is_refused_up_to_32_leaves(proofs: Proofs) -> None:
    for hashes, check in proofs(range(1, ALL + 1)):
        for bit in range(256 * len(hashes)):
            assert not check(flipped(hashes, bit))


@pytest.mark.slow
@KINDS
def test_a_large_sample_of_flipped_bits_is_refused_above_32_leaves(proofs: Proofs) -> None:
    draw = random.Random(33)
    for hashes, check in proofs(range(ALL + 1, MOST + 1)):
        for bit in draw.sample(range(256 * len(hashes)), 40):
            assert not check(flipped(hashes, bit))


@pytest.mark.slow
def test_no_inclusion_proof_fits_another_index_or_size() -> None:
    for size in range(1, ALL + 1):
        for index in range(size):
            path = [range_hash(low, high, find) for low, high in inclusion(index, size)]
            for other in range(-1, 2 * size + 1):
                fits = included(NODES[0, index], other, size, path, root(size))
                assert fits is (other == index)
            for other in range(2 * ALL + 1):
                # A path alone does not bind the size: the signed head does, which states it beside its root.
                shorter = included(NODES[0, index], index, other, path, root(other))
                assert shorter is (other == size)


def test_no_consistency_proof_fits_other_sizes() -> None:
    for second in range(2, ALL + 1):
        for first in range(1, second):
            path = [range_hash(low, high, find) for low, high in consistency(first, second)]
            for other in range(second + 3):
                fits = consistent(other, second, root(other), root(second), path)
                assert fits is (other == first)


def test_a_lone_old_root_is_extended_by_nothing_and_a_tree_of_none_by_none() -> None:
    assert consistent(3, 3, root(3), root(3), [])
    assert not consistent(3, 3, root(3), root(3), [root(3)])
    assert not consistent(0, 3, root(0), root(3), [])
    assert not consistent(4, 3, root(4), root(3), [])


@pytest.mark.parametrize("size", [1, 2, 7, 13, 64, 100, 128])
def test_both_verifiers_judge_a_proof_alike_as_written_and_with_a_line_changed(
    tmp_path: Path, size: int
) -> None:
    path, key, draw = tmp_path / "one.tlog-proof", tmp_path / "auditor.pub", random.Random(size)
    key.write_text(LOG.verifier, encoding="utf-8")
    note = LOG.sign(text_of(LOG.name, size, root(size), NOON))
    for index in islice({0, size // 2, size - 1, draw.randrange(size)}, 4):
        hashes = [range_hash(low, high, find) for low, high in inclusion(index, size)]
        written = proof_of(index=index, path=hashes, checkpoint=note, extra=NODES[0, index])
        lines = written.split("\n")
        changed = [
            written,
            proof_of(index=index, path=[*hashes, root(size)], checkpoint=note, extra=NODES[0, index]),
            proof_of(index=index, path=hashes[:-1], checkpoint=note, extra=NODES[0, index]),
            proof_of(index=index + 1, path=hashes, checkpoint=note, extra=NODES[0, index]),
            proof_of(index=index, path=hashes, checkpoint=note, extra=root(0)),
            written.replace(f"\n{size}\n", f"\n{size + 1}\n"),
            "\n".join(lines[:-3]),
        ]
        for text in changed:
            path.write_text(text, encoding="utf-8")
            result = verify_proof(text, verifier=LOG.verifier)
            assert twin.judged(path, key) == twin.of(result)
            genuine = text == written or (size == 1 and text == changed[2])
            assert (result.status == "ok") is genuine
