"""Wording a registry entry: its standing at an instant and why, its name, scores and residency, as safe text."""

from datetime import date, datetime
from enum import StrEnum

from app.errors import Words
from app.registry.entry import RegistryEntry, Score, Standing
from app.registry.registry import Registry
from app.registry.rendering import residency_key
from app.ui.context import ScreenWords
from app.ui.rendering import plain

LANGUAGES_FIRST = ("kk", "ru", "en")
HARMLESS = str.maketrans("<>[]", "‹›()")


class Now(StrEnum):
    """How an entry stands at an instant; everything but the first means: it is not called."""

    IN_FORCE = "granted"
    NOT_YET = "not_yet"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


# Policy is never red: green is in force, yellow is held back, grey is over.
COLOURS = {Now.IN_FORCE: "green", Now.NOT_YET: "yellow", Now.SUSPENDED: "yellow", Now.REVOKED: "yellow"}


def now_of(entry: RegistryEntry, registry: Registry, at: datetime) -> Now:
    """The standing of the entry itself; that the whole list expired is said once, above all entries."""
    if entry.entry_id in registry.revoked:
        return Now.REVOKED
    if entry.status != Standing.GRANTED:
        return Now(entry.status) if entry.status in set(Standing) else Now.UNKNOWN
    if at < entry.effective_from:
        return Now.NOT_YET
    return Now.EXPIRED if at >= entry.expires_at else Now.IN_FORCE


def badge(now: Now, t: ScreenWords) -> str:
    """The standing as a small mark."""
    return f":{COLOURS.get(now, 'gray')}-badge[{t(f'registry.status.{now}')}]"


def name_of(entry: RegistryEntry, t: ScreenWords) -> str:
    """The entry's name in the language of the page."""
    return plain(entry.names.get(t.language) or entry.model_id)


def bare_name(entry: RegistryEntry, language: str) -> str:
    """The entry's name for the option of a list, where no markdown is drawn; nothing in it could lead or fetch if one were."""
    return (entry.names.get(language) or entry.model_id).translate(HARMLESS)


def why_not(entry: RegistryEntry, registry: Registry, at: datetime, t: ScreenWords) -> str:
    """Why an entry is not in force; empty if it is in force."""
    reason = registry.in_force(entry.entry_id, at).reason
    return "" if reason is None else told(reason, entry, registry, t)


def told(reason: Words, entry: RegistryEntry, registry: Registry, t: ScreenWords) -> str:
    """A reason about an entry with the issuer's own; the successor by its name."""
    successor = registry.find(entry.successor or "")
    if successor is not None and "successor" in reason.facts:
        name = successor.names.get(t.language, successor.model_id)
        reason = Words(key=reason.key, facts={**reason.facts, "successor": name})
    return " ".join(filter(None, (say(reason, t), because(entry, t))))


def because(entry: RegistryEntry, t: ScreenWords) -> str:
    """The issuer's reason for the status; empty if there is none."""
    if entry.reason_code is None:
        return ""
    return t.raw("registry_page.because", reason=coded("registry.reason", entry.reason_code, t))


def say(words: Words, t: ScreenWords) -> str:
    """A sentence of the core; a key that this release cannot word reads as a fault of ours."""
    return t.words(words) if t.raw.has(words.key) else t("error.internal")


def coded(area: str, code: str, t: ScreenWords) -> str:
    """A published code in words; one that nobody worded stands as it is."""
    return t(f"{area}.{code}") if t.raw.has(f"{area}.{code}") else mono(code)


def mono(text: str) -> str:
    """An identifier as code, whole also in a cell of a table."""
    return "`" + " ".join(text.split()).replace("`", "'").replace("|", "\\|") + "`"


def score(language: str, measured: Score | None, t: ScreenWords) -> str:
    """A language with its score, never without n and protocol."""
    name = coded("registry.language", language, t)
    if measured is None:
        return t.raw("registry.score.none", language=name)
    return t.raw(
        "registry.score.line",
        language=name,
        value=plain(t.raw.decimal(measured.value)),
        n=measured.n,
        protocol=plain(measured.protocol),
    )


def scores(entry: RegistryEntry, t: ScreenWords) -> tuple[str, ...]:
    """The languages of an entry, the product's three first, each with its score."""
    return tuple(score(language, entry.languages[language], t) for language in languages(entry))


def languages(entry: RegistryEntry) -> tuple[str, ...]:
    """The languages of an entry in a fixed order."""
    first = tuple(language for language in LANGUAGES_FIRST if language in entry.languages)
    return (*first, *sorted(set(entry.languages) - set(first)))


def residency(entry: RegistryEntry, country: str, t: ScreenWords) -> str:
    """Where it computes, seen from the list's country."""
    return t(residency_key(entry, country))


def territory(code: str, t: ScreenWords) -> str:
    """The name of a country."""
    return plain(str(t.raw.locale.territories.get(code, code)))


def day(text: str) -> str:
    """A published day (`2026-09-01`) as people write it."""
    try:
        return date.fromisoformat(text).strftime("%d.%m.%Y")
    except ValueError:
        return plain(text)
