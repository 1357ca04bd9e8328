"""The AI mark: a line for people, a JSON for programs, the same facts in both."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exports.mark import Mark, parse
from app.exports.words import load
from tests.exports.exports_samples import ID, LANGUAGES, MARK, RECEIPT

BARE = Mark(receipt="", made_at=datetime(2026, 1, 1, tzinfo=UTC), app_version="", document=ID, revision=1)


def test_an_empty_mark_reads_back() -> None:
    assert parse(BARE.json()) == BARE


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_line_names_the_receipt_and_the_models_that_wrote(language: str) -> None:
    assert RECEIPT in MARK.line(language)
    assert MARK.models[0] in MARK.line(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_no_model_wrote_the_line_says_where_the_text_is_from(language: str) -> None:
    line = replace(MARK, models=()).line(language)

    assert line == load(language).mark["curriculum"].format(receipt=RECEIPT)
    assert line != MARK.line(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_demonstration_says_so(language: str) -> None:
    line = replace(MARK, demonstration=True).line(language)

    assert line.startswith(MARK.line(language))
    assert line != MARK.line(language)


def test_a_language_without_words_is_refused() -> None:
    with pytest.raises(LookupError):
        MARK.line("xx")


def test_the_time_is_kept_in_utc() -> None:
    there = replace(MARK, made_at=MARK.made_at.astimezone(timezone(timedelta(hours=5))))

    assert there.json() == MARK.json()


@given(
    receipt=st.text(),
    models=st.lists(st.text(), max_size=3).map(tuple),
    version=st.text(),
    revision=st.integers(1, 10**6),
    demonstration=st.booleans(),
)
def test_whatever_is_in_it_the_json_is_one_safe_line_and_reads_back(
    receipt: str, models: tuple[str, ...], version: str, revision: int, demonstration: bool
) -> None:
    mark = Mark(
        receipt=receipt,
        made_at=MARK.made_at,
        app_version=version,
        document=ID,
        revision=revision,
        models=models,
        demonstration=demonstration,
    )
    line = mark.json()

    assert parse(line) == mark
    assert line.isascii()
    assert not any(one in line for one in ("<", ">", "&", "--", "\n"))


@pytest.mark.parametrize(
    "line", ["", "{}", "[]", "7", '{"mark":"other/1"}', '{"mark":"ustaz-ai-mark/1"}', "[" * 9999]
)
def test_what_is_no_mark_is_refused(line: str) -> None:
    with pytest.raises(ValueError):
        parse(line)


def test_it_says_whether_a_model_wrote_anything() -> None:
    assert json.loads(MARK.json())["ai"] is True
    assert json.loads(BARE.json())["ai"] is False


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_words(language: str) -> None:
    first, this = load("kk"), load(language)

    for part in ("mark", "words", "columns", "levels", "rubric"):
        assert getattr(this, part).keys() == getattr(first, part).keys()


@pytest.mark.parametrize(
    ("language", "points", "said"),
    [
        ("kk", 1, "1 балл"),
        ("kk", 5, "5 балл"),
        ("ru", 1, "1 балл"),
        ("ru", 3, "3 балла"),
        ("ru", 11, "11 баллов"),
        ("ru", 21, "21 балл"),
        ("en", 1, "1 point"),
        ("en", 0, "0 points"),
    ],
)
def test_points_stand_in_the_right_plural(language: str, points: int, said: str) -> None:
    assert load(language).count(points).replace("\u00a0", " ") == said
