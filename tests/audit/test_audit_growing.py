"""A log that goes on while it is read, and copies of it: neither verifier finds fault with what came in between."""

import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, insert

from app.audit import AuditLog, Report, backup, check, second_verifier, verify
from app.audit.verify import COSIGNED, split_notes
from app.audit.witness.cosignature import Cosigner, with_lines
from app.audit.witness.tables import ANCHOR
from app.database import Database
from tests.audit import twin
from tests.audit.cases import exchange, unlocked
from tests.conftest import NOON


def grow(log: AuditLog) -> None:
    """One question, two leaves, a head over them."""
    exchange(log, "Сөйлем. ")
    log.sequence(finish=True)


def heads_of(home: Path) -> Path:
    return home / "checkpoints" / "log.checkpoints"


def found(report: Report) -> list[str]:
    return [words.key.removeprefix("audit.problem.") for words in report.problems]


def url_of(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


@pytest.fixture
def grown(log: AuditLog) -> AuditLog:
    """A log of six leaves and three heads."""
    for _ in range(3):
        grow(log)
    return log


def test_a_head_signed_while_the_log_is_read_is_no_attack(grown: AuditLog, home: Path, stick: Path) -> None:
    anchor = stick / "head.txt"
    anchor.write_text(grown.newest_head(), encoding="utf-8")

    def grows(done: int, total: int) -> None:
        grow(grown)
        anchor.write_text(grown.newest_head(), encoding="utf-8")

    during = grown.verify(anchors=[anchor], progress=grows)
    after = grown.verify(anchors=[anchor])

    assert found(during) == found(after) == []
    assert (during.status, during.size, during.anchored, during.checkpoint_file) == ("ok", 6, True, True)
    assert (after.status, after.size, after.anchored, after.checkpoint_file) == ("ok", 8, True, True)


@pytest.mark.parametrize("another", [False, True])
def test_the_first_head_may_be_signed_while_the_log_is_opened_and_another_while_it_is_read(
    log: AuditLog, monkeypatch: pytest.MonkeyPatch, another: bool
) -> None:
    exchange(log, "Сөйлем. ")
    opened = verify.read_only

    def signed_meanwhile(url: str) -> Engine:
        log.sequence(finish=True)
        return opened(url)

    monkeypatch.setattr(verify, "read_only", signed_meanwhile)
    said = log.verify(progress=lambda done, total: grow(log) if another else None)

    assert found(said) == []
    assert (said.status, said.signed_size, said.checkpoint_file) == ("ok", 2, True)


def test_the_first_head_may_be_signed_while_the_log_is_read(log: AuditLog, home: Path) -> None:
    exchange(log, "Сөйлем. ")
    heads_of(home).parent.mkdir(parents=True)
    heads_of(home).touch()  # made, and not written yet

    said = log.verify(progress=lambda done, total: grow(log))

    assert found(said) == []
    assert (said.status, said.size, said.checkpoint_file) == ("ok", 0, False)


def test_a_lost_file_of_heads_is_missing_and_no_attack_though_a_new_one_begins(
    grown: AuditLog, home: Path
) -> None:
    heads_of(home).unlink()

    said = grown.verify(progress=lambda done, total: grow(grown))

    assert found(said) == ["checkpoint_file_missing"]
    assert said.status == "cannot_tell"


def test_the_second_verifier_reads_one_state_of_a_log_that_goes_on(
    grown: AuditLog, database: Database, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.dialect != "sqlite":
        pytest.skip("it reads SQLite alone")
    rest = second_verifier.Log.hashes

    def grows(self: second_verifier.Log) -> None:
        grow(grown)
        rest(self)

    monkeypatch.setattr(second_verifier.Log, "hashes", grows)
    path, key = twin.sqlite_of(database, tmp_path), home / "keys" / "verifier.pub"

    assert twin.judged(path, key, heads_of(home)) == ("ok", None)


def test_what_a_crash_left_of_the_last_head_in_a_file_is_left_out(
    grown: AuditLog, database: Database, home: Path, tmp_path: Path
) -> None:
    whole = heads_of(home).read_bytes()
    last = list(split_notes(whole.decode()))[-1].encode()
    copy, key = twin.sqlite_of(database, tmp_path), home / "keys" / "verifier.pub"
    complaints = []
    for cut in (*range(1, len(last), 9), *range(len(last) - 100, len(last))):
        heads_of(home).write_bytes(whole[: len(whole) - len(last) + cut])
        said = grown.verify()
        second = twin.judged(copy, key, heads_of(home))
        if (said.status, said.checkpoint_file, second) != ("ok", True, ("ok", None)):
            complaints.append((cut, found(said), second))

    assert complaints == []


def test_a_copy_that_is_older_than_the_newest_head_adds_up_beside_the_folder_that_goes_on(
    grown: AuditLog, database: Database, home: Path, tmp_path: Path
) -> None:
    copy = twin.sqlite_of(database, tmp_path)
    if database.dialect == "sqlite":
        copy, _ = backup(url_of(database), tmp_path / "kept", now=NOON)
    heads = Path(shutil.copy(heads_of(home), tmp_path / "heads"))
    grow(grown)

    for given in (heads, None):
        said = check(f"sqlite:///{copy}", home, heads=given, copied=True)
        assert (said.status, said.size, said.anchored) == ("ok", 6, False)
        assert said.checkpoint_file is (given is not None)
    assert found(check(f"sqlite:///{copy}", home)) == ["cut_off"]


def test_a_file_of_heads_that_cannot_be_read_hides_nothing(
    grown: AuditLog, database: Database, home: Path, tmp_path: Path
) -> None:
    path, key = twin.sqlite_of(database, tmp_path), home / "keys" / "verifier.pub"
    unreadable = tmp_path / "a folder"
    unreadable.mkdir()

    assert twin.judged(path, key, unreadable) == ("cannot_tell", None)
    unlocked(database, "UPDATE audit_record SET school = 'another' WHERE sequence = 3")
    path = twin.sqlite_of(database, tmp_path)
    first = verify.verify(url_of(database), verifier=key.read_text(encoding="utf-8"), anchors=[unreadable])
    assert twin.judged(path, key, unreadable) == twin.of(first)
    assert first.status is verify.Status.TAMPERED


def test_an_old_head_of_a_witness_counts_behind_many_that_a_folder_took(
    grown: AuditLog, database: Database, home: Path
) -> None:
    witness = Cosigner(name="witness.example/w1", key=Ed25519PrivateKey.from_private_bytes(bytes([3]) * 32))
    head = list(split_notes(heads_of(home).read_text(encoding="utf-8")))[-1]
    row = {"root": "00" * 32, "accepted_at": NOON}
    rows = [{**row, "place": "folder", "size": 7 + more, "note": head} for more in range(COSIGNED)]
    cosigned = with_lines(head, witness.cosign(head, NOON))
    rows.append({**row, "place": "witness:witness.example/w1", "size": 6, "note": cosigned})
    database.write(lambda session: session.execute(insert(ANCHOR), rows))

    said = check(url_of(database), home, witnesses=witness.verifier)

    assert found(said) == []
    assert (said.anchored, said.witnessed_size) == (True, 6)
