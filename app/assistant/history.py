"""What goes along of earlier turns, so that a placeholder never means two people in one prompt."""

from collections.abc import Mapping, Sequence

from app.assistant.conversations import StoredTurn
from guardrails.placeholders import PLACEHOLDER

MOST_NUMBER = 999


def carried(
    turns: Sequence[StoredTurn], masked: str, hidden: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """Earlier turns as (masked question, shown answer), oldest first.

    Placeholders are numbered within one question. A value that this question hides as well keeps the name that
    it has here; one that is another value, or not known any more, gets a number that nobody has. So an answer
    that speaks of an earlier pupil is never restored to the name of this one.

    Args:
        masked: the question that is asked now.
        hidden: its placeholders with their values.
    """
    meanings = {found.group(): hidden.get(found.group()) for found in PLACEHOLDER.finditer(masked)}
    return tuple(_renamed(turn, meanings) for turn in turns)


def _renamed(turn: StoredTurn, meanings: dict[str, str | None]) -> tuple[str, str]:
    answer = "".join(sentence.text for sentence in turn.sentences)
    names: dict[str, str] = {}
    for found in PLACEHOLDER.finditer(f"{turn.masked} {answer}"):
        own, value = found.group(), turn.hidden.get(found.group())
        if own in names:
            continue
        known = next((name for name, other in meanings.items() if value is not None and other == value), None)
        names[own] = known or _free(found[1], int(found[2]), meanings)
        meanings.setdefault(names[own], value)

    def rename(text: str) -> str:
        return PLACEHOLDER.sub(lambda found: names[found.group()], text)

    return rename(turn.masked), rename(answer)


def _free(word: str, number: int, meanings: Mapping[str, str | None]) -> str:
    numbers = [number, *range(1, MOST_NUMBER + 1)]
    return next(name for each in numbers if (name := f"[{word}_{each}]") not in meanings)
