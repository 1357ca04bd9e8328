"""Heads leave the house: to a folder, to a witness over a real socket, onto paper; and what is said when they do not."""

import os
import threading
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from app.audit import Anchors, AnchorState, AuditLog, Filter
from app.audit.checkpoint import notes, parse
from app.audit.note import Signer
from app.audit.verify import Keys, verify_proof
from app.audit.witness.anchoring import Anchorer
from app.audit.witness.folder import files_in, same_volume
from app.audit.witness.place import Reason
from app.audit.witness.tables import ANCHOR, TROUBLE
from app.database import Database
from app.errors import NotRecorded
from app.i18n import LANGUAGES, translator
from tests.audit.cases import sign_in
from tests.audit.witness_scene import NAME, Served, Switch, desk_in, grow, make_anchored, newest
from tests.conftest import StillClock


def trouble(database: Database) -> list[str]:
    rows = database.read(lambda session: session.execute(select(TROUBLE.c.place, TROUBLE.c.reason)).all())
    return [f"{row.place} {row.reason}" for row in rows]


def taken(log: AuditLog) -> dict[str, int]:
    return {one.place: one.size for one in log.health().anchors.taken}


def said(log: AuditLog) -> str:
    """The state as English, worded in the other languages too."""
    health = log.health().anchors
    for language in LANGUAGES:
        assert all(translator(language).words(one) for one in (health.sentence, *health.troubles))
    return " ".join(translator("en").words(one) for one in (health.sentence, *health.troubles))


def test_where_nothing_is_set_nothing_is_kept_and_that_is_said(
    database: Database, home: Path, clock: StillClock
) -> None:
    log = make_anchored(database, home, Anchors(), clock)
    grow(log)

    assert log.anchor() == 0
    assert log.health().anchors.state is AnchorState.NOTHING
    assert "Nothing anchors this log" in said(log)
    log.close()
    shown = make_anchored(database, home, Anchors(demonstration=True), clock)
    assert "In this demonstration nothing anchors the log" in said(shown)
    shown.close()


def test_a_log_without_heads_has_nothing_to_show(
    database: Database, home: Path, clock: StillClock, stick: Path
) -> None:
    log = make_anchored(database, home, Anchors(folder=stick), clock)

    assert log.anchor() == 0
    assert files_in(stick) == ()
    assert log.health().anchors.state is AnchorState.KEPT
    log.close()


def test_every_head_goes_to_the_folder_once_and_each_time_a_record_says_so(
    database: Database, home: Path, clock: StillClock, stick: Path
) -> None:
    log = make_anchored(database, home, Anchors(folder=stick), clock)
    for _ in range(3):
        grow(log)
    assert log.anchor() == 1
    assert log.anchor() == 0
    first = [parse(note).size for note in notes(files_in(stick)[0].read_text(encoding="utf-8"))]
    clock.move(days=1)
    grow(log)
    assert log.anchor() == 1

    assert first == [3, 6, 9]
    assert [path.name for path in files_in(stick)] == ["2026-11-23.checkpoints", "2026-11-24.checkpoints"]
    records = log.search(Filter(kinds=("anchored",))).records
    assert [(one.clear["checkpoint_size"], one.clear["accepted_by"]) for one in reversed(records)] == [
        (9, "folder"),
        (13, "folder"),
    ]
    assert records[0].clear["checkpoint_root"] == newest(database).root.hex()
    log.close()


def test_the_record_of_an_anchoring_calls_for_no_other(
    database: Database, home: Path, clock: StillClock, stick: Path
) -> None:
    log = make_anchored(database, home, Anchors(folder=stick), clock)
    grow(log)
    log.anchor()
    for _ in range(4):
        clock.move(minutes=30)
        log.sequence(finish=True)
        assert log.anchor() == 0

    assert newest(database).size == 4
    assert log.health().anchors.state is AnchorState.KEPT
    assert log.health().anchors.unanchored == 0
    log.close()


def test_a_witness_cosigns_and_its_line_is_kept_with_the_head(
    database: Database, home: Path, clock: StillClock, witness: Served
) -> None:
    anchors = Anchors(witness=witness.address, witness_keys=witness.keys)
    log = make_anchored(database, home, anchors, clock)
    receipt = log.append(sign_in())
    grow(log)
    assert log.anchor() == 1
    grow(log)
    assert log.anchor() == 1

    assert taken(log) == {f"witness:{NAME}": newest(database).size}
    kept = database.read(lambda session: list(session.scalars(select(ANCHOR.c.note))))
    assert len(kept) == 2
    assert all(Keys(witness.keys).signed(note) is True for note in kept)
    report = log.verify()
    assert (report.exit_code, report.anchored, report.witnessed_size) == (0, True, newest(database).size)

    proof, keys = log.prove(receipt.record_id), (home / "keys" / "verifier.pub").read_text(encoding="utf-8")
    alone = verify_proof(proof, verifier=keys, witnesses=witness.keys)
    assert (alone.status.value, alone.anchored, alone.witnessed_size) == ("ok", True, newest(database).size)
    assert verify_proof(proof, verifier=keys).anchored is False
    log.close()


