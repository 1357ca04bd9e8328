"""The hold-back rule of a streamed answer: text is let out by sentences, cut so that no value is torn.

Where a piece ends depends on the text alone and never on how it came in chunks (but for the clock of rule 2), and the
pieces joined are the text. A piece takes its trailing white space along.

1. A piece ends after `. ! ? …` and closing quotes, or at a line break. Not after an abbreviation, an initial, a
   number that opens a list, before a small letter, or within a citation mark that follows.
2. No end within 240 characters, or none for 1.5 s: the last white space that tears no run of digits, name, bracket, mark or tag.
"""

import re
from collections.abc import Callable
from functools import cache

from guardrails.cues import read

LONGEST = 240
SECONDS = 1.5
_STOP = re.compile(r"[.!?…]+[\"'»”’)\]*_]*(?=\s)|\n")
_SPACE = re.compile(r"\s+")
_WORD_BEFORE = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]+$")
_LIST_NUMBER = re.compile(r"(?:^|\n)[\s>*•\-#]*\d{1,3}$")
_OPEN_MARK = re.compile(r"[\[【(][^\[\]【】()\n]{0,80}$")
_OPEN_TAG = re.compile(r"(?:<[a-zA-Z/!?][^<>]{0,200}|\]\([^()\n]{0,200})$")
"""Markup that has begun and not ended: half of it would be taken for text, and so would the other half."""
_MARK_NEXT = re.compile(r"[\[【]")
_MARK_WHOLE = re.compile(r"(?:[\[【][^\[\]【】\n]{0,80}[\]】]\s*)+")
_MARK_LONGEST = 82
_MARKS_AT_MOST = 8
_TAG_LONGEST = 204
_VALUE_LONGEST = 64
"""Characters from which a run of digits and signs is no number of anybody any more."""
_NO_VALUE = re.compile(r"[\d\s.,;()+\-–—]*")
_DIGIT = re.compile(r"(?:[\d+№(]|\d\))$")
_WORD_LAST = re.compile(r"[^\W_][\w'’\-]*$")
_NAMES_AT_MOST = 4
"""Words with a capital in a row that may be one name; where there are more, it is a title."""


class SentenceBuffer:
    """Collects chunks and lets pieces out; `clock` gives seconds and never goes back."""

    def __init__(
        self, clock: Callable[[], float], *, longest: int = LONGEST, seconds: float = SECONDS
    ) -> None:
        self._clock = clock
        self._longest = longest
        self._seconds = seconds
        self._held = ""
        self._since = 0.0

    @property
    def held(self) -> str:
        """What is not let out yet."""
        return self._held

    def push(self, text: str) -> tuple[str, ...]:
        """Takes a chunk (empty: only looks at the clock) and returns the pieces that are ready."""
        now = self._clock()
        if text and not self._held:
            self._since = now
        # In a long run without white space, or of nothing else, there is no new place to cut: it is looked at again when there is.
        idle = len(self._held) > self._longest + _MARK_LONGEST and (
            not _SPACE.search(self._held[-1:] + text) or (text.isspace() and self._held[-1:].isspace())
        )
        self._held += text
        pieces: list[str] = []
        while not idle and (end := self._end()) is not None:
            pieces.append(self._take(end, now))
        if not idle and self._held and now - self._since >= self._seconds:
            end = _last_space(self._held, len(self._held))
            if end is not None:
                pieces.append(self._take(end, now))
        return tuple(pieces)

    def flush(self) -> tuple[str, ...]:
        """The rest, when no more text will come."""
        pieces = []
        self._held += "\n."  # decides every end that waits for what follows, and is taken off again
        while (end := self._end()) is not None and end <= len(self._held) - 2:
            pieces.append(self._take(end, self._since))
        rest, self._held = self._held[:-2], ""
        return (*pieces, rest) if rest else tuple(pieces)

    def _take(self, end: int, now: float) -> str:
        piece, self._held = self._held[:end], self._held[end:]
        self._since = now
        return piece

    def _end(self) -> int | None:
        """Where the first piece ends, or None while that is not known."""
        text = self._held
        at = 0
        while (stop := _STOP.search(text, at)) is not None and stop.end() <= self._longest:
            at = stop.end()
            ends = _ends(text, stop)
            if ends is None:
                return None
            if ends:
                return ends
        if len(text) <= self._longest + _MARK_LONGEST:
            return None
        return _last_space(text, self._longest) or _first_space(text, self._longest)


