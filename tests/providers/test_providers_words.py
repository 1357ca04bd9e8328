"""Every way in which a call or a fetch can fail has words in three languages."""

import re
from pathlib import Path

import pytest

from app.errors import Failure, ProviderFailed, Words
from app.i18n.translator import HOME, LANGUAGES, catalogue, translator
from app.providers.weights import NotFetched


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("failure", Failure)
def test_every_failure_has_words_that_end_and_name_no_detail(failure: Failure, language: str) -> None:
    error = ProviderFailed(failure, "HTTP 503 from gateway.example")
    words = translator(language).words(error.words)

    assert words.endswith(".")
    assert "gateway" not in words
    assert "503" not in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_fetching_have_the_same_places_in_each_language(language: str) -> None:
    own, english = (catalogue(HOME / one / "providers.po") for one in (language, "en"))

    assert own.keys() == english.keys()
    for key, text in own.items():
        places = [set(re.findall(r"{(\w+)}", str(one))) for one in (text, english[key])]
        assert places[0] == places[1], key


def test_what_was_not_fetched_says_why() -> None:
    error = NotFetched("detail", key="weights.differs", expected="aa", actual="bb")

    assert error.words == Words(key="weights.differs", facts={"expected": "aa", "actual": "bb"})
    for language in LANGUAGES:
        assert "aa" in translator(language).words(error.words)


def test_every_key_that_providers_raise_exists() -> None:
    folder = Path(__file__).resolve().parents[2] / "app" / "providers"
    keys = {
        key for path in folder.glob("*.py") for key in re.findall(r'key="([\w.]+)"', path.read_text("utf-8"))
    }

    assert keys
    for language in LANGUAGES:
        assert all(translator(language).has(key) for key in keys)
