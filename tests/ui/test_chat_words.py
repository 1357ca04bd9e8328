"""The words of the Ask page and of the line: the same keys with the same places in all three languages."""

import re
from pathlib import Path

import pytest

from app.i18n import LANGUAGES
from app.i18n.translator import HOME, catalogue

UI = HOME.parent / "ui"
PLACE = re.compile(r"{(\w+)}")
LITERAL = re.compile(r"\"((?:chat|ask)\.[a-z_.]+[a-z])\"")


def places(text: str | tuple[str, ...]) -> set[str]:
    return set(PLACE.findall(text if isinstance(text, str) else " ".join(text)))


@pytest.mark.parametrize("area", ["chat", "chat_more", "ask"])
@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_a_language_has_what_the_others_have(area: str, language: str) -> None:
    mine, other = (catalogue(HOME / one / f"{area}.po") for one in (language, "en"))

    assert mine.keys() == other.keys()
    assert all(mine.values())
    assert {key: places(text) for key, text in mine.items()} == {
        key: places(text) for key, text in other.items()
    }


@pytest.mark.parametrize("path", sorted(UI.glob("chat*.py")), ids=lambda path: path.name)
def test_every_key_that_the_page_names_exists(path: Path) -> None:
    known = {key for area in ("chat", "chat_more", "ask") for key in catalogue(HOME / "en" / f"{area}.po")}
    named = set(LITERAL.findall(path.read_text(encoding="utf-8")))

    assert named <= known, named - known


def test_no_word_of_the_page_is_left_over() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in UI.glob("chat*.py"))
    made = re.findall(r"f\"(chat\.[a-z_.]+\.){", source) + re.findall(r"f'(chat\.[a-z_.]+\.){", source)
    keys = catalogue(HOME / "en" / "chat.po")

    left = {key for key in keys if key not in source and not key.startswith(tuple(made))}
    assert not left
