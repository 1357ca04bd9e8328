"""What happened, step by step: a small waterfall, the same as numbers, and what came of it later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import streamlit as st

from app.audit import Record
from app.ui import auditor_charts
from app.ui.auditor_words import moment
from app.ui.context import Context, ScreenWords
from app.ui.field_table import table
from app.ui.words_of_entry import coded

ROW = 26
"""Height of a row of the waterfall at least, in pixels."""
AXIS = 84
THINNEST = 0.004
"""Of the whole width: what took no time is still seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One step, or several of one kind in a row.

    Attributes:
        began: milliseconds after the question was recorded.
        ended: the same, never before `began`.
    """

    kind: str
    times: int
    began: int
    ended: int

    @property
    def took(self) -> int:
        """Milliseconds."""
        return self.ended - self.began


def spans(clear: Mapping[str, Any]) -> tuple[Span, ...]:
    """The steps of an end in order, each from where the one before it ended; the last is the end itself."""
    found: list[Span] = []
    at = 0
    for kind, group in groupby(clear.get("steps") or (), key=lambda step: str(step["kind"])):
        moments = [int(step["ms"]) for step in group]
        ended = max(at, moments[-1])
        found.append(Span(kind=kind, times=len(moments), began=at, ended=ended))
        at = ended
    total = clear.get("total_ms")
    if total is not None:
        found.append(Span(kind="ended", times=1, began=at, ended=max(at, int(total))))
    return tuple(found)


def draw(context: Context, exchange: Sequence[Record], clear: Mapping[str, Any]) -> None:
    """The waterfall, its numbers, where the time went, and the other records about the exchange."""
    t = context.translator
    st.subheader(t("auditor.timeline"), anchor=False)
    found = spans(clear)
    if found and found[-1].ended:
        _waterfall(t, found, clear)
    rows = [("0", "—", t("auditor.step.asked"))]
    rows += [(t.number(one.ended), t.number(one.took), _named(t, one, clear)) for one in found]
    if clear.get("total_ms") is None:
        rows.append(("—", "—", t(f"audit.outcome.{clear['outcome']}")))
    heads = (t("auditor.head.ms"), t("auditor.head.took"), t("auditor.head.step"))
    with st.expander(t("auditor.numbers")):
        table(heads, rows, name="timeline")
    _works(t, clear)
    for one in exchange:
        if one.kind not in ("asked", "closed", "abandoned"):
            st.caption(f"{moment(one, t)} · {t(f'audit.kind.{one.kind}')}{_of_feedback(t, one)}")


def _waterfall(t: ScreenWords, found: Sequence[Span], clear: Mapping[str, Any]) -> None:
    whole = found[-1].ended
    labels = [_named(t, one, clear) for one in found]
    rows = [
        {
            "label": label,
            "from": one.began,
            "to": max(one.ended, one.began + round(whole * THINNEST)),
            "colour": _colour(one, clear),
            "order": place,
        }
        for place, (one, label) in enumerate(zip(found, labels, strict=True))
    ]
    names = (t("auditor.head.step"), t("auditor.head.began"), t("auditor.head.ended"))
    words = ". ".join(
        t.raw("auditor.span", step=label, began=t.number(one.began), took=t.number(one.took))
        for one, label in zip(found, labels, strict=True)
    )
    chart = auditor_charts.spans(rows, labels=labels, names=names, unit=t("auditor.head.ms"), least=1)
    auditor_charts.draw(
        t,
        chart,
        words=words,
        key="auditor-waterfall",
        height=auditor_charts.deep(labels, ROW) * len(rows) + AXIS,
    )


def _named(t: ScreenWords, one: Span, clear: Mapping[str, Any]) -> str:
    if one.kind == "ended":
        return t(f"audit.outcome.{clear['outcome']}")
    words = coded("auditor.step", one.kind, t)
    return f"{words} ×{one.times}" if one.times > 1 else words


def _colour(one: Span, clear: Mapping[str, Any]) -> str:
    if one.kind == "ended":
        return auditor_charts.COLOURS.get(str(clear["outcome"]), auditor_charts.LEFT)
    return auditor_charts.HELD if one.kind == "withheld" else auditor_charts.DONE


def _works(t: ScreenWords, clear: Mapping[str, Any]) -> None:
    """Where the time went by kind of work, the longest first."""
    spent = clear.get("times_ms") or {}
    told = sorted(((ms, name) for name, ms in spent.items() if ms), reverse=True)
    if told:
        parts = (f"{coded('auditor.work', name, t)} {t.number(ms)}" for ms, name in told)
        st.caption(t.raw("auditor.works", parts=" · ".join(parts)))


def _of_feedback(t: ScreenWords, one: Record) -> str:
    """What a teacher said of the answer, as far as it stands in clear."""
    said = str(one.clear.get("reason") or "") if one.kind == "feedback" else ""
    area = "auditor.feedback" if said in ("up", "down") else "chat.report.reason"
    if said and one.clear.get("what") == "unmask":
        return f": {t('auditor.unmask')}, {coded('chat.unmask.reason', said, t)}"
    return f": {coded(area, said, t)}" if said else ""
