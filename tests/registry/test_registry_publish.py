"""A ministry's side: keys apart in their holders' folders, nothing published that a school would refuse, history kept."""

import json
import shutil
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tuf.api.metadata import Metadata, Root, Timestamp

from app.database import Database
from app.errors import BadSetting, RegistryRefused
from app.registry.history import changes, continued, issues
from app.registry.issue import OFFLINE, ONLINE, Copy
from app.registry.keys import COUNTS, KeyRing, ceremony, renew_root
from app.registry.publish import current, publish, renew, revoke
from app.registry.source import read_source
from app.runtime import Runtime
from tests.conftest import NOON, StillClock
from tests.registry.lists import Ministry, Remembering, entry, source, store

BOTH = (ONLINE, OFFLINE)


class Apart:
    """A ministry whose holders keep their folders to themselves."""

    def __init__(self, folder: Path) -> None:
        self.keys, self.out = folder / "keys", folder / "out"
        self.root = ceremony(self.keys, NOON, apart=True)

    def ring(self, *folders: str) -> KeyRing:
        return KeyRing.open(*(self.keys / name for name in ("public", *folders)))


@pytest.fixture
def apart(tmp_path: Path) -> Apart:
    return Apart(tmp_path)


def test_the_ceremony_gives_each_holder_a_folder_and_the_public_no_key(apart: Apart) -> None:
    held = {str(path.relative_to(apart.keys)) for path in apart.keys.rglob("*.pem")}

    assert held == {
        *(f"holder-{number}/{role}-{number}.pem" for number in (1, 2, 3) for role in ("root", "targets")),
        "online/snapshot-1.pem",
        "online/timestamp-1.pem",
        "on-call/revocations-1.pem",
    }
    assert all(stat.S_IMODE((apart.keys / name).stat().st_mode) == 0o600 for name in held)
    root = Metadata[Root].from_bytes(apart.root).signed
    assert {role: len(root.roles[role].keyids) for role in ("root", "targets")} == {"root": 3, "targets": 3}
    assert (root.roles["root"].threshold, root.roles["targets"].threshold) == (2, 2)


@pytest.mark.parametrize(
    "pair", [("holder-1", "holder-2"), ("holder-1", "holder-3"), ("holder-2", "holder-3")]
)
def test_any_two_holders_sign_a_list_that_a_school_takes(
    pair: tuple[str, str], apart: Apart, sqlite_database: Database, runtime: Runtime
) -> None:
    publish(source(), apart.ring(*pair, "online", "on-call"), apart.out, at=NOON, profiles=BOTH)
    held = store(sqlite_database, runtime, apart)  # type: ignore[arg-type]

    assert held.take(apart.out / "online", "test").sequence == 1


@pytest.mark.parametrize(
    "folders", [("online", "on-call"), ("holder-1", "online", "on-call"), ("holder-1", "holder-2", "on-call")]
)
def test_too_few_keys_publish_nothing(folders: tuple[str, ...], apart: Apart) -> None:
    with pytest.raises(BadSetting):
        publish(source(), apart.ring(*folders), apart.out, at=NOON, profiles=BOTH)
    assert not apart.out.exists()


def test_the_on_call_key_is_needed_for_the_first_list_only(apart: Apart) -> None:
    without = apart.ring("holder-1", "holder-2", "online")
    with pytest.raises(BadSetting):
        publish(source(), without, apart.out, at=NOON, profiles=BOTH)
    publish(
        source(), apart.ring("holder-1", "holder-2", "online", "on-call"), apart.out, at=NOON, profiles=BOTH
    )

    assert publish(source(), without, apart.out, at=NOON, profiles=BOTH).sequence == 2


def test_the_on_call_key_takes_away_without_any_holder(
    apart: Apart, sqlite_database: Database, runtime: Runtime
) -> None:
    publish(source(), apart.ring("holder-1", "holder-2", "online", "on-call"), apart.out, at=NOON)
    row = {"entry_id": "urn:test:model:plain", "status": "suspended", "since": "2026-11-23T07:00:00Z"}
    revoke([row], apart.ring("online", "on-call"), apart.out, at=NOON)
    held = store(sqlite_database, runtime, apart)  # type: ignore[arg-type]

    assert held.take(apart.out / "online", "test").revoked == {"urn:test:model:plain"}


