"""The verifier finds every attack on the log, names the first bad leaf, and says when it cannot tell."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jsonschema import Draft202012Validator
from sqlalchemy import Table, insert, select, text
from sqlalchemy.orm import Session

from app.audit import AuditLog, Outcome, Report, check, indexing, verify
from app.audit.canonical import canonical, parse
from app.audit.checkpoint import text_of
from app.audit.merkle import CompactRange, leaf_hash
from app.audit.note import Signer
from app.audit.tables import CHECKPOINT, INDEX, JOURNAL, LEAF, NODE, RECORD, SEALED
from app.database import Database
from app.i18n import LANGUAGES, translator
from app.runtime import Runtime
from tests.audit import twin
from tests.audit.cases import asked, exchange, sentence, sign_in, unlocked
from tests.audit.conftest import MakeLog
from tests.conftest import NOON

SCHEMA = Path(__file__).parent.parent.parent / "docs" / "audit-verify.schema.json"
Attack = Callable[["Scene"], None]


class Scene:
    """A finished log of 14 leaves with heads at 5, 9 and 14, the keys of its host, and a head kept elsewhere."""

    def __init__(self, log: AuditLog, database: Database, home: Path, elsewhere: Path) -> None:
        self.database, self.home, self.anchor = database, home, elsewhere / "anchor.checkpoint"
        self.log = log
        for texts in (2, 2, 2):
            exchange(log, *("Сөйлем. " for _ in range(texts)))
            for _ in range(2):
                log.append(sign_in())
            log.sequence()
            if self.size == 4:
                log.append(sign_in())
            log.sequence(finish=True)
        log.append(sign_in())
        log.sequence(finish=True)
        seed = bytes.fromhex((home / "keys" / "signing.key").read_text())
        name = (home / "keys" / "verifier.pub").read_text().split("+")[0]
        self.signer = Signer(name=name, key=Ed25519PrivateKey.from_private_bytes(seed))
        self.keep()

    def keep(self) -> None:
        """The second party takes the newest head."""
        note = self.log._keeper._sequencer._checkpoints.last()  # type: ignore[union-attr]
        assert note is not None
        self.anchor.write_text(note.note, encoding="utf-8")

    @property
    def size(self) -> int:
        return len(self.order())

    def order(self) -> list[UUID]:
        rows = self.database.read(
            lambda session: session.scalars(select(LEAF.c.record_id).order_by(LEAF.c.leaf_index))
        )
        return list(rows)

    def body(self, at: int) -> bytes:
        record_id = self.order()[at]
        found = self.database.read(
            lambda session: session.scalar(select(RECORD.c.body).where(RECORD.c.record_id == record_id))
        )
        return bytes(found or b"")

    def sql(self, *statements: str) -> None:
        unlocked(self.database, *statements)

    def edit(self, at: int, **changes: Any) -> None:
        """Change a record's bytes, its columns, its own hash and what it is found by; nothing of the tree."""
        body = canonical({**parse(self.body(at)), **changes})
        values = {
            "body": body,
            "leaf_hash": leaf_hash(body).hex(),
            **{k: v for k, v in changes.items() if k in RECORD.c},
        }
        record_id = self.order()[at]

        def work(session: Session) -> None:
            session.execute(RECORD.update().where(RECORD.c.record_id == record_id).values(values))
            session.execute(INDEX.delete().where(INDEX.c.record_id == record_id))

        self.write(work)
        indexing.complete(self.database)

    def write(self, work: Callable[[Session], Any]) -> None:
        unlocked(self.database, work=work)

    def rebuild(
        self, order: list[UUID] | None = None, *, signer: Signer | None = None, heads: bool = True
    ) -> None:
        """Write leaves and nodes anew from the records as they are now; with `signer` the heads too."""
        order = order or self.order()
        rows = {
            row.record_id: row.leaf_hash
            for row in self.database.read(lambda s: s.execute(select(RECORD)).all())
        }
        sizes = self.database.read(
            lambda s: list(s.scalars(select(CHECKPOINT.c.size).order_by(CHECKPOINT.c.size)))
        )
        tree, leaves, nodes, signed = CompactRange(), [], [], []
        for index, record_id in enumerate(order):
            leaves.append({"leaf_index": index, "record_id": record_id, "leaf_hash": rows[record_id]})
            for node in tree.append(bytes.fromhex(rows[record_id])):
                nodes.append({"level": node.level, "node_index": node.index, "hash": node.hash.hex()})
            if signer is not None and index + 1 in sizes:
                note = signer.sign(text_of(signer.name, index + 1, tree.root(), NOON))
                signed.append(
                    {"size": index + 1, "root": tree.root().hex(), "note": note, "created_at": NOON}
                )

        def work(session: Session) -> None:
            session.execute(LEAF.delete())
            session.execute(NODE.delete())
            session.execute(insert(LEAF), leaves)
            session.execute(insert(NODE), nodes)
            if signed and heads:
                session.execute(CHECKPOINT.delete())
                session.execute(insert(CHECKPOINT), signed)

        self.write(work)

    def check(self, *, anchored: bool = False) -> Report:
        url = self.database.url.render_as_string(hide_password=False)
        report = check(url, self.home, anchors=[self.anchor] if anchored else [])
        for language in LANGUAGES:
            # Every finding can be said: no key is missing, no place of a sentence stays empty.
            assert all(translator(language).words(words) for words in (report.sentence, *report.problems))
        self.same(report, anchored=anchored)
        return report

    def same(self, report: Report, *, anchored: bool) -> None:
        """The second verifier says the same of the same tables, heads and key."""
        key, heads = self.home / "keys" / "verifier.pub", self.home / "checkpoints" / "log.checkpoints"
        if key.exists():
            path = twin.sqlite_of(self.database, self.anchor.parent)
            kept = [heads, *([self.anchor] if anchored else [])]
            assert twin.judged(path, key, *kept) == (report.status.value, report.first_bad_leaf)


