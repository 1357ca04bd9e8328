"""The curriculum as the app uses it: opened once, always answering from the current index version."""

import os
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

from knowledge import build, manifest, starter
from knowledge.curriculum import Catalogue
from knowledge.details import Details
from knowledge.index import ChromaIndex
from knowledge.manifest import Pointer
from knowledge.names import names
from knowledge.passage import Passage
from knowledge.relevance import Relevance
from knowledge.retriever import Hit, Query, Retrieval
from knowledge.retrievers.hybrid import HybridRetriever
from knowledge.shelf import Shelf
from knowledge.starter import Corpus
from knowledge.vectors import Embed, Progress


@dataclass(frozen=True, kw_only=True)
class _Open:
    """One index version with everything read from it."""

    pointer: Pointer
    shelf: Shelf
    retriever: HybridRetriever

    @cached_property
    def names(self) -> frozenset[str]:
        """The names in the notes."""
        return names(self.shelf.passages)


class Library:
    """Official passages and schools' own, with the catalogue of objectives; safe to use from many threads."""

    def __init__(self, folder: Path, corpus: Corpus, *, model_id: str, relevance: Relevance) -> None:
        """Use `Library.open`."""
        self.catalogue: Catalogue = corpus.catalogue
        self.model_id = model_id
        self._folder, self._relevance = folder, relevance
        self._changing = threading.Lock()
        self._stamp = self._seen()
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
    ) -> Self:
        """Open the index in `folder`, built first where it does not fit the corpus, the documents or the model.

        `embed` turns passages into unit rows and is called only for texts whose vectors are neither shipped
        nor kept; `progress(done, total)` counts them. Questions are never embedded here.

        Raises:
            ValueError: the corpus or the embedder's rows are not of the form.
        """
        read = starter.load(corpus)
        build.ensure(folder, read, embed=embed, model_id=model_id, dim=dim, progress=progress)
        return cls(folder, read, model_id=model_id, relevance=Relevance.load())

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
        families = dict.fromkeys(shelf.family_of[at] for at in range(len(shelf)) if mask[at])
        shown = [shelf.passages[shelf.shown(family, language, mask, ())] for family in list(families)[:limit]]
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

    def passages(self) -> tuple[Passage, ...]:
        """All passages of the current version, every school's among them: for measuring and checks, not for screens."""
        return self._current().shelf.passages

    def siblings(self, passage: Passage) -> tuple[Passage, ...]:
        """The same thing in the other languages, for the same school."""
        shelf = self._current().shelf
        members = (shelf.passages[at] for at in shelf.named(passage.family))
        return tuple(one for one in members if one.id != passage.id and one.school == passage.school)

    def names(self) -> frozenset[str]:
        """The names of people and places in the notes, in the forms they stand there."""
        return self._current().names

    def close(self) -> None:
        """Let go of the index files; a closed library is not used again."""
        with self._changing:
            self._closing()

    def _current(self) -> _Open:
        """The open version; reopened when the pointer shows that another process built a new one."""
        if self._seen() == self._stamp:
            return self._open
        with self._changing:
            stamp = self._seen()
            if stamp != self._stamp:
                self._open, self._stamp = self._load(), stamp
        return self._open

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
        shelf = Shelf(build.read_passages(version / build.PASSAGES))
        index = ChromaIndex(version / build.CHROMA, pointer.collection)
        retriever = HybridRetriever(
            shelf,
            index,
            catalogue=self.catalogue,
            relevance=self._relevance,
            details=Details.open(version),
            version=pointer.index_version,
        )
        opened = _Open(pointer=pointer, shelf=shelf, retriever=retriever)
        # The old version is let go only when the last question that still uses it is answered.
        self._closing: Callable[[], object] = weakref.finalize(retriever, index.close)
        return opened
