"""What can be done with an answer: stop, retry, copy, take into a task, report, thumbs, receipt; one row under the text."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from app.ui import chat_thumbs
from app.ui import curriculum_words as words_of
from app.ui.chat_copy import copy_form, plain_of
from app.ui.chat_memory import Memory, Wanted
from app.ui.chat_report import report_form
from app.ui.chat_state import End, Turn
from app.ui.chat_task import offered, task_form
from app.ui.chat_unmask import unmask_form
from app.ui.context import Context, ScreenWords

ICONS = {
    "chat.retry": ":material/refresh:",
    "chat.copy": ":material/content_copy:",
    "chat.task": ":material/assignment_add:",
    "chat.report": ":material/flag:",
    "chat.unmask": ":material/visibility:",
}


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

    def retry(self, turn: Turn) -> None:
        """Ask the same once more, as a child of this exchange."""
        self.memory.wanted = Wanted(text=turn.question, parent=turn.exchange)
        st.rerun()

    def copy(self, turn: Turn) -> None:
        """Open the answer as plain text."""
        st.dialog(self.t("chat.copy.title"), width="large")(lambda: copy_form(self.context, turn))()

    def unmask(self, turn: Turn, name: str) -> None:
        """Open the dialog that shows what was hidden and undoes a wrong mask."""

        def form() -> None:
            unmask_form(self.context, self.memory, turn, name)

        st.dialog(self.t("chat.unmask.title"))(form)()

    def task(self, turn: Turn, name: str) -> None:
        """Open the dialog that takes the answer into a task of a document."""
        text = plain_of(self.context).bare(turn)

        def form() -> None:
            task_form(self.context, text, name, language=turn.language)

        st.dialog(self.t("chat.task.title"), width="large")(form)()

    def report(self, turn: Turn, name: str) -> None:
        """Open the dialog in which an answer is reported."""
        exchange = turn.exchange
        if exchange is not None:
            st.dialog(self.t("chat.report.title"))(lambda: report_form(self.context, exchange, name))()


def _acts(row: Row, turn: Turn, name: str) -> dict[str, Callable[[], None]]:
    """What can be done with this turn, by the catalogue key of its word, in the order in which it is offered."""
    acts: dict[str, Callable[[], None]] = {"chat.retry": lambda: row.retry(turn)}
    if turn.sentences:
        acts["chat.copy"] = lambda: row.copy(turn)
        if offered(row.context):
            acts["chat.task"] = lambda: row.task(turn, name)
    if turn.hidden and turn.exchange is not None:
        acts["chat.unmask"] = lambda: row.unmask(turn, name)
    if turn.exchange is not None:
        acts["chat.report"] = lambda: row.report(turn, name)
    return acts


@st.fragment
def _row(row: Row, turn: Turn, name: str, newest: bool) -> None:
    t, footing, acts = row.t, row.footing(turn), _acts(row, turn, name)
    with st.container(
        horizontal=True, wrap=newest, vertical_alignment="center", gap="small", key=f"chat-row-{name}"
    ):
        if newest:
            for key, act in acts.items():
                place = f"{key.replace('.', '-')}-{name}"
                if st.button(t(key), key=place, type="tertiary", icon=ICONS[key]):
                    act()
            if turn.exchange is not None and turn.end in (End.ANSWERED, End.STOPPED, End.WITHHELD):
                chat_thumbs.buttons(row.context, turn, name)
        elif turn.exchange is not None:
            st.markdown(f":small[:gray[{footing}]]", width="stretch")
            words = {t(key): act for key, act in acts.items()}
            choice = st.menu_button(t("chat.more"), tuple(words), key=f"chat-menu-{name}", type="tertiary")
            if choice in words:
                words[choice]()
    if newest:
        chat_thumbs.answer(row.context, turn, name)
        if footing:
            st.markdown(f":small[:gray[{footing}]]")


def choices(row: Row, turn: Turn) -> None:
    """A code that stands in several programmes: ask which one is meant.

    Subject and grade name a programme; where they do not tell it apart, its track and language of instruction do.
    """
    meant = {(one.subject, one.grade, one.programme.key): one for one in turn.ambiguous}
    if len(meant) < 2:
        return
    t = row.t
    alike = Counter((subject, grade) for subject, grade, _ in meant)
    programmes = words_of.programmes((one.programme for one in meant.values()), t.raw)
    with st.container(horizontal=True, gap="xsmall", key="chat-choices"):
        for slug, grade, programme in meant:
            wanted = Wanted(
                text=turn.question,
                parent=turn.exchange,
                grade=grade,
                subject=slug,
                programme=programme,
            )
            name = row.subject_name(slug)
            label = (
                t("chat.ambiguous.pick", subject=name, grade=grade)
                if alike[slug, grade] == 1
                else t("chat.ambiguous.programme", subject=name, grade=grade, programme=programmes[programme])
            )
            key = f"chat-choice-{slug}-{grade}-{programme}"
            st.button(label, key=key, on_click=row.want, args=(wanted,))
