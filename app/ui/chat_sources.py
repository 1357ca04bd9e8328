"""The source panel: the exact passages that an answer rests on, with act, edition and place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import streamlit as st

from app.i18n import NAMES
from app.ui import curriculum_words
from app.ui.chat_state import End, Turn
from app.ui.chat_text import paper_anchor
from app.ui.context import ScreenWords
from app.ui.rendering import plain, safe
from knowledge.curriculum import Catalogue
from knowledge.passage import UNKNOWN, Kind, Passage


class Shelf(Protocol):
    """Where passages come from: the library of the app."""

    @property
    def catalogue(self) -> Catalogue:
        """Subjects and objectives."""

    def passage(self, passage_id: str) -> Passage | None:
        """The passage of that id, superseded ones included."""

    def siblings(self, passage: Passage) -> tuple[Passage, ...]:
        """The same thing in the other languages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Draws the sources of turns."""

    t: ScreenWords
    shelf: Callable[[], Shelf]

    def draw(self, turn: Turn, *, anchor: str, current: bool) -> None:
        """The sources of one turn; those of an earlier turn in short, without their siblings.

        Args:
            anchor: prefix of the places that marks lead to.
            current: whether it is the newest turn, drawn with everything that was found.
        """
        t, numbers, rest = self.t, turn.numbers(), turn.uncited()
        if not current:
            st.caption(t("chat.sources.of", question=_short(turn.question)))
        for passage_id, number in numbers.items():
            self.card(passage_id, number=number, anchor=f"{anchor}-{number}", full=current)
        for place, passage_id in enumerate(turn.offered, start=1):
            self.card(passage_id, number=None, anchor=paper_anchor(anchor, place), full=False)
        if not current:
            return
        shown = numbers or turn.offered or rest
        if turn.running and not shown:
            st.caption(t("chat.sources.waiting"))
        elif not shown:
            st.caption(t("chat.sources.none"))
        if rest:
            found = "chat.sources.nearest" if turn.end is End.NO_PASSAGE else "chat.sources.found"
            with st.expander(t.plural(found, len(rest)), expanded=False, type="compact"):
                for passage_id in rest:
                    self.card(passage_id, number=None, anchor="", full=False)

    def card(self, passage_id: str, *, number: int | None, anchor: str, full: bool) -> None:
        """One passage with its origin, at a place that a link leads to if it has an anchor; `full` adds it in the other languages."""
        passage = self.shelf().passage(passage_id)
        with st.container(gap="xxsmall"):
            if passage is None:
                st.caption(self.t("chat.sources.gone"))
                return
            heading = self._heading(passage)
            if anchor:
                st.subheader(f"\\[{number}\\] {heading}" if number else heading, anchor=anchor)
            else:
                st.markdown(f"**{heading}**")
            st.markdown(safe(passage.text))
            st.markdown(f":small[:gray[{self._origin(passage)}]]{self._worded(passage)}")
            siblings = self.shelf().siblings(passage) if full else ()
            if siblings:
                with st.expander(self.t("chat.sources.siblings"), type="compact"):
                    st.markdown("\n\n".join(map(self._sibling, siblings)))

    def name(self, passage_id: str) -> str:
        """Title and language of a passage, as safe markdown; empty for one that is gone."""
        passage = self.shelf().passage(passage_id)
        if passage is None:
            return ""
        return f"{self._heading(passage)} · {NAMES.get(passage.language, passage.language)}"

    def _heading(self, passage: Passage) -> str:
        """What it is: codes or title, subject, grades."""
        t = self.t
        subject = self.shelf().catalogue.subject(passage.subject) if passage.subject else None
        name = ", ".join(passage.codes) if passage.kind is Kind.OBJECTIVE else passage.title
        parts = [plain(name) if name else t(f"chat.sources.kind.{passage.kind}")]
        if subject is not None:
            parts.append(plain(subject.names[t.language]))
        if passage.grades:
            parts.append(t("chat.sources.grade", grades=spans(passage.grades)))
        return " · ".join(parts)

    def _origin(self, passage: Passage) -> str:
        """Where it stands: kind, codes, source, act, appendix, edition, place; what is unknown says so."""
        t = self.t
        parts = [t(f"chat.sources.kind.{passage.kind}")]
        if passage.kind is not Kind.OBJECTIVE and passage.codes:
            parts.append(plain(", ".join(passage.codes)))
        if passage.language != t.language:
            parts.append(NAMES.get(passage.language, passage.language))
        if passage.source:
            parts.append(t("chat.sources.source", source=curriculum_words.source(passage.source, t.raw)))
        if passage.act not in ("", UNKNOWN):
            act = t("chat.sources.act", act=curriculum_words.act(passage.act, t.raw))
            known = passage.appendix not in ("", UNKNOWN)
            parts.append(f"{act}, {t('chat.sources.appendix', appendix=passage.appendix)}" if known else act)
        parts.append(t("chat.sources.edition", edition=curriculum_words.edition(passage.edition, t.raw)))
        if passage.place not in ("", UNKNOWN) and passage.kind is not Kind.NOTE:
            parts.append(t("chat.sources.place", place=passage.place))
        return " · ".join(parts)

    def _worded(self, passage: Passage) -> str:
        """Badges: the school's own material, which no curriculum stands behind; words that are ours, not the source's."""
        own = f" :blue-badge[{self.t('chat.sources.school')}]" if passage.school is not None else ""
        return own + (f" :gray-badge[{self.t('chat.sources.paraphrase')}]" if passage.paraphrase else "")

    def _sibling(self, passage: Passage) -> str:
        return f"**{NAMES.get(passage.language, passage.language)}.** {safe(passage.text)}"


def spans(grades: Sequence[int]) -> str:
    """Grades in short: 1, 2, 3, 5 as `1-3, 5`."""
    runs: list[list[int]] = []
    for grade in sorted(set(grades)):
        if runs and grade == runs[-1][-1] + 1:
            runs[-1].append(grade)
        else:
            runs.append([grade])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def _short(text: str, most: int = 60) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1].rsplit(" ", 1)[0] + "…"
