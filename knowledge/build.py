"""Builds an index version beside the current one and flips the pointer when it stands."""

import hashlib
import json
import logging
import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge import (
    catalogue_file,
    composition,
    difference,
    editions,
    elsewhere,
    integrity,
    manifest,
    past,
    plan,
    programmes,
)
from knowledge.curriculum import Catalogue
from knowledge.details import Details, detail_texts
from knowledge.edition import Edition
from knowledge.index import ChromaIndex, IndexUnavailable, VectorIndex, collection_name
from knowledge.manifest import Pointer
from knowledge.passage import Passage
from knowledge.retrievers.codes import codes_in
from knowledge.starter import Corpus
from knowledge.vectors import DOCUMENT, Embed, KeptVectors, Progress, ShippedVectors, vectors_for
from knowledge.word_index import WordIndex

BUILDER = 9  # to be raised whenever a version would be written otherwise: also when stems change
PASSAGES = "passages.jsonl"
CATALOGUE = "catalogue.jsonl"
RETIRED = "retired.jsonl"
CHROMA = "chroma"
ROWS = "rows.npy"
WORDS = "words"
SAMPLE = 25
SAMPLE_AT_OPEN = 5
LOGGER = logging.getLogger("ustaz.knowledge")
Vectors = NDArray[np.float32]


def ensure(
    home: Path,
    corpus: Corpus,
    *,
    embed: Embed,
    model_id: str,
    dim: int,
    progress: Progress | None = None,
    switching: Callable[[tuple[str, ...]], Sequence[str]] | None = None,
) -> Pointer:
    """The current version for this corpus, the editions and documents taken in, and this model; built if it does not stand.

    A build goes on beside what readers use, and a kill at any point leaves the old version current. A version
    that still lies here and has the same content is made current without being built again.

    Args:
        switching: of the ids of the official editions in the order in which they were switched on, makes those that
            are to count; asked while nobody else builds, so that two who switch at once lose nothing. None leaves them.

    Raises:
        LookupError: an edition of that name was not kept.
        ValueError: the new version does not find its own passages, or two passages have one id.
    """
    with manifest.building(home):
        manifest.clear_half_written(home)
        current = _readable_pointer(home)
        before_it = switched(home)
        wanted = before_it if switching is None else tuple(switching(before_it))
        made_from = _made_from(home, corpus, wanted, model_id, dim)
        inputs = _digest([*made_from, manifest.documents_stamp(home)])
        if current and current.inputs == inputs and _stands(home, current):
            return current
        kept = {one: editions.load(home, one) for one in dict.fromkeys(wanted)}
        read = [kept[one] for one in wanted]
        in_force = _in_force(home, wanted, read)
        composed = composition.compose(corpus, in_force, programmes.load().subjects)
        passages = [
            *composed.passages,
            *_own(home, {one.id for one in composed.passages}, composed.catalogue),
        ]
        rows = (json.dumps(one.to_mapping(), ensure_ascii=False, sort_keys=True) for one in passages)
        content = _digest([*made_from, *rows])
        forgotten = manifest.forgotten(home) - {one.id for one in passages}
        before = None if current is None or _holds(home, current.version, forgotten) else current.version
        same = [one for one in manifest.sealed(home) if one.content == content and _stands(home, one)]
        if same:
            previous = before if current and current.version != same[0].version else same[0].previous
            pointer = replace(same[0], inputs=inputs, previous=previous)
            _retire(home, current, {one.id for one in passages} | forgotten)
            manifest.flip(home, pointer)
            _forget(home, pointer, forgotten)
            return pointer
        _clear_leftovers(home, current)
        version = max(manifest.versions(home), default=0) + 1
        pointer = Pointer(
            version=version,
            collection=collection_name(model_id, dim, version),
            model_id=model_id,
            dim=dim,
            content=content,
            passages=len(passages),
            previous=before,
            inputs=inputs,
            editions=wanted,
        )
        _build(home, pointer, passages, embed, progress)
        _write_catalogue(home, pointer, composed.catalogue, read, in_force)
        integrity.note(pointer.folder(home))
        manifest.seal(home, pointer)
        _retire(home, current, {one.id for one in passages} | forgotten)
        manifest.flip(home, pointer)
        _forget(home, pointer, forgotten)
        _clear_leftovers(home, pointer, current)
        return pointer


def switched(home: Path) -> tuple[str, ...]:
    """The editions of the current version; where the pointer is damaged, those of the newest version that stands."""
    current = _readable_pointer(home)
    if current is not None:
        return current.editions
    return next((one.editions for one in manifest.sealed(home)), ())


