"""How a policy is read: every key known, every value of its type, or the whole is refused."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from guardrails.verdict import Action

LANGUAGES = ("kk", "ru", "en")


class PolicyRefused(ValueError):
    """A policy that does not load; the message names the key and what was expected."""


def table(document: Mapping[str, object], key: str, where: str = "the policy") -> Mapping[str, object]:
    """The table of a key."""
    found = document.get(key)
    if not isinstance(found, dict):
        raise PolicyRefused(f"{where} has no table {key}")
    return found


def only(given: Mapping[str, object], allowed: Collection[str], where: str) -> None:
    """Nothing but these keys."""
    unknown = sorted(set(map(str, given)) - {str(key) for key in allowed})
    if unknown:
        raise PolicyRefused(f"unknown key in {where}: {', '.join(unknown)}")


def positive(value: object, where: str) -> float:
    """A number above zero."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e9:
        raise PolicyRefused(f"{where} is no positive number")
    return float(value)


def flag(value: object, where: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise PolicyRefused(f"{where} is neither true nor false")
    return value


def action(word: object, where: str) -> Action:
    """One of the four actions."""
    if not isinstance(word, str) or word not in set(Action):
        raise PolicyRefused(f"{where}: no such action, {word!r}")
    return Action(word)


def actions(value: object, where: str) -> Mapping[str, Action]:
    """One action for all languages, or a table that names one for each."""
    if not isinstance(value, dict):
        return dict.fromkeys(LANGUAGES, action(value, where))
    exactly(value, where)
    return {language: action(value[language], where) for language in LANGUAGES}


def exactly(given: Mapping[str, object], where: str) -> None:
    """A table with one value for each language."""
    if set(given) != set(LANGUAGES):
        raise PolicyRefused(f"{where} needs exactly {', '.join(LANGUAGES)}, not {', '.join(map(str, given))}")


def by_language(value: object, where: str) -> Mapping[str, float]:
    """A positive number for each language; an empty table for none at all."""
    if not isinstance(value, dict):
        raise PolicyRefused(f"{where} is no table")
    if value:
        exactly(value, where)
    return MappingProxyType({language: positive(number, where) for language, number in value.items()})
