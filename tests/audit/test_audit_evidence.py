"""A bundle that the log exports is the log: it verifies on another machine, and nothing in it can be changed."""

import base64
import json
import zipfile
from pathlib import Path

import pyarrow.parquet
import pytest

from app.audit import AuditLog, Filter
from app.audit.evidence.nodes import continuation, gaps
from app.audit.evidence.table import COLUMNS, NUMBERS, Table, cell
from app.audit.verify import Result, verify_bundle
from app.database import Database
from app.errors import BadArgument, Conflict
from app.runtime import Runtime
from tests.audit import twin
from tests.audit.bundles import between
from tests.audit.cases import sign_in
from tests.audit.conftest import MakeLog
from tests.audit.crowd import SCHOOLS, crowd
from tests.audit.test_audit_rewritten import Insider, edited
from tests.conftest import StillClock

FILTERS = {
    "everything": Filter(),
    "one school": Filter(school=SCHOOLS[1]),
    "failed": Filter(outcome="failed"),
    "nothing": Filter(task="no such task"),
}


@pytest.fixture
def log(make_log: MakeLog, runtime: Runtime, clock: StillClock) -> AuditLog:
    made = make_log(runtime=runtime)
    crowd(made, clock)
    made.sequence(finish=True)
    return made


def export(
    log: AuditLog, path: Path, wanted: Filter = FILTERS["one school"], table: Table = Table.CSV
) -> list[int]:
    selection = log.room.select(wanted, log.room.head())
    bundle = log.room.bundle(selection, wanted={"task": "ask"}, table=table, extra={"findings.json": b"[]"})
    return list(bundle.write(path))


def verified(path: Path, home: Path) -> Result:
    return verify_bundle(path, verifier=(home / "keys" / "verifier.pub").read_text(encoding="utf-8"))


def test_a_bundle_verifies_elsewhere_and_holds_what_the_log_holds(
    log: AuditLog, home: Path, tmp_path: Path
) -> None:
    for name, wanted in FILTERS.items():
        for table in Table:
            expected = log.search(wanted, limit=500).records
            told = export(log, tmp_path / "e.zip", wanted, table)
            result = verified(tmp_path / "e.zip", home)
            with zipfile.ZipFile(tmp_path / "e.zip") as archive:
                lines = [json.loads(line) for line in archive.read("records.jsonl").splitlines()]
                manifest = json.loads(archive.read("manifest.json"))

            assert (result.status, result.problems) == ("ok", ()), (name, table)
            assert {line["leaf"]: base64.b64decode(line["body"]) for line in lines} == {
                one.index: one.body for one in expected
            }
            assert [line["leaf"] for line in lines] == sorted(line["leaf"] for line in lines)
            assert (manifest["count"], manifest["format"]) == (len(expected), table.value)
            assert told[-1:] == ([len(expected)] if expected else [])
            assert set(manifest["files"]) >= {"checkpoint.txt", "verifier.pub", "nodes.txt", "findings.json"}
            assert not (tmp_path / "e.table").exists()


def changed(source: Path, target: Path, name: str, old: bytes, new: bytes) -> None:
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target, "w") as after:
        for one in before.namelist():
            data = before.read(one)
            if one == name:
                assert old in data
                data = data.replace(old, new, 1)
            after.writestr(one, data)


CHANGES = (
    ("records.csv", b"timeout", b"refused"),
    ("records.csv", b",1010,", b",1011,"),
    ("nodes.txt", b"0", b"1"),
    ("manifest.json", b'"count":', b'"count": '),
    ("findings.json", b"[]", b"{}"),
    ("checkpoint.txt", b"time 2026", b"time 2025"),
)


def test_one_changed_cell_or_byte_fails(log: AuditLog, home: Path, tmp_path: Path) -> None:
    export(log, tmp_path / "e.zip", Filter(kinds=("closed",)))
    for name, old, new in CHANGES:
        changed(tmp_path / "e.zip", tmp_path / "changed.zip", name, old, new)

        assert verified(tmp_path / "changed.zip", home).status == "tampered", (name, old)


