"""A document: a brief, the form it follows, and its fields in the form's order."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from app.documents.brief import Brief, Kind
from app.documents.field import Field, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document at one revision.

    Attributes:
        form: name and version of the form it follows (`plan/1`).
        title: what the library lists it by.
        revision: rises with every change of any field; the first draft is 1.
    """

    id: UUID
    brief: Brief
    form: str
    title: str
    fields: tuple[Field, ...]
    revision: int = 1
    final: bool = False

    @property
    def kind(self) -> Kind:
        """What it is."""
        return self.brief.kind

    @property
    def language(self) -> str:
        """The language it is written in: kk, ru or en."""
        return self.brief.language

    def field(self, field_id: str) -> Field:
        """The field of that id.

        Raises:
            LookupError: there is none.
        """
        found = next((one for one in self.fields if one.id == field_id), None)
        if found is None:
            raise LookupError(f"no field {field_id!r} in this {self.kind}")
        return found

    def of(self, section: str) -> tuple[Field, ...]:
        """The fields of a section, in order."""
        return tuple(one for one in self.fields if one.section == section)

    def with_field(self, field: Field) -> "Document":
        """The document with this field in the place of the one with its id, one revision later.

        Raises:
            LookupError: there is no such field.
        """
        self.field(field.id)
        fields = tuple(field if one.id == field.id else one for one in self.fields)
        return replace(self, fields=fields, revision=self.revision + 1)

    def to_write(self) -> Iterator[Field]:
        """The fields that a model may write and nobody has written yet, also where writing was tried in vain."""
        return (one for one in self.fields if one.write and one.state is not State.DONE)


DOCUMENT: TypeAdapter[Document] = TypeAdapter(Document)
"""To and from plain JSON values; raises `pydantic.ValidationError` (a ValueError) for anything else."""
