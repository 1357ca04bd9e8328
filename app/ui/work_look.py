"""What the checks say of the open document, worked out once per revision: sums, coverage, levels, findings, the list."""

from dataclasses import dataclass, field

import streamlit as st

from app.documents import Brief, Document
from app.documents.check import Means
from app.documents.material import gather
from app.documents.summary import Look, look
from app.ui.context import Context

KEY = "work_look"


@dataclass(slots=True, kw_only=True)
class Seen:
    """The last look of this session, and what it was taken with."""

    document: Document | None = field(default=None, repr=False)
    summary: Look | None = field(default=None, repr=False)
    brief: Brief | None = field(default=None, repr=False)
    means: Means | None = field(default=None, repr=False)


def seen(context: Context, document: Document) -> Look:
    """The look at this document; the same one while nothing in it changed.

    Raises:
        BadBrief: what the document was made of is no longer in the curriculum.
    """
    kept = st.session_state.get(KEY)
    if not isinstance(kept, Seen):
        kept = st.session_state[KEY] = Seen()
    if kept.summary is not None and kept.document == document:
        return kept.summary
    if kept.means is None or kept.brief != document.brief:
        school = context.person.school
        kept.means = Means(
            material=gather(context.services.library, document.brief, school=school),
            form=context.services.desk.form(school, document.kind, document.language),
        )
        kept.brief = document.brief
    kept.summary, kept.document = look(document, kept.means), document
    return kept.summary
