"""What looks like a code of an objective in a text, and the text without the codes that nobody gave.

A code is `grade.section.subsection.number`, in some programmes three parts. Dates, times, decimals, numbers of sections
in two parts, addresses of a network and versions of a program are none.
"""

import itertools
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge.language import ANY_INVISIBLE

HIDDEN = f"(?:{ANY_INVISIBLE.pattern})*"
DOT = rf"{HIDDEN}[.．․]{HIDDEN}"
PART = r"\d{1,3}"
PATTERN = re.compile(
    rf"(?<!\d)(?<!\d[.,])(?:"
    rf"{PART}(?:{DOT}{PART}){{2,}}"
    rf"|{PART}(?:{DOT}[ \u00a0]{PART}){{3}}"
    rf"|{PART}(?:[ \u00a0]{DOT}[ \u00a0]?{PART}){{3}}"
    rf")(?!\d|{DOT}\d)"
)
LAST_GRADE = 12
MONTHS = range(10, 13)
YEARS = range(20, 40)
OF_A_YEAR = re.compile(r"\s?(?:г|гг|ж|жж|год\w*|жыл\w*)\b", re.IGNORECASE)
OF_A_VERSION = re.compile(
    r"(?:\bv\.?|\bver(?:sion)?\.?|\bверси\w+|\bнұсқа\w*|\bpython|\bscratch|\bjava|\bandroid|\bios|\bwindows)\s?$",
    re.IGNORECASE,
)
ENDING = re.compile(r"(?:[-‐‑–]?[а-яёәіңғүұқөһ]{1,6}|[’']s)(?!\w)")
BETWEEN = re.compile(r"\s*(?:[,;/&+]|[-–—]|,?\s*\b(?:и|или|және|мен|and|or)\b)?\s*", re.IGNORECASE)
HOLE = "\x00"
LABEL = r"(?:ОМ|ЦО|LO|коды?|codes?|цел[ьи]|мақсат\w*|objectives?|№)"
TIDY: tuple[tuple[re.Pattern[str], str], ...] = (
    # Brackets that held only codes, with the word for a code or without.
    (re.compile(rf"\s*[(\[«\"“]\s*(?:{LABEL}[\s:.]*)*{HOLE}[\s,;:.]*[)\]»\"”]", re.IGNORECASE), HOLE),
    (re.compile(rf"([(\[«“])\s*{HOLE}[\s,;:.–—-]*"), r"\1"),
    (re.compile(rf"[\s,;:–—-]*{HOLE}\s*([)\]»”])"), r"\1"),
    # At the start of a line the mark that parted the code from its words goes too.
    (re.compile(rf"^([ \t]*(?:[-–—•*]\s+)?){HOLE}[\s.,;:)–—-]*", re.MULTILINE), r"\1"),
    # A mark that introduced the code has nothing to introduce.
    (re.compile(rf"\s*[:,;–—-]?\s*{HOLE}\s*(?=[.,;:!?…]|$)", re.MULTILINE), ""),
    (re.compile(rf"\s*{HOLE}\s*"), " "),
)


@dataclass(frozen=True, slots=True)
class _Place:
    code: str
    start: int
    end: int


def foreign_codes(text: str, allowed: Collection[str]) -> tuple[str, ...]:
    """What looks like a code and is not one of `allowed`, each once, as `7.1.2.3` however it was typed."""
    return tuple(one for one in codes_in(text) if one not in allowed)


@lru_cache(maxsize=16384)
def codes_in(text: str) -> tuple[str, ...]:
    """Everything that looks like a code, each once, in the order of the text."""
    return tuple(dict.fromkeys(one.code for one in _places(text)))


def without_foreign_codes(text: str, allowed: Collection[str]) -> str:
    """The text without the codes that are not of `allowed`, and without what held them: brackets, endings, commas.

    Idempotent; a text without such codes comes back as it is.
    """
    while True:
        places = tuple(_places(text))
        if all(one.code in allowed for one in places):
            return text
        for run in reversed(tuple(_runs(text, places))):
            if any(one.code not in allowed for one in run):
                left = _left(text, run, allowed)
                text = f"{text[: run[0].start]}{left or HOLE}{text[run[-1].end :]}"
        for pattern, instead in TIDY:
            text = pattern.sub(instead, text)


def _places(text: str) -> Iterator[_Place]:
    """Where codes stand, each with the ending that a Kazakh or Russian sentence hangs on it."""
    for match in PATTERN.finditer(text):
        parts = [int(part) for part in re.findall(r"\d+", match.group())]
        if _is_code(match, parts, text):
            ending = ENDING.match(text, match.end())
            end = ending.end() if ending else match.end()
            yield _Place(".".join(map(str, parts)), match.start(), end)


def _is_code(match: re.Match[str], parts: Sequence[int], text: str) -> bool:
    if 0 in parts:
        return False
    if len(parts) > 3:
        listed = " " in match.group() and all(b == a + 1 for a, b in itertools.pairwise(parts))
        return parts[0] < 100 and not listed
    zeros = re.search(r"(?<!\d)0", match.group())
    date = parts[1] in MONTHS and parts[2] in YEARS
    return not (
        parts[0] > LAST_GRADE
        or max(parts) > 99
        or zeros
        or date
        or OF_A_YEAR.match(text, match.end())
        or OF_A_VERSION.search(text, 0, match.start())
    )


def _runs(text: str, places: Sequence[_Place]) -> Iterator[tuple[_Place, ...]]:
    """Codes that are listed one after the other."""
    run: list[_Place] = []
    for one in places:
        if run and not BETWEEN.fullmatch(text, run[-1].end, one.start):
            yield tuple(run)
            run = []
        run.append(one)
    if run:
        yield tuple(run)


def _left(text: str, run: Sequence[_Place], allowed: Collection[str]) -> str:
    """The run with the allowed codes alone, as they were typed; the last mark or word between two stays between two."""
    kept = [text[one.start : one.end] for one in run if one.code in allowed]
    if len(kept) < 2:
        return "".join(kept)
    last = text[run[-2].end : run[-1].start]
    return f"{', '.join(kept[:-1])}{last}{kept[-1]}"
