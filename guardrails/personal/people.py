"""Names of people: what the library finds, names beside a cue, and every repetition of a name that is masked."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from guardrails.personal import forms, given, library
from guardrails.personal.allowed import parts, same, stem
from guardrails.personal.cues import Cues
from guardrails.personal.found import Found

_CAPITALISED = re.compile(
    rf"{forms.CAPITAL}(?:[\w'’ʼ]|-(?=\w))*\w|{forms.CAPITAL}\.(?:\s?{forms.CAPITAL}\.)?"
)
_WORD_END = re.compile(r"[\w'’]*")
# Never over the end of a line: what begins the next one belongs to it.
_BETWEEN = re.compile(
    r" (?:of|named|called|for|about|is|по имени|по фамилии|деген|есімді) |'s? (?:of )?| {1,2}| ?[:,«\"(–—-] {0,2}"
)
_VERB = re.compile(r"(?:[аеяиую]ет|[иа]т|[юяу]т|тся|йды|йді|ады|еді|иды|иді|ting|[a-z]{3,}s)$", re.IGNORECASE)
_PARTICIPLE = re.compile(r"(?:[уюая]щ|вш|[ае]нн)(?:ий|ая|ее|ие|их|им|ими|ей|его)(?!\w)")
_CLOSES = re.compile(r"\s*(?:[.,;)»\"\n]|$)")
_CLASS = re.compile(
    r"(?<![\d.])(?:1[0-2]|[1-9])\s?[-–]?\s?(?:[«\"„“]\s?[А-ЯӘІҢҒҮҰҚӨҺA-Zа-яa-z]\s?[»\"”“]|[А-ЯӘІҢҒҮҰҚӨҺA-Z](?![\w])|[абвгдabcd](?![\w]))?"
    r"(?:\s?[-–]?\s?(?:сынып|сыныб|класс|кл\.|synyp|synyb))\w{0,8}"
    r"|(?:class|grade|класс\w{0,2}|сынып\w{0,3})\s(?:1[0-2]|[1-9])\s?[-–]?\s?[«\"]?[A-DА-ДӘ](?![\w])[»\"]?"
    r"|(?<![\w.])(?:1[0-2]|[1-9])\s?[-–]?\s?[«\"][А-ЯӘІҢҒҮҰҚӨҺA-Z][»\"]"
    r"|(?<![\w.])(?:1[0-2]|[5-9])[-–]?[АБВГДӘABCDE](?![\w])",
)
_NO_PART = (*forms.ROLES, "pupils", "paper", "marks", "named", "name_field", "title", "figure")
"""Cues that are no part of the name behind them."""


def names(text: str, cues: Cues) -> tuple[Found, ...]:
    """Names in a text, with endings, overlaps joined; the subtype says `beside` where a cue stands right beside one."""
    roles = {start for role in _NO_PART for start, _ in cues.places.get(role, ())}
    claims = [
        *_whole_words(text, library.names(text)),
        *_beside_cues(text, cues),
        *forms.english(text),
        *forms.with_initials(text, roles),
        *forms.pairs(text, roles),
        *forms.opening(text, cues),
        *(one for one in given.names(text) if not forms.NO_NAMES.match(text[one.start : one.end])),
        *forms.marked(text),
    ]
    claims = [
        forms.with_surname(text, forms.without_role(text, _without_code(text, claim), roles), roles)
        for claim in claims
    ]
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


def _without_code(text: str, claim: Found) -> Found:
    """A claim without the abbreviation or the Roman number that ends it: `Вероники ДЦП`, `Еркебұлан ІІ`."""
    words = text[claim.start : claim.end].split(" ")
    last = words[-1]
    if len(words) < 2 or len(last) < 2 or not _is_code(last) or words[0].isupper():
        return claim
    return replace(claim, end=claim.end - len(last) - 1)


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
    for role in (*forms.ROLES, "named"):
        for start, end in cues.places.get(role, ()):
            end = _word_end(text, end)
            after = _run_after(
                text, end, labels=forms.SENTENCE_OPENS.search(text, max(0, start - 4), start) is not None
            )
            # A line in capitals says nothing by its capitals.
            if after is not None and (not text[start:end].isupper() or _has_name(text, after)):
                yield after
            elif role != "teacher":
                yield from _small_letters(text, end)

    for start, end in cues.places.get("named_before", ()):
        before = _run_before(text, start) if cues.after(end, 16, *forms.ROLES) else None
        if before is not None:
            yield before


def _run_after(text: str, at: int, *, labels: bool) -> Found | None:
    """The capitalised words behind a cue; after a colon one of no known name counts only where the cue opens its line."""
    gap = _BETWEEN.match(text, at)
    if gap is None or gap.end() == len(text):
        return None
    run = _run(text, gap.end())
    if run is None or gap.group().strip() == "" or gap.group().strip().isalpha():
        return run
    # Behind a colon or a comma another sentence may begin: `Ученик: Решает задачу`.
    word = text[run.start : run.end]
    alone = " " not in word and _CLOSES.match(text, run.end) is not None and not _VERB.search(word)
    return run if (labels and ":" in gap.group() and alone) or _has_name(text, run) else None


def _has_name(text: str, found: Found) -> bool:
    return any(map(_is_name_like, text[found.start : found.end].split()))


def _is_name_like(word: str) -> bool:
    return (
        word.endswith(".")
        or given.is_given(word)
        or word.lower() in forms.english_names()
        or forms.is_patronymic(word)
        or (forms.is_surname(word) and not _VERB.search(word))
    )


def _run(text: str, at: int) -> Found | None:
    end, count = at, 0
    while count < 3:
        word = _CAPITALISED.match(text, end if count == 0 else end + 1)
        if (
            word is None
            or (count and text[end] != " ")
            or ("." not in word.group() and forms.NO_NAMES.match(word.group()))
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


def _run_before(text: str, at: int) -> Found | None:
    window = max(0, at - 60)
    found: Found | None = None
    for match in _CAPITALISED.finditer(text, window, at):
        if text[match.end() : at].strip(" \"»'”)") == "" and not forms.NO_NAMES.match(match.group()):
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
        typed = text[at + claim.start - 6 : _word_end(text, at + claim.end - 6)]
        if claim.start >= 6 and claim.start - 6 <= 3 and not _PARTICIPLE.search(typed):
            start = at + claim.start - 6
            yield Found(
                start=start,
                end=_word_end(text, at + claim.end - 6),
                kind="name",
                confidence=0.75,
                subtype="beside",
            )
