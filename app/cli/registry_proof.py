"""The offline proof as a document: the log's own integrity, and every call of a model held to the archived lists."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from app.audit import Status as LogStatus
from app.audit import check, same_database
from app.audit.reading import clear_parts, snapshot
from app.registry.archive import files_of
from app.registry.proof import prove
from app.registry.proof_records import Logged, Proof, Status
from app.settings import Settings

MEANINGS: Mapping[str, str] = {
    "archive_missing": "a signed file that the list rested on is not in the archive",
    "archive_unnamed": "the record of a list is of an older release and names no files",
    "root_unknown": "the list rests on a trust anchor that was not given (--root)",
    "log_unreadable": "the log cannot be read",
    "list_unproved": "the archived files do not prove the list that the record names",
    "list_not_derived": "the list of this call could not be derived",
    "list_unknown": "the call names a list of which no record tells",
    "list_pruned": "the record of the list that the call names went with a pruning",
    "list_differs": "the call names another list than its record of acceptance",
    "update_differs": "the record of a list says something else than its files",
    "accepted_expired": "the list was accepted after it had ended",
    "rolled_back": "an older list came after a newer one",
    "not_admitted": "something was called that the gate is not recorded to have admitted",
    "not_in_force": "the entry was not in force at that instant",
    "entry_differs": "the entry in the list is another one than the record names",
    "before_its_list": "the call is older than the list that it names",
    "after_its_list": "the call names a list that was replaced before",
    "time_differs": "the instant does not fit the times of the records around it",
    "time_unreadable": "an instant cannot be read",
    "permit_unreadable": "what the record says of a call is of another form",
}


def proved(
    settings: Settings, *, log: str | None, roots: Sequence[Path], anchors: Sequence[Path]
) -> dict[str, Any]:
    """Verify a log and hold every call in it to the archive; docs/registry-verify.schema.json.

    Args:
        log: a data folder, a database file (keys and checkpoints are looked for beside it), or a URL; None: the app's.
        roots: trust anchors; none: the settings' own, or that of the demonstration ministry in the data folder.
    """
    url, home = _place(settings, log)
    copied = home == settings.home and not same_database(url, settings.database_url)
    report = check(url, home, anchors=anchors, copied=copied)
    proof = Proof()
    try:
        with snapshot(url) as connection:

            def read() -> Iterator[Logged]:
                return (Logged(leaf=leaf, clear=clear) for leaf, clear in clear_parts(connection))

            roots_of = _roots(settings, roots, home)
            pruned = bool(report.document["pruned"])
            proof = prove(read, files_of(connection), roots=roots_of, pruned=pruned)
    except (SQLAlchemyError, ImportError) as error:
        proof.add("log_unreadable", Status.CANNOT_TELL, Logged(leaf=None, clear={}), type(error).__name__)
    status = proof.status
    if report.status is LogStatus.TAMPERED:
        status = Status.CONTRADICTION
    elif report.status is LogStatus.CANNOT_TELL and status is Status.OK:
        status = Status.CANNOT_TELL
    return {
        "schema_version": 1,
        "status": str(status),
        "log": {
            "status": str(report.status),
            "size": report.size,
            "root": report.root,
            "anchored": report.anchored,
            "first_bad_leaf": report.first_bad_leaf,
            "problems": [dict(one) for one in report.document["problems"]],
        },
        "records": proof.records,
        "answers": proof.answers,
        "others": proof.others,
        "calls": proof.calls,
        "lists": proof.updates,
        "by_time": proof.by_time,
        "found": proof.found,
        "problems": [{**asdict(one), "status": str(one.status)} for one in proof.problems],
    }


def lines(document: Mapping[str, Any]) -> Iterator[str]:
    """The same for people."""
    log = document["log"]
    yield (
        f"{document['answers']} answers and {document['others']} other records with {document['calls']} admissions of a "
        f"model, by {document['lists']} lists in force: {document['status'].replace('_', ' ')}"
    )
    yield f"the log itself ({log['size']} leaves): {log['status'].replace('_', ' ')}"
    if not log["anchored"]:
        yield "  not compared with a head that somebody else kept (--anchor)"
    for one in log["problems"]:
        yield f"  log: {one['key'].replace('_', ' ')} {one['facts']}"
    for one in document["problems"]:
        place = "" if one["leaf"] is None else f"leaf {one['leaf']}, "
        yield f"  {place}record {one['record']}: {MEANINGS[one['key']]} ({one['detail']})"
    for key, number in document["found"].items():
        listed = sum(one["key"] == key for one in document["problems"])
        if number > listed:
            yield f"  and {number - listed} more: {MEANINGS[key]}"


def _place(settings: Settings, log: str | None) -> tuple[str, Path]:
    if log is None:
        return settings.database_url, settings.home
    if "://" in log:
        return log, settings.home
    path = Path(log).expanduser()
    return (f"sqlite:///{path / 'ustaz.db'}", path) if path.is_dir() else (f"sqlite:///{path}", path.parent)


def _roots(settings: Settings, given: Sequence[Path], home: Path) -> list[bytes]:
    if given:
        return [path.read_bytes() for path in given]
    own = [settings.registry_root, home / "ministry" / "keys" / "roots" / "1.root.json"]
    return [path.read_bytes() for path in own if path is not None and path.is_file()]
