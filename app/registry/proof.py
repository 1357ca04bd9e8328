"""Whether every model that a log says was called stood in force at that instant, derived anew from log and archive alone.

Nothing of the running product is asked: each list is verified again from the trusted root, by the files that its
registry_update record names; each call is held to the list, the entry and the instant that its record names.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from app.registry.archive import Files
from app.registry.proof_lists import Update, Updates
from app.registry.proof_records import (
    KEPT,
    SLACK,
    Logged,
    Proof,
    Status,
    came_after,
    details_of,
    is_whole,
    moment_of,
    near,
    times_of,
    whole,
)
from app.registry.registry import Registry

ENDS = frozenset({"closed", "abandoned"})
EXCHANGE = frozenset({"asked", *ENDS})
UPDATE = "registry_update"
PERMIT = frozenset({"entry_id", "registry_digest", "update", "first", "last"})
"""What a record of one call holds of its permit."""
OF_ENTRY = {
    "entry_digest": "digest",
    "gen_ai.provider.name": "provider",
    "gen_ai.request.model": "model_id",
    "artefact_sha256": "sha256",
}
"""What the end of a question repeats of the entry that answered."""


def prove(
    read: Callable[[], Iterable[Logged]],
    files: Files,
    *,
    roots: Sequence[bytes],
    pruned: bool = False,
    kept: int = KEPT,
) -> Proof:
    """Derive every call of a log anew.

    Args:
        read: gives all records in the order of their leaves; called twice.
        files: the archive.
        roots: the trust anchors, as the schools' settings hold them; not taken from the archive.
        pruned: the log says, by a note that verifies, that its first records are gone.
        kept: how many problems of each kind are listed.
    """
    proof = Proof(kept=kept)
    anchors = {sha256(root).hexdigest(): root for root in roots}
    updates = Updates(proof, files, anchors, pruned=pruned)
    for logged in _ordered(read()):
        proof.records += 1
        if logged.clear.get("kind") == UPDATE and logged.clear.get("verdict") == "accepted":
            updates.add(logged)
    updates.close()
    questions = _ordered(_beside(read(), proof, updates))
    for asked, end in _exchanges(questions):
        _Answer(proof, updates, end, asked).check()
    return proof


def _beside(records: Iterable[Logged], proof: Proof, updates: "Updates") -> Iterator[Logged]:
    """All records again; what others than those of questions tell of calls is held to the lists on the way."""
    for order, logged in enumerate(records):
        details = details_of(logged)
        if logged.clear.get("kind") not in EXCHANGE:
            if "admitted" in details:
                _Beside(proof, updates, replace(logged, order=order)).check(details["admitted"])
            elif details.keys() >= PERMIT:
                _Beside(proof, updates, replace(logged, order=order)).check([details])
        yield logged


def _exchanges(records: Iterable[Logged]) -> Iterator[tuple[Logged, Logged]]:
    """Each question with its end; an end without a question stands for both.

    Leaves of one moment, or of a clock that was set back, may stand in either order: the place of the earlier counts.
    """
    asked: dict[str, Logged] = {}
    ended: dict[str, Logged] = {}
    for logged in records:
        kind, exchange = logged.clear.get("kind"), str(logged.clear.get("exchange_id"))
        if kind == "asked" and exchange in ended:
            end = ended.pop(exchange)
            yield replace(logged, order=end.order), end
        elif kind == "asked":
            asked[exchange] = logged
        elif kind in ENDS and exchange in asked:
            yield asked.pop(exchange), logged
        elif kind in ENDS:
            ended[exchange] = logged
    yield from ((end, end) for end in ended.values())


def _ordered(records: Iterable[Logged]) -> Iterator[Logged]:
    return (replace(logged, order=order) for order, logged in enumerate(records))


@dataclass(frozen=True, slots=True)
class _Called:
    """A record that tells of calls, held to the lists."""

    proof: Proof
    updates: Updates
    end: Logged
    asked: Logged

    def _permits(self, told: object) -> frozenset[str]:
        """Hold every permit to its list; gives the entries that they name."""
        permits = told if isinstance(told, list) else [told]
        for permit in permits:
            if isinstance(permit, Mapping):
                self._permit(permit)
            else:
                self._no("permit_unreadable", str(permit))
        return frozenset(str(permit.get("entry_id")) for permit in permits if isinstance(permit, Mapping))

    def _permit(self, permit: Mapping[str, Any]) -> None:
        update = self.updates.by_record.get(str(permit.get("update")))
        if update is None:
            if self._may_be_pruned(permit):
                self._no("list_pruned", str(permit.get("update")), Status.CANNOT_TELL)
                return
            # a list before this release names no files; one that no record tells of is an invention
            older = any(
                one.clear.get("registry_digest") == permit.get("registry_digest") for one in self._older()
            )
            self._no("list_unknown", str(permit.get("update")), Status.CANNOT_TELL if older else None)
            return
        registry = update.registry
        if registry is None:
            self._no("list_not_derived", str(permit.get("update")), Status.CANNOT_TELL)
            return
        times = permit.get("times")
        if not is_whole(times):
            self._no("permit_unreadable", f"{permit.get('entry_id')}: {times} times")
        self.proof.calls += whole(times)
        listed = (permit.get("registry_sequence"), permit.get("registry_digest"))
        if listed != (registry.sequence, registry.digest):
            self._no("list_differs", f"no. {listed[0]}")
            return
        for text in dict.fromkeys((str(permit.get("first")), str(permit.get("last")))):
            at = moment_of(text)
            if at is None:
                self._no("time_unreadable", text)
                continue
            self._instant(at, update, registry, permit)

    def _instant(self, at: datetime, update: Update, registry: Registry, permit: Mapping[str, Any]) -> None:
        entry_id = str(permit.get("entry_id"))
        found = registry.in_force(entry_id, at)
        if found.entry is None:
            reason = found.reason.key if found.reason else ""
            self._no("not_in_force", f"{entry_id} at {at.isoformat()}: {reason}")
        elif found.entry.digest != permit.get("entry_digest"):
            self._no("entry_differs", entry_id)
        if at < update.taken_at:
            self._no("before_its_list", f"{at.isoformat()} before {update.taken_at.isoformat()}")
        # a question that was asked before the next list came may have been admitted by a clock that was set back since
        late = update.until is not None and at > update.until + SLACK
        if late and update.after is not None and came_after(self.asked, update.after):
            self._no("after_its_list", f"{at.isoformat()} after {update.until}")
        if not self._fits(at, update):
            self._no("time_differs", at.isoformat())

    def _may_be_pruned(self, permit: Mapping[str, Any]) -> bool:
        """Whether its list may have gone with a pruning, and the call lies before the record that tells of it and behind its question."""
        moments = [at for name in ("first", "last") if (at := moment_of(permit.get(name))) is not None]
        until = max(times_of(self.end)) + SLACK
        since = (
            None if self.asked is self.end else min(times_of(self.asked)) - SLACK
        )  # the question may be gone
        placed = all(at <= until and (since is None or at >= since) for at in moments)
        return len(moments) == 2 and placed and self.updates.may_be_pruned(permit, moments)

    def _fits(self, at: datetime, update: Update) -> bool:
        """Whether an instant fits the times of the records around it."""
        return near(at, self.asked, self.end, held_until=update.taken_at)

    def _older(self) -> Iterator[Logged]:
        return (
            one for one in self.updates.logged() if not isinstance(details_of(one).get("evidence"), Mapping)
        )

    def _no(self, key: str, detail: str, status: Status | None = None) -> None:
        self.proof.add(key, status or Status.CONTRADICTION, self.end, detail)


class _Beside(_Called):
    """A record beside the questions: what it tells of went before it, however long it took."""

    def __init__(self, proof: Proof, updates: Updates, at: Logged) -> None:
        super().__init__(proof, updates, at, at)

    def check(self, told: object) -> None:
        """Hold every permit that the record names to its list."""
        self.proof.others += 1
        self._permits(told)

    def _fits(self, at: datetime, update: Update) -> bool:
        return at <= max(*times_of(self.end), update.taken_at) + SLACK


class _Answer(_Called):
    """One end of a question."""

    def check(self) -> None:
        """Hold every permit that the record names to its list; without permits, the entries to the question's time."""
        clear, details = self.end.clear, details_of(self.end)
        entry_id, permits = clear.get("entry_id"), details.get("admitted")
        embedding = clear.get("embedding_entry")
        if entry_id is None and not permits and embedding is None:
            return
        self.proof.answers += 1
        if entry_id is not None:
            self._repeats(str(entry_id), permits)
        if permits is not None:
            admitted = self._permits(permits)
            if clear.get("characters_shown") and entry_id not in admitted:
                self._no("not_admitted", f"{entry_id} answered")
            if clear.get("relevance") is not None and embedding not in admitted:
                self._no("not_admitted", f"{embedding} embedded")
        else:
            self.proof.by_time += 1
            for named in dict.fromkeys(filter(None, (entry_id, embedding))):
                self._by_time(str(named))

    def _repeats(self, entry_id: str, permits: object) -> None:
        """What the record repeats of its entry is what a list says that it names: by its digest, or by a permit."""
        clear = self.end.clear
        said = {name: clear[name] for name in OF_ENTRY if clear.get(name) is not None}
        rows = [row for row in permits if isinstance(row, Mapping)] if isinstance(permits, list) else []
        lists = {str(clear.get("registry_digest")), *(str(row.get("registry_digest")) for row in rows)}
        known = [
            entry
            for update in self.updates.by_record.values()
            if update.registry is not None and update.registry.digest in lists
            if (entry := update.registry.find(entry_id)) is not None
        ]
        fits = [all(getattr(one, OF_ENTRY[name]) == value for name, value in said.items()) for one in known]
        if known and not any(fits):
            self._no("entry_differs", entry_id)

    def _by_time(self, entry_id: str) -> None:
        """A record without permits: its entry must have been in force by its list, at the question's time or soon after."""
        moment = max(times_of(self.asked))
        derived = [one for one in self._possible(moment) if one.registry is not None]
        if not derived:
            sequence = str(self.end.clear.get("registry_sequence"))
            self._no("list_not_derived", sequence, Status.CANNOT_TELL)
            return
        for update in derived:
            # a list that came while the question waited is asked of its first moment, one that had gone of its last
            at = max(update.taken_at, min(moment, update.until or moment))
            if update.registry is not None and update.registry.in_force(entry_id, at).entry is not None:
                return
        self._no("not_in_force", f"{entry_id} at {moment.isoformat()}")

    def _possible(self, moment: datetime) -> Iterator[Update]:
        """The lists by which it can have been answered: in force then or between question and end, and of its digest where it names one."""
        digest = self.end.clear.get("registry_digest")
        near = [id(update) for update in self.updates.at(moment)]
        for update in self.updates.by_record.values():
            gone = update.after is not None and came_after(self.asked, update.after)
            between = not gone and not came_after(update.at, self.end)
            named = digest is None or update.at.clear.get("registry_digest") == digest
            if named and (between or id(update) in near):
                yield update
