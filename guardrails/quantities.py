"""Numbers of a text as values: digits, words in Kazakh, Russian and English, Roman digits, fractions, per cent, centuries.

`двадцать пять`, `жиырма бес`, `twenty-five` and `25` are one value; `үштен бір` is 1/3, `екі жарым` 2.5, `3 млн` 3000000,
`двухэтажный` holds 2. What has several dots (a date, an objective's code) is compared as it is written.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from guardrails.letters import fold
from guardrails.quantity_words import (
    NumberWord,
    Role,
    is_article,
    is_measure,
    is_of_a_whole,
    lower_part,
    month,
    number_word,
    says,
    upper_part,
)

_DIGITS = r"\d{1,3}(?:[   ]\d{3})+(?![\d])(?:[.,]\d+)?|\d(?:\d|[.,](?=\d))*"
_TOKEN = re.compile(rf"{_DIGITS}|[^\W\d_]+|[^\w\s]")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
_ROMAN = re.compile(r"[IVXLCІХМСVХ]{1,8}")
_ROMANS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "m": 1000}
_TO_ROMAN = str.maketrans("іхсмѵ", "ixcmv")
_SIGNS = {
    "½": Fraction(1, 2),
    "¼": Fraction(1, 4),
    "¾": Fraction(3, 4),
    "⅓": Fraction(1, 3),
    "⅔": Fraction(2, 3),
}
_ABLATIVE = re.compile(r"(?:нан|нен|дан|ден|тан|тен)$")
_FEMININE = re.compile(r"(?:ая|ую|ой|ых|ые)$")
_HUNDRED = 100
_TEN = 10
_FIRST_HALF_OF_A_YEAR = range(10, 21)
_LONGEST_ENDING = 3
_LONGEST_DIGITS = 30


class Kind(StrEnum):
    """What a value counts."""

    NUMBER = "number"
    PERCENT = "percent"
    CENTURY = "century"
    TIMES = "times"
    MONTH = "month"
    SHARE = "share"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number of a text."""

    value: Fraction | str
    """A string for a code: something with several dots, as it is written. A month is its number in the year."""
    kind: Kind
    digits: bool
    """Written in digits; words like `two` and `first` are said of many things."""
    before: str
    """The folded word before it; empty for none."""
    counted: str
    """The folded word after it; empty for none."""

    @property
    def measured(self) -> bool:
        """Whether it counts a unit: days, metres, per cent."""
        return self.kind in (Kind.PERCENT, Kind.CENTURY) or is_measure(self.counted)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int
    digits: Fraction | None
    word: NumberWord | None


@dataclass(frozen=True, slots=True)
class _Read:
    """A value and the token after it."""

    value: Fraction
    after: int
    digits: bool = False


@lru_cache(maxsize=2048)
def quantities(text: str, language: str = "") -> tuple[Quantity, ...]:
    """The numbers of a text in a language, in their order; all three languages are read where it is empty."""
    tokens = [_token(match, language) for match in _TOKEN.finditer(text)]
    found: list[Quantity] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.digits is not None or token.word is not None:
            read = _fraction(tokens, at, _added(tokens, at))
            found.append(_quantity(tokens, at, read))
            at = read.after
            continue
        if named := month(fold(token.text)):
            found.append(_named(tokens, at, at + 1, Fraction(named), Kind.MONTH, digits=False))
        elif token.text[0].isdecimal():
            found.append(_named(tokens, at, at + 1, _code(token.text), Kind.CODE, digits=True))
        elif (value := _roman(token.text)) and (
            len(token.text) > 1 or _kind(tokens, at, at + 1, value) is Kind.CENTURY
        ):
            found.append(_quantity(tokens, at, _Read(value, at + 1, digits=True)))
        at += 1
    return tuple(found)


def _token(match: re.Match[str], language: str) -> _Token:
    text = match.group()
    digits = _number(text) if text[0].isdecimal() else _SIGNS.get(text)
    word = None if digits is not None or not text[0].isalpha() else number_word(fold(text), language)
    if language == "en" and digits is not None and _THOUSANDS.fullmatch(text):
        digits = Fraction(text.replace(",", ""))
    return _Token(text, match.start(), match.end(), digits, word)


def _added(tokens: list[_Token], at: int) -> _Read:
    """Number words that add up, from a token on."""
    total = current = Fraction(0)
    lowest = Fraction(10**15)
    after, digits = at, False
    while after < len(tokens):
        token, begun = tokens[after], after > at
        if begun and _joins(tokens, after, lowest):
            after += 1
            continue
        if token.digits is not None and not begun:
            current, digits, lowest = token.digits, True, Fraction(1)
        elif token.word is None or (token.digits is not None and begun):
            break
        elif token.word.role is Role.MULTIPLIER:
            factor = token.word.value
            if factor >= lowest and begun and not (0 < current < factor):
                break
            if factor == _HUNDRED:
                current, lowest = max(current, Fraction(1)) * factor, factor
            else:
                total, current, lowest = total + max(current, Fraction(1)) * factor, Fraction(0), factor
        elif token.word.role is Role.HALF_MORE:
            return _Read(total + current + token.word.value, after + 1, digits)
        elif token.word.role in (Role.SHARE, Role.TIMES):
            if not begun:
                return _Read(token.word.value, after + 1)
            # `три четверти`, but not `два, половина`
            counts = token.word.role is Role.SHARE and 0 < total + current < _TEN and tokens[after - 1].word
            value = total + current
            return (
                _Read(value * token.word.value, after + 1, digits) if counts else _Read(value, after, digits)
            )
        elif digits:
            break
        elif (joined := _joined(current, lowest, token.word.value, begun=begun)) is not None:
            current, lowest = joined
            if token.word.role is Role.ORDINAL:
                after += 1
                break
        else:
            break
        after += 1
    return _Read(total + current, after, digits)


