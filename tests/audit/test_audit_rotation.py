"""The key that signs heads is replaced: old heads keep verifying, new ones verify by the new line, the log stays one."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from app.audit import Anchors, AuditLog, Filter, Status, Terms, check
from app.audit.keys import load
from app.audit.note import Signer
from app.audit.tables import CHECKPOINT
from app.audit.verify import Keys
from app.database import Database
from app.errors import BadSetting, Conflict
from app.runtime import Runtime
from tests.audit.cases import sign_in
from tests.audit.conftest import MakeLog
from tests.audit.keeping import pruned_log
from tests.audit.witness_scene import Switch, desk_in, grow, make_anchored
from tests.conftest import StillClock


def lines(home: Path) -> list[str]:
    return (home / "keys" / "verifier.pub").read_text(encoding="utf-8").split()


def heads(database: Database) -> list[str]:
    wanted = select(CHECKPOINT.c.note).order_by(CHECKPOINT.c.size)
    return database.read(lambda session: list(session.scalars(wanted)))


def url(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


def test_a_new_key_with_a_new_name_signs_and_old_heads_keep_verifying(
    log: AuditLog, database: Database, home: Path
) -> None:
    grow(log)
    (old,) = lines(home)
    new = log.rotate_key(by=sign_in())
    grow(log)

    assert lines(home) == [old, new]
    assert old.split("+")[0] != new.split("+")[0]
    signed = [(Keys(old).signed(note), Keys(new).signed(note)) for note in heads(database)]
    assert signed == [(True, None), (True, True), (None, True)]
    assert {note.split("\n")[0] for note in heads(database)} == {old.split("+")[0]}
    assert log.verify().exit_code == 0


def test_the_record_names_the_new_key_and_who_asked_for_it(log: AuditLog, home: Path) -> None:
    grow(log)
    new = log.rotate_key(by=sign_in())
    (found,) = log.search(Filter(kinds=("admin_change",))).records

    assert found.clear["event"] == "signing_key_replaced"
    assert found.clear["details"]["verifier"] == new
    assert found.clear["role"] == "teacher"
    assert found.pseudonym is not None
    assert found.clear["before_digest"] != found.clear["after_digest"]


def test_a_restart_finds_the_new_key_and_needs_the_old_file_no_more(
    make_log: MakeLog, database: Database, home: Path
) -> None:
    log = make_log()
    grow(log)
    new = log.rotate_key()
    log.close()
    (home / "keys" / "signing.key").unlink()
    again = make_log()
    grow(again)
    third = again.rotate_key()
    again.close()
    last = make_log()
    grow(last)

    assert lines(home)[1:] == [new, third]
    assert Keys(third).signed(heads(database)[-1]) is True
    assert Keys(new).signed(heads(database)[-1]) is None
    assert last.verify().exit_code == 0


def test_who_knows_the_old_key_only_follows_to_the_handover_and_not_beyond(
    log: AuditLog, database: Database, home: Path
) -> None:
    grow(log)
    (old,) = lines(home)
    new = log.rotate_key()
    known = check(url(database), home, keys=old)
    grow(log)
    beyond = check(url(database), home, keys=old)

    assert known.status is Status.OK
    assert "head_not_signed" in beyond.document["found"]
    assert check(url(database), home, keys=f"{old}\n{new}").status is Status.OK


def test_a_key_of_nobody_is_ignored_and_a_bad_signature_of_a_known_key_refuses(
    log: AuditLog, database: Database, home: Path, tmp_path: Path
) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    grow(log)
    log.rotate_key()
    grow(log)
    stranger = Signer(name="ustaz.local/stranger", key=Ed25519PrivateKey.from_private_bytes(bytes(32)))
    text = heads(database)[-1].split("\n\n")[0] + "\n"
    anchor = tmp_path / "anchor.txt"
    anchor.write_text(heads(database)[-1] + stranger.line(text), encoding="utf-8")
    assert check(url(database), home, anchors=[anchor]).anchored is True
    wrong = heads(database)[1].splitlines()[-2]
    anchor.write_text(heads(database)[-1] + wrong + "\n", encoding="utf-8")
    report = check(url(database), home, anchors=[anchor])

    assert (report.status, report.anchored) == (Status.TAMPERED, False)


def test_beside_another_process_no_key_is_replaced(make_log: MakeLog, home: Path) -> None:
    first, second = make_log(), make_log()
    grow(first)
    for log in (first, second):
        with pytest.raises(Conflict) as refusal:
            log.rotate_key()
        assert refusal.value.words.key == "audit.refusal.rotation_busy"
    assert len(lines(home)) == 1
    assert not (home / "keys" / "signing-2.key").exists()


def during_its_start(act: Callable[[], object], clock: StillClock | None = None) -> Runtime:
    """Time for a process in which something happens between reading the keys and being known to the others."""
    left = [act]

    def randomness(length: int) -> bytes:
        if length == 10 and left:
            left.pop()()
        return os.urandom(length)

    if clock is None:
        return Runtime(randomness=randomness)
    return Runtime(now=clock.now, monotonic=clock.monotonic, randomness=randomness)


def test_a_process_that_began_while_the_key_was_replaced_signs_nothing_with_the_old_one(
    make_log: MakeLog, database: Database, home: Path
) -> None:
    first = make_log()
    grow(first)
    made: list[str] = []
    late = make_log(runtime=during_its_start(lambda: made.append(first.rotate_key())))
    first.close()
    grow(late)
    grow(late)

    new = Keys(made[0])
    assert [new.signed(note) for note in heads(database)] == [None, True, True, True]
    assert Keys(lines(home)[0]).signed(heads(database)[-1]) is None
    assert late.verify().exit_code == 0


def test_a_process_with_the_old_key_does_not_prune_until_it_has_the_new_one(
    database: Database, home: Path, runtime: Runtime, clock: StillClock
) -> None:
    def small(runtime: Runtime) -> AuditLog:
        log = AuditLog(database, runtime, home, app_version="0.1.0", terms=Terms(segment=8))
        log.start(threads=False)
        return log

    first = small(runtime)
    pruned_log(first, clock)
    late = small(during_its_start(first.rotate_key, clock))
    first.close()
    assert late.retention.run().pruned == 0
    grow(late)
    assert late.retention.run().pruned == 16
    late.sequence(finish=True)

    assert late.verify().exit_code == 0
    late.close()


@pytest.mark.parametrize("what", ["gone", "changed"])
def test_without_the_file_of_the_new_key_no_head_is_signed_and_the_alarm_names_it(
    make_log: MakeLog, database: Database, home: Path, what: str
) -> None:
    first = make_log()
    grow(first)
    late = make_log(runtime=during_its_start(first.rotate_key))
    first.close()
    before, path = heads(database), home / "keys" / "signing-2.key"
    kept = path.read_text()
    if what == "gone":
        path.unlink()
    else:
        path.write_text("cd" * 32)
    grow(late)
    alarm = late.health().alarm
    assert heads(database) == before
    assert alarm is not None
    assert alarm.facts["file"] == "keys/signing-2.key"
    path.write_text(kept)
    path.chmod(0o600)
    grow(late)

    assert len(heads(database)) == len(before) + 1
    assert late.health().alarm is None
    assert late.verify().exit_code == 0


@pytest.mark.parametrize("what", ["missing", "changed", "mode"])
def test_the_new_key_is_held_to_its_fingerprint_like_the_first(
    make_log: MakeLog, home: Path, database: Database, what: str
) -> None:
    log = make_log()
    log.rotate_key()
    log.close()
    path = home / "keys" / "signing-2.key"
    match what:
        case "missing":
            path.unlink()
        case "changed":
            path.write_text("cd" * 32)
        case _:
            path.chmod(0o644)

    with pytest.raises(BadSetting, match=r"keys/signing-2\.key") as refusal:
        load(home / "keys", database, Runtime())
    assert refusal.value.words.key == f"audit.refusal.key_{what}"


def test_after_a_rotation_a_lost_public_file_is_refused_because_old_heads_hang_on_it(
    make_log: MakeLog, home: Path, database: Database
) -> None:
    log = make_log()
    log.rotate_key()
    log.close()
    kept = lines(home)
    (home / "keys" / "verifier.pub").unlink()
    with pytest.raises(BadSetting, match=r"keys/verifier\.pub is missing"):
        load(home / "keys", database, Runtime())
    (home / "keys" / "verifier.pub").write_text(kept[0] + "\n", encoding="utf-8")
    load(home / "keys", database, Runtime())

    assert lines(home) == kept


def test_a_file_that_a_crash_left_behind_is_taken_up(make_log: MakeLog, home: Path) -> None:
    log = make_log()
    left = home / "keys" / "signing-2.key"
    left.write_text("ab" * 32)
    left.chmod(0o600)
    log.rotate_key()

    assert left.read_text() == "ab" * 32


def test_a_witness_follows_a_rotation_once_it_has_both_lines(
    database: Database, home: Path, clock: StillClock, witness_server: Switch, tmp_path: Path
) -> None:
    make_anchored(database, home, Anchors(), clock).close()
    witness = witness_server.to(desk_in(tmp_path / "witness", "\n".join(lines(home)), now=clock.now))
    log = make_anchored(database, home, Anchors(witness=witness.address, witness_keys=witness.keys), clock)
    grow(log)
    assert log.anchor() == 1
    log.rotate_key()
    assert log.anchor() == 1
    grow(log)
    assert log.anchor() == 0
    witness_server.to(desk_in(tmp_path / "witness", "\n".join(lines(home)), now=clock.now))
    assert log.anchor() == 1
    log.close()
