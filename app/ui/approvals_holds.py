"""Legal holds: what must stay readable, placed and lifted with a reason."""

from datetime import UTC, date, datetime, time

import streamlit as st

from app.audit import Held, Hold
from app.errors import BadArgument
from app.ui.approvals_words import carry_out
from app.ui.context import Context, ScreenWords
from app.ui.field_table import fields
from app.ui.rendering import plain
from app.ui.words_of_entry import mono


def draw(context: Context) -> None:
    """The form for a new hold, then all holds, those in force first."""
    t = context.translator
    st.markdown(t("holds.lead"))
    with st.expander(t("holds.new")):
        _new(context)
    found = context.services.approvals.holds(context.person)
    if not found:
        st.info(t("holds.none"))
    for hold in sorted(found, key=lambda one: not one.in_force):
        _one(context, hold)


def _new(context: Context) -> None:
    t, approvals = context.translator, context.services.approvals
    with st.form("hold_new", border=False, enter_to_submit=False):
        code = st.text_input(t("holds.receipt"), key="hold_code", max_chars=20)
        pseudonym = st.text_input(t("holds.pseudonym"), key="hold_pseudonym", max_chars=64)
        school = st.text_input(t("holds.school"), key="hold_school", max_chars=40)
        since = st.date_input(t("holds.since"), value=None, key="hold_since", format="DD.MM.YYYY")
        until = st.date_input(t("holds.until"), value=None, key="hold_until", format="DD.MM.YYYY")
        reason = st.text_area(t("approvals.reason"), key="hold_reason", max_chars=500, height=80)
        pressed = st.form_submit_button(t("holds.place"), type="primary")
    if pressed:

        def place() -> None:
            about = Held(
                school=school.strip() or None,
                pseudonym=pseudonym.strip().lower() or None,
                record_id=approvals.record_named(context.person, code) if code.strip() else None,
                since=_start(since),
                until=_start(until),
            )
            if about.pseudonym is not None and len(about.pseudonym) != 64:
                raise BadArgument("not a pseudonym", key="holds.cannot.pseudonym")
            approvals.place_hold(context.person, about, reason=reason)

        carry_out(t, "holds.placed", place)


def _one(context: Context, hold: Hold) -> None:
    t, key = context.translator, str(hold.hold_id)
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{t('holds.one')}** · {t.time(hold.placed_at)}")
            state = "in_force" if hold.in_force else "lifted"
            st.badge(t.raw(f"holds.state.{state}"), color="orange" if hold.in_force else "gray")
        words = plain(hold.words) if hold.words else t("approvals.words_gone")
        rows = [*_about(hold, t), (t("approvals.field.why"), words)]
        if hold.lifted_at is not None:
            rows.append((t("holds.lifted_at"), t.time(hold.lifted_at)))
        fields(rows, name=f"request-hold-{key}")
        if hold.in_force:
            _lift(context, hold)


def _lift(context: Context, hold: Hold) -> None:
    t, approvals, key = context.translator, context.services.approvals, str(hold.hold_id)
    with st.form(f"lift_{key}", border=False, enter_to_submit=False):
        reason = st.text_area(t("approvals.reason"), key=f"lift_reason_{key}", max_chars=500, height=80)
        pressed = st.form_submit_button(t("holds.lift"))
    if pressed:
        carry_out(t, "holds.lifted", lambda: approvals.lift_hold(context.person, hold.hold_id, reason=reason))


def _about(hold: Hold, t: ScreenWords) -> list[tuple[str, str]]:
    about = hold.about
    named = (
        ("holds.about.person", mono(about.pseudonym[:16]) if about.pseudonym else ""),
        ("holds.about.record", mono(str(about.record_id)[:13]) if about.record_id else ""),
        ("holds.about.school", plain(about.school) if about.school else ""),
        ("holds.since", t.date(about.since) if about.since else ""),
        ("holds.until", t.date(about.until) if about.until else ""),
    )
    return [(t(label), text) for label, text in named if text]


def _start(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), tzinfo=UTC)
