"""Limits and usage of a school: what was used today, what may be used in a day, and the figures, without any contents."""

from collections.abc import Mapping

import streamlit as st

from app.accounts import Permission
from app.assistant import WHY
from app.capacity.budget import MICRO, Limits, Spent
from app.capacity.school_budgets import BudgetOverview
from app.ui.context import Context, ScreenWords
from app.ui.field_table import table
from app.ui.school_usage_charts import figures
from app.ui.school_usage_limits import form, said
from app.ui.school_usage_style import STYLE

PERIOD = "usage_period"
PERIODS = (7, 30, 90)


def render(context: Context) -> None:
    """Today, the limits, the figures."""
    t, person, services = context.translator, context.person, context.services
    st.html(STYLE)
    st.title(t("school_usage.title"), anchor=False)
    st.markdown(t("school_usage.lead"))
    said()
    overview = services.school_budgets.overview(person)
    _today(t, overview)
    if person.may(Permission.SCHOOL_BUDGET_CHANGE, person.school):
        with st.expander(
            t("school_usage.limits"), icon=":material/tune:", expanded=False, key="usage_limits"
        ):
            form(context, overview)
    st.subheader(t("school_usage.figures"), anchor=False)
    days = st.segmented_control(
        t("school_usage.period"),
        PERIODS,
        default=30,
        required=True,
        format_func=lambda number: t.raw.plural("school_usage.days", number),
        key=PERIOD,
    )
    figures(context, services.usage.usage(person, days=days or 30), weekly=days == PERIODS[-1])
    _unmasked(t, services.unmasked.counts(person, days=days or 30))


def _unmasked(t: ScreenWords, counts: Mapping[str, int]) -> None:
    """How often teachers undid a mask, by reason."""
    st.subheader(t("school_usage.unmasked"), anchor=False)
    if not counts:
        st.caption(t("school_usage.unmasked.none"))
        return
    st.markdown(t.plural("school_usage.unmasked.times", sum(counts.values())))
    table(
        (t("school_usage.unmasked.why"), t("school_usage.unmasked.count")),
        [(t(f"chat.unmask.reason.{why}"), t.number(counts[why])) for why in WHY if counts.get(why)],
        name="unmasked",
    )


def _today(t: ScreenWords, overview: BudgetOverview) -> None:
    """What was used of what is allowed; what has no limit says so."""
    st.subheader(t("school_usage.today"), anchor=False)
    st.caption(t("school_usage.until", until=t.time(overview.until)))
    spent, whole, each = overview.spent, overview.budget.whole, overview.budget.each
    with st.grid(3, min_column_width=200, gap="small"):
        for kind, used in _used(spent).items():
            most: int | None = getattr(whole, kind)
            with st.container(gap="xxsmall"):
                st.markdown(f"**{t(f'school_usage.kind.{kind}')}**")
                if most is None:
                    st.markdown(t("school_usage.used", used=t.number(used)))
                    st.caption(t("school_usage.unlimited"))
                else:
                    st.progress(min(1.0, used / most) if most else 1.0)
                    st.markdown(t("school_usage.used_of", used=t.number(used), most=t.number(most)))
    st.markdown(_people(t, overview, each))


def _people(t: ScreenWords, overview: BudgetOverview, each: Limits) -> str:
    """How many people used a model today, and the limit of each; nobody is named."""
    parts = [t.plural("school_usage.people", len(overview.people))]
    limits = [
        t(f"school_usage.each.{kind}", most=t.number(most))
        for kind in ("requests", "tokens", "cost")
        if (most := getattr(each, kind)) is not None
    ]
    parts.append(
        t("school_usage.each", limits=", ".join(limits)) if limits else t("school_usage.each.unlimited")
    )
    return " ".join(parts)


def _used(spent: Spent) -> dict[str, float]:
    return {"requests": spent.requests, "tokens": spent.tokens, "cost": round(spent.cost / MICRO, 2)}
