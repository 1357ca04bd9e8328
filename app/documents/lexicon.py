"""Which of the terms that stand in the material a lesson of the subject teaches."""

from app.documents.brief import Brief
from app.documents.material import Material
from knowledge import terms as school_terms
from knowledge.terms import Term


def taught(brief: Brief, material: Material) -> tuple[Term, ...]:
    """The terms of the subject, and those of a near subject that the topic or an objective names; these come first.

    Words of school life (pupil, objective) are none, nor is an everyday word that is a term in a near subject only.
    """
    said = " . ".join([brief.topic, *(one.text(brief.language) for one in material.objectives)])
    named = frozenset(school_terms.load().in_text(said, brief.language, brief.subject))
    return tuple(
        one
        for one in material.terms
        if brief.subject in one.subjects or (one in named and one.is_of(brief.subject) and not one.everyday)
    )
