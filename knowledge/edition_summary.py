"""What an administrator reads before an edition is switched on: facts and counts per programme, doubts with their words."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from knowledge.edition import Doubt, Edition, ProgrammeText, Remark, Repair

SAMPLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One programme as it was read.

    Attributes:
        programme: its key (`Programme.key`).
        per_grade: how many objectives each grade has; a grade of the programme with none is there with 0.
        planned: how many objectives the long-term plan places in a quarter.
        question_marks, replacements: how many `?` inside words and U+FFFD the kept wordings have.
        repairs, doubts: how many of each kind.
        remarks: doubts first, then mended defects, each kind in the order of the page; only the first few where asked so.
    """

    programme: str
    appendix: str
    subject: str
    subject_name: str
    language_of_instruction: str
    track: str
    grades: tuple[int, ...]
    amended_by: str
    valid_from: str
    objectives: int
    per_grade: Mapping[int, int]
    planned: int
    plan_rows: int
    question_marks: int
    replacements: int
    repairs: Mapping[str, int]
    doubts: Mapping[str, int]
    remarks: tuple[Remark, ...]

    @property
    def doubtful(self) -> bool:
        """Whether a person has to look at it."""
        return bool(self.doubts)

    def to_mapping(self) -> dict[str, Any]:
        """A plain mapping for JSON; grades as text keys."""
        return {
            **asdict(self),
            "grades": list(self.grades),
            "per_grade": {str(grade): count for grade, count in self.per_grade.items()},
            "remarks": [one.to_mapping() for one in self.remarks],
        }


def summaries(edition: Edition, *, most: int | None = SAMPLES) -> tuple[Summary, ...]:
    """A summary of every appendix in the order of the page, with at most so many remarks of each kind."""
    return tuple(summary(one, most=most) for one in edition.programmes)


def summary(text: ProgrammeText, *, most: int | None = SAMPLES) -> Summary:
    """The summary of one programme, with at most so many remarks of each kind."""
    head = text.programme
    lost = [one.code for one in text.remarks if one.kind is Doubt.LOST_LETTERS]
    doubtful = [wording for one in text.objectives if one.code in lost for wording in one.texts.values()]
    grades = sorted({*head.grades, *(one.grade for one in text.objectives)})
    return Summary(
        programme=head.key,
        appendix=head.appendix,
        subject=head.subject,
        subject_name=text.subject_name,
        language_of_instruction=head.language_of_instruction,
        track=head.track,
        grades=head.grades,
        amended_by=head.amended_by,
        valid_from=head.valid_from,
        objectives=len(text.objectives),
        per_grade={grade: sum(one.grade == grade for one in text.objectives) for grade in grades},
        planned=sum(bool(one.quarters) for one in text.objectives),
        plan_rows=len(text.plan),
        question_marks=sum(wording.count("?") for wording in doubtful),
        replacements=sum(wording.count("\N{REPLACEMENT CHARACTER}") for wording in doubtful),
        repairs=text.counts(Repair),
        doubts=text.counts(Doubt),
        remarks=tuple(_first(text.remarks, most)),
    )


def _first(remarks: tuple[Remark, ...], most: int | None) -> Iterator[Remark]:
    for kind in (*Doubt, *Repair):
        yield from [one for one in remarks if one.kind is kind][:most]
