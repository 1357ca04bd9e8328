"""What a person asks, before anything has been decided about it."""

from dataclasses import dataclass
from uuid import UUID

from app.errors import BadArgument
from knowledge.language import visible

MOST_CHARACTERS = 8_000


class BadQuestion(BadArgument):
    """The question cannot be taken as it is; the words say why."""

    key = "ask.bad.empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question.

    Attributes:
        text: as typed, 1 to 8,000 characters after stripping.
        language: of the answer and of refusals: kk, ru or en.
        grade: 1 to 12, or None.
        subject: slug of the catalogue, or None.
        conversation: the conversation it belongs to, or None for a question by itself.
        model: an entry id the person prefers among those the school allows, or None.
        parent: the exchange that this one retries, or None.
        task: the word for what is asked of the model; a conversation is `answer`.
    """

    text: str
    language: str
    grade: int | None = None
    subject: str | None = None
    conversation: UUID | None = None
    model: str | None = None
    parent: UUID | None = None
    task: str = "answer"

    def checked(self) -> "Question":
        """This question, if it can be asked.

        Raises:
            BadQuestion: it is empty, too long, or a field is out of range.
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
        return self
