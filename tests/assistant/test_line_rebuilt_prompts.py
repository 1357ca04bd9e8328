"""From the record of an answer and the versions that it names, the exact prompt is built again, byte by byte."""

import random
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

import prompts
from app.assistant.events import Recorded
from app.audit import StoredExchange
from guardrails.placeholders import PLACEHOLDER
from tests.assistant.conftest import House
from tests.assistant.fakes import ANSWERABLE, Says, ask, closed, of, with_parts

SHORT, FULL = 4, 100
OPENINGS = {"kk": "Мынаны түсіндір:", "ru": "Объясни:", "en": "Explain:"}
FOLLOW_UPS = {"kk": "Мысал келтір", "ru": "Приведи пример", "en": "Give an example"}
Messages = list[list[str]]


@dataclass(frozen=True, slots=True)
class Sent:
    """What one question sent to the model, and what the log holds of it."""

    messages: Messages
    stored: StoredExchange
    clear: Mapping[str, Any]


def sent(house: House, text: str, language: str, conversation: UUID | None = None) -> Sent | None:
    """Ask; None where no model was called."""
    says = Says()
    events = ask(house, with_parts(house, says), text=text, language=language, conversation=conversation)
    if not says.prompts:
        return None
    exchange = of(Recorded, events).receipt.exchange_id
    (stored,) = house.services.audit.exchanges([exchange], actor=house.teacher.subject)
    messages = [[str(one.role), one.text] for one in says.prompts[-1].messages]
    return Sent(messages, stored, closed(house, events).clear)


def rebuilt(house: House, one: Sent, earlier: Sequence[Sent] = ()) -> Messages:
    """The prompt from template, passages, question and history; of the prompt that is kept, only the mark is read.

    Raises:
        LookupError: a version that the record names is not there.
    """
    clear, sealed = one.clear, one.stored.sealed
    template = prompts.load(clear["prompt_id"], clear["language"])
    if (template.version, template.digest) != (clear["prompt_version"], clear["prompt_digest"]):
        raise LookupError("the template is another one now")
    found = [house.services.library.passage(row["id"]) for row in clear["passages"]]
    kept = "\n".join(text for _, text in sealed["prompt"])
    (mark,) = set(re.findall(r"\b[0-9a-f]{16}\b", kept))
    parameters = clear["parameters"]
    made = template.render(
        question=sealed.get("understood") or sealed["masked"],
        passages=[(passage.id, passage.title, passage.text) for passage in found if passage is not None],
        history=[(of.stored.sealed["masked"], "".join(of.stored.sealed["shown"])) for of in earlier],
        canary=mark,
        context_tokens=parameters["context_tokens"] - parameters["output_tokens"],
    )
    return [[role, text] for role, text in made.messages]


def compared(house: House, number: int, seed: int) -> int:
    """How many of so many answered questions have the prompt that is built again from their record."""
    draw = random.Random(seed)
    objectives = house.services.library.catalogue.objectives()
    equal = answered = 0
    while answered < number:
        objective = draw.choice(objectives)
        language = draw.choice(sorted(objective.texts))
        first = sent(house, f"{OPENINGS[language]} {objective.texts[language]}", language)
        if first is None or PLACEHOLDER.search(first.stored.sealed["masked"]):
            continue
        answered += 1
        again = rebuilt(house, first)
        equal += again == first.messages == first.stored.sealed["prompt"]
    return equal


def test_the_prompt_of_a_record_is_built_again_byte_by_byte(house: House) -> None:
    assert compared(house, SHORT, seed=4) == SHORT


def test_the_prompt_of_a_follow_up_is_built_again_from_both_records(house: House) -> None:
    conversation = house.services.conversations.start(house.teacher, "Бөлшектер")
    first = sent(house, ANSWERABLE, "kk", conversation)
    assert first is not None
    second = sent(house, FOLLOW_UPS["kk"], "kk", conversation)
    assert second is not None

    assert rebuilt(house, first) == first.messages
    assert rebuilt(house, second, [first]) == second.messages == second.stored.sealed["prompt"]
    assert rebuilt(house, second) != second.messages


@pytest.mark.slow
def test_a_hundred_prompts_by_lot_are_built_again(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    equal = compared(house, FULL, seed=20261129)
    with capsys.disabled():
        sys.stdout.write(f"\n{equal} of {FULL} prompts built again, byte by byte\n")

    assert equal == FULL
