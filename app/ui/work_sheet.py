"""What every part of the open document is drawn with, and how its parts are named."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.documents import Field
from app.ui.context import Context, ScreenWords
from app.ui.work_memory import Workspace
from app.ui.work_sums import Sums


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One run of the page.

    Attributes:
        sums: the place of the sums above the document, drawn by a run of the whole page.
        headings: what the form calls the sections.
        may_ask: whether a model may be asked for this person.
    """

    context: Context
    space: Workspace
    sums: Sums
    headings: Mapping[str, str]
    may_ask: bool

    @property
    def t(self) -> ScreenWords:
        """Words in the language of the page."""
        return self.context.translator


def name(begin: str, field: Field) -> str:
    """The key of something that belongs to a field."""
    return f"{begin}-{field.id.replace('.', '-')}"


def is_row(field: Field) -> bool:
    """Whether it stands in the table at the head: its label at the left, its value at the right."""
    return field.section == "header"
