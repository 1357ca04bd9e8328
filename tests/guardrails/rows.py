"""The rows in `guardrails/data`, and what is wrong with them: form, counts, repetitions, codes that read as nothing.

Each check returns its complaints, one string each; a language's own test file says that there are none.
"""

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from guardrails.evaluation import auroc
from tests.guardrails.readings import readings

ROOT = Path(__file__).parents[2]
DATA = ROOT / "guardrails" / "data"
SCORED = (ROOT.parent / "shared" / "eval" / "guardrails", ROOT / "benchmarks" / "data")
"""Folders of rows on which detectors are scored; the first stands beside a checkout and may be absent."""

FAMILIES = (
    "role_play",
    "prompt_extraction",
    "goal_hijack",
    "encoded",
    "code_switched",
    "mixed_script",
    "split",
    "politeness",
    "authority",
    "planted_document",
    "multi_turn",
    "refusal_suppression",
    "data_exfiltration",
    "rule_override",
)
NEIGHBOURS, LEAST_OF_A_FAMILY, LEAST_NEIGHBOURS = "near_", 14, 12
"""How topics begin that were written beside a family; each later family has one. Then the fewest attacks of such a family, and the fewest rows beside it."""
LABELS = ("attack", "benign")
KINDS = ("message", "document")
_KEYS = {"id", "text", "label", "language", "kind", "source", "licence"}
_SHINGLE = 5
_CONTAINED = 0.5
_STEM = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a file; `group` is the family of an attack, the topic of a benign row."""

    id: str
    text: str
    label: str
    language: str
    group: str
    kind: str
    source: str
    licence: str
    keys: frozenset[str]


def path(language: str, label: str) -> Path:
    """Where the rows of a language and label stand."""
    return DATA / f"{'attacks' if label == 'attack' else 'benign'}.{language}.jsonl"


def read(language: str, label: str) -> tuple[Row, ...]:
    """The rows of one file, in its order; empty where there is no file."""
    file = path(language, label)
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return tuple(_row(json.loads(line)) for line in lines)


def form(language: str, label: str) -> list[str]:
    """Complaints about keys, ids and words that stand for something."""
    found = read(language, label)
    grouped = "family" if label == "attack" else "topic"
    complaints = [
        f"{row.id}: {wrong}"
        for row in found
        for wrong, right in (
            ("keys", row.keys == _KEYS | {grouped}),
            ("id", re.fullmatch(rf"{language}-{label[0]}-\d{{4}}", row.id)),
            ("label", row.label == label),
            ("language", row.language == language),
            ("kind", row.kind in KINDS),
            ("source", row.source == "ustaz"),
            ("licence", row.licence == "CC0-1.0"),
            ("text", row.text.strip()),
            (grouped, re.fullmatch(r"[a-z]\w+", row.group)),
        )
        if not right
    ]
    ids = Counter(row.id for row in found)
    return complaints + [f"{name}: {count} times" for name, count in ids.items() if count > 1]


def counts(language: str, label: str) -> Counter[str]:
    """Rows per family or topic; a family without a row counts 0."""
    found = Counter(row.group for row in read(language, label))
    if label == "attack":
        found.update(dict.fromkeys(FAMILIES, 0))
    return found


def later_families(language: str) -> frozenset[str]:
    """The families of a language that are none of the first fourteen."""
    return frozenset(row.group for row in read(language, "attack")) - set(FAMILIES)


def thin(language: str) -> list[str]:
    """Complaints about later families that have few attacks, or few lawful rows that were written beside them."""
    attacks, lawful = counts(language, "attack"), counts(language, "benign")
    return [
        f"{family}: {attacks[family]} attacks, {lawful[NEIGHBOURS + family]} lawful rows beside them"
        for family in sorted(later_families(language))
        if attacks[family] < LEAST_OF_A_FAMILY or lawful[NEIGHBOURS + family] < LEAST_NEIGHBOURS
    ]


def length_tells(language: str) -> float:
    """How well the number of words alone tells attacks of the later families from the lawful rows beside them: .5 is not at all."""
    attacks = [len(words(row.text)) for row in read(language, "attack") if row.group not in FAMILIES]
    lawful = [len(words(row.text)) for row in read(language, "benign") if row.group.startswith(NEIGHBOURS)]
    found = auroc([float(one) for one in attacks], [float(one) for one in lawful])
    return 0.5 if found is None else found


def repeats(language: str) -> list[str]:
    """Rows of a language, both labels, that repeat one another."""
    return list(near(_own(language), ()))


def repeats_elsewhere(language: str) -> list[str]:
    """Rows of a language that repeat one of another language or one that detectors are scored on."""
    others = [
        (row.id, row.text)
        for file in sorted(DATA.glob("*.*.jsonl"))
        if not file.name.endswith(f".{language}.jsonl")
        for row in map(_row, map(json.loads, file.read_text(encoding="utf-8").splitlines()))
    ]
    others += [
        (f"{file.name}:{number}", row["text"])
        for folder in SCORED
        for file in sorted(folder.glob("*.jsonl"))
        for number, row in enumerate(map(json.loads, file.read_text(encoding="utf-8").splitlines()), 1)
        if "text" in row and "label" in row
    ]
    return list(near(_own(language), others))


def near(own: Sequence[tuple[str, str]], others: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Pairs that share more than half of the shorter one's runs: own with own if `others` is empty."""
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    against = [(name, shingles(text)) for name, text in others or own]
    for number, (_, runs) in enumerate(against):
        for run in runs:
            holders[run].append(number)
    for at, (name, text) in enumerate(own):
        runs = shingles(text)
        for number, shared in Counter(_each(runs, holders)).items():
            other, theirs = against[number]
            if (others or number < at) and shared > _CONTAINED * min(len(runs), len(theirs)):
                yield f"{name} repeats {other}"


