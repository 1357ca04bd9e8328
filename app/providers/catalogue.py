"""Which providers exist; each is one file with `build(means)`, imported only when it is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import cast

from app.outbound import Outbound
from app.providers.provider import Provider

names: tuple[str, ...] = ("extractive", "llama_cpp", "openai_compatible", "scripted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What providers need from outside.

    Attributes:
        outbound: makes the clients through which anything leaves.
        secret: value of a named secret, or None.
        threads: threads of a model inside this process.
        models_folder: where weights lie that were fetched or added.
    """

    outbound: Outbound
    secret: Callable[[str], str | None]
    threads: int
    models_folder: Path


def load(name: str, means: Means) -> Provider:
    """The provider of a name.

    Raises:
        LookupError: there is none of this name; no other module is ever imported.
    """
    if name not in names:
        raise LookupError(f"no such provider: {name}; choose from {', '.join(names)}")
    return cast("Provider", import_module(f"app.providers.{name}").build(means))
