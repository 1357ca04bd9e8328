"""An order of all leaves of a signed tree, by a seed: reckoned both ways, place by place, without reading any leaf."""

import hashlib
from dataclasses import dataclass

from app.audit.evidence.heads import Head

SCHEME = "ustaz-sample/2"
ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Shuffle:
    """A keyed permutation of 0 .. size-1: a Feistel network over just enough bits, walked on while it leads outside.

    Source: Luby and Rackoff, "How to construct pseudorandom permutations", 1988 (four rounds); Black and Rogaway,
    "Ciphers with arbitrary finite domains", 2002 (cycle walking).
    """

    key: bytes
    size: int

    @classmethod
    def of(cls, seed: str, head: Head) -> "Shuffle":
        """The order that a seed gives to the leaves under a head."""
        parts = (SCHEME.encode(), seed.encode(), str(head.size).encode(), head.root)
        return cls(hashlib.sha256(b"\n".join(parts)).digest(), head.size)

    def leaf(self, place: int) -> int:
        """Which leaf stands at a place of the order; both are 0 .. size-1."""
        high, low = self._bits()
        while True:
            left, right = place >> low, place & (1 << low) - 1
            for number in range(ROUNDS):
                wide = low if number % 2 else high
                left, right = right, left ^ self._noise(number, right, wide)
            place = left << low | right
            if place < self.size:
                return place

    def place(self, leaf: int) -> int:
        """At which place a leaf stands: the way back."""
        high, low = self._bits()
        while True:
            left, right = leaf >> low, leaf & (1 << low) - 1
            for number in reversed(range(ROUNDS)):
                wide = low if number % 2 else high
                left, right = right ^ self._noise(number, left, wide), left
            leaf = left << low | right
            if leaf < self.size:
                return leaf

    def _bits(self) -> tuple[int, int]:
        """How many bits the left and the right half of a number have."""
        bits = max(2, (self.size - 1).bit_length())
        return bits // 2, bits - bits // 2

    def _noise(self, number: int, half: int, bits: int) -> int:
        digest = hashlib.sha256(self.key + bytes([number]) + half.to_bytes(8, "big")).digest()
        return int.from_bytes(digest[:8], "big") & (1 << bits) - 1
