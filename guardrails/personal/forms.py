"""Names by their form alone: initials, surnames, pairs, the first word of a sentence; whose they are, cues decide."""

import re
from collections.abc import Container, Iterator
from dataclasses import replace
from functools import cache

from guardrails.cues import read
from guardrails.personal import given, library
from guardrails.personal.cues import Cues
from guardrails.personal.found import Found

CAPITAL = r"[A-ZА-ЯЁӘІҢҒҮҰҚӨҺÁÄÖÜŞĞÑÓÚÇ]"
_INITIALS = re.compile(
    rf"(?<![\w.]){CAPITAL}\.(?: ?{CAPITAL}\.)? ?{CAPITAL}[^\W\d_]{{2,20}}(?:-{CAPITAL}[^\W\d_]{{2,20}})?(?!\w)"
    rf"|(?<![\w.]){CAPITAL}[^\W\d_]{{2,20}} {CAPITAL}\.(?: ?{CAPITAL}\.)?"
)
_PAIR = re.compile(
    rf"(?<![\w.-])({CAPITAL}[а-яёәіңғүұқөһ]{{2,20}})(?= ({CAPITAL}[а-яёәіңғүұқөһ]{{2,24}})(?!\w))"
)
_OPENING = re.compile(rf"(?:\A|[.!?…] |\n|, ) {{0,3}}({CAPITAL}[а-яёәіңғүұқөһa-z]{{2,20}})(?=[ ,])")
_CASE = re.compile(r"(?:[нтд][ыі]ң|[ғгқк][ае]|[нтд][ыі]|[нтд][ае]н?|[мбп]ен)$")
_SHORTEST = 3
_CLOSE = 40
"""Characters in which marks speak of a surname that opens a sentence."""
_PUPIL = "Ученик "
SENTENCE_OPENS = re.compile(r"(?:\A|[.!?…:]\s|\n) {0,2}$")
_ADJECTIVE = re.compile(r"(?:ая|ое|ые|ого|ому|ой|ий|ый|[гкғқ][іы]|[лдт][ыі][қк]?)$")
NO_NAMES = re.compile(
    r"(?:Казах|Қазақ|Kazakh|Росси|Ресей|English|Russia|Математик|Mathem|Алгебр|Algebra|Геометр|Geometr|Физик|Physic|Хими|Chemi|Биолог|Biolog|Географ|Geograph|Истори|History|Тарих|Литератур|Literature|Әдебиет|Информатик|"
    r"Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May\b|June|July|August|September|October|November|December|"
    r"The\b|A\b|An\b|In\b|On\b|At\b|He\b|She\b|It\b|They\b|We\b|You\b|His\b|Her\b|Please\b|What\b|How\b|Why\b|When\b|Write\b|Make\b|Give\b|Is\b|Was\b|Has\b|And\b|For\b|My\b|This\b|"
    r"Алматы|Астан|Шымкент|Қарағанд|Караганд|Almaty|Astana|ИИН|ЖСН|IIN|БЖБ|ТЖБ|СОР|СОЧ|КСП|ҚМЖ|ЕБҚ|ООП|ЗПР|ДЦП|СДВГ|ADHD|SEN|ИИ\b|ЖИ\b|AI\b|Nauryz|Наурыз|Kurban|Ramadan|(?:Task|Book|Guide|Handbook|Worksheet|Card|Activit(?:y|ie)|Note|Work|Training|Council|Premium|Portfolio|Name|Sheet|Need|Talk|Feedback|Assessment|Response|Answer|Question|Paper|Lounge|Room)s?\b)"
)
_PATRONYMIC = re.compile(
    r"(?:[ұу]лы|[қк]ызы|uly|qyzy|kyzy|ович|евич|ич|овн|евн|ичн|vich|vna)\w{0,6}$", re.IGNORECASE
)
_SURNAME = re.compile(
    r"(?:[оеё]в|ин|ын|ск|[ұу]лы|тегі|бай|бек|хан|жан|темір|берді|[кг]елді|олла|улла|[ғгқк]али|ко|юк|ук|чук|ян|дзе|швили|ов[иі]ч|ov|ev|yev|in|uly|sky|skiy|bek|bai|bay|khan|zhan|olla|ulla|enko|chuk|son|man)\w{0,4}$",
    re.IGNORECASE,
)
_ENGLISH = re.compile(
    r"(?<![\w'’-])([A-Z][a-z]{1,14})(?![\w-])"
    r"(?=(?: ((?:O'|Mc)?[A-Z][a-z]{1,18}(?:-[A-Z][a-z]{1,18})?)(?!\w))?)"
)
_LAST_WORD = re.compile(rf"(?<![\w.-]){CAPITAL}[^\W\d_]{{2,20}}$")
MARK = re.compile(r"\s?(?:[-–—:=(«\"]\s?)?(?:[2-5]|\d{1,3}\s?%)(?=\s*(?:[,;.)»\"\n]|$))")
"""A mark behind a name: `Айгерім 4, Дамир - 5`."""
_LISTED = re.compile(rf"(?<![\w.])({CAPITAL}[^\W\d_]{{1,20}})(?={MARK.pattern})")
ROLES = ("pupil", "parent", "teacher")


