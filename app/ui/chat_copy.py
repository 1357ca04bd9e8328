"""An answer as plain text to take along: with its marks and sources, or as a reference that can be checked."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from app.assistant.events import Grounding
from app.i18n import Translator
from app.ui import curriculum_words
from app.ui.chat_state import Turn
from app.ui.chat_text import DOUBTS, Wording
from app.ui.context import Context
from knowledge.passage import UNKNOWN, Kind, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """Words an answer without markup; names are restored as on the screen.

    Attributes:
        passage: the passage of an id; None for one that is gone.
    """

    wording: Wording
    passage: Callable[[str], Passage | None]

    @property
    def t(self) -> Translator:
        """The translator itself: nothing here is markdown."""
        return self.wording.t.raw

    def bare(self, turn: Turn) -> str:
        """The answer's words alone."""
        return self.wording.restore("".join(one.text for one in turn.sentences), turn.hidden).strip()

    def whole(self, turn: Turn) -> str:
        """The answer with its marks, what each stands for, and that an AI system wrote it."""
        numbers, pieces = turn.numbers(), []
        for sentence in turn.sentences:
            text = self.wording.restore(sentence.text, turn.hidden)
            body, tail = text.rstrip(), text[len(text.rstrip()) :]
            marks = dict.fromkeys(f"[{numbers[one.passage_id]}]" for one in sentence.citations)
            if sentence.grounding is Grounding.UNSUPPORTED:
                marks[f"[{self.t(DOUBTS[sentence.grounding])}]"] = None
            pieces.append(" ".join([body, *marks]) + tail)
        return "\n\n".join(filter(None, ("".join(pieces).strip(), self._sources(turn), self._made(turn))))

    def reference(self, turn: Turn) -> str:
        """The question, codes with act and edition, and the receipt: what another person needs to check it."""
        meant = self.wording.restore(turn.understood, turn.hidden) or turn.question
        question = " ".join(meant.split())
        return "\n".join(filter(None, (f"«{question}»", self._sources(turn), self._made(turn))))

    def _sources(self, turn: Turn) -> str:
        rows = [f"[{number}] {self._source(one)}" for one, number in turn.numbers().items()]
        return "\n".join([f"{self.t('chat.sources')}:", *rows]) if rows else ""

    def _source(self, passage_id: str) -> str:
        t, passage = self.t, self.passage(passage_id)
        if passage is None:
            return t("chat.sources.gone")
        named = passage.title if passage.kind is not Kind.OBJECTIVE else t("chat.sources.kind.objective")
        parts = [", ".join(passage.codes), named]
        if passage.school is not None:
            parts.append(t("chat.sources.school"))
        elif passage.source:
            parts.append(curriculum_words.source(passage.source, t))
        if passage.act not in ("", UNKNOWN):
            parts.append(curriculum_words.act(passage.act, t))
        if passage.appendix not in ("", UNKNOWN):
            parts.append(t("chat.sources.appendix", appendix=passage.appendix))
        if passage.edition not in ("", UNKNOWN):
            parts.append(curriculum_words.edition(passage.edition, t))
        return "; ".join(dict.fromkeys(filter(None, parts)))

    def _made(self, turn: Turn) -> str:
        made = self.t("chat.copy.made", date=self.t.date(turn.asked_at) if turn.asked_at else "…")
        if turn.receipt is None:
            return made
        return f"{made} {self.t('chat.receipt')}: {turn.receipt.code}"


def plain_of(context: Context) -> Plain:
    """How answers of this page are worded as plain text."""
    services = context.services
    return Plain(
        wording=Wording(t=context.translator, restore=services.assistant.restore),
        passage=services.library.passage,
    )


def copy_form(context: Context, turn: Turn) -> None:
    """Both texts, as they stand in a dialog; the box brings a sign of its own that copies it whole."""
    t, plain = context.translator, plain_of(context)
    st.caption(t("chat.copy.how"))
    for word, text in (("answer", plain.whole(turn)), ("reference", plain.reference(turn))):
        st.markdown(f"**{t(f'chat.copy.{word}')}**")
        st.code(text, language=None, wrap_lines=True)
