"""Writing a document's fields: one exchange of the line for each, its value checked and durable before it is shown."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

from app.accounts import Principal
from app.assistant.desk import Desk
from app.assistant.desk_asking import codes_of, instruction_of, to_ask
from app.assistant.desk_events import (
    Change,
    DeskDone,
    DeskEvent,
    DeskRefused,
    FieldBegun,
    FieldLeft,
    FieldProgress,
    FieldWritten,
)
from app.assistant.desk_reply import Reply, question_of, value_of, written_by
from app.assistant.desk_words import of_a_document
from app.assistant.events import (
    Checked,
    Done,
    Event,
    Failed,
    Filled,
    NothingFound,
    Progress,
    Refused,
    Routed,
    Withheld,
)
from app.assistant.parts import Parts
from app.assistant.question import BadQuestion, Question
from app.audit import Outcome
from app.documents.document import Document
from app.documents.field import Field, State
from app.documents.material import gather
from app.documents.shapes import shape_of
from app.documents.texts import is_empty
from app.documents.value import Lines, Stage
from app.errors import Conflict, Failure, Forbidden, Words
from app.routing import Labels, NoRoute

TRIES = 2
USELESS = Words(key="desk.left.useless")
STAYS = Words(key="desk.left.stays")
LATE = Words(key="desk.left.late")
# What is worth a second exchange, and what would meet every other field as well.
WRONG_FORM = f"error.provider.{Failure.FORM}"
ONE_FIELD_ONLY = frozenset(
    {WRONG_FORM, f"error.provider.{Failure.EMPTY}", f"error.provider.{Failure.TOO_LARGE}"}
)


class Papers(Protocol):
    """Where documents are kept."""

    def open(self, principal: Principal, document: UUID) -> Document:
        """The person's document as it is now."""
        ...

    def put(self, principal: Principal, document: UUID, field: Field, what: str, *, seen: int) -> Document:
        """Make a field durable, and give the document that has it.

        Raises:
            Conflict: the field was changed or taken away since the revision that was seen.
        """
        ...


class Asks(Protocol):
    """The line."""

    def ask(self, principal: Principal, question: Question) -> Iterator[Event]:
        """Answer one question."""
        ...


@dataclass(slots=True, kw_only=True)
class _Run:
    """How far a run has come; `ended`: nothing more can be written in it."""

    waiting: int
    written: int = 0
    ended: bool = False

    def through(self, events: Generator[DeskEvent, None, None]) -> Generator[DeskEvent, None, None]:
        """Tell the events of one field on and count it.

        A model that is gone ends the run, so that the other fields wait for it instead of failing one by one; so
        does a person who may not ask any more.
        """
        is_told = False
        try:
            with closing(events):
                for event in events:
                    yield event
                    match event:
                        case FieldWritten():
                            is_told = True
                            self.written += 1
                            self.waiting -= 1
                        case FieldLeft(field=field, words=words):
                            is_told = True
                            if field.state is State.FAILED and _is_of_the_model(words):
                                self.ended = True
                                yield DeskRefused(words=words)
                        case _:
                            pass
        except Forbidden as error:
            self.ended = True
            yield DeskRefused(words=of_a_document(error.words))
        else:
            # Another tab took the field away before it was asked for: nothing of it is left to write.
            self.waiting -= not is_told


def _stands(field: Field) -> bool:
    """Whether the form's own sentences stand in the field: they stay, and no teacher waits for a second try."""
    return (
        field.state is State.TO_WRITE and isinstance(field.value, Stage | Lines) and not is_empty(field.value)
    )