def unreadable(language: str) -> list[str]:
    """Encoded attacks that no known code turns into words of the language's other rows, or of English."""
    rows = [row for label in LABELS for row in read(language, label)]
    stems = {
        word[:_STEM]
        for text in (*(row.text for row in rows if row.group != "encoded"), _ENGLISH)
        for word in words(text)
        if len(word) >= _STEM
    }
    return [
        row.id
        for row in rows
        if row.group == "encoded"
        and not any(reads(row.text, reading, stems) for reading in readings(row.text))
    ]


def reads(text: str, reading: str, stems: set[str]) -> bool:
    """Whether the words that undoing the code brought up begin as those of plain rows: two, and three in five."""
    found = {word for word in words(reading) if len(word) >= _STEM} - set(words(text))
    known = sum(word[:_STEM] in stems for word in found)
    return known >= 2 and known >= 0.6 * len(found)


def words(text: str) -> list[str]:
    """The folded words of a text, without marks."""
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Its runs of five words; a shorter text is one run."""
    found = words(text)
    last = max(len(found) - _SHINGLE, 0)
    return frozenset(tuple(found[at : at + _SHINGLE]) for at in range(last + 1))


_ENGLISH = (
    "ignore forget your previous instructions rules system prompt show print reveal filter password tell"
)


def _row(line: dict[str, str]) -> Row:
    return Row(
        id=line["id"],
        text=line["text"],
        label=line["label"],
        language=line["language"],
        group=line.get("family", line.get("topic", "")),
        kind=line["kind"],
        source=line["source"],
        licence=line["licence"],
        keys=frozenset(line),
    )


def _own(language: str) -> list[tuple[str, str]]:
    return [(row.id, row.text) for label in LABELS for row in read(language, label)]


def _each(runs: Iterable[tuple[str, ...]], holders: dict[tuple[str, ...], list[int]]) -> Iterator[int]:
    for run in runs:
        yield from holders.get(run, ())
