"""Every reason that the registry or routing can give is worded in Kazakh, Russian and English."""

import re
from pathlib import Path

import pytest

from app.errors import Words
from app.i18n import LANGUAGES, translator
from app.i18n.translator import HOME, catalogue
from app.registry import DataClass, Kind, Origin, Standing
from app.ui.context import ScreenWords

APP = HOME.parent
KEY = re.compile(r'"((?:registry|routing)\.[a-z_]+\.[a-z_.]+)"')
FAMILIES = {
    "registry.status": [*Standing, "unknown", "revoked", "not_yet"],
    "registry.kind": list(Kind),
    "registry.data": list(DataClass),
    "registry.origin": list(Origin),
    "registry.residency": ["own_machine", "in_country", "unproved", "abroad"],
    "registry.language": list(LANGUAGES),
    "registry.risk": ["minimal", "medium", "high"],
    "registry.autonomy": ["low", "medium", "high"],
    "registry.list_type": ["trusted_high_risk", "recommended"],
    "registry.structured": ["json_schema", "json_mode", "none"],
    "registry.reasoning": ["none", "switchable", "always"],
    "registry.profile": ["online", "offline"],
    "routing.refused.personal_class": ["teacher", "pupil"],
    "routing.refused.language_not_offered": list(LANGUAGES),
    "routing.refused.not_measured": list(LANGUAGES),
}


def keys() -> list[str]:
    written = {
        key
        for folder in ("registry", "routing")
        for path in (APP / folder).rglob("*.py")
        for key in KEY.findall(path.read_text(encoding="utf-8"))
        if not key.endswith(".json")
    }
    return sorted(written | {f"{family}.{word}" for family, words in FAMILIES.items() for word in words})


@pytest.mark.parametrize("key", keys())
def test_a_key_that_the_code_uses_is_worded_in_every_language(key: str) -> None:
    assert [language for language in LANGUAGES if not translator(language).has(key)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_score_below_the_floor_is_told_with_the_decimal_mark_of_the_language(language: str) -> None:
    t, reason = (
        translator(language),
        Words(key="routing.refused.below_floor", facts={"value": "0.41", "floor": "0.60"}),
    )
    said = ("0.41", "0.60") if language == "en" else ("0,41", "0,60")

    for sentence in (t.words(reason), ScreenWords(t).words(reason)):
        assert all(number in sentence for number in said)


def test_the_catalogues_have_the_same_keys_and_places() -> None:
    texts = {language: catalogue(HOME / language / "registry.po") for language in LANGUAGES}

    assert set(texts["kk"]) == set(texts["ru"]) == set(texts["en"])
    for key in texts["en"]:
        places = {
            tuple(sorted(set(re.findall(r"{(\w+)}", str(texts[language][key]))))) for language in LANGUAGES
        }
        assert len(places) == 1, key


def test_the_code_is_read_at_all() -> None:
    assert len(keys()) > 80
    assert Path(APP / "routing" / "router.py").is_file()
