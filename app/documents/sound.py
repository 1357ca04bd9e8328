"""Whether what a model wrote for a field is fit to be shown: no echo of the request, no false sum, no key against itself."""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

from app.documents.checks.key import contradicts
from app.documents.echo import any_echo
from app.documents.shapes import same
from app.documents.substance import (
    LEAST_OWN,
    begins_with_another,
    contained,
    garbled,
    is_hollow,
    own_words,
    restates,
    same_matter,
    speaks_of_the_request,
)
from app.documents.sums import answers, false_equations
from app.documents.texts import texts
from app.documents.value import Item, Lines, Stage, Task, Text, Value
from knowledge.language import tokens

NUMBERS = re.compile(r"\d+")
SENTENCE = re.compile(r"(?<=[.!?…])\s+")


class Fault(StrEnum):
    """Why a value is worse than the form's own words."""

    ECHO = "echo"
    SAME_LINES = "same_lines"
    FALSE_SUM = "false_sum"
    WRONG_ANSWER = "wrong_answer"
    KEY = "key"
    THIN = "thin"
    AGAIN = "again"
    GARBLED = "garbled"
    OF_THE_REQUEST = "of_the_request"
    VOICE = "voice"
    RESTATED = "restated"
    HOLLOW = "hollow"


LEAST_SHARE = 0.5
"""Of the form's own words: a text with fewer says less than what stood there."""


LEARNER = re.compile(r"(?:ученики?|учащи(?:йся|еся)|(?:the )?(?:learner|pupil|student)s?|оқушы(?:лар)?)\s")
TEACHER = re.compile(r"(?:учитель|(?:the )?teacher|мұғалім)\s")
"""How a line begins that tells what the other of the two does, folded: not one who is spoken to or given something."""


def worse(
    value: Value, present: Value, others: Iterable[Value], *, given: Sequence[str] = ()
) -> Fault | None:
    """Why a value is worse than the present one, or none of its own, though nothing in it is wrong.

    Args:
        others: the values of the document's other fields.
        given: what was asked and about what; a value that only says it again says nothing. Empty: not looked at.
    """
    if given and _restates(value, given):
        return Fault.RESTATED
    if given and isinstance(value, Stage) and is_hollow("\n".join((*value.teacher, *value.learner)), given):
        return Fault.HOLLOW
    if isinstance(value, Text | Lines | Stage) and _words(value) < LEAST_SHARE * _words(present):
        return Fault.THIN
    if isinstance(value, Task) and any(_alike(value, one) for one in others if isinstance(one, Task)):
        return Fault.AGAIN
    if isinstance(value, Item) and any(
        same(value.question) == same(one.question) for one in others if isinstance(one, Item)
    ):
        return Fault.AGAIN
    return None


def fault(value: Value, asked: str, language: str, *, labels: Sequence[str] = ()) -> Fault | None:
    """The first fault of a value, or None.

    Args:
        asked: the instruction without what was filled in.
        labels: what its filled-in lines begin with; no line of a value does.
        language: of the value: kk, ru or en.
    """
    said = texts(value)
    if any_echo(said, asked) or any(label in text for text in said for label in labels):
        return Fault.ECHO
    if any(map(garbled, said)):
        return Fault.GARBLED
    if any(map(speaks_of_the_request, said)):
        return Fault.OF_THE_REQUEST
    match value:
        case Stage() if all(any(same_matter(one, each) for each in value.teacher) for one in value.learner):
            return Fault.SAME_LINES
        case Stage() if begins_with_another(value.teacher, LEARNER) or begins_with_another(
            value.learner, TEACHER
        ):
            return Fault.VOICE
        case Task() if answers(value.text, value.answer) is False:
            return Fault.WRONG_ANSWER
        case Item():
            return _of_item(value, language)
        case _:
            return Fault.FALSE_SUM if any(map(false_equations, said)) else None


def _of_item(item: Item, language: str) -> Fault | None:
    right = item.options[item.right]
    wrong = [one for place, one in enumerate(item.options) if place != item.right]
    if answers(item.question, right) is False or any(answers(item.question, one) for one in wrong):
        return Fault.WRONG_ANSWER
    if contradicts(item, language):
        return Fault.KEY
    return Fault.FALSE_SUM if false_equations(item.explanation) else None


def _restates(value: Value, given: Sequence[str]) -> bool:
    """Whether most sentences of a text, of a stage's actions, or of a task only say again what was given."""
    if isinstance(value, Task):
        beside = (value.answer, *(one.text for one in value.descriptors))
        if own_words(" ".join(beside), " ".join(given)) >= LEAST_OWN:
            return False
        if contained(value.text, given):
            return True
    match value:
        case Stage():
            said: Sequence[str] = (*value.teacher, *value.learner)
        case Lines():
            said = value.lines
        case Text() | Task():
            said = tuple(map(str, SENTENCE.split(value.text)))
        case _:
            return False
    told = [one for one in said if one.strip()]
    return bool(told) and 2 * sum(restates(one, given) for one in told) > len(told)


def _words(value: Value) -> int:
    return sum(len(tokens(text)) for text in texts(value))


def _alike(one: Task, other: Task) -> bool:
    """Whether two tasks are the same for a learner: in their words, or in their numbers."""
    if same(one.text) == same(other.text):
        return True
    numbers = NUMBERS.findall(one.text)
    return len(numbers) > 1 and numbers == NUMBERS.findall(other.text)
