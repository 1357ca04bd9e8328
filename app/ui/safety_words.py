"""Words of the page of safety checks: categories, actions and differences as an admin reads them."""

from collections.abc import Sequence

from app.i18n import NAMES
from app.ui.context import ScreenWords
from app.ui.safety_draft import Difference
from app.ui.words_of_entry import mono
from guardrails.floor import PLACES
from guardrails.reading import LANGUAGES
from guardrails.verdict import Action

COLOURS = {Action.ALLOW: "green", Action.MASK: "blue", Action.WARN: "yellow", Action.BLOCK: "gray"}
"""No red: a rule that stops is no fault."""


def category(t: ScreenWords, name: str) -> str:
    """A category in words; one of another release, which nobody words now, by its name."""
    key = f"auditor.category.{name}"
    return t.raw(key) if t.raw.has(key) else mono(name)


def rail(t: ScreenWords, name: str) -> str:
    """A rail in words, or by its name."""
    key = f"auditor.rail.{name}"
    return t.raw(key) if t.raw.has(key) else mono(name)


def action(t: ScreenWords, word: str) -> str:
    """What happens, in words."""
    return t.raw(f"safety.action.{word}")


def badge(t: ScreenWords, word: Action) -> str:
    """What happened, as a badge."""
    return f":{COLOURS[word]}-badge[{action(t, word)}]"


def threshold(t: ScreenWords, score: float) -> str:
    """A threshold, exactly."""
    return t.number(score, places=PLACES)


def languages(codes: Sequence[str]) -> str:
    """Languages by their names, or nothing for all of them."""
    return "" if tuple(codes) == LANGUAGES else f" ({', '.join(NAMES[one] for one in codes)})"


def difference(t: ScreenWords, one: Difference) -> str:
    """One line of what changes."""
    if one.what == "action":
        name, before, after = category(t, one.name), action(t, one.before), action(t, one.after)
    elif one.what in ("rail", "undo"):
        name = t.raw("auditor.policy.undo") if one.what == "undo" else rail(t, one.name)
        before, after = (t.raw(f"safety.{word}") for word in (one.before, one.after))
    else:
        name = t.raw(f"safety.from.{one.what}", what=rail(t, one.name))
        before, after = (threshold(t, float(score)) for score in (one.before, one.after))
    return f"**{name}**{languages(one.languages)}: {before} → {after}"
