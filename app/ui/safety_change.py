"""What a change of the rules means before it is saved: what becomes otherwise, how often in a month, why, and the record."""

from collections.abc import Sequence

import streamlit as st

from app.errors import UstazError
from app.protection import ProtectionOverview, Sighting
from app.protection.impact import Impact, impacts
from app.ui.context import Context, ScreenWords
from app.ui.safety_draft import Draft, differences
from app.ui.safety_words import action, difference
from guardrails.policy import Policy

SAID, REASON, DRAFT, ROUND = "safety_said", "safety_reason", "safety_draft", "safety_round"
LONGEST_REASON = 500


def change(context: Context, overview: ProtectionOverview, draft: Draft, seen: Sequence[Sighting]) -> None:
    """Draw the preview and the form of a changed draft."""
    t = context.translator
    with st.container(border=True, key="safety-change"):
        st.subheader(t("safety.change"), anchor=False)
        try:
            after = context.services.school_protection.judged(draft.choice)
        except UstazError as error:
            st.warning(t.words(error.words))
            after = None
        if after is not None:
            _preview(t, overview, after, seen)
        with st.form("safety-change-form", border=False, enter_to_submit=False):
            reason = st.text_area(
                t.raw("safety.reason"),
                key=REASON,
                max_chars=LONGEST_REASON,
                height=80,
                placeholder=t.raw("safety.reason.hint"),
            )
            with st.container(horizontal=True, gap="small"):
                save = st.form_submit_button(t("safety.save"), type="primary", disabled=after is None)
                drop = st.form_submit_button(t("safety.discard"))
        st.caption(t("safety.recorded"))
        if drop:
            afresh()
            st.rerun()
        if save:
            _save(context, draft, reason or "")


def _preview(t: ScreenWords, overview: ProtectionOverview, after: Policy, seen: Sequence[Sighting]) -> None:
    before = overview.standing.policy
    if before is None:
        st.markdown(t("safety.unreadable.mend"))
        return
    for one in differences(before, after):
        st.markdown(f"- {difference(t, one)}")
    found = impacts(seen, before, after)
    st.markdown(f"**{t('safety.impact')}**")
    if not found:
        st.markdown(t("safety.impact.none"))
    for impact in found:
        st.markdown(f"- {sentence(t, impact)}")
    st.caption(t("safety.impact.note"))


def sentence(t: ScreenWords, impact: Impact) -> str:
    """How many would have ended otherwise."""
    return t.plural(
        f"safety.impact.{impact.side}",
        impact.number,
        before=action(t, impact.before),
        after=action(t, impact.after),
    )


def _save(context: Context, draft: Draft, reason: str) -> None:
    """Save with the version that the admin saw; a refusal keeps the draft."""
    t, services = context.translator, context.services
    try:
        done = services.school_protection.change(
            context.person, draft.choice, reason=reason, version=draft.base.version
        )
        code = services.audit.receipt(done.record_id).code
    except UstazError as error:
        st.info(t.words(error.words), icon=":material/info:")
        return
    st.session_state[SAID] = t("safety.saved", code=code)
    st.session_state.pop(REASON, None)
    afresh()
    st.rerun()


def afresh() -> None:
    """Begin again with what is stored; the boxes of the last draft are gone with their keys."""
    st.session_state.pop(DRAFT, None)
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