def _ends(text: str, stop: re.Match[str]) -> int | None:
    """Where the piece ends at this stop; 0 if it does not end here; None while what follows is not there yet."""
    space = _SPACE.match(text, stop.end() if stop.group() != "\n" else stop.start())
    after = space.end() if space else stop.end()
    if after >= len(text):
        return None
    if stop.group() == "\n":
        return after
    if text[after].islower() or _is_abbreviated(text[: stop.start()], stop.group(), text[after]):
        return 0
    if _MARK_NEXT.match(text, after):
        whole = _MARK_WHOLE.match(text, after)
        if whole is None:
            return None if len(text) - after <= _MARK_LONGEST and "\n" not in text[after:] else after
        if whole.end() >= len(text):
            return None
        # What leads somewhere is no mark of a source: it stays in one piece.
        return after if text[whole.end() - 1 : whole.end() + 1] == "](" else whole.end()
    return after


def _is_abbreviated(before: str, stop: str, following: str) -> bool:
    if not stop.startswith(".") or stop.startswith(".."):
        return False
    if _LIST_NUMBER.search(before[-40:]):
        return True
    word = _WORD_BEFORE.search(before[-40:])
    if word is None:
        return False
    found = word.group()
    if len(found) == 1 and found.isupper():
        return True
    return found.lower() in _abbreviations()


def _last_space(text: str, limit: int) -> int | None:
    """The end of the last white space that begins within `limit` and where a cut tears nothing."""
    best = None
    for space in _SPACE.finditer(text):
        if space.start() >= limit:
            break
        if space.end() < len(text) and space.start() > 0 and _may_cut(text, space):
            best = space.end()
    return best


def _first_space(text: str, limit: int) -> int | None:
    for space in _SPACE.finditer(text, limit):
        if space.end() < len(text) and _may_cut(text, space):
            return space.end()
    return None


def _may_cut(text: str, space: re.Match[str]) -> bool:
    before, after = (
        text[max(0, space.start() - _MARK_LONGEST) : space.start()],
        text[space.end() : space.end() + 1],
    )
    if _OPEN_MARK.search(before) and before.count("[") < _MARKS_AT_MOST:
        return False
    if _OPEN_TAG.search(text[max(0, space.start() - _TAG_LONGEST) : space.start()]):
        return False
    if _NO_VALUE.fullmatch(before[-_VALUE_LONGEST:]) and len(before) >= _VALUE_LONGEST:
        return True
    if _is_in_a_name(before, after):
        return False
    digits = _DIGIT.search(before) or (before[-1:] in ",.-–" and before[-2:-1].isdigit())
    return not (digits and (after.isdigit() or after in "(-–+"))


def _is_in_a_name(before: str, after: str) -> bool:
    """Whether a name, the number of a house or a group of an account would be parted from what stands before."""
    last = _WORD_LAST.search(before)
    if last is None:
        return False
    word = last.group()
    if any(c.isdigit() for c in word) and any(c.isalpha() for c in word):
        return after.isalnum()
    words = before.split()[-_NAMES_AT_MOST:]
    title = len(words) == _NAMES_AT_MOST and all(one[0].isupper() for one in words)
    return word[0].isupper() and (after.isupper() or after.isdigit()) and not title


@cache
def _abbreviations() -> frozenset[str]:
    listed = read("abbreviations")["words"]
    return frozenset(str(word) for word in listed) if isinstance(listed, list) else frozenset()
