"""The questions of a document, for the formats that hold nothing else."""

from collections.abc import Iterator

from app.documents import Document
from app.documents.value import Item


def items(document: Document) -> Iterator[Item]:
    """The questions that are written, in order."""
    for field in document.fields:
        if isinstance(field.value, Item) and field.value.question.strip():
            yield field.value


def answer(item: Item) -> str:
    """The right option; "" where none is named."""
    return item.options[item.right] if 0 <= item.right < len(item.options) else ""
