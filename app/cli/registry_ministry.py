"""What `ustaz registry` does for a ministry, each verb told as a JSON document and as lines for people."""

import argparse
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuf.api.metadata import Metadata, Root

from app.cli.registry_log import FOLDER, MinistryLog
from app.errors import BadSetting
from app.registry import history, keys, publish
from app.registry.document import Document, parse, stamp
from app.registry.feed import LIST_FILE
from app.registry.issue import Copy
from app.registry.source import read_source
from app.runtime import Runtime

PROFILES = (publish.ONLINE, publish.OFFLINE)


@dataclass(frozen=True, slots=True)
class Told:
    """What was done: for scripts (docs/registry-publish.schema.json), and in lines for people."""

    document: Mapping[str, Any]
    lines: Sequence[str]


def done(arguments: argparse.Namespace) -> Told:
    """Do what the verb says, and tell it.

    Raises:
        BadSetting: a key, a folder or a source cannot be used so; nothing was published.
        RegistryRefused: a school would refuse the list; nothing was published.
    """
    verbs: Mapping[str, Callable[[argparse.Namespace, Runtime], dict[str, Any]]] = {
        "ceremony": _ceremony,
        "publish": _publish,
        "revoke": _revoke,
        "renew": _renew,
        "rotate": _rotate,
        "history": _history,
    }
    told = verbs[arguments.verb](arguments, Runtime())
    lines = told.pop("lines")
    return Told({"schema_version": 1, "verb": arguments.verb, **told}, lines)


def _ceremony(arguments: argparse.Namespace, runtime: Runtime) -> dict[str, Any]:
    root = keys.ceremony(arguments.folder, runtime.now(), apart=True)
    places = sorted(str(path.relative_to(arguments.folder)) for path in arguments.folder.rglob("*.pem"))
    anchor = arguments.folder / keys.PUBLIC / "roots" / "1.root.json"
    return {
        "keys": places,
        **_root(root),
        "lines": [
            *(f"  {place}" for place in places),
            f"trust anchor of every school: {anchor.relative_to(arguments.folder)}",
            f"  sha256 {hashlib.sha256(root).hexdigest()}",
            "Carry each holder's folder away now, and keep no copy together.",
        ],
    }


def _publish(arguments: argparse.Namespace, runtime: Runtime) -> dict[str, Any]:
    at, before = runtime.now(), publish.current(arguments.out)
    source = history.continued(read_source(arguments.source, at=at), before, at=at, may_drop=arguments.drop)
    if arguments.dry_run:
        held = Copy(arguments.out / publish.ONLINE.name, publish.ONLINE).target("targets", LIST_FILE)
        document = parse(publish.compose(source, held, at))
    else:
        ring = keys.KeyRing.open(*arguments.keys)
        log = MinistryLog.of(ring, arguments.keys)
        held = Copy(arguments.out / publish.ONLINE.name, publish.ONLINE).target("targets", LIST_FILE)
        about = _logged(parse(publish.compose(source, held, at)))
        files = log.proof("published", at, about)
        document = publish.publish(source, ring, arguments.out, at=at, profiles=PROFILES, files=files)
        log.add("published", at, about)
        log.copy_to(arguments.out)
    changes = history.changes(document, before)
    said = "would be" if arguments.dry_run else "is"
    return {
        "published": not arguments.dry_run,
        **_list(document),
        "changes": _changes(changes),
        **({} if arguments.dry_run else _expiries(arguments.out)),
        "lines": [
            f"{document.list_id} no. {document.sequence} {said} signed: {len(document.entries)} entries",
            *_change_lines(changes),
            f"  sha256 {document.digest}",
        ],
    }


def _revoke(arguments: argparse.Namespace, runtime: Runtime) -> dict[str, Any]:
    at, held = runtime.now(), publish.current(arguments.out)
    if held is not None and arguments.entry not in {entry.entry_id for entry in held.entries}:
        raise BadSetting(f"{arguments.entry}: no entry of {held.list_id} no. {held.sequence}")
    row = {"entry_id": arguments.entry, "status": arguments.status, "since": stamp(at)}
    if arguments.reason:
        row["reason_code"] = arguments.reason
    ring = keys.KeyRing.open(*arguments.keys)
    log = MinistryLog.of(ring, arguments.keys)
    publish.revoke([row], ring, arguments.out, at=at, profiles=PROFILES)
    log.add("revoked", at, row)
    log.copy_to(arguments.out)
    return {
        "revoked": [row],
        **_expiries(arguments.out),
        "lines": [
            f"{arguments.entry} is {arguments.status} since {row['since']}: put both folders on the web now."
        ],
    }


