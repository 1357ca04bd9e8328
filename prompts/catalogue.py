"""Templates by name and language: their text is in `<name>.<language>.md`, their digest in every record."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from prompts.budget import Share, fit
from prompts.quoting import quoted

LANGUAGES = ("kk", "ru", "en")
HOME = Path(__file__).parent
PARTS = ("system", "passage", "user")
PLACES = {
    "system": frozenset({"canary"}),
    "passage": frozenset({"number", "title", "text"}),
    "user": frozenset({"passages", "question"}),
}
HEADING = re.compile(r"^# (\w+)\n", re.MULTILINE)
VERSION = re.compile(r"version: ([\w.-]+)\n")
PLACE = re.compile(r"\{(\w+)\}")
TURNS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A prompt ready to send.

    Attributes:
        messages: (role, text) with the roles `system`, `user` and `assistant`; the last one is the question.
        passage_ids: the passages that found room, in the order given.
        confidential: the system prompt, which no answer may repeat.
        estimated_tokens: an upper estimate of the whole prompt.
    """

    messages: tuple[tuple[str, str], ...]
    passage_ids: tuple[str, ...]
    confidential: str
    estimated_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One prompt in one language; `digest` is the SHA-256 of its file in hex."""

    name: str
    language: str
    version: str
    text: str
    digest: str

    def render(
        self,
        *,
        question: str,
        passages: Sequence[tuple[str, str, str]],
        history: Sequence[tuple[str, str]],
        canary: str,
        context_tokens: int,
    ) -> Rendered:
        """The messages of one call.

        Passages, question and history are quoted: nothing in them can end its own quotation or speak as
        another role. What does not fit is left out: the oldest turn first, then the passages from the last.

        Args:
            passages: (id, title, text), best first.
            history: (question, answer) of earlier turns, oldest first; the last two go along.
            canary: a token that no answer may show.
            context_tokens: room for the prompt, the answer already taken off.

        Raises:
            ValueError: not even the best passage finds room.
        """
        parts = _parts(self.text)
        system = fill(parts["system"], {"canary": canary})
        asked = quoted(question)
        frame = fill(parts["user"], {"passages": "", "question": asked})
        kept = fit(
            Share(
                fixed=(system, frame),
                turns=tuple((quoted(before), quoted(answer)) for before, answer in history[-TURNS:]),
                passages=tuple((quoted(title), quoted(text)) for _, title, text in passages),
                frame=parts["passage"],
            ),
            context_tokens,
        )
        if passages and not kept.passages:
            raise ValueError(f"{context_tokens} tokens have no room for a passage beside prompt and question")
        framed = [
            fill(parts["passage"], {"number": str(number), "title": title, "text": text})
            for number, (title, text) in enumerate(kept.passages, start=1)
        ]
        turns = [
            message for before, answer in kept.turns for message in (("user", before), ("assistant", answer))
        ]
        user = fill(parts["user"], {"passages": "\n\n".join(framed), "question": asked})
        return Rendered(
            messages=(("system", system), *turns, ("user", user)),
            passage_ids=tuple(passage[0] for passage in passages[: len(kept.passages)]),
            confidential=system,
            estimated_tokens=kept.tokens,
        )


@cache
def load(name: str, language: str) -> Template:
    """The template of a name in a language.

    Raises:
        LookupError: there is none.
        ValueError: its file lacks a part or names a place that is not filled.
    """
    if name not in names() or language not in LANGUAGES:
        raise LookupError(
            f"no prompt {name!r} in {language!r}; there are {', '.join(names())} in {LANGUAGES}"
        )
    content = (HOME / f"{name}.{language}.md").read_bytes()
    text = content.decode("utf-8")
    version = VERSION.match(text)
    if version is None:
        raise ValueError(f"{name}.{language}.md does not start with its version")
    parts = _parts(text)
    for part in PARTS:
        if set(PLACE.findall(parts.get(part, ""))) != PLACES[part]:
            raise ValueError(f"{name}.{language}.md, {part}: its places are not {sorted(PLACES[part])}")
    digest = hashlib.sha256(content).hexdigest()
    return Template(name=name, language=language, version=version.group(1), text=text, digest=digest)


@cache
def names() -> tuple[str, ...]:
    """The prompts that exist in all three languages, in order of name."""
    found = sorted({path.name.partition(".")[0] for path in HOME.glob("*.*.md")})
    return tuple(name for name in found if all((HOME / f"{name}.{one}.md").is_file() for one in LANGUAGES))


def _parts(text: str) -> dict[str, str]:
    pieces = HEADING.split(text)
    return {pieces[i]: pieces[i + 1].strip() for i in range(1, len(pieces), 2)}


def fill(text: str, values: Mapping[str, str]) -> str:
    """Fill each place once; what is filled in is never read for places again."""
    return PLACE.sub(lambda place: values.get(place.group(1), place.group()), text)
