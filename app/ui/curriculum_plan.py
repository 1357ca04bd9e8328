"""Where the long-term plan teaches an objective: quarter, section and topic, in the words of the plan."""

from collections.abc import Sequence

import streamlit as st

from app.ui.context import ScreenWords
from app.ui.field_table import fields
from app.ui.rendering import plain
from knowledge.plan import Topic


def planned(topics: Sequence[Topic], t: ScreenWords) -> None:
    """Draw the topics, those in the language of the page where there are any; nothing without a plan."""
    own = [one for one in topics if one.language == t.language] or list(topics)
    rows = dict.fromkeys(
        (_quarter(one, t), plain(" · ".join(filter(None, (one.section, one.topic))))) for one in own
    )
    rows = {row: None for row in rows if row[1]}
    if not rows:
        return
    st.subheader(t("curriculum.long_term"), anchor=False)
    fields(list(rows), name="plan")


def _quarter(one: Topic, t: ScreenWords) -> str:
    return "" if one.quarter is None else t("curriculum.long_term.quarter", n=one.quarter)
