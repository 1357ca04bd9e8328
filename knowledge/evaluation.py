"""Measures the finding itself (hit@5, MRR@10) and the relevance decision (right and wrong refusals)."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from knowledge.curriculum import Catalogue
from knowledge.details import Details
from knowledge.embedding import Embedder
from knowledge.index import ChromaIndex, collection_name
from knowledge.library import Library
from knowledge.passage import LANGUAGES, Kind, Passage
from knowledge.relevance import Relevance
from knowledge.retriever import Query
from knowledge.retrievers.hybrid import HybridRetriever
from knowledge.shelf import Shelf
from knowledge.vectors import DOCUMENT, QUERY, KeptVectors, Vectors, vectors_for

HIT_AT, MRR_AT = 5, 10
FLOORS = {"hit_at_5": 0.94, "mrr_at_10": 0.88, "kk_hit_at_5": 0.85}
AIMS = {"right_refusal": 0.90, "wrong_refusal": 0.05}


def evaluate(file: Path, embedder: Embedder, cache: Path | None = None) -> Mapping[str, Any]:
    """Ask the questions of a labelled file over one index of its passages, as the product would find them.

    The file holds `docs`, `lang`, `Q`, `ql` and `rels`; relevant are the passages of `rels` in the question's
    language. `cache` is a file that keeps vectors from one run to the next.

    Returns:
        For "all" and each language: questions, hit@5 and MRR@10; the floors and whether they hold.
    """
    plain = json.loads(file.read_text(encoding="utf-8"))
    kept = KeptVectors(cache) if cache else None

    def rows(texts: Sequence[str], role: str) -> Vectors:
        embed = embedder.embed_queries if role == QUERY else embedder.embed_documents
        return vectors_for(
            texts, role=role, model_id=embedder.model_id, dim=embedder.dim, embed=embed, kept=kept
        )

    documents, questions = rows(plain["docs"], DOCUMENT), rows(plain["Q"], QUERY)
    places: dict[str, list[int]] = {"all": []}
    with TemporaryDirectory() as folder:
        name = collection_name(embedder.model_id, embedder.dim, 1)
        ChromaIndex.build(Path(folder), name, documents)
        index = ChromaIndex(Path(folder), name)
        try:
            retriever = HybridRetriever(
                Shelf([_passage(at, text, plain["lang"][at]) for at, text in enumerate(plain["docs"])]),
                index,
                catalogue=Catalogue(),
                relevance=Relevance.load(),
                details=Details.of(
                    np.zeros((0, embedder.dim), dtype=np.float32), [documents[:0]] * len(documents)
                ),
                version="evaluation",
            )
            for at, text in enumerate(plain["Q"]):
                language = plain["ql"][at]
                query = Query(text=text, language=language, limit=MRR_AT, vector=questions[at])
                wanted = {one for one in plain["rels"][at] if plain["lang"][one] == language}
                found = (hit.rank for hit in retriever.retrieve(query).hits if int(hit.passage.id) in wanted)
                place = next(found, 0)
                places["all"].append(place)
                places.setdefault(language, []).append(place)
        finally:
            index.close()
    figures = {name: _figures(ranks) for name, ranks in places.items()}
    holds = (
        figures["all"]["hit_at_5"] >= FLOORS["hit_at_5"]
        and figures["all"]["mrr_at_10"] >= FLOORS["mrr_at_10"]
        and figures.get("kk", figures["all"])["hit_at_5"] >= FLOORS["kk_hit_at_5"]
    )
    return {"model_id": embedder.model_id, "figures": figures, "floors": FLOORS, "holds": holds}


def evaluate_relevance(
    file: Path, library: Library, embed: Callable[[Sequence[str]], Vectors] | None
) -> Mapping[str, Any]:
    """Ask labelled questions (`id, text, lang, answerable` a line) and count how they are decided.

    `embed` gives vectors of questions; None decides by words alone.

    Returns:
        For each language: questions, right refusals among the unanswerable, wrong refusals among the
        answerable, and the ids decided wrongly; the aims and whether they are met in every language.
    """
    counts: dict[str, dict[str, Any]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line.strip():
            continue
        one = json.loads(line)
        vector = embed([one["text"]])[0] if embed else None
        relevant = library.retrieve(Query(text=one["text"], language=one["lang"], vector=vector)).relevant
        mine = counts.setdefault(one["lang"], {"answerable": [], "unanswerable": [], "wrong": []})
        mine["answerable" if one["answerable"] else "unanswerable"].append(not relevant)
        if relevant != one["answerable"]:
            mine["wrong"].append(one["id"])
    figures = {
        language: {
            "answerable": len(mine["answerable"]),
            "unanswerable": len(mine["unanswerable"]),
            "right_refusal": _share(mine["unanswerable"]),
            "wrong_refusal": _share(mine["answerable"]),
            "wrong": mine["wrong"],
        }
        for language, mine in sorted(counts.items())
    }
    holds = all(
        (one["right_refusal"] is None or one["right_refusal"] >= AIMS["right_refusal"])
        and (one["wrong_refusal"] is None or one["wrong_refusal"] <= AIMS["wrong_refusal"])
        for one in figures.values()
    )
    return {
        "model_id": library.model_id,
        "index_version": library.index_version,
        "figures": figures,
        "aims": AIMS,
        "holds": holds,
    }


def evaluate_finding(
    file: Path, library: Library, embed: Callable[[Sequence[str]], Vectors] | None
) -> Mapping[str, Any]:
    """Ask questions that each belong to one note of the starter corpus (`id, text, lang, note` a line).

    Right is a passage of that note, or the objective that it serves. `embed` None asks by words alone.

    Returns:
        For each language: questions, hit@5 and MRR@10.
    """
    serves: dict[str, set[tuple[str, str]]] = {}
    for one in library.passages():
        if one.kind is Kind.NOTE:
            serves.setdefault(_note(one), set()).update((one.subject, code) for code in one.codes)
    places: dict[str, list[int]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        asked = json.loads(line)
        vector = embed([asked["text"]])[0] if embed else None
        query = Query(text=asked["text"], language=asked["lang"], limit=MRR_AT, vector=vector)
        right = (
            hit.rank
            for hit in library.retrieve(query).hits
            if _note(hit.passage) == asked["note"]
            or {(hit.passage.subject, code) for code in hit.passage.codes} <= serves[asked["note"]]
        )
        places.setdefault(asked["lang"], []).append(next(right, 0))
    return {
        "model_id": library.model_id,
        "figures": {name: _figures(ranks) for name, ranks in places.items()},
    }


def _note(passage: Passage) -> str:
    return passage.place.rpartition(" ")[0] if passage.kind is Kind.NOTE else ""


def _passage(at: int, text: str, language: str) -> Passage:
    if language not in LANGUAGES:
        raise ValueError(f"passage {at} is in {language}, expected one of {', '.join(LANGUAGES)}")
    return Passage(
        id=str(at),
        text=text,
        language=language,
        kind=Kind.DOCUMENT,
        title="",
        subject="",
        grades=(),
        codes=(),
        family=str(at),
        source="evaluation",
    )


def _figures(ranks: Sequence[int]) -> dict[str, float]:
    return {
        "questions": len(ranks),
        "hit_at_5": round(sum(1 for rank in ranks if 0 < rank <= HIT_AT) / len(ranks), 4),
        "mrr_at_10": round(sum(1 / rank for rank in ranks if 0 < rank <= MRR_AT) / len(ranks), 4),
    }


def _share(values: Sequence[bool]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None
