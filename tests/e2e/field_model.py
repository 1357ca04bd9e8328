"""A school whose model is served on this machine, writes sound fields, and can be told to misbehave at one of them."""

import asyncio
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from app import bootstrap
from app.accounts import demo
from app.providers.provider import Message, Prompt, Role
from app.providers.scripted_fields import reply
from app.runtime import Runtime
from app.settings import Settings
from benchmarks.mock_endpoint import Reply
from benchmarks.workshop import ENTRY, install, source


class Turn(StrEnum):
    """What the model does at one call instead of writing the field."""

    HOLD = "hold"
    """Says half of it and nothing more, until its caller or it is gone."""
    LEAK = "leak"
    """Writes what it was told never to write."""


@dataclass(slots=True, kw_only=True)
class FieldModel:
    """The behaviour of a `MockEndpoint`.

    Attributes:
        turns: by number of the call, from 1.
        held: set while half a reply is out.
    """

    language: str
    turns: Mapping[int, Turn] = field(default_factory=dict)
    calls: int = 0
    held: threading.Event = field(default_factory=threading.Event)

    def wait_until_held(self) -> None:
        """Come back when half a reply is out."""
        assert self.held.wait(60), "the model was not asked so often"

    async def __call__(self, out: Reply) -> None:
        """Answer one call."""
        self.calls += 1
        turn = self.turns.get(self.calls)
        said = reply("canary" if turn is Turn.LEAK else "full", self._prompt(out))
        out.head()
        if turn is Turn.HOLD:
            out.say(said[: len(said) // 2])
            await out.writer.drain()
            self.held.set()
            await asyncio.get_running_loop().create_future()
        out.say(said)
        out.tail()

    def _prompt(self, out: Reply) -> Prompt:
        asked = out.request
        return Prompt(
            messages=tuple(
                Message(role=Role(one["role"]), text=str(one["content"])) for one in asked["messages"]
            ),
            question="",
            language=self.language,
            evidence=(),
            schema=asked["response_format"]["json_schema"]["schema"],
        )


def settled_in(home: Path, address: str) -> dict[str, str]:
    """A school that allows this model and no other; gives the environment of its server."""
    home.mkdir(parents=True, exist_ok=True)
    entries = source(runtime=Runtime())["entries"]
    for entry in entries:
        if entry["entry_id"] == ENTRY:
            entry["calling"] = {**entry["calling"], "structured_output": "json_schema"}
    settings: Settings = install(home, address, entries=entries)
    services = bootstrap.build(settings)
    try:
        services.policies.seed(demo.SCHOOL, (ENTRY,), recorder=services.audit, runtime=services.runtime)
    finally:
        services.close()
    return {
        "USTAZ_REGISTRY": str(settings.registry_folder),
        "USTAZ_REGISTRY_ROOT": str(settings.registry_root),
    }
