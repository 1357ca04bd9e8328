"""The operator's acts on the curriculum: take an official edition in, switch it on, go back; each on record."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.assistant.embedding import GatedEmbedder, embedding_on_record
from app.audit import AuditLog
from app.database import Entry
from app.errors import BadArgument
from knowledge import editions, manifest, official
from knowledge.difference import Change, counted
from knowledge.edition import Edition
from knowledge.editions import Head
from knowledge.manifest import Pointer
from knowledge.official import Read, TakenIn
from knowledge.vectors import Progress


class Editions:
    """Official editions of one installation; `home` is the folder of the index."""

    def __init__(self, home: Path, audit: AuditLog, embedder: GatedEmbedder) -> None:
        self._home, self._audit, self._embedder = home, audit, embedder

    def take_in(self, path: Path, read: Read, *, dry_run: bool = False) -> TakenIn | None:
        """Read and keep an edition, recorded before it is kept; it serves nobody until it is switched on.

        See `knowledge.official.take_in`.
        """
        return official.take_in(
            self._home,
            path,
            read,
            dry_run=dry_run,
            before=lambda one: self._record("curriculum_taken_in", one),
        )

    def document(self) -> dict[str, Any]:
        """The editions in force, superseded and waiting, as a plain mapping for JSON."""
        heads = official.switched(self._home)
        counting = {one.id for one in editions.in_force(heads)}
        pointer = manifest.read_pointer(self._home)
        return {
            "schema_version": 1,
            "index_version": None if pointer is None else pointer.index_version,
            "in_force": [asdict(one) for one in heads if one.id in counting],
            "superseded": [asdict(one) for one in heads if one.id not in counting],
            "waiting": [asdict(one) for one in official.waiting(self._home)],
        }

    def difference(self, name: str) -> tuple[Head, tuple[Change, ...]]:
        """What switching this edition on would change.

        Raises:
            BadArgument: no edition, or several, are called so.
        """
        head = self._head(name)
        return head, official.against_force(self._home, editions.load(self._home, head.id))

    def report(self, name: str) -> dict[str, Any]:
        """What was read of an edition, per programme, as a plain mapping for JSON.

        Raises:
            BadArgument: no edition, or several, are called so.
        """
        edition = editions.load(self._home, self._head(name).id)
        changes = official.against_force(self._home, edition)
        return official.report(TakenIn(edition=edition, is_new=False, kept=True, changes=changes), most=None)

    def switch_on(self, name: str, progress: Progress | None = None) -> tuple[Head, Pointer]:
        """Put an edition in force: recorded before anything changes and again when it serves.

        Raises:
            BadArgument: no edition, or several, are called so.
            EmbedderRefused: the embedding model is not in force; nothing changed.
        """
        head = self._head(name)
        self._record("curriculum_switch_asked", head)
        with embedding_on_record(self._embedder, self._audit) as work:
            pointer = official.switch_on(
                self._home,
                head.id,
                embed=work.embed,
                model_id=self._embedder.model_id,
                dim=self._embedder.dim,
                progress=progress,
            )
            self._record("curriculum_switched", head, pointer, work.taken())
        return head, pointer

    def go_back(self, progress: Progress | None = None) -> tuple[Head, Pointer]:
        """Take the newest edition out of force again; recorded like a switch.

        Raises:
            BadArgument: no edition is switched on.
        """
        heads = official.switched(self._home)
        if not heads:
            raise BadArgument("no official edition is switched on", key="editions.none")
        self._record("curriculum_back_asked", heads[-1])
        with embedding_on_record(self._embedder, self._audit) as work:
            pointer, name = official.go_back(
                self._home,
                embed=work.embed,
                model_id=self._embedder.model_id,
                dim=self._embedder.dim,
                progress=progress,
            )
            head = self._head(name)
            self._record("curriculum_went_back", head, pointer, work.taken())
        return head, pointer

    def _head(self, name: str) -> Head:
        try:
            return editions.named(self._home, name)
        except LookupError as error:
            raise BadArgument(str(error), key="editions.unknown", name=name) from error

    def _record(
        self,
        event: str,
        one: Head | Edition,
        pointer: Pointer | None = None,
        called: Mapping[str, Any] | None = None,
    ) -> None:
        facts = {"event": event, "edition": one.id, "sha256": one.sha256, "act": one.act}
        clear: dict[str, Any] = {**facts, **(called or {})}
        if pointer is not None:
            clear["index_version"] = pointer.index_version
        self._audit.append(Entry(kind="admin_change", clear=clear))


def changes_document(head: Head, changes: tuple[Change, ...]) -> dict[str, Any]:
    """A difference as a plain mapping for JSON."""
    return {
        "schema_version": 1,
        "edition": head.id,
        "counts": counted(changes),
        "changes": [one.to_mapping() for one in changes],
    }
