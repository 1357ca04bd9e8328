"""The values that go into a model call and come out of it, and the one method that every provider has."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

UNKNOWN = "unknown"


class Role(StrEnum):
    """Who says a message."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a prompt."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A passage as a plain value, best first in a prompt.

    `codes` are the objective codes that it serves, `kind` is `objective`, `note`, `document` or unknown ("").
    `nearest` are its sentences nearest in meaning to the question, best first, white space folded (none: not
    known); `closest` is the passage that lies nearest in meaning of all that was found.
    """

    id: str
    text: str
    title: str
    language: str
    codes: tuple[str, ...] = ()
    kind: str = ""
    nearest: tuple[str, ...] = ()
    closest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What a model is asked.

    `messages` is what a neural model reads; `question` and `evidence` are the same as values, for providers
    that quote. `language` (kk, ru or en) is the language of the answer. `schema` is the JSON Schema of the
    object that the whole answer must be, None for an answer in words; `avoid` holds what an answer that is
    composed from evidence must not repeat, and is never sent.
    """

    messages: tuple[Message, ...]
    question: str
    language: str
    evidence: tuple[Evidence, ...]
    schema: Mapping[str, Any] | None = None
    avoid: tuple[str, ...] = ()


class Structured(StrEnum):
    """How a server is made to answer in JSON: it keeps to a schema, to JSON of any form, or is only told to."""

    JSON_SCHEMA = "json_schema"
    JSON_MODE = "json_mode"
    NONE = "none"


class Reasoning(StrEnum):
    """Whether a model thinks aloud before it answers; `SWITCHABLE` is switched off at each call."""

    NONE = "none"
    SWITCHABLE = "switchable"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """How one entry of the registry is called: its limits, and where its local binding leads.

    Attributes:
        address: base URL of an OpenAI-compatible server, `/v1` included.
        served_name: the name under which that server knows the model.
        secret: the NAME of the secret, never its value.
        sha256: hex digest of the weights that the entry approves.
        weights: file with the weights on this machine.
        context_tokens: prompt and answer together.
        loaded_tokens: context with which the weights are loaded, the same for every call of an entry; None: `context_tokens`.
        output_tokens: longest answer.
        timeout_seconds: for the whole call, from sending to the last byte.
        check_name: refuse a reply whose `model` is not `served_name`.
        fingerprint: what the server must call its build (`system_fingerprint`), where the entry names one.
    """

    entry_id: str
    provider: str
    address: str | None = None
    served_name: str = ""
    secret: str | None = None
    sha256: str | None = None
    weights: Path | None = None
    context_tokens: int = 4096
    loaded_tokens: int | None = None
    output_tokens: int = 512
    timeout_seconds: float = 120.0
    check_name: bool = True
    fingerprint: str | None = None
    temperature: float = 0.0
    reasoning: Reasoning = Reasoning.NONE
    structured: Structured = Structured.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens that a server counted; None: it did not say."""

    input_tokens: int | None = None
    output_tokens: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A piece of an answer.

    The texts of all chunks make the whole answer. The last chunk, and no other, has `usage` and `finish`
    (a word of the server such as `stop` or `length`, or `unknown`). `hidden` is thinking aloud: it is kept
    in the sealed record and never shown.
    """

    text: str = ""
    usage: Usage | None = None
    finish: str | None = None
    model: str | None = None
    hidden: str = ""


class Provider(Protocol):
    """One way to call a model."""

    def stream(self, prompt: Prompt, *, call: Call) -> Iterator[Chunk]:
        """The answer, piece by piece; nothing is sent before the first piece is asked for.

        Closing the iterator stops the generation. The call ends by itself at `call.timeout_seconds`.

        Raises:
            ProviderFailed: while iterating; `failure` is the class for the record.
        """
        ...
