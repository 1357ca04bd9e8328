"""The overview: what went on and what went wrong in a period, in charts and in numbers; every number leads to its records."""

from collections.abc import Mapping
from datetime import timedelta

import streamlit as st

from app.accounts import Permission
from app.audit import Filter, Health, Outcome
from app.audit.evidence.figures import Charts, Unit
from app.ui import auditor_incidents, auditor_panels
from app.ui.auditor_filters import MANY, schools
from app.ui.auditor_looks import again, looked
from app.ui.auditor_words import STYLE
from app.ui.context import Context

PAGE = "overview"
PERIODS = {"day": 1, "week": 7, "month": 30, "quarter": 90}
ENDS = (*(str(one) for one in Outcome), "abandoned")


def render(context: Context) -> None:
    """The period, the incidents, the charts."""
    t = context.translator
    st.html(STYLE)
    st.title(t("auditor.overview.title"), anchor=False)
    st.markdown(t("auditor.overview.lead"))
    period, school = chosen(context)
    since = context.services.runtime.now() - timedelta(days=PERIODS[period])
    unit = Unit.HOUR if period == "day" else Unit.DAY
    wanted = Filter(school=school or None, since=since)
    services = context.services
    charts: Charts = looked(
        context,
        PAGE,
        "charts",
        (period, school),
        lambda: services.examination.charts(context.person, wanted, unit=unit),
    )
    health = None
    if context.person.may(Permission.ALL_INTEGRITY_READ):
        health = looked(context, PAGE, "health", "", lambda: services.auditing.health(context.person))
    show(context, charts, health, {"period": period, **({"school": school} if school else {})})


def chosen(context: Context) -> tuple[str, str]:
    """The period, and the school where there are several; both stand in the address."""
    t, said = context.translator, st.query_params
    first = said.get("period", "month")
    with st.container(horizontal=True, vertical_alignment="bottom", key="auditor-period"):
        period = st.segmented_control(
            t("auditor.filter.period"),
            list(PERIODS),
            default=first if first in PERIODS else "month",
            required=True,
            format_func=lambda one: t.raw(f"auditor.period.{one}"),
            key="auditor_overview_period",
        )
        st.button(t("auditor.log.refresh"), key="auditor-refresh", type="tertiary", on_click=again)
    within = schools(context)
    if len(within) < 2:
        return str(period or "month"), ""
    codes, named = ["", *within], said.get("school", "")
    school = st.selectbox(
        t.raw("auditor.filter.school"),
        codes,
        index=codes.index(named) if named in codes else 0,
        format_func=lambda code: within.get(code) or t.raw("auditor.any.school"),
        key="auditor_overview_school",
        filter_mode="fuzzy" if len(codes) > MANY else None,
    )
    return str(period or "month"), str(school or "")


def show(context: Context, charts: Charts, health: Health | None, query: Mapping[str, str]) -> None:
    """Everything of one period."""
    t = context.translator
    ended = sum(charts.outcomes.values())
    st.markdown(t.plural("auditor.overview.sum", ended, records=t.number(charts.total)))
    auditor_incidents.draw(context, charts, health, query)
    if not ended:
        st.info(t("auditor.overview.nothing"))
        return
    now = context.services.runtime.now()
    span = (now - timedelta(days=PERIODS[query["period"]]), now)
    auditor_panels.volume(context, charts, query, span)
    auditor_panels.rails(context, charts, query)
    auditor_panels.languages(context, charts, query)
    auditor_panels.models(context, charts, query)
    auditor_panels.latency(context, charts)
