"""The receipt: what the teacher holds at once, and the short code by which anybody finds the record again."""

from dataclasses import dataclass
from uuid import UUID

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTERS = 12
HEX_DIGITS = 15
# What is mistyped or typed on a Cyrillic keyboard: letters that look like one of the alphabet.
LOOK_ALIKES = str.maketrans("OILАВЕКМНРСТХОУ", "011ABEKMHPCTX0Y")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Names one record; durable when it is given out.

    Attributes:
        leaf_hash: 64 hex digits; what the tree proves.
        index: its leaf, once the sequencer has passed (at most a second later); ask again by record id.
        code: 12 letters and digits in three groups, from the first 60 bits of the leaf hash.
    """

    record_id: UUID
    exchange_id: UUID | None
    leaf_hash: str
    index: int | None
    code: str


def code_of(leaf_hash: str) -> str:
    """The short code of a leaf hash, as `7K3M-9QXT-2BVH`.

    Source: Crockford's base 32, without its check symbol.
    """
    bits = int(leaf_hash[:HEX_DIGITS], 16)
    letters = "".join(ALPHABET[bits >> (5 * place) & 31] for place in reversed(range(LETTERS)))
    return "-".join(letters[start : start + 4] for start in range(0, LETTERS, 4))


def prefix_of(code: str) -> str:
    """The first 15 hex digits of the leaf hash that a code names; forgiving about case, spaces and look-alikes.

    Raises:
        ValueError: not a receipt code.
    """
    letters = "".join(code.split()).replace("-", "").upper().translate(LOOK_ALIKES)
    if len(letters) != LETTERS or any(letter not in ALPHABET for letter in letters):
        raise ValueError("a receipt code has twelve letters and digits")
    bits = 0
    for letter in letters:
        bits = bits << 5 | ALPHABET.index(letter)
    return f"{bits:0{HEX_DIGITS}x}"