def goes_on(home: Path, *, model_id: str, dim: int) -> bool:
    """Whether the current version is whole, of this model, and holds no text that was to be forgotten."""
    current = _readable_pointer(home)
    return (
        current is not None
        and (current.model_id, current.dim) == (model_id, dim)
        and not _holds(home, current.version, manifest.forgotten(home))
        and _stands(home, current)
    )


def latest(switches: Sequence[str]) -> tuple[str, ...]:
    """Each edition once, in the order in which they were switched on last."""
    return tuple(reversed(dict.fromkeys(reversed(switches))))


def _stands(home: Path, pointer: Pointer) -> bool:
    """Whether a version lies here whole; one that does not is built anew from what it was made of."""
    folder = pointer.folder(home)
    if not all((folder / name).is_file() for name in (PASSAGES, CATALOGUE, manifest.SEAL)):
        return False
    trouble = next(integrity.troubles(folder), None)
    if trouble is None:
        try:
            _find_themselves(folder, pointer, read_rows(folder, pointer), SAMPLE_AT_OPEN)
        except (ValueError, LookupError, IndexUnavailable) as error:
            trouble = integrity.Trouble(file=CHROMA, seen=str(error))
    if trouble is not None:
        LOGGER.warning("index version %s is damaged and built anew: %s", pointer.index_version, trouble)
    return trouble is None


def _made_from(home: Path, corpus: Corpus, wanted: Sequence[str], model_id: str, dim: int) -> list[str]:
    """What a version is made from beside the documents."""
    heads = (editions.head(home, one) for one in wanted)
    read = [f"{one.id} {one.sha256} {one.reader_version}" if one else "-" for one in heads]
    return [str(BUILDER), model_id, str(dim), elsewhere.digest(), corpus.digest, *read]


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _in_force(home: Path, wanted: Sequence[str], read: Sequence[Edition]) -> list[Edition]:
    heads = [one for one in (editions.head(home, name) for name in wanted) if one is not None]
    by_id = {one.id: one for one in read}
    return [by_id[one.id] for one in editions.in_force(heads)]


def _write_catalogue(
    home: Path, pointer: Pointer, whole: Catalogue, read: Sequence[Edition], in_force: Sequence[Edition]
) -> None:
    """What the version carries of the catalogue: objectives, long-term plans, what earlier editions said, and which there were."""
    folder = pointer.folder(home)
    catalogue_file.write(folder / CATALOGUE, whole)
    manifest.write_whole(folder / plan.PLAN, "".join(plan.lines(in_force)).encode())
    changes = (json.dumps(one.to_mapping(), ensure_ascii=False) + "\n" for one in difference.chain(read))
    manifest.write_whole(folder / past.CHANGES, "".join(changes).encode())
    heads = [asdict(one) for one in (editions.head(home, name) for name in latest(pointer.editions)) if one]
    manifest.write_whole(folder / past.EDITIONS, json.dumps(heads, ensure_ascii=False, indent=1).encode())


def embed_first(
    home: Path,
    passages: Sequence[Passage],
    *,
    embed: Embed,
    model_id: str,
    dim: int,
    progress: Progress | None,
) -> None:
    """Compute and keep the vectors that a build with these passages will ask for; nothing else changes."""
    vectors_for(
        [text for one in passages for text in (one.search_text, *detail_texts(one))],
        role=DOCUMENT,
        model_id=model_id,
        dim=dim,
        embed=embed,
        kept=KeptVectors(home / "vectors.db"),
        vaults=[ShippedVectors()],
        progress=progress,
    )


def read_passages(path: Path) -> tuple[Passage, ...]:
    """The passages of a JSON-lines file, in its order; none if there is no file."""
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8") as lines:
        return tuple(Passage.from_mapping(json.loads(line)) for line in lines if line.endswith("\n"))


def catalogue_in_force(home: Path, corpus: Corpus) -> Catalogue:
    """The catalogue of the current version; that of the corpus where none can be read."""
    current = _readable_pointer(home)
    if current is not None:
        with suppress(OSError, ValueError, KeyError, TypeError):
            return catalogue_file.read(current.folder(home) / CATALOGUE)
    return corpus.catalogue


def _own(home: Path, taken: set[str], whole: Catalogue) -> list[Passage]:
    """The passages of ingested documents that are not superseded; the same passage twice counts once.

    Which codes they name is decided anew, for the catalogue may hold others than when they were read.
    """
    own: list[Passage] = []
    for record, passages in manifest.documents(home):
        if record.superseded_by is None:
            own.extend(
                replace(one, codes=tuple(code for code in codes_in(one.text) if whole.find(code)))
                for one in passages
                if one.id not in taken
            )
            taken.update(one.id for one in passages)
    return own


