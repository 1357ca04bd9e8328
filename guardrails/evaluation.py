"""Figures of the rails on labelled rows: recall at a false-positive rate, Wilson intervals, AUROC; personal data and what others share.

Personal rows have `value`, `type`, `valid`. Injection and groundedness have files of their own.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor, sqrt
from time import perf_counter
from typing import Any

from guardrails.personal.allowed import Allowed
from guardrails.personal.detect import detect, school_classes

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
class Scored:
    """A row with its score; `failed`: it is the worst case, for its detector raised."""

    row: Row
    score: float
    milliseconds: float
    failed: bool


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


def score_rows(
    rows: Iterable[Row], score: Callable[[Row], float], *, worst: Callable[[Row], float]
) -> list[Scored]:
    """Every row with its score; what raises gets the worst one and is counted."""
    scored = []
    for row in rows:
        began = perf_counter()
        try:
            value, failed = score(row), False
        except Exception:  # the worst case, counted and printed
            value, failed = worst(row), True
        scored.append(Scored(row, value, (perf_counter() - began) * 1000, failed))
    return scored


def at_rates(positives: Sequence[Scored], negatives: Sequence[Scored]) -> Mapping[str, Any]:
    """Recall where 1 % and 5 % of the negatives are flagged."""
    ups, downs = [one.score for one in positives], [one.score for one in negatives]
    return {f"recall_at_{rate:g}": recall_at(ups, downs, rate) for rate in _RATES}


def recall_at(positives: Sequence[float], negatives: Sequence[float], rate: float) -> Mapping[str, Any]:
    """The share of positives strictly above the smallest score that at most `rate` of the negatives exceed."""
    scores = sorted(negatives, reverse=True)
    allowed = floor(rate * len(scores))
    threshold = scores[allowed] if allowed < len(scores) else 0.0
    return {**proportion([score > threshold for score in positives]), "threshold": threshold}


def grouped(scored: Sequence[Scored], key: str) -> Mapping[str, list[Scored]]:
    """Rows by label and the value of a key."""
    groups: dict[str, list[Scored]] = {}
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


def times_of(scored: Sequence[Scored]) -> Mapping[str, float]:
    """Milliseconds a row, half and 95 % of them below."""
    return percentiles([one.milliseconds for one in scored])


def percentiles(milliseconds: Sequence[float]) -> Mapping[str, float]:
    """The median and the 95th percentile; zeros of nothing."""
    times = sorted(milliseconds)
    if not times:
        return {"p50": 0.0, "p95": 0.0}
    return {
        "p50": round(times[len(times) // 2], 3),
        "p95": round(times[min(len(times) - 1, int(len(times) * 0.95))], 3),
    }
