"""A log that an earlier release wrote verifies bit for bit, opens, and is carried on."""

import gzip
import shutil
from collections import Counter
from pathlib import Path

import pytest

from app.audit import AuditLog, Filter, Outcome, check
from app.audit.tables import FACET, INDEX
from app.database import Base, Database
from app.runtime import Runtime
from tests.audit.cases import TEACHER, exchange
from tests.audit.golden_log import NAME, lay_keys

GOLDEN = Path(__file__).parent.parent / "golden"
ROOT = "dc59a17f7b430f8eccab0bae68f031f05f66574f834532823c0dcd57dd13ff66"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The data folder of the old release."""
    lay_keys(tmp_path)
    (tmp_path / "ustaz.db").write_bytes(gzip.decompress((GOLDEN / f"{NAME}.db.gz").read_bytes()))
    (tmp_path / "keys" / "verifier.pub").write_text((GOLDEN / f"{NAME}.pub").read_text(encoding="utf-8"))
    (tmp_path / "checkpoints").mkdir()
    shutil.copy(GOLDEN / f"{NAME}.checkpoints", tmp_path / "checkpoints" / "log.checkpoints")
    return tmp_path


def test_the_old_log_verifies_and_has_its_root(home: Path) -> None:
    report = check(f"sqlite:///{home / 'ustaz.db'}", home, anchors=[GOLDEN / f"{NAME}.checkpoints"])

    assert (report.status, report.size, report.root) == ("ok", 19, ROOT)
    assert (report.anchored, report.checkpoint_file, report.signed_size) == (True, True, 19)


def test_the_old_log_opens_and_goes_on(home: Path) -> None:
    database = Database(f"sqlite:///{home / 'ustaz.db'}")
    database.write(lambda session: Base.metadata.create_all(session.connection(), tables=[FACET, INDEX]))
    log = AuditLog(database, Runtime(), home, app_version="9.9.9")
    log.start(threads=False)
    asked = [
        one.exchange_id for one in log.search(Filter(kinds=("asked",))).records if one.exchange_id is not None
    ]
    stored = log.exchanges(asked, actor=TEACHER)
    exchange(log, "Жаңа.")
    log.sequence(finish=True)
    report = log.verify(anchors=[GOLDEN / f"{NAME}.checkpoints"])
    log.close()
    database.close()

    assert Counter(one.outcome for one in stored) == Counter(outcome.value for outcome in Outcome)
    assert {(one.sealed["raw"][1:], one.sealed["shown"][0][1:]) for one in stored} == {("-сұрақ", "-жауап.")}
    assert (report.exit_code, report.size, report.anchored) == (0, 21, True)
