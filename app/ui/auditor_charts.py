"""Charts of the auditor's pages: one look for all, colours by what happened, and the same in words for whoever cannot see them."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from textwrap import wrap
from typing import Any

import altair as alt
import streamlit as st
from babel.numbers import get_decimal_symbol, get_group_symbol

from app.ui.context import ScreenWords

HELD, DONE, BROKEN, LEFT = "#c58a2b", "#2f8f83", "#c4513f", "#6f87a8"
"""Read on light and on dark ground alike; red is for what broke, never for policy."""
COLOURS = {
    "answered": DONE,
    "no_passage": "#8fb8a8",
    "refused": HELD,
    "withheld": "#a3662e",
    "stopped": LEFT,
    "failed": BROKEN,
    "abandoned": "#8d5a86",
}
SERIES = ("#2f8f83", "#c58a2b", "#6f87a8", "#8d5a86", "#8fb8a8", "#a3662e")
LEGEND = 22
"""Height of a line of the legend, in pixels."""
LONGEST = 20
"""Signs of a line of a name beside its bar."""
BROKEN = "split(datum.label, '\\n')"
"""Draws such a name line by line."""
LINE, GAP = 14, 8
"""Height of a line of such a name and of the space below its last one, in pixels."""
PHONE = 480
"""A chart that is narrower, in pixels, is on a phone."""
NUMBER = ",.3~f"
"""At most three decimal places, as everywhere on the screens."""
Row = Mapping[str, Any]


def draw(t: ScreenWords, chart: Any, *, words: str, key: str, height: int = 220) -> None:
    """A chart across the column, its numbers with the language's separators; `words` are read out in its place."""
    drawn = chart.properties(height=height, usermeta={"embedOptions": {"actions": False}})
    st.altair_chart(drawn.configure(locale=_locale(t)), width="stretch", key=key, alt=words)


def columns(
    rows: Sequence[Row],
    *,
    place: str,
    part: str,
    order: Sequence[str],
    colours: Sequence[str],
    number: str,
    names: tuple[str, str, str],
) -> Any:
    """Stacked columns: one for each `place` in the order given, coloured by `part`.

    Args:
        order: the words of `part`, lowest first.
        names: what place, part and number are called.
    """
    places = list(dict.fromkeys(row[place] for row in rows))
    return (
        _chart(rows)
        .mark_bar()
        .encode(
            x=alt.X(f"{place}:O", sort=places, title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
            y=alt.Y(f"{number}:Q", title=None, axis=_counted()),
            color=alt.Color(
                f"{part}:N",
                scale=alt.Scale(domain=list(order), range=list(colours)),
                legend=_legend(2),
            ),
            order=alt.Order("order:Q"),
            tooltip=_tips((place, part), (number,), names),
        )
    )


def bars(
    rows: Sequence[Row],
    *,
    place: str,
    part: str,
    order: Sequence[str],
    number: str,
    names: tuple[str, str, str],
    colours: Sequence[str] = SERIES,
) -> Any:
    """Lying bars, the longest first: one for each `place`, split by `part`; a long name goes on in the next line."""
    return (
        _chart([{**row, place: broken(row[place])} for row in rows])
        .mark_bar()
        .encode(
            y=alt.Y(
                f"{place}:N",
                sort="-x",
                title=None,
                axis=alt.Axis(labelLimit=220, labelOverlap=False, labelExpr=BROKEN),
            ),
            x=alt.X(f"{number}:Q", title=None, axis=_counted()),
            color=alt.Color(
                f"{part}:N",
                scale=alt.Scale(domain=list(order), range=list(colours[: len(order)])),
                legend=_legend(1),
            ),
            tooltip=_tips((place, part), (number,), names),
        )
    )


def broken(name: str) -> str:
    """A name in lines that fit beside a bar on a phone."""
    return "\n".join(wrap(name, LONGEST))


def deep(names: Sequence[str], least: int) -> int:
    """Height of the row of a bar in which every name has room, in pixels."""
    lines = max((broken(name).count("\n") + 1 for name in names), default=1)
    return max(least, LINE * lines + GAP)


def spans(
    rows: Sequence[Row],
    *,
    labels: Sequence[str],
    names: tuple[str, str, str],
    unit: str,
    least: float = 0.001,
) -> Any:
    """A waterfall: one bar for each row from `from` to `to`, top to bottom as given.

    Args:
        rows: `label`, `from`, `to`, `colour`, and `order` from 0.
        names: what the label, the beginning and the end are called.
        least: the smallest step between two numbers of the axis, in the unit.
    """
    return (
        _chart([{**row, "label": broken(row["label"])} for row in rows])
        .mark_bar(height=11, cornerRadius=2, minBandSize=2)
        .encode(
            y=alt.Y(
                "label:N",
                sort=[broken(label) for label in labels],
                title=None,
                axis=alt.Axis(
                    labelLimit=220,
                    labelExpr=BROKEN,
                    labelOverlap=False,
                    ticks=False,
                    domain=False,
                    labelPadding=8,
                ),
            ),
            x=alt.X(
                "from:Q",
                title=unit,
                axis=alt.Axis(tickCount=5, tickMinStep=least, titleAnchor="end", format=NUMBER),
            ),
            x2="to:Q",
            color=alt.Color("colour:N", scale=None),
            tooltip=_tips(("label",), ("from", "to"), names),
        )
    )


# altair asks whatever stands as pandas among the modules for its types; another session may be half-way through its import.
WHOLE: Any = import_module("pandas").Timestamp


def _chart(rows: Sequence[Row]) -> Any:
    return alt.Chart.from_dict({"data": {"values": [dict(row) for row in rows]}, "mark": "bar"})


def _legend(columns: int) -> Any:
    """Below the chart; on a phone one word below the other and smaller, so that none is cut."""
    return alt.Legend(
        title=None,
        orient="bottom",
        columns=_on_a_phone(1, columns),
        labelLimit=260,
        labelFontSize=_on_a_phone(11, 12),
    )


def _on_a_phone(there: int, elsewhere: int) -> Any:
    return {"expr": f"width < {PHONE} ? {there} : {elsewhere}"}


def _counted() -> Any:
    """The axis of what is counted: whole numbers only."""
    return alt.Axis(tickMinStep=1, tickCount=4, format=NUMBER)


def _tips(words: Sequence[str], numbers: Sequence[str], names: Sequence[str]) -> list[Any]:
    """What is read beside a bar: the fields in this order, with their names."""
    told = [alt.Tooltip(field, type="nominal") for field in words]
    counted = [alt.Tooltip(field, type="quantitative", format=NUMBER) for field in numbers]
    return [tip.title(name) for tip, name in zip([*told, *counted], names, strict=True)]


def _locale(t: ScreenWords) -> Any:
    """How numbers are written in the language of the page, for the browser that draws the chart."""
    locale = t.raw.locale
    return {
        "number": {
            "decimal": get_decimal_symbol(locale),
            "thousands": get_group_symbol(locale),
            "grouping": [3],
            "currency": ["", ""],
        }
    }
