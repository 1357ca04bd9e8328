"""Names of people: what the library finds, names beside a cue, and every repetition of a name that is masked."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from guardrails.cues import read
from guardrails.personal import library
from guardrails.personal.allowed import parts, same, stem
from guardrails.personal.cues import Cues
from guardrails.personal.found import Found

_CAPITAL = r"[A-ZА-ЯЁӘІҢҒҮҰҚӨҺÁÄÖÜŞĞÑÓÚÇ]"
_CAPITALISED = re.compile(rf"{_CAPITAL}(?:[\w'’ʼ]|-(?=\w))*\w|{_CAPITAL}\.(?:\s?{_CAPITAL}\.)?")
_WORD_END = re.compile(r"[\w'’]*")
_BETWEEN = re.compile(
    r"\s(?:of|named|called|for|about|is|по имени|по фамилии)\s|'s?\s(?:of\s)?|\s{1,2}|\s?[:,«\"(–—-]\s{0,2}"
)
_CLASS = re.compile(
    r"(?<![\d.])(?:1[0-2]|[1-9])\s?[-–]?\s?(?:[«\"„“]\s?[А-ЯӘІҢҒҮҰҚӨҺA-Zа-яa-z]\s?[»\"”“]|[А-ЯӘІҢҒҮҰҚӨҺA-Z](?![\w])|[абвгдabcd](?![\w]))?"
    r"(?:\s?[-–]?\s?(?:сынып|сыныб|класс|кл\.|synyp|synyb))\w{0,8}"
    r"|(?:class|grade|класс\w{0,2}|сынып\w{0,3})\s(?:1[0-2]|[1-9])\s?[-–]?\s?[«\"]?[A-DА-ДӘ](?![\w])[»\"]?"
    r"|(?<![\w.])(?:1[0-2]|[1-9])\s?[-–]?\s?[«\"][А-ЯӘІҢҒҮҰҚӨҺA-Z][»\"]"
    r"|(?<![\w.])(?:1[0-2]|[5-9])[-–]?[АБВГДӘABCDE](?![\w])",
)
_NO_NAMES = re.compile(
    r"(?:Казах|Қазақ|Kazakh|Росси|Ресей|English|Russia|Математик|Mathem|Алгебр|Algebra|Геометр|Geometr|Физик|Physic|Хими|Chemi|Биолог|Biolog|Географ|Geograph|Истори|History|Тарих|Литератур|Literature|Әдебиет|Информатик|"
    r"Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May\b|June|July|August|September|October|November|December|"
    r"The\b|A\b|An\b|In\b|On\b|At\b|He\b|She\b|It\b|They\b|We\b|You\b|His\b|Her\b|Please\b|What\b|How\b|Why\b|When\b|Write\b|Make\b|Give\b|Is\b|Was\b|Has\b|And\b|For\b|My\b|This\b|"
    r"Алматы|Астан|Шымкент|Қарағанд|Караганд|Almaty|Astana|ИИН|ЖСН|IIN|БЖБ|ТЖБ|СОР|СОЧ|КСП|ҚМЖ|ЕБҚ|ООП|ЗПР|ДЦП|СДВГ|ADHD|SEN|ИИ\b|ЖИ\b|AI\b)"
)
_PATRONYMIC = re.compile(
    r"(?:[ұу]лы|[қк]ызы|uly|qyzy|kyzy|ович|евич|ич|овн|евн|ичн|vich|vna)\w{0,6}$", re.IGNORECASE
)
_SURNAME = re.compile(
    r"(?:[оеё]в|ин|ын|ск|[ұу]лы|тегі|бай|бек|ко|юк|ук|ян|дзе|ov|ev|yev|in|uly|sky|bek|bai|bay)\w{0,4}$",
    re.IGNORECASE,
)
_ENGLISH = re.compile(r"(?<![\w'’-])([A-Z][a-z]{1,11}) ([A-Z][a-z]{1,14}(?:-[A-Z][a-z]{1,14})?)(?![\w])")
_ROLES = ("pupil", "parent", "teacher")


def names(text: str, cues: Cues) -> tuple[Found, ...]:
    """Names in a text, with endings, overlaps joined; the subtype says `beside` where a cue stands right beside one."""
    claims = [*_whole_words(text, library.names(text)), *_beside_cues(text, cues), *_english(text)]
    joined: list[Found] = []
    for claim in sorted(claims, key=lambda found: (found.start, -found.end)):
        if joined and claim.start < joined[-1].end:
            last = joined[-1]
            joined[-1] = Found(
                start=last.start,
                end=max(last.end, claim.end),
                kind="name",
                confidence=max(last.confidence, claim.confidence),
                subtype="beside" if "beside" in (last.subtype, claim.subtype) else last.subtype,
            )
        else:
            joined.append(claim)
    return tuple(joined)


def classes(text: str) -> Iterator[Found]:
    """Names of school classes: not personal, but a name beside one is a pupil's."""
    for match in _CLASS.finditer(text):
        yield Found(start=match.start(), end=match.end(), kind="class", confidence=0.9)


