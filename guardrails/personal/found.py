"""The value that all recognisers return: a span and what it is."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Something that may be personal; holds places in the text and never the text itself."""

    start: int
    end: int
    kind: str
    """`iin`, `phone`, `name`, ... : the keys of `lexicons/placeholders.toml`, `name` and `class` beside them."""
    confidence: float
    subtype: str = ""


_RANK = {
    kind: rank
    for rank, kind in enumerate(("iban", "iin", "bin", "card", "email", "phone", "document", "birth_date"))
}


def settled(claims: Iterable[Found]) -> tuple[Found, ...]:
    """Claims without overlaps, by place: the more certain first, then the longer, then the more specific."""
    ordered = sorted(claims, key=_order)
    taken = bytearray(max((claim.end for claim in ordered), default=0))
    kept: list[Found] = []
    for claim in ordered:
        if not any(taken[claim.start : claim.end]):
            taken[claim.start : claim.end] = b"\1" * (claim.end - claim.start)
            kept.append(claim)
    return tuple(sorted(kept, key=lambda found: found.start))


def _order(found: Found) -> tuple[float, int, int, int]:
    return -found.confidence, found.start - found.end, _RANK.get(found.kind, len(_RANK)), found.start
