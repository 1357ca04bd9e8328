"""Where an entry leads on this machine: address, served name, name of the secret, weights; never beyond the entry."""

import hashlib
import re
import threading
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from app.addresses import OutboundRefused, Target, is_near, read_target
from app.errors import BadSetting, Words
from app.providers.weights import path_of
from app.registry import Registry, RegistryEntry

FILE = "bindings.toml"
DEMONSTRATION = Path(__file__).parent / "demonstration_bindings.toml"
SECRET_NAME = re.compile(r"[A-Z][A-Z0-9_]{2,63}")
FIELDS = frozenset({"address", "served_name", "secret", "weights"})
NEEDS_ADDRESS = frozenset({"openai_compatible"})
NEEDS_WEIGHTS = frozenset({"llama_cpp"})
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """How this machine reaches one entry.

    Attributes:
        address: base URL of an OpenAI-compatible server.
        secret: the NAME of the secret in the environment, never its value.
        weights: the file with the weights, where they run on this machine.
    """

    entry_id: str
    address: str | None = None
    served_name: str = ""
    secret: str | None = None
    weights: Path | None = None


@dataclass(frozen=True, slots=True)
class Bindings:
    """The bindings of this machine; each is checked against its entry whenever it is asked for.

    Attributes:
        rows: what the operator wrote, by entry id.
        models_folder: where fetched weights lie.
    """

    rows: Mapping[str, Binding]
    models_folder: Path
    _hashes: dict[tuple[str, int, int], str] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @classmethod
    def load(cls, home: Path, *, demonstration: bool = False) -> "Bindings":
        """Read `bindings.toml` of the data folder; no file, no bindings.

        In-process models need none: their weights are found by digest in `models/`.

        Args:
            demonstration: begin from the shipped example, whose `.example` hosts exist nowhere.

        Raises:
            BadSetting: a file cannot be read, has an unknown field, or holds what looks like a secret's value.
        """
        rows = _rows(DEMONSTRATION, home) if demonstration else {}
        own = home / FILE
        return cls({**rows, **(_rows(own, home) if own.is_file() else {})}, home / "models")

    def find(self, entry: RegistryEntry) -> Binding | None:
        """The binding of an entry, if the entry allows where it leads; None: it cannot be called here."""
        return None if self._refusal(entry) is not None else self._binding(entry)

    def missing(self, entry: RegistryEntry) -> Words | None:
        """Why an entry cannot be called on this machine, in words; None: it can."""
        refusal = self._refusal(entry)
        if refusal is not None:
            return refusal
        weights = self._binding(entry).weights
        if weights is not None and not weights.is_file():
            return Words(key="routing.refused.no_weights")
        return None

    def reachable(self, registry: Callable[[], Registry | None]) -> "Reachable":
        """The hosts that the outbound client may call for models: those of checked bindings, as the list stands."""
        return Reachable(self, registry)

    def _binding(self, entry: RegistryEntry) -> Binding:
        row = self.rows.get(entry.entry_id) or Binding(entry_id=entry.entry_id)
        weights = row.weights
        if weights is None and entry.provider in NEEDS_WEIGHTS and entry.sha256 is not None:
            weights = path_of(self.models_folder, entry.sha256)
        return Binding(
            entry_id=entry.entry_id,
            address=row.address,
            served_name=row.served_name or entry.model_id,
            secret=row.secret,
            weights=weights,
        )

    def _refusal(self, entry: RegistryEntry) -> Words | None:
        row = self.rows.get(entry.entry_id)
        if row is None or row.address is None:
            return Words(key="routing.refused.no_binding") if entry.provider in NEEDS_ADDRESS else None
        try:
            target = read_target(row.address)
        except OutboundRefused:
            return Words(key="routing.refused.bad_address")
        if target.scheme == "https" and target.host in entry.hosts:
            return None
        if _is_near_host(target) and entry.sha256 is not None and self._holds(row.weights, entry.sha256):
            return None
        return Words(key="routing.refused.foreign_host", facts={"host": target.host})

    def _holds(self, weights: Path | None, expected: str) -> bool:
        """Whether the file is the approved one; hashed once for each state of the file."""
        if weights is None or not weights.is_file():
            return False
        found = weights.stat()
        key = (str(weights), found.st_mtime_ns, found.st_size)
        with self._lock:
            if key not in self._hashes:
                hashed = hashlib.sha256()
                with weights.open("rb") as file:
                    while block := file.read(BLOCK):
                        hashed.update(block)
                self._hashes[key] = hashed.hexdigest()
            return self._hashes[key] == expected


@dataclass(frozen=True, slots=True)
class Reachable:
    """The outbound client's allow-list for models."""

    bindings: Bindings
    registry: Callable[[], Registry | None]

    def allowed(self, host: str, port: int) -> bool:
        """Whether a checked binding of an entry on the list leads to this host and port."""
        return self._leads(host, port, near=False)

    def near(self, host: str, port: int) -> bool:
        """Whether that binding may lie on loopback or a private network: only with weights known by hash."""
        return self._leads(host, port, near=True)

    def _leads(self, host: str, port: int, *, near: bool) -> bool:
        registry = self.registry()
        for entry_id in self.bindings.rows if registry is not None else ():
            entry = registry.find(entry_id) if registry is not None else None
            binding = self.bindings.find(entry) if entry is not None else None
            if binding is None or binding.address is None:
                continue
            target = read_target(binding.address)
            if (target.host, target.port) == (host, port) and (not near or _is_near_host(target)):
                return True
        return False


def _is_near_host(target: Target) -> bool:
    if target.host == "localhost":
        return True
    try:
        return is_near(ip_address(target.host))
    except ValueError:
        return False


def _rows(path: Path, home: Path) -> dict[str, Binding]:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(f"{path.name} is not TOML: {error}") from error
    unknown = set(raw) - {"bindings"}
    if unknown or not all(isinstance(row, dict) for row in raw.get("bindings", {}).values()):
        raise BadSetting(f'{path.name}: only tables [bindings."entry id"] belong here')
    return {entry_id: _row(entry_id, row, home) for entry_id, row in raw.get("bindings", {}).items()}


def _row(entry_id: str, raw: Mapping[str, Any], home: Path) -> Binding:
    unknown = set(raw) - FIELDS
    if unknown:
        raise BadSetting(f"{FILE}: {entry_id}: unknown field {', '.join(sorted(unknown))}")
    for name, value in raw.items():
        if not isinstance(value, str):
            raise BadSetting(f"{FILE}: {entry_id}: {name} must be text")
    secret = raw.get("secret")
    if secret is not None and not SECRET_NAME.fullmatch(secret):
        raise BadSetting(
            f"{FILE}: {entry_id}: secret holds the NAME of an environment variable, never a value"
        )
    weights = raw.get("weights")
    return Binding(
        entry_id=entry_id,
        address=raw.get("address"),
        served_name=raw.get("served_name", ""),
        secret=secret,
        weights=(home / "models" / weights) if weights is not None else None,
    )
