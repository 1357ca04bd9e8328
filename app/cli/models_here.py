"""What `ustaz models` tells of weights: the local entries of the list in force, what is here of them, and getting the rest."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from app import listing
from app.errors import BadArgument
from app.outbound import Outbound
from app.providers import downloading, fetching, servers, weights
from app.providers.fetching import Report
from app.providers.weights import Model, NotFetched, Weights
from app.registry import RegistryEntry
from app.runtime import Runtime
from app.settings import Settings

PARTS = "pypi:"
ABSENT, PRESENT, CHECKED, RUNNING = "absent", "present", "checked", "running"


@dataclass(frozen=True, slots=True)
class Told:
    """What was done: for scripts, in lines for people, and as an exit status."""

    document: Mapping[str, Any]
    lines: Sequence[str]
    status: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A model that somebody named.

    Attributes:
        entry: of the list in force that names its weights; None: it is only one of those that can be fetched.
        model: the parts on the package index that give the file; None: there are none.
        sources: addresses.
    """

    name: str
    sha256: str
    entry: RegistryEntry | None
    model: Model | None
    sources: tuple[str, ...] = ()


def folder_of(settings: Settings) -> Path:
    """Where weights lie."""
    return settings.home / "models"


def entries(settings: Settings) -> tuple[RegistryEntry, ...]:
    """The entries in force whose weights are loaded on this machine."""
    with listing.as_it_stands(settings, Runtime()) as store:
        registry = store.current() if store is not None else None
        if store is None or registry is None:
            return ()
        at = store.now()
        return tuple(
            entry
            for entry in registry.entries
            if entry.provider == "llama_cpp"
            and entry.sha256 is not None
            and registry.in_force(entry.entry_id, at).entry is not None
        )


def wanted(settings: Settings, name: str) -> Wanted:
    """The model of an entry's id or of a name.

    Raises:
        BadArgument: nothing in force and nothing that can be fetched is called so.
    """
    known = weights.models()
    by_digest = {model.sha256: model for model in known.values()}
    for entry in entries(settings):
        model = by_digest.get(str(entry.sha256))
        if name in {entry.entry_id, model.id if model else ""}:
            named = [known.get(one.removeprefix(PARTS)) for one in entry.sources if one.startswith(PARTS)]
            whole = [one for one in named if one is not None and one.sha256 == entry.sha256]
            return Wanted(
                name=entry.entry_id,
                sha256=str(entry.sha256),
                entry=entry,
                model=model or next(iter(whole), None),
                sources=tuple(one for one in entry.sources if not one.startswith(PARTS)),
            )
    if name not in known:
        raise BadArgument(f"there are {', '.join(known)}", key="weights.no_model", name=name[:120])
    return Wanted(name=name, sha256=known[name].sha256, entry=None, model=known[name])


def fetched(settings: Settings, one: Wanted, source: Path | None, report: Report) -> Weights:
    """Get the file: from the folder that was named, else from the entry's addresses, else in parts.

    Raises:
        NotFetched: no source gave it.
    """
    folder, now = folder_of(settings), Runtime().now
    if source is not None:
        return downloading.from_folder(source, folder, model=one.name, sha256=one.sha256, now=now)
    if one.sources:
        hosts = {httpx.URL(url).host for url in one.sources}
        outbound = Outbound(allowed=lambda host, port: host in hosts)
        try:
            return downloading.from_addresses(
                one.sources,
                folder,
                model=one.name,
                sha256=one.sha256,
                outbound=outbound,
                now=now,
                progress=report,
            )
        except NotFetched:
            if one.model is None:
                raise
    if one.model is None:
        raise NotFetched(f"{one.name} names no source", key="weights.no_source")
    return fetching.fetch(one.model, folder, download=fetching.pip_download, now=now, progress=report)


def told_list(settings: Settings, arguments: argparse.Namespace) -> Told:
    """Every local entry in force with its state, and what can be fetched beside."""
    folder = folder_of(settings)
    held = {one.sha256: one for one in weights.listing(folder)}
    listed = [_entry_row(entry, folder, held) for entry in entries(settings)]
    others: list[dict[str, Any]] = [
        {
            "id": model.id,
            "name": model.name,
            "bytes": model.bytes,
            "licence": model.licence,
            "languages": list(model.languages),
            "sha256": model.sha256,
            "here": model.sha256 in held,
        }
        for model in weights.models().values()
    ]
    lines = [f"{row['state']:>8}  {row['entry_id']}" for row in listed] or [
        "No entry in force asks for weights here."
    ]
    lines.append("Can be fetched:")
    lines += [
        f"{'here' if row['here'] else '-':>8}  {row['id']:<24} {row['bytes'] / 1e6:>8,.0f} MB  {row['licence']}"
        for row in others
    ]
    return Told({"entries": listed, "models": others}, lines)


def told_add(settings: Settings, arguments: argparse.Namespace) -> Told:
    """Take a file."""
    held = weights.add(arguments.file, folder_of(settings), arguments.sha256, now=Runtime().now)
    return Told({"verb": "add", "weights": row_of(held)}, (f"{held.path}: {held.sha256}",))


def told_remove(settings: Settings, arguments: argparse.Namespace) -> Told:
    """Delete a file."""
    gone = weights.remove(folder_of(settings), arguments.name)
    return Told({"verb": "remove", "weights": row_of(gone)}, (f"{gone.path}: {gone.bytes / 1e6:,.0f} MB",))


def told_check(settings: Settings, arguments: argparse.Namespace) -> Told:
    """Hash every file anew."""
    checked = weights.check(folder_of(settings))
    rows = [{**row_of(held), "whole": whole} for held, whole in checked]
    lines = [
        f"{'whole' if whole else 'CHANGED':>8}  {held.model:<24} {held.path.name}  {held.sha256}"
        for held, whole in checked
    ]
    return Told({"verb": "check", "files": rows}, lines, 0 if all(whole for _, whole in checked) else 1)


def row_of(held: Weights) -> dict[str, Any]:
    """A file for scripts."""
    return {
        "model": held.model,
        "file": held.path.name,
        "sha256": held.sha256,
        "bytes": held.bytes,
        "added": held.added,
    }


def _entry_row(entry: RegistryEntry, folder: Path, held: Mapping[str, Weights]) -> dict[str, Any]:
    here = held.get(str(entry.sha256))
    state = ABSENT
    if here is not None:
        state = CHECKED if weights.is_as_checked(here) else PRESENT
        if servers.find(folder, here.sha256) is not None:
            state = RUNNING
    return {
        "entry_id": entry.entry_id,
        "names": dict(entry.names),
        "sha256": entry.sha256,
        "state": state,
        "bytes": here.bytes if here else None,
        "sources": list(entry.sources),
        "context_tokens": entry.context_tokens,
    }
