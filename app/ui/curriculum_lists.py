"""Lists on the curriculum page: objectives as rows that open, places as tiles, notes that unfold.

A list is one element of the page whatever its length: hundreds of buttons of their own would be slow to send and draw.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from app.i18n import Translator
from app.ui import curriculum_words as words_of
from app.ui.boxes import followed_once
from app.ui.context import ScreenWords
from app.ui.curriculum_find import Note
from app.ui.curriculum_place import Place
from app.ui.rendering import plain, safe
from knowledge.curriculum import Catalogue, LearningObjective

Go = Callable[[Place], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One way to go: what it is, what there is of it, and where it leads."""

    title: str
    about: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """Draws rows and tiles.

    Attributes:
        go: turns the page to a place; called from a click.
    """

    t: ScreenWords
    catalogue: Catalogue
    place: Place
    go: Go

    @property
    def raw(self) -> Translator:
        """Words whose facts are not drawn yet."""
        return self.t.raw

    def tiles(self, tiles: Mapping[str, Tile], *, name: str, label: str) -> None:
        """Tiles side by side, as many as fit.

        Args:
            tiles: by a word that tells each from the others.
            name: tells this list from the others on the page.
            label: what is chosen here, as safe text; read out, not drawn.
        """
        drawn = {
            word: f"**{plain(one.title)}**  \n:small[:gray[{plain(one.about)}]]"
            for word, one in tiles.items()
        }
        with st.container(key=f"curriculum-tiles-{name}"):
            self._choice(drawn, lambda word: tiles[word].place, name=name, label=label)

    def rows(
        self,
        objectives: Sequence[LearningObjective],
        *,
        name: str,
        label: str,
        where: bool = False,
        heading: bool = False,
    ) -> None:
        """One row an objective: its code and wording; a click opens it.

        Args:
            name: tells this list from the others on the page.
            label: what the list holds, as safe text.
            where: also say the subject, the grade, the programme and its act.
            heading: draw the label above the list.
        """
        drawn = {one.key: self._label(one, where=where) for one in objectives}
        by_key = {one.key: one for one in objectives}
        with st.container(key=f"curriculum-rows-{name}"):
            self._choice(
                drawn,
                lambda key: self.place.at(by_key[key], self.catalogue),
                name=name,
                label=label,
                heading=heading,
            )

    def notes(self, notes: Sequence[Note]) -> None:
        """Topic notes that unfold in place."""
        for note in notes:
            first = note.first
            parts = [words_of.subject_name(self.catalogue, first.subject, self.raw)] if first.subject else []
            if first.grades:
                parts.append(words_of.grades(first.grades, self.raw))
            about = " · ".join(map(plain, parts))
            title = plain(note.title) or self.t("curriculum.note.untitled")
            label = f"{title} :small[:gray[{about}]]" if about else title
            with st.expander(label, key=f"curriculum-note-{first.id}"):
                st.markdown(safe(note.text))
                st.caption(self._origin(note))

    def where(self, one: LearningObjective) -> str:
        """Subject, grade, programme and act of an objective, as safe text."""
        about = [
            words_of.subject_name(self.catalogue, one.subject, self.raw),
            words_of.grades((one.grade,), self.raw),
            words_of.kind(one.programme, self.raw),
            words_of.appendix(one.programme, self.raw),
        ]
        return " · ".join(map(plain, filter(None, about)))

    def _choice(
        self,
        drawn: Mapping[str, str],
        leads: Callable[[str], Place],
        *,
        name: str,
        label: str,
        heading: bool = False,
    ) -> None:
        def follow(chosen: str) -> None:
            if chosen in drawn:
                self.go(leads(chosen))

        key, once = followed_once(f"curriculum-{name}", follow)
        st.pills(
            label,
            tuple(drawn),
            format_func=drawn.__getitem__,
            key=key,
            label_visibility="visible" if heading else "collapsed",
            on_change=once,
            width="stretch",
            wrap=True,
        )

    def _label(self, one: LearningObjective, *, where: bool) -> str:
        language, about = self.t.language, []
        if one.official and one.language_for(language) not in one.official:
            about.append(self.t("curriculum.wording.ours"))
        if where:
            about.append(self.where(one))
        text = plain(" ".join(one.text(language).split()))
        quiet = f" :small[:gray[{' · '.join(about)}]]" if about else ""
        return f"**{plain(one.code)}** {text}{quiet}"

    def _origin(self, note: Note) -> str:
        """What it is, which codes it serves, and whose words these are."""
        first, t = note.first, self.t
        kind = (
            t("curriculum.note.school")
            if first.school
            else t("curriculum.note.source", source=words_of.source(first.source, self.raw))
        )
        parts = [kind]
        if first.codes:
            parts.append(t("curriculum.note.codes", codes=", ".join(first.codes)))
        if first.paraphrase:
            parts.append(t("curriculum.paraphrase.short"))
        return " · ".join(parts)
