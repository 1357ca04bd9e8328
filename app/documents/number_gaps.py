"""Numbers of a sentence that can be asked: results that are reckoned out, conversions, amounts with their unit, years."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator

from app.documents import clues
from app.documents.clues import Clues
from app.documents.gap import GAP, Gap, Sort
from app.documents.near import NUMBER, WRONG, near, value_of
from app.documents.reckoning import reckon
from knowledge.passage import Passage

LEAST_COUNTED = 3
SIGNS = "+−·:/⁰¹²³⁴⁵⁶⁷⁸⁹"
ROUGH_ENDINGS = ("дай", "дей", "тай", "тей")
WORD = re.compile(r"\w+")
RESULT = re.compile(
    rf"= (?P<right>\d+/\d+|{NUMBER.pattern})(?![\w/⁰¹²³⁴⁵⁶⁷⁸⁹(]|[.,]\d| ?[+−·:/(=√%°](?!\s*[А-Яа-я])| \d)"
)
SIDE = re.compile(r"(?<![^\s(«:,;])[(\d][\d ()+−·:/⁰¹²³⁴⁵⁶⁷⁸⁹.,]*$")
CONVERSION = re.compile(
    rf"(?<![\w.,] )(?<![\w.,])1 [^\W\d]+[²³]? = (?P<right>{NUMBER.pattern})(?= (?P<unit>[^\W\d]+[²³]?)(?! =))"
)
AMOUNT = re.compile(
    rf"(?<![\w.,:/–\-−+·√=(<>])(?<!\d, )(?<!\d[ \u00a0])(?<![=<>+·:−] )(?P<right>{NUMBER.pattern})"
    r"(?=[ \u00a0]?(?P<unit>[^\W\d]+[²³]?(?:/[^\W\d]+)?|%|°))"
)
ENGLISH_YEAR = re.compile(r"\b[Ii]n (?P<right>(?:1[4-9]|20)\d\d)(?![\w–-])")


def numbers(sentence: str, passage: Passage) -> Iterator[Gap]:
    """The gaps of a sentence, those that can be reckoned out with the greatest weight."""
    words = clues.load(passage.language)
    for found in RESULT.finditer(sentence):
        expression = _expression(sentence[: found.start()], found["right"])
        if expression:
            yield from _number(sentence, passage, found, weight=3.2, expression=expression)
    for found in CONVERSION.finditer(sentence):
        yield from _number(sentence, passage, found, weight=3.1)
    if words.compare and set(WORD.findall(sentence.casefold())).intersection(words.compare):
        return
    amounts = [one for one in AMOUNT.finditer(sentence) if _is_unit(one["unit"], words)]
    for found in amounts[-1:]:
        before = sentence[: found.start()].casefold().split()[-2:]
        behind = sentence[found.end("unit") :].casefold().split()[:1]
        if (before and before[-1].strip(".,") in words.after) or (behind and behind[0] in words.either):
            continue
        if len(before) > 1 and before[1] in words.either and before[0][-1:].isdigit():
            continue
        rough = any(one.startswith(words.about) for one in before) or found["unit"].endswith(ROUGH_ENDINGS)
        counted = passage.language if len(found["unit"]) >= LEAST_COUNTED else ""
        yield from _number(sentence, passage, found, weight=2.2, rough=rough, agreeing=counted)
    if passage.language == "en" and not amounts:
        for found in list(ENGLISH_YEAR.finditer(sentence))[-1:]:
            yield from _number(sentence, passage, found, weight=2.2)


def _expression(before: str, right: str) -> str:
    """The first of the sides before the last equals sign that have this value; "" where the last has not."""
    found = ""
    for part in reversed(before.split("=")):
        side = SIDE.search(part.rstrip())
        text = side.group().strip() if side else ""
        if not any(sign in text for sign in SIGNS) or reckon(text) != value_of(right):
            break
        found = text
    return found


def _is_unit(word: str, words: Clues) -> bool:
    return word in ("%", "°") or word in words.units or word.startswith(words.stems)


def _number(
    sentence: str,
    passage: Passage,
    found: re.Match[str],
    *,
    weight: float,
    rough: bool = False,
    expression: str = "",
    agreeing: str = "",
) -> Iterator[Gap]:
    right, (start, end) = found["right"], found.span("right")
    standing = Counter(one.group() for one in re.finditer(rf"\d+/\d+|{NUMBER.pattern}", sentence))
    place = hashlib.sha256(sentence.encode()).digest()[0] % (WRONG + 1)
    wrong = near(right, place=place, without=standing, rough=rough, agreeing=agreeing)
    if standing[right] == 1 and len(wrong) == WRONG:
        yield Gap(
            sentence=sentence,
            asked=sentence[:start] + GAP + sentence[end:],
            sort=Sort.NUMBER,
            right=right,
            taken=right,
            wrong=wrong,
            passage=passage,
            expression=expression,
            weight=weight,
        )
