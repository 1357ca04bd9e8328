"""All recognisers over one text, and the decision whose each value is and whether it is masked."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from guardrails.personal import forms, library, people
from guardrails.personal.allowed import Allowed, Standing, parts
from guardrails.personal.cues import Cues, cues
from guardrails.personal.found import Found, settled
from guardrails.personal.numbers import is_count, numbers
from guardrails.placeholders import PLACEHOLDER

_INITIAL = re.compile(r"[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ]\.")
_IS_COMPOUND = re.compile(r"-[а-яёәіңғүұқөһ]{4,}")
_OPENS = re.compile(r"[:«\"“(]\s*$")
_PARTICLE = re.compile(
    r" (?:van|von|da|de|del|di|in|and|the|of|ван|фон|да|де|мен|и) (?:der )?[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ]\w{1,20}"
)
_JOINED = re.compile(r"(?:,| (?:and|и|мен|пен|бен)) $")
# `Екатерина II`, and not `Айгерім ІІ тоқсанда`.
_REIGN = re.compile(
    r" [IVXІХ]{1,5}(?!\w)(?! (?:тоқсан|четверт|полугод|жартыжыл|term|quarter|орын|мест|place|дәреж|степен|топ|сынып|класс))"
)
_LABEL = re.compile(r"\s?:\s")
_NOVEL = re.compile(r"Роман(?:ы|ның|да|ды|ға|а|е|у|ом)?")
_SENTENCE = 140
"""Characters around a name in which a cue of marks, diagnosis or parents speaks of it."""
_CLOSE = 60
"""Characters in which a cue speaks of a first name alone, and a word for a whole class of a whole name."""


class Whose(StrEnum):
    """Whose data a value is; PERSON is a name that nothing ties to a school."""

    PUPIL = "pupil"
    TEACHER = "teacher"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """One personal value: its place, its kind, whose it is, and whether it is to be masked."""

    start: int
    end: int
    kind: str
    whose: Whose
    confidence: float
    masked: bool


def detect(text: str, allowed: Allowed) -> tuple[Personal, ...]:
    """Personal values of a text by place, without overlaps; placeholders are passed over.

    A number with check digits, a phone, an address is masked wherever it stands. A name is masked beside a cue
    (pupil, parent, teacher, class, mark, diagnosis), in a message that holds a number of somebody, or where
    it is written as registers write it; else it is reported only. Names of the curriculum are neither.
    """
    around = cues(text)
    claims = [*library.numbers(text), *numbers(text, around)]
    claims = [one for one in claims if not is_count(text, one, around)]
    claims = list(settled(_outside_placeholders(text, claims)))
    named = [
        found
        for found in _outside_placeholders(text, people.names(text, around))
        if not any(found.start < claim.end and claim.start < found.end for claim in claims)
    ]
    classes = list(people.classes(text)) if named else []
    values = [_number(found, around, claims) for found in claims]
    names = [
        decided
        for found in named
        if (decided := _name(text, found, around, claims, classes, allowed)) is not None
    ]
    names = _with_joined(text, named, names, allowed)
    masked = [text[name.start : name.end] for name in names if name.masked]
    whose = next((name.whose for name in names if name.masked), Whose.PUPIL)
    for found in _outside_placeholders(
        text, people.repeats(text, masked, [*claims, *(f for f in named if _is_masked(f, names))])
    ):
        names = [name for name in names if name.end <= found.start or found.end <= name.start]
        names.append(_personal(found, "name", whose, masked=True))
    return tuple(sorted((*values, *names), key=lambda value: value.start))


def school_classes(text: str) -> tuple[Found, ...]:
    """Names of classes, which are not personal by themselves."""
    return tuple(people.classes(text))


def _with_joined(
    text: str, named: Sequence[Found], names: Sequence[Personal], allowed: Allowed
) -> list[Personal]:
    """The names, and each that stands joined to a masked one: `X and Y had a fight`."""
    ends = {name.end: name for name in names if name.masked}
    taken = {name.start for name in names}
    joined = list(names)
    for found in named:
        gap = _JOINED.search(text, max(0, found.start - 6), found.start)
        if gap is None or gap.start() not in ends or found.start in taken:
            continue
        if allowed.standing(text[found.start : found.end]) is not Standing.LISTED:
            joined.append(_personal(found, "name", ends[gap.start()].whose, masked=True))
            ends[found.end] = joined[-1]
    return joined


def _is_masked(found: Found, names: Sequence[Personal]) -> bool:
    return any(name.masked and name.start == found.start for name in names)


def _number(found: Found, around: Cues, claims: Sequence[Found]) -> Personal:
    if found.kind in ("bin", "plate"):
        return _personal(found, found.kind, Whose.TEACHER, masked=True)
    if found.subtype == "pupil" or around.any("pupil", "parent"):
        return _personal(found, found.kind, Whose.PUPIL, masked=True)
    if around.any("teacher") or found.kind == "iin":
        return _personal(found, found.kind, Whose.TEACHER, masked=True)
    # Unknown whose: held as strictly as a pupil's.
    return _personal(found, found.kind, Whose.PUPIL, masked=True)


def _name(
    text: str, found: Found, around: Cues, claims: Sequence[Found], classes: Sequence[Found], allowed: Allowed
) -> Personal | None:
    name = text[found.start : found.end]
    words = parts(name)
    whole = len(words) > 1 or _INITIAL.search(name) is not None
    word = not whole and not name.isascii() and _is_word(words[0] if words else name)
    # `Мақсат:` and `Тема:` open a line as labels.
    if not whole and _LABEL.match(text, found.end) and not forms.MARK.match(text, found.end):
        return None
    # `Мақсат` opens a quotation or a line behind a colon as a word and not as a name.
    if word and _OPENS.search(text, max(0, found.start - 4), found.start):
        return None
    if (longer := _PARTICLE.match(text, found.end)) is not None and found.end - found.start < 30:
        whole_name = text[found.start : longer.end()]
        if allowed.standing(whole_name) is Standing.LISTED:
            return None
    if _REIGN.match(text, found.end) or (
        _NOVEL.fullmatch(name) and around.near(found.start, found.end, _SENTENCE, "figure")
    ):
        return None
    adjacent = _adjacent(found, around)
    standing = allowed.standing(name)
    if standing is not Standing.UNKNOWN and around.before(found.start, 1, "own_child"):
        return _personal(found, "name", Whose.PUPIL, masked=True)
    if standing is Standing.LISTED or (
        standing is Standing.POSSIBLE and not _is_pupils_own(name, found, around, claims, classes)
    ):
        return None
    if found.subtype == "pair" and allowed.standing(words[-1]) is not Standing.UNKNOWN:
        return None
    if _IS_COMPOUND.search(name) or around.near(found.start, found.end, 2, "title"):
        return None
    if around.near(found.start, found.end, 25, "figure") and found.subtype != "beside":
        # `Айгерімнің суреті көрмеге іріктелді, анасына хабарла`: a figure has no parents in the message.
        closer = whole and around.near(found.start, found.end, _CLOSE, "pupil", "parent", "marks")
        if not closer or around.near(found.start, found.end, 8, "figure"):
            return None
    if adjacent is not None:
        return _personal(found, "name", adjacent, masked=True)
    if _beside_class(found, classes):
        return _personal(found, "name", Whose.PUPIL, masked=True)
    if forms.MARK.match(text, found.end) and not around.any("invented"):
        return _personal(found, "name", Whose.PUPIL, masked=True)
    strong = whole or (not around.any("invented") and found.subtype != "beside")
    reach = _SENTENCE if whole else _CLOSE
    if found.subtype != "beside" and around.near(found.start, found.end, reach, "diagnosis"):
        return _personal(found, "name", Whose.PUPIL, masked=True)
    if strong and around.near(found.start, found.end, reach, "diagnosis", "marks"):
        return _personal(found, "name", Whose.PUPIL, masked=True)
    if (
        strong
        and (not word or around.after(found.end, 2, "belonging"))
        and around.near(found.start, found.end, reach, "pupil", "parent")
    ):
        return _personal(found, "name", Whose.PUPIL, masked=True)
    if whole and (
        around.near(found.start, found.end, _SENTENCE, "living", "paper")
        or around.near(found.start, found.end, _CLOSE, "pupils")
    ):
        return _personal(found, "name", Whose.PUPIL, masked=True)
    if strong and any(
        claim.kind in ("iin", "phone", "birth_date", "document", "address") for claim in claims
    ):
        return _personal(found, "name", Whose.PUPIL, masked=True)
    if whole and around.near(found.start, found.end, _SENTENCE, "teacher"):
        return _personal(found, "name", Whose.TEACHER, masked=True)
    if _as_in_a_register(words):
        return _personal(found, "name", Whose.PUPIL, masked=True)
    # A first name alone is nobody's; a word beside a cue that no list knows is no name.
    if not whole or found.subtype == "beside":
        return None
    return _personal(found, "name", Whose.PERSON, masked=False)


def _is_pupils_own(
    name: str, found: Found, around: Cues, claims: Sequence[Found], classes: Sequence[Found]
) -> bool:
    """Whether a name that a figure of the curriculum bears as well is a pupil's here."""
    if around.near(found.start, found.end, 60, "figure"):
        return False
    if around.near(found.start, found.end, 25, "diagnosis") or around.before(found.start, 2, "named"):
        return True
    if around.after(found.end, 2, "named_before") and around.after(found.end, 16, "pupil"):
        return True
    if _INITIAL.search(name) and (
        around.near(found.start, found.end, _CLOSE, "marks") or around.before(found.start, 2, "pupil")
    ):
        return True
    if not around.before(found.start, 3, "pupil"):
        return False
    return bool(claims or classes) or around.near(found.start, found.end, 60, "marks", "diagnosis")


