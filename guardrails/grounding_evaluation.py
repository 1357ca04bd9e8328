"""Figures of groundedness on labelled rows: AUROC per source, language and kind of error, and what each band holds.

Rows have `text`, `evidence` (a list), `label` (supported or unsupported), `lang`, `category`, `source`, and may have `evidence_lang`.
Rows that the head was trained on are judged by the weights of their fold, which have not seen their case. Beside every AUROC stands
what the length of the sentence alone would have, without looking at a passage: a figure near that one says little of the rail.
Rows whose passage is in another language are also told by the pair of languages and, where they have a `split`, by that.
"""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import floor
from time import perf_counter
from typing import Any

from guardrails.across import LEAST, Across
from guardrails.evaluation import auroc, proportion
from guardrails.grounding import Grounding, ground
from guardrails.grounding_head import shipped
from guardrails.grounding_training import files_of, fold_of
from guardrails.policy import RailPolicy, read
from guardrails.rail import Means
from guardrails.rails.groundedness import BANDS, band, grounded
from guardrails.verdict import Stage, Subject

Row = Mapping[str, Any]
_RATES = (0.01, 0.05, 0.1)


@dataclass(frozen=True, slots=True)
class _Scored:
    row: Row
    score: float
    band: str
    number: bool
    """Whether it was told that a number is absent, or may be."""
    milliseconds: float
    failed: bool
    unseen: bool
    """Whether it was judged out of fold."""

    @property
    def wrong(self) -> bool:
        return bool(self.row["label"] != "supported")


def evaluate_groundedness(rows: Sequence[Row], means: Means | None = None) -> Mapping[str, Any]:
    """The figures of all rows, of each language and of each source in it, and of each pair of languages.

    Args:
        means: give the vectors by which sentence and passage are compared across languages.
    """
    policy = read().rails["groundedness"]
    trained_on, across = _trained_on(), Across(means or Means())
    scored = [_score(row, policy, trained_on, across) for row in rows]
    times = sorted(one.milliseconds for one in scored)
    return {
        "rows": len(rows),
        "errors": sum(one.failed for one in scored),
        "out_of_fold": sum(one.unseen for one in scored),
        "head": {"version": shipped().version, "data": dict(shipped().data)},
        "policy": {"version": read().version, "digest": read().digest},
        "times_ms": {"p50": _at(times, 0.5), "p95": _at(times, 0.95)},
        "all": _figures(scored),
        "across_languages": {
            "compared_by_meaning": across.compares,
            "least_closeness": LEAST,
            "pairs": _pairs(scored),
        },
        "languages": {
            language: {
                **_figures([one for one in scored if one.row["lang"] == language]),
                "thresholds": dict(zip(("weak", "unsupported"), policy.thresholds(language), strict=True)),
                "by_source": {
                    source: _figures(
                        [
                            one
                            for one in scored
                            if (one.row["lang"], one.row.get("source")) == (language, source)
                        ]
                    )
                    for source in sorted({str(r.get("source", "")) for r in rows if r["lang"] == language})
                },
            }
            for language in sorted({str(row["lang"]) for row in rows})
        },
    }


def _pair(row: Row) -> frozenset[str]:
    return frozenset({str(row["lang"]), str(row.get("evidence_lang", row["lang"]))})


def _pairs(scored: Sequence[_Scored]) -> Mapping[str, Any]:
    """The figures of the rows whose passage is in another language, by the two languages and the split."""
    found: dict[str, Any] = {}
    for pair in sorted({_pair(one.row) for one in scored}, key=sorted):
        if len(pair) < 2:
            continue
        rows = [one for one in scored if _pair(one.row) == pair]
        splits = sorted({str(one.row.get("split", "")) for one in rows})
        found["-".join(sorted(pair))] = {
            split: _figures([one for one in rows if str(one.row.get("split", "")) == split])
            for split in splits
        }
    return found


def _trained_on() -> bool:
    """Whether the weights were made from the rows that are here, so that their folds are those of these rows."""
    return all(
        hashlib.sha256(path.read_bytes()).hexdigest() == shipped().data.get(path.name)
        for language in ("kk", "ru", "en")
        for path in files_of(language)
    )


def _score(row: Row, policy: RailPolicy, trained_on: bool, across: Across) -> _Scored:
    language, evidence = str(row["lang"]), tuple(map(str, row["evidence"]))
    spoken = (str(row["evidence_lang"]),) * len(evidence) if "evidence_lang" in row else ()
    own = trained_on and row.get("source") == "ustaz"
    fold = fold_of(str(row.get("id", ""))) if own else None
    began = perf_counter()
    found: Grounding | None = None
    with suppress(Exception):  # the worst case, counted and printed
        found = (
            ground(str(row["text"]), evidence, spoken, language, fold_of=fold)
            if len(_pair(row)) == 1
            else grounded(_subject(row, evidence, spoken), across)
        )
    passed = (perf_counter() - began) * 1000
    if found is None:
        right = row["label"] == "supported"
        worst = "unsupported" if right else "supported"
        return _Scored(row, float(right), worst, False, passed, True, fold is not None)
    told = bool(found.numbers_absent or found.numbers_unsure)
    named = band(found, *policy.thresholds(language))
    return _Scored(row, found.suspicion, named, told, passed, False, fold is not None)


def _subject(row: Row, evidence: tuple[str, ...], spoken: tuple[str, ...]) -> Subject:
    return Subject(
        stage=Stage.OUTPUT,
        text=str(row["text"]),
        language=str(row["lang"]),
        evidence=evidence,
        evidence_languages=spoken,
    )


def _figures(scored: Sequence[_Scored]) -> dict[str, Any]:
    right = [one for one in scored if not one.wrong]
    wrong = [one for one in scored if one.wrong]
    return {
        "supported": len(right),
        "unsupported": len(wrong),
        "auroc": auroc([one.score for one in wrong], [one.score for one in right]),
        "auroc_of_length_alone": auroc(_shortness(wrong), _shortness(right)),
        **{f"recall_at_{rate:g}": _recall(wrong, right, rate) for rate in _RATES},
        "warned": {
            "supported": proportion([one.band == "unsupported" for one in right]),
            "unsupported": proportion([one.band == "unsupported" for one in wrong]),
        },
        "bands": {
            label: {word: proportion([one.band == word for one in group]) for word in BANDS}
            for label, group in (("supported", right), ("unsupported", wrong))
        },
        "by_category": {
            category: {
                "rows": len(group),
                "auroc": auroc([one.score for one in group], [one.score for one in right]),
                "warned": proportion([one.band == "unsupported" for one in group]),
                "not_called_supported": proportion([one.band != "supported" for one in group]),
                "number_told": proportion([one.number for one in group]),
            }
            for category in sorted({str(one.row.get("category", "")) for one in wrong})
            for group in ([one for one in wrong if one.row.get("category", "") == category],)
        },
    }


def _shortness(scored: Sequence[_Scored]) -> list[float]:
    return [-float(len(str(one.row["text"]))) for one in scored]


def _recall(wrong: Sequence[_Scored], right: Sequence[_Scored], rate: float) -> Mapping[str, Any]:
    """Recall where at most a share of the supported rows is flagged."""
    scores = sorted((one.score for one in right), reverse=True)
    allowed = floor(rate * len(scores))
    threshold = scores[allowed] if allowed < len(scores) else 0.0
    return {**proportion([one.score > threshold for one in wrong]), "threshold": threshold}


def _at(times: Sequence[float], share: float) -> float:
    return round(times[min(len(times) - 1, int(len(times) * share))], 3) if times else 0.0
