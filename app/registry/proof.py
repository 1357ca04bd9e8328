"""Whether every model that a log says was called stood in force at that instant, derived anew from log and archive alone.

Nothing of the running product is asked: each list is verified again from the trusted root, by the files that its
registry_update record names; each call is held to the list, the entry and the instant that its record names.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from app.errors import RegistryRefused
from app.registry.archive import Files, evidence_of
from app.registry.registry import Registry
from app.registry.verification import Verified, registry_of, verify

SLACK = timedelta(seconds=60)
KEPT = 5
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


class Status(StrEnum):
    """The verdict."""

    OK = "ok"
    CONTRADICTION = "contradiction"
    CANNOT_TELL = "cannot_tell"

    @property
    def exit_code(self) -> int:
        """0, 1 or 2."""
        return list(Status).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """One record as the log holds it; `leaf` is its place, None while it has none."""

    leaf: int | None
    clear: Mapping[str, Any]
    order: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What does not fit, at which record."""

    key: str
    status: Status
    record: str
    leaf: int | None
    detail: str


@dataclass(slots=True, kw_only=True)
class Proof:
    """The verdict on a log.

    Attributes:
        records: of all kinds; `answers` are the ends among them that called a model or were routed to one.
        others: records beside the questions that tell of calls: passages embedded, a text that was tried out.
        calls: how often the gate said yes, as the records count it; embeddings among them.
        updates: lists that came into force, renewals and revocations included.
        by_time: answers that name no permit (of a process that died) and were judged by the time of their question.
        kept: problems of each kind that are listed; all are counted.
    """

    status: Status = Status.OK
    records: int = 0
    answers: int = 0
    others: int = 0
    calls: int = 0
    updates: int = 0
    by_time: int = 0
    problems: list[Problem] = field(default_factory=list)
    found: dict[str, int] = field(default_factory=dict)
    kept: int = KEPT

    def add(self, key: str, status: Status, at: Logged, detail: str = "") -> None:
        """Note a problem; a contradiction outweighs what cannot be told."""
        self.found[key] = self.found.get(key, 0) + 1
        if self.found[key] <= self.kept:
            record = str(at.clear.get("record_id"))
            self.problems.append(
                Problem(key=key, status=status, record=record, leaf=at.leaf, detail=detail[:300])
            )
        if self.status is not Status.CONTRADICTION:
            self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class _Update:
    """A list that came into force; `registry` is None where it cannot be derived, `after` is the record of the next."""

    at: Logged
    taken_at: datetime
    after: Logged | None
    registry: Registry | None

    @property
    def until(self) -> datetime | None:
        """When the next list came; None: it has not."""
        return None if self.after is None else _moment(_details(self.after).get("taken_at"))


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
    updates = _Updates(proof, files, anchors, pruned=pruned)
    for logged in _ordered(read()):
        proof.records += 1
        if logged.clear.get("kind") == UPDATE and logged.clear.get("verdict") == "accepted":
            updates.add(logged)
    updates.close()
    questions = _ordered(_beside(read(), proof, updates))
    for asked, end in _exchanges(questions):
        _Answer(proof, updates, end, asked).check()
    return proof


def _beside(records: Iterable[Logged], proof: Proof, updates: "_Updates") -> Iterator[Logged]:
    """All records again; what others than those of questions tell of calls is held to the lists on the way."""
    for order, logged in enumerate(records):
        details = _details(logged)
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