@pytest.fixture
def scene(make_log: MakeLog, database: Database, home: Path, tmp_path: Path) -> Scene:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    made = Scene(make_log(), database, home, elsewhere)
    assert made.size == 14
    return made


def keys(report: Report) -> set[str]:
    return {words.key.removeprefix("audit.problem.") for words in report.problems}


def test_an_untouched_log_adds_up(scene: Scene) -> None:
    report = scene.check(anchored=True)

    assert (report.status, report.exit_code, report.first_bad_leaf, report.problems) == ("ok", 0, None, ())
    assert (report.size, report.signed_size, report.anchored, report.checkpoint_file) == (14, 14, True, True)
    assert report.sentence.key == "audit.integrity.ok.anchored"


def test_without_a_head_kept_elsewhere_it_adds_up_but_is_not_anchored(scene: Scene) -> None:
    report = scene.check()

    assert (report.exit_code, report.anchored, report.document["anchored"]) == (0, False, False)


# Every attack: what it does, what is found, and the first leaf that is named.


def edited(scene: Scene) -> None:
    other = scene.body(1)
    changed = RECORD.update().where(RECORD.c.record_id == scene.order()[4]).values(body=other)
    scene.write(lambda session: session.execute(changed))


def edited_with_its_hash(scene: Scene) -> None:
    scene.edit(6, role="auditor")


def edited_with_the_whole_tree(scene: Scene) -> None:
    scene.edit(6, outcome="withheld")
    scene.rebuild()


def deleted(scene: Scene) -> None:
    scene.sql(f"DELETE FROM audit_record WHERE leaf_hash = '{leaf_hash(scene.body(3)).hex()}'")  # noqa: S608


def deleted_with_its_leaf(scene: Scene) -> None:
    order = scene.order()
    deleted(scene)
    scene.rebuild(order[:3] + order[4:])


def swapped(scene: Scene) -> None:
    order = scene.order()
    order[2], order[3] = order[3], order[2]
    scene.rebuild(order)


def inserted(scene: Scene) -> None:
    order = scene.order()
    scene.log.append(sign_in())
    scene.log.sequence()
    new = scene.order()[-1]
    scene.rebuild([*order[:4], new, *order[4:]])


def cut(scene: Scene) -> None:
    order = scene.order()
    gone = ", ".join(f"'{one if scene.database.dialect == 'postgresql' else one.hex}'" for one in order[9:])
    scene.rebuild(order[:9])
    scene.sql(
        f"DELETE FROM audit_record WHERE record_id IN ({gone})",  # noqa: S608
        "DELETE FROM audit_checkpoint WHERE size > 9",
        "UPDATE audit_lane SET last = (SELECT COUNT(*) FROM audit_record) WHERE last > 0",
    )


def head_replaced(scene: Scene) -> None:
    scene.sql(
        "UPDATE audit_checkpoint SET note = (SELECT note FROM audit_checkpoint WHERE size = 5) WHERE size = 9"
    )


def head_edited(scene: Scene) -> None:
    scene.sql("UPDATE audit_checkpoint SET size = 8 WHERE size = 9")


