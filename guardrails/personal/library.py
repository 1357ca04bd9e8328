"""The one border to airlock-pii: its claims as our values."""

from airlock_pii.engine import Engine, resolve_overlaps
from airlock_pii.recognizers import default_recognizers
from airlock_pii.types import EntityType

from guardrails.personal.found import Found

_KINDS = {
    EntityType.PERSON: "name",
    EntityType.IIN: "iin",
    EntityType.BIN: "bin",
    EntityType.KZ_IBAN: "iban",
    EntityType.CARD: "card",
    EntityType.PHONE: "phone",
    EntityType.EMAIL: "email",
    EntityType.SECRET: "secret",
}
_PERSONAL = [kind for kind in EntityType if kind is not EntityType.SECRET]
# Built here and not taken from the package, whose own engine follows variables of the environment.
_ENGINE = Engine(default_recognizers(ner="off", internal_domains=()))


def personal(text: str) -> tuple[Found, ...]:
    """Numbers, addresses and names that the library finds, overlaps settled."""
    return _found(text, _PERSONAL)


def names(text: str) -> tuple[Found, ...]:
    """Only the names."""
    return _found(text, [EntityType.PERSON])


def secrets(text: str) -> tuple[Found, ...]:
    """Keys, tokens and passwords."""
    return _found(text, [EntityType.SECRET])


def _found(text: str, types: list[EntityType]) -> tuple[Found, ...]:
    return tuple(
        Found(
            start=entity.start,
            end=entity.end,
            kind=_KINDS[entity.type],
            confidence=entity.confidence,
            subtype=entity.subtype or "",
        )
        for entity in resolve_overlaps(_ENGINE.candidates(text, types=types))
    )