def test_a_parquet_table_holds_the_same_cells_and_no_floats(log: AuditLog, tmp_path: Path) -> None:
    export(log, tmp_path / "e.zip", Filter(kinds=("closed",)), Table.PARQUET)
    with zipfile.ZipFile(tmp_path / "e.zip") as archive:
        archive.extract("records.parquet", tmp_path)
    table = pyarrow.parquet.read_table(tmp_path / "records.parquet")
    bodies = {one.index: one.clear for one in log.search(Filter(kinds=("closed",)), limit=500).records}

    assert tuple(table.column_names) == COLUMNS
    assert {str(one.type) for one in table.schema} == {"int64", "string"}
    for row in table.to_pylist():
        body = bodies[row["leaf"]]
        assert row["outcome"] == body["outcome"]
        assert row["total_ms"] == body["total_ms"]
        assert {name for name in NUMBERS if row[name] is not None and name != "leaf"} == {
            name for name in NUMBERS if body.get(name) is not None
        }


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_begins_like_a_formula(begins: str) -> None:
    assert cell(f"{begins}SUM(A1)") == f"'{begins}SUM(A1)"
    assert cell([f"{begins}1"]).startswith("[")
    assert cell(-5) == "'-5"
    assert cell(None) == ""
    assert cell("Сұлтан") == "Сұлтан"


def test_the_gaps_are_the_largest_parts_without_an_exported_leaf() -> None:
    bodies = [bytes([one]) for one in range(21)]
    for chosen in (set[int](), {0}, {20}, {3, 4, 17}, set(range(21)), set(range(0, 21, 2))):
        found = list(gaps(sorted(chosen), 21))

        assert len(found) == len(list(between(bodies, chosen)))
        assert {leaf for low, high in found for leaf in range(low, high)} == set(range(21)) - chosen
    assert list(gaps([], 0)) == []


def test_a_bundle_leads_from_the_head_that_the_auditor_holds_and_a_rewritten_log_is_refused(
    log: AuditLog, database: Database, home: Path, tmp_path: Path
) -> None:
    kept, path = tmp_path / "kept.txt", tmp_path / "e.zip"
    held = log.room.head().note
    kept.write_text(held, encoding="utf-8")
    log.append(sign_in())
    log.sequence(finish=True)

    def bundle(since: str | None) -> Result:
        selection = log.room.select(FILTERS["one school"], log.room.head())
        extra = {} if since is None else {"consistency.txt": since.encode()}
        list(log.room.bundle(selection, wanted={}, table=Table.JSONL, extra=extra).write(path))
        keys = home / "keys" / "verifier.pub"
        result = verify_bundle(path, verifier=keys.read_text(encoding="utf-8"), anchors=[kept])
        assert twin.judged(path, keys, kept) == twin.of(result)
        return result

    assert bundle(None).status == "cannot_tell"
    result = bundle(log.room.since(held, log.room.head()))
    assert (result.status, result.anchored) == ("ok", True)
    assert log.room.since(log.room.head().note, log.room.head()) is None
    insider = Insider(database, home)
    insider.rewrite(edited(insider.bodies()), forget=True)
    with pytest.raises(Conflict) as refusal:
        log.room.since(held, log.room.head())
    assert refusal.value.words.key == "evidence.cannot.contradicts"
    forged = database.read(
        lambda session: continuation(session, log.room.head().size - 1, log.room.head().size)
    )
    lines = ("ustaz-consistency/1", log.room.head().size - 1, *(one.hex() for one in forged))
    result = bundle("".join(f"{one}\n" for one in lines))

    assert (result.status, result.anchored, set(result.found)) == ("tampered", False, {"root_differs"})


def test_what_is_no_head_of_this_log_leads_nowhere(log: AuditLog) -> None:
    for kept in ("", "no head", "a\nb\nc\n\n— x y\n", "other.log\n3\nAAAA\n\n— x AAAA\n"):
        with pytest.raises(BadArgument) as refusal:
            log.room.since(kept, log.room.head())

        assert refusal.value.words.key == "evidence.cannot.since"
