"""Numbers and addresses that are somebody's: IIN and BIN also in groups, phones, papers, plates, birth dates, homes."""

import re
from collections.abc import Iterator

from guardrails.personal import checks
from guardrails.personal.cues import Cues
from guardrails.personal.found import Found

_TWELVE = re.compile(r"(?<![\d.,])\d(?:[ \-–.]?\d){11}(?!\d|[.,]\d)")
_MONEY = re.compile(r"\s{0,2}(?:тг|тенге|теңге|₸|kzt|руб|\$|usd|евро|€|млн|млрд|%)", re.IGNORECASE)
_IBAN = re.compile(r"(?<![A-Z0-9])KZ(?:[ \-]?[A-Z0-9]){18}(?![A-Z0-9])", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\d.,+])(?:\+7|8|7)(?:[ .()\-–]{0,3}\d){10}(?!\d)")
_PHONE_CODES = ("70", "71", "72", "74", "77", "75", "76", "78")
_BARE_PHONE = re.compile(r"(?<![\d.,+])7(?:0[0-8]|47|71|7[5-8])(?:[ .()\-–]{0,2}\d){7}(?!\d)")
_HOME_PHONE = re.compile(r"(?<![\d.,+\-])\d{2,3}[ \-–]\d{2}[ \-–]\d{2}(?![\d.\-])")
_AT = re.compile(
    r"[\w.+\-]{1,64}\s?(?:\(at\)|\[at\]|\(собака\)|\[собака\]|\(@\))\s?[\w\-]{1,63}(?:\s?\.\s?|\s?\(dot\)\s?)[a-z]{2,10}",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w@.])@[A-Za-z][A-Za-z0-9_.]{3,30}(?<!\.)")
