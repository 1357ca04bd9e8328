"""The second verifier: alone in its file, on every kind of subject, and never sure of what it cannot read."""

import ast
import gzip
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.audit import second_verifier, verify
from tests.audit import twin
from tests.audit.bundles import BODIES, LOG, THIEF, HandMade, digest, root_of

GOLDEN = Path(__file__).parent.parent / "golden"
SOURCE = Path(second_verifier.__file__)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "auditor.pub"
    path.write_text(f"{LOG.verifier}\n", encoding="utf-8")
    return path


def golden(folder: Path) -> Path:
    path = folder / "ustaz.db"
    path.write_bytes(gzip.decompress((GOLDEN / "audit_log_1.db.gz").read_bytes()))
    return path


def run(*arguments: Path) -> tuple[int, str]:
    command = [sys.executable, "-I", str(SOURCE), *map(str, arguments)]
    said = subprocess.run(command, capture_output=True, text=True, check=False, cwd=arguments[0].parent)
    return said.returncode, said.stdout.splitlines()[-1]


def test_it_needs_the_standard_library_and_cryptography_alone() -> None:
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"))
    names = {one.names[0].name for one in ast.walk(tree) if isinstance(one, ast.Import)}
    names |= {one.module or "" for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)}

    assert {name.split(".")[0] for name in names} - sys.stdlib_module_names == {"cryptography"}


def test_the_page_says_how_many_lines_are_read_for_what_one_was_given() -> None:
    lines = SOURCE.read_text(encoding="utf-8").splitlines()
    starts = [at for at, line in enumerate(lines) if line.startswith(("# Part ", "if __name__"))]
    parts = {number: starts[number] - starts[number - 1] for number in (1, 2, 3, 4)}
    page = (SOURCE.parents[2] / "docs" / "second-verifier.md").read_text(encoding="utf-8")
    said = {int(part): int(number) for part, number in re.findall(r"Part 1, Part (\d) \| (\d+) \|", page)}

    assert said == {part: starts[0] + parts[1] + parts[part] for part in (2, 3, 4)}


def test_it_shares_no_function_with_the_first() -> None:
    def bodies(path: str) -> set[str]:
        tree = ast.parse(Path(path).read_text(encoding="utf-8"))
        found = {
            ast.dump(ast.Module(one.body, [])) for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)
        }
        return {body for body in found if len(body) > 300}

    assert not bodies(second_verifier.__file__) & bodies(verify.__file__)


def test_the_golden_log_is_judged_by_one_file_without_the_app(tmp_path: Path) -> None:
    path, public = golden(tmp_path), GOLDEN / "audit_log_1.pub"

    assert run(path, public, GOLDEN / "audit_log_1.checkpoints")[0] == 0
    other = tmp_path / "other.pub"
    other.write_text(THIEF.verifier, encoding="utf-8")
    assert run(path, other)[0] == 1


def test_a_bundle_is_judged_by_one_file_without_the_app(tmp_path: Path, key: Path) -> None:
    made = HandMade((2, 7))
    path = made.write(tmp_path / "evidence.zip")
    assert run(path, key) == (0, "ok")
    made.files["records.csv"] = made.files["records.csv"].replace(b"school-17", b"school-18")
    made.write(path)

    assert run(path, key) == (1, "tampered, first bad leaf: 2")


def test_of_a_record_of_a_newer_release_in_a_bundle_neither_verifier_can_tell(
    tmp_path: Path, key: Path
) -> None:
    body = b'{"schema_version":2,"record_id":"a","school":"school-17"}'
    path = HandMade((0,), [body]).write(tmp_path / "evidence.zip")

    assert twin.of(verify.verify_bundle(path, verifier=LOG.verifier)) == ("cannot_tell", 0)
    assert twin.judged(path, key) == ("cannot_tell", 0)


@pytest.mark.parametrize("data", [b"", b"PK", b"SQLite format 3\x00", b"c2sp.org/tlog-proof@v1\n", b"%PDF"])
def test_what_it_cannot_read_it_cannot_tell(tmp_path: Path, key: Path, data: bytes) -> None:
    path = tmp_path / "something"
    path.write_bytes(data)

    assert twin.judged(path, key)[0] == "cannot_tell"
    assert twin.judged(tmp_path / "none", key)[0] == "cannot_tell"
    assert twin.judged(path, tmp_path / "no.key")[0] == "cannot_tell"


@pytest.mark.parametrize("count", range(14))
def test_its_tree_has_the_roots_of_the_definition(count: int) -> None:
    tree = second_verifier.Tree([digest(b"\x00", body) for body in BODIES])

    assert tree.root(count) == (root_of(BODIES[:count]) if count < 14 else b"")


def test_without_arguments_it_says_how_it_is_called() -> None:
    said = subprocess.run([sys.executable, "-I", SOURCE], capture_output=True, text=True, check=False)

    assert (said.returncode, "HEADS" in said.stderr) == (1, True)