def _is_of_the_model(words: Words) -> bool:
    key = words.key.removeprefix("desk.")
    return key.startswith("error.") and key not in ONE_FIELD_ONLY


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """Has fields written by a model that the registry, the school and the question's labels allow."""

    parts: Parts
    papers: Papers
    line: Asks

    def write(
        self,
        principal: Principal,
        document: UUID,
        *,
        fields: Sequence[str] | None = None,
        model: str | None = None,
    ) -> Generator[DeskEvent, None, None]:
        """Write the fields that wait to be written, in order; closing the iterator stops before the next one.

        Args:
            fields: ids of those to write, in this order; None: what a first draft asks a model for.
            model: an entry id that the person prefers.

        Raises:
            NotFound: no such document of this person.
            LookupError: it has no such field.
        """
        paper = self.papers.open(principal, document)
        wanted = list(fields) if fields is not None else list(to_ask(paper))
        trouble = self.trouble(principal, paper, wanted)
        if trouble is not None:
            yield DeskRefused(words=trouble)
            yield DeskDone(written=0, left=len(wanted))
            return
        run = _Run(waiting=len(wanted))
        for number, field_id in enumerate(wanted, start=1):
            yield FieldBegun(field=field_id, number=number, total=len(wanted))
            yield from run.through(self._one(principal, document, field_id, model=model))
            if run.ended:
                break
        yield DeskDone(written=run.written, left=run.waiting)

    def modify(
        self,
        principal: Principal,
        document: UUID,
        field_id: str,
        change: Change,
        *,
        wish: str = "",
        model: str | None = None,
    ) -> Generator[DeskEvent, None, None]:
        """Have one field written anew from what it says now.

        Args:
            wish: the instruction of `Change.OWN`, as the teacher typed it.

        Raises:
            NotFound: no such document of this person.
            LookupError: it has no such field, or one that no model writes.
        """
        paper = self.papers.open(principal, document)
        shape_of(paper.field(field_id))
        trouble = self.trouble(principal, paper, [field_id])
        if trouble is not None:
            yield DeskRefused(words=trouble)
            yield DeskDone(written=0, left=1)
            return
        yield FieldBegun(field=field_id, number=1, total=1)
        run = _Run(waiting=1)
        yield from run.through(
            self._one(principal, document, field_id, change=change, wish=wish, model=model)
        )
        yield DeskDone(written=run.written, left=run.waiting)

    def trouble(self, principal: Principal, paper: Document, wanted: Sequence[str]) -> Words | None:
        """Why no model can write here now, known before anything is asked; asks and records nothing itself."""
        for field_id in wanted[:1]:
            labels = Labels(
                personal_data="none",
                language=paper.language,
                task=f"write.{paper.field(field_id).write}",
                tokens=0,
            )
            route = self.parts.router.route(labels, self.parts.policies.of(principal.school))
            if isinstance(route, NoRoute):
                return of_a_document(route.reason)
        return None

    def _one(
        self,
        principal: Principal,
        document: UUID,
        field_id: str,
        *,
        change: Change | None = None,
        wish: str = "",
        model: str | None = None,
    ) -> Generator[DeskEvent, None, None]:
        """One field: asked for at most twice, taken if it is a value, else left as it was with the reason.

        Nothing is told of a field that another tab took away before it was asked for.
        """
        parent: UUID | None = None
        paper, present, reply = self.papers.open(principal, document), None, Reply()
        for attempt in range(1, TRIES + 1):
            paper = self.papers.open(principal, document)
            there = next((one for one in paper.fields if one.id == field_id), None)
            if there is None:
                break
            present, reply = there, Reply()
            material = gather(self.parts.library, paper.brief, school=principal.school)
            shape = shape_of(present)
            question = question_of(paper, present, material, shape, change, wish, model, parent)
            with closing(self._asked(principal, question, field_id, reply)) as events:
                yield from events
            asked = instruction_of(present, paper.language, change)
            codes = codes_of(paper, present)
            value = value_of(shape, reply, present, codes, asked=asked, paper=paper, change=change)
            if value is not None and reply.receipt is not None:
                changed = written_by(present, value, reply, reply.receipt)
                yield self._put(principal, paper, changed, str(change or "write"))
                return
            useless = reply.filled is not None and not _stands(present)
            again = useless or (reply.words is not None and reply.words.key == WRONG_FORM)
            if reply.receipt is None or not again or attempt == TRIES:
                break
            parent = reply.receipt.exchange_id
        if present is not None:
            yield self._left(principal, paper, present, reply)

    def _asked(
        self, principal: Principal, question: Question, field_id: str, reply: Reply
    ) -> Generator[DeskEvent, None, None]:
        """Walk the line, noting what comes; only where it stands is told on.

        Raises:
            Forbidden: the person may not ask, also where that changed since the run began.
        """
        try:
            events = self.line.ask(principal, question)
        except BadQuestion as error:
            reply.words, reply.refused = error.words, True
            return
        try:
            for event in events:
                match event:
                    case Progress(step=step, place=place):
                        yield FieldProgress(field=field_id, step=step, place=place)
                    case Checked(hidden=hidden):
                        reply.hidden = hidden
                    case Routed(entry=entry):
                        reply.entry = entry.entry_id
                    case Filled():
                        reply.filled = event
                    case Withheld(words=words):
                        reply.words, reply.withheld = words, True
                    case Refused(words=words) | NothingFound(words=words):
                        reply.words, reply.refused = words, True
                    case Failed(words=words):
                        reply.words, reply.failed = words, True
                    case Done(receipt=receipt, outcome=outcome):
                        reply.receipt = receipt
                        reply.filled = reply.filled if outcome is Outcome.ANSWERED else None
                    case _:
                        pass
        finally:
            close = getattr(events, "close", None)
            if close is not None:
                close()

    def _left(self, principal: Principal, paper: Document, present: Field, reply: Reply) -> FieldLeft:
        """The field as it was; that it was withheld or failed is durable too, so that a reload still says it."""
        stays = reply.words is None and _stands(present)
        words = of_a_document(reply.words or (STAYS if stays else USELESS))
        state = State.WITHHELD if reply.withheld else State.FAILED
        if reply.refused or stays or present.state is State.DONE:
            revision = self.papers.open(principal, paper.id).revision
            return FieldLeft(field=present, revision=revision, words=words)
        marked = replace(
            present,
            state=state,
            exchange=reply.receipt.exchange_id if reply.receipt else None,
            receipt=reply.receipt.code if reply.receipt else "",
        )
        done = self._put(principal, paper, marked, str(state))
        return FieldLeft(field=done.field, revision=done.revision, words=words)

    def _put(
        self, principal: Principal, paper: Document, changed: Field, what: str
    ) -> FieldWritten | FieldLeft:
        """Make it durable, unless the teacher changed the field since it was asked for: theirs stays."""
        try:
            after = self.papers.put(principal, paper.id, changed, what, seen=paper.revision)
        except Conflict:
            now = self.papers.open(principal, paper.id)
            newer = next((one for one in now.fields if one.id == changed.id), paper.field(changed.id))
            return FieldLeft(field=newer, revision=now.revision, words=LATE)
        return FieldWritten(field=after.field(changed.id), revision=after.revision)


class WritingDesk(Desk):
    """A desk whose documents a model may write in."""

    def __init__(self, parts: Parts, line: Asks) -> None:
        super().__init__(parts.conversations.database, parts.audit, parts.runtime, parts.library)
        self._writing = Writing(parts=parts, papers=self, line=line)

    def write(
        self,
        principal: Principal,
        document: UUID,
        *,
        fields: Sequence[str] | None = None,
        model: str | None = None,
    ) -> Generator[DeskEvent, None, None]:
        """See `Writing.write`."""
        return self._writing.write(principal, document, fields=fields, model=model)

    def modify(
        self,
        principal: Principal,
        document: UUID,
        field: str,
        change: Change,
        *,
        instruction: str = "",
        model: str | None = None,
    ) -> Generator[DeskEvent, None, None]:
        """See `Writing.modify`."""
        return self._writing.modify(principal, document, field, change, wish=instruction, model=model)

    def trouble(self, principal: Principal, document: Document) -> Words | None:
        """Why no model could write now what a first draft asks for; None where one could."""
        return self._writing.trouble(principal, document, to_ask(document))
