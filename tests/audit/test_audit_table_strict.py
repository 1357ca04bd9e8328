"""A table is safe in every spreadsheet and has one form; the names in a bundle stand there once."""

import csv
import io
from pathlib import Path

import pytest

from app.audit import second_verifier, verify
from app.audit.evidence import table
from tests.audit import twin
from tests.audit.bundles import LOG, HandMade

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key.pub"
    path.write_text(f"{LOG.verifier}\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("start", STARTS)
def test_what_begins_like_a_formula_stands_behind_a_mark(start: str) -> None:
    assert table.cell(f"{start}SUM(A1)") == f"'{start}SUM(A1)"
    assert second_verifier.cell(f"{start}SUM(A1)") == f"'{start}SUM(A1)"
    assert verify._cell(f"{start}SUM(A1)") == f"'{start}SUM(A1)"


@pytest.mark.parametrize("value", [None, "", "a=b", "ә", 5, ["="], {"a": None}])
def test_all_other_cells_stand_as_they_are(value: object) -> None:
    assert table.cell(value) == second_verifier.cell(value) == verify._cell(value)
    assert not table.cell(value).startswith("'")


def test_a_formula_without_its_mark_is_a_changed_cell(tmp_path: Path, key: Path) -> None:
    made = HandMade((2, 7))
    rows = list(csv.reader(io.StringIO(made.files["records.csv"].decode("utf-8-sig"), newline="")))
    column = rows[0].index("school")
    body = b'{"schema_version":1,"record_id":"a","school":"=1+1"}'
    made = HandMade((0,), [body])
    assert twin.judged(made.write(tmp_path / "right.zip"), key) == ("ok", None)
    made.files["records.csv"] = made.files["records.csv"].replace(b"'=1+1", b"=1+1")
    made.seal()
    path = made.write(tmp_path / "evidence.zip")

    assert column > 0
    assert (
        twin.of(verify.verify_bundle(path, verifier=LOG.verifier))
        == twin.judged(path, key)
        == ("tampered", 0)
    )


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sig", "records.jsonl", "checkpoint.txt"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_in_a_bundle_twice_is_refused(tmp_path: Path, key: Path, name: str) -> None:
    made = HandMade((2, 7))
    made.extra.append((name, made.files[name]))
    path = made.write(tmp_path / "evidence.zip")
    result = verify.verify_bundle(path, verifier=LOG.verifier)

    assert twin.of(result) == twin.judged(path, key) == ("tampered", None)
    assert "bundle_file_changed" in result.found
