"""The history of a document: the steps that changed it, how one is walked back, and what Undo and Redo would take."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass as stored

from app.documents import Document, Field, Finding


class Step(StrEnum):
    """The steps that the desk itself takes; what a model was asked for goes by the word of its request."""

    START = "start"
    COPY = "copy"
    EDIT = "edit"
    ADD = "add"
    REMOVE = "remove"
    UNDO = "undo"
    REDO = "redo"
    REJECTED = "rejected"
    RENAME = "rename"
    FINISH = "finish"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One step in the list of versions; its content is opened by `Desk.version` alone.

    Attributes:
        what: a word of `Step`, or what a model was asked for (`write`, `easier`).
        field: id of the field, or "".
        changed: whether the field got another value by it; a rejected text and a rename have not.
        of: the revision that an undo took back or a redo did again.
    """

    revision: int
    at: datetime
    what: str
    field: str = ""
    changed: bool = False
    of: int | None = None


@stored(frozen=True, slots=True, kw_only=True)
class Change:
    """What a step changed, so that it can be walked back; stored sealed.

    Attributes:
        before: the field as it was; None with `after`: the step added the field.
        after: the field as it became; None with `before`: the step took the field away.
        place: where among the fields it stands or stood, from 0.
        rejected: a text that did not get into the document because the field had changed meanwhile.
        title: the title before.
        final: whether the document was final before.
        findings: of a copy in another language: what could not be said the same.
    """

    document: UUID
    revision: int
    title: str
    final: bool
    before: Field | None = None
    after: Field | None = None
    place: int = 0
    rejected: Field | None = None
    findings: tuple[Finding, ...] = ()


CHANGE: TypeAdapter[Change] = TypeAdapter(Change)


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What Undo and Redo would take now; None where there is nothing."""

    undo: Version | None
    redo: Version | None


def steps(versions: Iterable[Version]) -> Steps:
    """What Undo and Redo would take after these steps, oldest first."""
    done: list[Version] = []
    undone: list[Version] = []
    for one in versions:
        if not one.changed:
            continue
        if one.what == Step.UNDO and done:
            undone.append(done.pop())
        elif one.what == Step.REDO and undone:
            done.append(undone.pop())
        else:
            done.append(one)
            undone.clear()
    return Steps(undo=done[-1] if done else None, redo=undone[-1] if undone else None)


def with_step(document: Document, before: Field | None, after: Field | None, place: int) -> Document:
    """The document with one field replaced, added (`before` is None) or taken away (`after` is None)."""
    fields = list(document.fields)
    if before is not None:
        fields.pop(index_of(fields, before.id))
    if after is not None:
        fields.insert(place, after)
    return replace(document, fields=tuple(fields), revision=document.revision + 1)


def walked_back(document: Document, change: Change) -> Document:
    """The document one step earlier."""
    if change.before is not None or change.after is not None:
        document = with_step(document, change.after, change.before, change.place)
    return replace(document, title=change.title, final=change.final, revision=change.revision - 1)


def index_of(fields: Sequence[Field], field_id: str) -> int:
    """Where the field of an id stands.

    Raises:
        LookupError: there is none.
    """
    found = next((number for number, one in enumerate(fields) if one.id == field_id), None)
    if found is None:
        raise LookupError(f"no field {field_id!r}")
    return found