def signed_by_another_key(scene: Scene) -> None:
    scene.edit(6, outcome="withheld")
    scene.rebuild(signer=Signer(name=scene.signer.name, key=Ed25519PrivateKey.from_private_bytes(bytes(32))))


def cache_edited(scene: Scene) -> None:
    scene.sql(f"UPDATE audit_node SET hash = '{'ab' * 32}' WHERE level = 1 AND node_index = 2")  # noqa: S608


def cache_thinned(scene: Scene) -> None:
    scene.sql("DELETE FROM audit_node WHERE level = 2 AND node_index = 1")


def leaf_doubled(scene: Scene) -> None:
    order = scene.order()
    scene.sql("DROP INDEX uq_audit_leaf_record")
    scene.rebuild([*order, order[5]])


def pseudonym_changed(scene: Scene) -> None:
    changed = RECORD.update().where(RECORD.c.record_id == scene.order()[7]).values(pseudonym="cd" * 32)
    scene.write(lambda session: session.execute(changed))


def time_changed(scene: Scene) -> None:
    scene.write(
        lambda s: s.execute(
            RECORD.update().where(RECORD.c.record_id == scene.order()[7]).values(created_at=NOON)
        )
    )


def sealed_changed(scene: Scene) -> None:
    scene.write(lambda session: session.execute(SEALED.update().values(ciphertext=b"something else")))


def sealed_deleted(scene: Scene) -> None:
    scene.sql("DELETE FROM audit_sealed")


def sealed_swapped(scene: Scene) -> None:
    first, second, *_ = held(scene.database, SEALED)
    statements = [
        SEALED.update().where(SEALED.c.record_id == one["record_id"]).values(ciphertext=other["ciphertext"])
        for one, other in ((first, second), (second, first))
    ]
    scene.write(lambda session: [session.execute(statement) for statement in statements])


def places_swapped(scene: Scene) -> None:
    order = scene.order()
    scene.sql("DROP INDEX uq_audit_leaf_record")
    statements = [
        LEAF.update().where(LEAF.c.leaf_index == leaf).values(record_id=record)
        for leaf, record in ((9, order[10]), (10, order[9]))
    ]
    scene.write(lambda session: [session.execute(statement) for statement in statements])


def journal_changed_before_its_end(scene: Scene) -> None:
    opened = scene.log.open(asked())
    opened.journal(sentence(1, "a"))
    scene.write(lambda session: session.execute(JOURNAL.update().values(body=b"something else")))
    opened.close(Outcome.ANSWERED)
    scene.log.sequence(finish=True)


def waiting_changed(scene: Scene) -> None:
    receipt = scene.log.append(sign_in())
    changed = RECORD.update().where(RECORD.c.record_id == receipt.record_id)
    scene.write(lambda session: session.execute(changed.values(body=scene.body(1))))


def all_heads_deleted_and_cut(scene: Scene) -> None:
    order = scene.order()
    cut(scene)
    scene.sql("DELETE FROM audit_checkpoint")
    (scene.home / "checkpoints" / "log.checkpoints").unlink()
    assert len(order) == 14


def end_deleted(scene: Scene) -> None:
    opened = scene.log.open(asked())
    receipt = opened.close(Outcome.REFUSED)
    scene.write(
        lambda session: session.execute(RECORD.delete().where(RECORD.c.record_id == receipt.record_id))
    )


def end_doubled(scene: Scene) -> None:
    _, receipt = exchange(scene.log, "a")
    record = scene.log.find(receipt.record_id)
    assert record is not None
    scene.sql("DROP INDEX uq_audit_record_end")
    clear = {**record.clear, "record_id": str(Runtime().new_id()), "sequence": 9_999}
    forge(scene, clear)


def question_forged(scene: Scene) -> None:
    record = scene.log.find(scene.log.append(sign_in()).record_id)
    assert record is not None
    forge(scene, {**record.clear, "record_id": str(Runtime().new_id()), "sequence": 10_001})


def forge(scene: Scene, clear: dict[str, Any]) -> None:
    """A record that fits its columns, with a number of the attacker's choice."""
    body = canonical({**clear, "sealed": None})
    names = {"conversation_id": "gen_ai.conversation.id"}
    columns = {column.name: clear.get(names.get(column.name, column.name)) for column in RECORD.c}
    for name in ("record_id", "instance_id", "exchange_id"):
        columns[name] = None if clear[name] is None else UUID(clear[name])
    columns |= {
        "created_at": datetime.fromisoformat(clear["time"]),
        "body": body,
        "leaf_hash": leaf_hash(body).hex(),
    }
    scene.write(lambda session: session.execute(insert(RECORD), columns))


