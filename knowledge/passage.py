"""A passage of the curriculum or of a school's own material, and the citation that points to it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

LANGUAGES = ("kk", "ru", "en")
UNKNOWN = "unknown"


class Kind(StrEnum):
    """What a passage is."""

    OBJECTIVE = "objective"
    NOTE = "note"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """What stands under a quoted passage."""

    passage_id: str
    code: str | None
    source: str
    edition: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One quotable piece of text with everything a citation needs.

    `id` is the content (see `passage_id`); `family` is shared by the siblings of one thing in other
    languages; `subject` is a slug or empty; `school` is None for official material, else the code of
    the only school that may see it; `paraphrase` is true where the words are not the source's own.
    """

    id: str
    text: str
    language: str
    kind: Kind
    title: str
    subject: str
    grades: tuple[int, ...]
    codes: tuple[str, ...]
    family: str
    source: str
    act: str = UNKNOWN
    appendix: str = UNKNOWN
    edition: str = UNKNOWN
    place: str = ""
    track: str = ""
    school: str | None = None
    paraphrase: bool = False

    @property
    def search_text(self) -> str:
        """The text that is embedded and indexed: title and wording, as one."""
        return f"{self.title}. {self.text}" if self.title else self.text

    def citation(self) -> Citation:
        """The citation of this passage; a passage that serves several codes cites none of them alone."""
        code = self.codes[0] if len(self.codes) == 1 else None
        return Citation(
            passage_id=self.id, code=code, source=self.source, edition=self.edition, place=self.place
        )

    def to_mapping(self) -> dict[str, Any]:
        """A plain mapping for JSON; `from_mapping` takes it back."""
        return asdict(self)

    @classmethod
    def from_mapping(cls, plain: Mapping[str, Any]) -> Self:
        """The passage of a mapping made by `to_mapping`.

        Raises:
            TypeError: a field is missing or unknown.
        """
        lists = {
            "grades": tuple(plain["grades"]),
            "codes": tuple(plain["codes"]),
            "kind": Kind(plain["kind"]),
        }
        return cls(**{**plain, **lists})


def passage_id(*, text: str, language: str, source: str, place: str, school: str | None) -> str:
    """The id by content: "p" and the first 20 hex digits of SHA-256 over the canonical JSON of the fields."""
    content = [text, language, source, place, school]
    canonical = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return "p" + hashlib.sha256(canonical).hexdigest()[:20]
