"""Our own rows of sentences beside a passage in another language have the form that they promise."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cache
from itertools import permutations

import pytest

from guardrails.language import language_of
from tests.guardrails import grounded_rows, rows

LANGUAGES = ("kk", "ru", "en")
KINDS = ("paraphrase", "neighbour", "number", "name", "foreign")
CASES = 32
_ID = re.compile(r"(?P<passage>kk|ru|en)-(?P<sentence>kk|ru|en)-gx-(?P<case>\d{4})-(?P<place>[0-4])")
_KEYS = {
    *("id", "text", "evidence", "label", "lang", "category", "topic", "evidence_lang", "split"),
    *("source", "licence"),
}

Line = Mapping[str, object]


@cache
def read() -> tuple[Line, ...]:
    lines = (rows.DATA / "groundedness_across.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(json.loads(line) for line in lines)


def named(row: Line) -> re.Match[str]:
    found = _ID.fullmatch(str(row["id"]))
    assert found is not None, row["id"]
    return found


def test_every_row_has_the_promised_form() -> None:
    for row in read():
        found = named(row)
        kind = KINDS[int(found["place"])]
        assert set(row) == _KEYS
        assert (row["evidence_lang"], row["lang"], row["category"]) == (
            found["passage"],
            found["sentence"],
            kind,
        )
        assert row["label"] == ("supported" if kind == "paraphrase" else "unsupported")
        assert row["split"] == ("report" if int(found["case"]) % 2 else "choose")
        assert (row["source"], row["licence"]) == ("ustaz", "CC0-1.0")
        assert len(re.findall(r"[.!?…](?=\s|$)", str(row["text"]))) == 1, row["id"]
    assert len({row["id"] for row in read()}) == len(read())


def test_a_case_stands_in_every_direction_with_one_passage_and_one_sentence_of_each_kind() -> None:
    cases = defaultdict[tuple[str, str, str], list[Line]](list)
    for row in read():
        found = named(row)
        cases[found["passage"], found["sentence"], found["case"]].append(row)

    assert Counter(key[:2] for key in cases) == dict.fromkeys(permutations(LANGUAGES, 2), CASES)
    for members in cases.values():
        assert [row["category"] for row in members] == list(KINDS)
        assert len({grounded_rows.evidence(row) for row in members}) == 1


def test_a_foreign_sentence_is_the_supported_one_of_another_topic_in_the_same_split() -> None:
    supported = {(row["lang"], row["text"]): row for row in read() if row["category"] == "paraphrase"}

    for row in read():
        if row["category"] == "foreign":
            other = supported[row["lang"], row["text"]]
            assert other["topic"] != row["topic"]
            assert other["split"] == row["split"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_in_the_language_that_is_named(language: str) -> None:
    passages = {grounded_rows.evidence(row) for row in read() if row["evidence_lang"] == language}
    sentences = {str(row["text"]) for row in read() if row["lang"] == language}

    assert [text for text in passages if language_of(text) != language] == []
    # A short sentence may leave it open; none is of another language.
    assert [text for text in sentences if language_of(text) not in ("", language)] == []


def test_no_text_repeats_another_or_one_of_the_other_sets() -> None:
    own = {str(row["text"]): str(row["id"]) for row in read()}
    own |= {grounded_rows.evidence(row): f"{row['id']} passage" for row in read()}
    others = [
        (str(row["id"]), text)
        for name in (*grounded_rows.SETS, *grounded_rows.BALANCED)
        for row in grounded_rows.read(name)
        for text in (str(row["text"]), grounded_rows.evidence(row))
    ]
    named_texts = [(key, text) for text, key in own.items()]
    alike = [*rows.near(named_texts, ()), *rows.near(named_texts, others)]

    assert [pair for pair in alike if _case(pair) != _case(pair.split(" repeats ")[1])] == []


def _case(text: str) -> str:
    found = re.search(r"g[bx]?-\d{4}", text)
    return found.group() if found else text
