"""`ustaz audit verify` on a log, a bundle and a proof: exit status, words, one JSON document."""

import gzip
import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from app import cli
from app.audit.checkpoint import notes, text_of
from app.audit.proof import text_of as proof_of
from app.settings import ROOT
from tests.audit.bundles import BODIES, LOG, THIEF, HandMade, between, digest, root_of
from tests.conftest import NOON

GOLDEN = ROOT / "tests" / "golden"
SCHEMA = json.loads((ROOT / "docs" / "audit-verify.schema.json").read_text(encoding="utf-8"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of the golden log."""
    home = tmp_path / "var"
    (home / "keys").mkdir(parents=True)
    (home / "checkpoints").mkdir()
    (home / "ustaz.db").write_bytes(gzip.decompress((GOLDEN / "audit_log_1.db.gz").read_bytes()))
    shutil.copy(GOLDEN / "audit_log_1.pub", home / "keys" / "verifier.pub")
    shutil.copy(GOLDEN / "audit_log_1.checkpoints", home / "checkpoints" / "log.checkpoints")
    monkeypatch.setenv("USTAZ_HOME", str(home))
    monkeypatch.setenv("USTAZ_DATABASE", f"sqlite:///{home / 'ustaz.db'}")
    return home


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "auditor.pub"
    path.write_text(LOG.verifier, encoding="utf-8")
    return path


def proof(index: int) -> str:
    """The proof of a golden record, its path made from the tree's definition."""
    path = between(BODIES, {index})
    checkpoint = LOG.sign(text_of(LOG.name, len(BODIES), root_of(BODIES), NOON))
    # From the leaf up: of 13 leaves, the last one's siblings are all to its left.
    return proof_of(
        index=index,
        path=list(reversed(list(path))),
        checkpoint=checkpoint,
        extra=digest(b"\x00", BODIES[index]),
    )


def document(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    jsonschema.validate(found, SCHEMA)
    return found


def test_the_apps_own_log_adds_up(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["audit", "verify"]) == 0
    assert "19" in capsys.readouterr().out
    assert cli.main(["audit", "verify", "--json"]) == 0
    assert document(capsys)["size"] == 19


def test_a_copy_is_not_held_against_the_apps_own_file_of_heads(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = shutil.copy(home / "ustaz.db", tmp_path / "copy.db")
    own = f"sqlite:///{home / 'ustaz.db'}"

    for url, compared in ((f"sqlite:///{copy}", False), (own, True), (f"{own}?timeout=5", True)):
        assert cli.main(["audit", "verify", "--database", url, "--json"]) == 0
        assert document(capsys)["checkpoint_file"] is compared
    heads = str(home / "checkpoints" / "log.checkpoints")
    for given, said in (([], True), (["--checkpoints", heads], False)):
        assert cli.main(["audit", "verify", "--database", f"sqlite:///{copy}", *given]) == 0
        assert ("own file of heads" in capsys.readouterr().out) is said


def test_from_a_head_on_only_what_came_after_it_is_read(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    since = tmp_path / "since.checkpoint"
    since.write_text(next(notes((GOLDEN / "audit_log_1.checkpoints").read_text(encoding="utf-8"))))

    assert cli.main(["audit", "verify", "--since", str(since), "--json"]) == 0
    assert document(capsys)["signed_size"] == 19
    since.write_text(THIEF.sign(text_of(THIEF.name, 3, bytes(32), NOON)), encoding="utf-8")
    assert cli.main(["audit", "verify", "--since", str(since)]) == 1
    since.write_text("nonsense", encoding="utf-8")
    assert cli.main(["audit", "verify", "--since", str(since)]) == 2


@pytest.mark.usefixtures("home")
def test_a_bundle_is_told_genuine_changed_or_unknown(
    tmp_path: Path, key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = HandMade((2, 7))
    path = made.write(tmp_path / "evidence.zip")
    verify = ["audit", "verify", "--bundle", str(path)]

    assert cli.main([*verify, "--key", str(key), "--json"]) == 0
    assert document(capsys)["records"] == 2
    assert cli.main(verify) == 2
    assert "not signed by this log's key" in capsys.readouterr().out
    made.files["records.csv"] = made.files["records.csv"].replace(b"school-17", b"school-18")
    made.write(path)
    assert cli.main([*verify, "--key", str(key)]) == 1
    assert "record no. 2" in capsys.readouterr().out


@pytest.mark.usefixtures("home")
def test_a_proof_is_told_true_false_or_unknown(
    tmp_path: Path, key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, record = tmp_path / "one.tlog-proof", tmp_path / "record.json"
    verify = ["audit", "verify", "--proof", str(path), "--key", str(key)]
    path.write_text(proof(12), encoding="utf-8")
    record.write_bytes(BODIES[12])

    assert cli.main([*verify, "--json"]) == 0
    assert document(capsys)["size"] == 13
    assert cli.main([*verify, "--record", str(record)]) == 0
    record.write_bytes(BODIES[11])
    assert cli.main([*verify, "--record", str(record)]) == 1
    assert cli.main(verify[:-2]) == 2


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("option", ["--proof", "--bundle", "--key", "--since"])
def test_a_file_that_is_not_there_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    assert cli.main(["audit", "verify", option, str(tmp_path / "none")]) == 2
    said = capsys.readouterr()
    assert said.out or said.err


def test_two_subjects_at_once_are_refused() -> None:
    with pytest.raises(SystemExit):
        cli.main(["audit", "verify", "--proof", "a", "--bundle", "b"])
