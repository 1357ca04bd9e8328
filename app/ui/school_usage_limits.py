"""The form of a school's limits: what may be used in a day, what a change would stop this very day, and why."""

from dataclasses import dataclass

import streamlit as st

from app.capacity.budget import KINDS, Limits
from app.capacity.school_budgets import BudgetOverview, stopped
from app.errors import BadArgument, UstazError
from app.ui.context import Context, ScreenWords

SAID, REASON = "usage_said", "usage_reason"
LONGEST_NUMBER = 18
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Typed:
    """The limits as they stand in the form."""

    whole: Limits
    each: Limits


def said() -> None:
    """What the last change came to."""
    words = st.session_state.pop(SAID, None)
    if isinstance(words, str):
        st.success(words, icon=":material/check_circle:")


def form(context: Context, overview: BudgetOverview) -> None:
    """Six boxes, the preview, the reason, and the recorded change."""
    t, budget = context.translator, overview.budget
    st.markdown(t("school_usage.limits.note"))
    with st.form("usage_limits_form", border=False, enter_to_submit=False):
        boxes: dict[str, str] = {}
        for holder, limits in (("whole", budget.whole), ("each", budget.each)):
            st.markdown(f"**{t(f'school_usage.limits.{holder}')}**")
            places = st.grid(3, min_column_width=160, gap="small")
            for kind in KINDS:
                most = getattr(limits, kind)
                boxes[f"{holder}.{kind}"] = places.text_input(
                    t(f"school_usage.kind.{kind}"),
                    value="" if most is None else str(most),
                    key=f"usage_{holder}_{kind}_{budget.version}",
                    max_chars=LONGEST_NUMBER,
                    placeholder=t.raw("school_usage.unlimited"),
                )
        reason = st.text_input(t("school_usage.reason"), key=REASON, max_chars=LONGEST_REASON)
        with st.container(horizontal=True, gap="small"):
            look = st.form_submit_button(t("school_usage.preview"))
            save = st.form_submit_button(t("school_usage.save"), type="primary")
    if not look and not save:
        return
    try:
        typed = Typed(_limits(boxes, "whole"), _limits(boxes, "each"))
        if look:
            _preview(t, overview, typed)
        else:
            _save(context, overview, typed, reason)
    except UstazError as error:
        st.warning(t.words(error.words))


def _preview(t: ScreenWords, overview: BudgetOverview, typed: Typed) -> None:
    """What the limits would mean today, before anything is changed."""
    would = stopped(overview, whole=typed.whole, each=typed.each)
    if would.school:
        st.warning(t("school_usage.stops.school"), icon=":material/block:")
    elif would.people:
        st.warning(t.plural("school_usage.stops.people", would.people), icon=":material/block:")
    else:
        st.info(t("school_usage.stops.nobody"), icon=":material/info:")


def _save(context: Context, overview: BudgetOverview, typed: Typed, reason: str) -> None:
    t, services = context.translator, context.services
    done = services.school_budgets.change(
        context.person, whole=typed.whole, each=typed.each, reason=reason, version=overview.budget.version
    )
    code = services.audit.receipt(done.record_id).code
    st.session_state[SAID] = t("school_models.saved", code=code)
    st.session_state.pop(REASON, None)
    st.rerun()


def _limits(boxes: dict[str, str], holder: str) -> Limits:
    """The limits of one holder; an empty box is no limit.

    Raises:
        BadArgument: a box holds something else than a whole number.
    """
    found: dict[str, int | None] = {}
    for kind in KINDS:
        typed = "".join(boxes[f"{holder}.{kind}"].split())
        if typed and not (typed.isascii() and typed.isdecimal()):
            raise BadArgument("not a whole number", key="school_usage.not_a_number")
        found[kind] = int(typed) if typed else None
    return Limits(**found)
