"""The list in force: switched in one transaction with its record, verified anew, judged by the later clock; on both engines."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from app.database import Database
from app.errors import Conflict, RegistryRefused
from app.registry.document import parse
from app.registry.feed import FolderSource
from app.registry.page import to_html
from app.registry.publish import OFFLINE, ONLINE, publish
from app.registry.rendering import to_csv
from app.registry.switching import Switch, switch
from app.registry.tables import InForceRow, ListRow
from app.registry.verification import Evidence, verify
from app.runtime import Runtime
from tests.conftest import NOON, StillClock
from tests.registry.lists import Ministry, Remembering, entry, source, store

ID = "urn:test:model:plain"


def test_before_any_list_nothing_is_in_force_and_the_reason_is_said(
    database: Database, runtime: Runtime, ministry: Ministry
) -> None:
    held = store(database, runtime, ministry)

    assert held.current() is None
    assert held.body() is None
    trouble = held.trouble()
    assert trouble is not None
    assert trouble.key == "registry.trouble.none"
    assert held.now() == NOON


def test_a_taken_list_is_in_force_with_its_record(
    database: Database, runtime: Runtime, ministry: Ministry
) -> None:
    recorder = Remembering()
    held = store(database, runtime, ministry, recorder)

    taken = held.take(ministry.publish(entry()), "stick")

    assert taken == held.current()
    assert held.trouble() is None
    assert taken.in_force(ID, held.now()).entry is not None
    assert taken.expires_at == NOON + ONLINE.timestamp
    assert (taken.list_id, taken.sequence, taken.issuer, taken.source) == (
        "test-edu",
        1,
        "Test ministry",
        "stick",
    )
    body = held.body()
    assert body is not None
    assert parse(body).digest == taken.digest
    assert [row.kind for row in recorder.entries] == ["registry_update"]
    clear = recorder.clear[0]
    assert (clear["verdict"], clear["registry_sequence"], clear["registry_digest"]) == (
        "accepted",
        1,
        taken.digest,
    )
    second = int(NOON.timestamp())
    online = dict.fromkeys(("timestamp", "snapshot", "revocations"), second)
    assert clear["versions"] == {"root": 1, "targets": 1, **online}


def test_without_its_record_no_list_comes_into_force(
    database: Database, runtime: Runtime, ministry: Ministry
) -> None:
    recorder = Remembering()
    held = store(database, runtime, ministry, recorder)
    held.take(ministry.publish(entry()), "test")
    recorder.broken = True

    with pytest.raises(OSError, match="log"):
        held.take(ministry.publish(entry("urn:test:model:new")), "test")

    current = held.current()
    assert current is not None
    assert current.sequence == 1
    assert database.read(lambda session: len(session.scalars(select(ListRow)).all())) == 1


def test_asking_again_for_the_same_list_changes_and_records_nothing(
    database: Database, runtime: Runtime, ministry: Ministry
) -> None:
    recorder = Remembering()
    held = store(database, runtime, ministry, recorder)
    published = ministry.publish(entry())
    held.take(published, "test")

    for _ in range(3):
        assert held.take(published, "test").sequence == 1
    assert len(recorder.entries) == 1


def test_fresh_signatures_lengthen_the_life_of_the_same_list(
    database: Database, runtime: Runtime, ministry: Ministry, clock: StillClock
) -> None:
    recorder = Remembering()
    held = store(database, runtime, ministry, recorder)
    held.take(ministry.publish(entry()), "test")
    clock.move(days=5)

    renewed = held.take(ministry.renew(clock.now()), "test")

    assert (renewed.sequence, renewed.expires_at) == (1, clock.now() + ONLINE.timestamp)
    assert len(recorder.entries) == 2


def test_a_revocation_reaches_another_replica_within_a_second(
    database: Database, runtime: Runtime, ministry: Ministry, clock: StillClock
) -> None:
    updating, reading = store(database, runtime, ministry), store(database, runtime, ministry)
    updating.take(ministry.publish(entry(), entry("urn:test:model:two")), "test")
    seen = reading.current()
    assert seen is not None
    assert seen.in_force(ID, NOON).entry is not None

    updating.take(ministry.revoke(ID), "test")
    clock.move(seconds=1)

    seen = reading.current()
    assert seen is not None
    assert seen.in_force(ID, NOON).entry is None
    assert seen.in_force("urn:test:model:two", NOON).entry is not None


def test_a_revocation_is_never_forgotten_by_a_later_list(
    database: Database, runtime: Runtime, ministry: Ministry
) -> None:
    held = store(database, runtime, ministry)
    held.take(ministry.publish(entry()), "test")
    held.take(ministry.revoke(ID), "test")

    assert held.take(ministry.publish(entry()), "test").revoked == {ID}


def forget_state(session: Session) -> None:
    session.execute(delete(InForceRow))


def test_an_older_list_is_refused_also_by_a_machine_that_lost_its_state(
    database: Database, runtime: Runtime, ministry: Ministry
) -> None:
    held = store(database, runtime, ministry)
    old = ministry.publish(entry())
    shutil.copytree(old, ministry.folder / "old")
    held.take(ministry.publish(entry("urn:test:model:new")), "test")
    database.write(forget_state)

    with pytest.raises(RegistryRefused) as caught:
        store(database, runtime, ministry).take(ministry.folder / "old", "test")

    assert caught.value.words.key == "registry.list.rolled_back"


class Log:
    """An audit log that knows sequence 5."""

    def highest(self, list_id: str) -> int:
        return 5 if list_id == "test-edu" else 0


def test_an_older_list_is_refused_by_a_restored_database_when_the_log_knows_better(
    database: Database, runtime: Runtime, ministry: Ministry
) -> None:
    held = store(database, runtime, ministry, witness=Log())
    for _ in range(4):
        ministry.publish(entry())
    with pytest.raises(RegistryRefused):
        held.take(ministry.published, "test")

    assert held.take(ministry.publish(entry()), "test").sequence == 5


@pytest.mark.parametrize(
    "harm",
    [
        lambda stored: stored[:-20],
        lambda stored: b"",
        lambda stored: stored.replace(b'"timestamp": "e', b'"timestamp": "f'),
        lambda stored: Evidence.from_bytes(stored).to_bytes().replace(b'"roots": []', b'"roots": ["e30="]'),
    ],
)
def test_stored_bytes_that_do_not_verify_are_no_list(
    harm: Callable[[bytes], bytes], database: Database, runtime: Runtime, ministry: Ministry
) -> None:
    published = ministry.publish(entry())
    store(database, runtime, ministry).take(published, "test")
    evidence = database.read(lambda session: session.scalars(select(InForceRow.evidence)).one())
    harmed = harm(evidence)
    assert harmed != evidence
    database.write(lambda session: session.execute(update(InForceRow).values(evidence=harmed)))

    held = store(database, runtime, ministry)

    assert held.current() is None
    trouble = held.trouble()
    assert trouble is not None
    assert trouble.key == "registry.trouble.unverified"
    assert held.take(published, "test").sequence == 1


def test_a_list_of_another_ministry_is_no_list(
    database: Database, runtime: Runtime, ministry: Ministry, tmp_path: Path
) -> None:
    store(database, runtime, ministry).take(ministry.publish(entry()), "test")

    assert store(database, runtime, Ministry(tmp_path / "other")).current() is None


def test_another_list_of_the_same_ministry_is_refused(
    database: Database, runtime: Runtime, ministry: Ministry
) -> None:
    held = store(database, runtime, ministry)
    held.take(ministry.publish(entry()), "test")
    ministry.publish(entry())
    raw = ministry.published / "targets"
    with pytest.raises(RegistryRefused):
        store(database, runtime, ministry, list_id="another").take(ministry.published, "test")
    assert raw.is_dir()


def test_a_demonstration_list_is_refused_where_a_registry_is_configured(
    database: Database, runtime: Runtime, ministry: Ministry
) -> None:
    published = ministry.publish(entry(), demonstration=True)

    with pytest.raises(RegistryRefused) as caught:
        store(database, runtime, ministry).take(published, "test")
    assert caught.value.words.key == "registry.list.demonstration"
    store(database, runtime, ministry, demonstration=True).take(published, "test")
    assert store(database, runtime, ministry).current() is None


def test_expiry_is_judged_by_the_databases_clock_when_it_is_later(
    database: Database, runtime: Runtime, ministry: Ministry, clock: StillClock
) -> None:
    database_time = StillClock()
    held = store(database, runtime, ministry, database_now=database_time.now)
    held.take(ministry.publish(entry()), "test")
    clock.move(days=-365)
    database_time.move(days=8)

    registry = held.current()

    assert registry is not None
    assert held.now() >= NOON + timedelta(days=8)
    assert registry.in_force(ID, held.now()).entry is None


def test_expiry_is_judged_by_the_local_clock_when_it_is_later(
    database: Database, runtime: Runtime, ministry: Ministry, clock: StillClock
) -> None:
    database_time = StillClock()
    held = store(database, runtime, ministry, database_now=database_time.now)
    held.take(ministry.publish(entry()), "test")
    database_time.move(days=-365)
    clock.move(days=8)

    assert held.now() == clock.now()


@pytest.mark.parametrize("step", [-3600, 3600, -86400 * 365])
def test_a_clock_that_is_turned_gains_no_time_before_the_moment_of_acceptance(
    step: int, database: Database, runtime: Runtime, ministry: Ministry, clock: StillClock
) -> None:
    held = store(database, runtime, ministry)
    held.take(ministry.publish(entry()), "test")
    clock.move(seconds=step)

    assert held.now() == max(clock.now(), NOON)


def test_between_two_readings_the_databases_time_goes_on(
    database: Database, runtime: Runtime, ministry: Ministry, clock: StillClock
) -> None:
    ahead = NOON + timedelta(days=2)
    readings: list[datetime] = []

    def database_now() -> datetime:
        readings.append(ahead)
        return ahead

    held = store(database, runtime, ministry, database_now=database_now)
    held.now()
    clock.move(seconds=0.5)

    assert held.now() == ahead + timedelta(seconds=0.5)
    assert len(readings) == 1


class Counted:
    """A database that counts its readings."""

    def __init__(self, database: Database) -> None:
        self._database, self.readings = database, 0
        self.dialect = database.dialect

    def read(self, work: Callable[[Session], object]) -> object:
        self.readings += 1
        return self._database.read(work)

    def now(self) -> datetime:
        return self._database.now()


def test_a_thousand_questions_in_a_second_read_the_database_once(
    database: Database, runtime: Runtime, ministry: Ministry, clock: StillClock
) -> None:
    store(database, runtime, ministry).take(ministry.publish(entry()), "test")
    counted = Counted(database)
    held = store(counted, runtime, ministry)  # type: ignore[arg-type]
    held.current()
    counted.readings = 0

    for _ in range(1000):
        clock.move(seconds=0.0009)
        held.current()
        held.now()
    assert counted.readings == 0
    clock.move(seconds=1)
    held.current()
    assert counted.readings == 1


def test_a_list_that_cannot_be_read_is_no_list(
    database: Database, runtime: Runtime, ministry: Ministry, clock: StillClock
) -> None:
    held = store(database, runtime, ministry)
    held.take(ministry.publish(entry()), "test")
    database.write(lambda session: session.execute(text("ALTER TABLE registry_in_force RENAME TO gone")))
    clock.move(seconds=1)

    assert held.current() is None
    trouble = held.trouble()
    assert trouble is not None
    assert trouble.key == "registry.trouble.unreadable"

    database.write(lambda session: session.execute(text("ALTER TABLE gone RENAME TO registry_in_force")))
    assert held.current() is not None


def test_two_processes_cannot_switch_at_once(
    database: Database, runtime: Runtime, ministry: Ministry
) -> None:
    held = store(database, runtime, ministry)
    held.take(ministry.publish(entry()), "test")
    stored = database.read(lambda session: session.scalars(select(InForceRow.evidence)).one())
    evidence = Evidence.from_bytes(stored)
    late = Switch(
        evidence=evidence,
        verified=verify(evidence, root=ministry.root),
        revision=0,
        at=NOON,
        source="late",
        profile="online",
        seen_elsewhere=0,
        root=ministry.root,
    )

    with pytest.raises(Conflict):
        database.write(lambda session: switch(session, Remembering(), late))
    assert held.current() is not None


def test_a_refusal_is_recorded_once_an_hour_while_the_feed_stays_as_it_is(
    database: Database, runtime: Runtime, ministry: Ministry, clock: StillClock, tmp_path: Path
) -> None:
    recorder = Remembering()
    held = store(database, runtime, ministry, recorder)
    (tmp_path / "empty").mkdir()

    def refuse() -> None:
        with pytest.raises(RegistryRefused):
            held.take(tmp_path / "empty", "test")

    refuse()
    refuse()
    assert len(recorder.entries) == 1
    clock.move(seconds=3601)
    refuse()
    assert len(recorder.entries) == 2


def test_every_accepted_list_stays_for_the_auditor(
    database: Database, runtime: Runtime, ministry: Ministry
) -> None:
    held = store(database, runtime, ministry)
    digests = [
        held.take(ministry.publish(entry(f"urn:test:model:n{number}")), "test").digest for number in range(3)
    ]

    kept = database.read(lambda session: {row.sequence: row.body for row in session.scalars(select(ListRow))})

    assert [parse(kept[number + 1]).digest for number in range(3)] == digests


def test_online_and_offline_copies_hold_the_same_list_with_other_lives(
    database: Database, runtime: Runtime, ministry: Ministry
) -> None:
    publish(source(), ministry.keys, ministry.out, at=NOON, profiles=(ONLINE, OFFLINE))
    online, offline = ministry.out / "online", ministry.out / "offline"

    for name in ("metadata/1.root.json", "metadata/1.targets.json"):
        assert (online / name).read_bytes() == (offline / name).read_bytes()
    assert {path.name for path in (online / "targets").iterdir()} == {
        path.name for path in (offline / "targets").iterdir()
    }
    assert store(database, runtime, ministry).take(offline, "stick").expires_at == NOON + timedelta(days=90)


def test_csv_and_html_are_made_from_the_one_source(ministry: Ministry) -> None:
    targets = (
        ministry.publish(entry(), entry("urn:test:model:two", names={"kk": "=1+1", "ru": "<b>", "en": "@x"}))
        / "targets"
    )
    by_name = {path.name.split(".", 1)[1]: path.read_bytes() for path in targets.iterdir()}
    document = parse(by_name["registry.json"])

    assert by_name["registry.csv"] == to_csv(document)
    assert by_name["registry.html"] == to_html(document)
    assert b",'=1+1,<b>,'@x," in by_name["registry.csv"]
    assert b"&lt;b&gt;" in by_name["registry.html"]
    assert b"<b>" not in by_name["registry.html"]


def test_a_switch_that_comes_between_is_not_lost_and_not_undone(
    database: Database, runtime: Runtime, ministry: Ministry
) -> None:
    """Two processes start at once, as a server and a command beside it do."""
    first, second = store(database, runtime, ministry), store(database, runtime, ministry)
    published = ministry.publish(entry())
    interrupted: list[int] = []

    class Between:
        def read(self, name: str, limit: int) -> bytes | None:
            if name.endswith("snapshot.json") and len(interrupted) < 1:
                interrupted.append(1)
                first.take(published, "server")
            return FolderSource(published).read(name, limit)

    taken = second.pull(Between(), "command")

    assert taken.sequence == 1
    assert interrupted == [1]
