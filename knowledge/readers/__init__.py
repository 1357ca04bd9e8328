"""Readers of a school's own documents: one file per format, each with NAME, VERSION, SUFFIXES and build()."""

import importlib
from pathlib import Path

from knowledge.readers.document import Reader, Refused

LISTED = ("markdown", "html", "docx", "pdf", "text")


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


def reader_for(path: Path) -> Reader:
    """The reader for a file, by its suffix.

    Raises:
        Refused: no reader takes such files.
    """
    suffix = path.suffix.lower()
    for name in LISTED:
        if suffix in importlib.import_module(f"knowledge.readers.{name}").SUFFIXES:
            return load(name)
    raise Refused(f"no reader for files ending in {suffix or 'nothing'}")
