"""Readers of a school's own documents: one file per format, each with NAME, SUFFIXES and build()."""

import importlib
from pathlib import PurePath
from types import MappingProxyType

from knowledge.readers import kinds
from knowledge.readers.document import Reader

LISTED = ("markdown", "html", "docx", "pdf", "text")
BY_SUFFIX = MappingProxyType(
    {
        ".md": "markdown",
        ".markdown": "markdown",
        ".html": "html",
        ".htm": "html",
        ".docx": "docx",
        ".pdf": "pdf",
        ".txt": "text",
    }
)
"""Known without importing a reader, whose libraries belong into the process that reads."""


def names() -> tuple[str, ...]:
    """The names of the readers, which are their files'."""
    return LISTED


def load(name: str) -> Reader:
    """The reader of that name.

    Raises:
        LookupError: no such reader is listed.
    """
    if name not in LISTED:
        raise LookupError(f"no reader is called {name}")
    reader: Reader = importlib.import_module(f"knowledge.readers.{name}").build()
    return reader


def reader_for(name: str) -> str:
    """The name of the reader for a file, by the suffix of its name.

    Raises:
        Refused: no reader takes such files.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix not in BY_SUFFIX:
        raise kinds.not_read(suffix)
    return BY_SUFFIX[suffix]
