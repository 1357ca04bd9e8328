"""From an objective to the Ask page, where a request waits in the box, or to the New page, where it is chosen already."""

from dataclasses import dataclass

import streamlit as st

from app.accounts import Permission
from app.ui import chat_filters, compose
from app.ui import curriculum_words as words_of
from app.ui.chat_memory import memory_of
from app.ui.context import Context
from knowledge.curriculum import LearningObjective

ASK_PAGE, NEW_PAGE = "ask", "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The buttons that begin something with an objective."""

    context: Context

    def buttons(self, one: LearningObjective) -> None:
        """Draw them."""
        t = self.context.translator
        if st.button(t("curriculum.ask"), key="curriculum-ask", type="primary", icon=":material/chat:"):
            self._begin(one, t.raw("curriculum.ask.question", code=self.named(one)))
        if self.context.person.may(Permission.OWN_DOCUMENT_WRITE) and st.button(
            t("curriculum.plan"), key="curriculum-plan", icon=":material/edit_calendar:"
        ):
            compose.prefill(self.context, one)
            self.context.go(NEW_PAGE)

    def named(self, one: LearningObjective) -> str:
        """Its code, with track and language of instruction where subject and grade do not tell it apart."""
        shared = self.context.services.library.catalogue.find(one.code, subject=one.subject, grade=one.grade)
        kind = words_of.kind(one.programme, self.context.translator.raw)
        return (
            f"{one.code} ({kind})"
            if kind and len({other.programme.key for other in shared}) > 1
            else one.code
        )

    def _begin(self, one: LearningObjective, text: str) -> None:
        memory = memory_of(self.context.person)
        memory.start_new()
        memory.back = text
        st.session_state[chat_filters.SUBJECT], st.session_state[chat_filters.GRADE] = one.subject, one.grade
        self.context.go(ASK_PAGE)
