"""The topic at the head of an assessment, which may cover several lessons."""

from app.documents import header
from app.documents.brief import Brief
from app.documents.field import Field, Origin
from app.documents.form import Form
from app.documents.material import Material

MOST_TOPICS = 3


def topic(brief: Brief, material: Material, form: Form) -> Field:
    """The topic: the teacher's, else the first few of the long-term plan, else the titles of the first few notes."""
    planned = [one.topic for one in material.topics if one.topic and one.language == brief.language]
    noted = [one.title for one in material.passages if one.language == brief.language and one.title]
    several = list(dict.fromkeys(one.strip(" .") for one in planned or noted))
    text = brief.topic.strip() or "; ".join(several[:MOST_TOPICS])
    origin = Origin.TEACHER if brief.topic.strip() else Origin.CURRICULUM
    return header.given(form, "header.topic", text, origin)
