"""Every text that a document shows, for tests that look for what must not stand in one."""

import re
from collections.abc import Iterator
from typing import Any

from app.documents.document import DOCUMENT, Document

CODE = re.compile(r"(?<![\d.])\d{1,2}(?:\.\d{1,2}){3}(?![\d.])")
PLACE = re.compile(r"\{\w*\}")


def said(document: Document) -> tuple[str, ...]:
    """The title, and of each field its label, hint and the strings of its value."""
    plain = DOCUMENT.dump_python(document, mode="json")
    texts = [plain["title"]]
    for field in plain["fields"]:
        texts += [field["label"], field["hint"], *_strings(field["value"])]
    return tuple(text for text in texts if text)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            if name not in ("kind", "level"):
                yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