_LINK = re.compile(
    r"(?:instagram\.com|t\.me|vk\.com|facebook\.com|tiktok\.com|wa\.me)/@?[\w.\-]{3,64}", re.IGNORECASE
)
_PAPER = re.compile(
    r"(?<![\dA-Za-zА-Яа-я.,])(?:№\s?)?(?:[NН]\s?\d{8}|\d{9}|[IVX]{1,4}-[А-Я]{2}\s?\d{6}|\d{7,8})(?!\d|[.,]\d)"
)
_PASSPORT = re.compile(r"(?<![A-Za-z0-9])N\s?\d{8}(?!\d)")
_PLATE = re.compile(
    r"(?<![A-Za-z0-9])(?:\d{3} ?[A-Z]{2,3} ?(?:0[1-9]|1\d|20)|[A-Z] ?\d{3} ?[A-Z]{2,3})(?![A-Za-z0-9])"
)
_MONTHS = (
    "январ|феврал|март|апрел|мая|май|июн|июл|август|сентябр|октябр|ноябр|декабр|"
    "қаңтар|ақпан|наурыз|сәуір|мамыр|маусым|шілде|тамыз|қыркүйек|қазан|қараша|желтоқсан|"
    "january|february|march|april|may|june|july|august|september|october|november|december"
)
_DATE = re.compile(
    r"(?<![\d.])(?:(?P<d>\d{1,2})[./\-](?P<m>\d{1,2})[./\-](?P<y>\d{4}|\d{2})(?![\d.]*\d)"
    r"|(?P<y2>\d{4})[./\-](?P<m2>\d{1,2})[./\-](?P<d2>\d{1,2})(?!\d)"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{_MONTHS})[а-яәіңғүұқөһ]{{0,4}},? (?P<y3>\d{{4}})(?: ?года?\b| ?г\.)?"
    rf"|(?P<y4>\d{{4}}) (?:жылғы|жылы|ж\.|жылдың) \d{{1,2}} ?-?(?:ші|шы)? ?(?:{_MONTHS})[а-яәіңғүұқөһ]{{0,4}}"
    rf"|(?:{_MONTHS}) \d{{1,2}}(?:st|nd|rd|th)?,? (?P<y5>\d{{4}}))",
    re.IGNORECASE,
)
_PUPIL_YEARS = range(2003, 2031)
_ADULT_YEARS = range(1935, 2003)
_NAME = r"[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ][\w.\-]{1,30}"
_HOUSE = r"\d{1,3}(?:/\d{1,3})?(?: ?[А-Яа-яA-Za-z](?![\w]))?"
_FLAT = r"(?:кв(?:артира|\.)?|пәтер(?:і)?|пәт\.|apt\.?|apartment|flat)"
_ADDRESS = re.compile(
    rf"(?:(?:\bул(?:ица|ице|ицы|ицу|\.|(?= ))|\bпр(?:оспект|оспекте|-т|-те|\.)|\bпер(?:еулок|еулке|\.)|\bбульвар|\bб-р|\bмкр?(?:-н|\.|рн)?|\bмикрорайон|\bмөлтек ауданы|\bшағын ауданы?)\s?"
    rf"(?:{_NAME}|\d{{1,2}})(?: {_NAME})?,?\s?(?:(?:д(?:ом|\.)?|үй|№)\s?)?{_HOUSE}(?!\w)"
    rf"|{_NAME}(?: {_NAME})? (?:көшесі(?:нде|ндегі)?|көш\.|к-сі|даңғылы(?:нда)?|даң\.|ықшам ?ауданы(?:нда)?|шағын ауданы(?:нда)?|мөлтек ауданы(?:нда)?|ш/а|мкр\.?|м/а),?\s?(?:(?:№|үй)\s?)?{_HOUSE}(?!\w)(?:[ \-]?үй(?:де|і|інде)?)?"
    rf"|\b\d{{1,4}} {_NAME}(?: {_NAME})? (?:Street|St\.?|Avenue|Ave\.?|Road|Rd\.?|Lane|Drive)\b"
    rf"|{_NAME}(?: {_NAME})? (?:street|avenue|road|Street|Avenue|Road),? {_HOUSE}(?!\w))"
    rf"(?P<flat>,?\s?{_FLAT}\s?(?:№\s?)?\d{{1,4}}(?!\d)|,?\s?\d{{1,4}}(?:[ \-]{_FLAT}(?!\w)|[ \-]пәтер\w{{0,4}})|,?\s?-\s?\d{{1,4}}(?!\d))?",
)
_KEYS = re.compile(r"\D")
_THOUSANDS = re.compile(r"\d{1,3}(?:[ .]\d{3}){3,4}")
_DECIMAL = re.compile(r"\d{1,3}\.\d{5,}")
_CALLED_IIN = re.compile(r"(?:ИИН|ЖСН|IIN)\W{0,3}(?:\w{1,8}\W{1,3}){0,2}$", re.IGNORECASE)
_SIXTEEN = re.compile(r"\d{4}(?:[ \-]\d{4}){3}(?![ \-]?\d)")
_SIXTEEN_END = re.compile(r"\d{4}(?:[ \-]\d{4}){3}$")
_LINK_BEFORE = re.compile(r"(?:https?://|www\.)[^\s<>\"«»]{0,160}$", re.IGNORECASE)
_CALLS = re.compile(r"wa\.me|whatsapp|t\.me|tel:|phone|viber", re.IGNORECASE)
_LONGEST_LINK = 170
_GROUPS = 4
"""Groups of digits from which a number written apart may be a row of numbers that rise or fall."""


def numbers(text: str, cues: Cues) -> Iterator[Found]:
    """Everything of this file; claims may overlap."""
    if any(c.isdigit() for c in text):
        yield from _identity(text, cues)
        yield from _phones(text, cues)
        yield from _papers(text, cues)
        yield from _birth_dates(text, cues)
        yield from _addresses(text, cues)
    if "@" in text or "at" in text or "собака" in text or "/" in text:
        yield from _accounts(text, cues)


