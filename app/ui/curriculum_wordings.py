"""The wordings of an objective side by side: which are official, which are ours, and which are not there."""

import streamlit as st

from app.i18n import LANGUAGES, NAMES
from app.ui import curriculum_words as words_of
from app.ui.context import ScreenWords
from app.ui.rendering import plain
from knowledge.curriculum import LearningObjective
from knowledge.language import visible


def wordings(one: LearningObjective, t: ScreenWords) -> None:
    """The wordings, the language of the page first; under each other on a phone; below them, whose words they are."""
    order = _order(one, t.language)
    with st.container(key="curriculum-wordings"):
        for column, language in zip(st.columns(len(order), gap="medium"), order, strict=True):
            with column:
                _wording(one, language, t)
    if one.official:
        st.caption(f":material/verified: {_origin(one, t)}")
    if set(one.texts) - set(one.official):
        beside = t("curriculum.paraphrase.beside" if one.official else "curriculum.paraphrase")
        st.caption(f":material/edit_note: {beside}")
    _as_read(one, t)


def copying(one: LearningObjective, t: ScreenWords) -> None:
    """Code and wording in each language, ready to be taken into a document."""
    with st.popover(t("curriculum.copy"), icon=":material/content_copy:"):
        for language in _order(one, t.language):
            if language in one.texts:
                st.caption(_language(language))
                text = " ".join(visible(one.texts[language]).split())
                st.code(f"{one.code} {text}", language=None, wrap_lines=True)


def _order(one: LearningObjective, first: str) -> tuple[str, ...]:
    """The language of the page, the others of the app, then any other that the page was read in."""
    return tuple(dict.fromkeys((first, *LANGUAGES, *one.texts)))


def _wording(one: LearningObjective, language: str, t: ScreenWords) -> None:
    text = " ".join(one.texts.get(language, "").split())
    if not text:
        st.markdown(f":small[:gray[{_language(language)}]]")
        st.markdown(f":gray[{t('curriculum.wording.none')}]")
        return
    official = language in one.official
    mark = (
        f":green-badge[{t('curriculum.wording.official')}]"
        if official
        else f":gray-badge[{t('curriculum.wording.ours')}]"
    )
    st.markdown(f":small[:gray[{_language(language)}]] {mark}")
    st.markdown(plain(text))


def _origin(one: LearningObjective, t: ScreenWords) -> str:
    """Where the official wording stands and since when it counts."""
    parts = [t("curriculum.official", place=words_of.place_in_acts(one.programme, t.raw))]
    valid = words_of.validity(one.programme, t.raw)
    if valid != t.raw("curriculum.unknown"):
        parts.append(f"{plain(valid[:1].upper() + valid[1:])}.")
    return " ".join(parts)


def _as_read(one: LearningObjective, t: ScreenWords) -> None:
    """What the page said before the reader mended it."""
    if not one.as_read:
        return
    with st.expander(t("curriculum.as_read"), key="curriculum-as-read", icon=":material/healing:"):
        st.caption(t("curriculum.as_read.why"))
        for language, text in one.as_read.items():
            st.markdown(f":small[:gray[{_language(language)}]]")
            st.code(visible(text), language=None, wrap_lines=True)


def _language(code: str) -> str:
    return plain(NAMES.get(code, code))
