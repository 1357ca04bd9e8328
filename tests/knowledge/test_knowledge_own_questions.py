"""The project's own passages and questions for tuning the search: their form, and that no question copies its passage."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from knowledge.language import fold, tokens

DATA = Path(__file__).parents[2] / "benchmarks" / "data"
FILES = sorted(DATA.glob("finding_own_*.jsonl"))
TOPICS_LEAST = 2
WORDS_OF_A_PASSAGE = range(60, 131)
WORDS_OF_A_TWIN = range(45, 131)  # the same content needs fewer words in Russian or more in English
LONGEST_QUESTION = 30  # words
COPIED_RUN = 3  # tokens in a row that a question may not take from its passage
KAZAKH_LETTERS = frozenset("әғқңөұүһі")
PASSAGE_KEYS = {"kind", "id", "lang", "title", "text", "topic"}
QUESTION_KEYS = {"kind", "id", "lang", "text", "relevant"}

Record = Mapping[str, object]


def records(path: Path) -> tuple[Record, ...]:
    return tuple(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())


def of_kind(path: Path, kind: str) -> tuple[Record, ...]:
    return tuple(record for record in records(path) if record["kind"] == kind)


def relevant(question: Record) -> tuple[str, ...]:
    named = question["relevant"]
    assert isinstance(named, list)
    return tuple(str(identifier) for identifier in named)


def runs(text: str) -> Iterator[tuple[str, ...]]:
    words = tokens(text)
    for start in range(len(words) - COPIED_RUN + 1):
        yield words[start : start + COPIED_RUN]


def names(text: str) -> set[str]:
    """Tokens of `text` that hold a digit or are written with a capital, as names are."""
    written = (word for word in text.split() if word.strip("«»(\"'—-")[:1].isupper())
    capital = {token for word in written for token in tokens(word)}
    return capital | {token for token in tokens(text) if any(sign.isdigit() for sign in token)}


def copied(question: str, passage: str) -> set[tuple[str, ...]]:
    excused = names(passage)
    return {run for run in set(runs(question)) & set(runs(passage)) if not excused.issuperset(run)}


def language(path: Path) -> str:
    return path.stem.split("_")[2]


def kazakh(text: str) -> bool:
    return not KAZAKH_LETTERS.isdisjoint(fold(text))


def test_a_copied_run_is_seen_and_a_name_is_excused() -> None:
    assert copied("Ол қай жерде өседі?", "") == set()
    assert copied("Алма қай жерде өседі?", "Алма осы жерде өседі.") == set()
    assert copied("ең терең көл қайда", "Бұл — ең терең көл.") == {("ең", "терең", "көл")}
    assert copied("Ұлы Жібек Жолы", "Мұнда Ұлы Жібек Жолы өткен.") == set()


def test_there_are_own_questions() -> None:
    assert FILES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_line_has_the_form_that_the_readme_gives(path: Path) -> None:
    for record in records(path):
        keys = PASSAGE_KEYS if record["kind"] == "passage" else QUESTION_KEYS
        assert keys <= set(record) <= keys | {"style", "twin"}, record["id"]
        assert record["lang"] == language(path)
        assert str(record["id"]).startswith(f"{record['lang']}-")
        assert str(record["text"]) == str(record["text"]).strip() != ""


def test_every_identifier_is_used_once_over_all_files() -> None:
    counted = Counter(str(record["id"]) for path in FILES for record in records(path))

    assert [identifier for identifier, count in counted.items() if count > 1] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_question_names_one_or_two_passages_of_its_file(path: Path) -> None:
    known = {str(passage["id"]) for passage in of_kind(path, "passage")}

    for question in of_kind(path, "question"):
        assert 1 <= len(set(relevant(question))) == len(relevant(question)) <= 2, question["id"]
        assert known.issuperset(relevant(question)), question["id"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_passage_is_asked_about(path: Path) -> None:
    asked = {identifier for question in of_kind(path, "question") for identifier in relevant(question)}

    assert {str(passage["id"]) for passage in of_kind(path, "passage")} - asked == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_lengths_are_those_of_an_encyclopaedia_and_of_a_question(path: Path) -> None:
    passages = {str(p["id"]): len(str(p["text"]).split()) for p in of_kind(path, "passage")}
    questions = {str(q["id"]): len(str(q["text"]).split()) for q in of_kind(path, "question")}

    allowed = WORDS_OF_A_PASSAGE if language(path) == "kk" else WORDS_OF_A_TWIN

    assert {name: words for name, words in passages.items() if words not in allowed} == {}
    assert {name: words for name, words in questions.items() if not 2 <= words <= LONGEST_QUESTION} == {}
    assert len({str(p["topic"]) for p in of_kind(path, "passage")}) >= TOPICS_LEAST


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_question_copies_a_run_of_its_passage(path: Path) -> None:
    texts = {str(passage["id"]): str(passage["text"]) for passage in of_kind(path, "passage")}
    found = {
        str(question["id"]): run
        for question in of_kind(path, "question")
        for identifier in relevant(question)
        if (run := copied(str(question["text"]), texts[identifier]))
    }

    assert found == {}


def test_a_twin_is_one_passage_in_another_language_and_of_the_same_topic() -> None:
    passages = {str(passage["id"]): passage for path in FILES for passage in of_kind(path, "passage")}
    twins = [passage for passage in passages.values() if "twin" in passage]

    assert twins
    for passage in twins:
        other = passages[str(passage["twin"])]
        assert other["lang"] == "kk" != passage["lang"]
        assert other["topic"] == passage["topic"]
    assert max(Counter((one["lang"], one["twin"]) for one in twins).values()) == 1


@pytest.mark.parametrize(
    "path", [path for path in FILES if language(path) == "kk"], ids=lambda path: path.stem
)
def test_passages_are_kazakh_and_so_are_nearly_all_questions(path: Path) -> None:
    passages = [str(passage["text"]) for passage in of_kind(path, "passage")]
    questions = [str(question["text"]) for question in of_kind(path, "question")]

    for text in passages:
        letters = [sign for sign in fold(text) if sign.isalpha()]
        assert sum(sign in KAZAKH_LETTERS for sign in letters) / len(letters) > 0.08, text
    # The rest is typed on a Russian keyboard, as pupils do.
    assert sum(map(kazakh, questions)) / len(questions) > 0.85


def test_no_text_stands_twice() -> None:
    folded = Counter(" ".join(tokens(str(record["text"]))) for path in FILES for record in records(path))

    assert [text for text, count in folded.items() if count > 1] == []
