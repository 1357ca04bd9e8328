"""Which of several equally good phrases a document takes: by a stable number of its brief, so that no two plans are alike."""

import hashlib
import json
from collections.abc import Sequence
from typing import TypeVar

from app.documents.brief import Brief
from app.documents.form import Form

T = TypeVar("T")
YOUNG_GRADE = 2
"""The last grade whose pupils mostly say, show and draw, where older ones write."""


def variant(brief: Brief, name: str, count: int) -> int:
    """A number below `count`, always the same for a lesson and a name, whatever the language of the document.

    Raises:
        ValueError: nothing to choose from.
    """
    if count < 1:
        raise ValueError(f"no variant of {name}")
    day = brief.day.isoformat() if brief.day else ""
    said = [
        name,
        brief.subject,
        brief.grade,
        brief.programme,
        brief.codes,
        brief.topic,
        brief.class_name,
        day,
    ]
    digest = hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).digest()
    return int.from_bytes(digest[:8], "big") % count


def choose(brief: Brief, name: str, options: Sequence[T]) -> T:
    """One of the options.

    Raises:
        ValueError: there are none.
    """
    return options[variant(brief, name, len(options))]


def for_age(form: Form, brief: Brief, name: str) -> str:
    """The name under which the form keeps a phrase for the age of the class: `name.young` where there is one."""
    young = f"{name}.young"
    return young if brief.grade <= YOUNG_GRADE and young in form.phrases else name
