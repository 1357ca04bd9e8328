"""Rules over word classes: `ignore` near `instruction` near `prior`, in any order, in any inflection.

A lexicon names classes of word stems and rules over the classes. A text is cut into words once, each word is looked
up by its beginnings, and a rule holds where its classes stand close together. That takes time in proportion to
the text, follows Kazakh and Russian endings, and needs no pattern that could run away.

Stems are written as words are; they are compared folded (English) or as skeletons (Kazakh, Russian). `=word` matches
the whole word only; several words separated by a space match in a row, those of three letters or less whole. What the class `harmless` matches counts for nothing else.
"""

import re
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from guardrails.letters import fold, skeleton

HOME = Path(__file__).parent / "lexicons"
HARMLESS = "harmless"
_WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")
_SPOIL = 4
"""Words around a place in which a class of `unless` speaks against it."""
_GLUED = 14
"""Letters from which a word may be several words glued together."""
_LONGEST_GLUED = 400
_SHORTEST_PIECE = 3
_SHORT = 3


class BadLexicon(ValueError):
    """A lexicon that does not load; names the file and the entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Classes that together mean something."""

    id: str
    category: str
    score: float
    all: tuple[frozenset[str], ...]
    unless: frozenset[str] = frozenset()
    within: int = 7
    ordered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A pattern over the folded text, for what is no word: delimiters, tags."""

    id: str
    category: str
    score: float
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A rule or shape that holds; the span is in the text that was searched."""

    rule: str
    category: str
    score: float
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text in its compared form; pieces of a glued word share its span."""

    form: str
    start: int
    end: int


@dataclass(slots=True)
class _Stems:
    """Stems by their letters; phrases by the first of their words."""

    single: dict[str, set[str]] = field(default_factory=dict)
    exact: dict[str, set[str]] = field(default_factory=dict)
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = field(default_factory=dict)
    lengths: tuple[int, ...] = ()
    phrase_lengths: tuple[int, ...] = ()
    pieces: tuple[int, ...] = ()

    def starts(self, letters: str) -> bool:
        """Whether these letters are a stem or a whole word."""
        return letters in self.single or letters in self.exact


class Lexicon:
    """One lexicon file, ready to search; immutable after construction."""

    def __init__(self, document: Mapping[str, object], *, name: str) -> None:
        self.name = name
        self.version = str(document["version"])
        self.skeletal = document.get("letters", "skeleton") == "skeleton"
        self._form: Callable[[str], str] = skeleton if self.skeletal else _same
        classes = document["classes"]
        if not isinstance(classes, dict):
            raise BadLexicon(f"{name}: classes is no table")
        self._stems = self._index(classes)
        self.classes = frozenset(classes)
        self.rules = rules_of(document, self.classes, name)
        self.shapes = tuple(_shape(table) for table in _tables(document, "shapes"))

    def search(self, text: str, *, glued: bool = False, latin: bool = True) -> tuple[Hit, ...]:
        """Every rule and shape that holds in a folded text, each once, at its tightest place."""
        hits = shaped(self.shapes, text)
        words, places = self.places(text, glued=glued, latin=latin)
        return (*hits, *held(self.rules, words, places))

    def places(
        self, text: str, *, glued: bool = False, latin: bool = True
    ) -> tuple[tuple[Word, ...], Mapping[str, Sequence[int]]]:
        """The words of a folded text and, for each class, the indexes of its words (first and last of a phrase).

        Without `latin`, words in Latin letters belong to no class: English is no Kazakh or Russian in Latin letters.
        """
        words = tuple(self._words(text, glued=glued, latin=latin))
        places: dict[str, list[int]] = {}
        taken = self._phrases(words, places)
        for index, word in enumerate(words):
            if index in taken:
                continue
            for name in self.classes_of(word.form):
                places.setdefault(name, []).append(index)
        return words, places

    def classes_of(self, form: str) -> set[str]:
        """The classes of one word in its compared form."""
        found: set[str] = set(self._stems.exact.get(form, ()))
        harmless, longest = (len(form) if HARMLESS in found else 0), 0
        for length in self._stems.lengths:
            if length > len(form):
                break
            names = self._stems.single.get(form[:length])
            if names:
                found |= names
                if HARMLESS in names:
                    harmless = length
                else:
                    longest = length
        return {HARMLESS} if harmless and harmless >= longest else found - {HARMLESS}

    def _phrases(self, words: Sequence[Word], places: dict[str, list[int]]) -> set[int]:
        taken: set[int] = set()
        for index, word in enumerate(words):
            best: tuple[int, set[str]] = (0, set())
            for length in self._stems.phrase_lengths:
                if length > len(word.form):
                    break
                for stems, name in self._stems.phrases.get(word.form[:length], ()):
                    if len(stems) < best[0] or index + len(stems) > len(words):
                        continue
                    if all(_fits(words[index + n].form, stem) for n, stem in enumerate(stems)):
                        best = (len(stems), (best[1] if len(stems) == best[0] else set()) | {name})
            size, names = best
            for name in names:
                places.setdefault(name, []).extend((index, index + size - 1))
                if name == HARMLESS:
                    taken.update(range(index, index + size))
        return taken

    def _words(self, text: str, *, glued: bool, latin: bool) -> Iterator[Word]:
        for match in _WORD.finditer(text):
            word = match.group()
            form = self._form(word) if latin or not word.isascii() or word.isdigit() else ""
            if glued and len(form) >= _GLUED:
                pieces = self._pieces(form)
                if len(pieces) > 1:
                    yield from (Word(piece, match.start(), match.end()) for piece in pieces)
                    continue
            yield Word(form, match.start(), match.end())

    def _pieces(self, form: str) -> list[str]:
        """A glued word cut before every stem or whole word of three letters or more that it holds."""
        cuts, at = [], 0
        form = form[:_LONGEST_GLUED]
        while at < len(form):
            length = next((n for n in self._stems.pieces if self._stems.starts(form[at : at + n])), 0)
            if length:
                cuts.append(at)
            at += max(1, length)
        return [form[start:end] for start, end in zip(cuts, [*cuts[1:], len(form)], strict=False)]

    def _index(self, classes: Mapping[str, object]) -> _Stems:
        index = _Stems()
        for name, stems in classes.items():
            if not isinstance(stems, list):
                raise BadLexicon(f"{self.name}: class {name} is no list")
            for stem in stems:
                self._enter(index, name, str(stem))
        index.lengths = tuple(sorted({len(stem) for stem in index.single}))
        index.phrase_lengths = tuple(sorted({len(stem) for stem in index.phrases}))
        listed = {len(stem) for stem in (*index.single, *index.exact)}
        index.pieces = tuple(sorted((n for n in listed if n >= _SHORTEST_PIECE), reverse=True))
        return index

    def _enter(self, index: _Stems, name: str, stem: str) -> None:
        parts = [
            ("=" if part.startswith("=") else "") + self._form(fold(part.lstrip("=")))
            for part in stem.split()
        ]
        if not all(part.strip("=") for part in parts):
            raise BadLexicon(f"{self.name}: class {name} has an empty stem")
        if len(parts) > 1:
            # A short word in a row of words is itself: `i built` is not `is built`. Kazakh and Russian put endings on the last.
            free = len(parts) - 1 if self.skeletal else len(parts)
            parts = [
                part if len(part) > _SHORT or part.startswith("=") or place == free else f"={part}"
                for place, part in enumerate(parts)
            ]
            index.phrases.setdefault(parts[0].lstrip("="), []).append((tuple(parts), name))
        elif parts[0].startswith("="):
            index.exact.setdefault(parts[0][1:], set()).add(name)
        else:
            index.single.setdefault(parts[0], set()).add(name)


def shaped(shapes: Iterable[Shape], text: str) -> tuple[Hit, ...]:
    """The shapes that a folded text holds."""
    return tuple(
        Hit(rule=shape.id, category=shape.category, score=shape.score, span=match.span())
        for shape in shapes
        if (match := shape.pattern.search(text))
    )


def held(
    rules: Iterable[Rule], words: Sequence[Word], places: Mapping[str, Sequence[int]]
) -> tuple[Hit, ...]:
    """The rules that hold, each at its tightest place."""
    hits = []
    for rule in rules:
        at = _tightest(rule, places)
        if at is not None:
            span = (words[at[0]].start, words[at[1]].end)
            hits.append(Hit(rule=rule.id, category=rule.category, score=rule.score, span=span))
    return tuple(hits)


def rules_of(document: Mapping[str, object], classes: frozenset[str], name: str) -> tuple[Rule, ...]:
    """The rules of a document over some classes.

    Raises:
        BadLexicon: a rule names a class that does not exist, or has an unknown key.
    """
    return tuple(_rule(table, classes, name) for table in _tables(document, "rules"))


def _same(word: str) -> str:
    return word


def _fits(form: str, stem: str) -> bool:
    return form == stem[1:] if stem.startswith("=") else form.startswith(stem)


def _tightest(rule: Rule, places: Mapping[str, Sequence[int]]) -> tuple[int, int] | None:
    """First and last word of the closest place where the rule holds, or None."""
    slots: list[list[int]] = []
    for slot in rule.all:
        found = sorted({index for name in slot for index in places.get(name, ())})
        if not found:
            return None
        slots.append(found)
    spoiled = sorted(index for name in rule.unless for index in places.get(name, ()))
    best: tuple[int, int] | None = None
    for anchor in slots[0]:
        at = _around(anchor, slots[1:], rule)
        if at is None or (best is not None and at[1] - at[0] >= best[1] - best[0]):
            continue
        if not _between(spoiled, at[0] - _SPOIL, at[1] + _SPOIL):
            best = at
    return best


def _around(anchor: int, slots: Sequence[Sequence[int]], rule: Rule) -> tuple[int, int] | None:
    used, last = [anchor], anchor
    for slot in slots:
        near = [
            index
            for index in _between(slot, anchor - rule.within, anchor + rule.within)
            if index not in used and (not rule.ordered or index > last)
        ]
        if not near:
            return None
        last = min(near, key=lambda index: abs(index - (last if rule.ordered else anchor)))
        used.append(last)
    first, final = min(used), max(used)
    return (first, final) if final - first <= rule.within else None


def _between(indexes: Sequence[int], first: int, last: int) -> Sequence[int]:
    """The indexes from `first` to `last`, of a sorted sequence."""
    return indexes[bisect_left(indexes, first) : bisect_right(indexes, last)]


def _rule(table: Mapping[str, object], classes: frozenset[str], name: str) -> Rule:
    def known(word: str) -> str:
        if word not in classes:
            raise BadLexicon(f"{name}: rule {table.get('id')} names no known class: {word}")
        return word

    unknown = set(table) - {"id", "category", "score", "all", "unless", "within", "ordered"}
    if unknown:
        raise BadLexicon(f"{name}: rule {table.get('id')} has unknown keys {sorted(unknown)}")
    return Rule(
        id=str(table["id"]),
        category=str(table["category"]),
        score=float(str(table["score"])),
        all=tuple(frozenset(known(word) for word in slot.split("|")) for slot in _texts(table["all"])),
        unless=frozenset(known(word) for word in _texts(table.get("unless", []))),
        within=int(str(table.get("within", 7))),
        ordered=table.get("ordered") is True,
    )


def _shape(table: Mapping[str, object]) -> Shape:
    return Shape(
        id=str(table["id"]),
        category=str(table["category"]),
        score=float(str(table["score"])),
        pattern=re.compile(str(table["pattern"]), re.MULTILINE),
    )


def _tables(document: Mapping[str, object], key: str) -> Iterable[Mapping[str, object]]:
    tables = document.get(key, [])
    if not isinstance(tables, list):
        raise BadLexicon(f"{key} is no list of tables")
    return tables


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise BadLexicon(f"no list: {value!r}")
    return tuple(str(text) for text in value)


@cache
def lexicon(name: str) -> Lexicon:
    """The shipped lexicon of a name, read once.

    Raises:
        BadLexicon: an entry that is wrong.
    """
    return Lexicon(read(name), name=name)


@cache
def read(name: str) -> Mapping[str, object]:
    """The TOML document of a shipped lexicon."""
    return tomllib.loads(raw(name).decode("utf-8"))


@cache
def raw(name: str) -> bytes:
    """The bytes of a shipped lexicon, read once: what is digested is what is worked with."""
    return (HOME / f"{name}.toml").read_bytes()


def names() -> tuple[str, ...]:
    """The lexicons that the folder holds."""
    return tuple(sorted(path.stem for path in HOME.glob("*.toml")))
