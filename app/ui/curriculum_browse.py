"""Browsing the curriculum: subjects, then grades, then programmes where there are several, then sections."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from app.ui import curriculum_words as words_of
from app.ui.boxes import when_chosen
from app.ui.curriculum_lists import Lists, Tile
from app.ui.curriculum_place import LEVELS, Place, carries
from app.ui.rendering import plain
from knowledge.curriculum import LearningObjective, Subject, code_order, level_of

FEW_SUBJECTS = 14
"""Up to so many subjects need no choice of a level."""
LONG_LIST = 40
"""From so many objectives on, the sections are named above the list, to jump to."""


def subjects(lists: Lists) -> None:
    """Every subject of the chosen level with its grades and how much there is of it."""
    t, place = lists.t, lists.place
    found = words_of.sorted_subjects(lists.catalogue, t.raw)
    if len(found) > FEW_SUBJECTS:
        _levels(lists)
    st.caption(t("curriculum.choose"))
    tiles = {
        subject.slug: _subject_tile(lists, subject, grades)
        for subject in found
        if (grades := _grades(lists, subject.slug, place.level))
    }
    lists.tiles(tiles, name="subjects", label=t("curriculum.choose"))


def named_so(lists: Lists, words: str) -> bool:
    """The subjects that have the words in their name, in any language; whether there are any."""
    wanted = " ".join(words.casefold().split())
    found = {
        subject.slug: _subject_tile(lists, subject, lists.catalogue.grades(subject.slug))
        for subject in words_of.sorted_subjects(lists.catalogue, lists.raw)
        if any(wanted in name.casefold() for name in subject.names.values())
    }
    if found:
        st.subheader(lists.t("curriculum.found.subjects"), anchor=False)
        lists.tiles(found, name="subjects-found", label=lists.t("curriculum.found.subjects"))
    return bool(found)


def browse(lists: Lists) -> None:
    """The objectives of a subject and a grade by section; of one of the two, first a choice of the other."""
    t, catalogue, place = lists.t, lists.catalogue, lists.place
    pairs = [
        (subject.slug, grade)
        for subject in words_of.sorted_subjects(catalogue, t.raw)
        for grade in catalogue.grades(subject.slug)
        if place.subject in ("", subject.slug) and place.grade in (None, grade)
    ]
    if len(pairs) == 1:
        _programmes(lists, *pairs[0])
        return
    label = t("curriculum.choose.grade" if place.subject else "curriculum.choose.subject")
    st.caption(label)
    tiles = {}
    for slug, grade in pairs:
        name = words_of.subject_name(catalogue, slug, t.raw)
        title = words_of.grades((grade,), t.raw) if place.subject else name
        there = catalogue.objectives(subject=slug, grade=grade)
        tiles[f"{slug}-{grade}"] = Tile(
            title=title, about=_count(lists, there), place=replace(place, subject=slug, grade=grade)
        )
    lists.tiles(tiles, name="pairs", label=label)


def _programmes(lists: Lists, subject: str, grade: int) -> None:
    """The objectives of the chosen programme; where there are several and none is chosen, the choice."""
    t, catalogue, place = lists.t, lists.catalogue, lists.place
    groups: dict[str, list[LearningObjective]] = {}
    for one in catalogue.objectives(subject=subject, grade=grade):
        groups.setdefault(one.programme.key, []).append(one)
    about = [words_of.subject_name(catalogue, subject, t.raw), words_of.grades((grade,), t.raw)]
    st.header(plain(", ".join(about)), anchor=False)
    words = words_of.programmes((group[0].programme for group in groups.values()), t.raw)
    chosen = [key for key in groups if len(groups) == 1 or carries(groups[key][0], place.programme)]
    if len(groups) > 1:
        _switch(lists, words, chosen, Place(subject=subject, grade=grade))
    for key in chosen[:1]:
        _programme(lists, groups[key])
    if not chosen:
        st.caption(t.plural("curriculum.programmes", len(groups)))
        tiles = {
            key: Tile(
                title=words[key],
                about=f"{_count(lists, group)} · {words_of.appendix(group[0].programme, t.raw)}",
                place=Place(subject=subject, grade=grade, programme=key),
            )
            for key, group in groups.items()
        }
        lists.tiles(tiles, name="programmes", label=t("curriculum.choose.programme"))


def _switch(lists: Lists, words: Mapping[str, str], chosen: Sequence[str], at: Place) -> None:
    """The way from the chosen programme to the others of the same subject and grade."""
    if not chosen:
        return
    state, key = st.session_state, "curriculum_programme"
    state[key] = chosen[0]
    st.selectbox(
        lists.t.raw("curriculum.programme"),
        tuple(words),
        format_func=words.__getitem__,
        key=key,
        on_change=when_chosen({key: chosen[0]}, lambda: lists.go(replace(at, programme=state[key]))),
        filter_mode=None,
    )


def _programme(lists: Lists, objectives: Sequence[LearningObjective]) -> None:
    """One programme in one grade: what it is, then its objectives under sections and subsections."""
    t, first = lists.t, objectives[0]
    about = [
        t.plural("curriculum.count", len(objectives)),
        plain(words_of.kind(first.programme, t.raw)),
        plain(words_of.place_in_acts(first.programme, t.raw)),
        plain(words_of.hours(first.programme.hours, first.grade, t.raw)),
    ]
    st.caption(" · ".join(filter(None, about)))
    if not any(t.language in one.texts for one in objectives):
        spoken = dict.fromkeys(one.language_for(t.language) for one in objectives)
        names = ", ".join(words_of.language_name(one, t.raw) for one in spoken)
        st.caption(t("curriculum.wording.elsewhere", languages=names))
    sections: dict[int, list[LearningObjective]] = {}
    for one in sorted(objectives, key=lambda one: code_order(one.code)):
        sections.setdefault(one.section.number, []).append(one)
    if len(objectives) >= LONG_LIST and len(sections) > 1:
        ways = (f"[{_section_name(lists, group)}](#section-{number})" for number, group in sections.items())
        st.markdown(" · ".join(ways))
    for number, group in sections.items():
        st.subheader(_section_name(lists, group), anchor=f"section-{number}")
        _section(lists, group)


def _section_name(lists: Lists, objectives: Sequence[LearningObjective]) -> str:
    """The section's number, with its name where all its objectives bear the same one."""
    names = {words_of.section(one, lists.raw) for one in objectives}
    number = lists.raw("curriculum.section", number=objectives[0].section.number)
    return plain(names.pop() if len(names) == 1 else number)


