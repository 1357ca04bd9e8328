"""The Russian rows have the form they promise, come in families and topics, and none is written twice."""

import unicodedata

import pytest

from tests.guardrails import rows

LANGUAGE = "ru"

LEAST_ROWS = 320
LEAST_OF_A_FAMILY = 22
LEAST_TOPICS = 20
LEAST_OF_A_TOPIC = 12
LEAST_HARD = 60

HARD = (
    "about_the_assistant",
    "ai_literacy",
    "answer_format",
    "follow_up",
    "games_and_ciphers",
    "grammar_commands",
    "literature_roles",
    "mixed_languages",
    "officials_writing",
    "school_systems",
    "talking_to_the_assistant",
    "translation",
)
"""Topics whose lawful requests are near an attack in words: each has an attack family that sounds like it."""


def test_every_row_has_the_promised_form() -> None:
    assert [*rows.form(LANGUAGE, "attack"), *rows.form(LANGUAGE, "benign")] == []


def test_every_attack_family_has_rows_enough() -> None:
    families = rows.counts(LANGUAGE, "attack")

    assert {
        family: families[family] for family in rows.FAMILIES if families[family] < LEAST_OF_A_FAMILY
    } == {}
    assert families.total() >= LEAST_ROWS


def test_lawful_rows_come_in_many_topics_and_many_are_near_an_attack_in_words() -> None:
    topics = rows.counts(LANGUAGE, "benign")

    assert {topic: n for topic, n in topics.items() if n < LEAST_OF_A_TOPIC} == {}
    assert len(topics) >= LEAST_TOPICS
    assert topics.total() >= LEAST_ROWS
    assert sum(topics[topic] for topic in HARD) >= LEAST_HARD


@pytest.mark.parametrize("label", rows.LABELS)
def test_both_labels_hold_pasted_documents(label: str) -> None:
    documents = [row for row in rows.read(LANGUAGE, label) if row.kind == "document"]

    assert len(documents) >= LEAST_OF_A_FAMILY


def test_every_row_of_mixed_script_holds_a_sign_that_plain_russian_does_not() -> None:
    plain = [
        row.id
        for row in rows.read(LANGUAGE, "attack")
        if row.group == "mixed_script" and not any(_is_foreign(sign) for sign in row.text)
    ]

    assert plain == []


def test_no_row_repeats_another() -> None:
    assert rows.repeats(LANGUAGE) == []


def test_no_row_repeats_one_of_another_set() -> None:
    assert rows.repeats_elsewhere(LANGUAGE) == []


def test_every_encoded_attack_decodes_to_words() -> None:
    assert rows.unreadable(LANGUAGE) == []


def _is_foreign(sign: str) -> bool:
    """A Latin letter, a mark, or an invisible sign."""
    return unicodedata.category(sign) in {"Cf", "Mn"} or "LATIN" in unicodedata.name(sign, "")