ATTACKS: list[tuple[Attack, str, int | None]] = [
    (edited, "record_changed", 4),
    (edited_with_its_hash, "record_changed", 6),
    (edited_with_the_whole_tree, "root_differs", 5),
    (deleted, "record_missing", 3),
    (deleted_with_its_leaf, "root_differs", 0),
    (swapped, "root_differs", 0),
    (inserted, "root_differs", 0),
    (cut, "cut_off", 9),
    (head_replaced, "head_changed", 5),
    (head_edited, "head_changed", 5),
    (signed_by_another_key, "head_not_signed", 5),
    (cache_edited, "node_changed", 4),
    (cache_thinned, "node_missing", 4),
    (leaf_doubled, "leaf_twice", 14),
    (pseudonym_changed, "columns_changed", 7),
    (time_changed, "columns_changed", 7),
    (sealed_changed, "sealed_changed", 0),
    (sealed_deleted, "sealed_missing", 0),
    (sealed_swapped, "sealed_changed", 0),
    (places_swapped, "record_changed", 9),
    (journal_changed_before_its_end, "journal_changed", 15),
    # What stands in no leaf yet has none to name.
    (waiting_changed, "waiting_changed", None),
    (end_deleted, "number_gap", None),
    (end_doubled, "ends_differ", None),
    (question_forged, "number_gap", None),
]


@pytest.mark.parametrize(
    ("attack", "found", "leaf"), ATTACKS, ids=lambda value: getattr(value, "__name__", None)
)
def test_every_attack_is_found_and_its_first_leaf_named(
    scene: Scene, attack: Attack, found: str, leaf: int | None
) -> None:
    attack(scene)
    report = scene.check()

    assert (report.status, report.exit_code) == ("tampered", 1)
    assert found in keys(report)
    assert report.first_bad_leaf == leaf


def test_a_log_that_was_cut_with_all_its_heads_is_caught_by_the_head_kept_elsewhere(scene: Scene) -> None:
    all_heads_deleted_and_cut(scene)
    report = scene.check(anchored=True)

    assert (report.exit_code, report.first_bad_leaf) == (1, 9)
    assert "cut_off" in keys(report)


@pytest.mark.parametrize("anchored", [False, True])
def test_who_holds_host_and_database_and_signs_anew_is_caught_by_the_head_kept_elsewhere(
    scene: Scene, anchored: bool
) -> None:
    scene.edit(6, outcome="withheld")
    scene.rebuild(signer=scene.signer)
    (scene.home / "checkpoints" / "log.checkpoints").write_text(
        "".join(
            scene.database.read(
                lambda s: s.scalars(select(CHECKPOINT.c.note).order_by(CHECKPOINT.c.size)).all()
            )
        ),
        encoding="utf-8",
    )
    report = scene.check(anchored=anchored)

    assert (report.exit_code, report.anchored) == (1 if anchored else 0, False)
    assert report.first_bad_leaf == (0 if anchored else None)


def test_the_more_heads_a_second_party_kept_the_nearer_the_first_bad_leaf_is_named(scene: Scene) -> None:
    shutil.copy(scene.home / "checkpoints" / "log.checkpoints", scene.anchor)
    scene.edit(6, outcome="withheld")
    scene.rebuild(signer=scene.signer)
    (scene.home / "checkpoints" / "log.checkpoints").unlink()
    report = scene.check(anchored=True)

    assert (report.exit_code, report.first_bad_leaf) == (1, 5)


def test_who_replaces_the_key_as_well_is_caught_too(scene: Scene) -> None:
    thief = Signer(name=scene.signer.name, key=Ed25519PrivateKey.from_private_bytes(bytes(32)))
    scene.edit(6, outcome="withheld")
    scene.rebuild(signer=thief)
    (scene.home / "keys" / "verifier.pub").write_text(thief.verifier)
    (scene.home / "checkpoints" / "log.checkpoints").unlink()

    assert scene.check(anchored=True).exit_code == 1