def _section(lists: Lists, objectives: Sequence[LearningObjective]) -> None:
    parts: dict[str, list[LearningObjective]] = {}
    for one in objectives:
        parts.setdefault(one.code.rpartition(".")[0], []).append(one)
    for stem, group in parts.items():
        title = plain(words_of.subsection(group[0], lists.raw))
        lists.rows(
            group,
            name=f"section-{stem.replace('.', '-')}",
            label=title or _section_name(lists, group),
            heading=bool(title) and (len(parts) > 1 or group[0].subsection is not None),
        )


def _levels(lists: Lists) -> None:
    """Which level's subjects are listed."""
    t, state, key = lists.t, st.session_state, "curriculum_level"
    state[key] = lists.place.level
    there = {level_of((grade,)) for grade in lists.catalogue.grades()}
    st.segmented_control(
        t.raw("curriculum.level"),
        ("", *(one for one in LEVELS if one in there)),
        format_func=lambda one: t.raw(f"curriculum.level.{one or 'any'}"),
        key=key,
        on_change=when_chosen(
            {key: lists.place.level}, lambda: lists.go(replace(lists.place, level=str(state[key] or "")))
        ),
        label_visibility="collapsed",
        required=True,
    )


def _grades(lists: Lists, subject: str, level: str) -> tuple[int, ...]:
    grades = lists.catalogue.grades(subject)
    return tuple(one for one in grades if level in ("", level_of((one,))))


def _subject_tile(lists: Lists, subject: Subject, grades: Sequence[int]) -> Tile:
    t, catalogue = lists.raw, lists.catalogue
    there = [one for grade in grades for one in catalogue.objectives(subject=subject.slug, grade=grade)]
    about = f"{words_of.grades(grades, t)} · {_count(lists, there)}"
    return Tile(title=words_of.named(subject, t), about=about, place=Place(subject=subject.slug))


def _count(lists: Lists, objectives: Sequence[LearningObjective]) -> str:
    return lists.raw.plural("curriculum.count", len(objectives))
