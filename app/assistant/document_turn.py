"""What the worker does when a document's turn has come: take it into the index or out of it, each end on record."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from app.assistant.embedding import EmbedderRefused
from app.assistant.ingesting import Ingesting, taken_in
from app.assistant.intake import Order
from app.assistant.upload import Stage, Upload, Wish
from app.errors import NotRecorded, UstazError, Words
from knowledge.ingest import Outcome, Status
from knowledge.manifest import DocumentRecord


class Record(Protocol):
    """Writes a record about an order."""

    def __call__(self, order: Order, event: str, facts: Mapping[str, Any]) -> object:
        """Make it durable, or raise `NotRecorded`."""
        ...


class Turn:
    """One document after the other, in the worker's thread."""

    def __init__(self, ingesting: Ingesting, record: Record) -> None:
        self._ingesting, self._record = ingesting, record

    def __call__(self, order: Order, tell: Callable[..., None]) -> Upload:
        """Do what is asked; whatever comes of it is recorded."""
        try:
            return (self._take_in if order.upload.wish is Wish.ADD else self._take_out)(order, tell)
        except EmbedderRefused:
            why, stage = Words(key="documents.no_embedder"), Stage.REFUSED
        except NotRecorded as error:
            why, stage = error.words, Stage.FAILED
        except UstazError as error:
            why, stage = error.words, Stage.FAILED
            self._record(order, "document_failed", {"failure": type(error).__name__})
        except (OSError, ValueError, LookupError, RuntimeError, MemoryError) as error:
            why, stage = Words(key="documents.failed"), Stage.FAILED
            self._record(order, "document_failed", {"failure": type(error).__name__})
        if stage is Stage.REFUSED:
            self._record(order, "document_refused", {"reasons": ["no_embedder"]})
        return replace(order.upload, stage=stage, words=why)

    def _take_in(self, order: Order, tell: Callable[..., None]) -> Upload:
        if order.path is None:
            raise ValueError("there is no file")
        steps = _Steps(tell)
        tell(stage=Stage.READING)

        def taken(outcome: Outcome, record: DocumentRecord, called: Mapping[str, Any]) -> None:
            self._record(order, "document_taken_in", {**taken_in(outcome, record), **called})
            steps.finish()

        report = self._ingesting.take_in(
            [order.path],
            school=order.upload.school,
            called={order.path: order.upload.name},
            subject=order.subject,
            grades=order.grades,
            inspected=steps.inspected,
            progress=steps.embedded,
            before=taken,
        )
        (outcome,) = report.documents
        if outcome.status is Status.REFUSED:
            self._record(order, "document_refused", {"reasons": [str(one.key) for one in outcome.warnings]})
        return replace(
            order.upload,
            stage=Stage.REFUSED if outcome.status is Status.REFUSED else Stage.DONE,
            status=outcome.status,
            passages=outcome.passages,
            held_back=outcome.excluded,
            reasons=outcome.warnings,
        )

    def _take_out(self, order: Order, tell: Callable[..., None]) -> Upload:
        tell(stage=Stage.FINISHING)
        self._ingesting.remove(order.upload.sha256, school=order.upload.school)
        return replace(order.upload, stage=Stage.DONE)


class _Steps:
    """Tells how far a document is: passages inspected, then embedded, then the index."""

    def __init__(self, tell: Callable[..., None]) -> None:
        self._tell, self._inspected, self._finishing = tell, 0, False

    def inspected(self) -> None:
        self._inspected += 1
        if self._inspected % 10 == 1:
            self._tell(stage=Stage.CHECKING, done=self._inspected)

    def embedded(self, done: int, total: int) -> None:
        if not self._finishing:
            self._tell(stage=Stage.INDEXING, done=done, total=total)

    def finish(self) -> None:
        self._finishing = True
        self._tell(stage=Stage.FINISHING, done=0, total=0)
