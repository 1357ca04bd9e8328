"""Word stems in three languages: Snowball for Russian and English, a light stemmer of our own for Kazakh."""

import threading
from functools import lru_cache

import Stemmer

from knowledge.kazakh import stem_kazakh
from knowledge.language import tokens
from knowledge.passage import LANGUAGES

ALGORITHMS = {"ru": "russian", "en": "english"}
SNOWBALL = {language: Stemmer.Stemmer(name) for language, name in ALGORITHMS.items()}
ONE_AT_A_TIME = threading.Lock()  # a Snowball stemmer must not be used by two threads at once

LONGEST_WORD = 60


@lru_cache(maxsize=65536)
def stem(token: str, language: str) -> str:
    """The stem of a folded token in kk, ru or en; tokens with digits, and no words at all, stay as they are."""
    if len(token) > LONGEST_WORD or any(letter.isdigit() for letter in token):
        return token
    if language == "kk":
        return stem_kazakh(token)
    with ONE_AT_A_TIME:
        return str(SNOWBALL[language].stemWord(token))


def stems(text: str, language: str) -> tuple[str, ...]:
    """The stems of a text in one language, in order."""
    return tuple(stem(token, language) for token in tokens(text))


def terms(text: str, language: str) -> tuple[str, ...]:
    """The index terms of a text in one language: stems marked with their language, so that stemmers don't mix."""
    return tuple(f"{language}:{one}" for one in stems(text, language))


def terms_in_all(text: str) -> tuple[str, ...]:
    """The index terms of a query: its tokens stemmed as if they were of each language."""
    return tuple(term for language in LANGUAGES for term in terms(text, language))
