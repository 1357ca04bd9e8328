"""What became of objectives from edition to edition: the history of one, and wordings that are superseded."""

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

import streamlit as st

from app.i18n import NAMES
from app.ui import curriculum_words as words_of
from app.ui.context import ScreenWords
from app.ui.curriculum_lists import Lists
from app.ui.curriculum_place import Place
from app.ui.rendering import plain
from knowledge.curriculum import LearningObjective
from knowledge.difference import Change, ChangeKind
from knowledge.passage import UNKNOWN

ICONS = {ChangeKind.ADDED: "add_circle", ChangeKind.REMOVED: "remove_circle", ChangeKind.REWORDED: "edit"}
SENTENCE = {
    ChangeKind.ADDED: "curriculum.change.added",
    ChangeKind.REMOVED: "curriculum.change.removed",
    ChangeKind.REWORDED: "curriculum.change.reworded",
}


def history(one: LearningObjective, changes: Sequence[Change], t: ScreenWords) -> None:
    """The changes of an objective, the newest first; that there were none, where its wording is official."""
    if not (changes or one.official):
        return
    st.subheader(t("curriculum.history"), anchor=False)
    if not changes:
        st.caption(t("curriculum.history.none"))
    for change in changes:
        with st.container(border=True):
            st.markdown(f":material/{ICONS[change.kind]}: {sentence(change, t)}")
            _wordings(change, t)


def superseded(changes: Sequence[Change], lists: Lists) -> None:
    """Wordings of earlier editions, each marked as superseded with its edition, and what stands there now."""
    t = lists.t
    st.subheader(t("curriculum.earlier.found"), anchor=False)
    if not changes:
        st.caption(t("curriculum.earlier.nothing"))
    for place, change in enumerate(changes):
        edition = plain(words_of.edition(change.old_edition, t.raw))
        label = (
            f"**{plain(change.code)}** {plain(change.before)} "
            f":orange-badge[{t('curriculum.earlier.mark')}] :small[:gray[{edition}]]"
        )
        with st.expander(label, key=f"curriculum-earlier-{place}"):
            st.caption(_where(change, lists))
            st.markdown(sentence(change, t))
            _wordings(change, t)
            if change.kind is ChangeKind.REWORDED:
                st.button(
                    t("curriculum.earlier.open"),
                    key=f"curriculum-earlier-open-{place}",
                    icon=":material/arrow_forward:",
                    on_click=_going(lists, change),
                )


def sentence(change: Change, t: ScreenWords) -> str:
    """What happened in which edition, and by which order."""
    edition = words_of.edition(change.new_edition, t.raw)
    parts = [f"**{t(SENTENCE[change.kind])}** · {t('curriculum.change.edition', edition=edition)}"]
    if change.amended_by not in ("", UNKNOWN):
        parts.append(t("curriculum.amended", act=words_of.act(change.amended_by, t.raw)))
    parts.append(plain(NAMES.get(change.language, change.language)))
    return " · ".join(parts)


def marked(before: str, after: str) -> tuple[str, str]:
    """Two wordings as safe markdown: what went is struck out in the first, what came is bold in the second."""
    old, new = before.split(), after.split()
    left: list[str] = []
    right: list[str] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = plain(" ".join(old[a:b])), plain(" ".join(new[c:d]))
        if kind == "equal":
            left.append(gone)
            right.append(come)
            continue
        left += [f":red[~~{gone}~~]"] if gone else []
        right += [f":green[**{come}**]"] if come else []
    return " ".join(left), " ".join(right)


def _wordings(change: Change, t: ScreenWords) -> None:
    if change.kind is ChangeKind.REWORDED:
        old, new = marked(change.before, change.after)
        st.markdown(f":small[:gray[{t('curriculum.change.before')}]] {old}")
        st.markdown(f":small[:gray[{t('curriculum.change.after')}]] {new}")
    else:
        st.markdown(plain(change.before or change.after))


def _where(change: Change, lists: Lists) -> str:
    t = lists.raw
    about = [
        words_of.subject_name(lists.catalogue, change.subject, t),
        words_of.grades((change.grade,), t),
        words_of.track(change.track, t) if change.track != UNKNOWN else "",
        t("curriculum.appendix", number=change.appendix) if change.appendix not in ("", UNKNOWN) else "",
    ]
    return " · ".join(map(plain, filter(None, about)))


def _going(lists: Lists, change: Change) -> Callable[[], None]:
    def go() -> None:
        lists.go(
            Place(
                words=lists.place.words,
                earlier=lists.place.earlier,
                code=change.code,
                programme=change.programme,
            )
        )

    return go
