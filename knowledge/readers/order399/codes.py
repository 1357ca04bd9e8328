"""Codes in the text of one cell: found as they are broken, mended, and each given the words that follow it."""

import re
from bisect import bisect_left, insort
from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace

from knowledge.edition import Doubt, Remark, Repair
from knowledge.language import visible

GRADE = r"1[0-2]|[1-9]"
NUMBER = r"[1-9]\d?"
DOT = r"\s{0,2}\.\s{0,2}"
END = r"(?![\d.]*\d)"
SOLID = {
    4: re.compile(rf"(?<![\d.])({GRADE}){DOT}({NUMBER}){DOT}({NUMBER}){DOT}({NUMBER}){END}"),
    3: re.compile(rf"(?<![\d.])({GRADE}){DOT}({NUMBER}){DOT}({NUMBER}){END}"),
}
LOOSE_NUMBER = r"[1-9](?:\s?\d)?"
LOOSE = {
    parts: re.compile(
        rf"(?<![\d.])(1\s?[0-2]|[1-9]){DOT}" + f"({LOOSE_NUMBER}){DOT}" * (parts - 2) + f"({NUMBER}){END}"
    )
    for parts in (3, 4)
}
"""White space inside a number; the last one is widened apart (`_widened`), where the numbers before it ask for it."""
AGAINST_DIGITS = {
    parts: re.compile(rf"(?<=\d)({GRADE})\." + r"\.".join([f"({NUMBER})"] * (parts - 1)) + END)
    for parts in (3, 4)
}
ALSO = re.compile(r"\s?/\s?(\d{1,2})(?![\d.])")
JOINED = re.compile(r"^\s*(?:[/,]|и\b|және\b)\s*$")
PAIR = rf"(?:{GRADE})\s?\.\s?\d{{1,2}}\s?\.?"
HEADER_RUN = re.compile(
    rf"(?<![\d.]){PAIR}(?:[ \u00a0]+{PAIR}){{1,11}}(?=\s*$|[ \u00a0]*\n|\s+(?:{GRADE})\s?\.\s?\d)"
)
BULLET = re.compile(r"^[\s•·*–—-]*(?:\d{1,2}\)\s*)?(?:\d{1,2}\s?\.\s?\d{1,2}\.?\s+)?$")
EXPLAINED = re.compile(
    r"\s*[»\"”’')]?\s*[,:;–—-]*\s*(?:здесь|где|мұндағы|мұнда)?\s*[«\"“„'(]\s?\d{1,2}(?:\.\d{1,2})?\s?[.»\"”'),]"
)
STRANGE = re.compile(r"^[\s•·*–—-]*(?:1[0-2]|\d)(?:\s?[.,]\s?\d{1,3}){2,5}(?![\d])\.?", re.MULTILINE)
CUT_OFF_TEN = re.compile(r"(?:^|[^\d.])1\s$")
CUT_OFF_DIGIT = re.compile(r"\s(\d)(?!\d)(?=\s)(?!\s*[.,/]\s*\d)")
NEAR = 50
IN_BRACKETS = re.compile(r"\([^()]*$")
LEADING = re.compile(r"^(?:[\s.:;)*]|[–—-](?=\s))+")
SHOWN = 200

Numbers = tuple[int, ...]


