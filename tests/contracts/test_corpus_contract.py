"""What every file of the starter corpus owes: our own words, in three languages, under codes that exist."""

import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "knowledge" / "corpus"
FACTS = ROOT.parent / "shared" / "facts" / "objectives.jsonl"
LANGUAGES = ("kk", "ru", "en")
RUN = 8

LETTERS = "A-Za-zÀ-ÖØ-öø-ÿА-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі"
WORD = re.compile(rf"[{LETTERS}]+(?:[-'’][{LETTERS}]+)*")
ONE_LETTER_WORDS = frozenset("аивкосуяaАИВКОСУЯAI")  # other single letters are names in formulas
KAZAKH = re.compile("[әғқңөұүһі]", re.IGNORECASE)
CODE = re.compile(r"^(\d{1,2})\.\d+\.\d+\.\d+$")

NOTES = sorted((CORPUS / "notes").glob("*/*.toml"))
SUBJECTS = sorted((CORPUS / "objectives").glob("*.toml"))


@cache
def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def words(text: str) -> list[str]:
    """Words of prose: numerals, signs and the letters of formulas are none."""
    return [word for word in WORD.findall(text) if len(word) > 1 or word in ONE_LETTER_WORDS]


def runs(text: str) -> Iterator[tuple[str, ...]]:
    tokens = [token.casefold() for token in re.findall(r"\w+", text)]
    for start in range(len(tokens) - RUN + 1):
        yield tuple(tokens[start : start + RUN])


def objectives() -> list[tuple[str, dict[str, Any]]]:
    return [(path.stem, one) for path in SUBJECTS for one in read(path)["objective"]]


def ours() -> Iterator[tuple[str, str]]:
    """Every text of the corpus with its place."""
    for subject, one in objectives():
        for language in (*LANGUAGES, "section"):
            yield f"{subject} {one['code']} {language}", str(one.get(language, ""))
    for path in NOTES:
        note = read(path)
        for language in LANGUAGES:
            yield f"{path.stem} {language}", note["title"][language] + "\n" + note["text"][language]


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def test_there_are_194_objectives_with_unique_keys() -> None:
    keys = [(subject, one["wording_language"], one["track"], one["code"]) for subject, one in objectives()]
    assert len(keys) == 194
    assert len(set(keys)) == len(keys)


def test_there_are_at_least_60_notes_with_unique_slugs() -> None:
    assert len(NOTES) >= 60
    assert len({path.stem for path in NOTES}) == len(NOTES)


@pytest.mark.parametrize("path", SUBJECTS, ids=name)
def test_objectives_are_whole(path: Path) -> None:
    plain = read(path)
    assert plain["subject"]["slug"] == path.stem
    assert all(plain["subject"][language].strip() for language in LANGUAGES)
    for one in plain["objective"]:
        matched = CODE.match(one["code"])
        assert matched, one["code"]
        assert int(matched[1]) == one["grade"], one["code"]
        assert set(one["quarters"]) <= {1, 2, 3, 4}, one["code"]
        assert one["source"] in {"extract", "second-hand"}, one["code"]
        for language in LANGUAGES:
            assert one[language].strip(), f"{one['code']} has no {language}"
        assert KAZAKH.search(one["kk"]), one["code"]
        assert not KAZAKH.search(one["en"]), one["code"]


@pytest.mark.parametrize("path", NOTES, ids=name)
def test_note_is_whole(path: Path) -> None:
    note = read(path)
    assert note["slug"] == path.stem
    assert note["subject"] == path.parent.name
    assert note["grades"] == sorted(set(note["grades"]))
    assert note["grades"]
    assert set(note["grades"]) <= set(range(1, 12))
    assert 1 <= len(note["codes"]) <= 4
    there = {one["code"] for subject, one in objectives() if subject == note["subject"]}
    assert set(note["codes"]) <= there
    for language in LANGUAGES:
        assert note["title"][language].strip()
        assert 80 <= len(words(note["text"][language])) <= 150, language
    assert KAZAKH.search(note["text"]["kk"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_eight_words_in_a_row_stand_in_two_notes(language: str) -> None:
    homes: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for path in NOTES:
        for run in runs(read(path)["text"][language]):
            homes[run].add(path.stem)
    assert {" ".join(run): sorted(found) for run, found in homes.items() if len(found) > 1} == {}


@pytest.mark.skipif(
    not FACTS.is_file(), reason="the facts stand next to the repository only where it was written"
)
class TestAgainstTheFacts:
    def facts(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in FACTS.read_text(encoding="utf-8").splitlines() if line.strip()]

    def test_codes_are_those_of_the_facts(self) -> None:
        facts = sorted((one["language"], one["code"], one["grade"]) for one in self.facts())
        shipped = sorted((one["wording_language"], one["code"], one["grade"]) for _, one in objectives())
        assert shipped == facts

    def test_codes_of_each_subject_are_those_of_the_facts(self) -> None:
        theirs: dict[str, set[str]] = defaultdict(set)
        for one in self.facts():
            theirs[one["subject"]].add(one["code"])
        mine: dict[str, set[str]] = defaultdict(set)
        for subject, one in objectives():
            mine[subject].add(one["code"])
        assert sorted(map(sorted, mine.values())) == sorted(map(sorted, theirs.values()))

    def test_no_eight_words_in_a_row_are_official_wording(self) -> None:
        official = {run for one in self.facts() for run in runs(one["wording"])}
        copied = {place: " ".join(run) for place, text in ours() for run in runs(text) if run in official}
        assert copied == {}
