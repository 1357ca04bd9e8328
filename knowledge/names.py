"""Names of people and places that the notes themselves use."""

import re
from collections.abc import Iterable

from knowledge.chunking import sentences
from knowledge.language import TOKEN
from knowledge.passage import Kind, Passage

NAME = re.compile(r"[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ][\w'’-]*[a-zа-яёәғқңөұүһі][\w'’-]*")
# Notes on languages say "Dana read a book": first names that any pupil may bear are not names of the corpus.
LANGUAGE_SUBJECTS = frozenset({"english", "french", "kazakh-l1", "kazakh-l2"})


def names(passages: Iterable[Passage]) -> frozenset[str]:
    """The words written with a capital inside a sentence and nowhere without, in the forms they stand there."""
    notes = [one for one in passages if one.kind is Kind.NOTE]
    small = {token for one in notes for token in TOKEN.findall(one.text) if token[:1].islower()}
    found = {
        match.group()
        for one in notes
        if one.subject not in LANGUAGE_SUBJECTS
        for sentence in sentences(one.text)
        for match in NAME.finditer(sentence)
        if match.start() > 0
    }
    return frozenset(name for name in found if name.lower() not in small)
