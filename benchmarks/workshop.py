"""A whole installation in a folder of its own, beside a local model of fixed speed; for benchmarks and tests."""

import hashlib
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app import bootstrap
from app.accounts import Principal, demo
from app.bootstrap import Services
from app.registry import demonstration
from app.registry.keys import KeyRing, ceremony
from app.registry.publish import publish
from app.registry.source import read_source
from app.runtime import Runtime
from app.settings import Settings

SERVED = "bench-model"
ENTRY = "urn:bench:model:endpoint"
EXTRACTIVE = "urn:ustaz:model:extractive"
WEIGHTS = b"stands for the weights of a model that is served on this machine\n"
SCORE = {"value": "0.90", "n": 60, "protocol": "invented-for-tests/1", "source": "invented"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A running mock of an OpenAI-compatible server."""

    address: str

    def calls(self) -> int:
        """Model calls so far."""
        with urllib.request.urlopen(self.address.removesuffix("/v1") + "/stats", timeout=10) as answer:
            return int(json.load(answer)["calls"])


@contextmanager
def endpoint_process(
    *, first_ms: float = 200, rate: float = 100, tokens: int = 150, language: str = "kk"
) -> Iterator[Endpoint]:
    """The mock in a process of its own, so that its work is not counted as the line's."""
    command = [sys.executable, "-u", "-m", "benchmarks.mock_endpoint", "--port", "0"]
    command += [
        "--first-ms",
        str(first_ms),
        "--rate",
        str(rate),
        "--tokens",
        str(tokens),
        "--language",
        language,
    ]
    root = Path(__file__).resolve().parent.parent
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root)
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        yield Endpoint(address=address)
    finally:
        process.terminate()
        process.wait(10)


def source(entries: Sequence[Mapping[str, Any]] | None = None, *, runtime: Runtime) -> dict[str, Any]:
    """The unsigned source of a list with measured scores and a model served on this machine.

    Args:
        entries: instead of the usual ones.
    """
    shipped = read_source(demonstration.SOURCE, at=runtime.now())
    usual: list[dict[str, Any]] = []
    for entry in shipped["entries"]:
        if entry["entry_id"] == EXTRACTIVE:
            usual += [scored(entry), endpoint_entry(entry)]
        elif entry["kind"] == "embedder":
            usual.append(entry)
    return {
        **shipped,
        "list_id": "workshop",
        "issuer": "Workshop",
        "demonstration": False,
        "entries": list(entries or usual),
    }


def scored(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry with an invented score in every language."""
    languages = {language: dict(SCORE) for language in ("kk", "ru", "en")}
    return {**entry, "purpose": {**entry["purpose"], "languages": languages}}


def endpoint_entry(extractive: Mapping[str, Any], **changed: Any) -> dict[str, Any]:
    """An entry for a model on this machine that is known by its weights and served by the mock."""
    entry = scored(extractive)
    return {
        **entry,
        "entry_id": ENTRY,
        "kind": "model",
        "provider": "openai_compatible",
        "names": dict.fromkeys(("kk", "ru", "en"), "Bench model"),
        "artefact": {**entry["artefact"], "model_id": SERVED, "sha256": hashlib.sha256(WEIGHTS).hexdigest()},
        "calling": {
            **entry["calling"],
            "context_tokens": 8192,
            "output_tokens": 700,
            "name_must_match": True,
        },
        **changed,
    }


def install(
    home: Path,
    address: str,
    *,
    entries: Sequence[Mapping[str, Any]] | None = None,
    runtime: Runtime | None = None,
    weights: Path | None = None,
    secret: str = "",
) -> Settings:
    """Publish a list, bind what answers at an address, and give the settings of this installation.

    Args:
        weights: the file that the server at the address has loaded; None: of the mock.
        secret: the name of the environment variable with the server's key.
    """
    runtime = runtime or Runtime()
    keys, out = home / "ministry-keys", home / "published"
    if not keys.exists():
        root = ceremony(keys, runtime.now())
        (home / "root.json").write_bytes(root)
    publish(source(entries, runtime=runtime), KeyRing.open(keys), out, at=runtime.now())
    models = home / "models"
    models.mkdir(parents=True, exist_ok=True)
    kept = models / "bench.weights"
    if weights is None:
        kept.write_bytes(WEIGHTS)
    elif not kept.exists():
        kept.symlink_to(weights.resolve())
    binding = {"address": address, "served_name": SERVED, "weights": kept.name, "secret": secret}
    (home / "bindings.toml").write_text(
        f'[bindings."{ENTRY}"]\n'
        + "".join(f'{name} = "{value}"\n' for name, value in binding.items() if value),
        encoding="utf-8",
    )
    return Settings(
        home=home,
        database_url=f"sqlite:///{home / 'ustaz.db'}",
        registry_folder=out / "online",
        registry_root=home / "root.json",
        secrets_file=home / "no-secrets.toml",
        parallel_person=32,  # one teacher stands for many
    )


@contextmanager
def workshop(
    home: Path, endpoint: Endpoint, *, allowed: Sequence[str] = (ENTRY,)
) -> Iterator[tuple[Services, Principal]]:
    """Services of a fresh installation whose school allows the mock, and its teacher."""
    services = bootstrap.build(install(home, endpoint.address), serving=True)
    try:
        services.policies.seed(demo.SCHOOL, allowed, recorder=services.audit, runtime=services.runtime)
        yield services, services.person()
    finally:
        services.close()
