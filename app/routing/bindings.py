"""Where an entry leads on this machine: address, served name, name of the secret, weights; never beyond the entry."""

import hashlib
import math
import re
import threading
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
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
FIELDS = frozenset({"address", "served_name", "secret", "weights", "price_input", "price_output"})
PRICE = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")
NEEDS_ADDRESS = frozenset({"openai_compatible"})
NEEDS_WEIGHTS = frozenset({"llama_cpp"})
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What an entry costs here: whole and parts of the currency of budgets, for a million tokens in and out."""

    input: Decimal = Decimal(0)
    output: Decimal = Decimal(0)

    def of(self, input_tokens: int, output_tokens: int) -> int:
        """The cost of a call in millionths of a unit of the currency, rounded up."""
        return math.ceil(self.input * input_tokens + self.output * output_tokens)


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """How this machine reaches one entry.

    Attributes:
        address: base URL of an OpenAI-compatible server.
        secret: the NAME of the secret in the environment, never its value.
        weights: the file with the weights, where they run on this machine.
        price: what its operator asks for; nothing where the model runs on this machine.
    """

    entry_id: str
    address: str | None = None
    served_name: str = ""
    secret: str | None = None
    weights: Path | None = None
    price: Price = Price()


@dataclass(frozen=True, slots=True)
class Bindings:
    """The bindings of this machine; each is checked against its entry whenever it is asked for.

    Attributes:
        rows: what the operator wrote, by entry id.
        models_folder: where fetched weights lie.
        context: tokens that a local model may hold at once; 0: what its entry approves.
    """

    rows: Mapping[str, Binding]
    models_folder: Path
    context: int = 0
    _hashes: dict[tuple[str, int, int], str] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @classmethod
    def load(cls, home: Path, *, demonstration: bool = False, context: int = 0) -> "Bindings":
        """Read `bindings.toml` of the data folder; no file, no bindings.

        In-process models need none: their weights are found by digest in `models/`.

        Args:
            demonstration: begin from the shipped example, whose `.example` hosts exist nowhere.

        Raises:
            BadSetting: a file cannot be read, has an unknown field, or holds what looks like a secret's value.
        """
        rows = _rows(DEMONSTRATION, home) if demonstration else {}
        own = home / FILE
        return cls({**rows, **(_rows(own, home) if own.is_file() else {})}, home / "models", context)

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

    def endpoint(self, entry: RegistryEntry) -> str:
        """What an entry's calls go to: its address on this machine, or the entry itself where it runs in this process."""
        return self._binding(entry).address or entry.entry_id

    def context_of(self, entry: RegistryEntry) -> int:
        """Tokens of prompt and answer together that an entry's calls may have on this machine."""
        return context_in_use(entry, self.context)

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
            price=row.price,
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
            # One gateway serves many models: the name that is asked for must be that of the entry.
            named = row.served_name or entry.model_id
            return None if named in served_names(entry) else Words(key="routing.refused.other_name")
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


def context_in_use(entry: RegistryEntry, wanted: int) -> int:
    """The context of an entry where a local model is wished `wanted` tokens: never above what the entry approves.

    A model that is served elsewhere has the context of its entry; 0 wishes nothing.
    """
    if not wanted or entry.provider not in NEEDS_WEIGHTS:
        return entry.context_tokens
    return min(wanted, entry.context_tokens)


def served_names(entry: RegistryEntry) -> frozenset[str]:
    """The names under which a host of an entry may be asked for it; weights known by hash may have any."""
    return frozenset({entry.model_id, f"{entry.model_id}-{entry.model_version}"})


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
        price=Price(input=_price(entry_id, raw, "price_input"), output=_price(entry_id, raw, "price_output")),
    )


def _price(entry_id: str, raw: Mapping[str, Any], name: str) -> Decimal:
    text = raw.get(name, "0")
    if not PRICE.fullmatch(text):
        raise BadSetting(f'{FILE}: {entry_id}: {name} is a decimal number in quotes, such as "250.00"')
    return Decimal(text)
