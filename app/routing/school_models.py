"""The school admin's choice: which entries in force the school allows, in which order, and why the others not."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import Permission, Principal
from app.accounts.duty import Duty
from app.database import Database, Entry, Recorder
from app.errors import Forbidden, Words
from app.registry import Kind, Registry, RegistryEntry
from app.routing.policy import ANSWERS, WRITES, Default, Policies, SchoolPolicy, change_of, latest, put
from app.routing.route import InForceList, Refusal
from app.routing.router import Router
from app.runtime import Runtime

LONGEST_REASON = 500
LANGUAGES = ("kk", "ru", "en")
TASK = re.compile(rf"{ANSWERS}|{WRITES}(\.[a-z_]{{1,40}})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One entry as the admin sees it.

    Attributes:
        position: 1, 2, 3 ... in the school's order; None: not allowed by the school.
        selectable: whether the school may choose it now.
        reason: in words, why not; or that it can be used.
        set_up: what is missing on this machine before it can be called; None: nothing.
    """

    entry: RegistryEntry
    position: int | None
    selectable: bool
    reason: Words
    set_up: Words | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything on the admin's page; `registry` is None with `trouble` when there is no list."""

    policy: SchoolPolicy
    choices: tuple[Choice, ...]
    registry: Registry | None
    trouble: Words | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The choice was changed and recorded."""

    policy: SchoolPolicy
    record_id: UUID


class SchoolModels(Duty):
    """Shows and changes what a school allows; can never add an entry that the registry does not hold in force."""

    def __init__(
        self,
        database: Database,
        recorder: Recorder,
        runtime: Runtime,
        *,
        registry: InForceList,
        router: Router,
        policies: Policies,
    ) -> None:
        super().__init__(database, recorder, runtime)
        self._registry, self._router, self._policies = registry, router, policies

    def overview(self, principal: Principal) -> Overview:
        """Every model of the list: the school's own order first, then what could be chosen, then the rest.

        Raises:
            Forbidden: the person may not see the school's models (recorded).
        """
        school = self._school(principal, Permission.SCHOOL_MODELS_READ)
        policy = self._policies.of(school)
        registry = self._registry.current()
        if registry is None:
            return Overview(policy=policy, choices=(), registry=None, trouble=self._registry.trouble())
        at = self._registry.now()
        rows = []
        for entry in registry.entries:
            if entry.kind is Kind.EMBEDDER:
                continue
            refused = self._router.selectable(entry, registry, at)
            rows.append(
                Choice(
                    entry=entry,
                    position=policy.allowed.index(entry.entry_id) + 1
                    if entry.entry_id in policy.allowed
                    else None,
                    selectable=refused is None,
                    reason=refused or Words(key="routing.eligible"),
                    set_up=self._router.set_up(entry) if refused is None else None,
                )
            )
        proposed = self._router.proposed(registry, at)
        rank = {entry_id: number for number, entry_id in enumerate(proposed)}
        rows.sort(
            key=lambda row: (
                row.position is None,
                row.position or 0,
                not row.selectable,
                rank.get(row.entry.entry_id, 0),
                row.entry.entry_id,
            )
        )
        return Overview(policy=policy, choices=tuple(rows), registry=registry, trouble=None)

    def change(
        self,
        principal: Principal,
        allowed: Sequence[str],
        reason: str,
        *,
        defaults: Sequence[Default] = (),
        version: int | None = None,
    ) -> Changed | Refusal:
        """Set the school's choice, first choice first, with its record in the same transaction.

        Entries that the school allows already may stay although they are not in force: they are not routed.

        Args:
            reason: why, in the admin's words; kept sealed in the record.
            defaults: what is wanted for a task in a language, of the allowed ones; each task and language once.
            version: the version that the admin saw; another one by now is refused.

        Raises:
            Forbidden: the person may not change the school's models (recorded).
            NotRecorded: it could not be made durable; nothing changed.
        """
        school = self._school(principal, Permission.SCHOOL_MODELS_CHANGE)
        wanted, chosen, why = tuple(allowed), tuple(defaults), reason.strip()
        if not why:
            return Refusal(reason=Words(key="routing.change.no_reason"))
        if len(why) > LONGEST_REASON:
            return Refusal(reason=Words(key="routing.change.reason_too_long", facts={"most": LONGEST_REASON}))
        if len(set(wanted)) != len(wanted):
            return Refusal(reason=Words(key="routing.change.twice"))
        trouble = _trouble(defaults, wanted)
        if trouble is not None:
            return trouble
        registry = self._registry.current()
        if registry is None:
            return Refusal(reason=self._registry.trouble() or Words(key="registry.trouble.none"))
        closed = [entry_id for entry_id in wanted if not self._may_choose(entry_id, registry)]

        def work(session: Session) -> Changed | Refusal:
            before = latest(session, school)
            if version is not None and before.version != version:
                return Refusal(reason=Words(key="routing.change.elsewhere"))
            added = [entry_id for entry_id in closed if entry_id not in before.allowed]
            if added:
                facts = {"entry": added[0][:200]}
                return Refusal(
                    reason=Words(key="routing.change.not_selectable", facts=facts), entry_id=added[0]
                )
            if before.version > 0 and before.allowed == wanted and before.defaults == chosen:
                return Refusal(reason=Words(key="routing.change.nothing"))
            after = SchoolPolicy(school=school, allowed=wanted, defaults=chosen, version=before.version + 1)
            clear = {
                **change_of(before, after, "models_changed"),
                "registry_sequence": registry.sequence,
                "registry_digest": registry.digest,
            }
            role = principal.role_for(Permission.SCHOOL_MODELS_CHANGE)
            entry = Entry(
                kind="admin_change",
                school=school,
                actor=principal.subject,
                role=None if role is None else str(role),
                clear=clear,
                sealed={"reason": why},
            )
            record_id = self._recorder.record(session, entry)
            put(session, after, record_id, self._runtime)
            return Changed(policy=after, record_id=record_id)

        try:
            return self._database.write(work)
        except IntegrityError:
            return Refusal(reason=Words(key="routing.change.elsewhere"))

    def _may_choose(self, entry_id: str, registry: Registry) -> bool:
        entry = registry.find(entry_id)
        return entry is not None and self._router.selectable(entry, registry, self._registry.now()) is None

    def _school(self, principal: Principal, permission: Permission) -> str:
        if principal.school is None:
            self.require(principal, permission)
            raise Forbidden("the person belongs to no school", permission=str(permission))
        self.require(principal, permission, principal.school)
        return principal.school


def _trouble(defaults: Sequence[Default], allowed: Sequence[str]) -> Refusal | None:
    """Why these defaults cannot stand beside these allowed entries; None: they can."""
    if len({(one.task, one.language) for one in defaults}) != len(defaults):
        return Refusal(reason=Words(key="routing.change.default_twice"))
    for one in defaults:
        if one.entry_id not in allowed:
            return Refusal(reason=Words(key="routing.change.default_not_allowed"), entry_id=one.entry_id)
        if one.language not in LANGUAGES or not TASK.fullmatch(one.task):
            return Refusal(reason=Words(key="routing.change.default_unknown"))
    return None
