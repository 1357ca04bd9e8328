"""Case endings of invented names and of numbers: Kazakh by vowel harmony, Russian by gender and last letters, English possessives."""

from collections.abc import Mapping

_BACK, _FRONT, _EITHER = frozenset("аоұыяюё"), frozenset("әөүіеэ"), frozenset("иу")
_SURNAME = ("ов", "ев", "ёв")
_POSSESSED = ("ұлы", "қызы", "улы", "кызы")
# What the last letter asks for: after vowels, after voiceless letters (and the в of surnames), after м н ң, after з ж, after the rest.
_KAZAKH: Mapping[str, tuple[str, str, str, str, str]] = {
    "gen": ("ның", "тың", "ның", "дың", "дың"),
    "dat": ("ға", "қа", "ға", "ға", "ға"),
    "acc": ("ны", "ты", "ды", "ды", "ды"),
    "loc": ("да", "та", "да", "да", "да"),
    "abl": ("дан", "тан", "нан", "дан", "дан"),
    "ins": ("мен", "пен", "мен", "бен", "мен"),
}
_OF_POSSESSED = {"gen": "ның", "dat": "на", "acc": "н", "loc": "нда", "abl": "нан", "ins": "мен"}
_TO_FRONT = str.maketrans("аығқ", "еігк")
_SPOKEN = dict(zip("0123456789", "нөл бір екі үш төрт бес алты жеті сегіз тоғыз".split(), strict=True))
_LAST = {"kz": "зет", "ru": "ру", "com": "ком", "org": "орг", "example": "эксампл"}

_STEMS = {"Пётр": "Петр", "Лев": "Льв", "Павел": "Павл"}
_HARD_FEMININE = {"gen": "ы", "dat": "е", "acc": "у", "ins": "ой", "loc": "е"}
_SOFT_FEMININE = {"gen": "и", "dat": "е", "acc": "ю", "ins": "ей", "loc": "е"}
_IYA = {"gen": "ии", "dat": "ии", "acc": "ию", "ins": "ией", "loc": "ии"}
_HARD = {"gen": "а", "dat": "у", "acc": "а", "ins": "ом", "loc": "е"}
_SOFT = {"gen": "я", "dat": "ю", "acc": "я", "ins": "ем", "loc": "е"}
_IY = {"gen": "ия", "dat": "ию", "acc": "ия", "ins": "ием", "loc": "ии"}
_OF_SURNAME = {**_HARD, "ins": "ым"}
_OF_SURNAME_FEMININE = {"gen": "ой", "dat": "ой", "acc": "у", "ins": "ой", "loc": "ой"}
_ADJECTIVE = {"gen": "ого", "dat": "ому", "acc": "ого", "ins": "им", "loc": "ом"}


def kazakh(name: str, case: str) -> str:
    """A name in a case; the last word takes the ending."""
    if not case:
        return name
    lower = name.lower().rstrip(".")
    if lower.endswith(_POSSESSED):
        return name + _OF_POSSESSED[case]
    if name.endswith("."):  # Серікова А. : the ending is left to the reader
        return name
    return name + _kazakh_ending(lower, case)


def kazakh_value(value: str, case: str) -> str:
    """A number, account or address with its ending after a hyphen, as the last sign is spoken."""
    if not case:
        return value
    last = value.rsplit(".", 1)[-1].lower() if "@" in value else value[-1].lower()
    spoken = _SPOKEN.get(last) or _LAST.get(last) or "а"
    return f"{value}-{_kazakh_ending(spoken, case)}"


def russian(word: str, case: str, *, feminine: bool = False, surname: bool = False) -> str:
    """One name in a case; what Russian does not decline stays."""
    if not case or word.endswith("."):
        return word
    stem, lower = _STEMS.get(word, word), word.lower()
    for endings, table, cut in (
        (("улы", "кызы", "ко", "ых", "и", "ы", "о", "у", "е", "э"), None, 0),
        (("ский", "цкий", "ный", "вый", "рвый"), None if feminine else _ADJECTIVE, 2),
        (("ская", "цкая"), _OF_SURNAME_FEMININE, 2),
        (("ова", "ева", "ёва", "ина", "ына") if surname else ("\0",), _OF_SURNAME_FEMININE, 1),
        (("ов", "ев", "ёв", "ин", "ын") if surname else ("\0",), _OF_SURNAME, 0),
        (("ия",), _IYA, 2),
        (("я",), _SOFT_FEMININE, 1),
        (("ца",), {**_HARD_FEMININE, "ins": "ей"}, 1),
        (("га", "ка", "ха", "жа", "ша", "ча"), {**_HARD_FEMININE, "gen": "и"}, 1),
        (("а",), _HARD_FEMININE, 1),
        (("ий",), None if feminine else _IY, 2),
        (("й", "ь"), None if feminine else _SOFT, 1),
        (("ович", "евич", "ич"), None if feminine else {**_HARD, "ins": "ем"}, 0),
    ):
        if lower.endswith(endings):
            if table is None:
                return word
            ending = table[case]
            if lower.endswith(("ный", "вый")) and ending == "им":
                ending = "ым"
            return stem[: len(stem) - cut] + ending
    return word if feminine else stem + _HARD[case]


def english(name: str, case: str) -> str:
    """The possessive, or the name as it is."""
    return f"{name}'s" if case == "pos" else name


def _kazakh_ending(lower: str, case: str) -> str:
    front = _is_front(lower[:-2] if lower.endswith(_SURNAME) else lower)
    letter = "й" if lower.endswith((" би", " ги")) or lower == "би" else lower[-1]
    if letter in _BACK | _FRONT | _EITHER:
        kind = 0
    elif letter in "пткқсшщчцхфһбвгд":
        kind = 1
    elif letter in "мнң":
        kind = 2
    else:
        kind = 3 if letter in "зж" else 4
    return _fronted(_KAZAKH[case][kind], front=front)


def _is_front(lower: str) -> bool:
    for letter in reversed(lower):
        if letter in _BACK:
            return False
        if letter in _FRONT:
            return True
    return lower.endswith(("и", "е"))


def _fronted(ending: str, *, front: bool) -> str:
    return ending.translate(_TO_FRONT) if front and ending not in ("мен", "пен", "бен") else ending