def test_a_witness_that_knows_more_than_we_remember_tells_us(
    database: Database, home: Path, clock: StillClock, witness: Served, tmp_path: Path
) -> None:
    """A reply that was lost on the way: the witness has the head, we do not know it."""
    anchors = Anchors(witness=witness.address, witness_keys=witness.keys)
    log = make_anchored(database, home, anchors, clock)
    grow(log)
    httpx.post(
        f"{witness.address}/add-checkpoint", content=f"old 0\n\n{newest(database).note}", trust_env=False
    )
    assert log.anchor() == 1
    grow(log)
    assert log.anchor() == 1

    assert trouble(database) == []
    log.close()


def test_a_witness_that_is_away_is_told_and_asked_again(
    database: Database, home: Path, clock: StillClock, witness: Served
) -> None:
    dead = Anchors(witness="http://127.0.0.1:9", witness_keys=witness.keys)
    log = make_anchored(database, home, dead, clock)
    grow(log)
    assert log.anchor() == 0
    assert trouble(database) == [f"witness:{NAME} unreachable"]
    assert log.health().anchors.state is AnchorState.KEPT
    clock.move(minutes=11)
    assert log.health().anchors.state is AnchorState.LATE
    assert "For more than 10 minutes" in said(log)
    assert "does not answer" in said(log)
    log.close()

    log = make_anchored(database, home, Anchors(witness=witness.address, witness_keys=witness.keys), clock)
    assert log.anchor() == 1
    assert trouble(database) == []
    assert log.health().anchors.state is AnchorState.KEPT
    log.close()


def test_how_late_is_too_late_can_be_set(
    database: Database, home: Path, clock: StillClock, stick: Path
) -> None:
    log = make_anchored(database, home, Anchors(folder=stick, minutes=60), clock)
    grow(log)
    clock.move(minutes=59)
    assert log.health().anchors.state is AnchorState.KEPT
    clock.move(minutes=2)
    assert log.health().anchors.state is AnchorState.LATE
    log.anchor()
    assert log.health().anchors.state is AnchorState.KEPT
    log.close()


def test_a_witness_that_does_not_know_the_log_is_told_apart_from_a_fork(
    database: Database, home: Path, clock: StillClock, witness_server: Switch, tmp_path: Path
) -> None:
    other = Signer(name="ustaz.local/other", key=Ed25519PrivateKey.from_private_bytes(bytes(32)))
    strange = witness_server.to(desk_in(tmp_path / "strange", other.verifier))
    log = make_anchored(database, home, Anchors(witness=strange.address, witness_keys=strange.keys), clock)
    grow(log)
    log.anchor()

    assert trouble(database) == [f"witness:{NAME} unknown_log"]
    assert "does not know this log" in said(log)
    log.close()


def test_a_reply_that_the_witness_did_not_sign_is_not_believed(
    database: Database, home: Path, clock: StillClock, witness: Served, witness_server: Switch, tmp_path: Path
) -> None:
    verifier = (home / "keys" / "verifier.pub").read_text(encoding="utf-8")
    liar = witness_server.to(desk_in(tmp_path / "liar", verifier))
    log = make_anchored(database, home, Anchors(witness=liar.address, witness_keys=witness.keys), clock)
    grow(log)
    log.anchor()

    assert trouble(database) == [f"witness:{NAME} not_genuine"]
    assert "did not sign with the witness’s key" in said(log)
    log.close()


@pytest.mark.parametrize("keys", ["", "nonsense", "ustaz.local/log+00000000+AAAA"])
def test_a_witness_without_a_key_is_refused(keys: str) -> None:
    with pytest.raises(ValueError):
        Anchors(witness="http://127.0.0.1:9", witness_keys=keys)


def test_the_key_of_a_log_is_no_key_of_a_witness(home: Path, log: AuditLog) -> None:
    with pytest.raises(ValueError, match="signs logs"):
        Anchors(
            witness="http://127.0.0.1:9",
            witness_keys=(home / "keys" / "verifier.pub").read_text(encoding="utf-8"),
        )


def test_a_folder_that_is_unplugged_is_never_made(
    database: Database, home: Path, clock: StillClock, tmp_path: Path
) -> None:
    log = make_anchored(database, home, Anchors(folder=tmp_path / "gone"), clock)
    grow(log)

    assert log.anchor() == 0
    assert trouble(database) == ["folder missing"]
    assert not (tmp_path / "gone").exists()
    assert "may be unplugged" in said(log)
    log.close()


