"""What the desk yields while a document's fields are written; each comes after the commit that holds it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from app.assistant.events import StepName
from app.documents.field import Field
from app.errors import Words


class Change(StrEnum):
    """What a teacher may ask a model to do with one field; `OWN` carries an instruction in their own words."""

    EASIER = "easier"
    HARDER = "harder"
    SHORTER = "shorter"
    DETAIL = "detail"
    PRACTICE = "practice"
    HOMEWORK = "homework"
    TERMS = "terms"
    OWN = "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldBegun:
    """A field is asked for now; `number` of `total`, from 1."""

    field: str
    number: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldProgress:
    """The line is at this step of the field; holds nothing of its content. `place`: where in line it waits, 1 is next."""

    field: str
    step: StepName
    place: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldWritten:
    """The field has a new value, checked and durable; `revision` is the document's."""

    field: Field
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLeft:
    """The field stays as it was: `words` say why (refused, withheld, failed, nothing of use came)."""

    field: Field
    revision: int
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRefused:
    """No field can be written now (no approved model, no place); what the document has stays."""

    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskDone:
    """No more fields are to be written in this run."""

    written: int
    left: int


DeskEvent: TypeAlias = FieldBegun | FieldProgress | FieldWritten | FieldLeft | DeskRefused | DeskDone
