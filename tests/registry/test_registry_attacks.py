"""The attacks on an update framework, each against a school that holds a good list: refused, recorded, list kept."""

import json
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tuf.api.metadata import Metadata, TargetFile, Targets

from app.database import Database
from app.errors import BadSetting, RegistryRefused
from app.registry import RegistryStore
from app.registry import publish as publishing
from app.registry.document import dump
from app.registry.feed import FolderSource, stage
from app.registry.keys import ceremony, renew_root
from app.registry.verification import update
from app.runtime import Runtime
from tests.conftest import NOON, StillClock
from tests.registry.lists import Ministry, Remembering, body, entry, source, store

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
    held.take(ministry.publish(entry(), entry("urn:test:model:two")), "test")
    recorder.entries.clear()
    return held


def copy_of(published: Path, name: str) -> Path:
    target = published.parent / name
    shutil.copytree(published, target)
    return target


def newest(folder: Path, role: str) -> Path:
    return max((folder / "metadata").glob(f"*.{role}.json"), key=lambda path: int(path.name.split(".")[0]))


def list_file(folder: Path) -> Path:
    targets = Metadata[Targets].from_bytes(newest(folder, "targets").read_bytes()).signed
    return folder / "targets" / f"{targets.targets['registry.json'].hashes['sha256']}.registry.json"


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


def test_rollback_to_an_older_mirror(
    school: RegistryStore, ministry: Ministry, recorder: Remembering
) -> None:
    old = copy_of(ministry.published, "old")
    school.take(ministry.publish(entry()), "test")
    recorder.entries.clear()

    refused(school, old, recorder, "rolled_back")


def test_freeze_until_the_timestamp_ends(
    school: RegistryStore, ministry: Ministry, recorder: Remembering, clock: StillClock
) -> None:
    clock.move(days=7, seconds=1)

    refused(school, ministry.published, recorder, "expired")
    held = school.current()
    assert held is not None
    assert held.in_force("urn:test:model:plain", school.now()).entry is None


def test_mix_of_an_old_list_under_a_new_timestamp(
    school: RegistryStore, ministry: Ministry, recorder: Remembering
) -> None:
    mixed = copy_of(ministry.published, "mixed")
    old_targets = newest(mixed, "targets").read_bytes()
    ministry.publish(entry())
    for path in (ministry.published / "metadata").iterdir():
        shutil.copy(path, mixed / "metadata" / path.name)
    newest(mixed, "targets").write_bytes(old_targets)

    refused(school, mixed, recorder, "changed")


def test_one_signature_of_two(school: RegistryStore, ministry: Ministry, recorder: Remembering) -> None:
    ministry.publish(entry())
    path = newest(ministry.published, "targets")
    metadata = Metadata[Targets].from_bytes(path.read_bytes())
    for keyid in list(metadata.signatures)[1:]:
        metadata.signatures.pop(keyid)
    forge(ministry, {path.name: metadata.to_bytes()})

    refused(school, ministry.published, recorder, "unsigned")


def test_one_key_signing_in_the_name_of_two_is_still_one(
    school: RegistryStore, ministry: Ministry, recorder: Remembering
) -> None:
    ministry.publish(entry())
    path = newest(ministry.published, "targets")
    raw = json.loads(path.read_bytes())
    for signature in raw["signatures"]:
        signature["sig"] = raw["signatures"][0]["sig"]
    forge(ministry, {path.name: json.dumps(raw).encode()})

    refused(school, ministry.published, recorder, "unsigned")


def forge(ministry: Ministry, files: dict[str, bytes]) -> None:
    """Put files in place and sign snapshot and timestamp over them, as a thief of the online keys would."""
    for name, content in files.items():
        (ministry.published / "metadata" / name).write_bytes(content)
    publishing._seal(publishing._Copy(ministry.published, publishing.ONLINE), ministry.keys, NOON)


