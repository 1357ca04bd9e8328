"""The panel beside the document: what the checks say, the sources, the versions, the chat; it reruns alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from app.documents import Level, Weight
from app.documents.checklist import Answer
from app.documents.checks.coverage import ASKED
from app.documents.summary import Look
from app.errors import UstazError
from app.ui import work_chat
from app.ui.context import Context
from app.ui.rendering import plain
from app.ui.work_look import seen
from app.ui.work_memory import Workspace
from app.ui.work_sources import sources
from app.ui.work_versions import versions

TAB = "work_tab"
CHECKS, SOURCES, VERSIONS, CHAT = "checks", "sources", "versions", "chat"
SIGNS: Mapping[Weight, str] = {
    Weight.BROKEN: ":red[:material/error:]",
    Weight.DOUBT: ":orange[:material/help:]",
    Weight.NOTE: ":gray[:material/info:]",
}
ANSWERS: Mapping[Answer, str] = {
    Answer.YES: ":green[✓]",
    Answer.PARTLY: ":orange[◐]",
    Answer.NO: ":red[✗]",
    Answer.PERSON: ":gray[○]",
}
BAR = 10
"""Blocks of a full bar."""


@st.fragment
def panel(context: Context, space: Workspace) -> None:
    """The tabs, of which one is drawn."""
    t = context.translator
    tabs = (CHECKS, SOURCES, VERSIONS, *((CHAT,) if work_chat.EXISTS else ()))
    chosen = st.segmented_control(
        t("work.panel"),
        tabs,
        default=None if TAB in st.session_state else CHECKS,
        format_func=lambda one: t(f"work.panel.{one}"),
        key=TAB,
        required=True,
        label_visibility="collapsed",
        width="stretch",
        persist_state="session",
    )
    drawn: Mapping[str, Callable[[], None]] = {
        CHECKS: lambda: checks(context, space),
        SOURCES: lambda: all_sources(context, space),
        VERSIONS: lambda: versions(context, space),
        CHAT: lambda: work_chat.draw(context, space.document),
    }
    drawn[chosen or CHECKS]()


def all_sources(context: Context, space: Workspace) -> None:
    """Every passage that some field rests on, once."""
    t = context.translator
    found = [source for field in space.document.fields for source in field.sources]
    if not found:
        st.caption(t("work.sources.none"))
        return
    st.caption(t("work.sources.about"))
    sources(context, found)


def checks(context: Context, space: Workspace) -> None:
    """Coverage, levels, findings by weight, and the list that an inspector goes through; one piece of text."""
    t = context.translator
    try:
        summary = seen(context, space.document)
    except UstazError as error:
        st.caption(t.words(error.words))
        return
    told = Told(context=context, space=space, summary=summary)
    st.markdown("\n\n".join(filter(None, (told.findings(), told.coverage(), told.levels()))))
    if notes := told.rows(Weight.NOTE):
        with st.expander(t.plural("work.checks.notes", len(notes)), type="compact"):
            st.markdown("\n\n".join(notes))
    if differs := context.services.desk.differences(context.person, space.document.id):
        with st.expander(t.plural("work.checks.differences", len(differs)), type="compact"):
            st.markdown("\n\n".join(f"{SIGNS[one.weight]} {t.words(one.words)}" for one in differs))
    if listed := told.checklist():
        with st.expander(t("work.checks.list"), type="compact", expanded=False):
            st.markdown(listed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The summary in words."""

    context: Context
    space: Workspace
    summary: Look

    def findings(self) -> str:
        """What is wrong or in doubt, the heaviest first; or that nothing is."""
        t = self.context.translator
        head = f"#### {t('work.checks.findings')}"
        rows = [*self.rows(Weight.BROKEN), *self.rows(Weight.DOUBT)]
        if not rows:
            return f"{head}\n\n:green[:material/check_circle:] {t('work.checks.nothing')}"
        return "\n\n".join([head, *rows])

    def rows(self, weight: Weight) -> list[str]:
        """The findings of one weight, each with its place where the words do not name it."""
        t, said = self.context.translator, []
        labels = {field.id: field.label for field in self.space.document.fields}
        for one in self.summary.findings:
            if one.weight is weight:
                words, place = t.words(one.words), plain(labels.get(one.field, ""))
                where = f" :small[:gray[{place}]]" if place and place not in words else ""
                said.append(f"{SIGNS[weight]} {words}{where}")
        return said

    def coverage(self) -> str:
        """Each objective: taught, practised, assessed."""
        t = self.context.translator
        asked = ASKED[self.space.document.kind]
        if not asked or not self.summary.coverage:
            return ""
        rows = []
        for one in self.summary.coverage:
            said = (
                f"{':green[✓]' if getattr(one, name) else ':red[✗]'}&nbsp;{t(f'work.coverage.{name}')}"
                for name in asked
            )
            rows.append(f"**{plain(one.code)}**  \n{' · '.join(said)}")
        return "\n\n".join([f"#### {t('work.checks.coverage')}", *rows])

    def levels(self) -> str:
        """The share of each thinking level that is asked for."""
        t, levels = self.context.translator, self.summary.levels
        if not levels.total:
            return ""
        rows = []
        for level in Level:
            full = round(BAR * levels.share(level))
            blocks = f":blue[{'█' * full}]:gray[{'░' * (BAR - full)}]" if full else f":gray[{'░' * BAR}]"
            rows.append(f"{blocks} {t(f'documents.level.{level}')} {levels.counts[level]}")
        return "\n\n".join([f"#### {t('work.checks.levels')}", "  \n".join(rows)])

    def checklist(self) -> str:
        """What an inspector would look for, and how it stands."""
        t = self.context.translator
        rows = [
            f"{ANSWERS[one.answer]} {t.words(one.words)} :small[:gray[{t(f'work.answer.{one.answer}')}]]"
            for one in self.summary.checklist
        ]
        return "  \n".join(rows)
