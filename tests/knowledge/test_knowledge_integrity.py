"""A damaged index version is found when it is opened, named, and built anew from vectors that are kept."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from knowledge import build, integrity, manifest
from knowledge.embedding import HashEmbedder
from knowledge.index import ChromaIndex, Vectors
from knowledge.library import Library
from knowledge.retriever import Query
from tests.knowledge.conftest import write_corpus
from tests.knowledge.test_knowledge_index import MORE

Damage = Callable[[Path], object]


def opened(home: Path, corpus: Path, hashes: HashEmbedder) -> Library:
    return Library.open(
        home, corpus=corpus, embed=hashes.embed_documents, model_id=hashes.model_id, dim=hashes.dim
    )


def refuse(texts: Sequence[str]) -> Vectors:
    raise AssertionError("nothing was to be embedded: the vectors are kept")


def flip(path: Path, at: float = 0.5) -> None:
    content = bytearray(path.read_bytes())
    content[int(len(content) * at)] ^= 0xFF
    path.write_bytes(bytes(content))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def segment(folder: Path) -> Path:
    return next(one for one in (folder / build.CHROMA).iterdir() if one.is_dir())


def another_width(folder: Path) -> None:
    pointer = manifest.read_pointer(folder.parent)
    assert pointer is not None
    shutil.rmtree(folder / build.CHROMA)
    ChromaIndex.build(
        folder / build.CHROMA, pointer.collection, np.eye(pointer.passages, 3, dtype=np.float32)
    )
    integrity.note(folder)


def emptied(folder: Path) -> None:
    pointer = manifest.read_pointer(folder.parent)
    assert pointer is not None
    shutil.rmtree(folder / build.CHROMA)
    ChromaIndex.build(folder / build.CHROMA, pointer.collection, np.zeros((0, pointer.dim), dtype=np.float32))
    integrity.note(folder)


def overwritten(path: Path) -> None:
    """The pages of a database in the middle, gone to noise."""
    content = bytearray(path.read_bytes())
    for at in range(4096, len(content)):
        content[at] ^= 0xA5
    path.write_bytes(bytes(content))


DAMAGES: dict[str, Damage] = {
    "flipped bytes in the graph": lambda folder: flip(segment(folder) / "data_level0.bin"),
    "flipped bytes in the rows": lambda folder: flip(folder / build.ROWS),
    "flipped bytes in the passages": lambda folder: flip(folder / build.PASSAGES),
    "flipped bytes in the sentences": lambda folder: flip(folder / "sentences.npy"),
    "a cut database": lambda folder: cut(folder / build.CHROMA / integrity.DATABASE),
    "a database of noise": lambda folder: overwritten(folder / build.CHROMA / integrity.DATABASE),
    "no database": lambda folder: (folder / build.CHROMA / integrity.DATABASE).unlink(),
    "a deleted segment": lambda folder: shutil.rmtree(segment(folder)),
    "no chroma folder": lambda folder: shutil.rmtree(folder / build.CHROMA),
    "cut rows": lambda folder: cut(folder / build.ROWS),
    "another width": another_width,
    "an empty index": emptied,
    "no list of files": lambda folder: (folder / integrity.FILES).unlink(),
    "a list of files that is none": lambda folder: (folder / integrity.FILES).write_text("[]"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_version_is_built_anew_without_embedding_and_never_served(
    tmp_path: Path, small_corpus: Path, hashes: HashEmbedder, damage: Damage
) -> None:
    home = tmp_path / "home"
    opened(home, small_corpus, hashes).close()
    damage(manifest.version_folder(home, 1))

    library = Library.open(home, corpus=small_corpus, embed=refuse, model_id=hashes.model_id, dim=hashes.dim)

    assert library.index_version.startswith("v2-")
    assert library.damage() == ()
    query = Query(text="дроби", language="ru", vector=hashes.embed_queries(["Складывает дроби."])[0])
    assert library.retrieve(query).hits[0].passage.text == "Складывает дроби."
    library.close()


def test_a_whole_version_stays(tmp_path: Path, small_corpus: Path, hashes: HashEmbedder) -> None:
    home = tmp_path / "home"
    for _ in range(5):
        library = opened(home, small_corpus, hashes)
        library.retrieve(Query(text="дроби", vector=hashes.embed_queries(["дроби"])[0]))
        library.close()

    assert manifest.versions(home) == (1,)
    assert list(integrity.troubles(manifest.version_folder(home, 1), most_hashed=1e12)) == []


@pytest.mark.parametrize("name", ["passages.jsonl", "rows.npy", "hubs.npy"])
def test_the_full_check_names_a_byte_that_opening_did_not_read(
    tmp_path: Path, small_corpus: Path, hashes: HashEmbedder, name: str
) -> None:
    library = opened(tmp_path / "home", small_corpus, hashes)
    folder = manifest.version_folder(tmp_path / "home", 1)
    flip(folder / name, 0.9)

    assert list(integrity.troubles(folder, most_hashed=0)) == []
    assert library.damage() == (f"{name}: other bytes than were written",)
    library.close()


def test_an_open_reader_keeps_its_version_when_the_new_one_is_damaged(
    tmp_path: Path, hashes: HashEmbedder
) -> None:
    home = tmp_path / "home"
    reader = opened(home, write_corpus(tmp_path / "one"), hashes)
    opened(home, write_corpus(tmp_path / "two", extra=MORE), hashes).close()
    cut(manifest.version_folder(home, 2) / build.PASSAGES)

    assert reader.search("дроби", language="ru")
    assert reader.index_version.startswith("v1-")

    opened(home, tmp_path / "two", hashes).close()
    assert reader.index_version.startswith("v3-")
    reader.close()


def leaves_overwritten(path: Path) -> None:
    """All pages but the first two, so that the file still opens."""
    content = bytearray(path.read_bytes())
    for at in range(2 * 4096, len(content)):
        content[at] ^= 0xA5
    path.write_bytes(bytes(content))


@pytest.mark.parametrize("damage", [overwritten, leaves_overwritten])
def test_kept_vectors_that_are_damaged_are_computed_again(
    tmp_path: Path, small_corpus: Path, hashes: HashEmbedder, damage: Damage
) -> None:
    home = tmp_path / "home"
    opened(home, small_corpus, hashes).close()
    damage(home / "vectors.db")
    cut(manifest.version_folder(home, 1) / build.ROWS)

    library = opened(home, small_corpus, hashes)

    assert library.search("дроби", language="ru")
    with sqlite3.connect(home / "vectors.db") as kept:
        assert kept.execute("PRAGMA quick_check").fetchone() == ("ok",)
    kept.close()
    library.close()


def test_the_list_of_files_names_every_file_but_itself_and_the_seal(
    tmp_path: Path, small_corpus: Path, hashes: HashEmbedder
) -> None:
    opened(tmp_path / "home", small_corpus, hashes).close()
    folder = manifest.version_folder(tmp_path / "home", 1)
    listed = json.loads((folder / integrity.FILES).read_text())["files"]

    there = {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()}
    assert set(listed) == there - {integrity.FILES, manifest.SEAL}
