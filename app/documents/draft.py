"""The first draft: everything that the brief, the form and the curriculum give, before any model was asked."""

import importlib
from typing import Protocol, cast
from uuid import UUID

from app.documents.brief import Brief, Kind
from app.documents.document import Document
from app.documents.field import Field
from app.documents.form import Form
from app.documents.material import Material
from app.documents.value import Text

TOPIC = "header.topic"
MOST_NAMED = 3


class Builder(Protocol):
    """What `drafts/<kind>.py` holds."""

    def build(self, brief: Brief, material: Material, form: Form) -> tuple[Field, ...]:
        """The fields of the form in its order, each with what is known, and `TO_WRITE` where words are missing.

        Raises:
            BadBrief: the rules do not allow such a document (no marks in grade 1, no СОР in music).
        """
        ...


def draft(brief: Brief, material: Material, form: Form, *, document: UUID) -> Document:
    """The first revision of a document.

    Raises:
        BadBrief: the rules do not allow such a document.
    """
    fields = builder(brief.kind).build(brief, material, form)
    return Document(
        id=document, brief=brief, form=form.name, title=titled(brief, form, fields), fields=fields
    )


def builder(kind: Kind) -> Builder:
    """The builder of a kind."""
    return cast(Builder, importlib.import_module(f"app.documents.drafts.{kind}"))


def titled(brief: Brief, form: Form, fields: tuple[Field, ...]) -> str:
    """What the library lists it by: the kind, then the topic, else the codes."""
    topic = next((one.value.text for one in fields if one.id == TOPIC and isinstance(one.value, Text)), "")
    about = brief.topic or topic or ", ".join(brief.codes[:MOST_NAMED])
    return f"{form.title}: {about}" if about else form.title
