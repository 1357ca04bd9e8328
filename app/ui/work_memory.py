"""What one browser session remembers of the workspace: the open document, what stands open in it, what is to run."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

import streamlit as st

from app.accounts import Principal
from app.assistant.desk_events import Change
from app.documents import Document, Value
from app.errors import Words

KEY = "work"


class Opened(StrEnum):
    """What may stand open under a field."""

    EDIT = "edit"
    OWN = "own"
    FLAG = "flag"
    SOURCES = "sources"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the next whole run has a model do.

    Attributes:
        place: the one field that is asked for; empty: everything that is missing.
        change: what is to become of that field; None: it is written.
    """

    place: str = ""
    change: Change | None = None
    instruction: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """Two hands wrote one field: what this tab has, and what stands there since."""

    mine: Value = field(repr=False)
    theirs: Value = field(repr=False)


@dataclass(slots=True, kw_only=True)
class Workspace:
    """The workspace of one document in one browser session; gone when somebody else signs in.

    Attributes:
        said: what is to be read under a field once: why it stayed as it was, that a flag was taken.
        tried: by field, what was asked for there in vain, so that trying again asks for the same.
        meeting: by field, where two tabs wrote the same one.
        seen: by field, the revision that its open editor knows of it.
        serials: by field, how often something was opened there, so that boxes begin with what the field holds.
    """

    person: UUID
    document: Document = field(repr=False)
    wanted: Wanted | None = None
    tried: dict[str, Wanted] = field(default_factory=dict)
    opened: dict[str, Opened] = field(default_factory=dict)
    said: dict[str, Words] = field(default_factory=dict)
    meeting: dict[str, Meeting] = field(default_factory=dict, repr=False)
    notice: Words | None = None
    seen: dict[str, int] = field(default_factory=dict)
    serials: dict[str, int] = field(default_factory=dict)

    def open(self, field_id: str, what: Opened) -> None:
        """Open something under a field, in place of what stood open there."""
        self.opened[field_id] = what
        self.said.pop(field_id, None)
        self.seen[field_id] = self.document.revision
        self.serials[field_id] = self.serials.get(field_id, 0) + 1

    def serial(self, field_id: str) -> int:
        """Tells the boxes of this opening from those of an earlier one."""
        return self.serials.get(field_id, 0)

    def close(self, field_id: str) -> None:
        """Leave the field as it reads."""
        self.opened.pop(field_id, None)
        self.meeting.pop(field_id, None)


def kept(principal: Principal) -> Workspace | None:
    """The workspace of this session, if this person has one in it."""
    found = st.session_state.get(KEY)
    return found if isinstance(found, Workspace) and found.person == principal.person_id else None


def take(principal: Principal, document: Document) -> Workspace:
    """The workspace of a document as it stands now; what was open in it stays open."""
    space = kept(principal)
    if space is None or space.document.id != document.id:
        space = Workspace(person=principal.person_id, document=document)
        st.session_state[KEY] = space
    space.document = document
    return space


def begin(principal: Principal, document: Document) -> None:
    """Have the workspace write what is missing as soon as it is opened."""
    take(principal, document).wanted = Wanted()