def test_two_replicas_that_forked_are_told_apart_by_each_others_heads(scene: Scene) -> None:
    scene.edit(13, school="school-18")
    scene.rebuild(signer=scene.signer)
    fork = scene.anchor.with_name("fork.checkpoint")
    note = scene.database.read(
        lambda s: s.scalar(select(CHECKPOINT.c.note).order_by(CHECKPOINT.c.size.desc()))
    )
    fork.write_text(note or "", encoding="utf-8")
    url = scene.database.url.render_as_string(hide_password=False)

    kept, path = scene.home / "checkpoints" / "log.checkpoints", twin.sqlite_of(scene.database, fork.parent)
    assert twin.judged(path, scene.home / "keys" / "verifier.pub", kept, scene.anchor)[0] == "tampered"
    assert check(url, scene.home, anchors=[fork]).exit_code == 1
    assert check(url, scene.home, anchors=[scene.anchor]).exit_code == 1
    assert "root_differs" in keys(check(url, scene.home, anchors=[scene.anchor]))


def test_a_restored_backup_is_a_rollback(make_log: MakeLog, database: Database) -> None:
    log = make_log()
    exchange(log, "a")
    log.sequence(finish=True)
    tables = [RECORD, INDEX, SEALED, LEAF, NODE, CHECKPOINT]
    backup = [(table, held(database, table)) for table in tables]
    exchange(log, "b")
    log.sequence(finish=True)
    assert log.verify().exit_code == 0

    def restore(session: Session) -> None:
        for table, rows in backup:
            session.execute(table.delete())
            session.execute(insert(table), rows)

    unlocked(database, "UPDATE audit_lane SET last = 2 WHERE last > 0", work=restore)
    report = log.verify()
    assert (report.exit_code, report.first_bad_leaf) == (1, 2)
    assert keys(report) == {"cut_off"}


def held(database: Database, table: Table) -> list[dict[str, Any]]:
    rows = database.read(lambda session: session.execute(select(table)).all())
    return [dict(row._mapping) for row in rows]


# What cannot be told, and what is no fault.


def test_an_exchange_of_a_living_process_is_listed_and_no_fault(scene: Scene) -> None:
    opened = scene.log.open(asked())
    report = scene.check()

    assert report.exit_code == 0
    assert report.open_exchanges == (opened.id.hex,)


def test_an_exchange_of_a_dead_process_cannot_be_told(scene: Scene) -> None:
    scene.log.open(asked())
    url = scene.database.url.render_as_string(hide_password=False)
    later = scene.database.now() + timedelta(hours=1)
    key = (scene.home / "keys" / "verifier.pub").read_text()
    result = verify.verify(url, verifier=key, now=later)

    assert (result.status.exit_code, set(result.found)) == (2, {"not_ended"})


def test_records_that_wait_for_their_leaf_are_no_fault(scene: Scene) -> None:
    scene.log.append(sign_in())
    report = scene.check()

    assert (report.exit_code, report.waiting, report.size) == (0, 1, 14)


def test_a_record_that_the_sequencer_passed_over_cannot_be_told(
    make_log: MakeLog, database: Database, home: Path
) -> None:
    log = make_log()
    log.sequence()
    log.append(sign_in())
    database.write(lambda session: session.execute(text("DELETE FROM audit_pending")))
    late = make_log(runtime=Runtime(now=lambda: Runtime().now() + timedelta(minutes=11)))
    late.append(sign_in())
    log.sequence(finish=True)
    report = log.verify()

    assert (report.exit_code, report.waiting, keys(report)) == (2, 1, {"passed_over"})


def test_without_the_public_key_it_cannot_be_told(scene: Scene) -> None:
    (scene.home / "keys" / "verifier.pub").unlink()
    report = scene.check()

    assert (report.exit_code, keys(report)) == (2, {"no_key"})


def test_a_lost_file_of_heads_cannot_be_told(scene: Scene) -> None:
    (scene.home / "checkpoints" / "log.checkpoints").unlink()
    report = scene.check()

    assert (report.exit_code, keys(report)) == (2, {"checkpoint_file_missing"})


@pytest.mark.parametrize("content", [None, "", "not a head\n"])
def test_an_anchor_that_is_none_cannot_be_told(scene: Scene, content: str | None) -> None:
    scene.anchor.unlink()
    if content is not None:
        scene.anchor.write_text(content)
    report = scene.check(anchored=True)

    assert (report.exit_code, keys(report), report.anchored) == (2, {"anchor_unreadable"}, False)


def test_an_anchor_of_another_log_cannot_be_told_where_its_root_fits_and_is_tampering_where_not(
    scene: Scene,
) -> None:
    other = Signer(name="other.example/log", key=Ed25519PrivateKey.from_private_bytes(bytes(32)))
    root = bytes.fromhex(scene.check().root)
    scene.anchor.write_text(other.sign(text_of(other.name, 14, root, NOON)), encoding="utf-8")
    assert scene.check(anchored=True).exit_code == 2
    scene.anchor.write_text(other.sign(text_of(other.name, 14, bytes(32), NOON)), encoding="utf-8")
    assert scene.check(anchored=True).exit_code == 1


