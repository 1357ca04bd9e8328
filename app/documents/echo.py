"""Whether a text only says again what was asked: small models do, and such a text is worse than none."""

from collections.abc import Iterable

from knowledge.language import tokens

LEAST_WORDS = 4
SHARE = 0.6
RUN = 3
"""Words in a row that are compared: fewer stand in any two texts on one topic."""


def echoes(text: str, asked: str) -> bool:
    """Whether most runs of three words of a text stand in what was asked.

    Texts of fewer than four words are no echo: an answer may well be a word of the question.
    """
    words = tokens(text)
    if len(words) < LEAST_WORDS:
        return False
    runs, known = _runs(words), set(_runs(tokens(asked)))
    return sum(run in known for run in runs) >= SHARE * len(runs)


def any_echo(texts: Iterable[str], asked: str) -> bool:
    """Whether one of the texts is an echo."""
    return any(echoes(text, asked) for text in texts)


def _runs(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [words[at : at + RUN] for at in range(len(words) - RUN + 1)]
