"""No question and no task is asked twice in other words."""

import itertools

from app.documents.check import Means
from app.documents.document import Document
from app.documents.field import Field, State
from app.documents.finding import Finding, Weight
from app.documents.stemmed import figures_of, near, quoted_in, stems_of
from app.documents.value import Item, Task
from app.errors import Words

NEAR = 0.75
"""Share of common stems from which two questions are one; with other numbers, signs or quotations they are two."""


def check(document: Document, means: Means) -> tuple[Finding, ...]:
    """Each later question or task that repeats an earlier one; what waits to be written is not looked at."""
    language = document.language
    asked = [
        (field, (figures_of(text), quoted_in(text)), stems_of(text, language))
        for field in document.fields
        if field.state is not State.TO_WRITE and (text := _asked(field)).strip()
    ]
    found: dict[str, Finding] = {}
    for (first, figures, stems), (second, others, other) in itertools.combinations(asked, 2):
        if figures == others and second.id not in found and near(stems, other) >= NEAR:
            facts = {"place": second.label, "other": first.label}
            words = Words(key="checks.duplicates.same", facts=facts)
            found[second.id] = Finding(check="duplicates", weight=Weight.DOUBT, words=words, field=second.id)
    return tuple(found.values())


def _asked(field: Field) -> str:
    match field.value:
        case Task(text=text):
            return text
        case Item(question=question):
            return question
        case _:
            return ""
