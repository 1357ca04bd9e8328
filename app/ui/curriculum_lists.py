"""Lists on the curriculum page: objectives as rows that open, notes that unfold, subjects as tiles."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from app.i18n import Translator
from app.ui import curriculum_words as words_of
from app.ui.context import ScreenWords
from app.ui.curriculum_find import Note, by_section
from app.ui.curriculum_place import Place
from app.ui.rendering import plain, safe
from knowledge.curriculum import Catalogue, LearningObjective
from knowledge.passage import UNKNOWN

Go = Callable[[Place], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """Draws rows and tiles.

    Attributes:
        go: turns the page to a place; called from a button's click.
    """

    t: ScreenWords
    catalogue: Catalogue
    place: Place
    go: Go

    @property
    def raw(self) -> Translator:
        """Words whose facts are not drawn yet."""
        return self.t.raw

    def subjects(self) -> None:
        """Every subject with its grades and how much there is of it."""
        with st.grid(key="curriculum-tiles", min_column_width=220, gap="small"):
            for subject in words_of.sorted_subjects(self.catalogue, self.raw):
                grades = words_of.grades(self.catalogue.grades(subject.slug), self.raw)
                count = self._count(subject.slug, None)
                self._tile(subject.names[self.t.language], f"{grades} · {count}", Place(subject=subject.slug))

    def pairs(self, pairs: Sequence[tuple[str, int]]) -> None:
        """Subjects with one of their grades each; named by what tells them apart."""
        one_subject = len({subject for subject, _ in pairs}) == 1
        with st.grid(key="curriculum-tiles", min_column_width=220, gap="small"):
            for subject, grade in pairs:
                name = words_of.subject_name(self.catalogue, subject, self.raw)
                title = words_of.grades((grade,), self.raw) if one_subject else name
                self._tile(title, self._count(subject, grade), Place(subject=subject, grade=grade))

    def sections(self, objectives: Sequence[LearningObjective]) -> None:
        """The objectives of one subject and grade under their tracks and sections."""
        track = ""
        for place, (heading, group) in enumerate(by_section(objectives).items()):
            if heading.track != track:
                track = heading.track
                st.subheader(plain(words_of.track(track, self.raw)), anchor=False)
            text = self.t("curriculum.section", number=heading.number)
            if heading.name not in ("", UNKNOWN):
                text = f"{text}. {plain(heading.name)}"
            st.markdown(f"##### {text}", anchors=False)
            self.rows(group, name=f"section-{place}")

    def rows(self, objectives: Sequence[LearningObjective], *, name: str, where: bool = False) -> None:
        """One row an objective: its code and wording; a click opens it.

        Args:
            name: tells this list from the others on the page.
            where: also say the subject and the grade.
        """
        with st.container(key=f"curriculum-rows-{name}", gap=None):
            for one in objectives:
                st.button(
                    self._label(one, where=where),
                    key=f"curriculum-{name}-{one.key}",
                    type="tertiary",
                    width="stretch",
                    wrap=True,
                    on_click=self.go,
                    args=(self.place.at(one, self.catalogue),),
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

    def _tile(self, title: str, about: str, place: Place) -> None:
        st.button(
            f"**{plain(title)}**  \n:small[:gray[{plain(about)}]]",
            key=f"curriculum-tile-{place.subject}-{place.grade or 'all'}",
            width="stretch",
            wrap=True,
            on_click=self.go,
            args=(place,),
        )

    def _count(self, subject: str, grade: int | None) -> str:
        return self.raw.plural(
            "curriculum.count", len(self.catalogue.objectives(subject=subject, grade=grade))
        )

    def _label(self, one: LearningObjective, *, where: bool) -> str:
        text = plain(" ".join(one.texts[self.t.language].split()))
        if where:
            about = [
                words_of.subject_name(self.catalogue, one.subject, self.raw),
                words_of.grades((one.grade,), self.raw),
            ]
            if one.track:
                about.append(words_of.track(one.track, self.raw))
            text = f"{text} :small[:gray[{' · '.join(map(plain, about))}]]"
        return f"**{plain(one.code)}** {text}"

    def _origin(self, note: Note) -> str:
        """What it is, which codes it serves, and whose words these are."""
        first, t = note.first, self.t
        kind = (
            t("curriculum.note.school") if first.school else t("curriculum.note.source", source=first.source)
        )
        parts = [kind]
        if first.codes:
            parts.append(t("curriculum.note.codes", codes=", ".join(first.codes)))
        if first.paraphrase:
            parts.append(t("curriculum.paraphrase.short"))
        return " · ".join(parts)