class _Updates:
    """Every list that was in force, by the record of its coming."""

    def __init__(
        self, proof: Proof, files: Files, anchors: Mapping[str, bytes], *, pruned: bool = False
    ) -> None:
        self._proof, self._files, self._anchors, self.pruned = proof, files, anchors, pruned
        self._logged: list[Logged] = []
        self.by_record: dict[str, _Update] = {}

    def add(self, logged: Logged) -> None:
        """Remember a list that was accepted."""
        self._logged.append(logged)

    def close(self) -> None:
        """Derive each list, in the order in which they came into force."""
        ordered = sorted(self._logged, key=lambda one: _whole(_details(one).get("revision")))
        self._proof.updates = len(ordered)
        highest: dict[str, int] = {}
        before: datetime | None = None
        for one, after in zip(ordered, [*ordered[1:], None], strict=False):
            known = highest.get(str(_details(one).get("list_id")), 0)
            sequence = _whole(one.clear.get("registry_sequence"))
            if sequence < known:
                self._proof.add("rolled_back", Status.CONTRADICTION, one, f"{sequence} after {known}")
            highest[str(_details(one).get("list_id"))] = max(known, sequence)
            taken_at = _moment(_details(one).get("taken_at"))
            if taken_at is None:
                self._proof.add("archive_unnamed", Status.CANNOT_TELL, one)
                continue
            if not _near(taken_at, one, one, held_until=before):
                self._proof.add("time_differs", Status.CONTRADICTION, one, f"taken at {taken_at.isoformat()}")
            before = taken_at
            registry = self._derive(one, taken_at)
            record = str(one.clear.get("record_id"))
            self.by_record[record] = _Update(at=one, taken_at=taken_at, after=after, registry=registry)

    def logged(self) -> Sequence[Logged]:
        """The records of the lists."""
        return self._logged

    def may_be_pruned(self, permit: Mapping[str, Any]) -> bool:
        """Whether the record of a permit's list may be pruned: it is of no later number and time than the first list that is left."""
        first = min(self.by_record.values(), key=lambda one: one.taken_at, default=None)
        moments = [_moment(permit.get(name)) for name in ("first", "last")]
        sequence = _whole(permit.get("registry_sequence"))
        return self.pruned and all(
            at is not None
            and (
                first is None
                or (
                    at <= first.taken_at + SLACK
                    and sequence <= _whole(first.at.clear.get("registry_sequence"))
                )
            )
            for at in moments
        )

    def at(self, moment: datetime) -> Iterator[_Update]:
        """The lists that can have been in force at an instant."""
        for update in self.by_record.values():
            if update.taken_at <= moment + SLACK and (update.until is None or moment - SLACK <= update.until):
                yield update

    def _derive(self, one: Logged, taken_at: datetime) -> Registry | None:
        details = _details(one)
        named = details.get("evidence")
        if not isinstance(named, Mapping):
            self._proof.add("archive_unnamed", Status.CANNOT_TELL, one)
            return None
        root = self._anchors.get(str(named.get("trusted_root")))
        if root is None:
            self._proof.add("root_unknown", Status.CANNOT_TELL, one, str(named.get("trusted_root"))[:12])
            return None
        try:
            verified = verify(evidence_of(named, self._files), root=root)
        except LookupError as error:
            self._proof.add("archive_missing", Status.CANNOT_TELL, one, str(error))
            return None
        except RegistryRefused as error:
            self._proof.add("list_unproved", Status.CONTRADICTION, one, str(error))
            return None
        return self._same(one, verified, taken_at)

    def _same(self, one: Logged, verified: Verified, taken_at: datetime) -> Registry | None:
        """The list, when the record says of it what its files say."""
        document, details = verified.document, _details(one)
        says = (
            document.list_id,
            document.sequence,
            document.digest,
            sorted(verified.revocations.revoked),
            dict(verified.versions),
        )
        written = (
            details.get("list_id"),
            one.clear.get("registry_sequence"),
            one.clear.get("registry_digest"),
            details.get("revoked"),
            details.get("versions"),
        )
        if says != written:
            self._proof.add("update_differs", Status.CONTRADICTION, one)
            return None
        if not taken_at < verified.expires_at:
            self._proof.add("accepted_expired", Status.CONTRADICTION, one, f"ended {verified.expires_at}")
            return None
        return registry_of(
            verified,
            taken_at=taken_at,
            source=str(one.clear.get("source")),
            profile=str(details.get("profile")),
            update=None,
        )


