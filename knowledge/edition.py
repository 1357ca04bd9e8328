"""What a reader makes of an official act: its programmes in one language, what was mended and what is doubtful."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

from knowledge.catalogue_file import programme_from
from knowledge.curriculum import LearningObjective, Programme, Section, Subsection
from knowledge.passage import UNKNOWN


class Repair(StrEnum):
    """A defect of the page that the reader mended; counted, so that a person can look at samples."""

    GLUED_CODE = "glued_code"
    """A code stood against the word before or after it."""
    BROKEN_CODE = "broken_code"
    """A code ran over the end of a line or cell paragraph."""
    SPACED_CODE = "spaced_code"
    """White space inside a code, or inside one of its numbers."""
    TWO_CODES = "two_codes"
    """Several codes on one line or sharing one wording (`5.1.2.17/18`)."""
    INVISIBLE = "invisible"
    """Zero-width characters or soft hyphens."""
    SPLIT_WORD = "split_word"
    """A word that a narrow column had cut in two."""
    COLUMN_HEADER = "column_header"
    """A heading of the table (`10.1. 11.1.`) that looks like a code."""
    STUCK_TEXT = "stuck_text"
    """Other text stood against the last objective of a table."""
    WRONG_LETTER = "wrong_letter"
    """A letter of another alphabet in place of the right one (Ұ for ё)."""


class Doubt(StrEnum):
    """What a person has to look at before the edition is switched on."""

    LOST_LETTERS = "lost_letters"
    """`?` or U+FFFD stands where a letter was; nothing is guessed."""
    NO_WORDING = "no_wording"
    """A code without a wording; it does not enter the catalogue."""
    LONG_WORDING = "long_wording"
    """A wording of more than 300 characters."""
    DUPLICATE_CODE = "duplicate_code"
    """One code twice in the matrix with different wordings; the first one stays."""
    UNREAD_CODE = "unread_code"
    """Something that cannot be read as a code stands where one should; its words do not enter the catalogue."""
    GAP = "gap"
    """A number is missing between two codes of one subsection."""
    ONLY_IN_PLAN = "only_in_plan"
    """A code stands in the long-term plan and not in the matrix; it does not enter the catalogue."""
    WORDING_DIFFERS = "wording_differs"
    """The long-term plan words an objective otherwise; the matrix counts."""
    WRONG_GRADE = "wrong_grade"
    """A code's first number is not the grade of its column, or not a grade of the programme."""
    EMPTY = "empty"
    """An appendix without a programme."""
    UNKNOWN_SUBJECT = "unknown_subject"
    """The title names no subject that is known; it is named by the appendix."""
    SPLIT_WORD = "split_word"
    """A word that may have been cut in two; left as it was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One mended defect or one doubt: where it is, and the words that show it (as read; at most 200 characters)."""

    kind: Repair | Doubt
    code: str = ""
    detail: str = ""

    def to_mapping(self) -> dict[str, str]:
        """A plain mapping for JSON."""
        what = "repair" if isinstance(self.kind, Repair) else "doubt"
        return {"what": what, "kind": str(self.kind), "code": self.code, "detail": self.detail}

    @classmethod
    def from_mapping(cls, plain: Mapping[str, str]) -> Self:
        """The remark of a mapping made by `to_mapping`."""
        kind = Repair(plain["kind"]) if plain["what"] == "repair" else Doubt(plain["kind"])
        return cls(kind=kind, code=plain["code"], detail=plain["detail"])


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """A row of the long-term plan: what is taught when. `quarter` is None where the plan does not say."""

    grade: int
    quarter: int | None
    section: str
    topic: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeText:
    """One appendix as it was read: objectives by code, each code once, in the language of the page.

    `remarks` holds every doubt and every mended defect.
    """

    programme: Programme
    subject_name: str
    objectives: tuple[LearningObjective, ...] = ()
    plan: tuple[PlanRow, ...] = ()
    remarks: tuple[Remark, ...] = ()

    def counts(self, kind: type[Repair] | type[Doubt]) -> dict[str, int]:
        """How many remarks there are of each kind."""
        found: dict[str, int] = {}
        for one in self.remarks:
            if isinstance(one.kind, kind):
                found[one.kind.value] = found.get(one.kind.value, 0) + 1
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One act in one language, as read from one file.

    Attributes:
        act: `Order 399 of 16.09.2022`.
        language: the language of the page, kk or ru.
        edition: `as of 2026-10-09`, or "unknown".
        amended_by: the newest amending order that the page names, in the form of `act`.
        address: the address of the page, if it names one.
        sha256: digest of the file.
        reading: 1, or which other reading of the same file it is: by a newer reader, or with other facts said of it.
        appendices: how many appendices the page has, empty ones included.
    """

    act: str
    language: str
    edition: str = UNKNOWN
    amended_by: str = UNKNOWN
    valid_from: str = UNKNOWN
    valid_to: str = ""
    address: str = ""
    title: str = ""
    name: str = ""
    sha256: str = ""
    reading: int = 1
    size: int = 0
    reader: str = ""
    reader_version: int = 0
    appendices: int = 0
    programmes: tuple[ProgrammeText, ...] = ()
    warnings: tuple[str, ...] = field(default=())

    @property
    def id(self) -> str:
        """The edition's short name: act number, language, the beginning of the file's digest, and which reading."""
        number = self.act.split(" ")[1] if self.act.startswith("Order ") else "act"
        again = f"-{self.reading}" if self.reading > 1 else ""
        return f"{number}-{self.language}-{self.sha256[:12]}{again}"

    @property
    def objectives(self) -> int:
        """How many objectives were read."""
        return sum(len(one.objectives) for one in self.programmes)

    def to_mapping(self) -> dict[str, Any]:
        """A plain mapping for JSON; `from_mapping` takes it back."""
        return {
            **{name: getattr(self, name) for name in _HEAD},
            "warnings": list(self.warnings),
            "programmes": [_programme_to(one) for one in self.programmes],
        }

    @classmethod
    def from_mapping(cls, plain: Mapping[str, Any]) -> Self:
        """The edition of a mapping made by `to_mapping`.

        Raises:
            KeyError, TypeError, ValueError: it is not of the form.
        """
        return cls(
            **{name: plain[name] for name in _HEAD},
            warnings=tuple(plain["warnings"]),
            programmes=tuple(_programme_from(one) for one in plain["programmes"]),
        )


_HEAD = (
    "act",
    "language",
    "edition",
    "amended_by",
    "valid_from",
    "valid_to",
    "address",
    "title",
    "name",
    "sha256",
    "reading",
    "size",
    "reader",
    "reader_version",
    "appendices",
)


def _programme_to(one: ProgrammeText) -> dict[str, Any]:
    return {
        "programme": asdict(one.programme),
        "subject_name": one.subject_name,
        "objectives": [_objective_to(objective) for objective in one.objectives],
        "plan": [asdict(row) for row in one.plan],
        "remarks": [remark.to_mapping() for remark in one.remarks],
    }


def _objective_to(one: LearningObjective) -> dict[str, Any]:
    """What an objective has beyond its programme."""
    return {
        "code": one.code,
        "grade": one.grade,
        "quarters": list(one.quarters),
        "section": {"number": one.section.number, "names": dict(one.section.names)},
        "subsection": None
        if one.subsection is None
        else {"number": one.subsection.number, "names": dict(one.subsection.names)},
        "texts": dict(one.texts),
        "as_read": dict(one.as_read),
        "wording_language": one.wording_language,
    }


def _programme_from(plain: Mapping[str, Any]) -> ProgrammeText:
    programme = programme_from(plain["programme"])
    return ProgrammeText(
        programme=programme,
        subject_name=plain["subject_name"],
        objectives=tuple(_objective_from(one, programme) for one in plain["objectives"]),
        plan=tuple(PlanRow(**{**row, "codes": tuple(row["codes"])}) for row in plain["plan"]),
        remarks=tuple(Remark.from_mapping(one) for one in plain["remarks"]),
    )


def _objective_from(plain: Mapping[str, Any], programme: Programme) -> LearningObjective:
    subsection = plain["subsection"]
    return LearningObjective(
        code=plain["code"],
        grade=plain["grade"],
        subject=programme.subject,
        track=programme.track,
        language_of_instruction=programme.language_of_instruction,
        wording_language=plain["wording_language"],
        quarters=tuple(plain["quarters"]),
        section=Section(**plain["section"]),
        subsection=None if subsection is None else Subsection(**subsection),
        texts=plain["texts"],
        as_read=plain["as_read"],
        programme=programme,
        source=OFFICIAL,
        official=tuple(plain["texts"]),
    )


OFFICIAL = "official"
"""`source` of an objective that the import read from an official document."""
