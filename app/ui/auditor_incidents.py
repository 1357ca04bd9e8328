"""What went wrong in a period, as numbers that lead to the records: failed, abandoned, withheld, children's safety, integrity."""

from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st

from app.audit import Health, Outcome
from app.audit.evidence.figures import Charts
from app.ui.context import Context, ScreenWords
from app.ui.words_of_entry import coded

SAFEGUARDING = "safeguarding"
BROKEN = (str(Outcome.FAILED), "abandoned", str(Outcome.WITHHELD), str(Outcome.REFUSED))


def draw(context: Context, charts: Charts, health: Health | None, query: Mapping[str, str]) -> None:
    """The tiles, then what failed calls failed of."""
    t = context.translator
    st.subheader(t("auditor.incidents"), anchor=False)
    with st.grid(4, min_column_width=150, gap="small", key="auditor-tiles"):
        for outcome in BROKEN:
            number = charts.outcomes.get(outcome, 0)
            tile(context, t(f"audit.outcome.{outcome}"), number, {**query, "outcome": outcome})
        for category, number in safeguarding(charts):
            tile(context, coded("auditor.category", category, t), number, {**query, "category": category})
    failures(t, charts)
    integrity(context, health)


def tile(context: Context, label: str, number: int, query: Mapping[str, str]) -> None:
    """One number with its name; it leads to the records it counts."""
    t = context.translator
    with st.container(gap=None, border=True):
        st.caption(label)
        if number:
            context.link("log", f"**{t.number(number)}** →", query=query)
        else:
            st.markdown(":small[**0**]")


def safeguarding(charts: Charts) -> Sequence[tuple[str, int]]:
    """Exchanges in which the safety of children was touched, by category, the most frequent first."""
    found: Counter[str] = Counter()
    for one in charts.rails:
        if one.rail == SAFEGUARDING:
            found[one.category] += one.exchanges
    return found.most_common()


def failures(t: ScreenWords, charts: Charts) -> None:
    """What the failed calls of models failed of."""
    found: Counter[str] = Counter()
    for column in charts.incidents:
        found.update({word: number for word, number in column.counts.items() if word.startswith("failed.")})
    if found:
        told = (f"{failure(t, word)}: {t.number(number)}" for word, number in found.most_common())
        st.caption(t.raw("auditor.incidents.failures", parts=" · ".join(told)))


def failure(t: ScreenWords, word: str) -> str:
    """`failed.<class>` in words."""
    key = f"auditor.failure.{word.removeprefix('failed.')}"
    return t(key) if t.raw.has(key) else t("auditor.failure.other")


def integrity(context: Context, health: Health | None) -> None:
    """Whether the log itself is in order, in one line that leads to the check."""
    t = context.translator
    if health is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="auditor-order"):
        if health.alarm is None:
            st.markdown(
                f":green-badge[{t('auditor.incidents.in_order')}] "
                f"{t('auditor.incidents.signed', n=t.number(health.signed_size))}",
                width="content",
            )
        else:
            st.error(t.words(health.alarm))
        context.link("integrity", t("auditor.incidents.verify"))
