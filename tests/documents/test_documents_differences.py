"""Two sayings of one field: what is lost is told, and what only looks different is not."""

from dataclasses import replace

import pytest

from app.documents.differences import differences
from app.documents.field import Field
from app.documents.level import Level
from app.documents.value import Descriptor, Lines, Stage, Task, Text, Value
from app.i18n import LANGUAGES, translator


def field(value: Value | str) -> Field:
    return Field(id="more.homework", label="Үй", value=Text(text=value) if isinstance(value, str) else value)


def told(one: Value | str, other: Value | str) -> list[tuple[str, str]]:
    found = differences(field(one), field(other))
    for finding in found:
        assert finding.field == "more.homework"
        assert all(translator(language).words(finding.words) for language in LANGUAGES)
    return sorted(
        (one.words.key.removeprefix("checks.rerender."), str(one.words.facts.get("what", "")))
        for one in found
    )


TASK = Task(text="Сложите 2 и 3.", code="5.1.2.17", descriptors=(Descriptor(text="a", points=2),))
STAGE = Stage(minutes=5, teacher=("a",), learner=("b",), assessment=("c",), resources=("d",))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("", ""),
        ("Сложите 2 и 3.", "2 мен 3-ті қосыңыз."),
        # the same number as each language writes it
        ("Масса 1,5 кг и 1 000 м", "The mass is 1.5 kg and 1,000 m"),
        ("Цель 5.1.2.17", "5.1.2.17-мақсат"),
        # the same name in other letters and cases
        ("Мы читаем стихи Абая в Алматы.", "We read the poems of Abai in Almaty."),
        ("Расскажите про Павлодар.", "Павлодарды айтып беріңіз."),
        # what opens a sentence need not be a name, what glosses a term is no saying
        ("Сравните дроби.", "Бөлшектерді салыстырыңыз."),
        ("Найдите знаменатель [бөлім 7].", "Бөлімді табыңыз."),
        (TASK, replace(TASK, text="2 мен 3-ті қосыңыз.")),
    ],
)  # fmt: skip
def test_the_same_in_other_words_is_no_difference(one: Value | str, other: Value | str) -> None:
    assert told(one, other) == []


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("Сложите 2 и 3.", "2 мен 4-ті қосыңыз.", [("number_lost", "3"), ("number_new", "4")]),
        ("Цель 5.1.2.17.", "5.1.2.18-мақсат.", [("code_lost", "5.1.2.17"), ("code_new", "5.1.2.18")]),
        ("Мы едем в Павлодар утром.", "Таңертең жолға шығамыз.", [("name_lost", "Павлодар")]),
        (Lines(lines=("a", "b")), Lines(lines=("a",)), [("structure", "")]),
        (Lines(lines=("a",)), "a", [("structure", "")]),
        (STAGE, replace(STAGE, minutes=6), [("kept", "")]),
        (STAGE, replace(STAGE, resources=()), [("structure", "")]),
        (TASK, replace(TASK, level=Level.KNOWLEDGE), [("kept", "")]),
        (TASK, replace(TASK, descriptors=(Descriptor(text="a", points=3),)), [("kept", "")]),
    ],
)
def test_what_is_lost_or_added_is_told(
    one: Value | str, other: Value | str, found: list[tuple[str, str]]
) -> None:
    assert told(one, other) == found