def is_count(text: str, found: Found, cues: Cues) -> bool:
    """Whether what looks like somebody's number is a large number, a row of numbers, a longer code or part of a link."""
    value = text[found.start : found.end]
    if found.kind == "phone":
        if (_THOUSANDS.fullmatch(value) or _DECIMAL.fullmatch(value)) and not cues.before(
            found.start, 30, "phone"
        ):
            return True
        link = _LINK_BEFORE.search(text, max(0, found.start - _LONGEST_LINK), found.start)
        return link is not None and not _CALLS.search(link.group())
    if found.kind not in ("iin", "bin"):
        return False
    if _SIXTEEN.match(text, found.start) or _SIXTEEN_END.search(text, max(0, found.start - 5), found.end):
        return True
    digits = _KEYS.sub("", value)
    if not (checks.is_iin(digits) or checks.is_bin(digits)) and not _CALLED_IIN.search(
        text, max(0, found.start - 40), found.start
    ):
        return True
    groups = [int(group) for group in re.findall(r"\d+", value)]
    return len(groups) > _GROUPS and (groups == sorted(groups) or groups == sorted(groups, reverse=True))


def _identity(text: str, cues: Cues) -> Iterator[Found]:
    for match in _TWELVE.finditer(text):
        digits = _KEYS.sub("", match.group())
        if _MONEY.match(text, match.end()):
            continue
        if checks.is_iin(digits):
            yield _found(match, "iin", 0.96, "pupil" if checks.of_a_pupil(digits) else "")
        elif checks.is_bin(digits):
            yield _found(match, "bin", 0.96)
    for match in _IBAN.finditer(text):
        if checks.is_kazakh_iban(re.sub(r"[ \-]", "", match.group()).upper()):
            yield _found(match, "iban", 0.99)


def _phones(text: str, cues: Cues) -> Iterator[Found]:
    for match in _PHONE.finditer(text):
        digits = _KEYS.sub("", match.group())
        if digits[1:3] in _PHONE_CODES and not _MONEY.match(text, match.end()):
            called = cues.before(match.start(), 30, "phone")
            plain = match.group().isdigit()
            if called or not plain or digits[0] == "8":
                yield _found(match, "phone", 0.9 if called else 0.84)
    for match in _BARE_PHONE.finditer(text):
        if cues.near(match.start(), match.end(), 30, "phone"):
            yield _found(match, "phone", 0.85)
    for match in _HOME_PHONE.finditer(text):
        if cues.before(match.start(), 15, "phone"):
            yield _found(match, "phone", 0.7)


def _papers(text: str, cues: Cues) -> Iterator[Found]:
    for match in _PAPER.finditer(text):
        if cues.before(match.start(), 40, "document"):
            yield _found(match, "document", 0.8)
    for match in _PASSPORT.finditer(text):
        yield _found(match, "document", 0.75)
    for match in _PLATE.finditer(text):
        yield _found(match, "plate", 0.7)


def _birth_dates(text: str, cues: Cues) -> Iterator[Found]:
    if not cues.any("born"):
        return
    for match in _DATE.finditer(text):
        year = int(next(part for part in (match[g] for g in ("y", "y2", "y3", "y4", "y5")) if part))
        year += 0 if year > 99 else 2000 if year < 31 else 1900
        if not cues.near(match.start(), match.end(), 30, "born"):
            continue
        if year in _PUPIL_YEARS:
            yield _found(match, "birth_date", 0.85, "pupil")
        elif year in _ADULT_YEARS and cues.before(match.start(), 20, "born_form"):
            yield _found(match, "birth_date", 0.8)


def _addresses(text: str, cues: Cues) -> Iterator[Found]:
    for match in _ADDRESS.finditer(text):
        if match["flat"] or cues.near(match.start(), match.end(), 60, "living"):
            yield _found(match, "address", 0.8)


def _accounts(text: str, cues: Cues) -> Iterator[Found]:
    for match in _AT.finditer(text):
        yield _found(match, "email", 0.8)
    for match in _LINK.finditer(text):
        yield _found(match, "account", 0.7)
    for match in _HANDLE.finditer(text):
        if cues.near(match.start(), match.end(), 40, "account", "pupil", "parent"):
            yield _found(match, "account", 0.7)


def _found(match: re.Match[str], kind: str, confidence: float, subtype: str = "") -> Found:
    return Found(start=match.start(), end=match.end(), kind=kind, confidence=confidence, subtype=subtype)
