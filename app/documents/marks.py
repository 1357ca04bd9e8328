"""What the assessment rules do not allow: marks in grade 1, summative work where a subject is pass or fail."""

from app.documents import scale
from app.documents.brief import Brief, Kind
from app.documents.material import BadBrief, Material


def check(brief: Brief, material: Material) -> None:
    """Refuse a summative assessment that the rules do not know.

    Raises:
        BadBrief: the grade or the subject has no marks, a term assessment names no quarter, or the subject has so
            few lessons that it has no term assessment.
    """
    rules = scale.load()
    if brief.grade in rules.no_marks_grades:
        raise BadBrief(f"no marks in grade {brief.grade}", key="documents.bad.no_marks", grade=brief.grade)
    if brief.subject in rules.pass_fail:
        name = material.subject.names.get(brief.language, brief.subject)
        raise BadBrief(f"{brief.subject} is pass or fail", key="documents.bad.pass_fail", subject=name)
    if brief.kind is Kind.TERM:
        _check_term(brief, material)


def has_summative(brief: Brief) -> bool:
    """Whether the grade and the subject have summative assessment at all."""
    rules = scale.load()
    return brief.grade not in rules.no_marks_grades and brief.subject not in rules.pass_fail


def has_term(weekly: float | None) -> bool:
    """Whether a subject with so many lessons a week has a term assessment; one whose lessons are not known has."""
    return weekly is None or weekly > scale.load().half_year_hours


def _check_term(brief: Brief, material: Material) -> None:
    if not has_term(hours(brief, material)):
        raise BadBrief("one hour a week", key="documents.bad.half_year", grade=brief.grade)
    if brief.quarter is None:
        raise BadBrief("no quarter", key="documents.bad.quarter")


def hours(brief: Brief, material: Material) -> float | None:
    """Lessons a week of the brief's grade by the programme; None where the programme does not say."""
    known = (one for objective in material.objectives for one in objective.programme.hours)
    return next(
        (one.per_week for one in known if one.grade == brief.grade and one.per_week is not None), None
    )
