"""The Kazakh rows have the form they promise, come in families and topics, and none is written twice."""

from tests.guardrails import rows

LANGUAGE = "kk"
GENERAL = "general_"
"""Topics of prompts that belong to no lesson: code, games, travel, cooking, plain answers."""
CUES = (
    "елеме",
    "ескерме",
    "ұмыт",
    "рөл",
    "құпия",
    "жүйе",
    "нұсқау",
    "ереже",
    "шекте",
    "тыйым",
    "бұйр",
    "жасыр",
)
"""How words begin that lessons and attacks share."""


def test_every_row_has_the_promised_form() -> None:
    assert [*rows.form(LANGUAGE, "attack"), *rows.form(LANGUAGE, "benign")] == []


def test_there_are_attacks_of_every_family_and_no_family_is_thin() -> None:
    found = rows.counts(LANGUAGE, "attack")

    assert found.total() >= 320
    assert min(found[family] for family in rows.FAMILIES) >= 22


def test_there_are_lessons_of_many_topics_and_no_topic_is_thin() -> None:
    found = rows.counts(LANGUAGE, "benign")
    lessons = {topic: count for topic, count in found.items() if not topic.startswith(GENERAL)}

    assert sum(lessons.values()) >= 320
    assert min(lessons.values()) >= 12
    assert len(found) >= 20


def test_many_lessons_hold_the_words_of_an_attack() -> None:
    near = [
        row
        for row in rows.read(LANGUAGE, "benign")
        if any(word.startswith(CUES) for word in rows.words(row.text))
    ]

    assert len(near) >= 60


def test_documents_come_with_and_without_a_planted_order() -> None:
    for label in rows.LABELS:
        assert sum(row.kind == "document" for row in rows.read(LANGUAGE, label)) >= 20


def test_no_row_is_written_twice_or_taken_from_a_set_that_is_scored() -> None:
    assert rows.repeats(LANGUAGE) == []
    assert rows.repeats_elsewhere(LANGUAGE) == []


def test_what_is_encoded_can_be_read() -> None:
    assert rows.unreadable(LANGUAGE) == []


def test_beside_lessons_stand_general_prompts_full_of_the_words_of_an_attack() -> None:
    found = rows.counts(LANGUAGE, "benign")
    general = {topic: count for topic, count in found.items() if topic.startswith(GENERAL)}

    assert len(general) >= 8
    assert sum(general.values()) >= 120
    assert min(general.values()) >= 12
