"""School terms in three languages: beside the wordings of an objective, and as a list to browse and search."""

from collections.abc import Iterable, Sequence

import streamlit as st

from app.i18n import LANGUAGES, NAMES
from app.ui import curriculum_words as words_of
from app.ui.alphabet import alphabetical
from app.ui.boxes import when_chosen
from app.ui.context import ScreenWords
from app.ui.curriculum_find import Note
from app.ui.curriculum_lists import Lists
from app.ui.curriculum_place import LONGEST_WORDS, SCHOOL, TERMS, Place
from app.ui.field_table import table
from app.ui.rendering import plain
from knowledge.curriculum import LearningObjective
from knowledge.language import fold
from knowledge.terms import Checked, Term, Terms

MOST_ROWS = 300
WORDS, SUBJECT = "curriculum_term_words", "curriculum_term_subject"


def beside(one: LearningObjective, notes: Sequence[Note], terms: Terms, t: ScreenWords) -> None:
    """The terms that stand in the wordings of an objective and in the notes that serve it; nothing without any."""
    texts = [*one.texts.items(), *((note.first.language, note.text) for note in notes)]
    found = dict.fromkeys(
        term
        for language, text in texts
        if language in LANGUAGES
        for term in terms.in_text(text, language, one.subject)
    )
    if not found:
        return
    st.subheader(t("curriculum.terms.beside"), anchor=False)
    _table(tuple(found), t, name="beside")


def browse(lists: Lists, terms: Terms) -> None:
    """The terms of a subject, or all, narrowed by words in any of the languages."""
    t, place = lists.t, lists.place
    st.markdown(t("curriculum.terms.lead"))
    _bar(lists, terms)
    language = t.language
    there = terms.of_subject(place.subject) if place.subject else terms.terms
    found = sorted(_with(there, place.words), key=lambda one: alphabetical(one.words(language)[0]))
    if not found:
        st.info(t("curriculum.terms.nothing"))
        return
    st.caption(t.plural("curriculum.terms.count", len(found)))
    _table(found[:MOST_ROWS], t, name="list")
    if len(found) > MOST_ROWS:
        st.caption(t("curriculum.terms.more", shown=MOST_ROWS))


def known_subjects(lists: Lists, terms: Terms) -> dict[str, str]:
    """The names of the subjects that have terms, in their order; those of the school at the end."""
    own = {slug for one in terms.terms for slug in one.subjects}
    names = {
        one.slug: words_of.named(one, lists.raw)
        for one in words_of.sorted_subjects(lists.catalogue, lists.raw)
        if one.slug in own
    }
    return names | ({SCHOOL: lists.raw("curriculum.terms.school")} if SCHOOL in own else {})


def _bar(lists: Lists, terms: Terms) -> None:
    t, place, state = lists.t, lists.place, st.session_state
    names = known_subjects(lists, terms)
    drawn = {WORDS: place.words, SUBJECT: place.subject if place.subject in names else ""}
    for key, value in drawn.items():
        # Setting what stands there already would take away what somebody types at this moment.
        if state.get(key) != value:
            state[key] = value

    def turn() -> None:
        lists.go(Place(view=TERMS, words=(state[WORDS] or "").strip(), subject=state[SUBJECT] or ""))

    follow = when_chosen(drawn, turn)

    with st.container(key="curriculum-bar"), st.grid(2, min_column_width=220, gap="small"):
        st.text_input(
            t.raw("curriculum.terms.search"),
            key=WORDS,
            type="search",
            placeholder=t.raw("curriculum.terms.hint"),
            max_chars=LONGEST_WORDS,
            on_change=follow,
        )
        st.selectbox(
            t.raw("curriculum.subject"),
            ("", *names),
            format_func=lambda slug: names.get(slug) or t.raw("curriculum.subject.any"),
            key=SUBJECT,
            on_change=follow,
            filter_mode="contains",
        )


def _with(terms: Iterable[Term], words: str) -> list[Term]:
    """The terms that have the words in one of their names."""
    wanted = " ".join(fold(words).split())
    return [
        one
        for one in terms
        if not wanted or any(wanted in fold(name) for language in LANGUAGES for name in one.words(language))
    ]


def _table(terms: Sequence[Term], t: ScreenWords, *, name: str) -> None:
    """Three columns, the language of the page first; proposals are marked, and what the mark means is said below."""
    order = (t.language, *(language for language in LANGUAGES if language != t.language))
    rows = [[_cell(one, language, t) for language in order] for one in terms]
    table([NAMES[language] for language in order], rows, name=f"terms-{name}")
    if any(one.checked is Checked.PROPOSAL for one in terms):
        st.caption(t("curriculum.terms.proposal.why"))


def _cell(term: Term, language: str, t: ScreenWords) -> str:
    """The variants, the usual one first; a proposal is one in Kazakh."""
    text = "; ".join(map(plain, term.words(language)))
    proposed = language == "kk" and term.checked is Checked.PROPOSAL
    return f"{text} :orange-badge[{t('curriculum.terms.proposal')}]" if proposed else text


def view(lists: Lists) -> None:
    """Objectives or terms: the two views of the page."""
    t, state, key = lists.t, st.session_state, "curriculum_view"
    state[key] = lists.place.view
    st.segmented_control(
        t.raw("curriculum.view"),
        ("", TERMS),
        format_func=lambda one: t.raw(f"curriculum.view.{one or 'objectives'}"),
        key=key,
        on_change=when_chosen({key: lists.place.view}, lambda: lists.go(Place(view=str(state[key] or "")))),
        label_visibility="collapsed",
        required=True,
    )
