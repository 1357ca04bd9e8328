"""What stands in the tables and is none: it is named, never hides what else was found, and breaks no verifier."""

import json
from pathlib import Path

import pytest

from app.audit import check, second_verifier, verify
from app.audit.tables import RECORD
from app.database import Database
from tests.audit import twin
from tests.audit.bundles import LOG, HandMade
from tests.audit.conftest import MakeLog
from tests.audit.test_audit_verify import Scene, edited, keys

NOTE = "a\n{}\nAAAA\n\n— a AAAAAAAA\n"
SQLITE_ONLY = (
    # PostgreSQL's types refuse these.
    "UPDATE audit_instance SET heartbeat_at = 'x', ended_at = NULL",
    "UPDATE audit_instance SET heartbeat_at = '0001-01-01T00:00:00+14:00', ended_at = NULL",
    "UPDATE audit_record SET body = CAST(body AS TEXT) WHERE sequence = 9",
    "UPDATE audit_record SET body = 5, school = CAST(x'ff' AS TEXT) WHERE sequence = 9",
    "UPDATE audit_record SET created_at = 'x', sequence = 'x' WHERE sequence = 9",
    "UPDATE audit_record SET leaf_hash = x'00' WHERE sequence = 9",
    "UPDATE audit_sealed SET ciphertext = 'x' WHERE record_id IN (SELECT record_id FROM audit_leaf WHERE leaf_index > 4)",
    "UPDATE audit_leaf SET leaf_index = 'x' WHERE leaf_index = 9",
    "UPDATE audit_leaf SET leaf_index = -3 WHERE leaf_index = 9",
    "UPDATE audit_leaf SET leaf_hash = x'00' WHERE leaf_index = 9",
    "UPDATE audit_node SET level = 'x', node_index = 'y', hash = x'00' WHERE level = 2 AND node_index = 2",
    "UPDATE audit_checkpoint SET size = 'x', root = x'00', note = x'ff' WHERE size = 9",
    "UPDATE audit_lane SET last = 'x'",
    "INSERT INTO audit_pruned (until_leaf, record_id, note) VALUES ('x', 5, x'ff')",
    "DROP TABLE audit_instance",
    "DROP TABLE audit_lane",
    "DROP TABLE audit_pruned",
)
BOTH = (
    "UPDATE audit_node SET level = 30000 WHERE level = 2 AND node_index = 2",
    "UPDATE audit_node SET level = -1, node_index = -1 WHERE level = 1 AND node_index = 6",
    f"INSERT INTO audit_checkpoint (size, root, note, created_at) VALUES (-5, 'x', '{NOTE.format(-5)}', '2026-01-01')",  # noqa: S608
    f"INSERT INTO audit_checkpoint (size, root, note, created_at) VALUES (15, 'x', '{NOTE.format(9 * 10**30)}', '2026-01-01')",  # noqa: S608
    f"INSERT INTO audit_checkpoint (size, root, note, created_at) VALUES (16, 'x', '{NOTE.format('٣')}', '2026-01-01')",  # noqa: S608
    "INSERT INTO audit_checkpoint (size, root, note, created_at) VALUES (17, '', '', '2026-01-01')",
    "UPDATE audit_lane SET last = -1",
)


@pytest.fixture
def scene(make_log: MakeLog, database: Database, home: Path, tmp_path: Path) -> Scene:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    return Scene(make_log(), database, home, elsewhere)


@pytest.mark.parametrize("statement", [*BOTH, *SQLITE_ONLY])
def test_garbage_elsewhere_does_not_hide_an_edited_record(scene: Scene, statement: str) -> None:
    if scene.database.dialect == "postgresql" and statement in SQLITE_ONLY:
        pytest.skip("the types of PostgreSQL refuse it")
    edited(scene)
    scene.sql(statement)
    report = scene.check()

    assert (report.status, report.first_bad_leaf) == ("tampered", 4)
    json.dumps(report.document)


