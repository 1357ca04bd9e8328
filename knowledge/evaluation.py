"""Measures the finding itself (hit@5, MRR@10) and the relevance decision (right and wrong refusals)."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from knowledge import finding, pools
from knowledge.embedding import Embedder
from knowledge.finding import HIT_AT, MRR_AT
from knowledge.library import Library
from knowledge.passage import Kind, Passage
from knowledge.retriever import Query
from knowledge.vectors import KeptVectors, Vectors

FLOORS = {"hit_at_5": 0.94, "mrr_at_10": 0.88, "kk_hit_at_5": 0.85}
AIMS = {"right_refusal": 0.90, "wrong_refusal": 0.05}


def evaluate(file: Path, embedder: Embedder, cache: Path | None = None) -> Mapping[str, Any]:
    """Ask the questions of a labelled file over one index of its passages, as the product would find them.

    The file has the form of `retrieval_dev.json` (`docs`, `lang`, `Q`, `ql`, `rels`) or of the project's own
    `finding_own_*.jsonl`; relevant are the right passages in the question's language. `cache` is a file that
    keeps vectors from one run to the next.

    Returns:
        For each system (dense, lexical, fused by rank, final), for "all" and each language: questions, hit@5 and
        MRR@10 with intervals; how much the final order gains over the fusion; the floors and whether they hold.
    """
    rows = pools.embedded(embedder, KeptVectors(cache) if cache else None)
    pool = pools.read([file])
    found = finding.places(pool, pools.opened(pool, rows), rows)
    systems = {name: finding.figures(pool.questions, ranks) for name, ranks in found.items()}
    final = systems["final"]
    holds = (
        final["all"]["hit_at_5"]["value"] >= FLOORS["hit_at_5"]
        and final["all"]["mrr_at_10"]["value"] >= FLOORS["mrr_at_10"]
        and final.get("kk", final["all"])["hit_at_5"]["value"] >= FLOORS["kk_hit_at_5"]
    )
    return {
        "model_id": embedder.model_id,
        "passages": len(pool.passages),
        "systems": systems,
        "gain_over_fused": finding.gains(pool.questions, found["final"], found["fused"]),
        "floors": FLOORS,
        "holds": holds,
    }


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


def _figures(ranks: Sequence[int]) -> dict[str, float]:
    return {
        "questions": len(ranks),
        "hit_at_5": round(sum(1 for rank in ranks if 0 < rank <= HIT_AT) / len(ranks), 4),
        "mrr_at_10": round(sum(1 / rank for rank in ranks if 0 < rank <= MRR_AT) / len(ranks), 4),
    }


def _share(values: Sequence[bool]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None
