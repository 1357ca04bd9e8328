"""The figures of a school as bars of text: by day, outcome, model, language and work; counts only, of nobody in particular."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

import streamlit as st

from app.capacity.usage import UsageRow
from app.ui.context import Context, ScreenWords
from app.ui.field_table import table
from app.ui.rendering import plain
from app.ui.words_of_entry import bare_name

WIDTH = 24
"""Signs of the longest bar: as many as fit a phone beside label and number."""
OUTCOMES = {
    "answered": "answered",
    "no_passage": "held",
    "refused": "held",
    "withheld": "held",
    "stopped": "stopped",
    "failed": "failed",
    "abandoned": "failed",
}
COLOURS = {"answered": "green", "held": "orange", "stopped": "blue", "failed": "red"}
SIGN = "█"


def figures(context: Context, rows: Sequence[UsageRow], *, weekly: bool) -> None:
    """A sentence with the sums, then each view of them."""
    t = context.translator
    if not rows:
        st.info(t("school_usage.none"), icon=":material/info:")
        return
    total = sum(one.exchanges for one in rows)
    into, out = sum(one.input_tokens for one in rows), sum(one.output_tokens for one in rows)
    st.markdown(t.plural("school_usage.sum", total, tokens=t.number(into + out)))
    _outcomes(t, rows)
    _by_day(t, rows, weekly=weekly)
    registry = context.services.registry.current()

    def model(one: UsageRow) -> str:
        entry = registry.find(one.entry_id) if registry is not None and one.entry_id else None
        if entry is not None:
            return plain(bare_name(entry, t.language))
        return plain(one.entry_id) if one.entry_id else t("school_usage.no_model")

    _by(t, rows, "model", model)
    _by(t, rows, "language", lambda one: _language(t, one.language))
    _by(t, rows, "work", lambda one: work_name(t, one.task))


def bar(counts: Iterable[tuple[str, int]], most: int) -> str:
    """Coloured counts as one bar, `WIDTH` signs for `most`; what is there at all is seen."""
    return "".join(
        f":{colour}[{SIGN * max(1, round(WIDTH * count / most))}]" for colour, count in counts if count
    )


def by_outcome(rows: Iterable[UsageRow]) -> Counter[str]:
    """Exchanges by the four ways to end that a reader tells apart."""
    found: Counter[str] = Counter()
    for one in rows:
        found[OUTCOMES.get(one.outcome, "failed")] += one.exchanges
    return found


def _outcomes(t: ScreenWords, rows: Sequence[UsageRow]) -> None:
    found = by_outcome(rows)
    st.markdown(
        "  \n".join(
            f":{colour}[{SIGN}] {t(f'school_usage.outcome.{name}')}: **{t.number(found[name])}**"
            for name, colour in COLOURS.items()
        )
    )


def _by_day(t: ScreenWords, rows: Sequence[UsageRow], *, weekly: bool) -> None:
    """A bar a day, or a week from its Monday, with its outcomes."""
    parts: dict[date, Counter[str]] = {}
    for one in rows:
        day = one.day - timedelta(days=one.day.weekday()) if weekly else one.day
        parts.setdefault(day, Counter()).update(by_outcome((one,)))
    most = max(found.total() for found in parts.values())
    st.markdown(f"**{t('school_usage.by.week' if weekly else 'school_usage.by.day')}**")
    lines = [
        [
            day.strftime("%d.%m"),
            bar(((COLOURS[name], parts[day][name]) for name in COLOURS), most),
            t.number(parts[day].total()),
        ]
        for day in sorted(parts, reverse=True)
    ]
    table(("", "", ""), lines, name="usage-day")


def _by(t: ScreenWords, rows: Sequence[UsageRow], name: str, label: Callable[[UsageRow], str]) -> None:
    """A bar for each value, the longest first."""
    found: Counter[str] = Counter()
    for one in rows:
        found[label(one)] += one.exchanges
    most = max(found.values())
    st.markdown(f"**{t(f'school_usage.by.{name}')}**")
    lines = [
        [words, bar((("primary", count),), most), t.number(count)] for words, count in found.most_common()
    ]
    table(("", "", ""), lines, name=f"usage-{name}")


def _language(t: ScreenWords, language: str) -> str:
    key = f"registry.language.{language}"
    return t(key) if language and t.raw.has(key) else t("school_usage.unknown")


def work_name(t: ScreenWords, task: str) -> str:
    """A task in words; a kind of document by its name, what nobody worded as unknown."""
    first, _, rest = task.partition(".")
    kind = rest.partition(".")[0]
    for key in (f"documents.kind.{kind}" if first == "write" else "", f"school_usage.work.{first}"):
        if key and t.raw.has(key):
            return t(key)
    return t("school_usage.unknown")