@pytest.mark.parametrize("url", ["sqlite:////no/such/file.db", "postgresql://nobody@127.0.0.1:1/none"])
def test_a_database_that_cannot_be_read_cannot_be_told(url: str, tmp_path: Path) -> None:
    report = check(url, tmp_path)

    assert (report.exit_code, keys(report)) == (2, {"database_unreadable"})


def test_a_newer_schema_cannot_be_told(scene: Scene) -> None:
    scene.edit(0, schema_version=99)
    scene.rebuild(signer=scene.signer)

    assert "newer_schema" in scene.check().document["found"]


def test_garbage_in_every_text_column_is_tampering_and_no_crash(scene: Scene) -> None:
    scene.sql(
        "UPDATE audit_leaf SET leaf_hash = 'zz'",
        "UPDATE audit_node SET hash = ''",
        "UPDATE audit_checkpoint SET note = 'x', root = 'y'",
    )
    scene.write(
        lambda session: session.execute(RECORD.update().where(RECORD.c.kind == "auth").values(body=b"\xff{"))
    )

    assert scene.check().exit_code == 1


def test_a_verification_from_a_head_on_skips_what_was_verified_before(scene: Scene) -> None:
    heads = scene.database.read(
        lambda s: list(s.scalars(select(CHECKPOINT.c.note).order_by(CHECKPOINT.c.size)))
    )
    url = scene.database.url.render_as_string(hide_password=False)
    assert check(url, scene.home, since=heads[1]).exit_code == 0
    edited_with_its_hash(scene)
    assert check(url, scene.home, since=heads[1]).exit_code == 0
    assert check(url, scene.home, since=heads[0]).exit_code == 1
    scene.rebuild()
    assert check(url, scene.home, since=heads[1]).exit_code == 1


def test_a_head_to_start_from_must_be_one_of_this_log(scene: Scene) -> None:
    url = scene.database.url.render_as_string(hide_password=False)
    other = Signer(name="other.example/log", key=Ed25519PrivateKey.from_private_bytes(bytes(32)))

    assert check(url, scene.home, since=other.sign(text_of(other.name, 5, bytes(32), NOON))).exit_code != 0
    assert check(url, scene.home, since="nonsense").exit_code == 2


def test_progress_is_told_to_the_end(scene: Scene) -> None:
    told: list[tuple[int, int]] = []
    scene.log.verify(progress=lambda done, total: told.append((done, total)))

    assert told[-1] == (14, 14)


def test_the_result_fits_its_schema(scene: Scene) -> None:
    checker = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    checker.validate(scene.check(anchored=True).document)
    edited(scene)
    checker.validate(scene.check().document)


def test_reading_leaves_the_database_as_it_was(scene: Scene) -> None:
    before = scene.database.read(lambda session: session.execute(select(RECORD)).all())
    scene.check()

    assert scene.database.read(lambda session: session.execute(select(RECORD)).all()) == before


def test_the_verifier_runs_as_one_file_without_the_app(scene: Scene, tmp_path: Path) -> None:
    alone = tmp_path / "alone" / "verify.py"
    alone.parent.mkdir()
    shutil.copy(verify.__file__, alone)
    url = scene.database.url.render_as_string(hide_password=False)
    command = [
        sys.executable,
        "-I",
        str(alone),
        "--database",
        url,
        "--key",
        str(scene.home / "keys" / "verifier.pub"),
    ]
    command += [
        "--checkpoints",
        str(scene.home / "checkpoints" / "log.checkpoints"),
        "--anchor",
        str(scene.anchor),
    ]

    good = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (good.returncode, json.loads(good.stdout)["status"], json.loads(good.stdout)["anchored"]) == (
        0,
        "ok",
        True,
    )
    cache_edited(scene)
    assert subprocess.run(command, capture_output=True, cwd=tmp_path, check=False).returncode == 1
    assert not [
        line
        for line in Path(verify.__file__).read_text().splitlines()
        if line.startswith(("from app", "import app"))
    ]


def test_one_exchange_that_is_open_needs_no_journal_to_verify(scene: Scene) -> None:
    scene.log.open(asked()).journal(sentence(1, "a"))

    assert scene.check().exit_code == 0