def _readable_pointer(home: Path) -> Pointer | None:
    try:
        return manifest.read_pointer(home)
    except (ValueError, TypeError):
        return None  # damaged or of another schema: the index is rebuilt from what it was made of


def _holds(home: Path, version: int, forgotten: frozenset[str]) -> bool:
    """Whether a version still has the text of a removed document."""
    path = manifest.version_folder(home, version) / PASSAGES
    return bool(forgotten) and any(one.id in forgotten for one in read_passages(path))


def _forget(home: Path, current: Pointer, forgotten: frozenset[str]) -> None:
    """Delete the text of removed documents: from other versions, and from what was kept for old citations.

    Whoever still answers from another version holds its passages in memory; its vectors go with the next build.
    """
    for version in manifest.versions(home):
        if version != current.version and _holds(home, version, forgotten):
            (manifest.version_folder(home, version) / PASSAGES).unlink()
    retired = read_passages(home / RETIRED)
    kept = [one for one in retired if one.id not in forgotten]
    if len(kept) < len(retired):
        _write_retired(home, kept)


def _clear_leftovers(home: Path, current: Pointer | None, replaced: Pointer | None = None) -> None:
    """Remove what a killed build left, and versions older than the one kept for going back."""
    kept = {current.version, current.previous} if current else set()
    kept |= {replaced.version} if replaced else set()
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
    np.save(folder / ROWS, vectors, allow_pickle=False)
    ChromaIndex.build(folder / CHROMA, pointer.collection, vectors)
    _find_themselves(folder, pointer, vectors)
    at = len(passages) + len(elsewhere.texts())
    outside, inside = rows[len(passages) : at], []
    for one in detailed:
        inside.append(rows[at : at + len(one)])
        at += len(one)
    Details.of(outside, inside, elsewhere.held_by(passages)).save(folder)
    WordIndex.of(passages).save(folder / WORDS)
    lines = (json.dumps(one.to_mapping(), ensure_ascii=False) + "\n" for one in passages)
    manifest.write_whole(folder / PASSAGES, "".join(lines).encode())


def read_rows(folder: Path, pointer: Pointer) -> Vectors:
    """The vectors of a version's passages, in order, mapped from disk.

    Raises:
        ValueError: they are not of the shape that the pointer says.
    """
    rows: Vectors = np.load(folder / ROWS, mmap_mode="r", allow_pickle=False)
    if rows.shape != (pointer.passages, pointer.dim):
        raise ValueError(f"{ROWS} is of shape {rows.shape}, expected {(pointer.passages, pointer.dim)}")
    return rows


def _find_themselves(folder: Path, pointer: Pointer, vectors: Vectors, sample: int = SAMPLE) -> None:
    """The gate before the flip and at each start: as many rows as passages, and a sample of them is its own nearest."""
    index = ChromaIndex(folder / CHROMA, pointer.collection)
    try:
        find_themselves(index, index.size, vectors, sample)
    finally:
        index.close()


def find_themselves(index: VectorIndex, size: int, vectors: Vectors, sample: int = SAMPLE) -> None:
    """Hold an index of `size` rows to the vectors that it was made of.

    Raises:
        ValueError: the size differs, or a row of the sample is not its own nearest.
        IndexUnavailable: the index does not answer.
    """
    if size != len(vectors):
        raise ValueError(f"the index holds {size} rows, expected {len(vectors)}")
    for position in range(0, len(vectors), max(1, len(vectors) // sample)):
        nearest = index.nearest(np.asarray(vectors[position]), 1)
        if not nearest or nearest[0].cosine < 0.999:
            raise ValueError(f"the index does not find its own row {position}")


def _retire(home: Path, current: Pointer | None, staying: set[str]) -> None:
    """Keep the passages that drop out, so that an old citation can still be opened."""
    if current is None:
        return
    retired = read_passages(home / RETIRED)
    try:
        before = read_passages(current.folder(home) / PASSAGES)
    except (ValueError, KeyError, TypeError) as error:
        LOGGER.warning("the passages of version %s cannot be read: %s", current.index_version, error)
        return
    kept = staying | {one.id for one in retired}
    gone = [one for one in before if one.id not in kept]
    if gone:
        _write_retired(home, [*retired, *gone])


def _write_retired(home: Path, passages: Iterable[Passage]) -> None:
    """Written whole: a line that a kill cut off would spoil the next one."""
    lines = (json.dumps(one.to_mapping(), ensure_ascii=False) + "\n" for one in passages)
    manifest.write_whole(home / RETIRED, "".join(lines).encode())