@dataclass(slots=True)
class Found:
    """Something like a code in a text: where, and what it reads as."""

    start: int
    end: int
    numbers: Numbers
    strong: bool
    in_brackets: bool = False
    repairs: set[Repair] = field(default_factory=set)

    @property
    def code(self) -> str:
        """The code without white space."""
        return ".".join(map(str, self.numbers))

    @property
    def place(self) -> Numbers:
        """Section and subsection: all between the grade and the last number."""
        return self.numbers[1:-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known where a text stands.

    Attributes:
        parts: 4, or 3 in programmes with three-part codes.
        grade: the grade of the column, if it has one.
        grades: the grades of the programme; empty if unknown.
        places: the sections and subsections of the row; empty if unknown.
        strong: the codes of the programme that begin a line somewhere.
        last: the last number read in a grade and place.
        running: whether lines are broken by the width of a column, so that one may begin with a mention.
    """

    parts: int
    grade: int | None = None
    grades: Collection[int] = ()
    places: Collection[Numbers] = ()
    strong: Set[str] = frozenset()
    last: Mapping[Numbers, int] = field(default_factory=dict)
    running: bool = False

    def fits(self, grade: int) -> bool:
        """Whether a code of that grade may stand here."""
        return grade == self.grade if self.grade is not None else not self.grades or grade in self.grades


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """Codes that share one wording, the wording as read (lines kept), and what was noticed about the codes."""

    codes: tuple[str, ...]
    text: str
    remarks: tuple[Remark, ...] = ()


def candidates(text: str, context: Context) -> list[Found]:
    """Everything in a visible text that may be a code, in order; overlapping readings decided by the context."""
    hidden = _without_headings(text)
    found = [
        _found(hidden, match.start(), match.end(), tuple(map(int, match.groups())))
        for match in SOLID[context.parts].finditer(hidden)
    ]
    found = [_widened(one, hidden, context) for one in found]
    taken = [(one.start, one.end) for one in found]
    for pattern in (LOOSE[context.parts], AGAINST_DIGITS[context.parts]):
        for match in pattern.finditer(hidden):
            after = bisect_left(taken, (match.end(), 0))
            if after and taken[after - 1][1] > match.start():
                continue
            numbers = tuple(int("".join(group.split())) for group in match.groups())
            one = _widened(_found(hidden, match.start(), match.end(), numbers), hidden, context)
            if context.fits(one.numbers[0]) and (not context.places or one.place in context.places):
                if pattern is LOOSE[context.parts]:
                    one.repairs.add(Repair.SPACED_CODE)
                else:
                    one.repairs.add(Repair.GLUED_CODE)
                found.append(one)
                insort(taken, (one.start, one.end))
    return sorted((one for one in found if not EXPLAINED.match(text, one.end)), key=lambda one: one.start)


def headings_in(text: str) -> Iterator[str]:
    """The column headings in a text that look like codes (`10.1. 11.1.`)."""
    for match in HEADER_RUN.finditer(text):
        if _is_heading(match):
            yield " ".join(match[0].split())


def _is_heading(match: re.Match[str]) -> bool:
    """Whether the grades of a run of pairs go up one by one and the numbers after them are the same."""
    numbers = [int(one) for one in re.findall(r"\d+", match[0])]
    grades = numbers[::2]
    return len(set(numbers[1::2])) == 1 and grades == list(range(grades[0], grades[0] + len(grades)))


def _without_headings(text: str) -> str:
    """The text with column headings blanked, of the same length."""
    return HEADER_RUN.sub(lambda match: " " * len(match[0]) if _is_heading(match) else match[0], text)


def _found(text: str, start: int, end: int, numbers: Numbers) -> Found:
    line = text[text.rfind("\n", 0, start) + 1 : start]
    before = text[max(0, start - NEAR) : start].rstrip(" \u00a0")
    repairs: set[Repair] = set()
    inside = text[start:end]
    if "\n" in inside:
        repairs.add(Repair.BROKEN_CODE)
    elif re.search(r"\s", inside):
        repairs.add(Repair.SPACED_CODE)
    if text[end : end + 1].isalpha() or (
        start and not text[start - 1].isspace() and text[start - 1] not in '([«"“'
    ):
        repairs.add(Repair.GLUED_CODE)
    strong = bool(BULLET.match(line)) or before.endswith(";")
    return Found(start, end, numbers, strong, bool(IN_BRACKETS.search(before)), repairs)


def _widened(one: Found, text: str, context: Context) -> Found:
    """The code with a digit that white space had cut off its first or last number, if the context asks for it."""
    grade, number = one.numbers[0], one.numbers[-1]
    cut_off = CUT_OFF_TEN.search(text[max(0, one.start - 4) : one.start])
    if cut_off is not None and grade <= 2 and not context.fits(grade) and context.fits(10 + grade):
        start = one.start - 2
        strong = bool(BULLET.match(text[text.rfind("\n", 0, start) + 1 : start])) or one.strong
        one = Found(
            start,
            one.end,
            (10 + grade, *one.numbers[1:]),
            strong,
            one.in_brackets,
            one.repairs | {Repair.SPACED_CODE},
        )
    after = CUT_OFF_DIGIT.match(text, one.end)
    if after is None or number > 9:
        return one
    wide = number * 10 + int(after[1])
    last = context.last.get(one.numbers[:-1], 0)
    if wide == last + 1 or (after[1] == "0" and last != number - 1):
        broken = Repair.BROKEN_CODE if "\n" in after[0] else Repair.SPACED_CODE
        return Found(
            one.start,
            after.end(),
            (*one.numbers[:-1], wide),
            one.strong,
            one.in_brackets,
            one.repairs | {broken},
        )
    return one


def is_code(one: Found, context: Context) -> bool:
    """Whether a candidate begins an objective here: it starts a line, or its grade and place fit and it is no mention."""
    if one.strong and not (context.running and one.in_brackets):
        return True
    if one.in_brackets or one.code in context.strong or not context.fits(one.numbers[0]):
        return False
    return not context.places or one.place in context.places


def read(raw: str, context: Context) -> tuple[str, list[Worded]]:
    """The words before the first code, and the codes with their words.

    `raw` holds a cell's lines, each ended by a line feed. Every code is given once; `last` of the context is used as
    it stands and not changed.
    """
    text, at = _visible(raw)
    last = dict(context.last)
    found: list[Found] = []
    for one in candidates(text, context):
        if is_code(one, context) and (not found or one.start >= found[-1].end):
            one = _widened(one, text, replace(context, last=last))
            last[one.numbers[:-1]] = one.numbers[-1]
            found.append(one)
    blanked = _without_headings(text)
    before = blanked[: found[0].start] if found else blanked
    worded: list[Worded] = []
    waiting: list[tuple[Found, list[Remark]]] = []
    for number, one in enumerate(found):
        stop = found[number + 1].start if number + 1 < len(found) else len(text)
        end = one.end
        codes_also: list[str] = []
        while (also := ALSO.match(text, end)) is not None and int(also[1]) > one.numbers[-1]:
            codes_also.append(".".join(map(str, (*one.numbers[:-1], int(also[1])))))
            end = also.end()
        remarks = _remarks(one, raw[at[one.start] : at[end - 1] + 1], raw, at, bool(codes_also))
        if codes_also:
            remarks += [
                Remark(kind=Repair.TWO_CODES, code=also_code, detail=_shown(text[one.start : end]))
                for also_code in codes_also
            ]
        between = blanked[end:stop]
        if JOINED.match(between) and number + 1 < len(found):
            waiting.append((one, remarks))
            continue
        wording, strange = _until_strange(between)
        codes = tuple(dict.fromkeys([*(other.code for other, _ in waiting), one.code, *codes_also]))
        if waiting:
            remarks += [remark for _, others in waiting for remark in others]
            remarks += [
                Remark(kind=Repair.TWO_CODES, code=code, detail=_shown(text[waiting[0][0].start : stop]))
                for code in codes
            ]
        if strange:
            remarks.append(Remark(kind=Doubt.UNREAD_CODE, code=codes[-1], detail=_shown(strange)))
        start_raw = at[end] if end < len(at) else len(raw)
        whole = raw[start_raw : at[end + len(wording)] if end + len(wording) < len(at) else len(raw)]
        if visible(whole) != text[end : end + len(wording)] or text[end : end + len(wording)] != wording:
            whole = wording
        worded.append(Worded(codes=codes, text=LEADING.sub("", whole), remarks=tuple(remarks)))
        waiting = []
    return before, worded


def _remarks(one: Found, raw_code: str, raw: str, at: list[int], shared: bool) -> list[Remark]:
    around = _shown(raw[max(0, at[one.start] - 20) : at[one.end - 1] + 21])
    kinds = set(one.repairs)
    if raw_code != visible(raw_code):
        kinds.add(Repair.INVISIBLE)
    first = at[one.start]
    line = visible(raw[raw.rfind("\n", 0, first) + 1 : first])
    if shared or not BULLET.match(line):
        kinds.add(Repair.TWO_CODES)
    return [Remark(kind=kind, code=one.code, detail=around) for kind in sorted(kinds)]


def _until_strange(text: str) -> tuple[str, str]:
    """The text up to a line that begins with a damaged code, and that line and all after it."""
    for match in STRANGE.finditer(text):
        before = text[: match.start()].strip()
        if before and not IN_BRACKETS.search(before[-NEAR:]):
            return text[: match.start()], text[match.start() :]
    return text, ""


def _visible(raw: str) -> tuple[str, list[int]]:
    """The text without invisible characters, and for each of its characters the place in `raw`."""
    if visible(raw) == raw:
        return raw, list(range(len(raw)))
    at = [place for place, letter in enumerate(raw) if visible(letter)]
    return "".join(raw[place] for place in at), at


def _shown(text: str) -> str:
    return " ".join(text.split())[:SHOWN]
