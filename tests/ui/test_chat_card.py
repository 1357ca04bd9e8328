"""The card for a child in danger: steps in every language, the settings' numbers and no others, and the rest as before."""

import pytest

from app.errors import BadSetting, Words
from app.helplines import Helpline, parse
from app.i18n import LANGUAGES, translator
from app.ui.chat_card import PREFIX, STEPS, card, is_card
from app.ui.context import ScreenWords
from guardrails.rails.safeguarding import KINDS


def drawn(kind: str, language: str, *helplines: Helpline) -> str:
    return card(Words(key=f"{PREFIX}{kind}"), ScreenWords(translator(language)), helplines)


def test_without_numbers_the_card_says_so_and_shows_none() -> None:
    assert parse("") == ()
    text = drawn("abuse", "kk")
    assert translator("kk")("chat.card.no_numbers") in text
    assert not any(char.isdigit() for char in text.replace("1. ", "").replace("2. ", "").replace("3. ", ""))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_steps_and_the_settings_numbers(kind: str, language: str) -> None:
    text = drawn(kind, language, *parse("Сенім|Доверие|Trust=8 (700) 000-00-00; Психолог=55"))

    assert all(f"{step}. " in text for step in range(1, STEPS + 1))
    assert {"kk": "Сенім", "ru": "Доверие", "en": "Trust"}[language] in text
    assert "55" in text
    assert translator(language)("chat.card.no_numbers") not in text


def test_only_a_notice_of_a_child_in_danger_is_a_card() -> None:
    assert is_card(Words(key="guardrails.safeguarding.bullying"))
    assert not is_card(Words(key="guardrails.conduct.insult"))


@pytest.mark.parametrize(
    "text", ["=150", "Сенім", "a|b=150", "Сенім=call me", "Сенім=" + "1" * 40, ";".join(["a=11"] * 9)]
)
def test_a_setting_that_is_no_list_of_numbers_is_refused(text: str) -> None:
    with pytest.raises(BadSetting, match="USTAZ_HELPLINES"):
        parse(text)
