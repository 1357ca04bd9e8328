"""Key files: made once, held to their fingerprints, never readable by others; the start is refused otherwise."""

import hashlib
import hmac
import stat
from pathlib import Path

import pytest

from app.audit.keys import NAMES, load
from app.database import Database
from app.errors import BadSetting
from app.runtime import Runtime


def test_the_first_start_makes_three_files_that_only_their_owner_reads(
    database: Database, home: Path
) -> None:
    load(home, database, Runtime())

    assert {path.name for path in home.glob("*.key")} == {f"{name}.key" for name in NAMES}
    assert {stat.S_IMODE(path.stat().st_mode) for path in home.glob("*.key")} == {0o600}
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_later_starts_find_the_same_keys(database: Database, home: Path) -> None:
    first, again = load(home, database, Runtime()), load(home, database, Runtime())

    assert (first.master, first.pepper, first.signer.public) == (
        again.master,
        again.pepper,
        again.signer.public,
    )
    assert first.signer.verifier == (home / "verifier.pub").read_text().strip()


def test_a_fresh_database_takes_the_keys_that_are_there(database: Database, home: Path) -> None:
    home.mkdir(mode=0o700)
    for name in NAMES:
        (home / f"{name}.key").write_text("ab" * 32)
        (home / f"{name}.key").chmod(0o600)

    assert load(home, database, Runtime()).master == bytes.fromhex("ab" * 32)


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_refused_by_name(database: Database, home: Path, name: str) -> None:
    load(home, database, Runtime())
    (home / f"{name}.key").unlink()

    with pytest.raises(BadSetting, match=f"keys/{name}.key is missing") as refusal:
        load(home, database, Runtime())
    assert refusal.value.words.key == "audit.refusal.key_missing"
    assert not (home / f"{name}.key").exists()


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_file_is_refused_by_name(database: Database, home: Path, name: str) -> None:
    load(home, database, Runtime())
    (home / f"{name}.key").write_text("cd" * 32)

    with pytest.raises(BadSetting, match=f"keys/{name}.key is not the key") as refusal:
        load(home, database, Runtime())
    assert refusal.value.words.key == "audit.refusal.key_changed"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o400])
@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_another_mode_is_refused_by_name(
    database: Database, home: Path, name: str, mode: int
) -> None:
    load(home, database, Runtime())
    (home / f"{name}.key").chmod(mode)

    with pytest.raises(BadSetting, match=f"keys/{name}.key has mode {mode:04o}") as refusal:
        load(home, database, Runtime())
    assert refusal.value.words.facts == {"file": f"keys/{name}.key", "mode": f"{mode:04o}"}


@pytest.mark.parametrize("text", ["", "zz", "ab" * 31, "ab" * 33])
def test_a_cut_file_is_refused_by_name(database: Database, home: Path, text: str) -> None:
    load(home, database, Runtime())
    (home / "pepper.key").write_text(text)

    with pytest.raises(BadSetting, match=r"keys/pepper\.key"):
        load(home, database, Runtime())


def test_no_refusal_gives_a_key_away(database: Database, home: Path) -> None:
    load(home, database, Runtime())
    (home / "master.key").write_text("cd" * 32)

    with pytest.raises(BadSetting) as refusal:
        load(home, database, Runtime())
    assert "cdcd" not in str(refusal.value)
    assert str(home) not in str(refusal.value)


def test_a_pseudonym_is_an_hmac_of_issuer_and_subject_under_the_pepper(
    database: Database, home: Path
) -> None:
    keys = load(home, database, Runtime())
    expected = hmac.new(keys.pepper, b"https://id.example.kz|teacher-1", hashlib.sha256).hexdigest()

    assert keys.pseudonym("https://id.example.kz|teacher-1") == expected


def test_keys_do_not_print_themselves(database: Database, home: Path) -> None:
    keys = load(home, database, Runtime())

    assert keys.master.hex() not in repr(keys)
    assert repr(keys.master) not in repr(keys)
