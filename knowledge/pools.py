"""Passages with questions whose right passages are known: read from files, and opened as the product would find them."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from knowledge import elsewhere, starter
from knowledge.curriculum import Catalogue
from knowledge.details import Details, detail_texts
from knowledge.embedding import Embedder
from knowledge.index import MemoryIndex
from knowledge.passage import LANGUAGES, Kind, Passage
from knowledge.relevance import Relevance
from knowledge.reranking import Weights
from knowledge.retrievers.hybrid import HybridRetriever
from knowledge.shelf import Shelf
from knowledge.vectors import DOCUMENT, QUERY, KeptVectors, ShippedVectors, Vectors, vectors_for

Rows = Callable[[Sequence[str], str], Vectors]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question and the ids of its right passages, in whatever language; `topic` and `group` keep folds apart."""

    id: str
    text: str
    language: str
    relevant: frozenset[str]
    topic: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Passages, each a family of its own, and questions to them; `twins` leads from a passage to the same one in other languages."""

    passages: tuple[Passage, ...]
    questions: tuple[Asked, ...]
    twins: Mapping[str, frozenset[str]]

    def right(self, question: Asked) -> frozenset[str]:
        """The right passages in the question's language."""
        languages = {one.id: one.language for one in self.passages if one.id in question.relevant}
        return frozenset(one for one, language in languages.items() if language == question.language)

    def across(self, asked: str, found: str) -> "Pool":
        """The questions in one language over the passages of another alone; right is the twin. Without a twin: left out."""
        passages = tuple(one for one in self.passages if one.language == found)
        here = {one.id for one in passages}
        questions = []
        for one in self.questions:
            twins = frozenset(
                twin for passage in one.relevant for twin in self.twins.get(passage, ()) if twin in here
            )
            if one.language == asked and twins:
                questions.append(replace(one, language=found, relevant=twins))
        return Pool(passages=passages, questions=tuple(questions), twins={})

    def without_titles(self) -> "Pool":
        """The same passages without titles, as from a document that has none."""
        return replace(self, passages=tuple(replace(one, title="") for one in self.passages))

    def beside(self, others: Iterable[Passage]) -> "Pool":
        """With more passages that answer nothing."""
        return replace(self, passages=(*self.passages, *others))


def read(files: Sequence[Path]) -> Pool:
    """One pool of all files, each of the form of `retrieval_dev.json` or of the project's own JSON lines.

    Raises:
        KeyError, ValueError: a file is not of its form.
    """
    passages: list[Passage] = []
    questions: list[Asked] = []
    pairs: list[tuple[str, str]] = []
    for file in files:
        if file.suffix == ".jsonl":
            lines = [
                json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()
            ]
            topics = {one["id"]: one["topic"] for one in lines if one["kind"] == "passage"}
            for one in lines:
                if one["kind"] == "passage":
                    passages.append(_passage(one["id"], one["text"], one["lang"], one["title"]))
                    pairs.extend([(one["id"], one["twin"])] if one.get("twin") else [])
                else:
                    questions.append(_asked(one, topics))
        else:
            plain = json.loads(file.read_text(encoding="utf-8"))
            passages.extend(
                _passage(f"{file.stem}-{at}", text, plain["lang"][at])
                for at, text in enumerate(plain["docs"])
            )
            questions.extend(
                Asked(
                    id=f"{file.stem}-q{at}",
                    text=text,
                    language=plain["ql"][at],
                    relevant=frozenset(f"{file.stem}-{one}" for one in plain["rels"][at]),
                    group=str(at),
                )
                for at, text in enumerate(plain["Q"])
            )
    return Pool(passages=tuple(passages), questions=tuple(questions), twins=_twins(pairs))


def starter_notes() -> tuple[Passage, ...]:
    """The notes of the starter corpus, each passage a family of its own."""
    return tuple(replace(one, family=one.id) for one in starter.load().passages if one.kind is Kind.NOTE)


def starter_pool(file: Path) -> Pool:
    """Questions to notes of the starter corpus (`id, text, lang, note` a line); any part of the note is right."""
    notes = starter_notes()
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    questions = tuple(
        Asked(
            id=one["id"],
            text=one["text"],
            language=one["lang"],
            relevant=frozenset(note.id for note in notes if note.place.rpartition(" ")[0] == one["note"]),
            topic="starter",
            group=one["note"],
        )
        for one in lines
    )
    return Pool(passages=notes, questions=questions, twins={})


def embedded(embedder: Embedder, kept: KeptVectors | None = None) -> Rows:
    """The embedder as a function of texts and their role, keeping what it computed."""

    def rows(texts: Sequence[str], role: str) -> Vectors:
        return vectors_for(
            texts,
            role=role,
            model_id=embedder.model_id,
            dim=embedder.dim,
            embed=embedder.embed_queries if role == QUERY else embedder.embed_documents,
            kept=kept,
            vaults=[ShippedVectors()],
        )

    return rows


def opened(pool: Pool, rows: Rows, weights: Weights | None = None) -> HybridRetriever:
    """The product's retriever over a pool, with exact search."""
    vectors = rows([one.search_text for one in pool.passages], DOCUMENT)
    detailed = [detail_texts(one) for one in pool.passages]
    inside = rows([text for one in detailed for text in one], DOCUMENT)
    parts, at = [], 0
    for one in detailed:
        parts.append(inside[at : at + len(one)])
        at += len(one)
    return HybridRetriever(
        Shelf(pool.passages),
        MemoryIndex(vectors),
        catalogue=Catalogue(),
        relevance=Relevance.load(),
        details=Details.of(rows(elsewhere.texts(), DOCUMENT), parts),
        version="evaluation",
        weights=weights,
    )


def _asked(plain: Mapping[str, Any], topics: Mapping[str, str]) -> Asked:
    relevant = [str(one) for one in plain["relevant"]]
    return Asked(
        id=plain["id"],
        text=plain["text"],
        language=plain["lang"],
        relevant=frozenset(relevant),
        topic=topics.get(relevant[0], ""),
        group=relevant[0].partition("-")[2],  # translations of one passage share what follows the language
    )


def _passage(identity: str, text: str, language: str, title: str = "") -> Passage:
    if language not in LANGUAGES:
        raise ValueError(f"passage {identity} is in {language}, expected one of {', '.join(LANGUAGES)}")
    return Passage(
        id=identity,
        text=text,
        language=language,
        kind=Kind.DOCUMENT,
        title=title,
        subject="",
        grades=(),
        codes=(),
        family=identity,
        source="evaluation",
    )


def _twins(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """For each passage its twins, those of its twins among them."""
    groups: dict[str, set[str]] = {}
    for one, other in pairs:
        joined = groups.get(one, {one}) | groups.get(other, {other})
        for member in joined:
            groups[member] = joined
    return {one: frozenset(group - {one}) for one, group in groups.items()}
