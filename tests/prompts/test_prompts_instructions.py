"""What a model is told to write: the same sorts of fields in each language, in its own words, filled without a trace."""

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import prompts
from prompts.catalogue import HOME
from prompts.instructions import PLACES, SAME, digest_with, load

NAMES = """
plan.aim plan.start plan.middle plan.task plan.end plan.differentiation plan.special plan.homework plan.reflection
quiz.item assessment.task tasks.task unit.task unit.special term.task term.special rubric.criterion
differentiation.easier differentiation.harder differentiation.special letter.body glossary.meaning
change.easier change.harder change.shorter change.detail change.practice change.homework change.terms change.own
change.translate again.other
""".split()
EVERY = [(name, language) for name in NAMES for language in prompts.LANGUAGES]
KAZAKH = re.compile("[әғқңөұүһі]")
LONGEST = 600
BRIEF: dict[str, str | int] = {
    "topic": "T0",
    "objectives": "5.1.2.3 O0\n5.1.2.4 O1",
    "minutes": 5,
    "level": "L0",
    "points": 4,
    "notes": "N0",
    "present": "P0\nP1",
    "instruction": "I0",
}


def test_a_language_without_instructions_has_none() -> None:
    for language in ("de", "../en", ""):
        with pytest.raises(LookupError):
            load(language)


@pytest.mark.parametrize("language", prompts.LANGUAGES)
def test_every_sort_of_field_has_its_instruction_and_no_other_is_there(language: str) -> None:
    assert set(load(language)) == set(NAMES)
    assert len(load(language)) == len(NAMES)
    with pytest.raises(KeyError):
        load(language)["plan.magic"]
    assert all(load(language)[one].text == load(language)[other].text for one, other in SAME.items())


@pytest.mark.parametrize("name", NAMES)
def test_an_instruction_has_the_same_places_in_each_language(name: str) -> None:
    kk, ru, en = (load(language)[name] for language in ("kk", "ru", "en"))

    assert kk.places == ru.places == en.places <= PLACES
    assert len(kk.text.splitlines()) == len(ru.text.splitlines()) == len(en.text.splitlines())
    assert (name == "change.own") == ("instruction" in en.places)
    assert not name.startswith("change.") or "present" in en.places


@pytest.mark.parametrize("name", NAMES)
def test_an_instruction_is_written_in_its_own_language(name: str) -> None:
    kk, ru, en = (load(language)[name].text for language in ("kk", "ru", "en"))

    assert KAZAKH.search(kk)
    assert not KAZAKH.search(ru)
    assert re.search("[а-я]", ru)
    assert not re.search("[а-яәғқңөұүһі]", en)
    assert all(len(text) <= LONGEST for text in (kk, ru, en))


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_what_is_filled_in_stands_there_whole_and_no_place_is_left(name: str, language: str) -> None:
    instruction = load(language)[name]
    text = instruction.fill(**BRIEF)

    assert not re.search(r"\{\w+\}", text)
    assert all(str(BRIEF[place]) in text for place in instruction.places)


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_line_without_anything_to_say_is_left_out(name: str, language: str) -> None:
    instruction = load(language)[name]

    assert instruction.fill() == "\n".join(
        line for line in instruction.text.splitlines() if not re.search(r"\{\w+\}", line)
    )
    assert instruction.fill()
    assert instruction.fill(**dict.fromkeys(BRIEF, " ")) == instruction.fill()


@given(text=st.text(st.sampled_from("{}topicpresent "), min_size=1, max_size=40))
def test_what_is_filled_in_is_never_read_for_places(text: str) -> None:
    filled = load("en")["change.own"].fill(instruction=text, present="P0")

    assert not text.strip() or text.strip() in filled
    assert filled.count("P0") == 1


def test_a_value_for_a_place_that_no_instruction_has_is_a_mistake() -> None:
    with pytest.raises(LookupError):
        load("en")["plan.aim"].fill(subject="x")


@pytest.mark.parametrize("language", prompts.LANGUAGES)
def test_one_digest_covers_the_template_and_the_instructions(language: str) -> None:
    template = prompts.load("field", language).digest
    own = hashlib.sha256((HOME / f"fields.{language}.toml").read_bytes()).hexdigest()

    assert load(language).digest == own
    assert digest_with(template, language) == hashlib.sha256(f"{template}\n{own}\n".encode()).hexdigest()
    assert digest_with("0" * 64, language) != digest_with(template, language)
