"""What a person asks, before anything has been decided about it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.assistant.unmask import Unmask, sound
from app.errors import BadArgument
from knowledge.language import visible

MOST_CHARACTERS = 8_000
MOST_TOKENS = 2_000
FIELD = re.compile(r"[a-z_]{1,40}(?:\.[a-z_0-9]{1,40}){1,4}")
REWRITE = "rewrite"
"""The task of the side call that gives a follow-up the words of the question before it."""


JUDGE = "judge"
"""The task of the side call in which the school's own model gives a second look to a question."""
TRIAL = "trial"
"""The task that stands in both records of a trial."""
BESIDE = frozenset({REWRITE, JUDGE, TRIAL})
"""Tasks that are no question of a teacher."""


class BadQuestion(BadArgument):
    """The question cannot be taken as it is; the words say why."""

    key = "ask.bad.empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldWork:
    """One field of a document, which a model is to fill in instead of answering in words.

    Attributes:
        document: id of the document.
        field: id of the field in it, such as `middle.task.2`; stands in the clear part of the records.
        template: the prompt (`prompts/<template>.<language>.md`).
        schema: JSON Schema of an object, made of `type`, `properties`, `required`, `items` and limits, every object
            with `additionalProperties: false`. A string with `enum` or `const` is ours; all others are a model's.
        most_tokens: longest reply, 1 to 2,000.
        codes: the objectives that it is about; they are looked for beside the text.
        avoid: what a provider that composes must not say again; compared with, never sent.
    """

    document: UUID
    field: str
    template: str
    schema: Mapping[str, Any]
    most_tokens: int
    codes: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()

    def checked(self) -> "FieldWork":
        """This work, if it can be done.

        Raises:
            ValueError: its field is no id, its limit is out of range, or its schema is not that of an object.
        """
        if not FIELD.fullmatch(self.field):
            raise ValueError("a field's id is made of small letters, digits and dots")
        if not 1 <= self.most_tokens <= MOST_TOKENS:
            raise ValueError(f"{self.most_tokens} tokens, expected 1 to {MOST_TOKENS}")
        if self.schema.get("type") != "object":
            raise ValueError("the schema of a field is that of an object")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question.

    Attributes:
        text: as typed, 1 to 8,000 characters after stripping.
        language: of the answer and of refusals: kk, ru or en.
        grade: 1 to 12, or None.
        subject: slug of the catalogue, or None.
        programme: key of the programme whose codes are meant (`Programme.key`), or None.
        conversation: the conversation it belongs to, or None for a question by itself.
        model: an entry id the person prefers among those the school allows, or None.
        parent: the exchange that this one retries, or None.
        task: the word for what is asked of the model; a conversation is `answer`.
        codes: objectives that are looked for beside the text, such as those of the document beside which it is asked.
        unmasked: values masked in `parent` that the person says were masked wrongly.
        work: the field that is to be filled in, or None for an answer in words; `text` then says how.
    """

    text: str
    language: str
    grade: int | None = None
    subject: str | None = None
    programme: str | None = None
    conversation: UUID | None = None
    model: str | None = None
    parent: UUID | None = None
    task: str = "answer"
    codes: tuple[str, ...] = ()
    work: FieldWork | None = None
    unmasked: tuple[Unmask, ...] = ()

    def checked(self) -> "Question":
        """This question, if it can be asked.

        Raises:
            BadQuestion: it is empty, too long, or a field is out of range.
            ValueError: its field's work cannot be done (see `FieldWork.checked`).
        """
        if not visible(self.text).strip():
            raise BadQuestion(key="ask.bad.empty")
        length = len(self.text.strip())
        if length > MOST_CHARACTERS:
            raise BadQuestion(key="ask.bad.long", most=MOST_CHARACTERS, length=length)
        if any("\ud800" <= letter <= "\udfff" or letter == "\0" for letter in self.text):
            raise BadQuestion("half a letter or a zero byte", key="ask.bad.letters")
        if self.language not in {"kk", "ru", "en"}:
            raise BadQuestion(f"language {self.language!r}", key="ask.bad.language")
        if self.grade is not None and not 1 <= self.grade <= 12:
            raise BadQuestion(key="ask.bad.grade")
        if self.unmasked and (self.parent is None or not sound(self.unmasked, self.text)):
            raise BadQuestion(key="ask.bad.unmask")
        if self.work is not None:
            self.work.checked()
        return self