def test_a_thief_of_the_online_keys_cannot_add_an_entry(
    school: RegistryStore, ministry: Ministry, recorder: Remembering, tmp_path: Path
) -> None:
    thief = Ministry(tmp_path / "thief")
    for role in ("snapshot", "timestamp", "revocations"):
        shutil.copy(ministry.folder / "keys" / f"{role}-1.pem", thief.folder / "keys" / f"{role}-1.pem")
    for sequence in range(3):
        thief.publish(entry("urn:test:model:evil"), entry(f"urn:test:model:n{sequence}"))
    for path in (ministry.folder / "keys" / "roots").iterdir():
        shutil.copy(path, thief.published / "metadata" / path.name)

    refused(school, thief.published, recorder, "unsigned")


def test_a_foreign_ministry(school: RegistryStore, recorder: Remembering, tmp_path: Path) -> None:
    foreign = Ministry(tmp_path / "foreign")
    for _ in range(3):
        foreign.publish(entry("urn:test:model:evil"))

    refused(school, foreign.published, recorder, "unsigned")


def test_a_foreign_root_of_the_next_version(
    school: RegistryStore, ministry: Ministry, recorder: Remembering, tmp_path: Path
) -> None:
    foreign = Ministry(tmp_path / "foreign")
    foreign.publish(entry("urn:test:model:evil"))
    renew_root(foreign.folder / "keys", NOON)
    foreign.publish(entry("urn:test:model:evil"))

    refused(school, foreign.published, recorder, "unsigned")


@pytest.mark.parametrize(
    ("harm", "key"),
    [
        (lambda path: path.write_bytes(path.read_bytes().replace(b"plain", b"evil!")), "changed"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "changed"),
        (lambda path: path.write_bytes(b""), "changed"),
        (lambda path: path.write_bytes(path.read_bytes() + b" "), "too_large"),
        (lambda path: path.write_bytes(b" " * (5 * 1024 * 1024 + 1)), "too_large"),
        (lambda path: path.unlink(), "incomplete"),
        (lambda path: (path.unlink(), path.symlink_to("/etc/passwd")), "unreadable"),
        (lambda path: (path.unlink(), path.mkdir()), "unreadable"),
    ],
)
def test_a_harmed_list_file(
    harm: Callable[[Path], object], key: str, school: RegistryStore, ministry: Ministry, recorder: Remembering
) -> None:
    harm(list_file(ministry.publish(entry())))

    refused(school, ministry.published, recorder, key)


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


def test_the_revocations_must_be_there(
    school: RegistryStore, ministry: Ministry, recorder: Remembering
) -> None:
    published = ministry.publish(entry())
    for path in (published / "targets").glob("*.revocations.json"):
        path.unlink()

    refused(school, published, recorder, "incomplete")


def test_the_revocations_role_cannot_hand_in_a_list(
    school: RegistryStore, ministry: Ministry, recorder: Remembering
) -> None:
    ministry.publish(entry())
    copy = publishing._Copy(ministry.published, publishing.ONLINE)
    evil = body(entry("urn:test:model:evil"), sequence=9)
    role = Targets(
        version=9,
        expires=NOON + DAY,
        targets={
            name: TargetFile.from_data(name, evil, ["sha256"])
            for name in ("registry.json", "revocations.json")
        },
    )
    copy.put("metadata/9.revocations.json", publishing._sign(role, ministry.keys, "revocations"))
    for name in ("registry.json", "revocations.json"):
        copy.put(f"targets/{role.targets[name].hashes['sha256']}.{name}", evil)
    publishing._seal(copy, ministry.keys, NOON)

    refused(school, ministry.published, recorder, "unreadable")


def test_revocations_of_another_list(
    school: RegistryStore, ministry: Ministry, recorder: Remembering
) -> None:
    ministry.publish(entry())
    copy = publishing._Copy(ministry.published, publishing.ONLINE)
    publishing._put_revocations(
        copy, ministry.keys, NOON, {"list_id": "other", "issued_at": "2026-11-23T07:00:00Z", "revoked": []}
    )
    publishing._seal(copy, ministry.keys, NOON)

    refused(school, ministry.published, recorder, "mixed")


