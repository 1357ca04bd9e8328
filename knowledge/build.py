"""Builds an index version beside the current one and flips the pointer when it stands."""

import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge import elsewhere, manifest
from knowledge.details import Details, detail_texts
from knowledge.index import ChromaIndex, collection_name
from knowledge.manifest import Pointer
from knowledge.passage import Passage
from knowledge.starter import Corpus
from knowledge.vectors import DOCUMENT, Embed, KeptVectors, Progress, ShippedVectors, vectors_for

BUILDER = 3
PASSAGES = "passages.jsonl"
RETIRED = "retired.jsonl"
CHROMA = "chroma"
SAMPLE = 25
Vectors = NDArray[np.float32]


def ensure(
    home: Path, corpus: Corpus, *, embed: Embed, model_id: str, dim: int, progress: Progress | None = None
) -> Pointer:
    """The current version for this corpus, the ingested documents and this model; built if it does not stand.

    A build goes on beside what readers use, and a kill at any point leaves the old version current.

    Raises:
        ValueError: the new version does not find its own passages, or two passages have one id.
    """
    with manifest.building(home):
        passages = [*corpus.passages, *_own(home, {one.id for one in corpus.passages})]
        content = _content(passages, model_id, dim)
        current = _readable_pointer(home)
        if current and current.content == content and (current.folder(home) / PASSAGES).is_file():
            return current
        _clear_leftovers(home, current)
        version = max(manifest.versions(home), default=0) + 1
        pointer = Pointer(
            version=version,
            collection=collection_name(model_id, dim, version),
            model_id=model_id,
            dim=dim,
            content=content,
            passages=len(passages),
            previous=current.version if current else None,
        )
        _build(home, pointer, passages, embed, progress)
        _retire(home, current, {one.id for one in passages})
        manifest.flip(home, pointer)
        _clear_leftovers(home, pointer)
        return pointer


def read_passages(path: Path) -> tuple[Passage, ...]:
    """The passages of a JSON-lines file, in its order; none if there is no file."""
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8") as lines:
        return tuple(Passage.from_mapping(json.loads(line)) for line in lines if line.endswith("\n"))


def _own(home: Path, taken: set[str]) -> list[Passage]:
    """The passages of ingested documents that are not superseded; the same passage twice counts once."""
    own: list[Passage] = []
    for record, passages in manifest.documents(home):
        if record.superseded_by is None:
            own.extend(one for one in passages if one.id not in taken)
            taken.update(one.id for one in passages)
    return own


def _content(passages: Sequence[Passage], model_id: str, dim: int) -> str:
    rows = [json.dumps(one.to_mapping(), ensure_ascii=False, sort_keys=True) for one in passages]
    head = f"{BUILDER}\n{model_id}\n{dim}\n{elsewhere.digest()}\n"
    return hashlib.sha256((head + "\n".join(rows)).encode()).hexdigest()


def _readable_pointer(home: Path) -> Pointer | None:
    try:
        return manifest.read_pointer(home)
    except (ValueError, TypeError):
        return None  # damaged or of another schema: the index is rebuilt from what it was made of


def _clear_leftovers(home: Path, current: Pointer | None) -> None:
    """Remove what a killed build left, and versions older than the one kept for going back."""
    kept = {current.version, current.previous} if current else set()
    for version in manifest.versions(home):
        if version not in kept:
            shutil.rmtree(manifest.version_folder(home, version))


def _build(
    home: Path, pointer: Pointer, passages: Sequence[Passage], embed: Embed, progress: Progress | None
) -> None:
    detailed = [detail_texts(one) for one in passages]
    texts = [
        *(one.search_text for one in passages),
        *elsewhere.texts(),
        *(text for one in detailed for text in one),
    ]
    rows = vectors_for(
        texts,
        role=DOCUMENT,
        model_id=pointer.model_id,
        dim=pointer.dim,
        embed=embed,
        kept=KeptVectors(home / "vectors.db"),
        vaults=[ShippedVectors()],
        progress=progress,
    )
    folder = pointer.folder(home)
    folder.mkdir(parents=True)
    vectors = rows[: len(passages)]
    ChromaIndex.build(folder / CHROMA, pointer.collection, vectors)
    _find_themselves(folder, pointer, vectors)
    rest = iter(rows[len(passages) + len(elsewhere.texts()) :])
    outside = rows[len(passages) : len(passages) + len(elsewhere.texts())]
    inside = [np.array([next(rest) for _ in one], dtype=np.float32) for one in detailed]
    Details.of(outside, inside, elsewhere.held_by(passages)).save(folder)
    lines = (json.dumps(one.to_mapping(), ensure_ascii=False) + "\n" for one in passages)
    manifest.write_whole(folder / PASSAGES, "".join(lines).encode())


def _find_themselves(folder: Path, pointer: Pointer, vectors: Vectors) -> None:
    """The gate before the flip: as many rows as passages, and a sample of them is its own nearest."""
    index = ChromaIndex(folder / CHROMA, pointer.collection)
    try:
        if index.size != len(vectors):
            raise ValueError(f"the new index holds {index.size} rows, expected {len(vectors)}")
        for position in range(0, len(vectors), max(1, len(vectors) // SAMPLE)):
            nearest = index.nearest(vectors[position], 1)
            if not nearest or nearest[0].cosine < 0.999:
                raise ValueError(f"the new index does not find its own row {position}")
    finally:
        index.close()


def _retire(home: Path, current: Pointer | None, staying: set[str]) -> None:
    """Keep the passages that drop out, so that an old citation can still be opened."""
    if current is None:
        return
    known = {one.id for one in read_passages(home / RETIRED)}
    gone = [one for one in read_passages(current.folder(home) / PASSAGES) if one.id not in staying | known]
    if gone:
        with (home / RETIRED).open("a", encoding="utf-8") as lines:
            lines.writelines(json.dumps(one.to_mapping(), ensure_ascii=False) + "\n" for one in gone)
