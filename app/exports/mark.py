"""The AI mark of a file: the line that people read and the small JSON that programs read.

Law 230-VIII of 17.11.2025, article 21, asks for both; article 22 leaves the form for programs to the ministry, which has
not set one yet. So the form is ours, named and versioned by its first key, and only this file knows it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from app.documents import Document
from app.exports import words

NAME = "UstazAiMark"
"""What the mark is called in a file: a custom property, a property of the metadata, a comment, a column."""
FORM = "ustaz-ai-mark/1"
# So that the JSON can stand in HTML, XML and their comments as it is.
UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "--": "-\\u002d"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a file says of how it was made.

    Attributes:
        receipt: short code of the record of this export.
        made_at: aware time, kept to the second.
        models: names of the entries that wrote fields which stand in the file; may be empty.
        demonstration: the registry in force was a demonstration's.
    """

    receipt: str
    made_at: datetime
    app_version: str
    document: UUID
    revision: int
    models: tuple[str, ...] = ()
    demonstration: bool = False

    def line(self, language: str) -> str:
        """The line that people read, in kk, ru or en."""
        say = words.load(language).mark
        said = say["ai" if self.models else "curriculum"].format(
            models=", ".join(self.models), receipt=self.receipt
        )
        return f"{said} {say['demonstration']}" if self.demonstration else said

    def json(self) -> str:
        """The mark for programs: one line of ASCII that may stand in HTML, XML and their comments."""
        plain = {
            "mark": FORM,
            "ai": bool(self.models),
            "receipt": self.receipt,
            "made": f"{self.made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "by": f"Ustaz {self.app_version}",
            "models": list(self.models),
            "document": str(self.document),
            "revision": self.revision,
            "demonstration": self.demonstration,
        }
        line = json.dumps(plain, separators=(",", ":"))
        for raw, safe in UNSAFE.items():
            line = line.replace(raw, safe)
        return line


def mark_of(
    document: Document,
    *,
    receipt: str,
    made_at: datetime,
    app_version: str,
    name_of: Callable[[str], str],
    demonstration: bool,
) -> Mark:
    """The mark of an export of a document.

    Args:
        name_of: what the registry calls an entry by its id.
    """
    entries = dict.fromkeys(one.model for one in document.fields if one.model)
    return Mark(
        receipt=receipt,
        made_at=made_at,
        app_version=app_version,
        document=document.id,
        revision=document.revision,
        models=tuple(name_of(entry) for entry in entries),
        demonstration=demonstration,
    )


def parse(line: str) -> Mark:
    """The mark that a line of JSON holds.

    Raises:
        ValueError: not a mark of a form that is known here.
    """
    try:
        plain = json.loads(line)
        if plain["mark"] != FORM:
            raise ValueError(f"not a mark of the form {FORM}")
        return Mark(
            receipt=str(plain["receipt"]),
            made_at=datetime.strptime(plain["made"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC),
            app_version=str(plain["by"]).removeprefix("Ustaz "),
            models=tuple(str(one) for one in plain["models"]),
            document=UUID(plain["document"]),
            revision=int(plain["revision"]),
            demonstration=bool(plain["demonstration"]),
        )
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("not a mark") from error
