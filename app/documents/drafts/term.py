"""The first draft of a summative assessment for a term (ТЖБ / СОЧ)."""

from app.documents import summative
from app.documents.brief import Brief
from app.documents.field import Field
from app.documents.form import Form
from app.documents.material import Material


def build(brief: Brief, material: Material, form: Form) -> tuple[Field, ...]:
    """Criteria, tasks and scale for the objectives of a quarter."""
    return summative.build(brief, material, form)
