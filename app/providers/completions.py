"""Reading one streamed chat completion through LangChain's client; shared by all providers that speak HTTP."""

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.outputs import ChatGenerationChunk
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from app.errors import Failure, ProviderFailed
from app.providers.provider import UNKNOWN, Call, Chunk, Prompt, Reasoning, Role, Structured, Usage
from app.providers.thinking import Thinking
from app.providers.wire import Wire

MESSAGES: dict[Role, type[BaseMessage]] = {
    Role.SYSTEM: SystemMessage,
    Role.USER: HumanMessage,
    Role.ASSISTANT: AIMessage,
}
MALFORMED = (TypeError, ValueError, KeyError, IndexError, AttributeError)
CHARACTERS_A_TOKEN = 16
BYTES_A_TOKEN = 2048
SPARE_BYTES = 65_536


class _Resource:
    """Stands where LangChain keeps the openai library's resource, and sends through the wire.

    The library would build three objects for each token, most of the time that an answer costs this process;
    and its address, key and proxy could come from the environment.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def create(
        self, *, extra_body: dict[str, Any], **payload: Any
    ) -> closing[Generator[dict[str, Any], None, None]]:
        """Send a request and read its events."""
        return closing(self._wire.events({**payload, **extra_body}))


class _Client(ChatOpenAI):
    """LangChain's client, asked through the method that its subclasses may call.

    `stream` would set up a callback manager, to which the environment can attach a tracer that sends texts
    abroad; `_stream` knows no callbacks, and costs half the time per token.
    """

    def pieces(self, messages: Sequence[BaseMessage]) -> Generator[ChatGenerationChunk, None, None]:
        """The reply, one event of the server each."""
        yield from self._stream(list(messages), stream_usage=True)

    def _convert_chunk_to_generation_chunk(
        self, chunk: dict[str, Any], default_chunk_class: type, base_generation_info: dict[str, Any] | None
    ) -> ChatGenerationChunk | None:
        """Keep from each event what the base class drops: the model's name and the thinking beside the text."""
        made = super()._convert_chunk_to_generation_chunk(chunk, default_chunk_class, base_generation_info)
        if made is not None:
            delta = (chunk.get("choices") or [{}])[0].get("delta") or {}
            made.generation_info = {
                **(made.generation_info or {}),
                "model": chunk.get("model"),
                "fingerprint": chunk.get("system_fingerprint"),
                "hidden": delta.get("reasoning_content") or delta.get("reasoning") or "",
            }
        return made


def limit_bytes(call: Call) -> int:
    """The longest reply in bytes: a generous event for each token that the call allows."""
    return SPARE_BYTES + BYTES_A_TOKEN * call.output_tokens


