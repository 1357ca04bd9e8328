"""A place of a form as a row: its words, the box that changes them, and the yes that a change needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st
from babel.dates import get_month_names

from app.assistant.desk_forms import check, places_of
from app.documents import Kind
from app.documents.form import Form
from app.errors import BadArgument, Words
from app.ui.context import ScreenWords
from app.ui.rendering import plain
from app.ui.school_forms_draft import Place, Sentences, Wish, lines_of, month_of, own_words, part_of, words_at

OPEN, WISH, ROUND = "forms_open", "forms_wish", "forms_round"
CHANGE = ("school_forms.now", "school_forms.then")
LONGEST_LABEL, LONGEST_SENTENCES = 200, 4_000
LONGEST_HEARD = 120
ROW_HEIGHT, LOWEST, HIGHEST = 40, 100, 340


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Draws rows of one form.

    Attributes:
        shipped, form: as it ships, and as the school has it.
        make: carries a change out; says why not, else draws the page anew.
    """

    t: ScreenWords
    kind: Kind
    language: str
    shipped: Form
    form: Form
    make: Callable[[Wish], None]

    def row(self, place: Place) -> None:
        """A place with its words; its box when it is open."""
        t, words = self.t, words_at(self.form, place)
        own = words != words_at(self.shipped, place)
        with st.container(key=f"forms-row-{place.key}", gap="xxsmall"):
            if self.asks(place.key):
                return
            if st.session_state.get(OPEN) == place.key:
                self._box(place, own=own)
                return
            with st.container(
                horizontal=True,
                wrap=False,
                vertical_alignment="center",
                horizontal_alignment="distribute",
                gap="small",
            ):
                st.markdown(_listed(words))
                st.button(
                    _heard(t("school_forms.change"), words[0]),
                    key=f"forms-open-{place.key}",
                    type="tertiary",
                    on_click=_open,
                    args=(place.key,),
                    width="content",
                )
            if own:
                st.caption(t("school_forms.own"))

    def _box(self, place: Place, *, own: bool) -> None:
        """One box for the words, with what must stay in them."""
        t, words, shipped = self.t, words_at(self.form, place), words_at(self.shipped, place)
        key = f"forms_text_{place.key}_{st.session_state.get(ROUND, 0)}"
        label = place.sort == "label"
        with st.form(f"forms-form-{place.key}", border=True, enter_to_submit=False):
            if label:
                said = st.text_input(
                    t("school_forms.label"), value=words[0], key=key, max_chars=LONGEST_LABEL
                )
            else:
                said = st.text_area(
                    t("school_forms.sentences"),
                    value="\n".join(words),
                    key=key,
                    max_chars=LONGEST_SENTENCES,
                    height=min(HIGHEST, max(LOWEST, ROW_HEIGHT * (len(words) + 1))),
                )
            kept = places_of(shipped)
            if kept:
                st.caption(t("school_forms.keep", places=kept))
            with st.container(horizontal=True, gap="small"):
                save = st.form_submit_button(t("school_forms.save"), type="primary")
                back = own and st.form_submit_button(t("school_forms.shipped"))
                close = st.form_submit_button(t("school_forms.close"))
            after = lines_of(said or "")
            if save:
                self.wish(place.key, {place: (" ".join(after),) if label else after})
            elif back:
                self.wish(place.key, {place: shipped})
            elif close:
                st.session_state[OPEN] = None
                st.rerun()

    def wish(self, where: str, after: Mapping[Place, Sentences]) -> None:
        """Ask whether a change is meant; in words why it cannot be, and nothing where nothing changes."""
        changes = {one: words for one, words in after.items() if words != words_at(self.form, one)}
        if not changes:
            st.info(self.t("school_forms.same"))
            return
        try:
            check(self.shipped, *own_words(self.shipped, self.form, changes))
        except BadArgument as error:
            st.warning(self.t.words(_called(error.words, changes, self.t)))
            return
        before = {one: words_at(self.form, one) for one in changes}
        st.session_state[WISH] = Wish(
            kind=self.kind, language=self.language, where=where, before=before, after=changes
        )
        st.rerun()

    def asks(self, where: str) -> bool:
        """Draw the question about the change that waits here, if one does."""
        wish, t = st.session_state.get(WISH), self.t
        if not isinstance(wish, Wish) or (wish.kind, wish.language, wish.where) != (
            self.kind,
            self.language,
            where,
        ):
            return False
        with st.container(border=True, key="forms-sure"):
            st.markdown(f"**{t('school_forms.sure')}**")
            for place, after in wish.after.items():
                st.markdown(named(place, t))
                compared(t, wish.before[place], after, said=CHANGE)
            st.caption(t("school_forms.sure.note"))
            with st.container(horizontal=True, gap="small"):
                yes = st.button(t("school_forms.yes"), key="forms-yes", type="primary")
                st.button(t("school_forms.no"), key="forms-no", on_click=_drop)
            if yes:
                self.make(wish)
        return True


def named(place: Place, t: ScreenWords) -> str:
    """A place as it is called on the screen: the month of a value, else the part of the form; its words stand beside."""
    number = month_of(place)
    return t(f"school_forms.part.{part_of(place)}") if number is None else month_name(number, t.language)


def _called(said: Words, changes: Mapping[Place, Sentences], t: ScreenWords) -> Words:
    """A sentence about a place, with the place as it is called on the screen."""
    names = {one.name: named(one, t) for one in changes}
    place = names.get(str(said.facts.get("place", "")))
    return said if place is None else Words(key=said.key, facts={**said.facts, "place": place})


def month_name(number: int, language: str) -> str:
    """A month as a heading."""
    names = get_month_names("wide", context="stand-alone", locale=language)
    return str(names[number]).capitalize()


def compared(t: ScreenWords, before: Sentences, after: Sentences, *, said: tuple[str, str]) -> None:
    """What was there and what comes, one below the other; sentences that stay are not repeated.

    Args:
        said: keys of the words before the old and before the new ones.
    """
    lines = [f"- :gray[{t(said[0])} {plain(one)}]" for one in before if one not in after]
    lines += [f"- {t(said[1])} **{plain(one)}**" for one in after if one not in before]
    st.markdown("\n".join(lines) or f"- {t('school_forms.order')}")


def _heard(label: str, of: str) -> str:
    """A button's label with what it acts on: drawn for nobody (`school_forms_style`), told to those who hear the page."""
    told = plain(of if len(of) <= LONGEST_HEARD else f"{of[:LONGEST_HEARD].rstrip()}…")
    return f"{label} *{told}*" if told else label


def _listed(words: Sentences) -> str:
    return plain(words[0]) if len(words) == 1 else "\n".join(f"- {plain(one)}" for one in words)


def _open(key: str) -> None:
    st.session_state[OPEN] = key
    _drop()


def _drop() -> None:
    st.session_state[WISH] = None
