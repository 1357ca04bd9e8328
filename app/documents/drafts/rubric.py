"""A rubric: for every objective how the work looks at four levels of achievement, best first."""

from app.documents import header, rules
from app.documents.brief import Brief
from app.documents.field import Field, Origin
from app.documents.form import Form
from app.documents.material import Material
from app.documents.quotes import quoted
from app.documents.scene import Scene
from app.documents.shapes import RUBRIC_LEVELS
from app.documents.value import Criterion

ASPECTS = ("result", "reasoning")
# With more objectives than these a rubric of two aspects is too long to judge by.
MOST_OF_TWO_ASPECTS = 3


def build(brief: Brief, material: Material, form: Form) -> tuple[Field, ...]:
    """The criteria with levels that hold for any work on the objective, to be made exact.

    Raises:
        BadBrief: the number of items is out of range.
    """
    rules.check(brief)
    scene = Scene(brief, material, form)
    aspects = ASPECTS if len(material.objectives) <= MOST_OF_TWO_ASPECTS else ASPECTS[:1]
    criteria = [
        Criterion(
            text=scene.phrase(f"{aspect}.text", wording=quoted(one.text(brief.language), brief.language))[0],
            code=one.code,
            levels=scene.phrase(f"{aspect}.levels")[:RUBRIC_LEVELS],
        )
        for one in material.objectives
        for aspect in aspects
    ]
    return (
        header.grade(brief, form),
        header.topic(brief, material, form),
        header.objectives(brief, material, form),
        *(
            scene.to_write(
                f"rows.criterion.{number}", one, write="rubric.criterion", origin=Origin.CURRICULUM
            )
            for number, one in enumerate(criteria, start=1)
        ),
    )
