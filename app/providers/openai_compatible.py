"""Any server that speaks OpenAI's chat completions: vLLM, llama-server, Ollama, a national gateway."""

import threading
from collections.abc import Iterator

import httpx

from app.errors import Failure, ProviderFailed
from app.providers.catalogue import Means
from app.providers.provider import Call, Chunk, Prompt

SILENCE_SECONDS = 60.0
NO_KEY = "none"


class OpenAiCompatible:
    """Calls the address to which an entry is bound; clients are kept for as long as their limits fit."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._clients: dict[tuple[float, int], httpx.Client] = {}
        self._lock = threading.Lock()

    def stream(self, prompt: Prompt, *, call: Call) -> Iterator[Chunk]:
        """The answer as the server streams it.

        Raises:
            ProviderFailed: `NO_BINDING` at once where the entry has no address, name or secret here; all else
                while iterating.
        """
        from app.providers.completions import Completion, limit_bytes
        from app.providers.wire import Wire

        if not call.address or not call.served_name:
            raise ProviderFailed(Failure.NO_BINDING, f"{call.entry_id} is bound to no address")
        wire = Wire(
            self._client(call.timeout_seconds, limit_bytes(call)),
            url=f"{call.address.rstrip('/')}/chat/completions",
            key=self._key(call),
            silence_seconds=min(SILENCE_SECONDS, call.timeout_seconds),
        )
        return Completion(prompt, call=call, wire=wire, served_name=call.served_name)

    def close(self) -> None:
        """Close idle connections."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def _key(self, call: Call) -> str:
        if call.secret is None:
            return NO_KEY
        value = self._means.secret(call.secret)
        if not value:
            raise ProviderFailed(Failure.NO_BINDING, f"the secret {call.secret} has no value here")
        return value

    def _client(self, seconds: float, limit: int) -> httpx.Client:
        with self._lock:
            client = self._clients.get((seconds, limit))
            if client is None:
                client = self._means.outbound.client(timeout=seconds, limit_bytes=limit)
                self._clients[seconds, limit] = client
            return client


def build(means: Means) -> OpenAiCompatible:
    """The provider; nothing is connected before the first call."""
    return OpenAiCompatible(means)
