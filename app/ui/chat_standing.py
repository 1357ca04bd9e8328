"""What stands under an answer about the entry that gave it: name, approval and place, as they are now."""

from datetime import datetime

from app.registry import Registry, RegistryEntry
from app.ui.context import ScreenWords
from app.ui.rendering import plain

SOON_DAYS = 30


def standing(registry: Registry | None, entry_id: str | None, t: ScreenWords, at: datetime) -> str:
    """Safe markdown; empty for an answer without a model, or by an entry that no list names any more."""
    entry = registry.find(entry_id) if registry is not None and entry_id is not None else None
    if registry is None or entry is None:
        return ""
    in_force = registry.in_force(entry.entry_id, at).entry is not None
    now = approval(entry, t, at) if in_force else t("chat.label.not_now")
    home = entry.processing_country == registry.country
    where = t("model_label.in_country") if home else t("model_label.abroad", country=entry.processing_country)
    return " · ".join((plain(entry.names.get(t.language) or entry.model_id), now, where))


def approval(entry: RegistryEntry, t: ScreenWords, at: datetime) -> str:
    """Until when it is approved; in days where the end is near."""
    days = (entry.expires_at - at).days
    if days >= SOON_DAYS:
        return t("model_label.until", until=t.date(entry.expires_at))
    return t.plural("model_label.expires_soon", max(0, days))
