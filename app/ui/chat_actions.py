"""What can be done with an answer: stop, retry, report, thumbs, receipt; one row under the text."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from app.errors import UstazError
from app.ui.chat_memory import Memory, Wanted
from app.ui.chat_person import present
from app.ui.chat_report import report_form
from app.ui.chat_state import End, Turn
from app.ui.context import Context, ScreenWords


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Draws the row under an answer.

    Attributes:
        standing: model, status and expiry of the entry that answered, as safe text.
        subject_name: a subject's name in the language of the page.
    """

    context: Context
    memory: Memory
    standing: Callable[[str | None], str]
    subject_name: Callable[[str], str]

    @property
    def t(self) -> ScreenWords:
        """Words in the language of the page."""
        return self.context.translator

    def want(self, wanted: Wanted) -> None:
        """Have the next run ask this."""
        self.memory.wanted = wanted

    def running(self) -> None:
        """While the answer is written: Stop. Its click ends the run, and with it the line."""
        st.button(self.t("chat.stop"), key="chat-stop", icon=":material/stop_circle:")

    def ended(self, turn: Turn, *, name: str, newest: bool) -> None:
        """After the end; a fragment, so that nothing here touches an answer that runs below."""
        _row(self, turn, name, newest)

    def footing(self, turn: Turn) -> str:
        """Receipt and model in one quiet line."""
        t, parts = self.t, []
        if turn.receipt is not None:
            code = turn.receipt.code
            parts.append(f'{t("chat.receipt")} [{code}](receipt?code={code} "{t("chat.receipt.open")}")')
        if standing := self.standing(turn.entry_id):
            parts.append(standing)
        return " · ".join(parts)

    def thumbs(self, turn: Turn, up: bool) -> None:
        """Record what the person thinks; said once per click."""
        if turn.exchange is None:
            return
        try:
            self.context.services.feedback.thumbs(present(self.context), turn.exchange, up=up)
        except UstazError:
            return
        turn.thumbs = up

    def retry(self, turn: Turn) -> None:
        """Ask the same once more, as a child of this exchange."""
        self.memory.wanted = Wanted(text=turn.question, parent=turn.exchange)
        st.rerun()

    def report(self, turn: Turn, name: str) -> None:
        """Open the dialog in which an answer is reported."""
        exchange = turn.exchange
        if exchange is not None:
            st.dialog(self.t("chat.report.title"))(lambda: report_form(self.context, exchange, name))()


def _thumbs(row: Row, turn: Turn, name: str) -> None:
    """Two buttons with words of ours; those of the ready-made widget have none."""
    for up, word in ((True, "up"), (False, "down")):
        st.button(
            row.t(f"chat.thumbs.{word}"),
            key=f"chat-thumb-{word}-{name}",
            type="tertiary",
            icon=f":material/thumb_{word}:",
            disabled=turn.thumbs is up,
            on_click=row.thumbs,
            args=(turn, up),
        )


@st.fragment
def _row(row: Row, turn: Turn, name: str, newest: bool) -> None:
    t, footing = row.t, row.footing(turn)
    with st.container(
        horizontal=True, wrap=newest, vertical_alignment="center", gap="small", key=f"chat-row-{name}"
    ):
        if newest:
            if st.button(
                t("chat.retry"), key=f"chat-retry-{name}", type="tertiary", icon=":material/refresh:"
            ):
                row.retry(turn)
            if turn.exchange is not None:
                if st.button(
                    t("chat.report"), key=f"chat-report-{name}", type="tertiary", icon=":material/flag:"
                ):
                    row.report(turn, name)
                if turn.end in (End.ANSWERED, End.STOPPED, End.WITHHELD):
                    _thumbs(row, turn, name)
        elif turn.exchange is not None:
            st.markdown(f":small[:gray[{footing}]]", width="stretch")
            choice = st.menu_button(
                t("chat.more"),
                (t("chat.retry"), t("chat.report")),
                key=f"chat-menu-{name}",
                type="tertiary",
            )
            if choice == t("chat.retry"):
                row.retry(turn)
            if choice == t("chat.report"):
                row.report(turn, name)
    if newest:
        if turn.thumbs is not None:
            st.caption(t("chat.thumbs.thanks"))
        if footing:
            st.markdown(f":small[:gray[{footing}]]")


def choices(row: Row, turn: Turn) -> None:
    """A code that stands in several programmes: ask which one is meant."""
    places = dict.fromkeys((objective.subject, objective.grade) for objective in turn.ambiguous)
    if len(places) < 2:
        return
    t = row.t
    st.markdown(t("ask.ambiguous", code=turn.ambiguous[0].code))
    with st.container(horizontal=True, gap="xsmall", key="chat-choices"):
        for slug, grade in places:
            wanted = Wanted(text=turn.question, parent=turn.exchange, grade=grade, subject=slug)
            label = t("chat.ambiguous.pick", subject=row.subject_name(slug), grade=grade)
            st.button(label, key=f"chat-choice-{slug}-{grade}", on_click=row.want, args=(wanted,))
