"""The journal: the steps of an exchange that has not ended, chained and sealed, and their fold into its end."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.audit.canonical import canonical, parse
from app.audit.envelope import guard
from app.audit.fields import ANSWER, ROUTE
from app.audit.sealing import Randomness, decrypt, derive, encrypt

USE = "journal"
SENTENCE = "sentence"
WITHHELD = "withheld"
FOLDED = frozenset((*ROUTE, *ANSWER))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happened on the line.

    Attributes:
        kind: `checked`, `retrieved`, `routed`, `sentence`, `withheld`, `flagged`, or another word.
        clear: what the end record says of it in clear: fields of a closed record; `verdicts` add up.
            A `sentence` says what the list `sentences` is to hold of it.
        sealed: text. A `sentence` or `withheld` holds it as `text`; other keys go into the end's sealed part.
    """

    kind: str
    clear: Mapping[str, Any] = field(default_factory=dict)
    sealed: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A step as its row holds it; `digest` is 64 hex digits over the digest before and the row's bytes."""

    number: int
    kind: str
    body: bytes
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A step and the milliseconds since the exchange was opened."""

    step: Step
    ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """What a whole journal says, in the fields of an end record."""

    clear: Mapping[str, Any]
    sealed: Mapping[str, Any]


def write(
    done: Done, *, exchange_id: UUID, number: int, before: str, exchange_key: bytes, randomness: Randomness
) -> Written:
    """Seal a step and chain it to the one before.

    Args:
        before: digest of the step before; of the first, the leaf hash of the asked record.

    Raises:
        ValueError: its clear part holds what it must not.
    """
    guard(done.step.clear)
    value = {"clear": done.step.clear, "kind": done.step.kind, "ms": done.ms, "sealed": done.step.sealed}
    key = derive(exchange_key, USE, exchange_id.bytes)
    body = encrypt(key, canonical(value), bound_to=_place(exchange_id, number), randomness=randomness)
    digest = chained(before, exchange_id, number, done.step.kind, body)
    return Written(number=number, kind=done.step.kind, body=body, digest=digest)


def read(written: Written, *, exchange_id: UUID, exchange_key: bytes) -> Done:
    """Open a row again.

    Raises:
        TamperedLog: it was changed or stood elsewhere.
    """
    key = derive(exchange_key, USE, exchange_id.bytes)
    value = parse(decrypt(key, written.body, bound_to=_place(exchange_id, written.number)))
    return Done(step=Step(kind=value["kind"], clear=value["clear"], sealed=value["sealed"]), ms=value["ms"])


def chained(before: str, exchange_id: UUID, number: int, kind: str, body: bytes) -> str:
    """The digest of a row: SHA-256 over the digest before it and the row's bytes, each part with its length."""
    digest = hashlib.sha256(bytes.fromhex(before))
    for part in (exchange_id.bytes, number.to_bytes(8, "big"), kind.encode(), body):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def intact(steps: Sequence[Written], exchange_id: UUID, first: str) -> bool:
    """Whether rows are numbered 1, 2, 3 ... and chain from `first`, the asked record's leaf hash."""
    before = first
    for number, step in enumerate(steps, 1):
        if step.number != number or step.digest != chained(before, exchange_id, number, step.kind, step.body):
            return False
        before = step.digest
    return True


def fold(steps: Sequence[Done]) -> Fold:
    """Add up a journal: later words win, verdicts and texts add up in order."""
    clear: dict[str, Any] = {}
    sealed: dict[str, Any] = {}
    verdicts: list[Any] = []
    sentences: list[Any] = []
    shown: list[Any] = []
    withheld: list[Any] = []
    for done in steps:
        step = done.step
        verdicts.extend(step.clear.get("verdicts") or ())
        rest = {name: value for name, value in step.clear.items() if name != "verdicts"}
        inner = dict(step.sealed or {})
        if step.kind == SENTENCE:
            shown.append(inner.pop("text", ""))
            sentences.append(rest)
        elif step.kind == WITHHELD:
            withheld.append(inner.pop("text", ""))
        if step.kind != SENTENCE:
            clear.update({name: value for name, value in rest.items() if name in FOLDED})
        sealed.update(inner)
    clear.update(
        {
            "verdicts": verdicts,
            "sentences": sentences,
            "characters_shown": sum(map(len, shown)),
            "characters_withheld": sum(map(len, withheld)),
            "steps": [{"kind": done.step.kind, "ms": done.ms} for done in steps],
        }
    )
    return Fold(clear=clear, sealed={**sealed, "shown": shown, "withheld": withheld})


def _place(exchange_id: UUID, number: int) -> bytes:
    return exchange_id.bytes + number.to_bytes(8, "big")
