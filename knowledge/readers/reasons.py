"""Why a file was refused or read in part: a key with facts, which the app words in three languages; English here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self


class ReasonKey(StrEnum):
    """Every reason there is; the comment names its facts."""

    # The file as such
    NO_SUCH_FILE = "no_such_file"
    NOT_A_FILE = "not_a_file"  # a link, a pipe, a device, a folder
    CANNOT_BE_OPENED = "cannot_be_opened"
    NO_READER = "no_reader"  # suffix
    OTHER_FORMAT = "other_format"  # suffix; an office format that a person can save as DOCX or PDF
    PICTURE = "picture"  # suffix; a photograph or scan
    WRONG_KIND = "wrong_kind"  # suffix, found: "pdf", "html", "zip", "old_office", "rtf", "other"
    MIXED_KINDS = "mixed_kinds"  # two formats in one file
    EMPTY_FILE = "empty_file"
    TOO_LARGE = "too_large"  # bytes, most
    DAMAGED = "damaged"  # format: "pdf", "docx", "html", "archive"
    ENCRYPTED = "encrypted"
    NOT_TEXT = "not_text"
    UNKNOWN_ENCODING = "unknown_encoding"

    # More than a document may hold
    TOO_LONG = "too_long"  # most: letters
    TOO_MANY_PARTS = "too_many_parts"  # most: paragraphs and table rows
    TOO_MANY_PAGES = "too_many_pages"  # pages, most
    TOO_MANY_ENTRIES = "too_many_entries"  # entries, most
    UNPACKS_TOO_LARGE = "unpacks_too_large"  # most: bytes
    PACKED_TOO_HIGH = "packed_too_high"  # part, most: ratio
    ARCHIVE_INSIDE = "archive_inside"  # part
    UNUSUAL_ARCHIVE = "unusual_archive"  # parts that overlap, stand twice or are packed in a rare way
    DOCUMENT_TYPE = "document_type"  # part
    NESTED_TOO_DEEP = "nested_too_deep"  # most
    TOO_MUCH_MEMORY = "too_much_memory"  # megabytes
    TOO_MUCH_TIME = "too_much_time"  # seconds
    READER_FAILED = "reader_failed"
    NO_OBJECTIVES = "no_objectives"

    # Read, but not all of it
    LETTERS_LOST = "letters_lost"  # count
    NO_TEXT = "no_text"
    PAGE_IMAGE_ONLY = "page_image_only"  # page
    PAGE_NO_TEXT = "page_no_text"  # page
    PARTS_NOT_READ = "parts_not_read"  # count: embedded objects, charts, diagrams, inserted files
    HELD_BACK = "held_back"  # count: passages that carry instructions

    # Read whole, with a doubt
    ENCODING_GUESSED = "encoding_guessed"  # encoding
    FORMULAS_AS_LINES = "formulas_as_lines"  # count: formulas read as plain characters
    OTHER = "other"  # text: worded by an earlier version


ENGLISH: Mapping[ReasonKey, str] = {
    ReasonKey.NO_SUCH_FILE: "there is no such file",
    ReasonKey.NOT_A_FILE: "not a plain file",
    ReasonKey.CANNOT_BE_OPENED: "the file cannot be opened",
    ReasonKey.NO_READER: "no reader for files ending in {suffix}",
    ReasonKey.OTHER_FORMAT: "files ending in {suffix} are not read; save it as DOCX or PDF",
    ReasonKey.PICTURE: "a picture holds no text; recognise its text first or type it",
    ReasonKey.WRONG_KIND: "the name ends in {suffix}, but the content is of another kind ({found})",
    ReasonKey.MIXED_KINDS: "the file is two formats at once; save it anew",
    ReasonKey.EMPTY_FILE: "the file is empty",
    ReasonKey.TOO_LARGE: "{bytes} bytes; at most {most} are read",
    ReasonKey.DAMAGED: "the file is damaged or not what its name says ({format})",
    ReasonKey.ENCRYPTED: "the file is encrypted; save it without a password",
    ReasonKey.NOT_TEXT: "the file is not a text",
    ReasonKey.UNKNOWN_ENCODING: "the text is not in UTF-8; save it as UTF-8",
    ReasonKey.TOO_LONG: "more than {most} letters; cut the document",
    ReasonKey.TOO_MANY_PARTS: "more than {most} paragraphs and table rows; cut the document",
    ReasonKey.TOO_MANY_PAGES: "{pages} pages; at most {most} are read; cut the document",
    ReasonKey.TOO_MANY_ENTRIES: "{entries} entries in the archive; at most {most}",
    ReasonKey.UNPACKS_TOO_LARGE: "more than {most} bytes unpacked",
    ReasonKey.PACKED_TOO_HIGH: "{part} is packed more than {most} to 1",
    ReasonKey.ARCHIVE_INSIDE: "{part} is an archive inside the file; save it as PDF",
    ReasonKey.UNUSUAL_ARCHIVE: "the parts of the file overlap or are packed in a rare way; save it anew",
    ReasonKey.DOCUMENT_TYPE: "{part} declares a document type",
    ReasonKey.NESTED_TOO_DEEP: "nested deeper than {most}",
    ReasonKey.TOO_MUCH_MEMORY: "needs more memory than a document may use ({megabytes} MB)",
    ReasonKey.TOO_MUCH_TIME: "takes longer to read than a document may ({seconds} s)",
    ReasonKey.READER_FAILED: "the file could not be read; save it anew or as PDF",
    ReasonKey.NO_OBJECTIVES: "no objectives were found; give a page with its tables of objectives",
    ReasonKey.LETTERS_LOST: "{count} letters were lost before this file was saved",
    ReasonKey.NO_TEXT: "no text found",
    ReasonKey.PAGE_IMAGE_ONLY: "page {page}: image only, not indexed",
    ReasonKey.PAGE_NO_TEXT: "page {page}: no text, not indexed",
    ReasonKey.PARTS_NOT_READ: "{count} inserted objects, charts or diagrams were not read",
    ReasonKey.HELD_BACK: "{count} passages held back",
    ReasonKey.ENCODING_GUESSED: "the encoding was recognised by the letters as {encoding}; check them",
    ReasonKey.FORMULAS_AS_LINES: "{count} formulas were read as plain characters; check them",
    ReasonKey.OTHER: "{text}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason; `facts` are what its wording needs."""

    key: ReasonKey
    facts: Mapping[str, str | int] = field(default_factory=dict)

    @classmethod
    def of(cls, key: ReasonKey, **facts: str | int) -> Self:
        """A reason with its facts."""
        return cls(key=key, facts=facts)

    @classmethod
    def from_mapping(cls, plain: Mapping[str, Any] | str) -> Self:
        """A reason as it was stored; bare words are of an earlier version, an unknown key is of a later one."""
        if isinstance(plain, str):
            return cls.of(ReasonKey.OTHER, text=plain)
        key = str(plain["key"])
        if key not in ReasonKey.__members__.values():
            return cls.of(ReasonKey.OTHER, text=key)
        return cls(key=ReasonKey(key), facts=dict(plain["facts"]))

    def to_mapping(self) -> dict[str, Any]:
        """A plain mapping for JSON."""
        return {"key": str(self.key), "facts": dict(self.facts)}

    def __str__(self) -> str:
        return ENGLISH[self.key].format_map(self.facts)


class Refused(ValueError):
    """The file is not read at all; `reason` says why."""

    def __init__(self, key: ReasonKey, **facts: str | int) -> None:
        self.reason = Reason.of(key, **facts)
        super().__init__(str(self.reason))
