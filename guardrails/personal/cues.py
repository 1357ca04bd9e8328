"""The words beside which a name or a number is somebody's, with their places in the text."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from guardrails.cues import lexicon
from guardrails.language import language_of

# A mark in quotation marks, or per cent beside the name of a test.
_MARK = re.compile(
    r"[«\"“„][2-5][»\"”“]|(?<!\w)(?:сор|соч|бжб|тжб)\w{0,4}\W{1,3}(?:\w{1,12}\W{1,2}){0,2}\d{1,3}\s?%"
)


@dataclass(frozen=True, slots=True)
class Cues:
    """Where each class of `lexicons/people.toml` stands: sorted (start, end) of the words."""

    places: Mapping[str, Sequence[tuple[int, int]]]

    def any(self, *classes: str) -> bool:
        """Whether the text has a word of these classes."""
        return any(self.places.get(name) for name in classes)

    def near(self, start: int, end: int, reach: int, *classes: str) -> bool:
        """Whether a word of these classes stands within `reach` characters of a span."""
        return self.before(start, reach, *classes) or self.after(end, reach, *classes)

    def before(self, start: int, reach: int, *classes: str) -> bool:
        """Whether one ends within `reach` characters before a place."""
        for name in classes:
            spans = self.places.get(name, ())
            at = bisect_left(spans, (start, 0))
            if at and spans[at - 1][1] >= start - reach:
                return True
        return False

    def after(self, end: int, reach: int, *classes: str) -> bool:
        """Whether one begins within `reach` characters after a place."""
        for name in classes:
            spans = self.places.get(name, ())
            at = bisect_left(spans, (end, 0))
            if at < len(spans) and spans[at][0] <= end + reach:
                return True
        return False


def lowered(text: str) -> str:
    """The text in lower case, of the same length."""
    lower = text.lower()
    return (
        lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    )


def cues(text: str) -> Cues:
    """The cues of a text, in any of the three languages."""
    lower = lowered(text)
    found: dict[str, set[tuple[int, int]]] = {}
    english = language_of(lower) == "en"
    for name in ("people", "people_en"):
        one = lexicon(name)
        words, places = one.places(lower, latin=not (one.skeletal and english))
        for role, indexes in places.items():
            found.setdefault(role, set()).update((words[i].start, words[i].end) for i in indexes)
    found.setdefault("marks", set()).update(match.span() for match in _MARK.finditer(lower))
    # Pupils in the plural are a class: a capitalised word beside them may be anything.
    found["pupil"] = found.get("pupil", set()) - found.get("pupils", set())
    # `ата` behind a name is a title, `ата-ана` a parent.
    found["title"] = found.get("title", set()) - found.get("parent", set())
    return Cues({role: sorted(spans) for role, spans in found.items()})
