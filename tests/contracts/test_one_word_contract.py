"""One thing has one word on every screen of a language, and it is spelled one way."""

import re

import pytest

import app.i18n
from app.settings import ROOT

TEXTS = ROOT / "app" / "i18n"
# What stands on the left is said with the word on the right.
INSTEAD = {
    "kk": {
        r"\bтоптама": "дәлелдер жинағы",
        r"хэш": "хеш",
        r"хеш-мән": "хеш",
        r"қорғаныс тексеру": "қорғаныс тексерістері",
        r"\bтексерулер\b": "тексерістер",
        r"^күннен$": "басталу күні",
        r"^рұқсат аяқталады$": "рұқсаттың соңғы мерзімі",
        r"^мына күннен бастап$": "басталу күні",
        r"әңгімед|әңгімелерге|^әңгіме\b": "чат",
        r"дерек көз": "дереккөз",
        r"ұзақмерзім|қысқамерзім": "ұзақ мерзімді, қысқа мерзімді",
        r"^ай құндылығы": "айдың құндылығы",
        r"\bшек(ке|ті)?\b|\bшектер(ді)?\b|шегі(ңіз)? таусыл": "лимит",
        r"жаттыға(ды| ма)": "пысықталады",
        r"команда": "пәрмен",
        r"^өзгеріс себебі": "өзгерту себебі",
    },
    "ru": {
        r"хэш": "хеш",
        r"комплект доказательств|сборник доказательств": "пакет доказательств",
        r"предохранител|ограждени": "защитные проверки",
    },
    "en": {
        r"\bguardrails?\b|^rails?$": "safety checks",
        r"evidence (package|file|set)\b": "evidence bundle",
        r"\bhash value": "hash",
    },
}
NAMED = {
    "receipt.own.rails": {"kk": "Қорғаныс тексерістері", "ru": "Защитные проверки", "en": "Safety checks"},
    "auditor.verdicts": {"kk": "Қорғаныс тексерістері", "ru": "Защитные проверки", "en": "Safety checks"},
    "auditor.export.title": {"kk": "Дәлелдер жинағы", "ru": "Пакет доказательств", "en": "Evidence bundle"},
}


def said(language: str) -> list[tuple[str, str]]:
    """Every text of a language with its file."""
    found = []
    for path in sorted((TEXTS / language).glob("*.po")):
        for text in re.findall(r'^msgstr(?:\[\d\])? "(.+)"$', path.read_text(encoding="utf-8"), re.MULTILINE):
            found.append((path.name, text))
    return found


@pytest.mark.parametrize("language", app.i18n.LANGUAGES)
def test_no_screen_calls_a_thing_by_a_second_word(language: str) -> None:
    texts = said(language)
    found = [
        f"{name}: {text!r}: say {word!r}"
        for name, text in texts
        for other, word in INSTEAD[language].items()
        if re.search(other, text.lower())
    ]

    assert len(texts) > 1000
    assert found == []


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_products_name_is_written_in_its_own_letters_in_every_sentence(language: str) -> None:
    # A file's mark and its version say it in Latin letters, as machines and other schools read them.
    assert [one for one in said(language) if re.search(r"\bUstaz\b(?! \{|\))", one[1])] == []


@pytest.mark.parametrize("language", app.i18n.LANGUAGES)
@pytest.mark.parametrize("key", NAMED)
def test_the_thing_is_named_alike_where_it_has_a_title(key: str, language: str) -> None:
    assert app.i18n.translator(language)(key) == NAMED[key][language]
