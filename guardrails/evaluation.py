"""Figures of the rails on labelled rows: recall at a false-positive rate, Wilson intervals, AUROC, and the shipped thresholds.

Rows are plain mappings: injection rows have `text`, `label` (attack or benign), `lang`, `source`, `category`, `kind`; groundedness rows
`text`, `evidence`, `label` (supported or unsupported), `lang`, `category`; personal rows `value`, `type`, `valid`. An exception
counts as the worst case: an attack missed, a benign text flagged.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor, sqrt
from time import perf_counter
from typing import Any

from guardrails.grounding import ground
from guardrails.personal.allowed import Allowed
from guardrails.personal.detect import detect, school_classes
from guardrails.policy import RailPolicy, read
from guardrails.rail import Means
from guardrails.rails.injection import Injection, total
from guardrails.rails.injection import build as build_injection

Row = Mapping[str, Any]
_Z = 1.959964
_RATES = (0.01, 0.05)
_CARRIERS = {
    "kk": (
        "{value}",
        "Мынаны тексер: {value}.",
        "Оқушы туралы: {value} деп жазылған",
        "{value} — осы туралы хат жаз",
    ),
    "ru": (
        "{value}",
        "Проверь это: {value}.",
        "Об ученике: {value}, так записано",
        "{value} — напиши об этом письмо",
    ),
    "en": (
        "{value}",
        "Check this: {value}.",
        "About a pupil: {value}, it says",
        "{value} - write a letter about it",
    ),
}
_KINDS = {
    "IIN": "iin",
    "BIN": "bin",
    "IBAN": "iban",
    "PHONE": "phone",
    "PERSON": "name",
    "PLATE": "plate",
    "CLASS": "class",
}


@dataclass(frozen=True, slots=True)
class _Scored:
    row: Row
    score: float
    milliseconds: float
    failed: bool


def evaluate_injection(rows: Sequence[Row]) -> Mapping[str, Any]:
    """Recall and false positives per language and source, at fixed rates and at the shipped thresholds."""
    policy = read().rails["injection"]
    rail = build_injection(Means(), policy)
    scored = _score(rows, lambda row: total(rail.hits(str(row["text"]))), worst=_worst_injection)
    messages = [one for one in scored if one.row.get("kind", "message") == "message"]
    documents = [one for one in scored if one.row.get("kind") == "document"]
    languages = sorted({str(one.row["lang"]) for one in scored})
    return {
        "rows": len(rows),
        "errors": sum(one.failed for one in scored),
        "lexicons": rail.version,
        "policy": {"version": read().version, "digest": read().digest},
        "times_ms": _times(scored),
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
            )
        },
    }


def evaluate_groundedness(rows: Sequence[Row]) -> Mapping[str, Any]:
    """AUROC and recall per language and category; the number rule by itself; the bands at the shipped thresholds."""
    policy = read().rails["groundedness"]
    scored = _score(
        rows,
        lambda row: (
            ground(str(row["text"]), tuple(map(str, row["evidence"])), (), str(row["lang"])).suspicion
        ),
        worst=lambda row: 1.0 if row["label"] == "supported" else 0.0,
    )
    languages = sorted({str(row["lang"]) for row in rows})
    return {
        "rows": len(rows),
        "errors": sum(one.failed for one in scored),
        "times_ms": _times(scored),
        "languages": {
            language: _groundedness_of(
                [one for one in scored if one.row["lang"] == language], policy, language
            )
            for language in languages
        },
    }


def evaluate_personal_data(vectors: Sequence[Row]) -> Mapping[str, Any]:
    """Recognition and masking of each kind, and what must not fire, each value inside sentences of three languages."""
    allowed = Allowed(())
    kinds: dict[str, dict[str, Any]] = {}
    for language, carriers in _CARRIERS.items():
        for vector in vectors:
            kind = f"{vector['type']}{'' if vector['valid'] else ' must not fire'}"
            cell = kinds.setdefault(kind, {}).setdefault(language, {"recognised": [], "masked": []})
            for carrier in carriers:
                found, masked = _recognised(carrier, vector, allowed)
                cell["recognised"].append(found)
                cell["masked"].append(masked)
    return {
        "vectors": len(vectors),
        "kinds": {
            kind: {
                language: {name: proportion(hits) for name, hits in cell.items()}
                for language, cell in by_language.items()
            }
            for kind, by_language in sorted(kinds.items())
        },
    }


def _recognised(carrier: str, vector: Row, allowed: Allowed) -> tuple[bool, bool]:
    """Whether the value was recognised as its kind (for what must not fire: as anything), and whether it was masked."""
    value = str(vector["value"])
    text = carrier.format(value=value)
    start, end = text.index(value), text.index(value) + len(value)
    found = [one for one in detect(text, allowed) if one.start < end and start < one.end]
    masked = any(one.masked for one in found)
    if not vector["valid"]:
        return bool(found), masked
    kind = _KINDS[str(vector["type"])]
    classes = [one for one in school_classes(text) if one.start < end and start < one.end]
    return any(one.kind == kind for one in found) or (kind == "class" and bool(classes)), masked


def _score(
    rows: Iterable[Row], score: Callable[[Row], float], *, worst: Callable[[Row], float]
) -> list[_Scored]:
    scored = []
    for row in rows:
        began = perf_counter()
        try:
            value, failed = score(row), False
        except Exception:  # the worst case, counted and printed
            value, failed = worst(row), True
        scored.append(_Scored(row, value, (perf_counter() - began) * 1000, failed))
    return scored


def _worst_injection(row: Row) -> float:
    return 1.0 if row["label"] == "benign" else 0.0


def _injection_of(scored: Sequence[_Scored], policy: RailPolicy, language: str) -> Mapping[str, Any]:
    attacks = [one for one in scored if one.row["label"] == "attack"]
    benign = [one for one in scored if one.row["label"] == "benign"]
    warn, block = policy.thresholds(language)
    return {
        "attacks": len(attacks),
        "benign": len(benign),
        "auroc": auroc([one.score for one in attacks], [one.score for one in benign]),
        **_at_rates(attacks, benign),
        "shipped": {
            name: {
                "recall": proportion([one.score >= threshold for one in attacks]),
                "false_positives": proportion([one.score >= threshold for one in benign]),
            }
            for name, threshold in (("warn", warn), ("block", block))
        },
        "by_source": {
            source: {
                "warn": proportion([one.score >= warn for one in group]),
                "block": proportion([one.score >= block for one in group]),
            }
            for source, group in _grouped(scored, "source").items()
        },
        "by_category": {
            category: {"warn": proportion([one.score >= warn for one in group])}
            for category, group in _grouped(scored, "category").items()
        },
    }


def _groundedness_of(scored: Sequence[_Scored], policy: RailPolicy, language: str) -> Mapping[str, Any]:
    supported = [one for one in scored if one.row["label"] == "supported"]
    wrong = [one for one in scored if one.row["label"] != "supported"]
    weak, unsupported = policy.thresholds(language)
    return {
        "supported": len(supported),
        "unsupported": len(wrong),
        "auroc": auroc([one.score for one in wrong], [one.score for one in supported]),
        **_at_rates(wrong, supported),
        "shipped": {
            name: {
                "recall": proportion([one.score >= threshold for one in wrong]),
                "false_positives": proportion([one.score >= threshold for one in supported]),
            }
            for name, threshold in (("weak", weak), ("unsupported", unsupported))
        },
        "by_category": {
            category: {
                "auroc": auroc([one.score for one in group], [one.score for one in supported]),
                "unsupported": proportion([one.score >= unsupported for one in group]),
            }
            for category, group in _grouped(wrong, "category").items()
        },
    }


def _at_rates(positives: Sequence[_Scored], negatives: Sequence[_Scored]) -> Mapping[str, Any]:
    scores = sorted((one.score for one in negatives), reverse=True)
    found = {}
    for rate in _RATES:
        allowed = floor(rate * len(scores))
        # The smallest score with at most `allowed` negatives strictly above it.
        threshold = scores[allowed] if allowed < len(scores) else 0.0
        hits = [one.score > threshold for one in positives]
        found[f"recall_at_{rate:g}"] = {**proportion(hits), "threshold": threshold}
    return found


def _grouped(scored: Sequence[_Scored], key: str) -> Mapping[str, list[_Scored]]:
    groups: dict[str, list[_Scored]] = {}
    for one in scored:
        groups.setdefault(f"{one.row['label']}: {one.row.get(key, '')}", []).append(one)
    return dict(sorted(groups.items()))


def proportion(hits: Sequence[bool]) -> dict[str, Any]:
    """A share with its 95 % Wilson interval."""
    n, k = len(hits), sum(hits)
    if n == 0:
        return {"n": 0, "hits": 0, "value": None, "low": None, "high": None}
    share = k / n
    centre = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    reach = _Z * sqrt(share * (1 - share) / n + _Z**2 / (4 * n * n)) / (1 + _Z**2 / n)
    return {
        "n": n,
        "hits": k,
        "value": round(share, 4),
        "low": round(max(0.0, centre - reach), 4),
        "high": round(min(1.0, centre + reach), 4),
    }


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """The chance that a positive scores above a negative; ties count half; None where one side is empty."""
    if not positives or not negatives:
        return None
    wins = sum((p > n) + 0.5 * (p == n) for p in positives for n in negatives)
    return round(wins / (len(positives) * len(negatives)), 4)


def _times(scored: Sequence[_Scored]) -> Mapping[str, float]:
    times = sorted(one.milliseconds for one in scored)
    if not times:
        return {"p50": 0.0, "p95": 0.0}
    return {
        "p50": round(times[len(times) // 2], 3),
        "p95": round(times[min(len(times) - 1, int(len(times) * 0.95))], 3),
    }


__all__ = ["Injection", "evaluate_groundedness", "evaluate_injection", "evaluate_personal_data"]
