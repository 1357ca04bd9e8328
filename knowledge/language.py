"""Words of a text as the index sees them: folding, tokens, and which of the three languages it is."""

import re
import unicodedata
from functools import lru_cache

TOKEN = re.compile(r"\d+(?:\.\d+)+|\w+")
INVISIBLE = dict.fromkeys(
    [
        0x00AD,
        0x034F,
        0x061C,
        0x180E,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        0xFEFF,
    ]
)
ANY_INVISIBLE = re.compile("[" + "".join(map(chr, INVISIBLE)) + "]")
KAZAKH = frozenset("әғқңөұүһі")
CYRILLIC = re.compile(r"[а-яёәғқңөұүһі]")
LATIN = re.compile(r"[a-z]")
LOOK_ALIKES = str.maketrans("aceopxyihkmtb", "асеорхуіһкмтв")
KAZAKH_SHARE = 0.02


def visible(text: str) -> str:
    """The text without zero-width characters and soft hyphens (NFKC keeps them)."""
    return text.translate(INVISIBLE) if ANY_INVISIBLE.search(text) else text


def fold(text: str) -> str:
    """The text as the index compares it: NFKC, no invisible characters, lower case, ё as е; idempotent.

    For the index only: lengths change (№ becomes no), so spans are never computed on it.
    """
    folded = unicodedata.normalize("NFKC", visible(text)).lower().replace("ё", "е")
    return visible(unicodedata.normalize("NFKC", folded))


@lru_cache(maxsize=8192)
def _one_script(token: str) -> str:
    """A token of mixed script is read as Cyrillic: Latin i and h stand for і and һ on many keyboards."""
    if LATIN.search(token) and CYRILLIC.search(token):
        return token.translate(LOOK_ALIKES)
    return token


def tokens(text: str) -> tuple[str, ...]:
    """The folded tokens in order; a code stays one token."""
    return tuple(_one_script(token) for token in TOKEN.findall(fold(text)))


def detect(text: str) -> str:
    """The language of a text: "kk", "ru" or "en"; Cyrillic without a Kazakh letter counts as Russian.

    A text without letters (a code alone) is answered in the state language.
    Two per cent of Kazakh letters among the Cyrillic ones are enough for Kazakh.
    """
    folded = " ".join(tokens(text))
    cyrillic = CYRILLIC.findall(folded)
    latin = len(LATIN.findall(folded))
    if latin > len(cyrillic):
        return "en"
    if not cyrillic:
        return "kk"
    kazakh = sum(letter in KAZAKH for letter in cyrillic)
    return "kk" if kazakh >= KAZAKH_SHARE * len(cyrillic) else "ru"