@dataclass(frozen=True, slots=True)
class _Called:
    """A record that tells of calls, held to the lists."""

    proof: Proof
    updates: _Updates
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
            if self.updates.may_be_pruned(permit) and self._is_in_its_time(permit):
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
        if not _is_whole(times):
            self._no("permit_unreadable", f"{permit.get('entry_id')}: {times} times")
        self.proof.calls += _whole(times)
        listed = (permit.get("registry_sequence"), permit.get("registry_digest"))
        if listed != (registry.sequence, registry.digest):
            self._no("list_differs", f"no. {listed[0]}")
            return
        for text in dict.fromkeys((str(permit.get("first")), str(permit.get("last")))):
            at = _moment(text)
            if at is None:
                self._no("time_unreadable", text)
                continue
            self._instant(at, update, registry, permit)

    def _instant(self, at: datetime, update: _Update, registry: Registry, permit: Mapping[str, Any]) -> None:
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
        if late and update.after is not None and _came_after(self.asked, update.after):
            self._no("after_its_list", f"{at.isoformat()} after {update.until}")
        if not self._fits(at, update):
            self._no("time_differs", at.isoformat())

    def _is_in_its_time(self, permit: Mapping[str, Any]) -> bool:
        """Whether the call lies before the record that tells of it and, where its question is left, after that."""
        until = max(_times(self.end)) + SLACK
        since = min(_times(self.asked)) - SLACK if self.asked is not self.end else None
        moments = [_moment(permit.get(name)) for name in ("first", "last")]
        return all(at is not None and at <= until and (since is None or at >= since) for at in moments)

    def _fits(self, at: datetime, update: _Update) -> bool:
        """Whether an instant fits the times of the records around it."""
        return _near(at, self.asked, self.end, held_until=update.taken_at)

    def _older(self) -> Iterator[Logged]:
        return (
            one for one in self.updates.logged() if not isinstance(_details(one).get("evidence"), Mapping)
        )

    def _no(self, key: str, detail: str, status: Status | None = None) -> None:
        self.proof.add(key, status or Status.CONTRADICTION, self.end, detail)


class _Beside(_Called):
    """A record beside the questions: what it tells of went before it, however long it took."""

    def __init__(self, proof: Proof, updates: _Updates, at: Logged) -> None:
        super().__init__(proof, updates, at, at)

    def check(self, told: object) -> None:
        """Hold every permit that the record names to its list."""
        self.proof.others += 1
        self._permits(told)

    def _fits(self, at: datetime, update: _Update) -> bool:
        return at <= max(*_times(self.end), update.taken_at) + SLACK


class _Answer(_Called):
    """One end of a question."""

    def check(self) -> None:
        """Hold every permit that the record names to its list; without permits, the entries to the question's time."""
        clear, details = self.end.clear, _details(self.end)
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
        moment = max(_times(self.asked))
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

    def _possible(self, moment: datetime) -> Iterator[_Update]:
        """The lists by which it can have been answered: in force then or between question and end, and of its digest where it names one."""
        digest = self.end.clear.get("registry_digest")
        near = [id(update) for update in self.updates.at(moment)]
        for update in self.updates.by_record.values():
            gone = update.after is not None and _came_after(self.asked, update.after)
            between = not gone and not _came_after(update.at, self.end)
            named = digest is None or update.at.clear.get("registry_digest") == digest
            if named and (between or id(update) in near):
                yield update


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _whole(value: object) -> int:
    """A number as a record holds it; 0 where it holds none."""
    return int(str(value)) if _is_whole(value) else 0


def _details(logged: Logged) -> Mapping[str, Any]:
    details = logged.clear.get("details")
    return details if isinstance(details, Mapping) else {}


def _came_after(one: Logged, other: Logged) -> bool:
    """Whether a record was written after another: by the numbers of one writer, else by the order of leaves.

    Leaves follow the clock, which may have been set back between the two; a writer's numbers do not.
    """
    lanes = [(each.clear.get("instance_id"), each.clear.get("lane")) for each in (one, other)]
    numbers = [each.clear.get("sequence") for each in (one, other)]
    if lanes[0] == lanes[1] and all(isinstance(number, int) for number in numbers):
        return int(str(numbers[0])) > int(str(numbers[1]))
    return one.order > other.order


def _times(logged: Logged) -> list[datetime]:
    """What a record says of its own time: the process's clock and the database's."""
    read = (_moment(logged.clear.get(name)) for name in ("time", "database_time"))
    return [moment for moment in read if moment is not None] or [datetime.max.replace(tzinfo=UTC)]


def _near(at: datetime, first: Logged, last: Logged, held_until: datetime | None = None) -> bool:
    """Whether an instant lies between two records, a minute given; a list's own time may hold the clock back."""
    written = [*_times(first), *_times(last)]
    latest = max([*written, *([held_until] if held_until else [])])
    return min(written) - SLACK <= at <= latest + SLACK


def _moment(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
