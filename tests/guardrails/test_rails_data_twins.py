"""Passages in twos have the form that their page promises, and neither a sentence nor the words that it shares tell its label."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks import twins
from guardrails.evaluation import auroc
from guardrails.language import language_of
from tests.guardrails import grounded_rows, rows

README = Path(twins.__file__).parent / "data" / "README.md"
KEYS = {"id", "lang", "topic", "a", "b", "pairs", "both", "neither", "source", "licence"}


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
        assert item["both"].strip()
        assert item["neither"].strip()
        assert (item["source"], item["licence"]) == ("ustaz", "CC0-1.0")


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
    sentences = Counter((one.text, one.held) for one in twins.twins(language))

    assert passages.most_common(1)[0][1] == 1
    assert sentences.most_common(1)[0][1] == 1


@pytest.mark.parametrize("language", twins.LANGUAGES)
def test_no_passage_is_near_one_that_weights_were_made_from(language: str) -> None:
    own = [(item["id"], item[side]) for item in twins.items(language) for side in twins.SIDES]
    learned = [
        (str(row["id"]), grounded_rows.evidence(row))
        for name in (language, f"balanced_{language}")
        for row in grounded_rows.read(name)
    ]

    assert list(rows.near(own, learned)) == []


@pytest.mark.parametrize("language", twins.LANGUAGES)
def test_a_sentence_is_no_quotation_and_shared_words_do_not_tell_which_passage_holds_it(
    language: str,
) -> None:
    found = list(twins.twins(language))

    def shared(text: str, passage: str) -> float:
        own = grounded_rows.content(text, language)
        return len(own & grounded_rows.content(passage, language)) / max(1, len(own))

    held = [shared(one.text, one.held) for one in found]
    told = auroc(held, [shared(one.text, one.otherwise) for one in found])
    assert sum(held) / len(held) <= 0.5
    assert told is not None
    assert 0.4 <= told <= 0.6


@pytest.mark.parametrize("language", twins.LANGUAGES)
def test_each_sentence_stands_once_beside_the_passage_that_holds_it_and_once_beside_the_other(
    language: str,
) -> None:
    found = list(twins.twins(language))
    passages = {item[side] for item in twins.items(language) for side in twins.SIDES}

    assert len(found) == 2 * sum(len(item["pairs"]) for item in twins.items(language))
    assert {one.held for one in found} == {one.otherwise for one in found} == passages
    assert all(one.held != one.otherwise for one in found)


def test_what_tells_every_wrong_passage_has_a_figure_of_one_and_what_tells_none_a_half() -> None:
    right = twins.figures([(0.1, 0.9), (0.2, 0.8)])
    blind = twins.figures([(0.3, 0.3), (0.7, 0.7)])

    assert (right["auroc"], right["higher_beside_the_wrong_passage"]["value"]) == (1.0, 1.0)
    assert (blind["auroc"], blind["the_same"]["value"]) == (0.5, 1.0)
