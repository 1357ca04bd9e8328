"""What the rails of a process work with beside their policy: every list, every trained file and the curriculum's names, by digest."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from guardrails import cues
from guardrails.policy import digest
from guardrails.rail import Means

TRAINED = Path(__file__).with_name("models")
LIBRARIES = ("airlock-pii",)
"""Packages whose own lists decide what a name or a number is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """The document; its canonical form is that of a policy (`guardrails.policy.canonical`).

    Attributes:
        document: `lexicons` and `trained` map a file to the hex SHA-256 of its bytes, `libraries` a package to its version;
            `names` is how many names of the curriculum are never masked, and the hex SHA-256 of them sorted, a line each.
    """

    document: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """Hex SHA-256 of the canonical form in UTF-8."""
        return digest(self.document)


def inventory_of(means: Means) -> Inventory:
    """The inventory of rails that are built with these means."""
    listed = "".join(f"{name}\n" for name in sorted(means.names))
    names = {"count": len(means.names), "sha256": sha256(listed.encode()).hexdigest()}
    return Inventory(document={**_shipped(), "names": names, "embedder": means.embedder})


@cache
def _shipped() -> Mapping[str, Any]:
    """What is the same for all rails of a process."""
    return {
        "lexicons": {name: sha256(cues.raw(name)).hexdigest() for name in cues.names()},
        "trained": {
            path.name: sha256(path.read_bytes()).hexdigest()
            for path in sorted(TRAINED.iterdir())
            if path.is_file()
        },
        "libraries": {name: version(name) for name in LIBRARIES},
    }
