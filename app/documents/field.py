"""One field of a document: its value, who wrote it, and what is known about it."""

from dataclasses import replace
from enum import StrEnum
from uuid import UUID

from pydantic.dataclasses import dataclass

from app.documents.value import Value


class Origin(StrEnum):
    """Who a field's words are from."""

    CURRICULUM = "curriculum"
    FORM = "form"
    MODEL = "model"
    TEACHER = "teacher"


class State(StrEnum):
    """Where a field stands.

    `TO_WRITE`: what the curriculum and the form give is there, the teacher (or a model) has still to write the rest.
    `WITHHELD`: a rail stopped what a model wrote; the value is what was there before.
    `FAILED`: the model's call broke; the value is what was there before.
    """

    DONE = "done"
    TO_WRITE = "to_write"
    WITHHELD = "withheld"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a field rests on: a passage of the curriculum or of the school's own material, as it was cited."""

    passage_id: str
    code: str | None
    source: str
    edition: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field.

    Attributes:
        id: stable within the document; its first part is the section of the form (`middle.task.2`).
        label: what the form calls it, in the document's language.
        write: name of the instruction by which a model may write it (`prompts/fields.<language>.toml`); "" is none.
        hint: what the teacher still has to write, while the state is `TO_WRITE`.
        exchange: the exchange in the log that wrote the value; `receipt` is its short code.
        model: id of the registry entry whose words the field was made of; it stays when the teacher changes them,
            because the AI mark of an export must.
        unsupported: sentences of the value that no passage holds.
        needs_review: the words are ready but were not checked by anybody yet (after a change of language).
    """

    id: str
    label: str
    value: Value
    origin: Origin = Origin.FORM
    state: State = State.DONE
    write: str = ""
    hint: str = ""
    exchange: UUID | None = None
    receipt: str = ""
    model: str = ""
    sources: tuple[Source, ...] = ()
    unsupported: tuple[str, ...] = ()
    needs_review: bool = False

    @property
    def section(self) -> str:
        """The section of the form it stands in."""
        return self.id.partition(".")[0]

    def edited(self, value: Value) -> "Field":
        """The field after the teacher wrote it: theirs, done, and no longer what a model rested on."""
        return replace(
            self,
            value=value,
            origin=Origin.TEACHER,
            state=State.DONE,
            hint="",
            exchange=None,
            receipt="",
            sources=(),
            unsupported=(),
            needs_review=False,
        )
