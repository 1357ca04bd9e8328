"""A key that was replaced signs nothing new: of two heads the larger is never signed by the older key alone."""

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.audit import AuditLog, check, verify
from app.audit.checkpoint import text_of
from app.audit.keys import signer_of
from app.audit.note import Signer
from app.audit.tables import CHECKPOINT
from app.database import Database
from tests.audit import twin
from tests.audit.bundles import BODIES, LOG, HandMade, root_of
from tests.audit.cases import unlocked
from tests.audit.witness_scene import desk_in, grow
from tests.conftest import NOON

NEW = Signer(name="ustaz.local/log-new", key=Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))
POLICY = f"{LOG.verifier}\n{NEW.verifier}\n"
Verdict = tuple[str, int | None]


@pytest.fixture
def judged(database: Database, home: Path, tmp_path: Path) -> Callable[..., Verdict]:
    """Both verifiers, who must agree."""

    def judge(*anchors: Path) -> Verdict:
        report = check(database.url.render_as_string(hide_password=False), home, anchors=anchors)
        path = twin.sqlite_of(database, tmp_path)
        kept = home / "checkpoints" / "log.checkpoints"
        said = twin.judged(path, home / "keys" / "verifier.pub", kept, *anchors)
        assert said == (report.status.value, report.first_bad_leaf), report.problems
        return said

    return judge


def rotated(log: AuditLog) -> None:
    """Heads of the old key, of both, and two of the new one."""
    grow(log)
    log.rotate_key()
    grow(log)
    grow(log)


def resigned(database: Database, home: Path, *, all_new: bool = False) -> list[str]:
    """The thief of the old key signs the newest head anew; gives the notes as they were."""
    old = signer_of(bytes.fromhex((home / "keys" / "signing.key").read_text(encoding="ascii").strip()))
    rows = database.read(lambda s: s.execute(select(CHECKPOINT).order_by(CHECKPOINT.c.size)).all())
    last = rows[-1]
    text = last.note.split("\n\n")[0] + "\n"

    def work(session: Session) -> None:
        gone = CHECKPOINT.c.size >= (rows[1].size if all_new else last.size)
        session.execute(CHECKPOINT.delete().where(gone))
        session.execute(insert(CHECKPOINT), {**last._mapping, "note": old.sign(text)})

    unlocked(database, work=work)
    return [row.note for row in rows]


def test_a_log_whose_key_was_replaced_adds_up(log: AuditLog, judged: Callable[..., Verdict]) -> None:
    rotated(log)

    assert judged() == ("ok", None)


def test_a_newest_head_by_the_old_key_alone_is_tampering(
    log: AuditLog, database: Database, home: Path, judged: Callable[..., Verdict]
) -> None:
    rotated(log)
    resigned(database, home)

    assert judged()[0] == "tampered"
    assert "head_by_old_key" in log.verify().document["found"]


def test_heads_of_the_new_key_that_were_kept_elsewhere_tell_it_too(
    log: AuditLog, database: Database, home: Path, tmp_path: Path, judged: Callable[..., Verdict]
) -> None:
    rotated(log)
    notes = resigned(database, home, all_new=True)
    (home / "checkpoints" / "log.checkpoints").write_text(notes[0], encoding="utf-8")
    anchor = tmp_path / "anchor.checkpoint"
    anchor.write_text(notes[1], encoding="utf-8")

    assert judged()[0] == "ok"  # nothing is left that a newer key signed
    assert judged(anchor)[0] == "tampered"


@pytest.mark.parametrize(
    ("head", "signer", "expected"),
    [(LOG, LOG, "ok"), (LOG, NEW, "ok"), (NEW, NEW, "ok"), (NEW, LOG, "tampered")],
)
def test_the_list_of_a_bundle_is_signed_by_no_older_key_than_its_head(
    tmp_path: Path, head: Signer, signer: Signer, expected: str
) -> None:
    made = HandMade((2, 7))
    made.files["checkpoint.txt"] = head.sign(text_of(LOG.name, len(BODIES), root_of(BODIES), NOON)).encode()
    made.seal(signer)
    path, key = made.write(tmp_path / "evidence.zip"), tmp_path / "key.pub"
    key.write_text(POLICY, encoding="utf-8")

    assert twin.of(verify.verify_bundle(path, verifier=POLICY)) == twin.judged(path, key) == (expected, None)


def test_a_witness_takes_no_larger_head_by_the_old_key_alone(tmp_path: Path) -> None:
    desk = desk_in(tmp_path, POLICY)

    def shown(size: int, old: int, signer: Signer) -> int:
        note = signer.sign(text_of(LOG.name, size, root_of(BODIES[:size]), NOON))
        path = "" if old == 0 else b64encode(root_of(BODIES[1:2])).decode() + "\n"
        return desk.add(f"old {old}\n{path}\n{note}".encode()).status

    assert shown(1, 0, NEW) == 200
    assert shown(2, 1, LOG) == 403
    assert shown(2, 1, NEW) == 200
