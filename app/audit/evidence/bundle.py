"""One ZIP of exported records with their proofs: what a verifier needs on another machine, and nothing else."""

import base64
import hashlib
import json
import zipfile
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.canonical import canonical, parse
from app.audit.envelope import stamped
from app.audit.evidence.heads import Head
from app.audit.evidence.nodes import nodes
from app.audit.evidence.table import CsvRows, ParquetRows, Rows, Table
from app.audit.note import Signer
from app.audit.search import Filter, narrow
from app.audit.tables import INDEX, LEAF, RECORD
from app.database import Database

SCHEMA = "ustaz-evidence/1"
BATCH = 1000
LEVEL = 1
"""Of compression: the records are mostly digests, and a higher one takes four times as long for a twentieth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is exported: the leaves, rising, of a filter under a signed head."""

    head: Head
    leaves: "array[int]"

    @property
    def count(self) -> int:
        """How many records."""
        return len(self.leaves)

    def holds(self, leaf: int) -> bool:
        """Whether a leaf is among them."""
        place = bisect_left(self.leaves, leaf)
        return place < len(self.leaves) and self.leaves[place] == leaf


def select_leaves(session: Session, wanted: Filter, head: Head) -> Selection:
    """The leaves that a filter leaves under a head: 8 bytes each.

    Raises:
        ValueError: not a receipt code.
    """
    rows = (
        narrow(session, wanted)
        .read(LEAF.c.leaf_index, by="")
        .join(LEAF, LEAF.c.record_id == INDEX.c.record_id)
        .where(LEAF.c.leaf_index < head.size)
        .execution_options(yield_per=10_000)
    )
    leaves = array("q")
    for some in session.scalars(rows).partitions():
        leaves.extend(some)
    return Selection(head=head, leaves=array("q", sorted(leaves)))


@dataclass(slots=True, kw_only=True)
class Bundle:
    """A bundle under way.

    Attributes:
        wanted: the filter as the manifest says it.
        extra: further files by name: findings, opened texts.
    """

    database: Database
    signer: Signer
    selection: Selection
    wanted: Mapping[str, Any]
    table: Table
    created: datetime
    extra: Mapping[str, bytes]

    def write(self, path: Path) -> Iterator[int]:
        """Write the ZIP, telling after every thousand how many records are in it; whole when the iteration ends.

        Raises:
            LookupError: a record or a hash is missing from the tables.
            OSError: the disk did not take it.
        """
        beside = path.with_suffix(".table")
        files: dict[str, dict[str, Any]] = {}
        try:
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
                yield from self._records(archive, files, beside)
                if self.table is not Table.JSONL:
                    with beside.open("rb") as source, _Member(archive, self.table.file, files) as member:
                        while block := source.read(1 << 20):
                            member.write(block)
                with _Member(archive, "nodes.txt", files) as member:
                    head = self.selection.head
                    for node in nodes(self.database, self.selection.leaves, head.size):
                        member.write(node.hex().encode() + b"\n")
                fixed = {
                    "checkpoint.txt": self.selection.head.note.encode(),
                    "verifier.pub": f"{self.signer.verifier}\n".encode(),
                }
                for name, data in {**fixed, **self.extra}.items():
                    with _Member(archive, name, files) as member:
                        member.write(data)
                self._sign(archive, files)
        finally:
            with suppress(FileNotFoundError):
                beside.unlink()

    def _records(
        self, archive: zipfile.ZipFile, files: dict[str, dict[str, Any]], beside: Path
    ) -> Iterator[int]:
        rows = self._rows(beside)
        leaves = self.selection.leaves
        try:
            with _Member(archive, "records.jsonl", files) as member:
                for start in range(0, len(leaves), BATCH):
                    some = self.database.read(
                        lambda session, some=leaves[start : start + BATCH]: _bodies(session, some)  # type: ignore[misc]
                    )
                    for leaf, body in some:
                        line = {"leaf": leaf, "body": base64.b64encode(body).decode()}
                        member.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
                    if rows is not None:
                        rows.add([{**parse(body), "leaf": leaf} for leaf, body in some])
                    yield start + len(some)
        finally:
            if rows is not None:
                rows.close()

    def _rows(self, path: Path) -> Rows | None:
        match self.table:
            case Table.JSONL:
                return None
            case Table.CSV:
                return CsvRows(path)
            case Table.PARQUET:
                return ParquetRows(path)

    def _sign(self, archive: zipfile.ZipFile, files: Mapping[str, Any]) -> None:
        leaves, head = self.selection.leaves, self.selection.head
        manifest = canonical(
            {
                "schema": SCHEMA,
                "origin": head.origin,
                "created": stamped(self.created),
                "filter": self.wanted,
                "count": len(leaves),
                "first_leaf": leaves[0] if leaves else None,
                "last_leaf": leaves[-1] if leaves else None,
                "tree_size": head.size,
                "format": self.table.value,
                "files": files,
            }
        )
        note = self.signer.sign(f"{SCHEMA}\n{head.origin}\n{hashlib.sha256(manifest).hexdigest()}\n")
        archive.writestr("manifest.json", manifest)
        archive.writestr("manifest.sig", note.encode())


class _Member:
    """A file of the ZIP that is written piece by piece, its digest and length put into `files` at its end."""

    def __init__(self, archive: zipfile.ZipFile, name: str, files: dict[str, dict[str, Any]]) -> None:
        self._file = archive.open(name, "w", force_zip64=True)
        self._name, self._files = name, files
        self._digest, self._bytes = hashlib.sha256(), 0

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self._digest.update(data)
        self._bytes += len(data)

    def __enter__(self) -> "_Member":
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()
        self._files[self._name] = {"sha256": self._digest.hexdigest(), "bytes": self._bytes}


def _bodies(session: Session, leaves: Sequence[int]) -> list[tuple[int, bytes]]:
    """The bytes of records by leaf, rising.

    Raises:
        LookupError: one of them is gone.
    """
    found = select(LEAF.c.leaf_index, RECORD.c.body).join(RECORD, RECORD.c.record_id == LEAF.c.record_id)
    if leaves[-1] - leaves[0] == len(leaves) - 1:
        chosen = found.where(LEAF.c.leaf_index.between(leaves[0], leaves[-1]))
    else:
        chosen = found.where(LEAF.c.leaf_index.in_(list(leaves)))
    rows = [(row.leaf_index, row.body) for row in session.execute(chosen.order_by(LEAF.c.leaf_index))]
    if len(rows) != len(leaves):
        raise LookupError(
            f"{len(leaves) - len(rows)} records between leaf {leaves[0]} and {leaves[-1]} are gone"
        )
    return rows
