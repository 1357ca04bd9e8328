"""Says from published JSON alone whether a call was allowed at a moment; shares no code with the product."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

PROFILES = (None, "default")
HERE = "KZ"
FLOOR = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A signed list as it lies in a folder.

    Attributes:
        until: the first expiry among the signed metadata.
    """

    entries: Mapping[str, Mapping[str, Any]]
    revoked: frozenset[str]
    until: datetime

    @classmethod
    def read(cls, folder: Path) -> "Published":
        """The newest issue in `metadata/` and `targets/`."""
        targets, revocations = newest(folder, "targets"), newest(folder, "revocations")
        signed = (targets, revocations, newest(folder, "snapshot"), newest(folder, "root"))
        timestamp = json.loads((folder / "metadata" / "timestamp.json").read_bytes())["signed"]
        raw = target(folder, targets, "registry.json")
        taken_away = target(folder, revocations, "revocations.json")
        return cls(
            entries={entry["entry_id"]: entry for entry in raw["entries"]},
            revoked=frozenset(row["entry_id"] for row in taken_away["revoked"]),
            until=min(datetime.fromisoformat(part["expires"]) for part in (*signed, timestamp)),
        )


def newest(folder: Path, role: str) -> dict[str, Any]:
    """The signed part of the highest version of a role."""
    paths = (folder / "metadata").glob(f"*.{role}.json")
    path = max(paths, key=lambda one: int(one.name.split(".")[0]))
    signed: dict[str, Any] = json.loads(path.read_bytes())["signed"]
    return signed


def target(folder: Path, signed: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A file by the hash under which it was signed."""
    digest = signed["targets"][name]["hashes"]["sha256"]
    read: dict[str, Any] = json.loads((folder / "targets" / f"{digest}.{name}").read_bytes())
    return read


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question as far as it decides what may be called for it.

    Attributes:
        may_ask: the person teaches.
        allowed: entry ids that their school allows.
        planted: personal data in the question, letter for letter.
    """

    may_ask: bool
    allowed: tuple[str, ...]
    language: str
    planted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One call that was observed, and what is wrong with it."""

    place: str
    entry_id: str
    wrong: str | None


@dataclass(slots=True)
class Oracle:
    """Watches the calls of one question after another.

    Attributes:
        sha256: by entry id, digest of the weights that stand behind the place that was called.
        routed: the list by which the question was routed.
        taken_at: when the list was taken; time never runs back behind it.
    """

    clock: Callable[[], datetime]
    sha256: Mapping[str, str]
    published: Published
    taken_at: datetime
    routed: Published | None = None
    asked: Asked | None = None
    seen: list[Seen] = field(default_factory=list)

    def begin(self, asked: Asked) -> None:
        """A new question."""
        self.asked, self.routed = asked, None
        self.seen.clear()

    def taken(self, folder: Path) -> None:
        """A list was taken."""
        self.published, self.taken_at = Published.read(folder), self.now()

    def now(self) -> datetime:
        """The moment that counts."""
        return max(self.clock(), self.taken_at)

    def embedded(self, entry_id: str, text: str) -> None:
        """The embedding model was called."""
        self._note("embedder", entry_id, self._wrong(entry_id, text, embeds=True))

    def called(self, place: str, entry_id: str, text: str) -> None:
        """A model was called."""
        self._note(place, entry_id, self._wrong(entry_id, text, embeds=False))

    def shown(self, entry_id: str) -> None:
        """A piece of an answer came onto the screen."""
        self._note("screen", entry_id, self._wrong(entry_id, "", embeds=False))

    def _note(self, place: str, entry_id: str, wrong: str | None) -> None:
        self.seen.append(Seen(place=place, entry_id=entry_id, wrong=wrong))

    def _wrong(self, entry_id: str, text: str, *, embeds: bool) -> str | None:
        asked, at = self.asked, self.now()
        if asked is None or not asked.may_ask:
            return "nobody who may ask"
        wrong = standing(self.published, entry_id, at)
        if wrong is not None:
            return wrong
        entry = self.published.entries[entry_id]
        if (entry["kind"] == "embedder") != embeds:
            return "another kind"
        if entry_id in self.sha256 and entry["artefact"]["sha256"] != self.sha256[entry_id]:
            return "other weights"
        if any(one in text for one in asked.planted) and not may_know(entry):
            return "personal data"
        if embeds:
            return None
        conditions = entry.get("conditions", {})
        if conditions.get("guardrail_profile") not in PROFILES or conditions.get("least_app_version"):
            return "conditions"
        if entry_id not in asked.allowed:
            return "not allowed by the school"
        routed = (self.routed or self.published).entries.get(entry_id)
        score = routed["purpose"]["languages"].get(asked.language) if routed else None
        return None if score and float(score["value"]) >= FLOOR else "language"


def standing(published: Published, entry_id: str, at: datetime) -> str | None:
    """Why an entry is not in force at a moment; None: it is."""
    if at >= published.until:
        return "list expired"
    entry = published.entries.get(entry_id)
    if entry is None:
        return "not on the list"
    if entry_id in published.revoked:
        return "revoked"
    if entry["status"] != "granted":
        return f"status {entry['status']}"
    if at < datetime.fromisoformat(entry["effective_from"]):
        return "not yet"
    if at >= datetime.fromisoformat(entry["expires_at"]):
        return "expired"
    return None


def may_know(entry: Mapping[str, Any]) -> bool:
    """Whether an entry may be given a pupil's data."""
    data = entry["data"]
    return (
        data["personal_data"] == "pupil"
        and data["processing_country"] == HERE
        and bool(data.get("localisation_proof"))
    )
