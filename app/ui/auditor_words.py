"""How records are worded and marked on the auditor's pages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.audit import Kind, Record
from app.errors import Words
from app.i18n import MissingWords
from app.ui.context import Context, ScreenWords
from app.ui.words_of_entry import mono, name_of

OPENED = "auditor_open"
"""Which record is to be opened; the record page takes it away, so that an interrupted turn of the page is made up."""
STYLE = """
<style>
[class*="st-key-auditor-row-"], .st-key-auditor-head {
  border-bottom: 1px solid color-mix(in srgb, currentColor 12%, transparent); padding: .45rem 0; }
[class*="st-key-auditor-row-"] button { padding: 0; min-height: 0; font-variant-numeric: tabular-nums;
  text-decoration: underline; text-underline-offset: .2em; }
[class*="st-key-auditor-row-"] button p { white-space: nowrap; overflow: visible; text-overflow: clip; }
.st-key-auditor-tiles [data-testid="stGridCell"] { flex-direction: column; }
.st-key-auditor-tiles [data-testid="stLayoutWrapper"], .st-key-auditor-tiles [data-testid="stVerticalBlock"] { flex: 1; }
[class*="st-key-auditor-row-"] p { font-variant-numeric: tabular-nums; }
[class*="st-key-auditor-row-"] :is(.stMarkdownBadge, .stMarkdownBadge *) { white-space: normal; overflow: visible; text-overflow: clip; }
.st-key-auditor-counts button { padding: 0; min-height: 0; text-decoration: underline; }
[data-testid="InputInstructions"] { display: none; }
@media (max-width: 640px) {
  .st-key-auditor-head { display: none; }
  [data-testid="stMain"] [data-testid="stButtonGroup"] [role="radiogroup"] { flex-wrap: wrap; row-gap: .3rem; }
  [data-testid="stMain"] [data-testid="stButtonGroup"] [role="radiogroup"] button { padding-inline: .45rem; }
  [data-testid="stMain"] [data-testid="stButtonGroup"] [role="radiogroup"] button p { font-size: .8125rem; }
  [class*="st-key-auditor-row-"] [data-testid="stHorizontalBlock"] { gap: .15rem; }
  [class*="st-key-auditor-row-"] [data-testid="stColumn"]:not(:has(.stMarkdown, button)) { display: none; }
}
</style>
"""
COLOURS = {"answered": "green", "failed": "red", "abandoned": "orange", "withheld": "orange"}


def badge(record: Record, t: ScreenWords) -> str:
    """What a record is, as a small mark; red is for what broke, never for policy."""
    if record.outcome:
        return f":{COLOURS.get(record.outcome, 'gray')}-badge[{t(f'audit.outcome.{record.outcome}')}]"
    nobody = record.kind == Kind.ADMIN_CHANGE and record.pseudonym is None
    return f":gray-badge[{t('auditor.kind.by_nobody' if nobody else f'audit.kind.{record.kind}')}]"


def event(record: Record, t: ScreenWords) -> str:
    """What happened, in words, or by the record's own name where this version has none; nothing where the record names no event."""
    named = str(record.clear.get("event") or "")
    if not named:
        return ""
    key = f"audit.event.{named}"
    return t(key) if t.raw.has(key) else mono(named)


def moment(record: Record, t: ScreenWords) -> str:
    """When a record was written, to the second."""
    return moment_of(record.created_at, t)


def moment_of(at: datetime, t: ScreenWords) -> str:
    """An instant to the second."""
    return f"{t.time(at)}:{at:%S}"


def entry_name(context: Context, entry_id: str) -> str:
    """An entry by its name in the list in force, else by its identifier."""
    registry = context.services.registry.current()
    entry = registry.find(entry_id) if registry is not None else None
    return mono(entry_id) if entry is None else name_of(entry, context.translator)


def said(reason: Mapping[str, Any] | None, t: ScreenWords) -> str:
    """A reason of a record in words; by its key where this version has no words for it."""
    if not reason:
        return "—"
    try:
        return t.words(Words(key=str(reason["key"]), facts=dict(reason.get("facts") or {})))
    except (MissingWords, KeyError):
        return mono(str(reason.get("key", "?")))


def ends_exchange(record: Record) -> bool:
    """Whether the record is the end of a question."""
    return record.kind in (Kind.CLOSED, Kind.ABANDONED)
