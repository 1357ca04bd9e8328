"""How a list came to be: each entry's changes of status carried on from issue to issue, and the issues themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Targets

from app.errors import BadSetting, RegistryRefused
from app.registry.document import Document, parse, stamp
from app.registry.feed import LIST_FILE
from app.registry.issue import ONLINE, Copy, Profile

LONGEST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What an issue changed, as ids of entries; `changed` have another status than in the issue before."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One published list."""

    sequence: int
    issued_at: datetime
    digest: str
    entries: int
    changes: Changes


def continued(
    source: Mapping[str, Any], before: Document | None, *, at: datetime, may_drop: bool = False
) -> dict[str, Any]:
    """A source with the history of each entry: what the issue before says, and a line for each status that changed.

    An entry that gives its own history keeps it.

    Raises:
        BadSetting: an entry of the issue before is gone, although people should go on seeing that it was withdrawn.
    """
    held = {} if before is None else {raw["entry_id"]: raw for raw in before.raw["entries"]}
    kept = {raw.get("entry_id") for raw in source["entries"]}
    gone = [entry_id for entry_id in held if entry_id not in kept]
    if gone and not may_drop:
        raise BadSetting(
            f"{', '.join(gone)}: left out of the source; keep it with `status: withdrawn`, so that people see what "
            "became of it, or say --drop"
        )
    return {
        **source,
        "entries": [_continued(raw, held.get(raw.get("entry_id")), at) for raw in source["entries"]],
    }


def _continued(raw: Mapping[str, Any], before: Mapping[str, Any] | None, at: datetime) -> dict[str, Any]:
    if raw.get("history"):
        return dict(raw)
    changes = list(before.get("history", ())) if before is not None else []
    if not changes or changes[-1]["status"] != raw.get("status"):
        change = {"status": raw.get("status"), "at": stamp(at)}
        if raw.get("reason_code"):
            change["reason_code"] = raw["reason_code"]
        changes.append(change)
    return {**raw, "history": changes[-LONGEST:]}


def issues(out: Path, *, profile: Profile = ONLINE) -> tuple[Issue, ...]:
    """Every list that was published in a folder, oldest first.

    Raises:
        BadSetting: nothing is published there.
        RegistryRefused: what lies there is no list.
    """
    copy = Copy(out / profile.name, profile)
    found: list[Issue] = []
    before: Document | None = None
    for version in copy.versions("targets"):
        document = _list_of(copy, version)
        if before is not None and document.digest == before.digest:
            continue
        found.append(_issue(document, before))
        before = document
    if not found:
        raise BadSetting(f"{out.name}: nothing is published in {profile.name}/")
    return tuple(found)


def _list_of(copy: Copy, version: int) -> Document:
    try:
        metadata = (copy.folder / "metadata" / f"{version}.targets.json").read_bytes()
        Metadata[Targets].from_bytes(metadata)
        return parse(copy.target_of(metadata, LIST_FILE))
    except (RepositoryError, KeyError, OSError) as error:
        raise RegistryRefused(f"issue {version}: {error}", key="registry.list.incomplete") from error


def changes(document: Document, before: Document | None) -> Changes:
    """What a list changed against the one before; None: all of it is new."""
    now = {entry.entry_id: entry.status for entry in document.entries}
    then = {} if before is None else {entry.entry_id: entry.status for entry in before.entries}
    return Changes(
        added=tuple(sorted(one for one in now if one not in then)),
        changed=tuple(sorted(one for one in now if one in then and now[one] != then[one])),
        removed=tuple(sorted(one for one in then if one not in now)),
    )


def _issue(document: Document, before: Document | None) -> Issue:
    return Issue(
        sequence=document.sequence,
        issued_at=document.issued_at,
        digest=document.digest,
        entries=len(document.entries),
        changes=changes(document, before),
    )
