"""An exported bundle is proved on another machine, by both verifiers, and whatever was changed in it is found."""

import io
import json
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from app.audit import check_bundle, verify
from app.audit.checkpoint import text_of
from app.audit.note import Signer
from app.i18n import LANGUAGES, translator
from tests.audit import twin
from tests.audit.bundles import BODIES, LOG, THIEF, HandMade, line, root_of, table_of
from tests.conftest import NOON

Attack = Callable[[HandMade], None]
CHOSEN = (2, 3, 7, 12)
ALL = tuple(range(len(BODIES)))


def judged(made: HandMade, folder: Path, *anchors: Path, keys: str | None = LOG.verifier) -> verify.Result:
    """What the verifier says; every finding can be said in every language."""
    path = made.write(folder / "evidence.zip")
    report = check_bundle(path, keys=keys, anchors=anchors)
    for language in LANGUAGES:
        assert all(translator(language).words(words) for words in (report.sentence, *report.problems))
    result = verify.verify_bundle(path, verifier=keys, anchors=anchors)
    if keys:
        key = folder / "auditor.pub"
        key.write_text(keys, encoding="utf-8")
        assert twin.judged(path, key, *anchors) == twin.of(result)
    return result


def head(folder: Path, size: int, root: bytes, signer: Signer = LOG) -> Path:
    path = folder / f"{size}.checkpoint"
    path.write_text(signer.sign(text_of(signer.name, size, root, NOON)), encoding="utf-8")
    return path


@pytest.mark.parametrize("table", ["csv", "jsonl"])
@pytest.mark.parametrize("chosen", [(), (0,), CHOSEN, (12,), ALL])
def test_an_untouched_bundle_is_genuine(tmp_path: Path, chosen: tuple[int, ...], table: str) -> None:
    result = judged(HandMade(chosen, table=table), tmp_path)

    assert (result.status, result.problems) == ("ok", ())
    assert (result.records, result.size, result.root) == (len(chosen), 13, root_of(BODIES).hex())
    assert (result.signed_size, result.anchored) == (13, False)


@pytest.mark.parametrize("count", range(13))
def test_a_bundle_of_any_tree_is_genuine(tmp_path: Path, count: int) -> None:
    result = judged(HandMade(range(0, count, 3), BODIES[:count]), tmp_path)

    assert (result.status, result.size) == ("ok", count)


def test_a_bundle_fits_the_head_that_a_second_party_kept(tmp_path: Path) -> None:
    kept = head(tmp_path, 13, root_of(BODIES))

    assert judged(HandMade(CHOSEN), tmp_path, kept).anchored
    assert judged(HandMade(ALL), tmp_path, kept, head(tmp_path, 5, root_of(BODIES[:5]))).anchored


def test_a_part_of_the_log_cannot_be_compared_with_a_head_of_another_size(tmp_path: Path) -> None:
    result = judged(HandMade(CHOSEN), tmp_path, head(tmp_path, 5, root_of(BODIES[:5])))

    assert (result.status, result.found, result.anchored) == (
        "cannot_tell",
        {"anchor_incomparable": 1},
        False,
    )


def edit(made: HandMade, *, table: bool) -> None:
    """The record at leaf 7 changed in its bytes, and in the table too."""
    bodies = list(BODIES)
    bodies[7] = bodies[7].replace(b"school-17", b"school-18")
    assert bodies[7] != BODIES[7]
    made.files["records.jsonl"] = b"".join(line(leaf, bodies[leaf]) for leaf in CHOSEN)
    if table:
        made.files["records.csv"] = table_of([(leaf, bodies[leaf]) for leaf in CHOSEN])


def edited(made: HandMade) -> None:
    edit(made, table=False)


def edited_and_listed_by_who_holds_the_key(made: HandMade) -> None:
    edit(made, table=True)
    made.seal()


def edited_and_listed_by_a_thief(made: HandMade) -> None:
    edit(made, table=True)
    made.seal(THIEF)


def cell_edited(made: HandMade) -> None:
    made.files["records.csv"] = made.files["records.csv"].replace(b"school-17", b"school-18", 1)


def cell_edited_and_listed(made: HandMade) -> None:
    cell_edited(made)
    made.seal()


def row_dropped(made: HandMade) -> None:
    made.files["records.csv"] = b"\r\n".join(made.files["records.csv"].split(b"\r\n")[:-2]) + b"\r\n"
    made.seal()


def row_added(made: HandMade) -> None:
    made.files["records.csv"] += made.files["records.csv"].split(b"\r\n")[-2] + b"\r\n"
    made.seal()


