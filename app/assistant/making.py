"""One document from brief to end, as a value for scripts and as a page for a terminal."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.accounts import Principal
from app.assistant.desk_asking import plain as said
from app.assistant.desk_events import DeskDone, DeskRefused, FieldLeft, FieldWritten
from app.assistant.desk_writing import WritingDesk
from app.documents import Brief, Document
from app.documents.document import DOCUMENT
from app.documents.field import Origin, State
from app.documents.summary import Look
from app.documents.value import Objectives
from app.errors import Words
from app.i18n import Translator

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A document and how it came about.

    Attributes:
        draft_ms: until the first draft was durable.
        first_field_ms: from then until the first field that a model wrote; None where none did.
        total_ms: from the start until nothing more was to be written.
        left: why fields were left as they were, by id of the field; "" is the whole document.
    """

    document: Document
    written: int
    draft_ms: int
    first_field_ms: int | None
    total_ms: int
    left: tuple[tuple[str, Words], ...]

    def plain(self, t: Translator, look: Look) -> dict[str, Any]:
        """The JSON document of docs/make.schema.json."""
        document = self.document
        return {
            "schema_version": SCHEMA_VERSION,
            "document": DOCUMENT.dump_python(document, mode="json"),
            "written": self.written,
            "to_write": [one.id for one in document.fields if one.state is not State.DONE],
            "left": [
                {"field": field, "key": words.key, "facts": dict(words.facts), "words": t.words(words)}
                for field, words in self.left
            ],
            "models": sorted({one.model for one in document.fields if one.model}),
            "receipts": [one.receipt for one in document.fields if one.receipt],
            "whole": look.is_whole,
            "findings": [
                {
                    "check": one.check,
                    "weight": str(one.weight),
                    "field": one.field,
                    "key": one.words.key,
                    "words": t.words(one.words),
                }
                for one in look.findings
            ],
            "times_ms": {
                "draft": self.draft_ms,
                "first_field": self.first_field_ms,
                "total": self.total_ms,
            },
        }

    def page(self, t: Translator, look: Look) -> str:
        """The document as text, with what a teacher has still to write and what the checks found."""
        lines = [self.document.title, "=" * len(self.document.title), ""]
        for one in self.document.fields:
            text = said(one.value) or _objectives(one.value)
            mark = " *" if one.origin is Origin.MODEL else ""
            lines += [f"{one.label}{mark}", *(f"  {line}" for line in text.splitlines())]
            lines += [f"  … {one.hint}"] if one.hint else []
            lines.append("")
        lines += [f"! {t.words(one.words)}" for one in look.findings if one.weight == "broken"]
        lines += [f"- {t.words(words)}" for words in dict(self.left).values()]
        return "\n".join(lines) + "\n"


def make(
    desk: WritingDesk,
    principal: Principal,
    brief: Brief,
    *,
    clock: Callable[[], float],
    model: str | None = None,
    write: bool = True,
    every: bool = False,
) -> Made:
    """Start a document and, if wished, have its fields written.

    Args:
        clock: monotonic seconds.
        every: also those that the curriculum gave whole, such as a quiz's questions.
        model: an entry id that the person prefers.

    Raises:
        BadBrief: no such document can be made.
        Forbidden: the person may not.
    """
    began = clock()
    document = desk.start(principal, brief)
    drafted = clock()
    first: int | None = None
    left: list[tuple[str, Words]] = []
    written = 0
    fields = [one.id for one in document.fields if one.write] if every else None
    for event in desk.write(principal, document.id, fields=fields, model=model) if write else ():
        match event:
            case FieldWritten():
                first = first if first is not None else _ms(clock() - drafted)
            case FieldLeft(field=field, words=words):
                left.append((field.id, words))
            case DeskRefused(words=words):
                left.append(("", words))
            case DeskDone(written=number):
                written = number
            case _:
                pass
    return Made(
        document=desk.open(principal, document.id),
        written=written,
        draft_ms=_ms(drafted - began),
        first_field_ms=first,
        total_ms=_ms(clock() - began),
        left=tuple(left),
    )


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _objectives(value: object) -> str:
    return (
        "\n".join(f"{one.code} {one.text}" for one in value.objectives)
        if isinstance(value, Objectives)
        else ""
    )
