"""Parting what a model thinks aloud (`<think>…</think>`) from what it answers, however the text is cut."""

import re
from dataclasses import dataclass

from app.providers.provider import Reasoning

OPENING = ("<think>", "<thinking>")
CLOSING = ("</think>", "</thinking>")
TAG = re.compile("|".join(map(re.escape, OPENING + CLOSING)), re.IGNORECASE)
LONGEST = max(map(len, OPENING + CLOSING))


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """A piece of a reply: what is answered and what is thinking."""

    text: str = ""
    hidden: str = ""


class Thinking:
    """Parts a streamed reply; one instance for one reply.

    A tag that is never closed hides all that follows. A closing tag without an opening one is taken out, save
    for a model that always thinks: chat templates of such models open the tag in the prompt, so its text is
    held until the closing tag shows where the answer starts.
    """

    def __init__(self, reasoning: Reasoning = Reasoning.NONE) -> None:
        self._pending = ""
        self._inside = False
        self._held: list[str] | None = [] if reasoning is Reasoning.ALWAYS else None
        self._answered = False

    def push(self, piece: str) -> Parted:
        """What can be told of the text so far; the start of a possible tag waits for more."""
        self._pending += piece
        text, hidden = "", ""
        while (tag := TAG.search(self._pending)) is not None:
            before, self._pending = self._pending[: tag.start()], self._pending[tag.end() :]
            shown, kept = self._place(before)
            text, hidden = text + shown, hidden + kept
            held, self._held = "".join(self._held or ()), None
            self._inside = tag.group().lower() in OPENING
            text, hidden = (text + held, hidden) if self._inside else (text, hidden + held)
        keep = _tag_start(self._pending)
        ready, self._pending = self._pending[:keep], self._pending[keep:]
        shown, kept = self._place(ready)
        return self._lead(text + shown, hidden + kept)

    def own_channel(self) -> None:
        """The server sends thinking in a field of its own, so that nothing of the text must be held."""
        if self._held is not None:
            self._pending, self._held = "".join(self._held) + self._pending, None

    def end(self, *, whole: bool = True) -> Parted:
        """The rest; `whole` is false where the reply was cut at its token limit."""
        rest, self._pending = self._pending, ""
        held, self._held = "".join(self._held or ()), None
        if self._inside or (held and not whole):
            return Parted(hidden=held + rest)
        return self._lead(held + rest, "")

    def _place(self, text: str) -> tuple[str, str]:
        if self._inside:
            return "", text
        if self._held is not None:
            self._held.append(text)
            return "", ""
        return text, ""

    def _lead(self, text: str, hidden: str) -> Parted:
        """White space before the first word of an answer is left over from the tags."""
        if not self._answered:
            text = text.lstrip()
            self._answered = bool(text)
        return Parted(text=text, hidden=hidden)


def _tag_start(text: str) -> int:
    """Where a tag may be starting at the end of a text; its length where none is."""
    start = text.rfind("<", max(0, len(text) - LONGEST))
    if start < 0:
        return len(text)
    tail = text[start:].lower()
    return start if any(tag.startswith(tail) for tag in OPENING + CLOSING) else len(text)
