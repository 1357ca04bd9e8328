"""The list of models on this machine: where it is taken from, what the log remembers of it, what a demonstration allows."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app.addresses import read_target
from app.audit import AuditLog, Filter
from app.database import Database, Entry, Recorder
from app.errors import BadSetting, RegistryRefused
from app.outbound import Outbound
from app.registry import Kind, RegistryStore, Witness
from app.registry import demonstration as demonstration_ministry
from app.registry.feed import HttpsSource
from app.runtime import Runtime
from app.settings import Settings

LOGGER = logging.getLogger("ustaz")


def registry_of(settings: Settings, database: Database, audit: AuditLog, runtime: Runtime) -> RegistryStore:
    """The store with the newest list that could be had; a list that is refused leaves the one in force."""
    store = _store(settings, database, audit, runtime, LogWitness(audit))
    try:
        take(settings, store, runtime)
    except RegistryRefused as refused:
        LOGGER.warning("the list was refused: %s", refused)
    return store


def _store(
    settings: Settings, database: Database, recorder: Recorder, runtime: Runtime, witness: Witness | None
) -> RegistryStore:
    if settings.demonstration:
        ministry = demonstration_ministry.ensure(settings.home / "ministry", runtime)
        root, list_id = ministry.root, ministry.list_id
    elif settings.registry_root is None or not settings.registry_root.is_file():
        raise BadSetting(f"USTAZ_REGISTRY_ROOT: {settings.registry_root} is not a file")
    else:
        root, list_id = settings.registry_root.read_bytes(), None
    return RegistryStore(
        database,
        recorder,
        runtime,
        root=root,
        demonstration=settings.demonstration,
        list_id=list_id,
        profile=settings.registry_profile,
        witness=witness,
    )


@contextmanager
def as_it_stands(settings: Settings, runtime: Runtime) -> Iterator[RegistryStore | None]:
    """The list in force, to read beside the app or without it; None: nothing was set up here yet. No feed is asked."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        yield None
        return
    database = Database(settings.database_url)
    try:
        yield _store(settings, database, OnlyReading(), runtime, None)
    finally:
        database.close()


class OnlyReading:
    """Stands where the log would be for whoever only reads."""

    def record(self, session: Session, entry: Entry) -> UUID:
        """Refuse."""
        raise NotImplementedError("nothing is changed here")


@dataclass(frozen=True, slots=True)
class LogWitness:
    """The log's memory of accepted lists: a database restored from yesterday cannot bring an older list back."""

    audit: AuditLog

    def highest(self, list_id: str) -> int:
        """The highest sequence that the log holds as accepted; 0 if none.

        Sequences only rise, so the newest page with an accepted one holds the highest, however many were
        refused since.
        """
        after = None
        while True:
            page = self.audit.search(Filter(kinds=("registry_update",)), after=after, limit=200)
            accepted = [
                int(record.clear.get("registry_sequence") or 0)
                for record in page.records
                if record.clear.get("verdict") == "accepted" and _about(record.clear) in (None, list_id)
            ]
            if accepted or page.next is None:
                return max(accepted, default=0)
            after = page.next


def _about(clear: Mapping[str, Any]) -> object:
    return (clear.get("details") or {}).get("list_id")


def take(settings: Settings, store: RegistryStore, runtime: Runtime) -> None:
    """Ask the feed once; the demonstration ministry keeps its signatures fresh first."""
    if settings.registry_mirror:
        store.pull(mirror_of(settings.registry_mirror), source=f"mirror:{settings.registry_mirror}")
    elif settings.registry_folder is not None:
        store.take(settings.registry_folder, source="folder")
    else:
        ministry = demonstration_ministry.ensure(settings.home / "ministry", runtime)
        store.take(ministry.published, source="demonstration")


def mirror_of(address: str) -> HttpsSource:
    """The list at an address from the settings; its host alone may be called, also on the school's own network."""
    target = read_target(address)

    def same(host: str, port: int) -> bool:
        return (host, port) == (target.host, target.port)

    return HttpsSource(Outbound(allowed=same, near=same), address)


def demonstration_choice(registry: RegistryStore) -> tuple[str, ...]:
    """What the demonstration school allows at first: models in force, measured, that run in the country."""
    current = registry.current()
    if current is None:
        return ()
    at = registry.now()
    return tuple(
        entry.entry_id
        for entry in current.entries
        if entry.kind is not Kind.EMBEDDER
        and current.in_force(entry.entry_id, at).entry is not None
        and entry.processing_country == current.country
        and any(entry.languages.values())
    )
