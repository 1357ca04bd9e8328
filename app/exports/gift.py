"""A quiz as Moodle GIFT: the AI line and the mark stand in its comments.

Source: the Moodle documentation, "GIFT format": `=` right, `~` wrong, `####` general feedback, `//` a comment,
`[plain]` the format of a text; a backslash before ~ = # { } : and before itself.
"""

import re

from app.documents import Document
from app.documents.form import Form
from app.documents.value import Item
from app.exports import quiz
from app.exports.mark import NAME, Mark
from app.exports.text import clean, single

SPECIAL = re.compile(r"([\\~=#{}:])")
# What at the beginning of an answer would be a format or a weight.
BEGINNING = ("[", "%")


def write(document: Document, form: Form, mark: Mark) -> bytes:
    """The bytes of the file, in UTF-8."""
    head = (f"// {single(document.title)}", f"// {mark.line(document.language)}", f"// {NAME} {mark.json()}")
    questions = [_question(number, one) for number, one in enumerate(quiz.items(document), start=1)]
    return ("\n\n".join(("\n".join(head), *questions)) + "\n").encode()


def escaped(text: str) -> str:
    """A text in which nothing is GIFT."""
    return SPECIAL.sub(r"\\\1", clean(text).strip()).replace("\n", "\\n")


def _question(number: int, item: Item) -> str:
    name = " ".join((f"{number:02}", *((item.code,) if item.code else ())))
    lines = [f"{'=' if at == item.right else '~'}{_answer(option)}" for at, option in enumerate(item.options)]
    if item.explanation.strip():
        lines.append(f"####{escaped(item.explanation)}")
    return f"::{escaped(name)}::[plain]{escaped(item.question)} {{\n" + "\n".join(lines) + "\n}"


def _answer(option: str) -> str:
    said = escaped(option)
    return f"[plain]{said}" if said.startswith(BEGINNING) else said
