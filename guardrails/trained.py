"""One training of the head from rows to file: what unseen groups say of it, its thresholds, its weights with their header."""

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from guardrails import joining, training
from guardrails import rows as sources
from guardrails.cues import HOME as LEXICONS
from guardrails.evaluation import auroc, proportion, recall_at
from guardrails.head import Joint
from guardrails.joining import BLOCK_RATE, WARN_RATE, fit_joints, judged, thresholds
from guardrails.meaning import Meaning
from guardrails.reading import LANGUAGES
from guardrails.rows import ATTACK, BENIGN, COMPOSED, OWN, Row
from guardrails.training import Embed, Linear, Numbers, StatesOf

_LEVELS = 127


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """The outcome of a training."""

    file: bytes
    report: Mapping[str, Any]


def train(
    rows: Sequence[Row],
    embed: Embed,
    states: StatesOf,
    *,
    embedder: str,
    dropped: int,
    lawful: Sequence[Row] = (),
) -> Trained:
    """Deterministic on one sort of processor: the same rows and vectors give the same bytes.

    Args:
        rows: own ones and licensed ones, none of them near a row that detectors are scored on.
        embedder: id of the model behind `embed` and `states`.
        dropped: how many rows were near one; told in the header.
        lawful: lawful prompts by others that bound the false alarms and teach nothing.
    """
    seen = training.table(rows, embed, states)
    wording = training.unseen(seen, training.fit_wording, training.wording_sums)
    meaning = training.unseen(seen, training.fit_meaning, training.meaning_sums)
    everything = np.ones(len(rows), dtype=np.bool_)
    wording_of_all = training.fit_wording(seen, everything)
    meaning_of_all = training.fit_meaning(seen, everything)
    left_out = np.array(
        [
            fold >= 0 and row.source != COMPOSED and row.embedded
            for row, fold in zip(rows, seen.folds, strict=True)
        ]
    )
    given = judged(seen, wording, meaning).of(left_out)
    if lawful:
        beside = training.table(lawful, embed, states)
        sums = (
            training.wording_sums(beside, wording_of_all),
            training.meaning_sums(beside, meaning_of_all),
        )
        given = given.joined(judged(beside, *sums, bounds=True))
    halves = {"wording and meaning": given, "wording": replace(given, meaning=None)}
    joints = {name: fit_joints(one) for name, one in halves.items()}
    numbers = {name: joining.numbers(one, joints[name]) for name, one in halves.items()}
    limits = {
        name: {
            language: thresholds(one.spoken(language), numbers[name][one.language == language])
            for language in LANGUAGES
        }
        for name, one in halves.items()
    }
    header, arrays = _weights(
        wording_of_all, meaning_of_all, joints["wording and meaning"], joints["wording"]
    )
    header |= {
        "embedder": embedder,
        "data": _data(rows, dropped),
        "bounds": {"rows": len(lawful), "sha256": sources.digest(lawful)},
        "lexicons": _lexicons(),
        "seed": training.SEED,
    }
    report = {
        "data": header["data"],
        "bounds": header["bounds"],
        "thresholds": limits,
        "unseen_groups": {
            name: {
                language: _figures(one.rows, numbers[name], language, limits["wording and meaning"][language])
                for language in LANGUAGES
            }
            for name, one in halves.items()
        },
        "joint": {name: _told(one) for name, one in joints.items()},
    }
    return Trained(file=_packed(header, arrays), report=report)


def _figures(
    rows: Sequence[Row], numbers: Numbers, language: str, at: Mapping[str, float]
) -> Mapping[str, Any]:
    chosen = [
        (row, float(number))
        for row, number in zip(rows, numbers, strict=True)
        if row.source == OWN and row.language == language
    ]
    attacks = [number for row, number in chosen if row.label == ATTACK]
    quiet = [number for row, number in chosen if row.label == BENIGN]
    families: dict[str, list[float]] = {}
    for row, number in sorted(chosen, key=lambda one: one[0].group):
        if row.label == ATTACK:
            families.setdefault(row.group, []).append(number)
    at_rates = {f"recall_at_{rate:g}": recall_at(attacks, quiet, rate) for rate in (BLOCK_RATE, WARN_RATE)}
    return {
        "attacks": len(attacks),
        "benign": len(quiet),
        "auroc": auroc(attacks, quiet),
        **at_rates,
        **{
            f"{name}_over_families": over_families(families, one["threshold"])
            for name, one in at_rates.items()
        },
        **{
            name: {
                "recall": proportion([number >= limit for number in attacks]),
                "false_positives": proportion([number >= limit for number in quiet]),
            }
            for name, limit in at.items()
        },
        "warned_by_family": {
            family: proportion([number >= at["warn"] for number in found])
            for family, found in families.items()
        },
    }


def over_families(families: Mapping[str, Sequence[float]], threshold: float) -> float | None:
    """The share of numbers above a threshold, averaged over families as if each had as many rows; None of none."""
    shares = [sum(number > threshold for number in found) / len(found) for found in families.values()]
    return round(sum(shares) / len(shares), 4) if shares else None


def _weights(
    wording: Linear,
    meaning: Meaning,
    with_meaning: Mapping[str, Joint],
    without_meaning: Mapping[str, Joint],
) -> tuple[dict[str, Any], Mapping[str, Any]]:
    """Wording in eight bits, the filters in four, the layer over them in half precision."""
    scale = float(np.abs(wording.weights).max()) / _LEVELS
    arrays = {
        "wording": np.rint(wording.weights / scale).astype(np.int8),
        **meaning.arrays(),
    }
    header = {
        "wording_scale": scale,
        "wording_bias": wording.bias,
        "with_meaning": _told(with_meaning),
        "without_meaning": _told(without_meaning),
    }
    return header, arrays


def _told(joints: Mapping[str, Joint]) -> Mapping[str, Any]:
    return {language: asdict(joint) for language, joint in joints.items()}


def _data(rows: Iterable[Row], dropped: int) -> Mapping[str, Any]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.source, []).append(row)
    return {
        "own_files": {file.name: sha256(file.read_bytes()).hexdigest() for file in sources.own_files()},
        "sources": {
            name: {
                "attacks": sum(row.label == ATTACK for row in group),
                "benign": sum(row.label == BENIGN for row in group),
                "sha256": sources.digest(group),
            }
            for name, group in sorted(groups.items())
        },
        "dropped_as_near_scored_rows": dropped,
    }


def _lexicons() -> Mapping[str, str]:
    return {
        file.name: sha256(file.read_bytes()).hexdigest() for file in sorted(LEXICONS.glob("injection_*.toml"))
    }


def _packed(header: Mapping[str, Any], arrays: Mapping[str, Any]) -> bytes:
    """The same arrays give the same bytes: the format keeps no date."""
    text = json.dumps(header, ensure_ascii=False, sort_keys=True).encode()
    buffer = io.BytesIO()
    np.savez_compressed(buffer, header=np.frombuffer(text, dtype=np.uint8), **arrays)
    return buffer.getvalue()


def write(trained: Trained, path: Path) -> None:
    """Put the weights where the rail reads them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(trained.file)
