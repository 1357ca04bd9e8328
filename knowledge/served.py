"""The vector index on a Chroma server: filled from a version's own rows, asked over HTTP, never trusted with more.

Chroma's own HTTP client obeys proxy variables, has no timeout and can be given neither another transport nor a cap,
so the five calls that are needed are made here through a client of the caller's. Of a collection its id, dimension
and count are read and never its configuration: that is where a server could name code to run.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from knowledge import manifest
from knowledge.build import find_themselves
from knowledge.index import BATCH, SEARCH_WIDTH, IndexUnavailable, Mask, Near, Vectors, over_fetched
from knowledge.manifest import Pointer

COLLECTIONS = "/api/v2/tenants/default_tenant/databases/default_database/collections"
PUBLISHED = "served.json"
ASK_SECONDS = 2.0
SAMPLE = 5


class ServedIndex:
    """One collection on a server; any number of processes may ask it at once."""

    def __init__(self, client: httpx.Client, identity: str, size: int) -> None:
        """Use `ServedChroma.open`."""
        self._client, self._path, self.size = client, f"{COLLECTIONS}/{identity}", size

    def nearest(self, vector: Vectors, count: int, among: Mask | None = None) -> tuple[Near, ...]:
        """At most `count` entries, nearest first; ties by position; only those where `among` is true, if given.

        Raises:
            IndexUnavailable: no answer within `ASK_SECONDS`, or the collection is gone.
        """
        return over_fetched(lambda width: self._fetch(vector, width), self.size, count, among)

    def close(self) -> None:
        """Nothing is held: the client is the caller's."""

    def _fetch(self, vector: Vectors, count: int) -> tuple[Near, ...]:
        asked = {"query_embeddings": [vector.tolist()], "n_results": count, "include": ["distances"]}
        found = _call(self._client, "POST", f"{self._path}/query", asked, seconds=ASK_SECONDS)
        try:
            near = [
                Near(position=int(position), cosine=1.0 - float(distance))
                for position, distance in zip(found["ids"][0], found["distances"][0], strict=True)
            ]
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise IndexUnavailable(f"the Chroma server's answer is not of the form: {error}") from error
        if any(not 0 <= one.position < self.size for one in near):
            raise IndexUnavailable("the Chroma server names rows that are not in the index")
        return tuple(sorted(near, key=lambda one: (-one.cosine, one.position)))


class ServedChroma:
    """A Chroma server that holds a collection for each index version of this data folder."""

    def __init__(self, client: httpx.Client) -> None:
        """`client` knows the server's address and token and decides what may be reached."""
        self._client = client

    def open(self, home: Path, pointer: Pointer, rows: Vectors) -> ServedIndex:
        """The collection of a version; where it is missing, short or wrong it is filled from `rows` first.

        Collections of versions that this data folder no longer keeps are removed.

        Raises:
            IndexUnavailable: the server does not answer, or does not hold what it was given.
        """
        name = served_name(pointer)
        index = self._whole(name, pointer, rows)
        if index is None:
            with manifest.building(home):
                index = self._whole(name, pointer, rows) or self._fill(name, rows)
        self._forget(home, name)
        return index

    def _whole(self, name: str, pointer: Pointer, rows: Vectors) -> ServedIndex | None:
        found = _call(self._client, "GET", f"{COLLECTIONS}/{name}", missing=True)
        if found is None:
            return None
        index = self._index(found)
        try:
            if found.get("dimension") not in (pointer.dim, None):
                raise ValueError(f"dimension {found.get('dimension')}, expected {pointer.dim}")
            if index.size < len(rows):
                return None  # another process or replica may be filling it: what is missing is added
            find_themselves(index, index.size, rows, SAMPLE)
        except (ValueError, IndexUnavailable):
            _call(self._client, "DELETE", f"{COLLECTIONS}/{name}", missing=True)
            return None
        return index

    def _fill(self, name: str, rows: Vectors) -> ServedIndex:
        try:
            return self._filled(name, rows)
        except ValueError:  # somebody else's rows under this name: ours alone, then
            _call(self._client, "DELETE", f"{COLLECTIONS}/{name}", missing=True)
        try:
            return self._filled(name, rows)
        except ValueError as error:
            raise IndexUnavailable(f"the Chroma server lost what it was given: {error}") from error

    def _filled(self, name: str, rows: Vectors) -> ServedIndex:
        """Rows that are there already stay as they are: a graph whose points are written twice loses some of them.

        Raises:
            ValueError: the collection does not find what it was given.
            IndexUnavailable: the server does not answer.
        """
        space = {"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": SEARCH_WIDTH}}
        made = _call(
            self._client, "POST", COLLECTIONS, {"name": name, "configuration": space, "get_or_create": True}
        )
        path = f"{COLLECTIONS}/{_identity(made)}"
        for start in range(0, len(rows), BATCH):
            some = np.asarray(rows[start : start + BATCH])
            batch = {"ids": [str(start + at) for at in range(len(some))], "embeddings": some.tolist()}
            _call(self._client, "POST", f"{path}/add", batch)
        index = self._index(made)
        find_themselves(index, index.size, rows, SAMPLE)
        return index

    def _index(self, collection: Mapping[str, Any]) -> ServedIndex:
        identity = _identity(collection)
        size = _call(self._client, "GET", f"{COLLECTIONS}/{identity}/count")
        if not isinstance(size, int):
            raise IndexUnavailable("the Chroma server gives no count")
        return ServedIndex(self._client, identity, size)

    def _forget(self, home: Path, name: str) -> None:
        """Remove the collections that this folder published for versions it has let go of; others' are not touched."""
        published = _published(home)
        kept = {name, *(served_name(one) for one in manifest.sealed(home))}
        for one in published:
            if one not in kept:
                _call(self._client, "DELETE", f"{COLLECTIONS}/{one}", missing=True)
        now = sorted({one for one in published if one in kept} | {name})
        if now != published:
            manifest.write_whole(home / PUBLISHED, json.dumps(now).encode())


def served_name(pointer: Pointer) -> str:
    """The name on a server: by content and not by number, for replicas count their versions apart."""
    return re.sub(r"__v\d+$", "", pointer.collection) + f"__{pointer.content[:16]}"


def _published(home: Path) -> list[str]:
    try:
        return [str(one) for one in json.loads((home / PUBLISHED).read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return []


def _identity(collection: Mapping[str, Any]) -> str:
    identity = str(collection.get("id", ""))
    if not re.fullmatch(r"[0-9a-f-]{36}", identity):
        raise IndexUnavailable("the Chroma server gives no id of a collection")
    return identity


def _call(
    client: httpx.Client,
    method: str,
    path: str,
    body: Mapping[str, Any] | Sequence[Any] | None = None,
    *,
    missing: bool = False,
    seconds: float | None = None,
) -> Any:
    """The JSON of an answer; None for 404 where `missing` may be."""
    timeout = httpx.USE_CLIENT_DEFAULT if seconds is None else httpx.Timeout(seconds)
    try:
        answer = client.request(method, path, json=body, timeout=timeout)
        if missing and answer.status_code == httpx.codes.NOT_FOUND:
            return None
        return answer.raise_for_status().json()
    except httpx.HTTPStatusError as error:
        raise IndexUnavailable(f"the Chroma server answered {error.response.status_code}") from error
    except (httpx.HTTPError, ValueError) as error:
        raise IndexUnavailable(f"the Chroma server does not answer: {error}") from error