def _renew(arguments: argparse.Namespace, runtime: Runtime) -> dict[str, Any]:
    ring = keys.KeyRing.open(*arguments.keys)
    publish.renew(ring, arguments.out, at=runtime.now(), profiles=PROFILES)
    told = _expiries(arguments.out)
    lines = [f"  {name}: valid until {min(ends.values())}" for name, ends in told["expires"].items()]
    return {**told, "lines": ["The short-lived parts are signed afresh.", *lines]}


def _rotate(arguments: argparse.Namespace, runtime: Runtime) -> dict[str, Any]:
    at = runtime.now()
    MinistryLog.of(keys.KeyRing.open(*arguments.keys), arguments.keys)  # refuses before anything is signed
    root = keys.renew_root(*arguments.keys, at=at, replace=arguments.replace, into=arguments.into)
    told = _root(root)
    log = MinistryLog.of(keys.KeyRing.open(*arguments.keys), arguments.keys)
    log.add("rotated", at, {**told["root"], "replaced": list(arguments.replace)})
    made = ", ".join(arguments.replace) or "no key"
    return {
        **told,
        "replaced": list(arguments.replace),
        "lines": [
            f"root no. {told['root']['version']}, valid until {told['root']['expires']}; made anew: {made}",
            "Publish the list now, so that schools meet the new root.",
        ],
    }


def _history(arguments: argparse.Namespace, runtime: Runtime) -> dict[str, Any]:
    found = history.issues(arguments.out)
    lines: list[str] = []
    for issue in found:
        lines.append(
            f"no. {issue.sequence}  {stamp(issue.issued_at)}  {issue.entries} entries  {issue.digest}"
        )
        lines += _change_lines(issue.changes)
    rows = [
        {
            "sequence": issue.sequence,
            "issued_at": stamp(issue.issued_at),
            "digest": issue.digest,
            "entries": issue.entries,
            "changes": _changes(issue.changes),
        }
        for issue in found
    ]
    log = MinistryLog(arguments.out / FOLDER, None)
    told = _log(log, found)
    lines.append(
        f"log: {told['size']} leaves, {told['signed']} under a signed head, "
        + ("as they were signed" if told["agrees"] else "NOT as they were signed")
        + (f"; without a leaf: no. {', '.join(map(str, told['unlogged']))}" if told["unlogged"] else "")
    )
    return {"issues": rows, "log": told, "lines": lines}


def _log(log: MinistryLog, found: Sequence[history.Issue]) -> dict[str, Any]:
    """What the ministry's own log says, and the issues that it does not hold."""
    head = log.head()
    leaves = (json.loads(entry) for entry in log.entries())
    held = {(one["sequence"], one["digest"]) for one in leaves if one["event"] == "published"}
    return {
        "size": head.size,
        "signed": head.signed,
        "root": head.root,
        "agrees": head.agrees,
        "unlogged": [issue.sequence for issue in found if (issue.sequence, issue.digest) not in held],
    }


def _logged(document: Document) -> dict[str, Any]:
    """What a leaf says of a list."""
    return {
        "list_id": document.list_id,
        "sequence": document.sequence,
        "digest": document.digest,
        "entries": len(document.entries),
    }


def _list(document: Document) -> dict[str, Any]:
    return {
        "list_id": document.list_id,
        "sequence": document.sequence,
        "digest": document.digest,
        "issued_at": stamp(document.issued_at),
        "next_update": stamp(document.next_update),
        "entries": len(document.entries),
    }


def _root(body: bytes) -> dict[str, Any]:
    root = Metadata[Root].from_bytes(body).signed
    digest = hashlib.sha256(body).hexdigest()
    return {"root": {"version": root.version, "expires": stamp(root.expires), "sha256": digest}}


def _expiries(out: Path) -> dict[str, Any]:
    """Until when each role of each published copy is valid."""
    ends: dict[str, dict[str, str]] = {}
    for profile in PROFILES:
        copy = Copy(out / profile.name, profile)
        held = {"timestamp": copy.timestamp()}
        held |= {role: copy.latest(role) for role in ("root", "targets", "snapshot", "revocations")}
        ends[profile.name] = {
            role: stamp(Metadata.from_bytes(body).signed.expires) for role, body in held.items() if body
        }
    return {"expires": ends}


def _changes(changes: history.Changes) -> dict[str, list[str]]:
    return {
        "added": list(changes.added),
        "changed": list(changes.changed),
        "removed": list(changes.removed),
    }


def _change_lines(changes: history.Changes) -> Sequence[str]:
    return [f"  {word:>8}  {one}" for word, names in _changes(changes).items() for one in names]
