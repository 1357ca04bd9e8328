"""The one border to airlock-pii: its claims as our values."""

from airlock_pii.engine import Engine, resolve_overlaps
from airlock_pii.recognizers import _names as listed
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
_NUMBERS = [kind for kind in EntityType if kind not in (EntityType.SECRET, EntityType.PERSON)]
# Built here and not taken from the package, whose own engine follows variables of the environment.
_ENGINE = Engine(default_recognizers(ner="off", internal_domains=()))


def numbers(text: str) -> tuple[Found, ...]:
    """Numbers and addresses of mail that the library finds, overlaps settled."""
    return _found(text, _NUMBERS) if "@" in text or any(map(str.isdigit, text)) else ()


def names(text: str) -> tuple[Found, ...]:
    """Only the names."""
    return _found(text, [EntityType.PERSON])


def is_given(word: str) -> bool:
    """Whether the library's lists hold a given name, in a Russian case or in Latin letters too."""
    return bool(listed.is_given_name(word))


def is_ordinary(word: str) -> bool:
    """Whether a given name of the lists is also an ordinary word (`Арман`, `Мақсат`, `Nauryz`)."""
    name = listed._given(listed.name_key(word), listed.normalize_name(word))
    return name is not None and listed.name_key(name) in listed.ordinary_names()


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
