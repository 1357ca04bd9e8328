"""The attacks on an update framework, each against a school that holds a good list: refused, recorded, list kept."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadHTTPError,
    DownloadLengthMismatchError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    UnsignedMetadataError,
)
from tuf.api.metadata import Metadata, Targets

from app.database import Base, Database
from app.errors import BadSetting, RegistryRefused
from app.registry import RegistryStore
from app.registry import publish as publishing
from app.registry.feed import FolderSource, stage
from app.registry.issue import Copy
from app.registry.keys import ceremony, renew_root
from app.registry.verification import update
from app.runtime import Runtime
from tests.conftest import NOON, StillClock
from tests.registry import attacks
from tests.registry.attacks import (
    Attack,
    PublicClient,
    copy_of,
    newest,
    raw_list,
    signed_although_bad,
)
from tests.registry.lists import Ministry, Remembering, entry, source, store

DAY = timedelta(days=1)


@pytest.fixture
def recorder() -> Remembering:
    return Remembering()


@pytest.fixture
def school(
    sqlite_database: Database, runtime: Runtime, ministry: Ministry, recorder: Remembering
) -> RegistryStore:
    """A school that holds list no. 2 of the ministry."""
    held = store(sqlite_database, runtime, ministry, recorder)
    held.take(ministry.publish(entry()), "test")
    copy_of(ministry.published, "first")
    held.take(ministry.publish(entry(), entry("urn:test:model:two")), "test")
    recorder.entries.clear()
    return held


def refused(school: RegistryStore, folder: Path, recorder: Remembering, key: str) -> None:
    """The feed is refused with this reason, which is on record, and the list in force is untouched."""
    before, body_before = school.current(), school.body()
    with pytest.raises(RegistryRefused) as caught:
        school.take(folder, "attack")

    assert caught.value.words.key == f"registry.list.{key}"
    assert [(row["verdict"], row["reason"]) for row in recorder.clear] == [
        ("refused", f"registry.list.{key}")
    ]
    assert recorder.clear[0]["source"] == "attack"
    after = school.current()
    assert before is not None
    assert after is not None
    assert (after.sequence, after.digest) == (before.sequence, before.digest)
    assert school.body() == body_before


def bad(key: str, raw: dict[str, object]) -> Attack:
    """Good signatures over a bad list: python-tuf does not look inside a target, we do."""
    return Attack(make=signed_although_bad(raw), key=key, tuf=None)


ATTACKS: dict[str, Attack] = {
    # what TUF is for: both refuse
    "rollback": Attack(make=attacks.older_mirror, key="rolled_back", tuf=BadVersionNumberError),
    "freeze": Attack(make=attacks.frozen_mirror, key="expired", tuf=ExpiredMetadataError, days=8),
    "mix and match": Attack(
        make=attacks.old_list_under_a_new_timestamp, key="changed", tuf=LengthOrHashMismatchError
    ),
    "one signature of two": Attack(
        make=attacks.one_signature_of_two, key="unsigned", tuf=UnsignedMetadataError
    ),
    "one key twice": Attack(
        make=attacks.one_key_in_the_name_of_two, key="unsigned", tuf=UnsignedMetadataError
    ),
    "wrong keys": Attack(make=attacks.a_foreign_ministry, key="unsigned", tuf=UnsignedMetadataError),
    "stolen online keys": Attack(
        make=attacks.a_thief_of_the_online_keys, key="unsigned", tuf=UnsignedMetadataError
    ),
    "foreign next root": Attack(
        make=attacks.a_foreign_root_of_the_next_version, key="unsigned", tuf=UnsignedMetadataError
    ),
    "replaced key": Attack(make=attacks.a_replaced_key, key="unsigned", tuf=UnsignedMetadataError),
    "changed list": Attack(
        make=attacks.harmed(lambda path: path.write_bytes(path.read_bytes().replace(b"plain", b"evil!"))),
        key="changed",
        tuf=LengthOrHashMismatchError,
    ),
    "truncated list": Attack(
        make=attacks.harmed(lambda path: path.write_bytes(path.read_bytes()[:-1])),
        key="changed",
        tuf=LengthOrHashMismatchError,
    ),
    "empty list": Attack(
        make=attacks.harmed(lambda path: path.write_bytes(b"")), key="changed", tuf=LengthOrHashMismatchError
    ),
    "longer list": Attack(
        make=attacks.harmed(lambda path: path.write_bytes(path.read_bytes() + b" ")),
        key="too_large",
        tuf=DownloadLengthMismatchError,
    ),
    "huge list": Attack(
        make=attacks.harmed(lambda path: path.write_bytes(b" " * (5 * 1024 * 1024 + 1))),
        key="too_large",
        tuf=DownloadLengthMismatchError,
    ),
    "huge timestamp": Attack(
        make=attacks.a_pouring_timestamp, key="too_large", tuf=DownloadLengthMismatchError
    ),
    "missing list": Attack(
        make=attacks.harmed(lambda path: path.unlink()), key="incomplete", tuf=DownloadHTTPError
    ),
    "missing snapshot": Attack(make=attacks.a_missing_snapshot, key="incomplete", tuf=DownloadHTTPError),
    "folder for a list": Attack(
        make=attacks.harmed(attacks.a_folder),
        key="unreadable",
        tuf=DownloadHTTPError,
    ),
    # python-tuf alone accepts, we refuse
    "link for a list": Attack(
        make=attacks.harmed(lambda path: path.symlink_to(path.rename(path.parent / "elsewhere"))),
        key="unreadable",
        tuf=None,
    ),
    "forgetful school": Attack(make=attacks.older_mirror, key="rolled_back", tuf=None, forgotten=True),
    "revocations held back": Attack(make=attacks.revocations_held_back, key="incomplete", tuf=None),
    "on-call key hands in a list": Attack(
        make=attacks.revocations_that_hand_in_a_list, key="unreadable", tuf=None
    ),
    "revocations of another list": Attack(make=attacks.revocations_of_another_list, key="mixed", tuf=None),
    "equal ids": bad("duplicate", raw_list(entry(), entry())),
    "look-alike ids": bad("look_alike", raw_list(entry("urn:test:model:qa1a"), entry("urn:test:model:qala"))),
    "unknown value": bad("schema", raw_list(entry(data__personal_data="everybody"))),
    "unknown critical field": bad("critical", raw_list(critical=["quota"])),
    "unknown critical field of an entry": bad("critical", raw_list(entry(critical=["quota"]))),
    "moving version": bad("moving", raw_list(entry(artefact__model_version="latest", artefact__aliases=[]))),
    "future-dated": bad("future", raw_list(issued_at="2026-11-23T09:00:00Z")),
    "older number in a new issue": bad("rolled_back", raw_list(sequence=1)),
    "second list of one number": bad("forked", raw_list(sequence=2)),
    "list of another past": bad("forked", raw_list(sequence=3)),
    "another list": bad("mixed", raw_list(list_id="other")),
    "demonstration list": bad("demonstration", raw_list(demonstration=True)),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_with_its_reason_and_on_record(
    name: str,
    school: RegistryStore,
    ministry: Ministry,
    recorder: Remembering,
    clock: StillClock,
    runtime: Runtime,
    tmp_path: Path,
) -> None:
    attack = ATTACKS[name]
    folder = attack.make(ministry)
    clock.move(days=attack.days)
    if not attack.forgotten:
        refused(school, folder, recorder, attack.key)
        return
    with restored(tmp_path) as database:
        forgetful = store(database, runtime, ministry, recorder, witness=Log(2))
        with pytest.raises(RegistryRefused) as caught:
            forgetful.take(folder, "attack")
    assert caught.value.words.key == f"registry.list.{attack.key}"
    assert recorder.clear[0]["verdict"] == "refused"


@pytest.mark.parametrize("name", ATTACKS)
def test_python_tuf_alone_refuses_or_accepts_it_as_the_table_says(
    name: str, school: RegistryStore, ministry: Ministry, tmp_path: Path
) -> None:
    """`school` is asked for so that both clients meet the same ministry."""
    attack, client = ATTACKS[name], PublicClient(tmp_path / "client", ministry.root)
    with time_machine.travel(NOON, tick=False):
        if not attack.forgotten:
            assert hashlib.sha256(client.take(ministry.published)).hexdigest() == held(school)
        folder = attack.make(ministry)
    with time_machine.travel(NOON + attack.days * DAY, tick=False):
        if attack.tuf is None:
            client.take(folder)
        else:
            with pytest.raises(attack.tuf):
                client.take(folder)


def test_at_least_twelve_attacks_are_refused_by_both_clients() -> None:
    assert sum(attack.tuf is not None for attack in ATTACKS.values()) >= 12


def test_a_turned_clock_fools_python_tuf_and_not_a_school_whose_database_has_its_own(
    sqlite_database: Database, runtime: Runtime, ministry: Ministry, clock: StillClock, tmp_path: Path
) -> None:
    database_time = StillClock()
    school = store(sqlite_database, runtime, ministry, database_now=database_time.now)
    school.take(ministry.publish(entry()), "test")
    client = PublicClient(tmp_path / "client", ministry.root)
    database_time.move(days=8)
    clock.move(days=-365)

    with time_machine.travel(clock.now(), tick=False):
        client.take(ministry.published)
    with pytest.raises(RegistryRefused) as caught:
        school.take(ministry.published, "attack")
    assert caught.value.words.key == "registry.list.expired"


def held(school: RegistryStore) -> str:
    registry = school.current()
    assert registry is not None
    return registry.digest


@dataclass(frozen=True)
class Log:
    """What the log of a restored school still says."""

    sequence: int

    def highest(self, list_id: str) -> int:
        return self.sequence


@contextmanager
def restored(folder: Path) -> Iterator[Database]:
    """A database from before the school took any list."""
    opened = Database(f"sqlite:///{folder / 'restored.db'}")
    opened.write(lambda session: Base.metadata.create_all(session.connection()))
    try:
        yield opened
    finally:
        opened.close()


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets", "revocations"])
@pytest.mark.parametrize(
    ("harm", "keys"),
    [
        (lambda path: path.unlink(), {"incomplete"}),
        (lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]), {"unreadable"}),
        (lambda path: path.write_bytes(b"{}"), {"unreadable"}),
        (lambda path: path.write_bytes(b"[" * 10_000), {"unreadable"}),
        (lambda path: path.write_bytes(b" " * 600_000), {"too_large"}),
        (
            lambda path: path.write_bytes(path.read_bytes().replace(b'"expires":"202', b'"expires":"203')),
            {"unsigned", "changed"},
        ),
    ],
)
def test_harmed_metadata(
    role: str,
    harm: Callable[[Path], object],
    keys: set[str],
    school: RegistryStore,
    ministry: Ministry,
    recorder: Remembering,
) -> None:
    ministry.publish(entry())
    published = ministry.renew()
    harm(published / "metadata" / "timestamp.json" if role == "timestamp" else newest(published, role))

    with pytest.raises(RegistryRefused) as caught:
        school.take(published, "attack")
    assert caught.value.words.key.removeprefix("registry.list.") in keys
    assert recorder.clear[-1]["verdict"] == "refused"


def test_an_empty_folder(school: RegistryStore, recorder: Remembering, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    refused(school, tmp_path / "empty", recorder, "incomplete")


def test_after_a_bad_issue_the_next_good_one_is_taken(school: RegistryStore, ministry: Ministry) -> None:
    with pytest.raises(RegistryRefused):
        school.take(signed_although_bad(raw_list(entry(), entry()))(ministry), "test")
    targets = newest(ministry.published, "targets")
    targets.unlink()

    good = ministry.publish(entry("urn:test:model:mended"))
    shutil.move(newest(good, "targets"), good / "metadata" / targets.name)
    held = Metadata[Targets].from_bytes((good / "metadata" / targets.name).read_bytes()).signed
    held.version = int(targets.name.split(".")[0]) + 1
    copy = Copy(good, publishing.ONLINE)
    copy.put(f"metadata/{held.version}.targets.json", publishing.sign(held, ministry.keys, "targets"))
    publishing.seal(copy, ministry.keys, NOON)
    copy.write()

    assert school.take(good, "test").find("urn:test:model:mended") is not None


def test_an_older_mirror_after_a_failed_update_is_still_what_is_in_force(
    school: RegistryStore, ministry: Ministry
) -> None:
    good = copy_of(ministry.published, "good")
    with pytest.raises(RegistryRefused):
        school.take(signed_although_bad(raw_list(entry(), entry()))(ministry), "test")

    assert school.take(good, "test").sequence == 2


def test_the_reference_time_of_the_library_is_ours(ministry: Ministry, tmp_path: Path) -> None:
    published = ministry.publish(entry())

    def at(moment: datetime, name: str) -> None:
        staged, work = tmp_path / f"{name}-staged", tmp_path / f"{name}-work"
        staged.mkdir()
        work.mkdir()
        stage(FolderSource(published), staged, root=ministry.root)
        update(staged, work, root=ministry.root, before=None, at=moment)

    at(NOON + timedelta(days=6), "before")
    with pytest.raises(RegistryRefused) as caught:
        at(NOON + timedelta(days=8), "after")
    assert caught.value.words.key == "registry.list.expired"


def test_a_root_that_the_ministry_renewed_is_followed(school: RegistryStore, ministry: Ministry) -> None:
    renew_root(ministry.folder / "keys", at=NOON, replace=("targets-1", "root-2", "timestamp-1"))
    assert school.take(ministry.publish(entry("urn:test:model:new")), "test").sequence == 3
    renew_root(ministry.folder / "keys", at=NOON, replace=("targets-2", "root-1"))

    assert school.take(ministry.publish(entry()), "test").sequence == 4


def test_keys_are_made_once(ministry: Ministry) -> None:
    with pytest.raises(BadSetting):
        ceremony(ministry.folder / "keys", NOON)


def test_publishing_refuses_what_a_school_would_refuse(ministry: Ministry) -> None:
    with pytest.raises(RegistryRefused):
        publishing.publish(source(entry(), entry()), ministry.keys, ministry.out, at=NOON)
    assert not ministry.out.exists()
