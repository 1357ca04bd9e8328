"""The rules that stand between a question and an entry, one function each: None to pass, else the reason."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from app.errors import Words
from app.registry import DataClass, Kind, Origin, Registry, RegistryEntry
from app.routing.policy import SchoolPolicy
from app.routing.route import Labels, in_language

EMBEDDING = "embedding"
CANARY = "canary"
"""Of the house itself, as embedding: a model is asked whether it still answers as it did; no words of anybody go along."""
TEST_PROVIDERS = frozenset({"scripted"})
QUOTING_PROVIDERS = frozenset({"extractive"})
"""Providers that say sentences of the passages and nothing of their own."""
CLASSES = frozenset(DataClass)
WRITE = "write."
"""How the tasks begin whose words go into a document: `write.` and the name of the instruction."""
QUOTED = frozenset({f"{WRITE}quiz.item"})
"""What can be written with sentences of the passages alone."""


def never(entry_id: str) -> Words | None:
    """Nothing is suspended here."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What this installation brings along.

    Attributes:
        floor: least measured score, between 0 and 1, for a language to be offered.
        guardrail_profiles: names of the guardrail profiles that are in use here.
        allow_scripted: whether the test provider may be routed; never in production.
        suspended: why an entry is not called on this installation, whatever the list says; None: it is.
    """

    app_version: str = "0.1.0"
    guardrail_profiles: frozenset[str] = frozenset({"default"})
    allow_scripted: bool = False
    floor: Decimal = Decimal("0.5")
    suspended: Callable[[str], Words | None] = never


class Step(IntEnum):
    """The order of the rules; a question that ends without a model ends at the last one that any entry reached."""

    IN_FORCE = 0
    TASK = 1
    LANGUAGE = 2
    PERSONAL = 3
    CONTEXT = 4
    SETUP = 5
    ANSWERING = 6


class Place(IntEnum):
    """Where an entry computes, nearest first: the order in which models are proposed."""

    OWN_MACHINE = 0
    DOMESTIC_HERE = 1
    FOREIGN_HERE = 2
    ABROAD = 3


def place(entry: RegistryEntry, registry: Registry) -> Place:
    """Where an entry computes, seen from the list's country."""
    if entry.processing_country != registry.country or not entry.localisation_proof:
        return Place.ABROAD
    if entry.origin is Origin.FOREIGN:
        return Place.FOREIGN_HERE
    return Place.OWN_MACHINE if entry.on_own_machine else Place.DOMESTIC_HERE


def chosen_by_school(entry_id: str, policy: SchoolPolicy) -> Words | None:
    """The school allows it by name."""
    if policy.version == 0:
        return Words(key="routing.refused.no_policy")
    return None if entry_id in policy.allowed else Words(key="routing.refused.not_allowed")


def kind(entry: RegistryEntry, purpose: str) -> Words | None:
    """A search model embeds and nothing else does."""
    embeds = purpose == EMBEDDING or purpose.startswith(f"{EMBEDDING}.")
    if embeds == (entry.kind is Kind.EMBEDDER):
        return None
    return Words(key="routing.refused.not_an_embedder" if embeds else "routing.refused.not_a_model")


def writes(entry: RegistryEntry, task: str) -> Words | None:
    """A provider that only quotes writes no part of a document that needs words of its own."""
    if task.startswith(WRITE) and task not in QUOTED and entry.provider in QUOTING_PROVIDERS:
        return Words(key="routing.refused.quotes_only")
    return None


def provider(entry: RegistryEntry, house: House) -> Words | None:
    """The test provider answers in development only."""
    if entry.provider in TEST_PROVIDERS and not house.allow_scripted:
        return Words(key="routing.refused.test_provider")
    return None


def suspended(entry: RegistryEntry, house: House) -> Words | None:
    """Nobody has to decide about it first: it answers as it did when it was bound."""
    return house.suspended(entry.entry_id)


def localisation(entry: RegistryEntry, registry: Registry, personal_data: str) -> Words | None:
    """Whoever is named stays in the country, with an entry allowed for that class and proof of where it computes."""
    if personal_data not in CLASSES:
        return Words(key="routing.refused.unknown_class")
    wanted = DataClass(personal_data)
    if wanted is DataClass.NONE:
        return None
    if not entry.personal_data.covers(wanted):
        return Words(key=f"routing.refused.personal_class.{wanted}")
    if entry.processing_country != registry.country:
        return Words(key="routing.refused.abroad", facts={"country": entry.processing_country})
    if not entry.localisation_proof:
        return Words(key="routing.refused.unproved")
    return None


def language(entry: RegistryEntry, wanted: str | None, floor: Decimal) -> Words | None:
    """The language has a measured score above the floor; without a language, any one has."""
    if wanted is None:
        good = (
            score for score in entry.languages.values() if score is not None and Decimal(score.value) >= floor
        )
        return None if any(good) else Words(key="routing.refused.not_measured_anywhere")
    if wanted not in entry.languages:
        return in_language("routing.refused.language_not_offered", wanted)
    score = entry.languages[wanted]
    if score is None:
        return in_language("routing.refused.not_measured", wanted)
    if Decimal(score.value) < floor:
        return Words(key="routing.refused.below_floor", facts={"value": score.value, "floor": str(floor)})
    return None


def room(entry: RegistryEntry, most: int, personal_data: str) -> int:
    """Tokens that prompt and answer may have together, the entry's tighter limit holding where somebody is named.

    Args:
        most: tokens that the entry's calls may have on this machine.
    """
    tighter = entry.conditions.personal_data_context_tokens
    if personal_data == DataClass.NONE or tighter is None:
        return most
    return min(most, tighter)


def context(entry: RegistryEntry, labels: Labels, most: int) -> Words | None:
    """Prompt and answer fit; for `most` see `room`."""
    held = room(entry, most, labels.personal_data)
    if labels.tokens > held:
        return Words(key="routing.refused.context", facts={"tokens": labels.tokens, "most": held})
    return None


def conditions(entry: RegistryEntry, house: House) -> Words | None:
    """The guardrails and the version that the entry demands are here."""
    profile, version = entry.conditions.guardrail_profile, entry.conditions.least_app_version
    if profile is not None and profile not in house.guardrail_profiles:
        return Words(key="routing.refused.guardrails", facts={"profile": profile})
    if version is not None and _numbers(house.app_version) < _numbers(version):
        return Words(key="routing.refused.app_version", facts={"version": version})
    return None


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [int(part) if part.isdigit() else 0 for part in version.split(".")]
    return tuple(numbers + [0] * (4 - len(numbers)))
