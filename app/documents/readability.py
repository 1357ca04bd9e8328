"""How hard a text is to read, by formulas with a source: for Russian and English; for Kazakh none is known to be validated."""

import re
from dataclasses import dataclass
from functools import lru_cache

SENTENCE = re.compile(r"[.!?…]+[»”\"’)]*(?=\s|$)|\n+")
RUSSIAN_WORD = re.compile(r"[а-яё]+(?:-[а-яё]+)*")
ENGLISH_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?")
RUSSIAN_VOWELS = re.compile(r"[аеёиоуыэюя]")
ENGLISH_VOWELS = re.compile(r"[aeiouy]+")
SILENT_END = re.compile(r"(?:[^laeiouy]es|[^tdaeiouy]ed|[^laeiouy]e)$")
LEAST_WORDS = 50
"""Fewer words say nothing: R. Flesch took samples of a hundred."""
BEYOND_SCHOOL = 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What the formulas need of a text."""

    words: int
    sentences: int
    syllables: int

    def __add__(self, other: "Counts") -> "Counts":
        """The counts of two texts together."""
        return Counts(
            words=self.words + other.words,
            sentences=self.sentences + other.sentences,
            syllables=self.syllables + other.syllables,
        )


@lru_cache(maxsize=16384)
def counts(text: str, language: str) -> Counts:
    """Words, sentences and syllables of a text in ru or en; a Russian word has as many syllables as vowels."""
    folded = text.lower()
    parts = [part for part in SENTENCE.split(folded)]
    pattern = RUSSIAN_WORD if language == "ru" else ENGLISH_WORD
    by_sentence = [found for part in parts if (found := pattern.findall(part))]
    said = [word for found in by_sentence for word in found]
    syllables = sum(
        (len(RUSSIAN_VOWELS.findall(word)) if language == "ru" else english_syllables(word)) for word in said
    )
    return Counts(words=len(said), sentences=len(by_sentence), syllables=syllables)


def grade(found: Counts, language: str) -> int | None:
    """The school grade that such a text is written for, 1 to 13 (beyond school); None where it cannot be said."""
    if found.words < LEAST_WORDS or language not in ("ru", "en"):
        return None
    measured = russian_grade(found) if language == "ru" else english_grade(found)
    return min(BEYOND_SCHOOL, max(1, round(measured)))


def russian_grade(found: Counts) -> float:
    """School grade of a Russian text: 0.36 · words in a sentence + 5.76 · syllables in a word - 11.97.

    Fitted to school books of the grades 5 to 11, so it cannot tell younger grades apart.

    Source: V. Solovyev, V. Ivanov, M. Solnyshkina, Assessment of reading difficulty levels in Russian academic texts (2018).
    """
    return 0.36 * found.words / found.sentences + 5.76 * found.syllables / found.words - 11.97


def russian_ease(found: Counts) -> float:
    """Reading ease of a Russian text, about 0 (hard) to 100 (easy): 206.835 - 1.3 · words in a sentence - 60.1 · syllables in a word.

    Its bands are those of English texts and put most school texts beyond school, so grades are not read from it.

    Source: И. В. Оборнева, Автоматизированная оценка сложности учебных текстов на основе статистических параметров
    (2006), an adaptation of R. Flesch, A new readability yardstick (1948).
    """
    return 206.835 - 1.3 * found.words / found.sentences - 60.1 * found.syllables / found.words


def english_grade(found: Counts) -> float:
    """School grade (of the United States) of an English text: 0.39 · words in a sentence + 11.8 · syllables in a word - 15.59.

    Source: J. P. Kincaid and others, Derivation of new readability formulas for Navy enlisted personnel (1975).
    """
    return 0.39 * found.words / found.sentences + 11.8 * found.syllables / found.words - 15.59


def english_syllables(word: str) -> int:
    """Syllables of an English word by its letters: groups of vowels, but not a silent `e`, `es` or `ed` at the end; at least one."""
    groups = len(ENGLISH_VOWELS.findall(word))
    return max(1, groups - 1 if SILENT_END.search(word) else groups)