def signed_although_bad(ministry: Ministry, raw: dict[str, Any]) -> Path:
    """A list that the ministry signed in error: its own check is left out."""
    ministry.publish(entry())
    copy = publishing._Copy(ministry.published, publishing.ONLINE)
    content = dump(raw)
    held = Metadata[Targets].from_bytes(newest(ministry.published, "targets").read_bytes()).signed
    held.version += 1
    held.targets["registry.json"] = TargetFile.from_data("registry.json", content, ["sha256"])
    copy.put(f"targets/{held.targets['registry.json'].hashes['sha256']}.registry.json", content)
    copy.put(f"metadata/{held.version}.targets.json", publishing._sign(held, ministry.keys, "targets"))
    publishing._seal(copy, ministry.keys, NOON)
    return ministry.published


def raw_list(*entries: dict[str, Any], **changes: Any) -> dict[str, Any]:
    raw: dict[str, Any] = json.loads(body(*entries))
    return {**raw, "sequence": 9, **changes}


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        (raw_list(entry(), entry()), "duplicate"),
        (raw_list(entry("urn:test:model:qa1a"), entry("urn:test:model:qala")), "look_alike"),
        (raw_list(entry(data__personal_data="everybody")), "schema"),
        (raw_list(critical=["quota"]), "critical"),
        (raw_list(issued_at="2026-11-23T09:00:00Z"), "future"),
        (raw_list(sequence=1), "rolled_back"),
        (raw_list(sequence=2), "forked"),
        (raw_list(sequence=3), "forked"),
        (raw_list(list_id="other"), "mixed"),
        (raw_list(demonstration=True), "demonstration"),
    ],
)
def test_a_bad_list_with_good_signatures(
    raw: dict[str, Any], key: str, school: RegistryStore, ministry: Ministry, recorder: Remembering
) -> None:
    refused(school, signed_although_bad(ministry, raw), recorder, key)


def test_after_a_bad_issue_the_next_good_one_is_taken(school: RegistryStore, ministry: Ministry) -> None:
    with pytest.raises(RegistryRefused):
        school.take(signed_although_bad(ministry, raw_list(entry(), entry())), "test")
    targets = newest(ministry.published, "targets")
    targets.unlink()

    good = ministry.publish(entry("urn:test:model:mended"))
    shutil.move(newest(good, "targets"), good / "metadata" / targets.name)
    held = Metadata[Targets].from_bytes((good / "metadata" / targets.name).read_bytes()).signed
    held.version = int(targets.name.split(".")[0]) + 1
    copy = publishing._Copy(good, publishing.ONLINE)
    copy.put(f"metadata/{held.version}.targets.json", publishing._sign(held, ministry.keys, "targets"))
    publishing._seal(copy, ministry.keys, NOON)

    assert school.take(good, "test").find("urn:test:model:mended") is not None


def test_an_older_mirror_after_a_failed_update_is_still_what_is_in_force(
    school: RegistryStore, ministry: Ministry
) -> None:
    good = copy_of(ministry.published, "good")
    with pytest.raises(RegistryRefused):
        school.take(signed_although_bad(ministry, raw_list(entry(), entry())), "test")

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
    renew_root(ministry.folder / "keys", NOON, replace=("targets-1", "root-2", "timestamp-1"))
    assert school.take(ministry.publish(entry("urn:test:model:new")), "test").sequence == 3
    renew_root(ministry.folder / "keys", NOON, replace=("targets-2", "root-1"))

    assert school.take(ministry.publish(entry()), "test").sequence == 4


def test_a_replaced_key_signs_nothing_any_more(
    school: RegistryStore, ministry: Ministry, recorder: Remembering
) -> None:
    old = (ministry.folder / "keys" / "timestamp-1.pem").read_bytes()
    renew_root(ministry.folder / "keys", NOON, replace=("timestamp-1",))
    school.take(ministry.publish(entry()), "test")
    recorder.entries.clear()
    new = ministry.folder / "keys" / "timestamp-1.pem"
    new.write_bytes(old)

    refused(school, ministry.publish(entry()), recorder, "unsigned")


def test_keys_are_made_once(ministry: Ministry) -> None:
    with pytest.raises(BadSetting):
        ceremony(ministry.folder / "keys", NOON)


def test_publishing_refuses_what_a_school_would_refuse(ministry: Ministry) -> None:
    with pytest.raises(RegistryRefused):
        publishing.publish(source(entry(), entry()), ministry.keys, ministry.out, at=NOON)
    assert not ministry.out.exists()
