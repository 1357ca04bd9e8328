"""Safety checks of a school: what happens to what is found, how strict, a text to try, and every change on record."""

import streamlit as st

from app.accounts import Permission
from app.protection import ProtectionOverview
from app.ui.context import Context, ScreenWords
from app.ui.safety_change import DRAFT, ROUND, SAID, afresh, change
from app.ui.safety_draft import Draft
from app.ui.safety_history import history
from app.ui.safety_rules import rules
from app.ui.safety_second import second
from app.ui.safety_strictness import strictness
from app.ui.safety_style import STYLE
from app.ui.safety_try import box

TABS = ("rules", "strictness", "try", "history")


def render(context: Context) -> None:
    """The tabs, then what a change would mean."""
    t, person, service = context.translator, context.person, context.services.school_protection
    st.html(STYLE)
    st.title(t("safety.title"), anchor=False)
    st.markdown(t("safety.lead"))
    overview = service.overview(person)
    said = st.session_state.pop(SAID, None)
    if isinstance(said, str):
        st.success(said, icon=":material/check_circle:")
    if overview.standing.policy is None:
        st.error(t("safety.unreadable"), icon=":material/error:")
    may = person.may(Permission.SCHOOL_PROTECTION_CHANGE, person.school)
    seen = service.sightings(person)
    draft = _draft(person.school, overview)
    if draft.base.version != overview.standing.version:
        _elsewhere(t)
    round_ = f"{draft.base.version}-{st.session_state.get(ROUND, 0)}"
    tabs = dict(zip(TABS, st.tabs([t.raw(f"safety.tab.{name}") for name in TABS]), strict=True))
    with tabs["rules"]:
        draft = rules(t, overview, draft, round_, may=may)
        draft = second(context, overview, draft, round_, may=may)
    with tabs["strictness"]:
        draft = strictness(t, overview, draft, seen, round_, may=may)
    st.session_state[DRAFT] = (person.school, draft)
    with tabs["try"]:
        box(context, draft)
    with tabs["history"]:
        history(context, overview.shipped)
    if may and draft.changed:
        change(context, overview, draft, seen)


def _draft(school: str | None, overview: ProtectionOverview) -> Draft:
    """The draft of this session: kept while it has changes, else what is stored now."""
    owner, kept = st.session_state.get(DRAFT) or (None, None)
    if owner != school or not isinstance(kept, Draft) or not kept.changed or kept.base.policy is None:
        return Draft.of(overview.standing)
    return kept


def _elsewhere(t: ScreenWords) -> None:
    """Somebody else saved meanwhile: the draft stays until its owner decides."""
    st.info(t("protection.change.elsewhere"), icon=":material/group:")
    st.button(t("safety.take_theirs"), key="safety-theirs", on_click=afresh)
