"""The New page: the form that a document is made from; one submit gives a complete draft."""

import streamlit as st

from app.accounts import Permission
from app.documents.brief import Brief, Kind
from app.errors import UstazError, Words
from app.ui import compose_memory as typed
from app.ui import model_label
from app.ui.compose_form import brief, kinds, lesson, more, place
from app.ui.compose_memory import Memory, memory_of
from app.ui.compose_objectives import of, pick
from app.ui.compose_style import STYLE
from app.ui.compose_topics import topic
from app.ui.context import Context
from app.ui.rendering import plain
from app.ui.work_memory import begin
from knowledge.curriculum import LearningObjective

WORK_PAGE = "work"


def render(context: Context) -> None:
    """Draw the form, and make the document when it is submitted."""
    person, t = context.person, context.translator
    person.require(Permission.OWN_DOCUMENT_WRITE)
    memory = memory_of(person)
    if memory.made:
        memory.begin()
    _first_values(context, memory)
    st.html(STYLE)
    st.title(t("compose.title"), anchor=False)
    model_label.draw(context)
    _unfinished(context)
    with st.container(key="compose-form"):
        kind = kinds(context, memory)
        language = place(context, memory)
        programme = pick(context, memory, language=language)
        topic(context, of(context, memory).chosen(programme), language)
        lesson(context, kind, language)
        more(context, kind)
        _submit(context, memory, kind, language=language, programme=programme)


def prefill(context: Context, objective: LearningObjective, kind: Kind = Kind.PLAN) -> None:
    """Begin a new document of an objective; only from another page."""
    memory = memory_of(context.person)
    memory.begin()
    memory.asked = True
    memory.codes = (objective.code,)
    _first_values(context, memory)
    typed.put(
        {
            typed.KIND: str(kind),
            typed.SUBJECT: objective.subject,
            typed.GRADE: objective.grade,
            typed.PROGRAMME: objective.programme.key,
            typed.QUARTER: objective.quarters[0] if len(objective.quarters) == 1 else 0,
        }
    )


def again(context: Context, brief: Brief, *, grade: int, language: str, class_name: str) -> None:
    """Begin a document like another one for another grade, whose objectives have still to be chosen."""
    memory = memory_of(context.person)
    memory.begin()
    memory.asked = True
    _first_values(context, memory)
    typed.put(
        {
            typed.KIND: str(brief.kind),
            typed.SUBJECT: brief.subject,
            typed.GRADE: grade,
            typed.LANGUAGE: language,
            typed.CLASS: class_name,
            typed.NOTES: brief.notes,
            typed.NEEDS: brief.special_needs,
            typed.SOURCE: brief.source_text,
        }
    )


def _first_values(context: Context, memory: Memory) -> None:
    """What the form begins with: the last document's place, the person's name, the school's name."""
    state, person = st.session_state, context.person
    if state.get(typed.LANGUAGE) is None:
        state[typed.LANGUAGE] = context.language
    for key, value in (
        (typed.TEACHER, person.name),
        (typed.ORGANISATION, person.school_names.get(str(state[typed.LANGUAGE]), "")),
    ):
        if key not in state:
            state[key] = value
    if memory.asked:
        return
    memory.asked = True
    last = next(iter(context.services.desk.library(person, limit=1).lines), None)
    if last is not None and not state.get(typed.SUBJECT):
        subject = context.services.library.catalogue.subject(last.subject)
        state[typed.LANGUAGE] = last.language
        if subject is not None:
            state[typed.SUBJECT], state[typed.GRADE] = subject.slug, last.grade


def _unfinished(context: Context) -> None:
    """The way back to the document that was changed last, as long as it is a draft."""
    last = next(iter(context.services.desk.library(context.person, limit=1).lines), None)
    if last is None or last.final:
        return
    t = context.translator
    title = plain(last.title) or t("library.untitled")
    label = t.raw("compose.unfinished", title=title)
    if st.button(label, key="compose_unfinished", type="tertiary", icon=":material/edit_note:"):
        context.go(WORK_PAGE, query={"id": str(last.id)})


def _missing(kind: Kind, memory: Memory, programme: str) -> str:
    """Key of what is still missing; "" where nothing is."""
    if not typed.text(typed.SUBJECT) or not typed.number(typed.GRADE, 0):
        return "compose.missing.place"
    if not memory.codes and kind is not Kind.CALENDAR:
        return "compose.missing.objective"
    return "" if programme else "compose.missing.programme"


def _submit(context: Context, memory: Memory, kind: Kind, *, language: str, programme: str) -> None:
    t = context.translator
    missing = _missing(kind, memory, programme)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="compose-submit"):
        pressed = st.button(t("compose.submit"), key="compose_submit", type="primary", disabled=bool(missing))
        if missing:
            st.caption(t(missing), width="content")
    problem = st.empty()
    if pressed:
        memory.problem = None
        try:
            document = context.services.desk.start(
                context.person, brief(kind, memory, language=language, programme=programme)
            )
        except UstazError as error:
            memory.problem = error.words
        except ValueError:
            memory.problem = Words(key="compose.problem.values")
        else:
            memory.made = True
            begin(context.person, document)
            context.go(WORK_PAGE, query={"id": str(document.id)})
    if memory.problem is not None:
        problem.warning(t.words(memory.problem), icon=":material/info:")