def dropped(made: HandMade) -> None:
    made.files["records.jsonl"] = b"".join(line(leaf, BODIES[leaf]) for leaf in CHOSEN[:-1])
    made.files["records.csv"] = table_of([(leaf, BODIES[leaf]) for leaf in CHOSEN[:-1]])
    made.manifest |= {"count": 3, "last_leaf": 7}
    made.seal()


def swapped(made: HandMade) -> None:
    lines = made.files["records.jsonl"].splitlines(keepends=True)
    made.files["records.jsonl"] = b"".join([lines[1], lines[0], *lines[2:]])
    made.files["records.csv"] = table_of([(leaf, BODIES[leaf]) for leaf in (3, 2, 7, 12)])
    made.seal()


def doubled(made: HandMade) -> None:
    made.files["records.jsonl"] += line(12, BODIES[12])
    made.files["records.csv"] = table_of([(leaf, BODIES[leaf]) for leaf in (*CHOSEN, 12)])
    made.manifest["count"] = 5
    made.seal()


def moved(made: HandMade) -> None:
    made.files["records.jsonl"] = b"".join(line(leaf - 1, BODIES[leaf]) for leaf in CHOSEN)
    made.files["records.csv"] = table_of([(leaf - 1, BODIES[leaf]) for leaf in CHOSEN])
    made.manifest |= {"first_leaf": 1, "last_leaf": 11}
    made.seal()


def miscounted(made: HandMade) -> None:
    made.manifest["count"] = 5
    made.seal()


def node_changed(made: HandMade) -> None:
    made.files["nodes.txt"] = b"00" * 32 + made.files["nodes.txt"][64:]
    made.seal()


def node_added(made: HandMade) -> None:
    made.files["nodes.txt"] += b"00" * 32 + b"\n"
    made.seal()


def head_of_another_tree(made: HandMade) -> None:
    made.files["checkpoint.txt"] = LOG.sign(text_of(LOG.name, 12, root_of(BODIES[:12]), NOON)).encode()
    made.seal()


def head_of_a_thief(made: HandMade) -> None:
    made.files["checkpoint.txt"] = THIEF.sign(text_of(LOG.name, 13, bytes(32), NOON)).encode()
    made.seal()


def file_missing(made: HandMade) -> None:
    del made.files["verifier.pub"]


def file_smuggled_in(made: HandMade) -> None:
    made.extra = [("opened/answer.txt", b"what was never said")]


def file_twice(made: HandMade) -> None:
    made.extra = [("records.jsonl", made.files["records.jsonl"])]


def note_of_another_manifest(made: HandMade) -> None:
    made.files["manifest.sig"] = HandMade((1,)).files["manifest.sig"]


ATTACKS: list[tuple[Attack, str, int | None]] = [
    (edited, "bundle_file_changed", 7),
    (edited_and_listed_by_who_holds_the_key, "root_differs", 0),
    (edited_and_listed_by_a_thief, "manifest_not_signed", 0),
    (cell_edited, "bundle_file_changed", 2),
    (cell_edited_and_listed, "cell_changed", 2),
    (row_dropped, "cell_changed", 12),
    (row_added, "bundle_differs", None),
    (dropped, "root_differs", 0),
    (swapped, "bundle_order", 2),
    (doubled, "bundle_order", 12),
    (moved, "root_differs", 0),
    (miscounted, "bundle_differs", None),
    (node_changed, "root_differs", 0),
    (node_added, "bundle_differs", None),
    (head_of_another_tree, "bundle_differs", None),
    (head_of_a_thief, "head_not_signed", 0),
    (file_missing, "bundle_file_changed", None),
    (file_smuggled_in, "bundle_file_changed", None),
    (file_twice, "bundle_file_changed", None),
    (note_of_another_manifest, "manifest_not_signed", None),
]


@pytest.mark.parametrize(
    ("attack", "found", "leaf"), ATTACKS, ids=lambda value: getattr(value, "__name__", None)
)
def test_whatever_was_changed_in_a_bundle_is_found(
    tmp_path: Path, attack: Attack, found: str, leaf: int | None
) -> None:
    made = HandMade(CHOSEN)
    attack(made)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # zipfile names what is written twice
        result = judged(made, tmp_path)

    assert (result.status, result.first_bad_leaf) == ("tampered", leaf)
    assert found in result.found


