"""The official editions of the curriculum: what is in force, what waits and what it would change; the operator switches."""

from collections.abc import Sequence

import streamlit as st

from app.assistant.editions_reading import EditionLine
from app.ui.context import Context, ScreenWords
from app.ui.curriculum_words import act, edition, known, language_name
from app.ui.editions_change import changes, report
from app.ui.field_table import fields
from app.ui.rendering import plain

OPEN = "editions_open"


def render(context: Context) -> None:
    """The editions by their standing, each with what is known of it."""
    t = context.translator
    shown = context.services.editions_reading.shown(context.person)
    st.title(t("editions_page.title"), anchor=False)
    st.markdown(t("editions_page.lead"))
    if shown.index_version is not None:
        st.caption(t("editions_page.index", version=shown.index_version))
    st.subheader(t("editions_page.in_force"), anchor=False)
    if not shown.in_force:
        st.info(t("editions_page.in_force.none"), icon=":material/info:")
        st.markdown(t("editions_page.in_force.way"))
        with st.expander(t("editions_page.command"), type="compact"):
            st.code("ustaz ingest FILE", language=None)
    for line in shown.in_force:
        _edition(context, line, "force")
    if shown.in_force:
        st.caption(t("editions_page.back"))
        st.code("ustaz curriculum back", language=None)
    st.subheader(t("editions_page.waiting"), anchor=False)
    if not shown.waiting:
        st.caption(t("editions_page.waiting.none"))
    for line in shown.waiting:
        _edition(context, line, "waiting", first=_first(line, shown.in_force))
    if shown.superseded:
        st.subheader(t("editions_page.superseded"), anchor=False)
        st.caption(t("editions_page.superseded.note"))
        for line in shown.superseded:
            _edition(context, line, "superseded")


def _first(line: EditionLine, in_force: Sequence[EditionLine]) -> bool:
    """Whether nothing of the same act and language is in force."""
    place = (line.head["act"], line.head["language"])
    return all((one.head["act"], one.head["language"]) != place for one in in_force)


def _edition(context: Context, line: EditionLine, standing: str, *, first: bool = False) -> None:
    t, head = context.translator, line.head
    with st.container(border=True, key=f"editions-{standing}-{line.id}"):
        st.markdown(
            f"**{plain(act(str(head['act']), t.raw))}** · {plain(edition(str(head['edition']), t.raw))}"
        )
        fields(_facts(line, t), name=f"editions-{line.id}")
        with st.container(horizontal=True, gap="small"):
            if standing == "waiting":
                _toggle(context, line, "changes")
            _toggle(context, line, "report")
        if standing == "waiting":
            st.caption(t("editions_page.switch"))
            st.code(f"ustaz curriculum switch {line.id}", language=None)
        opened = st.session_state.get(OPEN)
        if opened == (line.id, "changes"):
            changes(
                context, context.services.editions_reading.difference(context.person, line.id), first=first
            )
        if opened == (line.id, "report"):
            report(context, context.services.editions_reading.report(context.person, line.id))


def _toggle(context: Context, line: EditionLine, what: str) -> None:
    place = (line.id, what)
    is_open = st.session_state.get(OPEN) == place
    label = context.translator("editions_page.close" if is_open else f"editions_page.{what}")
    if st.button(label, key=f"editions-{what}-{line.id}"):
        st.session_state[OPEN] = None if is_open else place
        st.rerun()


def _facts(line: EditionLine, t: ScreenWords) -> Sequence[tuple[str, str]]:
    head = line.head
    rows = [
        (t("editions_page.field.language"), plain(language_name(str(head["language"]), t.raw))),
        (t("editions_page.field.amended_by"), plain(known(str(head["amended_by"]), t.raw))),
        (t("editions_page.field.valid_from"), plain(known(str(head["valid_from"]), t.raw))),
        (t("editions_page.field.programmes"), t.number(int(head["programmes"]))),
        (t("editions_page.field.objectives"), t.number(int(head["objectives"]))),
        (t("editions_page.field.doubts"), t.number(sum(head["doubts"].values()))),
        (
            t("editions_page.field.taken_in"),
            t.time(line.taken_in) if line.taken_in else t("curriculum.unknown"),
        ),
    ]
    if line.switched is not None:
        rows.append((t("editions_page.field.switched"), t.time(line.switched)))
    rows.append((t("editions_page.field.name"), plain(str(head["name"]))))
    rows.append((t("editions_page.field.sha256"), f"`{plain(str(head['sha256']))}`"))
    return rows
