"""Sentences of teachers with invented people and numbers in them, and sentences with what only looks personal; the same seed, the same sentences.

Frames and people stand in `data/personal/LANGUAGE.toml`. The recogniser was developed on one half of the people and of the frames
and is reported on the other half of the people, in frames of their own or the other half.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.personal_endings import english, kazakh, kazakh_value, russian
from benchmarks.personal_values import near_miss, value

HOME = Path(__file__).parent / "data" / "personal"
LANGUAGES = ("kk", "ru", "en")
NUMBERS = ("iin", "bin", "iban", "phone", "email")
PAPERS = ("card", "address", "document", "birth_date", "secret")
"""Values with fewer frames of their own."""
NAMES = ("names", "names_bare")
CURRICULUM = ("figures", "places")
MISSES = "misses"
_PLACE = re.compile(r"\{(?:([mf])\.)?(\w+?)(2?)(?::(\w+))?\}")


class Half(IntEnum):
    """Which half of the frames and people: the recogniser has seen what it does on the first only."""

    DEVELOPMENT = 0
    REPORT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A text and the values in it; for what must not fire the values are what must stay."""

    text: str
    language: str
    kind: str
    detail: str
    """The kind of a near miss; the frame's number otherwise."""
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    given: str
    surname: str
    father: str
    feminine: bool


def sentences(kind: str, language: str, *, half: Half, count: int, seed: int) -> Iterator[Sentence]:
    """So many sentences of a kind, the frames in turn."""
    chosen = frames(language, kind, half)
    for number in range(count):
        frame = chosen[number % len(chosen)]
        chance = Random(f"{seed}/{half}/{language}/{kind}/{number}")
        detail, text = frame if kind == MISSES else (str(number % len(chosen)), frame)
        yield _Filling(kind, language, half, detail, chance).sentence(text)


def frames(language: str, kind: str, half: Half) -> Sequence[Any]:
    """The frames of a kind; those with frames of their own for reporting are developed on all the others."""
    source = _source(language)
    if kind in source["report"]:
        return tuple(source["report" if half is Half.REPORT else "frames"][kind])
    return tuple(source["frames"][kind][half::2])


def listed(language: str, key: str, half: Half) -> Sequence[str]:
    """Invented people's names: `male`, `female`, `surnames` or `fathers`."""
    return tuple(_source(language)["people"][key][half::2])


class _Filling:
    """One frame that is filled."""

    def __init__(self, kind: str, language: str, half: Half, detail: str, chance: Random) -> None:
        self._kind, self._language, self._half = kind, language, half
        self._detail, self._chance = detail, chance
        self._people: dict[str, _Person] = {}
        self._values: list[str] = []

    def sentence(self, frame: str) -> Sentence:
        """The frame with its places filled."""
        text = _PLACE.sub(self._fill, frame)
        return Sentence(
            text=text,
            language=self._language,
            kind=self._kind,
            detail=self._detail,
            values=tuple(self._values),
        )

    def _fill(self, match: re.Match[str]) -> str:
        gender, form, second, case = match[1] or "", match[2], match[3], match[4] or ""
        if form == "v":
            made = self._value(case)
        elif form in ("f", "p"):
            made = self._of_curriculum("figures" if form == "f" else "places", case)
        else:
            made = self._named(self._person(second, gender), form, case)
        self._values.append(made)
        return made

    def _value(self, case: str) -> str:
        if self._kind == MISSES:
            made = near_miss(self._detail, self._chance, self._language)
        else:
            made = value(self._kind, self._chance, self._language)
        if self._kind in PAPERS:
            return made
        if self._language == "kk":
            return kazakh_value(made, case)
        return english(made, case)

    def _of_curriculum(self, key: str, case: str) -> str:
        name = self._chance.choice(_source(self._language)["curriculum"][key][self._half :: 2])
        if self._language == "kk":
            return kazakh(name, case)
        if self._language == "en":
            return english(name, case)
        given, *rest = name.split(" ")
        return " ".join(
            [russian(given, case, surname=not rest), *(russian(w, case, surname=True) for w in rest)]
        )

    def _person(self, second: str, gender: str) -> _Person:
        if second not in self._people:
            feminine = gender == "f" or (gender == "" and self._chance.random() < 0.5)
            self._people[second] = _Person(
                given=self._one("female" if feminine else "male"),
                surname=self._one("surnames"),
                father=self._one("fathers"),
                feminine=feminine,
            )
        return self._people[second]

    def _one(self, key: str) -> str:
        return self._chance.choice(listed(self._language, key, self._half))

    def _named(self, person: _Person, form: str, case: str) -> str:
        if self._language == "en":
            return english(_form(form, person.given, _feminine_latin(person), ""), case)
        surname = _feminine(person)
        father = _patronymic(person, self._language)
        if self._language == "kk":
            return kazakh(_form(form, person.given, surname, father), case)
        return _form(
            form,
            russian(person.given, case, feminine=person.feminine),
            russian(surname, case, feminine=person.feminine, surname=True),
            russian(father, case, feminine=person.feminine),
        )


def _form(form: str, given: str, surname: str, father: str) -> str:
    return {
        "given": given,
        "sur": surname,
        "full": f"{given} {surname}",
        "sg": f"{surname} {given}",
        "reg": f"{surname} {given} {father}",
        "gp": f"{given} {father}",
        "si": f"{surname} {given[0]}.",
        "is": f"{given[0]}. {surname}",
    }[form]


def _feminine(person: _Person) -> str:
    if not person.feminine:
        return person.surname
    if person.surname.endswith(("ский", "цкий")):
        return f"{person.surname[:-2]}ая"
    return f"{person.surname}а" if person.surname.endswith(("ов", "ев", "ёв", "ин")) else person.surname


def _feminine_latin(person: _Person) -> str:
    native = person.surname.endswith(("ov", "ev")) and person.feminine
    return f"{person.surname}a" if native else person.surname


def _patronymic(person: _Person, language: str) -> str:
    father = person.father
    if language == "kk":
        return f"{father}{'қызы' if person.feminine else 'ұлы'}"
    if father.endswith("й"):
        father = f"{father[:-2]}ь" if father.endswith("ий") else father[:-1]
        return f"{father}{'евна' if person.feminine else 'евич'}"
    stem = {"Павел": "Павл", "Игорь": "Игор"}.get(father, father)
    soft = father.endswith("ь")
    return (
        stem + ("евна" if person.feminine else "евич")
        if soft
        else stem + ("овна" if person.feminine else "ович")
    )


@cache
def _source(language: str) -> Mapping[str, Any]:
    return tomllib.loads((HOME / f"{language}.toml").read_text(encoding="utf-8"))