def with_another_in_front(bundle: bytes) -> bytes:
    """Whoever reads a ZIP from its beginning sees other files than whoever reads it from its end."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as other:
        other.writestr("records.csv", b"what was never said")
    return held.getvalue() + bundle


def between_the_files(bundle: bytes) -> bytes:
    """A file that no list names, moved in before the list of the members."""
    at = bundle.index(b"PK\x01\x02")
    end = bytearray(bundle[-22:])
    end[16:20] = (int.from_bytes(end[16:20], "little") + 4).to_bytes(4, "little")
    return bundle[:at] + b"junk" + bundle[at:-22] + bytes(end)


def commented(bundle: bytes) -> bytes:
    return bundle[:-2] + b"\x04\x00junk"


@pytest.mark.parametrize(
    "pad",
    [
        with_another_in_front,
        between_the_files,
        commented,
        lambda bundle: bundle + b"junk",
        lambda bundle: bundle + bytes(76),
        lambda bundle: bundle + b"\n",
    ],
)
def test_bytes_that_are_of_no_file_of_the_bundle_are_found(
    tmp_path: Path, pad: Callable[[bytes], bytes]
) -> None:
    path, key = HandMade(CHOSEN).write(tmp_path / "evidence.zip"), tmp_path / "auditor.pub"
    key.write_text(LOG.verifier, encoding="utf-8")
    path.write_bytes(pad(path.read_bytes()))

    result = verify.verify_bundle(path, verifier=LOG.verifier)

    assert (result.status, set(result.found)) == ("tampered", {"bundle_padded"})
    assert twin.judged(path, key) == twin.of(result)


def test_a_large_bundle_with_the_long_form_of_a_zip_is_genuine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 100)

    assert judged(HandMade(CHOSEN), tmp_path).status == "ok"


@pytest.mark.parametrize("ending", ["x\n", "\n", "— \n", "— somebody\n", "— somebody AAAA BBBB\n"])
def test_a_note_with_a_line_that_is_no_signature_cannot_be_told(tmp_path: Path, ending: str) -> None:
    made = HandMade(CHOSEN)
    made.files["checkpoint.txt"] += ending.encode()
    made.seal()

    result = judged(made, tmp_path)

    assert result.status == "cannot_tell"
    assert set(result.found) <= {"head_unreadable", "head_not_signed"}


def test_a_signature_behind_another_mark_is_none(tmp_path: Path) -> None:
    made = HandMade(CHOSEN)
    made.files["checkpoint.txt"] = made.files["checkpoint.txt"].replace("— ".encode(), b"- ")
    made.seal()

    assert judged(made, tmp_path).status != "ok"


def test_who_exports_another_log_and_signs_it_is_caught_by_the_head_kept_elsewhere(tmp_path: Path) -> None:
    forged = [*BODIES[:5], b'{"schema_version":1}', *BODIES[6:]]
    made = HandMade(CHOSEN, forged)

    assert judged(made, tmp_path).status == "ok"
    result = judged(made, tmp_path, head(tmp_path, 13, root_of(BODIES)))
    assert (result.status, set(result.found), result.anchored) == ("tampered", {"root_differs"}, False)


@pytest.mark.parametrize("keys", [None, "", THIEF.verifier, "nonsense"])
def test_without_the_logs_own_key_a_bundle_cannot_be_told(tmp_path: Path, keys: str | None) -> None:
    result = judged(HandMade(CHOSEN), tmp_path, keys=keys)

    assert (result.status, result.anchored) == ("cannot_tell", False)


def test_a_retired_key_of_the_policy_is_still_good(tmp_path: Path) -> None:
    keys = f"# before 2026\n{LOG.verifier}\n\n{THIEF.verifier}\n"

    assert judged(HandMade(CHOSEN), tmp_path, keys=keys).status == "ok"


@pytest.mark.parametrize("keep", [0, 10, 400, -30])
def test_a_cut_bundle_cannot_be_told(tmp_path: Path, keep: int) -> None:
    path = HandMade(CHOSEN).write(tmp_path / "evidence.zip")
    path.write_bytes(path.read_bytes()[:keep])
    result = verify.verify_bundle(path, verifier=LOG.verifier)

    assert (result.status, set(result.found)) == ("cannot_tell", {"bundle_unreadable"})


@pytest.mark.parametrize("data", [b"[]", b"{}", b"\xff", json.dumps({"schema": "ustaz-evidence/2"}).encode()])
def test_a_bundle_of_another_form_cannot_be_told(tmp_path: Path, data: bytes) -> None:
    made = HandMade(CHOSEN)
    made.files["manifest.json"] = data

    assert judged(made, tmp_path).status == "cannot_tell"


def test_a_text_that_begins_like_a_formula_is_compared_as_it_was_written(tmp_path: Path) -> None:
    body = json.dumps({"schema_version": 1, "purpose": "=HYPERLINK(1)", "record_id": "a"}).encode()
    made = HandMade((0,), [body])
    assert b"'=HYPERLINK" in made.files["records.csv"]

    assert judged(made, tmp_path).status == "ok"