def _joins(tokens: list[_Token], at: int, lowest: Fraction) -> bool:
    """Whether a hyphen or an `and` ties a lower number word to what stands before it: `twenty-five`, `hundred and five`."""
    token = tokens[at]
    if at + 1 >= len(tokens) or (token.text != "-" and fold(token.text) not in ("and", "и")):
        return False
    following = tokens[at + 1].word
    if following is None or following.role not in (Role.CARDINAL, Role.ORDINAL):
        return False
    glued = token.text != "-" or token.start == tokens[at - 1].end
    return glued and _place(following.value) < lowest and following.value < lowest and lowest >= _TEN


def _joined(
    current: Fraction, lowest: Fraction, value: Fraction, *, begun: bool
) -> tuple[Fraction, Fraction] | None:
    """A number with one more word, and its lowest place; None where the word begins another number."""
    place = _place(value)
    if begun and value == _HUNDRED and 0 < current < _TEN:
        return current * value, place
    if begun and current in _FIRST_HALF_OF_A_YEAR and place == _TEN and value > _TEN:
        return current * _HUNDRED + value, place
    if not begun or (place < lowest and value < lowest):
        return current + value, place
    return None


def _place(value: Fraction) -> Fraction:
    """The place that a number word fills: 1 for five and fifteen, 10 for twenty, 100 for three hundred."""
    if value >= _HUNDRED:
        return Fraction(_HUNDRED)
    return Fraction(_TEN) if value >= _TEN and value % _TEN == 0 else Fraction(1)


def _fraction(tokens: list[_Token], at: int, read: _Read) -> _Read:
    """`2/3`, `two thirds`, `одна пятая`, `үштен бірі`, `3½`."""
    following = tokens[read.after : read.after + 2]
    if not following:
        return read
    first = fold(following[0].text)
    if len(following) == 2 and first == "/" and following[1].digits:
        return _Read(read.value / following[1].digits, read.after + 2, digits=True)
    if following[0].text in _SIGNS:
        return _Read(read.value + _SIGNS[following[0].text], read.after + 1, digits=True)
    if lower := lower_part(first):
        return _Read(read.value / lower, read.after + 1, read.digits)
    opening, word = tokens[at].word, following[0].word
    if read.after == at + 1 and opening is not None and opening.role is Role.ORDINAL and read.value > 1:
        before = fold(tokens[at - 1].text) if at else ""
        if is_of_a_whole(first) or (first == "of" and before in ("a", "one") and read.value > 2):
            return _Read(1 / read.value, read.after)
    if word is not None and word.role is Role.ORDINAL and word.value > read.value and _FEMININE.search(first):
        return _Read(read.value / word.value, read.after + 1, read.digits)
    if read.after == at + 1 and _ABLATIVE.search(fold(tokens[at].text)):
        upper = upper_part(first)
        if upper is not None and 0 < upper < read.value:
            return _Read(upper / read.value, read.after + 1, read.digits)
    return read


def _quantity(tokens: list[_Token], at: int, read: _Read) -> Quantity:
    kind = _kind(tokens, at, read.after, read.value)
    return _named(tokens, at, read.after, read.value, kind, digits=read.digits)


def _named(
    tokens: list[_Token], at: int, after: int, value: Fraction | str, kind: Kind, *, digits: bool
) -> Quantity:
    """A quantity with the words beside it; `-` and the ending of an ordinal (`19th`, `5-й`) are passed over."""
    index = _after_ending(tokens, after)
    while index < len(tokens) and is_article(tokens[index].text):
        index += 1
    counted = tokens[index].text if index < len(tokens) else ""
    before = tokens[at - 1].text if at else ""
    return Quantity(value, kind, digits, fold(before), fold(counted))


def _after_ending(tokens: list[_Token], after: int) -> int:
    index = after
    if index < len(tokens) and tokens[index].text == "-":
        index += 1
    short = index < len(tokens) and len(tokens[index].text) <= _LONGEST_ENDING
    if short and tokens[index].start == tokens[index - 1].end and tokens[index].text.isalpha():
        return index + 1
    return index


def _kind(tokens: list[_Token], at: int, after: int, value: Fraction) -> Kind:
    word = tokens[at].word
    if word is not None and word.role is Role.TIMES:
        return Kind.TIMES
    index = _after_ending(tokens, after)
    following = [fold(token.text) for token in tokens[index : index + 2]]
    if following and (following[0] == "%" or says("percent", following[0]) or following == ["per", "cent"]):
        return Kind.PERCENT
    if following and value.denominator == 1 and says("century", following[0]):
        return Kind.CENTURY
    return Kind.SHARE if value.denominator > 1 and 0 < value < 1 else Kind.NUMBER


def _roman(written: str) -> Fraction:
    """The value of Roman digits in Latin or look-alike letters; 0 for other words."""
    if not _ROMAN.fullmatch(written):
        return Fraction(0)
    letters = [_ROMANS.get(char, 0) for char in fold(written).translate(_TO_ROMAN)]
    if not all(letters):
        return Fraction(0)
    pairs = zip(letters, [*letters[1:], 0], strict=True)
    return Fraction(sum(-one if one < following else one for one, following in pairs))


def _number(written: str) -> Fraction | None:
    """The value of digits; None for what has several dots."""
    plain = re.sub(r"[   ]", "", written).replace(",", ".")[:_LONGEST_DIGITS]
    return Fraction(plain) if plain.count(".") <= 1 else None


def _code(written: str) -> str:
    return ".".join(part.lstrip("0") or "0" for part in re.split(r"[.,]", written))