def test_a_lost_key_is_made_anew_by_the_two_other_holders(apart: Apart) -> None:
    publish(source(), apart.ring("holder-1", "holder-2", "online", "on-call"), apart.out, at=NOON)
    shutil.rmtree(apart.keys / "holder-3")
    here = [apart.keys / name for name in ("public", "holder-1", "holder-2")]
    with pytest.raises(BadSetting, match="targets-3"):
        renew_root(*here, at=NOON, replace=("targets-3",))
    renew_root(*here, at=NOON, replace=("root-3", "targets-3"), into=apart.keys / "holder-3")

    ring = apart.ring("holder-1", "holder-3", "online")
    assert publish(source(), ring, apart.out, at=NOON).sequence == 2
    assert len(ring.roots) == 2
    assert sum(COUNTS.values()) == len(ring.public)


@pytest.mark.parametrize(
    ("here", "replace"), [(("holder-1",), ()), (("holder-1", "holder-2"), ("nobody-1",))]
)
def test_a_new_root_needs_two_holders_and_names_that_exist(
    here: tuple[str, ...], replace: tuple[str, ...], apart: Apart
) -> None:
    with pytest.raises(BadSetting):
        renew_root(*(apart.keys / name for name in ("public", *here)), at=NOON, replace=replace)
    assert len(apart.ring().roots) == 1


def test_a_stolen_key_signs_nothing_once_it_is_replaced(apart: Apart) -> None:
    publish(source(), apart.ring("holder-1", "holder-2", "online", "on-call"), apart.out, at=NOON)
    stolen = (apart.keys / "online" / "timestamp-1.pem").read_bytes()
    here = [apart.keys / name for name in ("public", "holder-1", "holder-2", "online")]
    renew_root(*here, at=NOON, replace=("timestamp-1",))
    renew(apart.ring("online", "on-call"), apart.out, at=NOON)
    (apart.keys / "online" / "timestamp-1.pem").write_bytes(stolen)

    with pytest.raises(RegistryRefused):
        renew(apart.ring("online", "on-call"), apart.out, at=NOON)


def test_what_a_school_would_refuse_is_not_written(ministry: Ministry, tmp_path: Path) -> None:
    ministry.publish(entry())
    before = {path: path.read_bytes() for path in ministry.out.rglob("*.json")}
    foreign = Ministry(tmp_path / "foreign")
    mixed = KeyRing(ministry.keys.folder, foreign.keys.signers, ministry.keys.public, ministry.keys.roots)

    with pytest.raises(RegistryRefused):
        publish(source(), mixed, ministry.out, at=NOON)
    assert {path: path.read_bytes() for path in ministry.out.rglob("*.json")} == before


def test_after_ninety_days_fresh_signatures_are_not_enough(ministry: Ministry) -> None:
    ministry.publish(entry())
    ministry.renew(at=NOON + timedelta(days=89))

    with pytest.raises(RegistryRefused):
        ministry.renew(at=NOON + timedelta(days=91))


def test_a_school_goes_from_the_network_to_a_stick_and_back(
    sqlite_database: Database, runtime: Runtime, ministry: Ministry, clock: StillClock
) -> None:
    publish(source(), ministry.keys, ministry.out, at=NOON, profiles=BOTH)
    held = store(sqlite_database, runtime, ministry)
    for hours in (1, 2, 3, 4):
        clock.move(hours=1)
        renew(ministry.keys, ministry.out, at=clock.now(), profiles=BOTH if hours == 3 else (ONLINE,))
        held.take(ministry.out / "online", "network")

    assert held.current() is not None
    with pytest.raises(RegistryRefused):
        held.take(ministry.out / "offline", "a stick of an hour ago")
    clock.move(hours=1)
    renew(ministry.keys, ministry.out, at=clock.now(), profiles=BOTH)
    assert held.take(ministry.out / "offline", "stick").expires_at == NOON + timedelta(days=90)
    clock.move(hours=1)
    renew(ministry.keys, ministry.out, at=clock.now(), profiles=BOTH)
    assert held.take(ministry.out / "online", "network").expires_at == clock.now() + timedelta(days=7)


def test_the_copies_of_one_moment_differ_in_number_and_not_in_list(ministry: Ministry) -> None:
    publish(source(), ministry.keys, ministry.out, at=NOON, profiles=BOTH)
    online, offline = (Copy(ministry.out / one.name, one) for one in BOTH)

    def number(copy: Copy) -> int:
        return Metadata[Timestamp].from_bytes(copy.timestamp() or b"").signed.version

    assert number(offline) == number(online) + 1
    assert offline.target("targets", "registry.json") == online.target("targets", "registry.json")


