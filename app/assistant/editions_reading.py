"""The official editions as admins and auditors see them: what serves, what waits, what it would change; nothing is switched here."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.accounts import Accounts, Permission, Principal
from app.accounts import Refused as NotLetIn
from app.assistant.editions import Editions
from app.audit import AuditLog, Filter
from app.errors import Forbidden
from knowledge.difference import Change

TAKEN_IN, SWITCHED = "curriculum_taken_in", "curriculum_switched"
MOST_PAGES = 20
KEPT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionLine:
    """One edition: its head as it is kept, and when it was taken in and switched on, where the log says so."""

    head: Mapping[str, Any]
    taken_in: datetime | None
    switched: datetime | None

    @property
    def id(self) -> str:
        """The name of the edition."""
        return str(self.head["id"])


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionsShown:
    """All editions of the installation by their standing."""

    index_version: str | None
    in_force: tuple[EditionLine, ...]
    waiting: tuple[EditionLine, ...]
    superseded: tuple[EditionLine, ...]


@dataclass(frozen=True, slots=True)
class EditionsReading:
    """Reads what the operator took in; the curriculum is one for all schools, so nobody switches it from a browser."""

    accounts: Accounts
    audit: AuditLog
    editions: Editions
    _kept: dict[tuple[object, ...], Any] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def shown(self, principal: Principal) -> EditionsShown:
        """The editions in force, waiting and superseded.

        Raises:
            Forbidden: the person may not read them (recorded).
        """
        self._admit(principal)
        plain = self.editions.document()
        heads = [*plain["in_force"], *plain["waiting"], *plain["superseded"]]
        times = self._times(plain["index_version"], tuple(sorted(str(one["id"]) for one in heads)))

        def lines(name: str) -> tuple[EditionLine, ...]:
            return tuple(
                EditionLine(
                    head=one,
                    taken_in=times.get((TAKEN_IN, one["id"])),
                    switched=times.get((SWITCHED, one["id"])),
                )
                for one in plain[name]
            )

        return EditionsShown(
            index_version=plain["index_version"],
            in_force=lines("in_force"),
            waiting=lines("waiting"),
            superseded=lines("superseded"),
        )

    def difference(self, principal: Principal, edition_id: str) -> tuple[Change, ...]:
        """What switching an edition on would change.

        Raises:
            Forbidden: the person may not read it (recorded).
            BadArgument: there is no such edition.
        """
        self._admit(principal)
        version = self.editions.document()["index_version"]
        key = ("difference", version, edition_id)
        if key not in self._kept:
            self._keep(key, self.editions.difference(edition_id)[1])
        changes: tuple[Change, ...] = self._kept[key]
        return changes

    def report(self, principal: Principal, edition_id: str) -> Mapping[str, Any]:
        """What was read of an edition, programme by programme, with the doubts.

        Raises:
            Forbidden: the person may not read it (recorded).
            BadArgument: there is no such edition.
        """
        self._admit(principal)
        key = ("report", self.editions.document()["index_version"], edition_id)
        if key not in self._kept:
            self._keep(key, self.editions.report(edition_id))
        report: Mapping[str, Any] = self._kept[key]
        return report

    def _times(self, index_version: str | None, ids: tuple[str, ...]) -> Mapping[tuple[str, str], datetime]:
        """When the log says that each edition was taken in and switched on last."""
        if not ids:
            return {}
        key = ("times", index_version, *ids)
        if key not in self._kept:
            found: dict[tuple[str, str], datetime] = {}
            after = None
            for _ in range(MOST_PAGES):
                page = self.audit.search(Filter(kinds=("admin_change",)), after=after, limit=200)
                for one in page.records:
                    clear = one.clear
                    name = str((clear.get("details") or {}).get("edition"))
                    if clear.get("event") in (TAKEN_IN, SWITCHED) and name in ids:
                        found.setdefault((str(clear["event"]), name), one.created_at)
                after = page.next
                if after is None:
                    break
            self._keep(key, found)
        times: Mapping[tuple[str, str], datetime] = self._kept[key]
        return times

    def _keep(self, key: tuple[object, ...], value: object) -> None:
        """Keep the newest few: a report of a whole act takes a second to make."""
        with self._lock:
            self._kept[key] = value
            for old in list(self._kept)[:-KEPT]:
                if old != key:
                    self._kept.pop(old, None)

    def _admit(self, principal: Principal) -> None:
        now = self.accounts.recheck(principal)
        if isinstance(now, NotLetIn):
            raise Forbidden(f"not let in: {now.reason}", key=now.words.key)
        self.accounts.require(now, Permission.ALL_EDITIONS_READ)
