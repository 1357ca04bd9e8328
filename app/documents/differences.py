"""What two sayings of one field do not have in common: numbers, codes, names, structure; for after a translation."""

import re
from collections.abc import Iterator, Mapping

from app.documents.codes import codes_in
from app.documents.field import Field
from app.documents.finding import Finding, Weight
from app.documents.texts import texts, words
from app.documents.value import Criterion, Glossary, Item, Lines, Number, PlanRow, Stage, Task, Value
from app.errors import Words

NUMBER = re.compile(r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)*")
NAME = re.compile(r"(?<![\w])[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ][^\W\d_]{2,}")
WORD = re.compile(r"[^\W\d_]+")
OPENING = re.compile(r"(?:^|[.!?…:;•\n«“\"(\[—–-])\s*$")
GLOSS = re.compile(r"\[[^\[\]]*\]")
VOWELS = frozenset("aeiouy'")
LATIN: Mapping[str, str] = {
    "а": "a", "ә": "a", "б": "b", "в": "v", "г": "g", "ғ": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i",
    "й": "y", "к": "k", "қ": "k", "л": "l", "м": "m", "н": "n", "ң": "ng", "о": "o", "ө": "o", "п": "p", "р": "r", "с": "s",
    "т": "t", "у": "u", "ұ": "u", "ү": "u", "ф": "f", "х": "kh", "һ": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh",
    "ъ": "", "ы": "y", "і": "i", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip
SAME = str.maketrans({"q": "k", "w": "v", "c": "k", "x": "k", "j": "z"})
LEAST_CONSONANTS = 2


def differences(original: Field, new: Field, *, named: bool = True) -> tuple[Finding, ...]:
    """What the new saying of a field has lost of the original, and the numbers and codes that it added.

    Numbers are compared by their digits (1,5 and 1.5, 1 000 and 1,000 are one), names by their consonants in Latin
    letters; a name that the languages call otherwise is told too, so names are only a note. Empty for the same words.

    Args:
        named: compare names as well.
    """
    found = [*_structure(original, new), *_words(original, new)]
    if named:
        found += _names(original, new)
    return tuple(found)


def numbers_of(value: Value) -> frozenset[str]:
    """The numbers in the words of a value, by their digits."""
    return frozenset(_numbers(GLOSS.sub(" ", "\n".join(texts(value)))))


def _structure(original: Field, new: Field) -> Iterator[Finding]:
    one, other = original.value, new.value
    if type(one) is not type(other) or _shape(one) != _shape(other):
        yield _finding(new, "checks.rerender.structure", Weight.BROKEN)
    elif _kept(one) != _kept(other):
        yield _finding(new, "checks.rerender.kept", Weight.BROKEN)


def _words(original: Field, new: Field) -> Iterator[Finding]:
    before, after = _plain(original), _plain(new)
    for read, name in ((_numbers, "number"), (_codes, "code")):
        one, other = read(before), read(after)
        for key in one.keys() - other.keys():
            yield _finding(new, f"checks.rerender.{name}_lost", Weight.DOUBT, what=one[key])
        for key in other.keys() - one.keys():
            yield _finding(new, f"checks.rerender.{name}_new", Weight.DOUBT, what=other[key])


def _names(original: Field, new: Field) -> Iterator[Finding]:
    said = {_consonants(word) for word in WORD.findall(_plain(new))}
    text = _plain(original)
    told: set[str] = set()
    for match in NAME.finditer(text):
        name = match.group()
        consonants = _consonants(name)
        opens = OPENING.search(text, 0, match.start())
        if opens or len(consonants) < LEAST_CONSONANTS or name in told:
            continue
        if not any(_are_one(consonants, one) for one in said):
            told.add(name)
            yield _finding(new, "checks.rerender.name_lost", Weight.NOTE, what=name)


def _plain(field: Field) -> str:
    """The words of a field without the glosses that were put beside its terms."""
    return GLOSS.sub(" ", words(field))


def _numbers(text: str) -> dict[str, str]:
    """Numbers by their digits; those of codes are codes."""
    for code in codes_in(text):
        text = text.replace(code, " ")
    return {"".join(re.findall(r"\d", found)): found for found in NUMBER.findall(text)}


def _codes(text: str) -> dict[str, str]:
    return {code: code for code in codes_in(text)}


def _consonants(word: str) -> str:
    latin = "".join(LATIN.get(letter, letter) for letter in word.lower()).translate(SAME)
    kept = "".join(letter for letter in latin if letter not in VOWELS)
    return kept.replace("kh", "h").replace("zh", "z").replace("sh", "s").replace("ks", "k")


def _are_one(name: str, word: str) -> bool:
    """Whether a word begins as the name does: endings of cases follow it."""
    short, long = sorted((name, word), key=len)
    return len(short) >= LEAST_CONSONANTS and long.startswith(short) and len(long) - len(short) <= 3


def _shape(value: Value) -> tuple[int, ...]:
    match value:
        case Lines():
            return (len(value.lines),)
        case Stage():
            columns = (value.teacher, value.learner, value.assessment, value.resources)
            return tuple(bool(one) for one in columns)
        case Task():
            return (len(value.descriptors), bool(value.answer))
        case Item():
            return (len(value.options),)
        case Criterion():
            return (len(value.levels),)
        case Glossary():
            return (len(value.terms),)
        case _:
            return ()


def _kept(value: Value) -> tuple[object, ...]:
    match value:
        case Stage():
            return (value.minutes,)
        case Task():
            return (value.code, value.level, tuple(one.points for one in value.descriptors))
        case Item():
            return (value.code, value.level, value.points, value.right)
        case Criterion():
            return (value.code,)
        case Number():
            return (value.number,)
        case PlanRow():
            return (value.number, value.hours, value.date, tuple(one.code for one in value.objectives))
        case _:
            return ()


def _finding(field: Field, key: str, weight: Weight, **facts: str) -> Finding:
    return Finding(
        check="rerender",
        weight=weight,
        words=Words(key=key, facts={"place": field.label, **facts}),
        field=field.id,
    )
