"""The measure of the personal-data rail: the same seed gives the same sentences, halves share nobody, and figures can fail."""

import json
from random import Random

import pytest

from benchmarks.personal_data import judge, measure
from benchmarks.personal_endings import kazakh, kazakh_value, russian
from benchmarks.personal_sentences import (
    LANGUAGES,
    MISSES,
    NUMBERS,
    PAPERS,
    Half,
    Sentence,
    frames,
    listed,
    sentences,
)
from benchmarks.personal_values import near_miss, value
from guardrails.personal import checks


def test_no_sentence_is_asked_for_and_none_comes() -> None:
    assert list(sentences("iin", "kk", half=Half.REPORT, count=0, seed=1)) == []


def test_the_same_seed_gives_the_same_sentences_and_another_seed_others() -> None:
    def texts(seed: int) -> list[str]:
        return [one.text for one in sentences("names", "ru", half=Half.REPORT, count=40, seed=seed)]

    assert texts(1) == texts(1)
    assert texts(1) != texts(2)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_type_has_frames_enough_and_the_halves_share_neither_frame_nor_person(language: str) -> None:
    for kind in (*NUMBERS, "names", "figures", MISSES):
        found = {half: frames(language, kind, half) for half in Half}
        assert sum(map(len, found.values())) >= 25, kind
        assert not {str(one) for one in found[Half.REPORT]} & {str(one) for one in found[Half.DEVELOPMENT]}
    for kind in PAPERS:
        assert len(frames(language, kind, Half.REPORT)) >= 4, kind
    for key in ("male", "female", "surnames"):
        assert not {*listed(language, key, Half.REPORT)} & {*listed(language, key, Half.DEVELOPMENT)}


@pytest.mark.parametrize(
    ("name", "case", "declined"),
    [
        ("Айгерім", "dat", "Айгерімге"), ("Нұрлан", "gen", "Нұрланның"), ("Серіков", "acc", "Серіковті"), ("Серікова", "abl", "Серіковадан"),
        ("Болатқызы", "dat", "Болатқызына"), ("Төле би", "gen", "Төле бидің"), ("Азамат", "ins", "Азаматпен"),
    ],
)  # fmt: skip
def test_kazakh_endings_follow_the_sounds_of_a_name(name: str, case: str, declined: str) -> None:
    assert kazakh(name, case) == declined


def test_an_ending_of_a_number_follows_its_last_word() -> None:
    assert kazakh_value("870105300123", "acc") == "870105300123-ті"
    assert kazakh_value("a@mail.example.kz", "dat") == "a@mail.example.kz-ке"


@pytest.mark.parametrize(
    ("word", "case", "feminine", "surname", "declined"),
    [
        ("Андрей", "gen", False, False, "Андрея"), ("Мария", "dat", True, False, "Марии"), ("Айгерим", "gen", True, False, "Айгерим"),
        ("Омарова", "gen", True, True, "Омаровой"), ("Левицкий", "dat", False, True, "Левицкому"), ("Шевченко", "ins", False, True, "Шевченко"), ("Павел", "gen", False, False, "Павла"),
    ],
)  # fmt: skip
def test_russian_names_are_declined_by_gender(
    word: str, case: str, feminine: bool, surname: bool, declined: str
) -> None:
    assert russian(word, case, feminine=feminine, surname=surname) == declined


def test_values_are_valid_and_near_misses_are_not() -> None:
    chance = Random(7)
    for _ in range(50):
        digits = "".join(filter(str.isdigit, value("iin", chance, "kk")))
        assert checks.is_iin(digits)
        bad = near_miss("bad_iin", chance, "kk")
        assert not checks.is_iin(bad)
        assert not checks.is_bin(bad)
        assert not checks.is_kazakh_iban(near_miss("bad_iban", chance, "kk"))


def test_a_value_that_is_left_counts_as_missed() -> None:
    plain = Sentence(text="Бүгін күн жылы", language="kk", kind="names", detail="0", values=("жылы",))
    assert not judge(plain).hidden
    number = Sentence(
        text="есеп 123456789012", language="kk", kind="iin", detail="0", values=("123456789012",)
    )
    assert not judge(number).hidden


def test_a_short_run_of_the_measure_holds_its_aims_for_numbers_and_near_misses() -> None:
    document = json.loads(json.dumps(measure(Half.REPORT, seed=1, share=0.05, show=0)))

    for language in LANGUAGES:
        for kind in NUMBERS:
            assert document["recall"][kind][language]["masked"]["value"] >= 0.99, (kind, language)
        assert document["false_masks"][MISSES][language]["value"] <= 0.05
        assert document["false_masks"]["figures"][language]["value"] <= 0.05
