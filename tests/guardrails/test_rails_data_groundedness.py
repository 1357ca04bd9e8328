"""Our own rows of groundedness have the form they promise, are no quotations, and no count of words tells the label."""

from collections import Counter
from collections.abc import Callable, Iterable

import pytest

from guardrails.evaluation import auroc
from tests.guardrails import grounded_rows

LANGUAGES = ("kk", "ru", "en")
ALL = (*grounded_rows.SETS, *grounded_rows.BALANCED)


@pytest.mark.parametrize("name", ALL)
def test_every_row_has_the_promised_form(name: str) -> None:
    assert grounded_rows.form(name) == []


@pytest.mark.parametrize("name", ALL)
def test_a_case_is_one_passage_with_a_supported_sentence_and_one_or_two_others(name: str) -> None:
    assert grounded_rows.broken_cases(name) == []


@pytest.mark.parametrize(("name", "fewest"), [("kk", 200), ("ru", 200), ("en", 200), ("mixed", 40)])
def test_there_are_cases_enough(name: str, fewest: int) -> None:
    assert len(grounded_rows.cases(name)) >= fewest


@pytest.mark.parametrize("name", LANGUAGES)
def test_labels_kinds_of_error_and_topics_are_in_balance(name: str) -> None:
    found = grounded_rows.read(name)
    labels = Counter(str(row["label"]) for row in found)
    errors = Counter(str(row["category"]) for row in found if row["label"] == "unsupported")

    assert labels["supported"] <= labels["unsupported"] <= 2 * labels["supported"]
    assert set(errors) == set(grounded_rows.WRONG)
    assert min(errors.values()) >= 35
    assert max(errors.values()) <= 0.4 * errors.total()
    assert len({row["topic"] for row in found}) >= 15


def test_passage_and_sentence_meet_in_several_pairs_of_languages() -> None:
    pairs = Counter((row["evidence_lang"], row["lang"]) for row in grounded_rows.read("mixed"))

    assert pairs["ru", "kk"] >= 40
    assert len(pairs) >= 4


def test_no_passage_and_no_sentence_is_written_twice() -> None:
    assert grounded_rows.repeats(ALL) == []


@pytest.mark.parametrize("name", ALL)
def test_no_frame_of_a_sentence_wears_out(name: str) -> None:
    assert grounded_rows.worn_frames(name) == []


@pytest.mark.parametrize("name", [*LANGUAGES, *grounded_rows.BALANCED])
def test_a_supported_sentence_is_a_paraphrase(name: str) -> None:
    assert grounded_rows.quotations(name) == []


@pytest.mark.parametrize("name", [*LANGUAGES, *grounded_rows.BALANCED])
def test_shared_words_alone_do_not_tell_the_label(name: str) -> None:
    found = grounded_rows.read(name)

    assert 0.35 <= _told(found, grounded_rows.share) <= 0.65


@pytest.mark.parametrize("name", grounded_rows.BALANCED)
def test_length_alone_does_not_tell_the_label_of_the_balanced_rows(name: str) -> None:
    found = grounded_rows.read(name)

    assert len(grounded_rows.cases(name)) >= 40
    assert 0.4 <= _told(found, lambda row: len(str(row["text"]))) <= 0.6


def _told(found: Iterable[grounded_rows.Line], count: Callable[[grounded_rows.Line], float]) -> float:
    """AUROC of a count."""
    counts = {"supported": list[float](), "unsupported": list[float]()}
    for row in found:
        counts[str(row["label"])].append(count(row))
    told = auroc(counts["supported"], counts["unsupported"])
    assert told is not None
    return told


def test_a_quotation_shares_all_its_words_and_a_sentence_from_elsewhere_none() -> None:
    row = {"lang": "en", "evidence_lang": "en", "evidence": ["Bees carry pollen from blossom to blossom."]}

    assert grounded_rows.share({**row, "text": "From blossom to blossom bees carry pollen."}) == 1
    assert grounded_rows.share({**row, "text": "The heart has four chambers."}) == 0
