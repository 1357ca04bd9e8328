"""A model at work on the document: fields fill in order, with a word of where it stands and a button that stops it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.assistant.desk_events import (
    DeskDone,
    DeskEvent,
    DeskRefused,
    FieldBegun,
    FieldLeft,
    FieldProgress,
    FieldWritten,
)
from app.documents import Document, Field
from app.errors import UstazError, Words
from app.ui.context import Context
from app.ui.rendering import plain
from app.ui.work_memory import Wanted, Workspace
from app.ui.work_piece import piece
from app.ui.work_sheet import Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of the desk: everything that is missing, or one field.

    Attributes:
        status: the place of the status words.
        slots: the place of each field, by id.
    """

    sheet: Sheet
    status: DeltaGenerator
    slots: Mapping[str, DeltaGenerator]

    @property
    def context(self) -> Context:
        """What the page is given."""
        return self.sheet.context

    @property
    def space(self) -> Workspace:
        """The workspace that is written in."""
        return self.sheet.space

    def go(self, wanted: Wanted) -> None:
        """Draw each event as it comes.

        Whatever ends this run (Stop, another widget, a closed tab), the line is closed here and now; what was
        written is durable already.
        """
        space = self.space
        events: Iterator[DeskEvent] | None = None
        space.notice = None
        space.said.pop(wanted.place, None)
        try:
            events = self._events(wanted)
            for event in events:
                self._take(event, wanted)
        except UstazError as error:
            space.notice = error.words
        finally:
            close = getattr(events, "close", None)
            if close is not None:
                close()

    def _events(self, wanted: Wanted) -> Iterator[DeskEvent]:
        desk, person, document = self.context.services.desk, self.context.person, self.space.document.id
        if wanted.change is None:
            return desk.write(person, document, fields=(wanted.place,) if wanted.place else None)
        return desk.modify(person, document, wanted.place, wanted.change, instruction=wanted.instruction)

    def _take(self, event: DeskEvent, wanted: Wanted) -> None:
        t, space = self.context.translator, self.space
        match event:
            case FieldBegun():
                label = self._label(event.field)
                said = t("work.run.field", label=label, n=event.number, all=event.total)
                self.status.markdown(f":shimmer[{said}]")
            case FieldProgress():
                waits = t("chat.step.queued.place", n=event.place) if event.place else None
                said = f"{plain(self._label(event.field))}: {waits or t(f'chat.step.{event.step}')}"
                self.status.markdown(f":shimmer[{said}…]")
            case FieldWritten():
                space.said.pop(event.field.id, None)
                space.tried.pop(event.field.id, None)
                self._put(event.field, event.revision)
            case FieldLeft():
                space.said[event.field.id] = event.words
                space.tried[event.field.id] = replace(wanted, place=event.field.id)
                self._put(event.field, event.revision)
            case DeskRefused() if wanted.place:
                # The head of the page may be out of sight of the one field that was asked for.
                space.said[wanted.place] = event.words
            case DeskRefused():
                space.notice = event.words
            case DeskDone():
                if event.left and space.notice is None and wanted.place not in space.said:
                    space.notice = Words(
                        key="work.run.done", facts={"written": event.written, "left": event.left}
                    )

    def _put(self, field: Field, revision: int) -> None:
        space = self.space
        space.document = with_field(space.document, field, revision)
        slot = self.slots.get(field.id)
        if slot is not None:
            slot.markdown(piece(self.sheet, field))
        self.sheet.sums.draw(space.document)

    def _label(self, field_id: str) -> str:
        found = next((one for one in self.space.document.fields if one.id == field_id), None)
        return found.label if found is not None else field_id


def with_field(document: Document, field: Field, revision: int) -> Document:
    """The document with this field in its place, at a revision."""
    fields = tuple(field if one.id == field.id else one for one in document.fields)
    return replace(document, fields=fields, revision=revision)


def stop_button(context: Context) -> None:
    """Its click ends the run, and with it the line."""
    st.button(context.translator("work.stop"), key="work-stop", icon=":material/stop_circle:")
