"""The rails for a child in danger, conduct and sensitive topics on our own rows: form, floors, and what they never do."""

import pytest

from benchmarks.topics import LANGUAGES, LESSON, RAILS, judged, measure, rail, rows
from guardrails.hidden_words import hidden_words, without_overlaps
from guardrails.policy import SHIPPED, PolicyRefused, parse
from guardrails.rail import Means
from guardrails.rails import safeguarding, sensitive_topics
from guardrails.verdict import Action, Stage, Subject

FEWEST = {"safeguarding": 60, "conduct": 40, "sensitive_topics": 20}
KEYS = {"id", "text", "label", "language", "kind", "source", "licence"}


def test_an_empty_text_is_no_topic() -> None:
    for name in RAILS:
        assert not rail(name).inspect(Subject(stage=Stage.INPUT, text="")).findings
    assert list(hidden_words("", lambda word: True)) == []
    assert without_overlaps([]) == []


@pytest.mark.parametrize("name", RAILS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rows_have_one_form_and_no_row_stands_twice(name: str, language: str) -> None:
    found = rows(name, language)

    assert all(set(row) == KEYS and row["language"] == language for row in found)
    assert {(row["source"], row["licence"]) for row in found} == {("ustaz", "CC0-1.0")}
    assert len({row["text"] for row in found}) == len({row["id"] for row in found}) == len(found)
    for lesson in (True, False):
        assert sum((row["kind"] == LESSON) is lesson for row in found) >= FEWEST[name]


def test_what_is_reported_holds_its_floor() -> None:
    document = measure("report", show=0)["rails"]

    for name, least in (("safeguarding", 0.85), ("conduct", 0.85), ("sensitive_topics", 0.85)):
        for language in LANGUAGES:
            figures = document[name][language]
            assert figures["recall"]["value"] >= least, (name, language)
            assert figures["false_alarms"]["value"] <= 0.05, (name, language)
            assert figures["requests_spoken_up_on"]["value"] <= 0.03, (name, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_card_and_no_pointer_ever_blocks_or_changes_a_text(language: str) -> None:
    for name in ("safeguarding", "sensitive_topics"):
        for row in rows(name, language):
            verdict = judged(name, row)
            assert verdict.action in (Action.ALLOW, Action.WARN)
            assert verdict.text


def test_a_policy_that_would_block_a_sensitive_topic_warns_of_it_and_none_may_be_silent() -> None:
    shipped = SHIPPED.read_text(encoding="utf-8")
    strict = parse(shipped.replace('sensitive_topic = "warn"', 'sensitive_topic = "block"'))
    subject = Subject(stage=Stage.INPUT, text="Желтоқсан оқиғасы туралы сабақ жоспары", language="kk")

    one = sensitive_topics.build(Means(), strict.rails["sensitive_topics"]).inspect(subject)

    assert (one.action, one.text) == (Action.WARN, subject.text)
    with pytest.raises(PolicyRefused, match="below its floor"):
        parse(shipped.replace('sensitive_topic = "warn"', 'sensitive_topic = "allow"'))


def test_the_gravest_kind_gives_the_card_its_name() -> None:
    text = "Оқушымды сыныптастары күнде мазақ қылады, ол өлгім келеді дейді"
    verdict = rail("safeguarding").inspect(Subject(stage=Stage.INPUT, text=text, language="kk"))

    assert verdict.message_key == f"guardrails.safeguarding.{safeguarding.KINDS[0]}"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("з л о й день", ["з л о й"]),
        ("з.л.о.й день", ["з.л.о.й"]),
        ("зл*й день", ["зл*й"]),
        ("зл0й день", ["зл0й"]),
        ("злоооой день", ["злоооой"]),
        ("злoй с латинской буквой", ["злoй"]),
        # Nothing is hidden: the list itself finds it, or there is nothing to find.
        ("злой день", []),
        ("а б в г", []),
        ("x*y + 10%", []),
        ("7а класс, 25 мин", []),
    ],
)
def test_a_word_that_hides_is_found_and_nothing_else(text: str, found: list[str]) -> None:
    spans = hidden_words(text, lambda word: word == "злой")

    assert [text[start:end] for start, end in spans] == found


@pytest.mark.parametrize(
    "text", ["Кот сидит на боку", "Амин прочитал стих", "Кисёв и кот", "Херсон, урок истории"]
)
def test_russian_words_that_look_like_kazakh_swearing_stay(text: str) -> None:
    assert rail("conduct").inspect(Subject(stage=Stage.INPUT, text=text, language="ru")).text == text
