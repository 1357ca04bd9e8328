"""The charts of the overview, each with a sentence that says the same and with its numbers as ways to the records."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import streamlit as st

from app.audit import Outcome
from app.audit.evidence.figures import Charts, Column, Unit
from app.i18n.translator import ZONE
from app.ui import auditor_charts
from app.ui.auditor_charts import COLOURS
from app.ui.context import Context, ScreenWords
from app.ui.field_table import table
from app.ui.rendering import plain
from app.ui.words_of_entry import bare_name, coded

ENDS = (*(str(one) for one in Outcome), "abandoned")
MOST_BARS = 12
ROW = 30
AROUND = 100
LANGUAGES = ("kk", "ru", "en")
Query = Mapping[str, str]
Span = tuple[datetime, datetime]


def volume(context: Context, charts: Charts, query: Query, span: Span) -> None:
    """How many questions ended, hour by hour or day by day, and how."""
    t = context.translator
    by_hour = charts.unit is Unit.HOUR
    st.subheader(t("auditor.overview.by_hour" if by_hour else "auditor.overview.by_day"), anchor=False)
    counted = {one.at: one for one in charts.volume}
    totals = {at: _ended(counted.get(at)) for at in places(charts.unit, span)}
    words = [end for end in ENDS if charts.outcomes.get(end)]
    rows = [
        {
            "place": _place(at, charts.unit),
            "part": t.raw(f"audit.outcome.{end}"),
            "number": counted[at].counts.get(end, 0) if at in counted else 0,
            "order": ENDS.index(end),
        }
        for at in totals
        for end in words
    ]
    names = (
        t.raw("auditor.chart.hour" if by_hour else "auditor.chart.day"),
        t.raw("auditor.filter.outcome"),
        t.raw("auditor.chart.questions"),
    )
    most = max(totals, key=lambda at: totals[at])
    sentence = t(
        "auditor.overview.volume.words",
        total=t.number(sum(totals.values())),
        most=t.number(totals[most]),
        at=_place(most, charts.unit),
    )
    chart = auditor_charts.columns(
        rows,
        place="place",
        part="part",
        order=[t.raw(f"audit.outcome.{end}") for end in words],
        colours=[COLOURS[end] for end in words],
        number="number",
        names=names,
    )
    listed = "; ".join(f"{_place(at, charts.unit)}: {number}" for at, number in totals.items() if number)
    auditor_charts.draw(
        t, chart, words=f"{sentence} {listed}", key="auditor-volume", height=tall(6, -(-len(words) // 2))
    )
    st.caption(sentence)
    ways = [(t(f"audit.outcome.{end}"), charts.outcomes[end], {"outcome": end}) for end in words]
    links(context, ways, query, name="outcomes")


def places(unit: Unit, span: Span) -> tuple[datetime, ...]:
    """The beginning of every hour or day of a span, also of those in which nothing happened."""
    since, until = (moment.astimezone(ZONE) for moment in span)
    step = timedelta(hours=1) if unit is Unit.HOUR else timedelta(days=1)
    at = since.replace(minute=0, second=0, microsecond=0)
    if unit is Unit.DAY:
        at = at.replace(hour=0)
    found = []
    while at <= until:
        found.append(at)
        at += step
    return tuple(found)


def rails(context: Context, charts: Charts, query: Query) -> None:
    """What the checks found, by category and language."""
    t = context.translator
    st.subheader(t("auditor.overview.rails"), anchor=False)
    found: Counter[str] = Counter()
    split: Counter[tuple[str, str]] = Counter()
    for one in charts.rails:
        found[one.category] += one.exchanges
        split[one.category, one.language] += one.exchanges
    if not found:
        st.caption(t("auditor.overview.rails.none"))
        return
    shown = [category for category, _ in found.most_common(MOST_BARS)]
    named = {one: coded("auditor.category", one, t).strip("`") for one in shown}
    spoken = [one for one in LANGUAGES if any(split[category, one] for category in shown)]
    rows = [
        {"place": named[one], "part": t.raw(f"auditor.language.{language}"), "number": split[one, language]}
        for one in shown
        for language in spoken
        if split[one, language]
    ]
    names = (
        t.raw("auditor.filter.category"),
        t.raw("auditor.filter.language"),
        t.raw("auditor.chart.questions"),
    )
    chart = auditor_charts.bars(
        rows,
        place="place",
        part="part",
        order=[t.raw(f"auditor.language.{language}") for language in spoken],
        number="number",
        names=names,
    )
    words = "; ".join(f"{named[one]}: {found[one]}" for one in shown)
    auditor_charts.draw(
        t, chart, words=words, key="auditor-rails", height=tall(len(shown), len(spoken), list(named.values()))
    )
    links(context, [(plain(named[one]), found[one], {"category": one}) for one in shown], query, name="rails")


def languages(context: Context, charts: Charts, query: Query) -> None:
    """Questions by their language: three numbers need no chart."""
    t = context.translator
    st.subheader(t("auditor.overview.languages"), anchor=False)
    ways = [
        (t(f"auditor.language.{one}"), charts.languages[one], {"language": one})
        for one in LANGUAGES
        if charts.languages.get(one)
    ]
    links(context, ways, {**query, "what": "exchanges"}, name="languages")


def models(context: Context, charts: Charts, query: Query) -> None:
    """How the questions of each model ended."""
    t = context.translator
    st.subheader(t("auditor.overview.models"), anchor=False)
    totals = {one.entry_id: sum(one.outcomes.values()) for one in charts.models}
    shown = sorted(totals, key=lambda one: -totals[one])[:MOST_BARS]
    if not shown:
        st.caption(t("auditor.overview.nothing"))
        return
    by_id = {one.entry_id: one for one in charts.models}
    words = [end for end in ENDS if any(by_id[one].outcomes.get(end) for one in shown)]
    rows = [
        {
            "place": model(context, one),
            "part": t.raw(f"audit.outcome.{end}"),
            "number": by_id[one].outcomes.get(end, 0),
        }
        for one in shown
        for end in words
    ]
    names = (t.raw("auditor.filter.model"), t.raw("auditor.filter.outcome"), t.raw("auditor.chart.questions"))
    chart = auditor_charts.bars(
        rows,
        place="place",
        part="part",
        order=[t.raw(f"audit.outcome.{end}") for end in words],
        number="number",
        names=names,
        colours=[COLOURS[end] for end in words],
    )
    told = "; ".join(f"{model(context, one)}: {totals[one]}" for one in shown)
    height = tall(len(shown), len(words), [model(context, one) for one in shown])
    auditor_charts.draw(t, chart, words=told, key="auditor-models", height=height)
    ways = [(plain(model(context, one)), totals[one], {"model": one}) for one in shown if one]
    links(context, ways, {**query, "what": "exchanges"}, name="models")


def latency(context: Context, charts: Charts) -> None:
    """How long answers took: from the median to the slowest twentieth, by model."""
    t = context.translator
    st.subheader(t("auditor.overview.latency"), anchor=False)
    timed = [one for one in charts.latency if one.total_p50 is not None and one.total_p95 is not None]
    if not timed:
        st.caption(t("auditor.overview.latency.none"))
        return
    st.caption(t("auditor.overview.latency.how"))
    labels = [model(context, one.entry_id, whole=True) for one in timed]
    rows = [
        {
            "label": label,
            "from": (one.total_p50 or 0) / 1000,
            "to": max(one.total_p95 or 0, (one.total_p50 or 0) + 1) / 1000,
            "colour": auditor_charts.LEFT if one.entry_id else auditor_charts.DONE,
        }
        for one, label in zip(timed, labels, strict=True)
    ]
    names = (t.raw("auditor.filter.model"), t.raw("auditor.chart.median"), t.raw("auditor.chart.slowest"))
    words = "; ".join(
        f"{label}: {one.total_p50}–{one.total_p95} {t.raw('auditor.head.ms')}"
        for one, label in zip(timed, labels, strict=True)
    )
    chart = auditor_charts.spans(rows, labels=labels, names=names, unit=t.raw("auditor.chart.seconds"))
    auditor_charts.draw(t, chart, words=words, key="auditor-latency", height=tall(len(rows), 0, labels))
    heads = ("model", "answers", "first_p50", "first_p95", "total_p50", "total_p95")
    lines = [
        (plain(label), t.number(one.exchanges), *(_ms(t, value) for value in _four(one)))
        for one, label in zip(timed, labels, strict=True)
    ]
    with st.expander(t("auditor.numbers")):
        table(tuple(t(f"auditor.head.{name}") for name in heads), lines, name="latency")


def tall(bars: int, legend: int, names: Sequence[str] = ()) -> int:
    """Height of lying bars with their names and legend, the axis and the space between them, in pixels."""
    return auditor_charts.deep(names, ROW) * bars + auditor_charts.LEGEND * legend + AROUND


def links(context: Context, ways: Sequence[tuple[str, int, Query]], query: Query, *, name: str) -> None:
    """Numbers with their names, each leading to the records that it counts.

    Args:
        ways: label that is safe to draw, number, and what the log is narrowed to beside `query`.
    """
    t = context.translator
    with st.container(horizontal=True, gap="small", key=f"auditor-ways-{name}"):
        for label, number, more in ways:
            context.link("log", f"{label}: **{t.number(number)}**", query={**query, **more})


def model(context: Context, entry_id: str, *, whole: bool = False) -> str:
    """A model by its name in the list in force, as a chart shows it.

    Args:
        whole: no name stands for all models together, else for none.
    """
    t = context.translator
    if not entry_id:
        return t.raw("auditor.chart.all_models" if whole else "auditor.chart.no_model")
    registry = context.services.registry.current()
    entry = registry.find(entry_id) if registry is not None else None
    return entry_id if entry is None else bare_name(entry, t.language)


def _four(one: object) -> tuple[int | None, ...]:
    return tuple(getattr(one, name) for name in ("first_p50", "first_p95", "total_p50", "total_p95"))


def _ms(t: ScreenWords, value: int | None) -> str:
    return "—" if value is None else t.number(value)


def _ended(column: Column | None) -> int:
    return 0 if column is None else sum(column.counts.get(end, 0) for end in ENDS)


def _place(at: datetime, unit: Unit) -> str:
    return at.astimezone(ZONE).strftime("%H:%M" if unit is Unit.HOUR else "%d.%m")
