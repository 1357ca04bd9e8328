"""An auditor's work on the log: figures, samples, findings, kept searches, words in opened texts; each use recorded first."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol
from uuid import UUID

from app.accounts import Accounts, Permission, Principal
from app.assistant.auditors import Auditors
from app.audit import AuditLog, Filter, Kind
from app.audit.evidence.figures import Charts, Unit
from app.audit.evidence.findings import About, Finding, Progress, Severity, Target
from app.audit.evidence.queries import SavedQuery
from app.audit.evidence.sampling import Plan, Sample, usable
from app.audit.evidence.shuffle import SCHEME
from app.audit.evidence.words import LONGEST_WORDS, SHORTEST_WORDS, TextHit
from app.audit.search import plain
from app.database import Entry
from app.errors import BadArgument, Conflict, NotFound

READ = Permission.ALL_LOG_READ
FINDINGS = Permission.ALL_FINDING_READ
NOTE = Permission.ALL_FINDING_NOTE
ENDS = (Kind.CLOSED.value, Kind.ABANDONED.value)
AROUND = 80


class Openings(Protocol):
    """Whoever knows what was opened."""

    def open_to(self, principal: Principal) -> Collection[UUID]:
        """The records whose sealed part this person may read now: asked for with a purpose, allowed by a second person."""
        ...


@dataclass(frozen=True, slots=True)
class NothingOpened:
    """Nobody opened anything."""

    def open_to(self, principal: Principal) -> Collection[UUID]:
        """No record."""
        return ()


@dataclass(frozen=True, slots=True)
class Examination:
    """The auditor's workplace, narrowed to the schools that the person's grants reach."""

    audit: AuditLog
    accounts: Accounts
    openings: Openings

    @property
    def _ground(self) -> Auditors:
        return Auditors(self.audit, self.accounts)

    def charts(self, principal: Principal, wanted: Filter, *, unit: Unit = Unit.DAY) -> Charts:
        """The figures over a filter (`audit_read`, purpose `charts`).

        Raises:
            Forbidden: the person may not read the log there.
            ValueError: not a receipt code.
        """
        ground = self._ground
        person = ground.admitted(principal, READ, wanted.school)
        narrowed = ground.narrowed(person, READ, wanted)
        ground.record(person, "charts", {"filter": plain(narrowed)})
        return self.audit.room.charts(narrowed, unit)

    def draw(self, principal: Principal, wanted: Filter, plan: Plan) -> Sample:
        """Draw a sample (`audit_read`, purpose `sample`, with seed, strata and tree size).

        Drawn are ended exchanges unless the filter names kinds, and only what a signed head holds; the newest is
        signed anew for a plan that names none.

        Raises:
            Forbidden: the person may not read the log there.
            BadArgument: the seed, the size or the tree size cannot be used.
            NotFound: nothing is signed yet.
        """
        ground = self._ground
        person = ground.admitted(principal, READ, wanted.school)
        narrowed = ground.narrowed(person, READ, wanted)
        narrowed = narrowed if narrowed.kinds else replace(narrowed, kinds=ENDS)
        if usable(plan).tree_size is None:
            self.audit.sequence(finish=True)
        head = self.audit.room.head(plan.tree_size)
        plan = replace(plan, tree_size=head.size)
        clear = {"filter": plain(narrowed), "plan": _plan(plan), "tree_root": head.root.hex()}
        sample_id = ground.record(person, "sample", clear)
        strata = self.audit.room.draw(narrowed, plan, head)
        return Sample(
            sample_id=sample_id,
            plan=plan,
            root=head.root.hex(),
            population=sum(one.population for one in strata),
            strata=strata,
        )

    def findings(
        self,
        principal: Principal,
        *,
        target: Target | None = None,
        progress: Progress | None = None,
        severity: Severity | None = None,
    ) -> tuple[Finding, ...]:
        """Findings within reach, last changed first (`audit_read`, purpose `findings`).

        Raises:
            Forbidden: the person may not read findings.
        """
        person = self._ground.admitted(principal, FINDINGS)
        clear = {"target": None if target is None else str(target.id)}
        self._ground.record(person, "findings", clear, permission=FINDINGS)
        return tuple(
            one
            for one in self.audit.room.findings.all(target=target)
            if self._sees(person, one)
            and progress in (None, one.progress)
            and severity in (None, one.severity)
        )

    def note(self, principal: Principal, target: Target, *, severity: Severity, text: str) -> Finding:
        """Begin a finding (an `admin_change` record, event `finding_begun`).

        Raises:
            Forbidden: the person may not.
            NotFound: no such record, exchange or sample within reach.
            BadArgument: the text is empty or longer than 4000 characters.
        """
        person = self._ground.admitted(principal, NOTE)
        school = self._school_of(person, target)
        return self.audit.room.findings.begin(
            target,
            school=school,
            actor=person.subject,
            role=person.role_for(NOTE),
            severity=severity,
            text=text,
        )

    def carry_on(
        self,
        principal: Principal,
        finding_id: UUID,
        *,
        after: int,
        text: str = "",
        progress: Progress | None = None,
        severity: Severity | None = None,
    ) -> Finding:
        """Add a step to a finding's history (an `admin_change` record, event `finding_changed`); None leaves as it is.

        Args:
            after: the number of the last step that the person saw.

        Raises:
            Forbidden: the person may not.
            NotFound: no such finding within reach.
            Conflict: somebody added a step meanwhile.
            BadArgument: nothing is changed, or the text is too long.
        """
        person = self._ground.admitted(principal, NOTE)
        finding = self.audit.room.findings.one(finding_id)
        if not self._sees(person, finding):
            raise NotFound(f"no finding {finding_id} within reach")
        if after != finding.history[-1].number:
            raise Conflict(f"finding {finding_id} has step {after + 1} already")
        return self.audit.room.findings.carry_on(
            finding,
            actor=person.subject,
            role=person.role_for(NOTE),
            progress=progress or finding.progress,
            severity=severity or finding.severity,
            text=text,
        )

    def saved(self, principal: Principal) -> tuple[SavedQuery, ...]:
        """The person's own searches and those shared within reach, by name (`audit_read`, purpose `saved_queries`).

        Raises:
            Forbidden: the person may not read the log.
        """
        person = self._ground.admitted(principal, READ)
        self._ground.record(person, "saved_queries", {})
        reach = person.reach(READ)
        return tuple(
            one
            for one in self.audit.room.queries.all(person.subject)
            if one.own or one.wanted.school is None or reach.covers(one.wanted.school)
        )

    def save(self, principal: Principal, name: str, wanted: Filter, *, shared: bool = False) -> SavedQuery:
        """Keep a search under a name; the person's own of the same name is replaced (`audit_read`, purpose `save_query`).

        Raises:
            Forbidden: the person may not read the log there.
            BadArgument: the name is empty or longer than 100 characters.
        """
        person = self._ground.admitted(principal, READ, wanted.school)
        known = plain(wanted)
        entry = self._about(person, "save_query", {"filter": known})
        return self.audit.room.queries.save(name, known, entry, shared=shared)

    def drop(self, principal: Principal, query_id: UUID) -> None:
        """Forget a kept search of one's own (`audit_read`, purpose `drop_query`).

        Raises:
            Forbidden: the person may not.
            NotFound: the person has no such search.
        """
        person = self._ground.admitted(principal, READ)
        entry = self._about(person, "drop_query", {"target": str(query_id)})
        self.audit.room.queries.drop(query_id, entry)

    def find_text(self, principal: Principal, words: str, *, limit: int = 100) -> tuple[TextHit, ...]:
        """Where words stand in what was opened to this person, newest record first (`audit_read`, purpose `find_text`).

        Letters are compared without case; what was searched for is sealed in the record of the search.

        Raises:
            Forbidden: the person may not read records.
            BadArgument: fewer than 2 or more than 200 characters.
        """
        person = self._ground.admitted(principal, Permission.ALL_RECORD_READ)
        sought = " ".join(words.split())
        if not SHORTEST_WORDS <= len(sought) <= LONGEST_WORDS:
            raise BadArgument(
                f"{len(sought)} characters",
                key="examination.cannot.words",
                least=SHORTEST_WORDS,
                most=LONGEST_WORDS,
            )
        ids = sorted(self.openings.open_to(principal))
        self._ground.record(person, "find_text", {"count": len(ids)}, sealed={"words": sought})
        if not ids:
            return ()
        opened = self.audit.openings.read(
            ids, actor=person.subject, role=person.role_for(READ), school=person.school, purpose="find_text"
        )
        pattern = re.compile(r"\s+".join(map(re.escape, sought.split())), re.IGNORECASE)
        hits: list[TextHit] = []
        for one in reversed(opened):
            for part, text in _texts(one.text or {}):
                for found in pattern.finditer(text):
                    hits.append(_hit(one.record.record_id, one.record.exchange_id, part, text, found))
                    if len(hits) >= limit:
                        return tuple(hits)
        return tuple(hits)

    def _about(self, person: Principal, purpose: str, clear: Mapping[str, Any]) -> Entry:
        return Entry(
            kind="audit_read",
            school=person.school,
            actor=person.subject,
            role=person.role_for(READ),
            clear={"purpose": purpose, **clear},
        )

    def _sees(self, person: Principal, finding: Finding) -> bool:
        mine = finding.history[0].author == self.audit.pseudonym(person.subject)
        return mine or person.reach(FINDINGS).covers(finding.school)

    def _school_of(self, person: Principal, target: Target) -> str | None:
        """The school that a target belongs to.

        Raises:
            NotFound: no such target within reach.
        """
        if target.about is About.EXCHANGE:
            found = self.audit.records_of(target.id)
            record = found[0] if found else None
        else:
            record = self.audit.find(target.id)
        if record is None:
            raise NotFound(f"no {target.about} {target.id}")
        school, own = record.school, False
        if target.about is About.SAMPLE:
            clear = record.clear
            if clear.get("purpose") != "sample":
                raise NotFound(f"{target.id} is no sample")
            school = (clear.get("filter") or {}).get("school")
            own = record.pseudonym == self.audit.pseudonym(person.subject)
        if not own and not person.reach(NOTE).covers(school):
            raise NotFound(f"no {target.about} {target.id} within reach")
        return school


def _plan(plan: Plan) -> dict[str, Any]:
    """A plan as the record of a drawing holds it."""
    return {
        "scheme": SCHEME,
        "seed": plan.seed,
        "strata": [str(one) for one in plan.strata],
        "size": plan.size,
        "proportional": plan.proportional,
        "tree_size": plan.tree_size,
    }


def _texts(value: Any, part: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a sealed part with the name of the part that holds it."""
    if isinstance(value, str):
        yield part, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts(inner, part or str(name))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner, part)


def _hit(record_id: UUID, exchange_id: UUID | None, part: str, text: str, found: re.Match[str]) -> TextHit:
    start, end = found.span()
    return TextHit(
        record_id=record_id,
        exchange_id=exchange_id,
        part=part,
        before=text[max(0, start - AROUND) : start],
        found=text[start:end],
        after=text[end : end + AROUND],
    )