def test_a_heartbeat_that_is_none_alone_cannot_be_told(scene: Scene) -> None:
    if scene.database.dialect == "postgresql":
        pytest.skip("the types of PostgreSQL refuse it")
    scene.sql("UPDATE audit_instance SET heartbeat_at = 'x', ended_at = NULL")
    report = scene.check()

    assert (report.exit_code, keys(report)) == (2, {"instance_unreadable"})


def test_a_negative_or_endless_size_is_no_head(scene: Scene) -> None:
    for size in ("-5", "+5", " 5", "5_0", "٣", "9" * 5000, ""):
        with pytest.raises(ValueError, match="size"):
            verify.read_head(NOTE.format(size), None)
        with pytest.raises(ValueError, match="number"):
            second_verifier.number(size)
    scene.sql(BOTH[2])

    assert (scene.check().exit_code, "head_unreadable" in keys(scene.check())) == (1, True)


@pytest.mark.parametrize(
    "body", [b"[" * 200_000, b'{"schema_version":' + b"1" * 5000 + b"}", b"", b"[]", b"null"]
)
def test_bytes_that_no_reader_can_take_are_a_changed_record(scene: Scene, body: bytes) -> None:
    record = scene.order()[4]
    scene.write(
        lambda session: session.execute(RECORD.update().where(RECORD.c.record_id == record).values(body=body))
    )
    report = scene.check()

    assert (report.status, report.first_bad_leaf) == ("tampered", 4)
    assert "record_changed" in keys(report)


def test_where_the_leaves_cannot_be_read_the_heads_are_not_blamed(scene: Scene) -> None:
    scene.sql("DROP TABLE audit_sealed")
    # Of PostgreSQL there is no copy without that table for the second verifier.
    url = scene.database.url.render_as_string(hide_password=False)
    report = scene.check() if scene.database.dialect == "sqlite" else check(url, scene.home)

    assert (report.exit_code, keys(report)) == (2, {"database_unreadable"})


@pytest.mark.parametrize("size", [-5, 2**70, "7", None, 10**400])
def test_the_tree_of_a_bundle_has_a_size(tmp_path: Path, size: object) -> None:
    made = HandMade((2, 7))
    made.manifest["tree_size"] = size
    made.seal()
    key = tmp_path / "key.pub"
    key.write_text(f"{LOG.verifier}\n", encoding="utf-8")
    path = made.write(tmp_path / "evidence.zip")
    assert (
        twin.of(verify.verify_bundle(path, verifier=LOG.verifier))
        == twin.judged(path, key)
        == ("cannot_tell", None)
    )
    made.files["records.csv"] = b"something else"
    made.write(path)

    assert (
        twin.of(verify.verify_bundle(path, verifier=LOG.verifier))
        == twin.judged(path, key)
        == ("tampered", None)
    )


@pytest.mark.parametrize("index", ["-1", " 1", "1_0", "9" * 40, "x"])
def test_the_place_in_a_proof_is_a_number(tmp_path: Path, index: str) -> None:
    proof = (
        f"c2sp.org/tlog-proof@v1\nextra AAAA\nindex {index}\n\n"
        + HandMade((1,)).files["checkpoint.txt"].decode()
    )
    path, key = tmp_path / "one.tlog-proof", tmp_path / "key.pub"
    path.write_text(proof, encoding="utf-8")
    key.write_text(f"{LOG.verifier}\n", encoding="utf-8")

    assert (
        twin.of(verify.verify_proof(proof, verifier=LOG.verifier))
        == twin.judged(path, key)
        == ("cannot_tell", None)
    )


def test_every_table_may_be_empty_at_once(scene: Scene) -> None:
    scene.sql(
        *(f"DELETE FROM {name}" for name in ("audit_record", "audit_leaf", "audit_node", "audit_sealed"))  # noqa: S608
    )

    assert (scene.check().exit_code, scene.check().first_bad_leaf) == (1, 0)
