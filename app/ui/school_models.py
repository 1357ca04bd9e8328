"""A2, the models of a school: every entry with its standing, the allowed ones in their order, and a recorded change."""

from collections.abc import Sequence

import streamlit as st

from app.accounts import Permission
from app.errors import UstazError
from app.routing import Choice, Overview, Refusal
from app.ui.context import Context, ScreenWords
from app.ui.school_models_compare import compare
from app.ui.school_models_defaults import defaults
from app.ui.school_models_draft import Draft
from app.ui.school_models_outlook import changes, where
from app.ui.school_models_rows import Rows
from app.ui.school_models_sandbox import sandbox
from app.ui.school_models_style import STYLE
from app.ui.school_models_trial import trial
from app.ui.words_of_entry import name_of, say

DRAFT, SAID, REASON = "models_draft", "models_said", "models_reason"
LONGEST_REASON = 500


def render(context: Context) -> None:
    """The choice, its preview, the record, and the test box."""
    t, person, service = context.translator, context.person, context.services.school_models
    st.html(STYLE)
    st.title(t("school_models.title"), anchor=False)
    st.markdown(t("school_models.lead"))
    overview = service.overview(person)
    if overview.registry is None:
        if overview.trouble is not None:
            st.info(say(overview.trouble, t), icon=":material/info:")
        st.markdown(t("registry_page.missing"))
        return
    _about(context, overview)
    may = person.may(Permission.SCHOOL_MODELS_CHANGE, person.school)
    draft = _draft(overview)
    if draft.base.version != overview.policy.version:
        _elsewhere(t, overview)
    at = context.services.registry.now()
    rows = Rows(t=t, registry=overview.registry, at=at, draft=draft, keep=_keep, may=may)
    _said()
    names = ("choice", "where", "compare", "try")
    choice, where_to, beside, box = st.tabs([t.raw(f"school_models.tab.{name}") for name in names])
    with choice:
        _allowed(rows, overview.choices, draft, t)
        defaults(t, draft, overview.registry, _keep, may=may)
        if may and draft.changed:
            _change(context, draft)
        _others(rows, overview.choices, draft, t)
    with where_to:
        where(context, draft)
    with beside:
        compare(context, overview.choices, overview.registry, draft.policy)
    with box:
        sandbox(context, overview.choices)
        trial(context, draft, overview.registry)


def _about(context: Context, overview: Overview) -> None:
    t, registry = context.translator, overview.registry
    if registry is None:
        return
    if context.services.registry.now() >= registry.expires_at:
        since = t.time(registry.expires_at)
        st.info(t("registry_page.expired", since=since), icon=":material/pause_circle:")
    parts = [t("school_models.list", number=registry.sequence, until=t.time(registry.expires_at))]
    if registry.demonstration:
        parts.append(t("school_models.demonstration"))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(" · ".join(parts), width="content")
        context.link("registry", t.raw("school_models.registry"))


def _draft(overview: Overview) -> Draft:
    """The draft of this session: kept while it has changes, else what is stored now."""
    kept = st.session_state.get(DRAFT)
    same_school = isinstance(kept, Draft) and kept.base.school == overview.policy.school
    if not isinstance(kept, Draft) or not same_school or not kept.changed:
        kept = Draft.of(overview.policy)
        st.session_state[DRAFT] = kept
    return kept


def _keep(draft: Draft) -> None:
    st.session_state[DRAFT] = draft


def _said() -> None:
    said = st.session_state.pop(SAID, None)
    if isinstance(said, str):
        st.success(said, icon=":material/check_circle:")


def _elsewhere(t: ScreenWords, overview: Overview) -> None:
    """Somebody else saved meanwhile: the draft stays until its owner decides."""
    st.info(t("school_models.elsewhere"), icon=":material/group:")
    st.button(
        t("school_models.take_theirs"), key="models-theirs", on_click=_keep, args=(Draft.of(overview.policy),)
    )


def _allowed(rows: Rows, choices: Sequence[Choice], draft: Draft, t: ScreenWords) -> None:
    by_id = {choice.entry.entry_id: choice for choice in choices}
    st.subheader(t("school_models.allowed"), anchor=False)
    if draft.allowed:
        st.caption(t("school_models.allowed.note"))
    else:
        st.info(t("school_models.allowed.none"), icon=":material/info:")
    for number, entry_id in enumerate(draft.allowed, start=1):
        if entry_id in by_id:
            rows.allowed(by_id[entry_id], number)
        else:
            rows.unlisted(entry_id, number)


def _others(rows: Rows, choices: Sequence[Choice], draft: Draft, t: ScreenWords) -> None:
    free = [one for one in choices if one.entry.entry_id not in draft.allowed]
    open_to_choose = [one for one in free if one.selectable]
    st.subheader(t("school_models.possible"), anchor=False)
    if not open_to_choose:
        st.caption(t("school_models.possible.none"))
    for choice in open_to_choose:
        rows.possible(choice)
    closed = [one for one in free if not one.selectable]
    if closed:
        st.subheader(t("school_models.closed"), anchor=False)
        st.caption(t("school_models.closed.note"))
        for choice in closed:
            rows.closed(choice)


def _change(context: Context, draft: Draft) -> None:
    """What changes for teachers, why, and the record."""
    t = context.translator
    with st.container(border=True, key="models-change"):
        st.subheader(t("school_models.change"), anchor=False)
        st.markdown(f"**{t('school_models.effect')}**")
        changes(context, draft)
        with st.form("models_change", border=False, enter_to_submit=False):
            reason = st.text_area(
                t.raw("school_models.reason"),
                key=REASON,
                max_chars=LONGEST_REASON,
                height=80,
                placeholder=t.raw("school_models.reason.hint"),
            )
            with st.container(horizontal=True, gap="small"):
                save = st.form_submit_button(t("school_models.save"), type="primary")
                drop = st.form_submit_button(t("school_models.discard"))
        st.caption(t("school_models.recorded"))
        if drop:
            _keep(Draft.of(draft.base))
            st.rerun()
        if save:
            _save(context, draft, reason or "")


def _save(context: Context, draft: Draft, reason: str) -> None:
    """Save with the version that the admin saw; a refusal keeps the draft."""
    t, services = context.translator, context.services
    try:
        done = services.school_models.change(
            context.person, draft.allowed, reason, defaults=draft.defaults, version=draft.base.version
        )
        if isinstance(done, Refusal):
            st.info(_refusal(done, context), icon=":material/info:")
            return
        code = services.audit.receipt(done.record_id).code
    except UstazError as error:
        st.info(say(error.words, t), icon=":material/info:")
        return
    st.session_state[DRAFT] = Draft.of(done.policy)
    st.session_state[SAID] = t("school_models.saved", code=code)
    st.session_state.pop(REASON, None)
    st.rerun()


def _refusal(refusal: Refusal, context: Context) -> str:
    """Why it was not saved; an entry by its name."""
    t = context.translator
    registry = context.services.registry.current()
    entry = registry.find(refusal.entry_id) if registry is not None and refusal.entry_id is not None else None
    sentence = say(refusal.reason, t)
    return sentence if entry is None else f"**{name_of(entry, t)}.** {sentence}"
