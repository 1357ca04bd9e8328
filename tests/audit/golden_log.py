"""Made the golden log of schema 1 in tests/golden; a new schema gets a new log beside it, and this one stays."""

import gzip
import itertools
import sqlite3
import sys
import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import app.audit.tables  # noqa: F401 - registers the tables of the log on Base
from app.audit import AuditLog, Outcome
from app.database import Base, Database, Entry
from app.runtime import Runtime
from tests.audit.cases import SCHOOL, TEACHER, asked, checked, routed, sentence, sign_in
from tests.conftest import NOON

KEYS = {"master": "00" * 32, "signing": "01" * 32, "pepper": "02" * 32}
NAME = "audit_log_1"


def lay_keys(home: Path) -> None:
    """The keys of the golden log; nothing else is sealed or signed with them."""
    (home / "keys").mkdir(parents=True, mode=0o700)
    for name, value in KEYS.items():
        path = home / "keys" / f"{name}.key"
        path.write_text(value + "\n", encoding="ascii")
        path.chmod(0o600)


def make(golden: Path) -> None:
    """Write the database, compressed, and its heads."""
    counter = itertools.count(1)
    ticks = itertools.count(0)

    def still(count: int) -> bytes:
        return next(counter).to_bytes(count, "big")

    def now() -> object:
        return NOON + timedelta(milliseconds=next(ticks))

    with tempfile.TemporaryDirectory() as folder:
        home, runtime = Path(folder), Runtime(now=now, randomness=still)  # type: ignore[arg-type]
        lay_keys(home)
        database = Database(f"sqlite:///{home / 'ustaz.db'}")
        tables = [table for name, table in Base.metadata.tables.items() if name.startswith("audit_")]
        database.write(lambda session: Base.metadata.create_all(session.connection(), tables=tables))
        log = AuditLog(database, runtime, home, app_version="0.1.0")
        log.start(threads=False)
        for number, outcome in enumerate(Outcome):
            opened = log.open(asked(f"{number}-сұрақ"))
            opened.journal(checked(), routed())
            opened.journal(sentence(1, f"{number}-жауап."))
            opened.close(outcome)
            log.append(sign_in())
            log.sequence(finish=number % 2 == 0)
        log.append(
            Entry(
                kind="feedback",
                school=SCHOOL,
                actor=TEACHER,
                clear={"what": "report"},
                sealed={"comment": "Қате"},
            )
        )
        log.close()
        database.close()
        small = home / "small.db"
        with closing(sqlite3.connect(home / "ustaz.db")) as whole:
            whole.execute("VACUUM INTO ?", (str(small),))
        (golden / f"{NAME}.db.gz").write_bytes(gzip.compress(small.read_bytes(), mtime=0))
        heads = (home / "checkpoints" / "log.checkpoints").read_text(encoding="utf-8")
        (golden / f"{NAME}.checkpoints").write_text(heads, encoding="utf-8")
        (golden / f"{NAME}.pub").write_text((home / "keys" / "verifier.pub").read_text(), encoding="utf-8")


if __name__ == "__main__":
    make(Path(sys.argv[1]))
