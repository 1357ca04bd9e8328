"""Which of the three languages a text is in, by letters and small words; empty where that cannot be said."""

import re
from collections.abc import Mapping
from functools import cache

from guardrails.cues import read

_KAZAKH = re.compile("[әғқңөұүһі]", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_FEWEST = 12


def language_of(text: str) -> str:
    """`kk`, `ru`, `en`, or empty: too short, mixed, or another language."""
    letters = [c for c in text if c.isalpha()]
    if len(letters) < _FEWEST:
        return ""
    latin = sum("a" <= c.lower() <= "z" for c in letters) / len(letters)
    cyrillic = sum("Ѐ" <= c <= "ӿ" for c in letters) / len(letters)
    words = [word.lower() for word in _WORD.findall(text)]
    small = {language: sum(word in known for word in words) for language, known in _small_words().items()}
    if latin > 0.8:
        return "en" if small["en"] >= max(1, len(words) // 12) else ""
    if cyrillic < 0.7:
        return ""
    marked = len(_KAZAKH.findall(text)) / len(letters)
    if marked >= 0.03 and small["kk"] * 2 >= small["ru"]:
        return "kk"
    if marked < 0.012 and small["ru"] >= small["kk"]:
        return "ru" if small["ru"] or len(letters) > 40 else ""
    return "kk" if marked >= 0.06 else ""


@cache
def _small_words() -> Mapping[str, frozenset[str]]:
    listed = read("language")["small"]
    if not isinstance(listed, dict):
        raise TypeError("lexicons/language.toml: small is no table")
    return {str(language): frozenset(map(str, words)) for language, words in listed.items()}
