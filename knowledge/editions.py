"""The editions of official acts that were read: kept whole, one file each, found again by name."""

import gzip
import json
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from knowledge import manifest
from knowledge.edition import Doubt, Edition, Repair
from knowledge.passage import UNKNOWN

FOLDER = manifest.EDITIONS
SCHEMA = 1
WHOLE, HEAD = ".json.gz", ".head.json"


class Unreadable(LookupError):
    """An edition that was not kept, or whose file is damaged; the same official file taken in again mends it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What an edition is, without its programmes: quick to read and to list."""

    id: str
    act: str
    language: str
    edition: str
    amended_by: str
    valid_from: str
    valid_to: str
    address: str
    name: str
    sha256: str
    reader_version: int
    appendices: int
    programmes: int
    objectives: int
    doubts: Mapping[str, int]
    repairs: Mapping[str, int]

    @property
    def whole(self) -> bool:
        """Whether it is an act with its appendices, and not one programme by itself."""
        return self.appendices > 1


def keep(home: Path, edition: Edition) -> bool:
    """Keep an edition; it counts as kept when its head is written, and a kill before leaves it out.

    Returns:
        False if it was kept before: nothing is written then, for what was kept is never another thing later.
    """
    with suppress(Unreadable):
        load(home, edition.id)
        return False
    plain = json.dumps({"schema": SCHEMA, **edition.to_mapping()}, ensure_ascii=False, sort_keys=True)
    # No time stamp inside, so that the same reading gives the same bytes.
    manifest.write_whole(_path(home, edition.id, WHOLE), gzip.compress(plain.encode(), mtime=0))
    manifest.write_whole(
        _path(home, edition.id, HEAD), json.dumps(_head_to(edition), ensure_ascii=False, indent=1).encode()
    )
    return True


def reading(home: Path, edition: Edition) -> tuple[Edition, bool]:
    """The edition as it is kept already, or as a new one by a name that is free; and whether it is new.

    It is kept already where the same reader read the same file, and nothing is said of it now that was not then.
    """
    first = replace(edition, reading=1).id
    same_file = [one for one in heads(home) if one.id == first or one.id.startswith(f"{first}-")]
    for one in same_file:
        if one.reader_version == edition.reader_version and one.sha256 == edition.sha256:
            try:
                kept = load(home, one.id)
            except Unreadable:
                return replace(edition, reading=int(one.id[len(first) + 1 :] or 1)), True
            if all(new in (UNKNOWN, "", old) for new, old in zip(_said(edition), _said(kept), strict=False)):
                return kept, False
    return replace(edition, reading=len(same_file) + 1), True


def _said(edition: Edition) -> tuple[str, ...]:
    """What the page or the operator says of it, and which appendices it has."""
    facts = (edition.act, edition.edition, edition.amended_by, edition.address)
    return (*facts, *(one.programme.appendix for one in edition.programmes))


def load(home: Path, edition_id: str) -> Edition:
    """An edition that was kept.

    Raises:
        Unreadable: none of that name was kept, or it is damaged or of another schema.
    """
    if head(home, edition_id) is None:
        raise Unreadable(f"no edition is called {edition_id}")
    try:
        plain = json.loads(gzip.decompress(_path(home, edition_id, WHOLE).read_bytes()))
        if plain.pop("schema", None) != SCHEMA:
            raise ValueError(f"another schema, expected {SCHEMA}")
        return Edition.from_mapping(plain)
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"edition {edition_id} cannot be read: {error}") from error


def head(home: Path, edition_id: str) -> Head | None:
    """The head of an edition; None if none of that name was kept, or it is damaged."""
    if not edition_id or "/" in edition_id or edition_id.startswith("."):
        return None
    try:
        plain = json.loads(_path(home, edition_id, HEAD).read_text(encoding="utf-8"))
        return Head(**plain) if plain.pop("schema", None) == SCHEMA else None
    except (FileNotFoundError, ValueError, AttributeError, TypeError):
        return None


def heads(home: Path) -> tuple[Head, ...]:
    """All editions that were kept, by name."""
    names = sorted(path.name.removesuffix(HEAD) for path in (home / FOLDER).glob(f"*{HEAD}"))
    found = (head(home, name) for name in names)
    return tuple(one for one in found if one is not None)


def named(home: Path, begin: str) -> Head:
    """The edition of that name, or whose name begins so.

    Raises:
        LookupError: there is none, or there are several.
    """
    exact = head(home, begin)
    if exact is not None:
        return exact
    found = [one for one in heads(home) if one.id.startswith(begin)]
    if len(found) != 1:
        raise LookupError(f"{len(found)} editions are called {begin}…")
    return found[0]


def in_force(switches: Sequence[Head]) -> tuple[Head, ...]:
    """The editions that count after these were switched on one after the other, in that order.

    A whole act takes the place of everything read before of the same act and language; a programme by itself
    stands over the same programme in what was there.
    """
    found: list[Head] = []
    for one in switches:
        found = [
            other
            for other in found
            if other.id != one.id
            and not (one.whole and (other.act, other.language) == (one.act, one.language))
        ]
        found.append(one)
    return tuple(found)


def _head_to(edition: Edition) -> dict[str, Any]:
    doubts: dict[str, int] = {}
    repairs: dict[str, int] = {}
    for programme in edition.programmes:
        for totals, kind in ((doubts, Doubt), (repairs, Repair)):
            for name, count in programme.counts(kind).items():
                totals[name] = totals.get(name, 0) + count
    return {
        "schema": SCHEMA,
        "id": edition.id,
        "act": edition.act,
        "language": edition.language,
        "edition": edition.edition,
        "amended_by": edition.amended_by,
        "valid_from": edition.valid_from,
        "valid_to": edition.valid_to,
        "address": edition.address,
        "name": edition.name,
        "sha256": edition.sha256,
        "reader_version": edition.reader_version,
        "appendices": edition.appendices,
        "programmes": len(edition.programmes),
        "objectives": edition.objectives,
        "doubts": doubts,
        "repairs": repairs,
    }


def _path(home: Path, edition_id: str, ending: str) -> Path:
    return home / FOLDER / f"{edition_id}{ending}"
