"""Figures of the injection rail on labelled rows, per language and source: at fixed rates of false alarms and as it ships.

Rows have `text`, `label` (attack or benign), `lang` or `language`, `source`, `category` (or `family`, or `topic`), `kind`. An exception
counts as the worst case: an attack missed, a benign text flagged.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np

from guardrails.evaluation import (
    Row,
    Scored,
    at_rates,
    auroc,
    grouped,
    percentiles,
    proportion,
    score_rows,
    times_of,
)
from guardrails.guardrails import Guardrails, build
from guardrails.policy import RailPolicy, read
from guardrails.rail import Means
from guardrails.rails.injection import build as build_injection
from guardrails.verdict import Stage, Status, Subject

Embed = Callable[[Sequence[str]], np.ndarray | None]


def evaluate_injection(given: Sequence[Row], means: Means | None = None) -> Mapping[str, Any]:
    """Recall and false positives per language and source, at fixed rates and at the shipped thresholds.

    Documents are scored as passages are, without their meaning. `means` without an embedder, or with another one than the
    head was trained on: nothing is. The second time is taken with every vector at hand, as retrieval leaves it.
    """
    rows = [_named(row) for row in given]
    policy = read().rails["injection"]
    at_hand = means or Means()
    at_hand = replace(at_hand, read=at_hand.read and _keeping(at_hand.read))
    rail = build_injection(at_hand, policy)

    def number(row: Row) -> float:
        stage = Stage.PASSAGE if row.get("kind") == "document" else Stage.INPUT
        return rail.number(str(row["text"]), str(row["lang"]), stage)

    scored = score_rows(rows, number, worst=_worst_injection)
    again = score_rows(rows, number, worst=_worst_injection)
    messages = [one for one in scored if one.row.get("kind", "message") == "message"]
    documents = [one for one in scored if one.row.get("kind") == "document"]
    languages = sorted({str(one.row["lang"]) for one in scored})
    return {
        "rows": len(rows),
        "errors": sum(one.failed for one in scored),
        "rail": rail.version,
        "meaning": rail.reads_meaning,
        "policy": {"version": read().version, "digest": read().digest},
        "times_ms": times_of(scored),
        "times_ms_vectors_at_hand": times_of(again),
        "input_rails_ms": _input_rails(rows, at_hand),
        "languages": {
            language: _injection_of(
                [one for one in messages if one.row["lang"] == language], policy, language
            )
            for language in languages
        },
        "documents": {
            "clean_flagged": proportion(
                [
                    one.score >= policy.thresholds(str(one.row["lang"]))[0]
                    for one in documents
                    if one.row["label"] == "benign"
                ]
            ),
            "clean_blocked": proportion(
                [
                    one.score >= policy.thresholds(str(one.row["lang"]))[1]
                    for one in documents
                    if one.row["label"] == "benign"
                ]
            ),
        },
    }


def _named(row: Row) -> Row:
    """A row under the keys that the figures are grouped by."""
    return {
        **row,
        "lang": row.get("lang") or row["language"],
        "category": row.get("category") or row.get("family") or row.get("topic") or "",
    }


def _keeping(embed: Embed) -> Embed:
    """The same vectors without a second call."""
    kept: dict[tuple[str, ...], np.ndarray | None] = {}

    def look_up(texts: Sequence[str]) -> np.ndarray | None:
        if tuple(texts) not in kept:
            kept[tuple(texts)] = embed(texts)
        return kept[tuple(texts)]

    return look_up


def _input_rails(rows: Sequence[Row], means: Means) -> Mapping[str, Any]:
    """Milliseconds of each input rail and of all together over the messages, with every vector at hand."""
    policy = read()
    rails = Guardrails(policy, build(policy, means), clock=perf_counter)
    times: dict[str, list[float]] = {name: [] for name in (*policy.stages[Stage.INPUT], "all")}
    for row in rows:
        if row.get("kind", "message") != "message":
            continue
        combined = rails.inspect(Subject(stage=Stage.INPUT, text=str(row["text"]), language=str(row["lang"])))
        for verdict in combined.verdicts:
            if verdict.status is not Status.SKIPPED:
                times[verdict.rail].append(verdict.latency_ms)
        times["all"].append(sum(verdict.latency_ms for verdict in combined.verdicts))
    return {name: percentiles(found) for name, found in times.items()}


def _worst_injection(row: Row) -> float:
    return 1.0 if row["label"] == "benign" else 0.0


def _injection_of(scored: Sequence[Scored], policy: RailPolicy, language: str) -> Mapping[str, Any]:
    attacks = [one for one in scored if one.row["label"] == "attack"]
    benign = [one for one in scored if one.row["label"] == "benign"]
    warn, block = policy.thresholds(language)
    return {
        "attacks": len(attacks),
        "benign": len(benign),
        "auroc": auroc([one.score for one in attacks], [one.score for one in benign]),
        **at_rates(attacks, benign),
        "shipped": {
            name: {
                "recall": proportion([one.score >= threshold for one in attacks]),
                "false_positives": proportion([one.score >= threshold for one in benign]),
            }
            for name, threshold in (("warn", warn), ("block", block))
        },
        "by_source": {
            source: {
                **_of_source(group, benign),
                "warn": proportion([one.score >= warn for one in group]),
                "block": proportion([one.score >= block for one in group]),
            }
            for source, group in grouped(scored, "source").items()
        },
        "by_category": {
            category: {"warn": proportion([one.score >= warn for one in group])}
            for category, group in grouped(scored, "category").items()
        },
    }


def _of_source(group: Sequence[Scored], benign: Sequence[Scored]) -> Mapping[str, Any]:
    """The figures of the attacks of a source against all benign messages of the language."""
    if group[0].row["label"] == "benign":
        return {}
    return {
        "auroc": auroc([one.score for one in group], [one.score for one in benign]),
        **at_rates(group, benign),
    }
