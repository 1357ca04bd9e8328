"""The curriculum as the app uses it: opened once, always answering from the current index version."""

import logging
import math
import os
import threading
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np

from knowledge import build, catalogue_file, editions, integrity, manifest, starter
from knowledge.curriculum import Catalogue, LearningObjective
from knowledge.details import Details
from knowledge.difference import Change
from knowledge.filtered import FilteredIndex
from knowledge.index import ChromaIndex, IndexUnavailable
from knowledge.manifest import Pointer
from knowledge.names import names
from knowledge.passage import Passage
from knowledge.past import Past, Switched
from knowledge.plan import Plan, Topic
from knowledge.relevance import Relevance
from knowledge.retriever import Hit, Query, Retrieval
from knowledge.retrievers.hybrid import HybridRetriever
from knowledge.served import ServedChroma, ServedIndex
from knowledge.shelf import Shelf
from knowledge.vectors import Embed, Progress, Vectors
from knowledge.word_index import WordIndex

RETRY_SECONDS = 30.0
LOGGER = logging.getLogger("ustaz.knowledge")


@dataclass(frozen=True, kw_only=True)
class _Open:
    """One index version with everything read from it."""

    pointer: Pointer
    folder: Path
    catalogue: Catalogue
    shelf: Shelf
    retriever: HybridRetriever
    index: FilteredIndex
    rows: Vectors

    @cached_property
    def past(self) -> Past:
        """What earlier editions said."""
        return Past.open(self.folder)

    @cached_property
    def plan(self) -> Plan:
        """The long-term plans."""
        return Plan.open(self.folder)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names in the notes."""
        return names(self.shelf.passages)


class Library:
    """Official passages and schools' own, with the catalogue of objectives; safe to use from many threads."""

    def __init__(
        self, folder: Path, *, model_id: str, relevance: Relevance, server: ServedChroma | None = None
    ) -> None:
        """Use `Library.open`."""
        self.model_id = model_id
        self._folder, self._relevance, self._server = folder, relevance, server
        self._changing = threading.Lock()
        self._stamp, self._again = self._seen(), math.inf
        self._open = self._load()

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        corpus: Path = starter.SHIPPED,
        embed: Embed,
        model_id: str,
        dim: int,
        progress: Progress | None = None,
        server: ServedChroma | None = None,
    ) -> Self:
        """Open the index in `folder`, built first where it does not fit the corpus, the documents or the model.

        `embed` turns passages into unit rows and is called only for texts whose vectors are neither shipped
        nor kept; `progress(done, total)` counts them. Questions are never embedded here. With a `server` its
        collection is asked in place of the one in the folder, and filled from the folder first.

        Raises:
            ValueError: the corpus or the embedder's rows are not of the form.
            knowledge.editions.Unreadable: an edition in force is damaged, and no version stands that could go on.
            IndexUnavailable: the server does not answer.
        """
        read = starter.load(corpus)
        try:
            build.ensure(folder, read, embed=embed, model_id=model_id, dim=dim, progress=progress)
        except editions.Unreadable as error:
            if not build.goes_on(folder, model_id=model_id, dim=dim):
                raise
            LOGGER.error("the index goes on as it is: %s; take the official file in again", error)
        return cls(folder, model_id=model_id, relevance=Relevance.load(), server=server)

    @property
    def catalogue(self) -> Catalogue:
        """The objectives of the version that answers now."""
        return self._current().catalogue

    @property
    def index_version(self) -> str:
        """The version that answers now, as the log names it."""
        return self._current().pointer.index_version

    def retrieve(self, query: Query) -> Retrieval:
        """The passages for a question and whether they answer it; without a vector by codes and words alone."""
        return self._current().retriever.retrieve(query)

    def search(
        self,
        words: str,
        *,
        language: str,
        subject: str | None = None,
        grade: int | None = None,
        school: str | None = None,
        limit: int = 50,
    ) -> tuple[Hit, ...]:
        """What the curriculum page shows: codes and words, no embedding; no words give all that the filter leaves."""
        query = Query(text=words, language=language, subject=subject, grade=grade, school=school, limit=limit)
        if words.strip():
            return self.retrieve(query).hits
        shelf = self._current().shelf
        mask = shelf.mask(query)
        families: dict[int, None] = {}
        for at in np.flatnonzero(mask):
            if len(families) == limit:
                break
            families[shelf.family_of[at]] = None
        shown = [shelf.passages[shelf.shown(family, language, mask, ())] for family in families]
        return tuple(
            Hit(passage=one, rank=rank, score=0.0, ranks={}) for rank, one in enumerate(shown, start=1)
        )

    def passage(self, passage_id: str) -> Passage | None:
        """The passage of that id, from this index version or from an earlier one."""
        found = self._current().shelf.get(passage_id)
        if found is not None:
            return found
        retired = build.read_passages(self._folder / build.RETIRED)
        return next((one for one in retired if one.id == passage_id), None)

    def vectors(self, passage_ids: Sequence[str]) -> Mapping[str, Vectors]:
        """The vectors under which passages of the current version are found, by id; nothing is embedded. Others are left out."""
        current = self._current()
        places = {one: current.shelf.place(one) for one in passage_ids}
        return {one: np.asarray(current.rows[at]) for one, at in places.items() if at is not None}

    def passages(self) -> tuple[Passage, ...]:
        """All passages of the current version, every school's among them: for measuring and checks, not for screens."""
        return self._current().shelf.passages

    def siblings(self, passage: Passage) -> tuple[Passage, ...]:
        """The same thing in the other languages, for the same school."""
        shelf = self._current().shelf
        members = (shelf.passages[at] for at in shelf.named(passage.family))
        return tuple(one for one in members if one.id != passage.id and one.school == passage.school)

    def editions(self) -> tuple[Switched, ...]:
        """The official editions that were switched on, in that order; the superseded ones among them."""
        return self._current().past.editions

    def history(self, objective: LearningObjective) -> tuple[Change, ...]:
        """What editions changed in this objective, the newest first; none where there was one edition only."""
        return self._current().past.of(objective.programme.key, objective.code)

    def topics(self, objective: LearningObjective) -> tuple[Topic, ...]:
        """Where the long-term plan teaches an objective; none where no plan was read."""
        return self._current().plan.of(objective.programme.key, objective.code)

    def plan_of(self, programme: str, grade: int) -> tuple[Topic, ...]:
        """The whole long-term plan of a grade, in the order of the programme; none where no plan was read."""
        return self._current().plan.of_grade(programme, grade)

    def earlier(
        self,
        words: str,
        *,
        language: str,
        subject: str | None = None,
        grade: int | None = None,
        limit: int = 30,
    ) -> tuple[Change, ...]:
        """What superseded editions said and the current one does not: by code, else by words, best first."""
        return self._current().past.search(
            words, language=language, subject=subject, grade=grade, limit=limit
        )

    def names(self) -> frozenset[str]:
        """The names of people and places in the notes, in the forms they stand there."""
        return self._current().names

    def close(self) -> None:
        """Let go of the index files; a closed library is not used again."""
        with self._changing:
            self._closing()

    @property
    def trouble(self) -> str:
        """Why the vector index was not asked the last time that it should have been; empty while all is well."""
        return self._current().index.trouble

    def damage(self) -> tuple[str, ...]:
        """What is wrong with the files of the current version, every byte read: for `ustaz doctor`, seconds long."""
        folder = self._current().folder
        return tuple(str(one) for one in integrity.troubles(folder, most_hashed=math.inf))

    def _current(self) -> _Open:
        """The open version; reopened when the pointer shows that another process built a new one.

        One thread opens the new version while others go on with the old one. A new version that cannot be opened
        leaves the old one in use and is tried again after half a minute.
        """
        if self._is_due(self._seen()) and self._changing.acquire(blocking=False):
            try:
                stamp = self._seen()
                if self._is_due(stamp):
                    self._stamp, self._again = stamp, time.monotonic() + RETRY_SECONDS
                    self._open = self._load()
                    self._again = math.inf
            except (LookupError, ValueError, OSError, TypeError, IndexUnavailable) as error:
                LOGGER.warning("the new index version cannot be opened, the old one stays: %s", error)
            finally:
                self._changing.release()
        return self._open

    def _is_due(self, seen: tuple[int, int]) -> bool:
        return seen != self._stamp or time.monotonic() >= self._again

    def _seen(self) -> tuple[int, int]:
        try:
            state = os.stat(self._folder / manifest.POINTER)
        except FileNotFoundError:
            return (0, 0)
        return (state.st_ino, state.st_mtime_ns)

    def _load(self) -> _Open:
        pointer = manifest.read_pointer(self._folder)
        if pointer is None:
            raise LookupError("the index was not built yet")
        version = pointer.folder(self._folder)
        if (trouble := next(integrity.troubles(version, most_hashed=0), None)) is not None:
            raise ValueError(f"index version {pointer.index_version} is damaged: {trouble}")
        rows = build.read_rows(version, pointer)
        shelf = Shelf(build.read_passages(version / build.PASSAGES))
        catalogue = catalogue_file.read(version / build.CATALOGUE)
        behind = self._opened(version, pointer, rows)
        index = FilteredIndex(rows, behind)
        retriever = HybridRetriever(
            shelf,
            index,
            catalogue=catalogue,
            relevance=self._relevance,
            details=Details.open(version),
            version=pointer.index_version,
            words=WordIndex.open(version / build.WORDS),
        )
        # The old version is let go only when the last question that still uses it is answered.
        self._closing: Callable[[], object] = weakref.finalize(retriever, behind.close)
        return _Open(
            pointer=pointer,
            folder=version,
            catalogue=catalogue,
            shelf=shelf,
            retriever=retriever,
            index=index,
            rows=rows,
        )

    def _opened(self, version: Path, pointer: Pointer, rows: Vectors) -> ChromaIndex | ServedIndex:
        if self._server is not None:
            return self._server.open(self._folder, pointer, rows)
        return ChromaIndex(version / build.CHROMA, pointer.collection)
