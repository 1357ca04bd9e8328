"""Placeholders are put back for display only, from the raw and the masked text."""

from collections.abc import Callable

import pytest

from guardrails.guardrails import Combined
from guardrails.placeholders import PLACEHOLDER, placeholder, restore, restore_map

Inspect = Callable[..., Combined]


@pytest.mark.parametrize(
    ("raw", "masked", "expected"),
    [
        ("", "", {}),
        ("Сәлем", "Сәлем", {}),
        ("Ученик Тимур пришёл", "Ученик [УЧЕНИК_1] пришёл", {"[УЧЕНИК_1]": "Тимур"}),
        # at both ends, beside each other: the shape of a kind decides
        (
            "Тимур Жакупов 87011234567",
            "[УЧЕНИК_1] [ТЕЛЕФОН_1]",
            {"[УЧЕНИК_1]": "Тимур Жакупов", "[ТЕЛЕФОН_1]": "87011234567"},
        ),
        # one number, several forms: the fullest, then the shortest
        ("Тимура Жакупова и Тимур", "[УЧЕНИК_1] и [УЧЕНИК_1]", {"[УЧЕНИК_1]": "Тимура Жакупова"}),
        ("Тимура и Тимур", "[УЧЕНИК_1] и [УЧЕНИК_1]", {"[УЧЕНИК_1]": "Тимур"}),
        # a placeholder that the raw text holds is a word like any other
        ("[УЧЕНИК_1] это Тимур", "[УЧЕНИК_1] это [УЧЕНИК_2]", {"[УЧЕНИК_2]": "Тимур"}),
        # a covered swear word and unseen characters do not break the laying
        ("Тимур блять пришёл\u200b сюда", "[УЧЕНИК_1] б*** пришёл сюда", {"[УЧЕНИК_1]": "Тимур"}),
        # texts that do not lie over each other
        ("Ученик Тимур", "Ученица [УЧЕНИК_1]", {}),
        ("Ученик 12", "Ученик [УЧЕНИК_1]", {}),
    ],
)
def test_the_map_is_derived_from_raw_and_masked(raw: str, masked: str, expected: dict[str, str]) -> None:
    assert restore_map(raw, masked) == expected


def test_a_placeholder_that_the_model_invented_stays() -> None:
    assert restore("[УЧЕНИК_1] и [УЧЕНИК_9]", {"[УЧЕНИК_1]": "Тимур"}) == "Тимур и [УЧЕНИК_9]"


@pytest.mark.parametrize("language", ["kk", "ru", "en", ""])
def test_what_is_made_is_read_back(language: str) -> None:
    for kind in (
        "pupil",
        "teacher",
        "person",
        "iin",
        "bin",
        "iban",
        "card",
        "phone",
        "email",
        "account",
        "birth_date",
        "address",
        "document",
        "plate",
        "secret",
    ):
        assert PLACEHOLDER.fullmatch(placeholder(kind, 12, language))


@pytest.mark.parametrize(
    "raw",
    [
        "Ахметова Айгүл Болатқызы 87051234567 ЖСН 130523500121, мать Ахметовой Айгуль",
        "Ученик\u00a0Иванов Петя, блять, из 7А\u200b. Иванову Пете двойка, тел 8 701 123 45 67 и a@b.example",
        "Мой [УЧЕНИК_1] это ученик Тимур Жакупов, ул. Абая 12, кв. 5, дата рождения: 12.05.2013",
        "пароль: Qwerty!23456 ученика Тимура Жакупова",
    ],
)
def test_masking_and_restoring_gives_the_words_back(raw: str, asked: Inspect) -> None:
    masked = asked(raw).text
    values = restore_map(raw, masked)
    own = {match.group() for match in PLACEHOLDER.finditer(raw)}

    assert {match.group() for match in PLACEHOLDER.finditer(masked)} - own == set(values)
    assert not [part for part in ("130523500121", "Жакупов", "87051234567", "Qwerty!23456") if part in masked]
    assert not PLACEHOLDER.search(restore(masked, values).replace("[УЧЕНИК_1]", "" if own else "[УЧЕНИК_1]"))


def test_hostile_texts_are_laid_quickly() -> None:
    raw = "а " * 4000
    assert restore_map(raw, "[УЧЕНИК_1] а " * 300) == {} or restore_map(raw, "а [УЧЕНИК_1] " * 50) is not None