def _adjacent(found: Found, around: Cues) -> Whose | None:
    """The role of the word right beside a name."""
    for reach in (3, 14):
        for role, whose in (("pupil", Whose.PUPIL), ("parent", Whose.PUPIL), ("teacher", Whose.TEACHER)):
            if around.before(found.start, reach, role) or around.after(found.end, min(reach, 8), role):
                return whose
    if found.subtype != "beside":
        return None
    if around.before(found.start, 4, "name_field") or around.after(found.end, 4, "named_before"):
        return Whose.PUPIL
    named = around.near(found.start, found.end, 14, "named")
    return (
        Whose.PUPIL if named and around.near(found.start, found.end, 80, "pupil", "parent", "marks") else None
    )


def _beside_class(found: Found, classes: Sequence[Found]) -> bool:
    return any(0 <= found.start - c.end <= 30 or 0 <= c.start - found.end <= 12 for c in classes)


def _is_word(name: str) -> bool:
    """Whether a name, its endings aside, is an ordinary word as well."""
    return any(library.is_ordinary(name[:length]) for length in range(3, len(name) + 1))


def _as_in_a_register(words: Sequence[str]) -> bool:
    """Whether a name is written surname first with a patronymic, as lists of a school write it."""
    return len(words) == 3 and forms.is_patronymic(words[2])


def _personal(found: Found, kind: str, whose: Whose, *, masked: bool) -> Personal:
    return Personal(
        start=found.start, end=found.end, kind=kind, whose=whose, confidence=found.confidence, masked=masked
    )


def _outside_placeholders(text: str, claims: Iterator[Found] | Sequence[Found]) -> Iterator[Found]:
    marks = [match.span() for match in PLACEHOLDER.finditer(text)]
    for claim in claims:
        if not any(claim.start < end and start < claim.end for start, end in marks):
            yield claim
