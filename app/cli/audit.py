"""Verify the log, an exported bundle or the proof of a record offline, prove or export records, or erase texts.

Exit status of `verify`: 0 nothing was found changed, 1 tampered, 2 cannot tell.
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli import audit_erase, audit_export, audit_inventory, audit_outside, audit_policy
from app.errors import BadArgument

if TYPE_CHECKING:
    from app.audit import Report
    from app.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    verify = verbs.add_parser("verify", help="read the whole log and say whether it adds up")
    what = verify.add_mutually_exclusive_group()
    what.add_argument("--database", help="URL of the database; default: the app's")
    what.add_argument("--bundle", type=Path, help="an exported bundle, instead of a database")
    what.add_argument(
        "--proof", type=Path, help="the proof of one record (.tlog-proof), instead of a database"
    )
    verify.add_argument("--record", type=Path, help="the bytes of the record that the proof is about")
    verify.add_argument(
        "--key", type=Path, help="the log's public keys; default: keys/verifier.pub of the app"
    )
    verify.add_argument(
        "--since", type=Path, help="a head that was verified before: read only what came after it"
    )
    verify.add_argument(
        "--anchor", type=Path, action="append", default=[], help="checkpoints that were kept elsewhere"
    )
    verify.add_argument(
        "--checkpoints", type=Path, help="the copied file of heads of a log that was copied (log.checkpoints)"
    )
    verify.add_argument(
        "--witness-key", type=Path, help="public keys of witnesses; default: USTAZ_WITNESS_KEY"
    )
    verify.add_argument(
        "--json", action="store_true", help="one JSON document, docs/audit-verify.schema.json"
    )
    backup = verbs.add_parser("backup", help="copy the log, and its keys apart, into a folder")
    backup.add_argument("folder", type=Path, metavar="FOLDER")
    backup.add_argument(
        "--keep-keys",
        type=int,
        default=30,
        metavar="DAYS",
        help="delete copies of keys after so many days, at most 30",
    )
    restore = verbs.add_parser("restore-keys", help="put a copy of the keys into a restored SQLite database")
    restore.add_argument("restored", type=Path, metavar="DATABASE")
    restore.add_argument("copy", type=Path, metavar="KEYS")
    retention = verbs.add_parser("retention", help="end what is over: texts, wrapping keys, old segments")
    retention.add_argument("--dry-run", action="store_true", help="only say what would be ended")
    retention.add_argument(
        "--json", action="store_true", help="one JSON document, docs/audit-retention.schema.json"
    )
    prove = verbs.add_parser("prove", help="write the inclusion proof of one record")
    prove.add_argument("record", metavar="RECEIPT", help="receipt code, as it stands under an answer")
    export = verbs.add_parser(
        "export", help="write records with their proofs as a bundle for another machine"
    )
    audit_export.add_arguments(export)
    policy = verbs.add_parser("policy", help="print the policy that judged, by the digest in a record")
    policy.add_argument("digest", metavar="DIGEST", help="`policy_digest` of a record: 64 hex digits")
    policy.add_argument("--canonical", action="store_true", help="the very bytes that the digest is of")
    inventory = verbs.add_parser(
        "inventory", help="print which lists the checks worked with, by the digest in a record"
    )
    inventory.add_argument("digest", metavar="DIGEST", help="`inventory_digest` of a record: 64 hex digits")
    inventory.add_argument("--canonical", action="store_true", help="the very bytes that the digest is of")
    verbs.add_parser("index", help="hold what lists and charts are made from against every record")
    audit_erase.add_arguments(verbs)
    audit_outside.add_arguments(verbs)


def run(arguments: argparse.Namespace) -> int:
    """Verify, prove, export, or what `audit_outside` does."""
    if arguments.verb in audit_outside.VERBS:
        return audit_outside.run(arguments)
    from app.settings import Settings

    settings = Settings.from_env()
    if arguments.verb in audit_erase.VERBS:
        return audit_erase.run(arguments, settings)
    if arguments.verb == "prove":
        from app import bootstrap

        with bootstrap.opened(settings) as services:
            try:
                record = services.audit.find_code(arguments.record)
            except ValueError as error:
                print(f"ustaz: {arguments.record}: {error}", file=sys.stderr)
                return 2
            if record is None:
                print(f"ustaz: no record {arguments.record}", file=sys.stderr)
                return 1
            print(services.audit.prove(record.record_id), end="")
        return 0
    if arguments.verb == "backup":
        from app.audit import backup
        from app.runtime import Runtime

        now = Runtime().now()
        for path in backup(settings.database_url, arguments.folder, now=now, keep_days=arguments.keep_keys):
            print(path)
        return 0
    if arguments.verb == "restore-keys":
        from app.audit import restore_keys

        print(f"keys: {restore_keys(arguments.restored, arguments.copy)}")
        return 0
    if arguments.verb == "retention":
        return _retention(arguments, settings)
    if arguments.verb == "policy":
        return audit_policy.run(arguments, settings)
    if arguments.verb == "inventory":
        return audit_inventory.run(arguments, settings)
    if arguments.verb == "index":
        return audit_export.index(settings)
    if arguments.verb == "export":
        return audit_export.run(arguments, settings)
    return _verified(arguments, settings)


def _retention(arguments: argparse.Namespace, settings: "Settings") -> int:
    """End what is over, or say what would be."""
    from app import bootstrap
    from app.cli import print_json

    with bootstrap.opened(settings) as services:
        audit = services.audit
        swept = audit.retention.run(dry_run=True) if arguments.dry_run else audit.sweep()
    if arguments.json:
        print_json(swept.document())
        return 0
    would = "would lose" if swept.dry_run else "lost"
    print(f"texts before {swept.texts_before:%Y-%m-%d}: {swept.keys} {would} their key, {swept.held} on hold")
    print(f"wrapping keys expired: {', '.join(swept.months) or 'none'}; {swept.rewrapped} keys live on")
    print(
        f"records before {swept.records_before:%Y-%m-%d}: pruned={swept.pruned}, in all {swept.pruned_until}"
    )
    return 0


def _verified(arguments: argparse.Namespace, settings: "Settings") -> int:
    from app.cli import print_json
    from app.i18n import translator

    try:
        report = _report(arguments, settings)
    except (OSError, UnicodeDecodeError) as error:
        raise BadArgument(f"{getattr(error, 'filename', None) or 'a file given'} cannot be read") from error
    if arguments.json:
        print_json(report.document)
    else:
        t = translator("en")
        print(t.words(report.sentence))
        if report.document["pruned"]:
            print(f"  pruned={report.document['pruned']}")
        if not (report.checkpoint_file or arguments.bundle or arguments.proof):
            print("  not compared with the log's own file of heads (--checkpoints)")
        for problem in report.problems:
            print(f"  {t.words(problem)}")
    return report.exit_code


def _report(arguments: argparse.Namespace, settings: "Settings") -> "Report":
    """The verdict on what was named.

    Raises:
        OSError: a file that was named cannot be read.
    """
    from app.audit import check, check_bundle, check_proof, public_keys, same_database
    from app.bootstrap import anchors_of

    own = anchors_of(settings)
    named = arguments.witness_key.read_text(encoding="utf-8") if arguments.witness_key else None
    keys = arguments.key.read_text(encoding="utf-8") if arguments.key else public_keys(settings.home)
    if arguments.proof:
        record = arguments.record.read_bytes() if arguments.record else None
        return check_proof(
            arguments.proof.read_text(encoding="utf-8"), keys=keys, record=record, witnesses=named
        )
    if arguments.bundle:
        return check_bundle(arguments.bundle, keys=keys, anchors=arguments.anchor, witnesses=named)
    copied = arguments.database is not None and not same_database(arguments.database, settings.database_url)
    return check(
        arguments.database or settings.database_url,
        settings.home,
        keys=keys,
        anchors=arguments.anchor if copied else (*arguments.anchor, *own.kept(settings.home)),
        witnesses=named or (None if copied else own.witness_keys or None),
        heads=arguments.checkpoints,
        copied=copied,
        since=arguments.since.read_text(encoding="utf-8") if arguments.since else None,
    )
