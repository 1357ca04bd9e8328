"""The test box: which model a question would go to and why; the router decides, nothing is called or kept."""

import streamlit as st

from app.i18n import LANGUAGES, NAMES
from app.registry.entry import DataClass
from app.registry.registry import Registry
from app.routing import Labels, Route
from app.ui.context import Context
from app.ui.school_models_draft import TASK, Draft
from app.ui.words_of_entry import mono, name_of, say, told
from knowledge.language import detect

MOST_CHARACTERS = 2000
BY_TEXT = ""


def trial(context: Context, draft: Draft, registry: Registry) -> None:
    """Draw the box and, once asked, the route with everything that was considered."""
    t = context.translator
    st.subheader(t("school_models.trial"), anchor=False)
    st.caption(t("school_models.trial.note"))
    with st.form("models_trial", border=False, enter_to_submit=False):
        text = st.text_area(
            t.raw("school_models.trial.question"),
            key="models_trial_text",
            max_chars=MOST_CHARACTERS,
            height=80,
            placeholder=t.raw("school_models.trial.hint"),
        )
        left, right = st.columns(2)
        language = left.selectbox(
            t.raw("school_models.trial.language"),
            (BY_TEXT, *LANGUAGES),
            format_func=lambda code: NAMES.get(code) or t.raw("school_models.trial.by_text"),
            key="models_trial_language",
            filter_mode=None,
        )
        personal_data = right.selectbox(
            t.raw("school_models.trial.data"),
            tuple(DataClass),
            format_func=lambda word: t.raw(f"school_models.data.{word}"),
            key="models_trial_data",
            filter_mode=None,
        )
        asked = st.form_submit_button(t("school_models.trial.ask"))
    if not asked:
        return
    if not (text or "").strip() and not language:
        st.info(t("school_models.trial.empty"))
        return
    spoken = language or detect(text or "")
    labels = Labels(personal_data=str(personal_data), language=spoken, task=TASK, tokens=0)
    route = context.services.router.route(labels, draft.policy)
    st.caption(t("school_models.trial.read", language=t.raw(f"registry.language.{spoken}")))
    if isinstance(route, Route):
        st.markdown(f"**{name_of(route.entry, t)}**")
    else:
        st.markdown(f"**{t('school_models.nobody')}**")
    st.markdown(say(route.reason, t))
    lines = []
    for one in route.considered:
        entry = registry.find(one.entry_id)
        if entry is None:
            lines.append(f"- {mono(one.entry_id)}: {say(one.reason, t)}")
        elif one.eligible:
            lines.append(f"- {name_of(entry, t)}: {say(one.reason, t)}")
        else:
            lines.append(f"- :gray[{name_of(entry, t)}]: {told(one.reason, entry, registry, t)}")
    with st.expander(t("school_models.trial.considered")):
        st.markdown("\n".join(lines))