def is_patronymic(word: str) -> bool:
    """Whether a word ends like a patronymic, in any case."""
    return bool(_PATRONYMIC.search(word))


def is_surname(word: str) -> bool:
    """Whether a word ends like a surname, in any case."""
    return bool(_SURNAME.search(word))


def repeats(text: str, masked: Iterable[str], taken: Iterable[Found]) -> Iterator[Found]:
    """Other places of names that are masked already, in any ending."""
    stems = {part for name in masked for part in map(stem, parts(name)) if len(part) >= 3}
    if not stems:
        return
    covered = bytearray(len(text) + 1)
    for found in taken:
        covered[found.start : found.end] = b"\1" * (found.end - found.start)
    for match in _CAPITALISED.finditer(text):
        if any(covered[match.start() : match.end()]) or match.group().endswith("."):
            continue
        own = stem(match.group())
        if any(same(own, other) for other in stems):
            yield Found(start=match.start(), end=match.end(), kind="name", confidence=0.8, subtype="repeat")


def _word_end(text: str, at: int) -> int:
    end = _WORD_END.match(text, at)
    return end.end() if end else at


def _whole_words(text: str, claims: Iterable[Found]) -> Iterator[Found]:
    for claim in claims:
        yield Found(
            start=claim.start,
            end=_word_end(text, claim.end),
            kind="name",
            confidence=claim.confidence,
            subtype=claim.subtype,
        )


def _beside_cues(text: str, cues: Cues) -> Iterator[Found]:
    """Capitalised words right after a role or a word for a name, or right before `есімді`."""
    for role in (*_ROLES, "named"):
        for _start, end in cues.places.get(role, ()):
            end = _word_end(text, end)
            after = _run_after(text, end)
            if after is not None:
                yield after
            elif role != "teacher":
                yield from _small_letters(text, end)

    for start, end in cues.places.get("named_before", ()):
        before = _run_before(text, start) if cues.after(end, 16, *_ROLES) else None
        if before is not None:
            yield before


def _run_after(text: str, at: int) -> Found | None:
    gap = _BETWEEN.match(text, at)
    if gap is None or gap.end() == len(text):
        return None
    return _run(text, gap.end())


def _run(text: str, at: int) -> Found | None:
    end, count = at, 0
    while count < 3:
        word = _CAPITALISED.match(text, end if count == 0 else end + 1)
        if (
            word is None
            or (count and text[end] != " ")
            or _NO_NAMES.match(word.group())
            or _is_code(word.group())
        ):
            break
        end, count = word.end(), count + 1
    if not count:
        return None
    return Found(start=at, end=end, kind="name", confidence=0.75, subtype="beside")


def _is_code(word: str) -> bool:
    """Whether a capitalised word is an abbreviation or holds digits."""
    return (len(word) <= 4 and word.isupper() and "." not in word) or any(c.isdigit() for c in word)


def _english(text: str) -> Iterator[Found]:
    """An English first name with a capitalised word behind it."""
    for match in _ENGLISH.finditer(text):
        if match[1].lower() in _english_names() and not _NO_NAMES.match(match[2]):
            yield Found(start=match.start(), end=match.end(), kind="name", confidence=0.7)


@cache
def _english_names() -> frozenset[str]:
    listed = read("first_names_en")["names"]
    return frozenset(str(name) for name in listed) if isinstance(listed, list) else frozenset()


def _run_before(text: str, at: int) -> Found | None:
    window = max(0, at - 60)
    found: Found | None = None
    for match in _CAPITALISED.finditer(text, window, at):
        if text[match.end() : at].strip(" \"»'”)") == "" and not _NO_NAMES.match(match.group()):
            start = found.start if found is not None and found.end + 1 == match.start() else match.start()
            return Found(start=start, end=match.end(), kind="name", confidence=0.75, subtype="beside")
        start = found.start if found is not None and found.end + 1 == match.start() else match.start()
        found = Found(start=start, end=match.end(), kind="name", confidence=0.75, subtype="beside")
    return None


def _small_letters(text: str, at: int) -> Iterator[Found]:
    """Names typed in small letters right after a cue: known names only."""
    window = text[at : at + 48]
    words = re.match(r"[\s:,«\"]{1,3}\w+(?:\s\w+){0,2}", window)
    if words is None or window != window.lower():
        return
    raised = words.group().title()
    if len(raised) != len(words.group()):
        return
    for claim in library.names("Ученик" + raised):
        if claim.start >= 6 and claim.start - 6 <= 3:
            start = at + claim.start - 6
            yield Found(
                start=start,
                end=_word_end(text, at + claim.end - 6),
                kind="name",
                confidence=0.75,
                subtype="beside",
            )
