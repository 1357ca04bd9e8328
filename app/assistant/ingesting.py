"""The one way in for a school's own files: read, inspected by the rails, embedded through the gate, indexed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.assistant.embedding import GatedEmbedder, embedding_on_record
from app.audit import AuditLog
from app.database import Entry
from app.runtime import Runtime
from guardrails.spoken import Rails
from guardrails.verdict import Stage, Subject
from knowledge.ingest import Outcome, Report, ingest, remove
from knowledge.manifest import DocumentRecord
from knowledge.passage import Passage
from knowledge.vectors import Progress

Before = Callable[[Outcome, DocumentRecord, Mapping[str, Any]], None]
"""Is told what will be kept; the last are the facts of what was called for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingesting:
    """Takes files of a school into the index, and out of it; `home` is the folder of the index."""

    home: Path
    embedder: GatedEmbedder
    guardrails: Rails
    runtime: Runtime
    audit: AuditLog

    def take_in(
        self,
        paths: Sequence[Path],
        *,
        school: str | None,
        called: Mapping[Path, str] | None = None,
        subject: str = "",
        grades: tuple[int, ...] = (),
        inspected: Callable[[], None] | None = None,
        progress: Progress | None = None,
        before: Before | None = None,
    ) -> Report:
        """Read and index files; passages that carry instructions stay out. See `knowledge.ingest.ingest`.

        Args:
            inspected: told after each passage that the rails have seen.

        Raises:
            EmbedderRefused: the embedding model is not in force; nothing changed.
            NotRecorded: what was called could not be recorded.
        """

        def gives_orders(passage: Passage) -> str | None:
            why = self.why_not(passage)
            if inspected is not None:
                inspected()
            return why

        with embedding_on_record(self.embedder, self.audit, school=school) as work:

            def will_be_kept(outcome: Outcome, record: DocumentRecord) -> None:
                if before is not None:
                    before(outcome, record, work.taken())

            return ingest(
                self.home,
                paths,
                school=school,
                embed=work.embed,
                model_id=self.embedder.model_id,
                dim=self.embedder.dim,
                subject=subject,
                grades=grades,
                exclude=gives_orders,
                progress=progress,
                called=called,
                added_at=self.runtime.now().isoformat(timespec="seconds"),
                before=will_be_kept,
            )

    def remove(self, sha256: str, *, school: str) -> bool:
        """Take a school's document out of the index and delete its text; false if the school has no such document."""
        with embedding_on_record(self.embedder, self.audit, school=school) as work:
            return remove(
                self.home,
                sha256,
                school=school,
                embed=work.embed,
                model_id=self.embedder.model_id,
                dim=self.embedder.dim,
            )

    def why_not(self, passage: Passage) -> str | None:
        """The rail that keeps a passage out, with what it found; None if it may go in."""
        # The title goes to the model and into the index with the text.
        subject = Subject(stage=Stage.PASSAGE, text=passage.search_text, language=passage.language)
        blocking = self.guardrails.inspect(subject).blocking
        if blocking is None:
            return None
        found = ", ".join(f"{one.category} {one.score:.2f}" for one in blocking.findings)
        return f"{blocking.rail}: {found or blocking.status}"


def taken_in(outcome: Outcome, record: DocumentRecord) -> dict[str, Any]:
    """What a record says of a document that will be kept; no name and no text."""
    return {
        "passages": record.passages,
        "held_back": record.excluded,
        "status": str(outcome.status),
        "reasons": [str(one.key) for one in outcome.warnings],
        "text_language": record.language,
        "codes": len(record.codes),
    }


def by_operator(audit: AuditLog, school: str | None) -> Before:
    """Records what a command of the operator will keep, before it is kept."""

    def record_it(outcome: Outcome, record: DocumentRecord, called: Mapping[str, Any]) -> None:
        clear = {
            "event": "document_taken_in",
            "document": record.sha256,
            **taken_in(outcome, record),
            **called,
        }
        audit.append(Entry(kind="admin_change", school=school, clear=clear, sealed={"name": record.name}))

    return record_it
