"""The receipt: a short code that people can type, and a proof that anybody can check offline."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from app.audit import AuditLog, verify
from app.audit.merkle import inclusion
from app.audit.receipt import ALPHABET, code_of, prefix_of
from app.audit.tree import inclusion_proof
from app.audit.verify import verify_proof
from app.database import Database
from app.errors import NotFound
from app.runtime import Runtime
from tests.audit import twin
from tests.audit.cases import exchange, sign_in, unlocked
from tests.audit.conftest import MakeLog

HASH = "3f1a9c" + "0" * 58


def test_a_code_has_three_groups_of_four() -> None:
    assert code_of("0" * 64) == "0000-0000-0000"
    assert code_of("f" * 64) == "ZZZZ-ZZZZ-ZZZZ"
    assert len(set(ALPHABET)) == 32


@given(st.binary(min_size=32, max_size=32))
def test_a_code_names_the_beginning_of_its_hash(digest: bytes) -> None:
    assert prefix_of(code_of(digest.hex())) == digest.hex()[:15]


@pytest.mark.parametrize(
    "typed",
    ["7wd9-r00O-oooo", "7WD9 R000 0000", "7wd9r0000000", " 7WD9-R0О0-0ОО0 ", "7WD9-R0OO-O0O0"],
)
def test_a_code_forgives_case_spaces_and_look_alikes(typed: str) -> None:
    assert code_of(HASH) == "7WD9-R000-0000"
    assert prefix_of(typed) == HASH[:15]


@pytest.mark.parametrize("typed", ["", "7WD9", "7WD9-R000-000!", "7WD9-R000-00000", "Ұ" * 12])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        prefix_of(typed)


def test_an_unknown_code_names_nothing(log: AuditLog) -> None:
    log.append(sign_in())

    assert log.find_code("0000-0000-0000") is None


def test_a_receipt_is_asked_for_again_by_its_record(log: AuditLog) -> None:
    receipt = log.append(sign_in())
    assert log.receipt(receipt.record_id) == receipt
    log.sequence()

    assert log.receipt(receipt.record_id).index == 0
    with pytest.raises(NotFound):
        log.receipt(Runtime().new_id())


def key_of(home: Path) -> str:
    return (home / "keys" / "verifier.pub").read_text(encoding="utf-8")


def test_every_record_is_proved_offline(log: AuditLog, home: Path, database: Database) -> None:
    receipts = [log.append(sign_in()) for _ in range(7)]
    log.sequence(finish=True)
    receipts += [exchange(log, "a")[1] for _ in range(3)]
    log.sequence(finish=True)

    for receipt in receipts:
        record = log.find(receipt.record_id)
        assert record is not None
        short, whole = log.prove(receipt.record_id), log.prove(receipt.record_id, with_record=True)
        for proof in (short, whole):
            assert verify_proof(proof, verifier=key_of(home)).status == "ok"
            assert verify_proof(proof, verifier=key_of(home), record=record.body).status == "ok"
            assert verify_proof(proof, verifier=key_of(home), record=record.body + b" ").found == {
                "proof_fails": 1
            }
        assert record.body not in short.encode()


def test_a_changed_proof_fails(log: AuditLog, home: Path) -> None:
    receipts = [log.append(sign_in()) for _ in range(5)]
    log.sequence(finish=True)
    proof = log.prove(receipts[2].record_id)
    lines = proof.split("\n")

    def verdict(text: str) -> str:
        result, path = verify_proof(text, verifier=key_of(home)), home / "one.tlog-proof"
        path.write_text(text, encoding="utf-8")
        assert twin.judged(path, home / "keys" / "verifier.pub") == twin.of(result)
        return result.status.value

    assert verdict(proof.replace("index 2", "index 3")) == "tampered"
    assert verdict(proof.replace("index 2", "index 5")) == "tampered"
    assert verdict("\n".join(lines[:3] + lines[4:])) == "tampered"
    assert verdict("\n".join([*lines[:3], lines[4], lines[3], *lines[5:]])) == "tampered"
    assert verdict(proof.replace("\n5\n", "\n6\n")) == "tampered"
    assert verdict(proof.replace("tlog-proof@v1", "tlog-proof@v2")) == "cannot_tell"
    assert verdict("") == "cannot_tell"
    assert verdict("extra\nindex") == "cannot_tell"
    other = "other.example/log+" + key_of(home).split("+", 1)[1]
    assert verify_proof(proof, verifier=other).status == "cannot_tell"


def test_a_proof_is_checked_by_the_one_file_alone(log: AuditLog, home: Path, tmp_path: Path) -> None:
    receipt = log.append(sign_in())
    log.sequence(finish=True)
    path = tmp_path / "receipt.tlog-proof"
    path.write_text(log.prove(receipt.record_id), encoding="utf-8")
    command = [
        sys.executable,
        "-I",
        verify.__file__,
        "--proof",
        str(path),
        "--key",
        str(home / "keys" / "verifier.pub"),
    ]

    said = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (said.returncode, json.loads(said.stdout)["size"]) == (0, 1)


def test_a_proof_of_ten_million_records_is_small() -> None:
    assert len(inclusion(7_654_321, 10_000_000)) * 32 <= 1000
    assert len(inclusion(999_999, 1_000_000)) <= 20


def test_there_is_no_proof_of_a_record_that_is_not_there(log: AuditLog) -> None:
    with pytest.raises(NotFound):
        log.prove(Runtime().new_id())


def test_all_hashes_of_a_proof_are_one_statement_and_a_missing_one_is_named(
    make_log: MakeLog, database: Database
) -> None:
    log, said = make_log(), list[str]()
    for _ in range(13):
        log.append(sign_in())
    log.sequence(finish=True)

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(database.engine, "before_cursor_execute", hear)
    path = database.read(lambda session: inclusion_proof(session, 5, 13))
    event.remove(database.engine, "before_cursor_execute", hear)

    assert len(path) == 4
    # On SQLite a prepared statement goes past the engine, and only its BEGIN is heard.
    assert len([one for one in said if one != "BEGIN"]) == (1 if database.dialect == "postgresql" else 0)
    unlocked(database, "DELETE FROM audit_node WHERE level = 2 AND node_index = 0")
    with pytest.raises(LookupError, match="level 2, index 0"):
        database.read(lambda session: inclusion_proof(session, 5, 13))
