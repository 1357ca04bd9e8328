"""The English rows have the form they promise, come in families and topics, and none is written twice."""

import unicodedata

import pytest

from tests.guardrails import rows

LANGUAGE = "en"
HARD_TOPICS = (
    "ai_lessons",
    "cybersecurity",
    "quoted_commands",
    "school_drama",
    "translation",
    "working_with_the_assistant",
)
"""Their rows use the words of an attack: orders to forget, hidden instructions, passwords, roles."""


@pytest.mark.parametrize("label", rows.LABELS)
def test_every_english_row_has_the_promised_form(label: str) -> None:
    assert rows.form(LANGUAGE, label) == []


def test_every_family_has_22_english_attacks_and_all_together_320() -> None:
    found = rows.counts(LANGUAGE, "attack")

    assert min(found[family] for family in rows.FAMILIES) >= 22
    assert found.total() >= 320


def test_20_topics_have_12_english_prompts_each_and_60_rows_are_near_an_attack_in_words() -> None:
    found = rows.counts(LANGUAGE, "benign")

    assert sum(count >= 12 for count in found.values()) >= 20
    assert found.total() >= 320
    assert sum(found[topic] for topic in HARD_TOPICS) >= 60


def test_no_english_row_repeats_another_or_one_on_which_detectors_are_scored() -> None:
    assert rows.repeats(LANGUAGE) == []
    assert rows.repeats_elsewhere(LANGUAGE) == []


def test_every_english_code_can_be_undone() -> None:
    assert rows.unreadable(LANGUAGE) == []


def test_every_row_of_mixed_script_holds_a_letter_that_is_not_what_it_seems() -> None:
    plain = [
        row.id
        for row in rows.read(LANGUAGE, "attack")
        if row.group == "mixed_script" and not any(disguised(sign) for sign in row.text)
    ]

    assert plain == []


def test_both_labels_hold_texts_that_were_pasted() -> None:
    for label in rows.LABELS:
        assert sum(row.kind == "document" for row in rows.read(LANGUAGE, label)) >= 12


def disguised(sign: str) -> bool:
    """A mark, an invisible sign, or a letter that is no plain Latin one."""
    return not sign.isascii() and unicodedata.category(sign) in {"Cf", "Ll", "Lm", "Lu", "Mn", "So"}
