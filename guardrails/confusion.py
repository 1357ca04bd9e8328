"""What becomes of labelled messages in the rails as they ship: for each language and kind of row, what was done and what was found."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from guardrails.guardrails import Combined
from guardrails.verdict import Action, Stage, Status, Subject

Inspect = Callable[[Subject], Combined]


def confusion(rows: Sequence[Mapping[str, Any]], inspect: Inspect) -> Mapping[str, Any]:
    """By language and `label: kind`, how many rows were allowed, masked, warned of or blocked, and which categories were found.

    Args:
        rows: `text`, `label` (attack or benign), `lang` or `language`, `category` or `family` or `topic`; rows whose
            `kind` is `document` are looked at as passages are.
    """
    found: dict[str, dict[str, Counter[str]]] = {}
    for row in rows:
        language = str(row.get("lang") or row["language"])
        kind = row.get("category") or row.get("family") or row.get("topic") or "other"
        stage = Stage.PASSAGE if row.get("kind") == "document" else Stage.INPUT
        said = inspect(Subject(stage=stage, text=str(row["text"]), language=language))
        told = found.setdefault(language, {}).setdefault(f"{row['label']}: {kind}", Counter())
        failed = any(one.status in (Status.ERROR, Status.TIMEOUT) for one in said.verdicts)
        told.update(rows=1, failed=int(failed), **{str(said.action): 1})
        told.update({f"found {category}": 1 for category in said.categories})
    return {
        language: {kind: _cell(told) for kind, told in sorted(kinds.items())}
        for language, kinds in sorted(found.items())
    }


def _cell(told: Counter[str]) -> Mapping[str, Any]:
    categories = {
        name.removeprefix("found "): n for name, n in sorted(told.items()) if name.startswith("found ")
    }
    return {
        "rows": told["rows"],
        **{str(action): told[str(action)] for action in Action},
        "failed": told["failed"],
        "found": categories,
    }