def is_patronymic(word: str) -> bool:
    """Whether a word ends like a patronymic, in any case."""
    return bool(_PATRONYMIC.search(word))


def is_surname(word: str) -> bool:
    """Whether a word ends like a surname, in any case."""
    return bool(_SURNAME.search(word))


def english(text: str) -> Iterator[Found]:
    """An English first name, or one of the region in Latin letters, with a capitalised word behind it or alone."""
    for match in _ENGLISH.finditer(text):
        first, second = match[1], match[2]
        if not (first.lower() in english_names() or library.is_given(first)):
            continue
        end = match.end(1) if second is None or NO_NAMES.match(second) else match.end(2)
        if end == match.end(1) and NO_NAMES.match(first):
            continue
        yield Found(start=match.start(), end=end, kind="name", confidence=0.7)


def with_initials(text: str, roles: Container[int]) -> Iterator[Found]:
    """A surname by its ending beside an initial."""
    if "." not in text:
        return
    for match in _INITIALS.finditer(text):
        word = max(match.group().replace(".", " ").split(), key=len)
        known = is_surname(word) or given.is_short_surname(word)
        if match.start() not in roles and known and not NO_NAMES.match(word):
            yield Found(start=match.start(), end=match.end(), kind="name", confidence=0.6)


def pairs(text: str, roles: Container[int]) -> Iterator[Found]:
    """Two capitalised words of which the second ends like a surname: a given name that no list holds."""
    for match in _PAIR.finditer(text):
        first, second = match[1], match[2]
        if match.start() in roles or _ADJECTIVE.search(first) or NO_NAMES.match(first):
            continue
        if SENTENCE_OPENS.search(text, max(0, match.start() - 4), match.start()) and not given.is_given(
            first
        ):
            continue
        if is_surname(second) and not (_ADJECTIVE.search(second) or NO_NAMES.match(second)):
            yield Found(start=match.start(), end=match.end(2), kind="name", confidence=0.6, subtype="pair")


def marked(text: str) -> Iterator[Found]:
    """Surnames in a list of marks: at least two names, each with a mark behind it (`Серікова 4, Ким 5`)."""
    found = [match for match in _LISTED.finditer(text) if not NO_NAMES.match(match[1])]
    if len(found) > 1:
        for match in found:
            if given.is_given(match[1]) or _is_known_surname(match[1]):
                yield Found(start=match.start(1), end=match.end(1), kind="name", confidence=0.7)


def without_role(text: str, claim: Found, roles: Container[int]) -> Found:
    """A claim without the role that opens it: `Мұғалім Абай Құнанбайұлы`."""
    space = text.find(" ", claim.start, claim.end)
    if claim.start not in roles or space < 0 or given.is_given(text[claim.start : space]):
        return claim
    return replace(claim, start=space + 1)


def opening(text: str, cues: Cues) -> Iterator[Found]:
    """A given name in any case that opens a sentence, also one that is a word as well; beside marks a surname too."""
    if not cues.any("marks", "diagnosis", *ROLES):
        return
    for match in _OPENING.finditer(text):
        word = match[1]
        ending = _CASE.search(word, _SHORTEST)
        if (
            given.is_given(word)
            or (ending is not None and library.is_given(word[: ending.start()]))
            or (cues.near(match.start(1), match.end(1), _CLOSE, "marks") and _is_known_surname(word))
        ):
            yield Found(start=match.start(1), end=match.end(1), kind="name", confidence=0.6)


def _is_known_surname(word: str) -> bool:
    """Whether the library takes a word for a surname where a pupil stands before it."""
    if given.is_short_surname(word):
        return True
    return is_surname(word) and any(
        found.start + found.end > len(_PUPIL) for found in library.names(f"{_PUPIL}{word} ")
    )


def with_surname(text: str, claim: Found, roles: Container[int]) -> Found:
    """A claim of one word together with the surname that stands right before it: `Қабдолла Динараға`."""
    if " " in text[claim.start : claim.end] or claim.start < 2 or text[claim.start - 1] != " ":
        return claim
    before = _LAST_WORD.search(text, max(0, claim.start - 24), claim.start - 1)
    if before is None or before.start() in roles or NO_NAMES.match(before.group()):
        return claim
    word = before.group()
    known = is_surname(word) or given.is_given(word) or given.is_short_surname(word)
    if library.is_ordinary(word) or not known:
        return claim
    return replace(claim, start=before.start())


@cache
def english_names() -> frozenset[str]:
    """English first names, in lower case."""
    listed = read("first_names_en")["names"]
    return frozenset(str(name) for name in listed) if isinstance(listed, list) else frozenset()
