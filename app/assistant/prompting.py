"""From masked question, passages and history to the exact prompt, and to what the output rails compare with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import prompts
from app.assistant.question import FieldWork
from app.providers import Call, Evidence, Message, Prompt, Role
from guardrails.verdict import Stage, Subject
from knowledge.passage import Passage
from knowledge.retriever import Hit
from prompts.instructions import digest_with
from prompts.outline import outline

TAIL_CHARACTERS = 400
"""Of what was shown, looked at again with each piece: the rails ask for at least 128, eight long words of Kazakh for more."""
TEMPLATE = "answer"


class NoRoom(ValueError):
    """Question and system prompt leave no room for a single passage in this model's context."""


class Asked(Protocol):
    """What the output rails know of the question."""

    @property
    def masked(self) -> str:
        """The question as it went on."""
        ...

    @property
    def shown(self) -> str:
        """What the reader already saw."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompted:
    """The exact prompt of one call, and where it came from.

    `digest` is that of the template's file; for a field it covers the file of instructions as well.
    """

    prompt: Prompt
    name: str
    version: str
    digest: str
    passages: tuple[Passage, ...]
    confidential: tuple[str, ...]

    def subject(self, stage: Stage, text: str, asked: Asked) -> Subject:
        """What the rails inspect: the piece, the passages it may rest on, the words it may not repeat."""
        return Subject(
            stage=stage,
            text=text,
            language=self.prompt.language,
            evidence=tuple(passage.text for passage in self.passages),
            evidence_languages=tuple(passage.language for passage in self.passages),
            passage_ids=tuple(passage.id for passage in self.passages),
            shown=asked.shown[-TAIL_CHARACTERS:] if stage is Stage.OUTPUT else "",
            confidential=self.confidential,
            question=asked.masked,
        )


def prompt_for(
    *,
    question: str,
    language: str,
    hits: Sequence[Hit],
    history: Sequence[tuple[str, str]],
    call: Call,
    canary: str,
    work: FieldWork | None = None,
) -> Prompted:
    """The prompt for a call.

    Args:
        question: for a field's work: how it is to be filled in.
        history: the last turns as (masked question, shown answer), oldest first.
        canary: a token that the system prompt holds and no answer may show.

    Raises:
        NoRoom: not even the best passage finds room beside the question.
    """
    template = prompts.load(work.template if work else TEMPLATE, language)
    try:
        rendered = template.render(
            question=f"{question}\n\n{outline(work.schema)}" if work else question,
            passages=[(hit.passage.id, hit.passage.title, hit.passage.text) for hit in hits],
            history=list(history),
            canary=canary,
            context_tokens=call.context_tokens - call.output_tokens,
        )
    except ValueError as error:
        raise NoRoom(str(error)) from error
    messages = tuple(Message(role=Role(role), text=text) for role, text in rendered.messages)
    kept = frozenset(rendered.passage_ids)
    used = tuple(hit for hit in hits if hit.passage.id in kept)
    return Prompted(
        prompt=Prompt(
            messages=messages,
            question=question,
            language=language,
            evidence=tuple(map(_evidence, used)),
            schema=work.schema if work else None,
            avoid=work.avoid if work else (),
        ),
        name=template.name,
        version=template.version,
        digest=digest_with(template.digest, language) if work else template.digest,
        passages=tuple(hit.passage for hit in used),
        confidential=(rendered.confidential, canary),
    )


def _evidence(hit: Hit) -> Evidence:
    passage = hit.passage
    return Evidence(
        id=passage.id,
        text=passage.text,
        title=passage.title,
        language=passage.language,
        codes=passage.codes,
        kind=str(passage.kind),
        nearest=hit.nearest,
        closest=hit.ranks.get("dense") == 1,
    )
