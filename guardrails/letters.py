"""Folding of letters: look-alikes, and one skeleton for Russian and Kazakh in Cyrillic, without marks, or in Latin.

A skeleton is for comparing only: it maps `нұсқауларды`, `нускауларды` and `nusqaulardy` to the same letters.
"""

import re
import unicodedata

_LOOKS_LATIN = {
    **dict(zip("авекмнорстухгп", "abekmhopctyxrn", strict=True)),
    **dict(zip("ёіїјѕһԁԛԝүұөқғ", "eiijshdqwyyokf", strict=True)),
    **dict(zip("αβεικνορτυχηω", "abeikvoptuxnw", strict=True)),
    **dict(zip("ɑɡıłøđ", "agilod", strict=True)),
    **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True)),
    **{chr(0x1F170 + n): chr(ord("a") + n) for n in range(26)},
    **{chr(0x1F1E6 + n): chr(ord("a") + n) for n in range(26)},
}
_TO_LATIN = str.maketrans(_LOOKS_LATIN)
_TO_CYRILLIC = str.maketrans("abcehikmoptxyαεορτ", "авсенікмортхуаеорт")

_LEET_LATIN = str.maketrans("0134578@$!|€£", "oieastbasilel")
_LEET_CYRILLIC = str.maketrans("01346@$!|€", "оізабасіле")
LEET = frozenset("0134678@$!|€£")

_SKELETON = str.maketrans(
    {
        **dict(zip("ёэєйыіїщқғңүұўөәһ", "еееиииишкгнуууоах", strict=True)),
        "ъ": "",
        "ь": "",
        "'": "",
        "’": "",
        "ʼ": "",
    }
)
_FROM_LATIN_MANY = (
    ("shch", "ш"),
    ("sch", "ш"),
    ("sh", "ш"),
    ("ch", "ч"),
    ("zh", "ж"),
    ("kh", "х"),
    ("gh", "г"),
    ("ts", "ц"),
    ("ya", "я"),
    ("ia", "я"),
    ("ja", "я"),
    ("yu", "ю"),
    ("iu", "ю"),
    ("yo", "е"),
    ("ng", "н"),
)
_FROM_LATIN = str.maketrans(
    {
        **dict(zip("abcdefghijklmnopqrstuvwxyz", "абцдефгхижклмнопкрстуввхиз", strict=True)),
        **dict(zip("äáəöóüúūıíñńşçğš", "аааооуууиинншчгш", strict=True)),
    }
)
_APOSTROPHES = str.maketrans({mark: "'" for mark in "’ʼ‘`´"})
_REPEATED = re.compile(r"(.)\1+")
_RUN = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[a-zɐ-ʯᴀ-ᶿ]")
_CYRILLIC = re.compile(r"[Ѐ-ӿԀ-ԯͰ-Ͽ]")


def fold(text: str) -> str:
    """NFKC and lower case, marks that stand alone dropped (й and ё keep theirs)."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_APOSTROPHES)
    if folded.isascii():
        return folded
    return "".join(c for c in folded if unicodedata.category(c) not in ("Mn", "Me", "Cf"))


def unmarked(text: str) -> str:
    """Latin letters without their marks: `é` is `e`. Takes folded text."""
    if text.isascii():
        return text
    return "".join(
        unicodedata.normalize("NFD", c)[0] if "À" <= c <= "ɏ" or "Ḁ" <= c <= "ỿ" else c for c in text
    )


def unmixed(text: str, *, latin: bool) -> str:
    """The folded text with every word that mixes scripts written in one of them."""
    if text.isascii():
        return text

    def settle(match: re.Match[str]) -> str:
        word = match.group()
        if word.isascii() or not (_LATIN.search(word) and _CYRILLIC.search(word)):
            return word.translate(_TO_LATIN) if latin and not _CYRILLIC.search(word) else word
        return word.translate(_TO_LATIN) if latin else word.translate(_TO_CYRILLIC)

    settled = _RUN.sub(settle, text)
    return unmarked(settled.translate(_ENCLOSED)) if latin else settled


_ENCLOSED = {code: letter for code, letter in _TO_LATIN.items() if code > 0x1F000}


def unleet(text: str, *, latin: bool) -> str:
    """Digits and signs inside words read as letters."""
    return text.translate(_LEET_LATIN if latin else _LEET_CYRILLIC)


def skeleton(word: str) -> str:
    """The skeleton of one folded word, in Cyrillic letters, in whatever script it was typed."""
    if _LATIN.search(word):
        for letters, letter in _FROM_LATIN_MANY:
            if letters in word:
                word = word.replace(letters, letter)
        word = word.translate(_FROM_LATIN)
    elif word.isascii():
        return word
    word = word.translate(_SKELETON).replace("нг", "н")
    return _REPEATED.sub(r"\1", word) if len(word) > 2 else word  # ИИ is not и