def test_the_history_of_an_entry_is_carried_on(ministry: Ministry) -> None:
    for days, status in enumerate(("granted", "granted", "suspended", "granted")):
        at = NOON + timedelta(days=days)
        raw = source(entry(status=status, reason_code="drift" if status == "suspended" else None))
        publish(continued(raw, current(ministry.out), at=at), ministry.keys, ministry.out, at=at)

    document = current(ministry.out)
    assert document is not None
    assert [(change.status, change.at, change.reason_code) for change in document.entries[0].history] == [
        ("granted", NOON, None),
        ("suspended", NOON + timedelta(days=2), "drift"),
        ("granted", NOON + timedelta(days=3), None),
    ]
    told = issues(ministry.out)
    assert [issue.sequence for issue in told] == [1, 2, 3, 4]
    assert [issue.changes.changed for issue in told] == [
        (),
        (),
        ("urn:test:model:plain",),
        ("urn:test:model:plain",),
    ]
    assert changes(document, None).added == ("urn:test:model:plain",)


def test_an_entry_that_vanishes_is_asked_about(ministry: Ministry) -> None:
    ministry.publish(entry(), entry("urn:test:model:two"))
    left = source(entry())

    with pytest.raises(BadSetting, match="urn:test:model:two"):
        continued(left, current(ministry.out), at=NOON)
    assert len(continued(left, current(ministry.out), at=NOON, may_drop=True)["entries"]) == 1


def test_of_nothing_published_there_is_no_history(tmp_path: Path) -> None:
    with pytest.raises(BadSetting):
        issues(tmp_path)
    assert current(tmp_path) is None


def test_a_critical_field_of_an_entry_that_nobody_knows_refuses_the_list(ministry: Ministry) -> None:
    with pytest.raises(RegistryRefused) as caught:
        ministry.publish(entry(critical=["quota"]))
    assert caught.value.words.key == "registry.list.critical"


YAML = """
list_id: test-edu
issuer: Мекеме
country: NO
demonstration: no
next_update_days: 14
entries:
  - entry_id: urn:test:model:yaml
    entry_version: 1.10
    names: {kk: Үлгі, ru: Образец, en: Sample}
    kind: model
    provider: extractive
    artefact: {model_id: plain, model_version: 1e3}
    parties: {owner: Nobody, bin: 000140012345}
    legal: {risk_degree: minimal, autonomy_degree: low, list_type: recommended, licence: MIT}
    purpose:
      intended_use: {kk: Сынақ, ru: Проверка, en: Test}
      users: [teacher]
    languages:
      kk: {value: 0.90, n: 50, protocol: p/1, source: s}
      ru:
    data: {personal_data: none, processing_country: NO, retention_days: 0, origin: foreign}
    calling: {context_tokens: 10, output_tokens: 10, structured_output: none, reasoning: none, name_must_match: no}
    status: granted
    effective_from: 2026-11-01
    expires_at: 2027-10-31
"""


def read(tmp_path: Path, text: str) -> dict[str, Any]:
    path = tmp_path / "list.yaml"
    path.write_text(text, encoding="utf-8")
    return read_source(path, at=NOON)


def test_in_yaml_the_schema_says_what_a_text_is(ministry: Ministry, tmp_path: Path) -> None:
    document = publish(read(tmp_path, YAML), ministry.keys, ministry.out, at=NOON)
    one = document.entries[0]

    assert (document.country, document.demonstration, one.processing_country) == ("NO", False, "NO")
    assert (one.entry_version, one.model_version, one.parties.bin) == ("1.10", "1e3", "000140012345")
    assert (one.retention_days, one.name_must_match, one.context_tokens) == (0, False, 10)
    assert one.languages["ru"] is None
    assert (one.languages["kk"].value, one.languages["kk"].n) == ("0.90", 50)  # type: ignore[union-attr]
    assert one.effective_from.isoformat() == "2026-10-31T19:00:00+00:00"
    assert one.expires_at.isoformat() == "2027-10-31T18:59:59+00:00"
    assert document.next_update == NOON + timedelta(days=14)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a list",
        "entries: text",
        "entries: [text]",
        YAML + "    status: granted\n",
        YAML.replace("effective_from: 2026-11-01", "effective_from_days: soon"),
        "a: [",
        "a: !!python/object/apply:os.system [ls]",
        "\x00",
        "a: &a [*a]",
    ],
)
def test_a_source_that_is_no_list_is_named(text: str, tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"list\.yaml|effective_from"):
        read(tmp_path, text)


def test_the_recorded_versions_are_of_the_moment(
    sqlite_database: Database, runtime: Runtime, ministry: Ministry
) -> None:
    recorder = Remembering()
    store(sqlite_database, runtime, ministry, recorder).take(ministry.publish(entry()), "test")

    assert json.dumps(recorder.clear[0]["versions"]["timestamp"]) == str(int(NOON.timestamp()))
