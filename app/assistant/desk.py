"""The teacher's desk: fields edited, written, added, undone; what has left a field is durable before it returns."""

import re
from collections.abc import Callable
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts import Principal
from app.assistant.desk_ground import field_of, short_enough
from app.assistant.desk_history import Step, Steps, Version, steps
from app.assistant.desk_making import Making
from app.assistant.desk_store import Held
from app.documents import Document, Field, State, Value
from app.documents.value import VALUE
from app.errors import BadArgument, Conflict, NotFound

WORD = re.compile(r"[a-z][a-z_]{0,31}")
PLACE = re.compile(r"[a-z_]+(\.[a-z_0-9]+)+")
LONGEST_ID = 64
MOST_FIELDS = 200
ENDED = (State.WITHHELD, State.FAILED)
"""Where writing ended without a text: nothing that would have to be kept."""


class EditConflict(Conflict):
    """The field got another value since the editor started; the rejected text is kept as a version.

    Attributes:
        newer: the field as it stands.
        kept: the revision that holds the rejected text.
    """

    key = "desk.conflict"

    def __init__(self, newer: Field, *, kept: int) -> None:
        super().__init__(f"{newer.id} was changed meanwhile; the text is kept as version {kept}", kept=kept)
        self.newer, self.kept = newer, kept


class Desk(Making):
    """The documents of whoever asks; no model is called here, and the notice about AI need not be accepted."""

    def edit(self, principal: Principal, document: UUID, field: str, value: Value, *, seen: int) -> Document:
        """Give a field what the teacher wrote.

        Args:
            seen: the revision from which the editor started; changes of other fields since then do not matter.

        Raises:
            EditConflict: this field got another value since; what was written is kept as a version.
            Conflict: the field was taken away since; what was written is kept as a version.
            BadArgument: another kind of value than the field holds, or too long.
        """
        return self._replace(
            principal, document, field, Step.EDIT, lambda old: old.edited(_fitting(old, value)), seen
        )

    def put(
        self, principal: Principal, document: UUID, field: Field, what: str, *, seen: int | None = None
    ) -> Document:
        """Give a field what a model wrote, or where its writing ended; used by the writing loop.

        Args:
            what: the word of what was asked for (`write`, `easier`); stands in clear.
            seen: the revision from which the writing started; None replaces whatever is there. A field that was
                changed since is not marked as withheld or failed.

        Raises:
            EditConflict: the teacher was faster; what was written is kept as a version.
            BadArgument: not such a word, or a value that does not fit.
        """
        if not WORD.fullmatch(what) or what in set(Step):
            raise BadArgument("no word for what was asked for")

        def written(old: Field) -> Field:
            _fitting(old, field.value)
            return field

        return self._replace(principal, document, field.id, what, written, seen)

    def add(self, principal: Principal, document: UUID, field: Field, *, after: str) -> Document:
        """Put a field of the teacher's own behind another one, as one more task.

        Raises:
            NotFound: no such document of this person, or no field `after`.
            BadArgument: its id is taken or no id, its value is too long, or there are too many fields.
        """
        short_enough(VALUE.dump_json(field.value))
        if len(field.id) > LONGEST_ID or not PLACE.fullmatch(field.id):
            raise BadArgument(f"{field.id[:LONGEST_ID]!r} is no id of a field")

        def work(session: Session, held: Held) -> Document:
            ids = [one.id for one in held.document.fields]
            if field.id in ids or len(ids) >= MOST_FIELDS:
                raise BadArgument(f"{field.id} is taken, or there are {MOST_FIELDS} fields")
            place = ids.index(field_of(held.document, after).id) + 1
            return self._store.step(session, held, Step.ADD, after=field.edited(field.value), place=place)

        return self._write(principal, document, work)

    def remove(self, principal: Principal, document: UUID, field: str) -> Document:
        """Take a field out of the document; undo brings it back.

        Raises:
            NotFound: no such document of this person, or no such field.
        """

        def work(session: Session, held: Held) -> Document:
            return self._store.step(session, held, Step.REMOVE, before=field_of(held.document, field))

        return self._write(principal, document, work)

    def undo(self, principal: Principal, document: UUID) -> Document:
        """Take back the newest change of a field that stands; a step of its own in the history.

        Raises:
            Conflict: there is nothing to take back.
        """
        return self._walk(principal, document, Step.UNDO)

    def redo(self, principal: Principal, document: UUID) -> Document:
        """Do again what was taken back last; nothing is left to do again after any other change.

        Raises:
            Conflict: there is nothing to do again.
        """
        return self._walk(principal, document, Step.REDO)

    def versions(self, principal: Principal, document: UUID) -> tuple[Version, ...]:
        """Every step, oldest first."""
        return self._read(
            principal, document, lambda session, held: self._store.versions.list(session, document)
        )

    def steps(self, principal: Principal, document: UUID) -> Steps:
        """What Undo and Redo would take now."""
        return steps(self.versions(principal, document))

    def version(self, principal: Principal, document: UUID, revision: int) -> Document:
        """The document as it was at a revision; for a rejected text, with that text in its field.

        Raises:
            NotFound: no such document of this person, or no such revision.
        """
        return self._read(
            principal,
            document,
            lambda session, held: self._store.versions.version(session, held.document, revision),
        )

    def _replace(
        self,
        principal: Principal,
        document: UUID,
        field: str,
        what: str,
        change: Callable[[Field], Field],
        seen: int | None,
    ) -> Document:
        def work(session: Session, held: Held) -> Document | Conflict:
            old = next((one for one in held.document.fields if one.id == field), None)
            if old is None:
                last = self._store.versions.last(session, document, field)
                if last is None:
                    raise NotFound("no such field", key="desk.no_field")
                revision = self._store.reject(session, held, change(last)).revision
                return Conflict("the field is gone", key="desk.field_gone", kept=revision)
            new = change(old)
            if new == old:
                return held.document
            moved = seen is not None and self._store.versions.changed_after(session, document, field, seen)
            if moved and new.state in ENDED:
                return held.document
            if moved and new.value != old.value:
                kept = self._store.reject(session, held, new)
                return EditConflict(old, kept=kept.revision)
            return self._store.step(session, held, what, before=old, after=new)

        done = self._write(principal, document, work)
        if isinstance(done, Conflict):
            raise done
        return done

    def _walk(self, principal: Principal, document: UUID, what: Step) -> Document:
        def work(session: Session, held: Held) -> Document:
            found = steps(self._store.versions.list(session, document))
            version = found.undo if what is Step.UNDO else found.redo
            if version is None:
                raise Conflict(f"nothing to {what}", key=f"desk.nothing_to_{what}")
            change = self._store.versions.change(session, document, version.revision)
            gone, back = change.after, change.before
            if what is Step.REDO:
                gone, back = back, gone
            now = None if gone is None else field_of(held.document, gone.id)
            return self._store.step(
                session, held, what, before=now, after=back, place=change.place, of=version.revision
            )

        return self._write(principal, document, work)


def _fitting(old: Field, value: Value) -> Value:
    if type(value) is not type(old.value):
        raise BadArgument(f"{old.id} holds {old.value.kind}, not {value.kind}", key="desk.wrong_value")
    short_enough(VALUE.dump_json(value))
    return value
