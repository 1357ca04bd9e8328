"""Words that hide from a list: letters set apart, signs and digits in the place of letters, stars, letters drawn out."""

import re
from collections.abc import Callable, Iterable, Iterator

from guardrails.letters import unleet

_APART = re.compile(r"(?<![^\W\d_])[^\W\d_](?:[ .·_\-]{1,2}[^\W\d_]){2,14}(?![^\W\d_])")
_MIXED = re.compile(r"[^\W_][\w*!@$#|]{2,24}")
_STAR = re.compile(r"[*#]")
_DRAWN = re.compile(r"([^\W\d_])\1{2,}")
_LATIN = re.compile(r"[a-z]")
_CYRILLIC = re.compile(r"[Ѐ-ӿ]")
_LETTERS = "аеиоуыяюёйaeiouy"
_MOST_STARS = 1
_FEWEST = 3


def hidden_words(text: str, listed: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    """Places of words that are on a list when what hides them is read as letters.

    Args:
        text: in lower case.
        listed: whether a word is on the list.
    """
    for match in _APART.finditer(text):
        if listed(re.sub(r"[\W_]", "", match.group())):
            yield match.span()
    for match in _MIXED.finditer(text):
        word = match.group()
        if sum(c.isalpha() for c in word) >= _FEWEST - 1 and any(map(listed, _readings(word))):
            yield match.span()


def without_overlaps(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans by place; where two overlap, the longer."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if kept and start < kept[-1][1]:
            if end - start > kept[-1][1] - kept[-1][0]:
                kept[-1] = (start, end)
        else:
            kept.append((start, end))
    return kept


def _readings(word: str) -> Iterator[str]:
    """What a word may be read as; nothing where it hides nothing."""
    drawn = _DRAWN.sub(r"\1", word)
    signs = any(not c.isalpha() for c in drawn)
    mixed = _LATIN.search(drawn) is not None and _CYRILLIC.search(drawn) is not None
    if drawn == word and not signs and not mixed:
        return
    stars = len(_STAR.findall(drawn))
    if stars > _MOST_STARS:
        return
    for latin in (True, False):
        read = unleet(drawn, latin=latin) if not mixed else unleet(drawn, latin=latin).translate(_ALIKE)
        if not stars:
            yield read
        else:
            yield from (_STAR.sub(letter, read) for letter in _LETTERS)


_ALIKE = str.maketrans("abcehkmoptxy", "авсенкмортху")
