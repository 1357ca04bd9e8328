"""The same documents by three ways of being written: what differs is what the model wrote, and nothing else.

`python -m benchmarks.three_ways --weights FILE` makes a plan, a quiz and a unit assessment with nobody writing, with the
`scripted` provider, and with a llama.cpp server of its own that is reached as any OpenAI-compatible server is, over
HTTP with a key. Every one goes through the real desk and the real line. Prints one JSON document.
"""

import argparse
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from app import bootstrap
from app.accounts import demo
from app.assistant import Assistant
from app.assistant.desk_writing import WritingDesk
from app.assistant.making import Made, make
from app.bootstrap import Services
from app.documents import Document
from app.documents.value import Item, Objectives, Stage, Task
from app.providers import Call, Chunk, Prompt, Usage
from app.providers.llama_cpp import start
from app.providers.scripted_fields import reply
from app.registry import demonstration
from app.registry.source import read_source
from app.runtime import Runtime
from app.settings import Settings
from benchmarks.lessons import briefs, looked, row_of, summary
from benchmarks.workshop import ENTRY, EXTRACTIVE, endpoint_entry, install, scored

KEY = "BENCH_SERVER_KEY"
CONTEXT = 8192


class Sound:
    """The scripted provider where it fills every form with sound sentences."""

    def stream(self, prompt: Prompt, *, call: Call) -> Iterator[Chunk]:
        """One whole reply."""
        yield Chunk(text=reply("plain", prompt))
        yield Chunk(usage=Usage(), finish="stop", model=call.served_name)


def main() -> None:
    """Make them in three ways and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="a GGUF file")
    parser.add_argument("--languages", nargs="+", default=["en"], choices=("kk", "ru", "en"))
    parser.add_argument("--lessons", type=int, default=1)
    parser.add_argument("--kinds", nargs="+", default=["plan", "quiz", "unit"])
    parser.add_argument("--threads", type=int, default=2)
    chosen = parser.parse_args()
    chosen.alternate, chosen.every = False, True
    with tempfile.TemporaryDirectory() as folder, served(chosen.weights, chosen.threads) as address:
        home = Path(folder)
        settings = installed(home, address, chosen.weights)
        made = {
            "nobody": _made(settings, chosen, write=False),
            "scripted": _made(settings, chosen, provider=Sound()),
            "served": _made(settings, chosen),
        }
    frames = {name: [_frame(one.document) for one, _ in rows] for name, rows in made.items()}
    print(
        json.dumps(
            {
                name: summary([row for _, row in rows])
                | {"same_frame_as_nobody": frames[name] == frames["nobody"]}
                for name, rows in made.items()
            },
            ensure_ascii=False,
            indent=2,
        )
    )


@contextmanager
def served(weights: Path, threads: int) -> Iterator[str]:
    """A llama.cpp server over the weights; its key is in the environment, as an operator would have it."""
    running = start(weights, CONTEXT, threads)
    os.environ[KEY] = running.key  # noqa: TID251 - where an operator would put it
    try:
        yield f"{running.address}/v1"
    finally:
        running.close()


def installed(home: Path, address: str, weights: Path, **calling: int) -> Settings:
    """An installation whose model is served from these weights; `calling` changes its limits."""
    runtime = Runtime()
    entries: list[dict[str, Any]] = []
    for entry in read_source(demonstration.SOURCE, at=runtime.now())["entries"]:
        if entry["entry_id"] == EXTRACTIVE:
            served = endpoint_entry(entry)
            with weights.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            # A llama.cpp server gives the file's path for a name; its weights tell which model it is.
            served["artefact"] = {**served["artefact"], "sha256": digest}
            served["calling"] = {**served["calling"], "name_must_match": False, **calling}
            entries += [scored(entry), served]
        elif entry["kind"] == "embedder":
            entries.append(entry)
    return install(home, address, entries=entries, runtime=runtime, weights=weights, secret=KEY)


def _made(
    settings: Settings, chosen: argparse.Namespace, *, write: bool = True, provider: Any = None
) -> list[tuple[Made, dict[str, Any]]]:
    services = bootstrap.build(settings, serving=True)
    try:
        services.policies.seed(demo.SCHOOL, (ENTRY,), recorder=services.audit, runtime=services.runtime)
        person, desk = services.person(), _desk(services, provider)
        made = []
        for brief in briefs(services, chosen):
            one = make(desk, person, brief, clock=services.runtime.monotonic, write=write, every=write)
            made.append((one, row_of(one, looked(services, person, one))))
        return made
    finally:
        services.close()


def _desk(services: Services, provider: Any) -> WritingDesk:
    if provider is None:
        return services.desk
    kept: Callable[[str], Any] = services.assistant.parts.providers
    parts = replace(
        services.assistant.parts,
        providers=lambda name: provider if name == "openai_compatible" else kept(name),
    )
    return WritingDesk(parts, Assistant(parts))


def _frame(document: Document) -> list[tuple[Any, ...]]:
    """What code holds of a document, whoever writes: fields in order, codes, minutes, points, levels."""
    held: list[tuple[Any, ...]] = []
    for one in document.fields:
        match one.value:
            case Stage(minutes=minutes):
                held.append((one.id, minutes))
            case Task(code=code, level=level) as task:
                held.append((one.id, code, level, task.points))
            case Item(code=code, level=level, points=points):
                held.append((one.id, code, level, points))
            case Objectives(objectives=objectives):
                held.append((one.id, *(each.code for each in objectives)))
            case _:
                held.append((one.id,))
    return held


if __name__ == "__main__":
    main()
