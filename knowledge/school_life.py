"""What a text says of a school's life, told across languages by a small table of notions."""

import tomllib
from functools import lru_cache
from pathlib import Path

from knowledge.language import tokens
from knowledge.passage import LANGUAGES
from knowledge.stemming import stem

FILE = Path(__file__).with_suffix(".toml")
LEAST_LETTERS = 4

Numbers = frozenset[int]


@lru_cache(maxsize=8192)
def notions(text: str, language: str) -> Numbers:
    """The numbers of the notions that a text in kk, ru or en names."""
    return frozenset().union(*(_named(token, language) for token in tokens(text)))


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, Numbers]]:
    """By language the notions that a word or its stem names."""
    found: dict[str, dict[str, Numbers]] = {language: {} for language in LANGUAGES}
    for number, row in enumerate(tomllib.loads(FILE.read_text(encoding="utf-8"))["notions"]):
        for language, words in found.items():
            for token in tokens(row[language]):
                for form in {token, stem(token, language)}:
                    words[form] = words.get(form, frozenset()) | {number}
    return found


def _named(token: str, language: str) -> Numbers:
    """The notions of one word: by its stem, in Kazakh else by the longest word that it begins with.

    The light Kazakh stemmer leaves endings on loan words ("радиосын").
    """
    words = _words()[language]
    named = words.get(stem(token, language), frozenset())
    if named or language != "kk":
        return named
    cuts = (token[:end] for end in range(len(token), LEAST_LETTERS - 1, -1))
    return next((words[cut] for cut in cuts if cut in words), frozenset())