def test_a_folder_that_holds_something_else_is_not_written_to(
    database: Database, home: Path, clock: StillClock, stick: Path
) -> None:
    odd = stick / "2026-11-01.checkpoints"
    odd.write_text("a\nb\nc\n\n— somebody AAAA\n", encoding="utf-8")
    log = make_anchored(database, home, Anchors(folder=stick), clock)
    grow(log)
    log.anchor()

    assert trouble(database) == ["folder unreadable"]
    assert [path.name for path in files_in(stick)] == [odd.name]
    log.close()


def test_a_folder_on_the_disk_of_the_data_is_no_anchor_and_that_is_said(
    database: Database, home: Path, clock: StillClock, stick: Path
) -> None:
    anchors = Anchors(folder=stick)
    log = make_anchored(database, home, anchors, clock)
    grow(log)
    log.anchor()

    assert same_volume(stick, home)
    assert "same volume" in said(log)
    assert anchors.kept(home) == ()
    assert (log.verify().anchored, log.verify(anchors=files_in(stick)).anchored) == (False, True)
    log.close()


@pytest.mark.skipif(
    not os.path.isdir("/dev/shm") or os.stat("/dev/shm").st_dev == os.stat("/tmp").st_dev,  # noqa: S108
    reason="needs a second volume: /dev/shm",
)
def test_a_folder_on_another_volume_counts_in_a_verification(
    database: Database, home: Path, clock: StillClock, tmp_path: Path
) -> None:
    import tempfile

    with tempfile.TemporaryDirectory(dir="/dev/shm") as other:
        log = make_anchored(database, home, Anchors(folder=Path(other)), clock)
        grow(log)
        log.anchor()
        report = log.verify()
        assert (report.exit_code, report.anchored) == (0, True)
        assert log.health().anchors.troubles == ()
        log.close()


def test_a_sheet_of_paper_counts_as_kept_and_is_recorded_with_who_printed_it(
    database: Database, home: Path, clock: StillClock
) -> None:
    log = make_anchored(database, home, Anchors(), clock)
    grow(log)
    note = log.newest_head()
    page = log.print_head(note, by=sign_in()).decode()
    again = log.print_head(note, by=sign_in()).decode()

    assert note.splitlines()[-1] in page
    assert page == again
    assert taken(log) == {"paper": 3}
    found = log.search(Filter(kinds=("anchored",))).records
    assert [(one.clear["accepted_by"], one.clear["role"]) for one in found] == [("paper", "teacher")]
    assert log.health().anchors.state is AnchorState.KEPT
    log.append(sign_in())
    log.sequence(finish=True)
    clock.move(minutes=11)
    assert log.health().anchors.state is AnchorState.LATE
    log.close()


class Stub:
    """A log that counts how often it was asked to show a head, and fails at first."""

    def __init__(self) -> None:
        self.signed = 0
        self.shown = 0
        self.twice = threading.Event()

    def sequence(self, *, finish: bool = False) -> int:
        self.signed += finish
        return 0

    def anchor(self, *, leading: bool = False) -> int:
        assert leading
        self.shown += 1
        if self.shown == 1:
            raise NotRecorded("no database")
        self.twice.set()
        return 0


def test_the_thread_outlives_a_failure_and_signs_and_shows_at_the_end() -> None:
    log = Stub()
    anchorer = Anchorer(log, every_seconds=0.01)
    anchorer.start()
    assert log.twice.wait(timeout=20)
    anchorer.close()

    assert log.signed == 1
    assert log.shown >= 3


def test_only_who_gives_out_the_leaves_shows_heads(
    database: Database, home: Path, clock: StillClock, stick: Path
) -> None:
    log = make_anchored(database, home, Anchors(folder=stick), clock)
    assert log.anchor(leading=True) == 0
    grow(log)
    assert log.anchor(leading=True) == 1
    log.close()


def test_reasons_are_kept_from_their_first_moment_on(
    database: Database, home: Path, clock: StillClock, tmp_path: Path
) -> None:
    log = make_anchored(database, home, Anchors(folder=tmp_path / "gone"), clock)
    grow(log)
    began = clock.at
    for _ in range(3):
        log.anchor()
        clock.move(minutes=1)
    since = database.read(lambda session: session.scalar(select(TROUBLE.c.since)))

    assert since == began
    assert since is not None
    assert clock.at - since == timedelta(minutes=3)
    log.close()


def test_only_another_history_is_an_alarm() -> None:
    assert [reason for reason in Reason if reason.alarming] == [Reason.FORK, Reason.ROLLED_BACK]
