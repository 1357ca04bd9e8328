"""The list of an act's programmes as the product knows it: which appendix holds which subject."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from knowledge.curriculum import Subject
from knowledge.language import fold
from knowledge.passage import LANGUAGES

ORDER_399 = Path(__file__).parent / "corpus" / "order399.toml"
IN_BRACKETS = re.compile(r"\s*\([^)]*\)\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownProgramme:
    """One appendix; `grades` first and last; language "" where the list states none; track "" where there is none."""

    appendix: int
    subject: str
    grades: tuple[int, int]
    language_of_instruction: str
    track: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeList:
    """The programmes of one act; `appendices` counts the empty ones too; `slugs` by plain name, longest first."""

    act: str
    appendices: int
    subjects: Mapping[str, Subject]
    programmes: Mapping[int, KnownProgramme]
    slugs: Mapping[str, tuple[str, ...]]

    def by_name(self, name: str) -> tuple[str, ...]:
        """The slugs of the subjects of that name in any language, with or without what stands in brackets."""
        return self.slugs.get(plain_name(name), ())

    def named_in(self, text: str) -> tuple[str, ...]:
        """The slugs of the subject with the longest name that stands in the text as whole words."""
        words = f" {plain_name(text)} "
        return next((slugs for name, slugs in self.slugs.items() if f" {name} " in words), ())


def plain_name(name: str) -> str:
    """A name as it is compared: folded, letters and digits only, one space between words."""
    return " ".join(re.findall(r"\w+", fold(name)))


def _slugs_by_name(subjects: Mapping[str, Subject]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for slug, subject in subjects.items():
        names = {
            plain_name(form) for one in subject.names.values() for form in (one, IN_BRACKETS.sub("", one))
        }
        for name in sorted(names):
            found[name] = (*found.get(name, ()), slug)
    return dict(sorted(found.items(), key=lambda one: (-len(one[0]), one[0])))


@lru_cache(maxsize=4)
def load(path: Path = ORDER_399) -> ProgrammeList:
    """The list in a file.

    Raises:
        KeyError, ValueError, tomllib.TOMLDecodeError: it is not of the form, or names a subject it does not describe.
    """
    plain = tomllib.loads(path.read_text(encoding="utf-8"))
    subjects = {
        one["slug"]: Subject(slug=one["slug"], names={language: one[language] for language in LANGUAGES})
        for one in plain["subject"]
    }
    programmes = {
        one["appendix"]: KnownProgramme(
            appendix=one["appendix"],
            subject=one["subject"],
            grades=(one["grades"][0], one["grades"][1]),
            language_of_instruction=one["language"],
            track=one["track"],
        )
        for one in plain["programme"]
    }
    if strange := sorted({one.subject for one in programmes.values()} - set(subjects)):
        raise ValueError(f"the list names subjects that it does not describe: {', '.join(strange)}")
    if len(programmes) != len(plain["programme"]):
        raise ValueError("an appendix stands twice in the list")
    return ProgrammeList(
        act=plain["act"],
        appendices=plain["appendices"],
        subjects=subjects,
        programmes=programmes,
        slugs=_slugs_by_name(subjects),
    )