class Completion(Iterator[Chunk]):
    """One answer of one server; `close` stops the generation and may come from any thread."""

    def __init__(self, prompt: Prompt, *, call: Call, wire: Wire, served_name: str) -> None:
        """`served_name` is what is asked for and, where `call.check_name` says so, what must answer."""
        self._call, self._wire, self._name = call, wire, served_name
        self._model, self._build = "", False
        self._format = response_format(prompt.schema, call.structured)
        self._chunks = self._read([MESSAGES[message.role](message.text) for message in prompt.messages])

    def __next__(self) -> Chunk:
        return next(self._chunks)

    def close(self) -> None:
        """Stop; the server sees its connection end and frees the slot."""
        self._wire.cut()
        try:
            self._chunks.close()
        except ValueError:
            return  # another thread is reading: the cut connection ends its wait

    def _read(self, messages: list[BaseMessage]) -> Generator[Chunk, None, None]:
        thinking = Thinking(self._call.reasoning)
        usage, finish, length = Usage(), "", 0
        with closing(self._client().pieces(messages)) as pieces:
            while (piece := self._next(pieces)) is not None:
                usage, finish = _usage(piece) or usage, finish or _finish(piece)
                text, aside = self._texts(piece)
                if aside:
                    thinking.own_channel()
                parted = thinking.push(text)
                length += len(parted.text)
                if length > CHARACTERS_A_TOKEN * self._call.output_tokens + 1024:
                    raise ProviderFailed(Failure.TOO_LARGE, "the answer is longer than its tokens allow")
                if parted.text or parted.hidden or aside:
                    yield Chunk(text=parted.text, hidden=aside + parted.hidden)
        if self._wire.stopped:
            return
        if not finish and not self._wire.done:
            raise ProviderFailed(Failure.CUT, "the stream ended without its end mark")
        rest = thinking.end(whole=finish != "length")
        if not length and not rest.text.strip():
            raise ProviderFailed(Failure.EMPTY, f"no text came; the server ended with {finish or UNKNOWN!r}")
        yield Chunk(
            text=rest.text, hidden=rest.hidden, usage=usage, finish=finish or UNKNOWN, model=self._model
        )

    def _next(self, pieces: Iterator[ChatGenerationChunk]) -> ChatGenerationChunk | None:
        """The next piece; None at the end.

        Raises:
            ProviderFailed: the reply broke, or an event has another shape than it must.
        """
        try:
            return next(pieces, None)
        except MALFORMED as error:
            if self._wire.stopped:
                return None
            raise ProviderFailed(
                Failure.GARBAGE, f"an event cannot be read: {type(error).__name__}"
            ) from error

    def _texts(self, piece: ChatGenerationChunk) -> tuple[str, str]:
        """What is answered and what is thought aside, once the name of the answering model is known.

        Raises:
            ProviderFailed: another model answers, or one that does not say its name.
        """
        info = piece.generation_info or {}
        name, text, aside = info.get("model"), piece.message.content, info.get("hidden")
        if not isinstance(text, str) or not isinstance(aside, str):
            raise ProviderFailed(Failure.GARBAGE, "the text of the reply is no text")
        if isinstance(name, str) and name:
            self._model = name if self._call.check_name else self._name
            if self._call.check_name and name != self._name:
                raise ProviderFailed(Failure.WRONG_MODEL, f"expected {self._name!r}, actual {name[:100]!r}")
        if (text or aside) and not self._model and self._call.check_name:
            raise ProviderFailed(Failure.WRONG_MODEL, f"expected {self._name!r}, the reply has no name")
        self._same_build(info.get("fingerprint"), said=bool(text or aside))
        if any("\ud800" <= letter <= "\udfff" for letter in text + aside):
            raise ProviderFailed(Failure.GARBAGE, "the text has half a letter")
        return text, aside

    def _same_build(self, found: object, *, said: bool) -> None:
        """Hold the reply to the build that the entry names, before a word of it goes on.

        Raises:
            ProviderFailed: another build answers, or one that does not say which it is.
        """
        wanted = self._call.fingerprint
        if wanted is None or found == wanted:
            self._build = self._build or found == wanted
        elif found or (said and not self._build):
            raise ProviderFailed(
                Failure.WRONG_MODEL, f"expected build {wanted!r}, actual {str(found)[:100]!r}"
            )

    def _client(self) -> _Client:
        """The client with everything said: what is left out it would take from the environment."""
        body: dict[str, Any] = {"max_tokens": self._call.output_tokens}
        if self._call.reasoning is Reasoning.SWITCHABLE:
            body["chat_template_kwargs"] = {"enable_thinking": False}
        if self._format is not None:
            # Not as an argument of the client: that would take another way, which parses and raises by itself.
            body["response_format"] = self._format
        resource = _Resource(self._wire)
        return _Client(
            client=resource,
            async_client=resource,
            model=self._name,
            base_url="http://unused.invalid/",
            api_key=SecretStr("in the wire"),
            organization="",
            openai_proxy="",
            temperature=self._call.temperature,
            timeout=self._call.timeout_seconds,
            max_retries=0,
            stream_usage=True,
            use_responses_api=False,
            output_version="v0",
            extra_body=body,
            http_socket_options=(),
        )


def response_format(schema: Mapping[str, Any] | None, structured: Structured) -> dict[str, Any] | None:
    """How a server is told to answer in JSON; None for an answer in words and where only the prompt says it.

    Source: the OpenAI API, `response_format` of chat completions.
    """
    if schema is None:
        return None
    match structured:
        case Structured.JSON_SCHEMA:
            named = {"name": "field", "strict": True, "schema": dict(schema)}
            return {"type": "json_schema", "json_schema": named}
        case Structured.JSON_MODE:
            return {"type": "json_object"}
        case Structured.NONE:
            return None


def _usage(piece: ChatGenerationChunk) -> Usage | None:
    counted = getattr(piece.message, "usage_metadata", None)
    if not counted:
        return None
    into, out = (counted.get(name) for name in ("input_tokens", "output_tokens"))
    return Usage(
        input_tokens=into if isinstance(into, int) else None,
        output_tokens=out if isinstance(out, int) else None,
    )


def _finish(piece: ChatGenerationChunk) -> str:
    reason = (piece.generation_info or {}).get("finish_reason")
    if not reason:
        return ""
    return reason if isinstance(reason, str) and re.fullmatch(r"[a-z_]{1,32}", reason) else UNKNOWN
