"""Word stems in three languages: Snowball for Russian and English, a light suffix stripper for Kazakh."""

import re
import threading
from functools import lru_cache

import Stemmer

from knowledge.language import tokens
from knowledge.passage import LANGUAGES

ALGORITHMS = {"ru": "russian", "en": "english"}
SNOWBALL = {language: Stemmer.Stemmer(name) for language, name in ALGORITHMS.items()}
ONE_AT_A_TIME = threading.Lock()  # a Snowball stemmer must not be used by two threads at once

LEAST_LETTERS = 4
ROUNDS = 3
LONGEST_WORD = 60
VOWEL = re.compile("[аәеёиіоөуұүыэюя]")
DEVOICED = str.maketrans("бгғ", "пкқ")
PLAIN_LETTERS = str.maketrans("әғқңөұүһі", "агкноуухи")


def _suffixes() -> tuple[str, ...]:
    """The inflectional suffixes of nouns and verbs, longest first.

    Capital letters stand for the pairs of vowel harmony and the triples of assimilation:
    A а/е, Y ы/і, L л/д/т, D д/т, N н/д/т, G ғ/г/қ/к, M м/б/п.
    """
    patterns = """
        LAр LAрY LAрYм LAрYң LAрYмYз LAрYңYз LAрYнYң LAрYнA LAрYн LAрYнDA LAрYнDAн LAрYмен LAрдYң LAрGA LAрдY LAрдA LAрдAн
        Yм Yң Y сY YмYз YңYз YнYң YнA Yн YнDA YнDAн сYнYң сYнA сYн сYнDA сYнDAн сYмен
        мYз ңYз мYн сYң сYз
        NYң GA NY DA DAн нAн Mен нA NYкY DAGY нDAGY
        лYG лYк лYқ лYк дYк тYк дYқ тYқ лYGY дYGY тYGY лY сYз шY шA DAй
        у уY уYн уYнA уYнDA уGA уDA удY удYң уDAн уMен уLAр ушY
        DY DYм DYң DYқ DYк ды ді
        GAн GAнDA GAнY GAнYн GAнLAр GAндA GAннAн GAнмен
        AдY йдY Aмын Aмін йтYн AтYн AтYнDA AтYнY
        Yп Aр Aрмын мA мAй мAйдY мAGAн
        Yл Yлу Yлды Yлады Yлған Yну Yнды
        Aйық Aйік йық йік сAң сA сAқ сAк
        GYз GYзу Dыр Dір Dыру Dіру
    """
    pairs = {"A": "ае", "Y": "ыі", "L": "лдт", "D": "дт", "N": "ндт", "G": "ғгқк", "M": "мбп"}
    found: set[str] = set()
    for pattern in patterns.split():
        made = [""]
        for letter in pattern:
            made = [before + one for before in made for one in pairs.get(letter, letter)]
        found.update(made)
    return tuple(sorted(found, key=lambda one: (-len(one), one)))


SUFFIXES = _suffixes()
BY_LENGTH = {
    length: frozenset(one for one in SUFFIXES if len(one) == length)
    for length in {len(one) for one in SUFFIXES}
}
LENGTHS = tuple(sorted(BY_LENGTH, reverse=True))


def stem_kazakh(token: str) -> str:
    """The stem of a folded Kazakh word: up to three suffixes off, at least four letters with a vowel kept.

    The voicing that a suffix brought is undone at the end (кітаб- is кітап), and the letters that a
    Russian keyboard lacks are written plainly, so that "боликтер" finds "бөліктер".
    """
    word = token
    for _ in range(ROUNDS):
        for length in LENGTHS:
            kept = word[:-length]
            if len(kept) >= LEAST_LETTERS and word[-length:] in BY_LENGTH[length] and VOWEL.search(kept):
                word = kept
                break
        else:
            break
    return (word[:-1] + word[-1:].translate(DEVOICED)).translate(PLAIN_LETTERS)


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
