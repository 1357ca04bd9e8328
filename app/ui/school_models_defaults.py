"""The model that a school wants for a kind of work in a language, before its general order."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from app.i18n import NAMES
from app.registry.registry import Registry
from app.ui.context import ScreenWords
from app.ui.school_models_draft import LANGUAGES, Draft
from app.ui.school_models_effects import WORK
from app.ui.school_models_outlook import work_name
from app.ui.words_of_entry import bare_name, mono, name_of

TASK, LANGUAGE, ENTRY = "models_default_task", "models_default_language", "models_default_entry"


def defaults(
    t: ScreenWords, draft: Draft, registry: Registry, keep: Callable[[Draft], None], *, may: bool
) -> None:
    """The defaults that hold, each with its way out, and a form for one more."""
    if not draft.defaults and (not may or len(draft.allowed) < 2):
        return
    st.subheader(t("school_models.defaults"), anchor=False)
    st.caption(t("school_models.defaults.note"))
    for one in draft.defaults:
        entry = registry.find(one.entry_id)
        name = mono(one.entry_id) if entry is None else name_of(entry, t)
        with st.container(
            horizontal=True,
            vertical_alignment="center",
            gap="small",
            key=f"models-row-default-{one.task}-{one.language}",
        ):
            kind = f"{work_name(one.task, t)} · {t(f'registry.language.{one.language}')}"
            st.markdown(f"{kind}: **{name}**", width="stretch")
            if may:
                st.button(
                    t("school_models.remove"),
                    key=f"models-default-remove-{one.task}-{one.language}",
                    type="tertiary",
                    on_click=keep,
                    args=(draft.wanting(one.task, one.language, ""),),
                )
    if may and len(draft.allowed) > 1:
        _one_more(t, draft, registry, keep)


def _one_more(t: ScreenWords, draft: Draft, registry: Registry, keep: Callable[[Draft], None]) -> None:
    with st.form("models_default", border=False, enter_to_submit=False):
        places = st.grid(4, min_column_width=170, gap="small", vertical_alignment="bottom")
        places.selectbox(
            t.raw("school_models.defaults.work"),
            WORK,
            format_func=lambda task: work_name(task, t),
            key=TASK,
            filter_mode=None,
        )
        places.selectbox(
            t.raw("school_models.defaults.language"),
            LANGUAGES,
            format_func=NAMES.__getitem__,
            key=LANGUAGE,
            filter_mode=None,
        )
        places.selectbox(
            t.raw("school_models.defaults.model"),
            draft.allowed,
            format_func=partial(_named, registry, t),
            key=ENTRY,
            filter_mode=None,
        )
        places.form_submit_button(t("school_models.defaults.set"), on_click=_set, args=(draft, keep))


def _set(draft: Draft, keep: Callable[[Draft], None]) -> None:
    state = st.session_state
    keep(draft.wanting(str(state[TASK]), str(state[LANGUAGE]), str(state[ENTRY])))


def _named(registry: Registry, t: ScreenWords, entry_id: str) -> str:
    entry = registry.find(entry_id)
    return entry_id if entry is None else bare_name(entry, t.language)
