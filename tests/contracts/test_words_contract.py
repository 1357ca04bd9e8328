"""Every sentence exists in Kazakh, Russian and English, with the same places to fill, and every key that code names exists."""

import ast
import re
import string
from collections import Counter
from pathlib import Path

import pytest

from app.i18n import LANGUAGES, translator
from app.i18n.translator import HOME, catalogue
from app.settings import ROOT
from app.ui import curriculum_words
from knowledge import programmes

AREAS = sorted(path.stem for path in (HOME / "en").glob("*.po"))
FORMS = {"kk": 2, "ru": 3, "en": 2}
KAZAKH = set("әғқңөұүһіӘҒҚҢӨҰҮҺІ")
KEY = re.compile(r"[a-z_]+(?:\.[a-z_0-9-]+)+")


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else text


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("area", AREAS)
def test_an_area_has_the_same_keys_in_all_languages(area: str) -> None:
    keys = {language: set(catalogue(HOME / language / f"{area}.po")) for language in LANGUAGES}

    assert keys["kk"] == keys["en"]
    assert keys["ru"] == keys["en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_area_exists_in_one_language_alone(language: str) -> None:
    assert sorted(path.stem for path in (HOME / language).glob("*.po")) == AREAS


@pytest.mark.parametrize("area", AREAS)
def test_every_text_is_worded_and_fills_the_same_places(area: str) -> None:
    texts = {language: catalogue(HOME / language / f"{area}.po") for language in LANGUAGES}
    for key in texts["en"]:
        wanted = set().union(*(places(form) for form in forms(texts["en"][key]))) - {"n"}
        for language in LANGUAGES:
            given = forms(texts[language][key])
            assert all(form.strip() for form in given), f"{language}: {key} is empty"
            if len(given) > 1:
                assert len(given) == FORMS[language], f"{language}: {key} has {len(given)} forms"
            for form in given:
                assert places(form) - {"n"} == wanted, (
                    f"{language}: {key} fills {places(form)}, en fills {wanted}"
                )


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_key_stands_once_in_its_file(language: str, area: str) -> None:
    keys = re.findall(
        r'^msgid "(.+)"$', (HOME / language / f"{area}.po").read_text(encoding="utf-8"), re.MULTILINE
    )

    assert [key for key, times in Counter(keys).items() if times > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_track_and_language_of_the_list_of_programmes_is_worded(language: str) -> None:
    known = programmes.load().programmes.values()
    t = translator(language)

    assert {one.track for one in known} - {""} <= curriculum_words.TRACKS
    for one in known:
        assert not one.track or t(f"curriculum.track.{one.track}")
        assert not one.language_of_instruction or t(f"curriculum.instruction.{one.language_of_instruction}")


def test_a_key_stands_in_one_area_only() -> None:
    seen: dict[str, str] = {}
    for area in AREAS:
        for key in catalogue(HOME / "en" / f"{area}.po"):
            assert key not in seen, f"{key} in {seen.get(key)} and {area}"
            seen[key] = area


@pytest.mark.parametrize("area", AREAS)
def test_kazakh_is_written_as_kazakh(area: str) -> None:
    joined = " ".join(form for text in catalogue(HOME / "kk" / f"{area}.po").values() for form in forms(text))

    assert KAZAKH & set(joined)
    assert "ё" not in joined.casefold()


def named_keys(path: Path) -> set[str]:
    """String literals that are handed to a translator or to `Words(key=…)`."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        first = node.args[0] if node.args and name in {"t", "raw", "plural", "translator"} else None
        keyed = next(
            (
                word.value
                for word in node.keywords
                if word.arg == "key" and name in {"Words", "NotFound", "Forbidden", "Conflict"}
            ),
            None,
        )
        for value in (first, keyed):
            if (
                isinstance(value, ast.Constant)
                and isinstance(value.value, str)
                and KEY.fullmatch(value.value)
            ):
                found.add(value.value)
    return found


def test_every_key_that_code_names_exists() -> None:
    known = {key for area in AREAS for key in catalogue(HOME / "en" / f"{area}.po")}
    missing = {
        f"{path.relative_to(ROOT)}: {key}"
        for path in sorted((ROOT / "app").rglob("*.py"))
        for key in named_keys(path)
        if key not in known
    }

    assert missing == set()
