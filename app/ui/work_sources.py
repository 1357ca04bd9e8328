"""The passages that a field, or the whole document, rests on: each with its words, act, edition and place."""

from collections.abc import Iterable

import streamlit as st

from app.documents.field import Source
from app.ui import curriculum_words
from app.ui.chat_sources import Panel
from app.ui.context import Context
from app.ui.rendering import plain


def sources(context: Context, given: Iterable[Source]) -> None:
    """Draw each once, in order; one that is no longer in the index says what it was cited as."""
    t, library = context.translator, context.services.library
    panel = Panel(t=t, shelf=lambda: library)
    for one in {source.passage_id: source for source in given}.values():
        if library.passage(one.passage_id) is not None:
            panel.card(one.passage_id, number=None, anchor="", full=False)
            continue
        edition = curriculum_words.edition(one.edition, t.raw)
        said = filter(None, (one.code or "", one.source, edition, one.place))
        st.markdown(f"**{' · '.join(map(plain, said))}**")
        st.caption(t("chat.sources.gone"))
