"""The second look by the school's own model: what it costs, which model would give it, and the switch."""

import streamlit as st

from app.i18n import NAMES
from app.protection import ProtectionOverview
from app.routing import NoRoute, Route
from app.ui.context import Context
from app.ui.safety_draft import Draft
from app.ui.words_of_entry import name_of, say
from guardrails.rails.judge import NAME
from guardrails.reading import LANGUAGES


def second(context: Context, overview: ProtectionOverview, draft: Draft, round_: str, *, may: bool) -> Draft:
    """Draw the switch with what it means; gives the draft with what was chosen."""
    t, shipped = context.translator, overview.shipped
    st.subheader(t("safety.second"), anchor=False)
    st.markdown(t("safety.second.note"))
    st.caption(t("safety.second.cost"))
    on = st.toggle(
        t("safety.second.on"),
        value=draft.choice.rails.get(NAME, shipped.rails[NAME].enabled),
        key=f"safety-second-{round_}",
        disabled=not may,
    )
    if on:
        for language in LANGUAGES:
            st.markdown(f"- {_who(context, language)}")
    return draft.switching(shipped, NAME, on)


def _who(context: Context, language: str) -> str:
    """The model that would look at questions of a language now, or why there is none."""
    t = context.translator
    found: Route | NoRoute = context.services.second_look.by(context.person.school, language)
    if isinstance(found, Route):
        return t.raw("safety.second.by", language=NAMES[language], model=name_of(found.entry, t))
    return t.raw("safety.second.none", language=NAMES[language], reason=say(found.reason, t))
