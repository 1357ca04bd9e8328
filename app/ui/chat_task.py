"""Words of an answer taken into a document: into a task of a plan, as the teacher's own text."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import streamlit as st

from app.accounts import Permission
from app.documents import Document, Field, Kind
from app.documents.value import Lines, Task, Text, Value
from app.errors import UstazError
from app.ui.chat_person import present
from app.ui.context import Context

RECENT = 30
WITH_TASKS = frozenset({Kind.PLAN, Kind.TASKS, Kind.UNIT, Kind.TERM})
LONGEST = 4_000
PREVIEW = 60
HEAD = "header"
REPLACE, APPEND = "replace", "append"


def offered(context: Context) -> bool:
    """Whether this person has a desk to take words to."""
    return context.person.may(Permission.OWN_DOCUMENT_WRITE)


def tasks(document: Document) -> tuple[Field, ...]:
    """The fields that hold a task."""
    return tuple(one for one in document.fields if isinstance(one.value, Task))


def fillable(document: Document) -> tuple[Field, ...]:
    """The fields that words can be put into: tasks first, then texts and lists of sentences; not the head of the form."""
    others = (one for one in document.fields if isinstance(one.value, Text | Lines) and one.section != HEAD)
    return (*tasks(document), *others)


def words_in(value: Value) -> str:
    """The words that a field holds now."""
    match value:
        case Task(text=text) | Text(text=text):
            return text
        case Lines(lines=lines):
            return "\n".join(lines)
        case _:
            return ""


def with_words(value: Value, text: str, *, append: bool) -> Value:
    """The value with the words put in, or put below what it holds.

    Raises:
        ValueError: it holds no words.
    """
    whole = "\n".join(filter(None, (words_in(value) if append else "", text.strip())))
    match value:
        case Task() | Text():
            return replace(value, text=whole)
        case Lines():
            return replace(value, lines=tuple(filter(None, map(str.strip, whole.split("\n")))))
        case _:
            raise ValueError(f"{value.kind} holds no words")


def task_form(context: Context, text: str, name: str, *, language: str) -> None:
    """Choose one of one's documents with tasks, then the task; as it stands in a dialog.

    Args:
        language: of the words.
    """
    t, desk = context.translator, context.services.desk
    person = present(context)
    st.caption(t("chat.task.about"))
    recent = [line for line in desk.library(person, limit=RECENT).lines if line.kind in WITH_TASKS]
    # A plan in the language of the answer is most likely meant; the newest of them stands first.
    recent.sort(key=lambda line: line.language != language)
    titles = {line.id: " · ".join(filter(None, (line.title, line.class_name))) for line in recent}
    if not titles:
        st.info(t("chat.task.none"))
        context.link("new", t("chat.task.new"))
        return
    chosen = st.selectbox(
        t("chat.task.document"),
        list(titles),
        format_func=titles.__getitem__,
        key=f"chat-task-document-{name}",
    )
    document = desk.open(person, chosen)
    put_form(context, document, tasks(document), text, name)


def put_form(
    context: Context,
    document: Document,
    fields: Iterable[Field],
    text: str,
    name: str,
    *,
    done: Callable[[], None] | None = None,
) -> None:
    """Choose the field, look at the words, put them in.

    Args:
        done: called when they are in, in place of the sentence that says so.
    """
    t, labels = context.translator, {one.id: _label(one) for one in fields}
    if not labels:
        st.info(t("chat.task.no_field"))
        return
    with st.form(f"chat-put-{name}-{document.id}", border=False):
        field = st.selectbox(t("chat.task.field"), list(labels), format_func=labels.__getitem__)
        how = st.radio(
            t("chat.task.how"),
            (REPLACE, APPEND),
            format_func=lambda one: t(f"chat.task.how.{one}"),
            horizontal=True,
        )
        words = st.text_area(t("chat.task.words"), value=text, max_chars=LONGEST, height=180)
        sent = st.form_submit_button(t("chat.task.put"), type="primary")
    if not sent:
        return
    if not words.strip():
        st.caption(t("chat.task.empty"))
        return
    try:
        put(context, document, str(field), words, append=how == APPEND)
    except UstazError as error:
        st.error(t.words(error.words))
        return
    if done is not None:
        done()
        return
    st.success(t("chat.task.done", field=document.field(str(field)).label, title=document.title))
    context.link("work", t("chat.task.open"), query={"id": str(document.id)})


def put(context: Context, document: Document, field: str, words: str, *, append: bool) -> Document:
    """Edit the field as the teacher would by hand.

    Raises:
        EditConflict: it got other words since; these are kept as a version.
    """
    value = with_words(document.field(field).value, words, append=append)
    return context.services.desk.edit(present(context), document.id, field, value, seen=document.revision)


def _label(field: Field) -> str:
    held = " ".join(words_in(field.value).split())
    short = held if len(held) <= PREVIEW else held[: PREVIEW - 1] + "…"
    return f"{field.label}: {short}" if short else field.label
