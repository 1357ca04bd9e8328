"""What one look at a document costs: `python -m benchmarks.desk_checks`.

A plan of sixty fields (its first draft with tasks added until there are sixty) in each language: the first look of a
process, a look at an unchanged document, and a look after an edit of one field, as each redraw of the workspace makes
one. Prints one JSON document; milliseconds, the median and the worst of the tries.
"""

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from app.documents.brief import Kind
from app.documents.check import Means
from app.documents.document import Document
from app.documents.form import load
from app.documents.material import gather
from app.documents.summary import look
from app.documents.value import Text
from knowledge import starter
from tests.documents.starter_briefs import FRACTIONS, LANGUAGES, StarterShelf, brief_of, drafted

FIELDS = 60
TRIES = 50
AIM = 50.0


def long_plan(shelf: StarterShelf, language: str) -> tuple[Document, Means]:
    """A plan of sixty fields, with what checks may look at."""
    brief = brief_of(Kind.PLAN, language, FRACTIONS, day=date(2026, 11, 23), items=10, points=40)
    document = drafted(shelf, brief)
    tasks = [one for one in document.fields if one.id.startswith("middle.task.")]
    more = tuple(
        replace(tasks[number % len(tasks)], id=f"middle.task.{len(tasks) + number + 1}")
        for number in range(FIELDS - len(document.fields))
    )
    means = Means(material=gather(shelf, brief, school=None), form=load(Kind.PLAN, language))
    return replace(document, fields=(*document.fields, *more)), means


def milliseconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def main() -> None:
    """Measure and print one JSON document."""
    shelf = StarterShelf(corpus=starter.load())
    result: dict[str, object] = {"aim_ms": AIM, "tries": TRIES}
    for language in LANGUAGES:
        document, means = long_plan(shelf, language)
        first = milliseconds(lambda d=document, m=means: look(d, m))  # type: ignore[misc]
        same = [milliseconds(lambda d=document, m=means: look(d, m)) for _ in range(TRIES)]  # type: ignore[misc]
        edits = []
        for number in range(TRIES):
            field = document.field("more.homework").edited(Text(text=f"Тапсырма, задание, task {number}."))
            edited = document.with_field(field)
            edits.append(milliseconds(lambda d=edited, m=means: look(d, m)))  # type: ignore[misc]
        result[language] = {
            "fields": len(document.fields),
            "findings": len(look(document, means).findings),
            "first_ms": round(first, 1),
            "same_ms": [round(statistics.median(same), 1), round(max(same), 1)],
            "after_edit_ms": [round(statistics.median(edits), 1), round(max(edits), 1)],
        }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
