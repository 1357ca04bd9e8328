"""Passages in twos have the form that their page promises, and neither a sentence nor the words that it shares tell its label."""

import re
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import twins
from guardrails.evaluation import auroc
from guardrails.language import language_of

README = Path(twins.__file__).parent / "data" / "README.md"
KEYS = {"id", "lang", "topic", "a", "b", "pairs", "both", "neither", "source", "licence"}
_WORD = re.compile(r"[^\W\d_]{3,}")


@pytest.mark.parametrize("language", twins.LANGUAGES)
def test_every_item_has_two_passages_and_sentences_that_hold_of_one(language: str) -> None:
    for number, item in enumerate(twins.items(language), 1):
        assert set(item) == KEYS
        assert (item["id"], item["lang"]) == (f"{language}-gt-{number:04d}", language)
        assert item["a"] != item["b"]
        assert language_of(f"{item['a']} {item['b']}") == language, item["id"]
        assert len(item["pairs"]) >= 4
        for pair in item["pairs"]:
            assert set(pair) == {"kind", "a", "b"}
            assert pair["kind"] in twins.KINDS
            assert pair["a"] != pair["b"]


@pytest.mark.parametrize("language", twins.LANGUAGES)
def test_the_page_tells_how_many_there_are(language: str) -> None:
    found = twins.items(language)
    pairs = sum(len(item["pairs"]) for item in found)

    assert f"| `groundedness_twins_{language}.jsonl` | {len(found)} | {pairs:,} |" in README.read_text(
        "utf-8"
    )


@pytest.mark.parametrize("language", twins.LANGUAGES)
def test_no_passage_and_no_sentence_is_written_twice(language: str) -> None:
    found = twins.items(language)
    passages = Counter(item[side] for item in found for side in twins.SIDES)
    sentences = Counter(one.text for one in twins.twins(language))

    assert passages.most_common(1)[0][1] == 1
    assert sum(count - 1 for count in sentences.values()) <= len(sentences) // 1000


@pytest.mark.parametrize("language", twins.LANGUAGES)
def test_shared_words_do_not_tell_which_passage_holds_a_sentence(language: str) -> None:
    found = list(twins.twins(language))

    def shared(text: str, passage: str) -> float:
        own = {word[:5] for word in _WORD.findall(text.casefold())}
        return len(own & {word[:5] for word in _WORD.findall(passage.casefold())}) / max(1, len(own))

    told = auroc(
        [shared(one.text, one.held) for one in found], [shared(one.text, one.otherwise) for one in found]
    )
    assert told is not None
    assert 0.4 <= told <= 0.6


def test_a_sentence_is_measured_once_beside_each_passage() -> None:
    found = [one for one in twins.twins("en") if one.kind == "number"]
    said = twins.figures(found, "en")

    assert said["sentences"] == len(found) > 10
    shares = (said[key]["value"] for key in ("higher_beside_the_wrong_passage", "lower", "the_same"))
    assert sum(shares) == pytest.approx(1.0, abs=0.001)
