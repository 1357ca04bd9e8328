"""Stand-ins for what auditors work with beside the log: figures, samples, findings, requests to read, bundles; every call is kept."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from app.accounts import Principal
from app.assistant.evidence import Advance
from app.audit import Filter, OpenedText, Record, Request, RequestKind, State
from app.audit.evidence.figures import Charts, Column, Latency, ModelCount, RailCount, Unit
from app.audit.evidence.findings import Finding, Note, Progress, Severity, Target
from app.audit.evidence.queries import SavedQuery
from app.audit.evidence.sampling import Drawn, Plan, Sample, Stratum
from app.audit.evidence.table import Table
from app.audit.evidence.words import TextHit
from app.audit.privacy.request import Decision, Scope
from app.errors import BadArgument, Conflict, Forbidden
from tests.conftest import NOON

UNTIL = NOON + timedelta(days=3)
SECRET = "Бөлшектерді қалай салыстырамыз?"
"""A text that stands on a page only after it was opened."""


def figures(**more: Any) -> Charts:
    """Figures of ten ended questions at noon."""
    plain: dict[str, Any] = {
        "unit": Unit.DAY,
        "total": 25,
        "volume": (Column(at=NOON, counts={"answered": 7, "failed": 2, "abandoned": 1, "auth": 5}),),
        "outcomes": {"answered": 7, "failed": 2, "abandoned": 1},
        "languages": {"kk": 6, "ru": 4},
        "rails": (
            RailCount(
                rail="safeguarding",
                category="safeguarding.self_harm",
                action="warn",
                language="kk",
                exchanges=3,
            ),
            RailCount(
                rail="injection", category="injection.leak", action="block", language="ru", exchanges=4
            ),
        ),
        "models": (ModelCount(entry_id="urn:one", outcomes={"answered": 7, "failed": 2}),),
        "latency": (
            Latency(entry_id="", exchanges=7, first_p50=900, first_p95=1500, total_p50=2100, total_p95=4800),
        ),
        "incidents": (Column(at=NOON, counts={"failed.timeout": 2, "abandoned": 1}),),
    }
    return Charts(**{**plain, **more})


NOTHING = figures(
    total=0, volume=(), outcomes={}, languages={}, rails=(), models=(), latency=(), incidents=()
)


@dataclass
class Workplace:
    """Stands in for the service of figures, samples, findings and kept searches."""

    records: Sequence[Record] = ()
    given: Charts = field(default_factory=figures)
    hits: Sequence[TextHit] = ()
    noted: list[Finding] = field(default_factory=list)
    kept: list[SavedQuery] = field(default_factory=list)
    calls: list[tuple[str, Any]] = field(default_factory=list)

    def charts(self, principal: Principal, wanted: Filter, *, unit: Unit = Unit.DAY) -> Charts:
        self.calls.append(("charts", (wanted, unit)))
        return self.given

    def draw(self, principal: Principal, wanted: Filter, plan: Plan) -> Sample:
        self.calls.append(("draw", (wanted, plan)))
        drawn = tuple(self.records[: plan.size])
        stratum = Drawn(values=dict.fromkeys(plan.strata, "kk"), population=len(self.records), records=drawn)
        other = Drawn(values=dict.fromkeys(plan.strata, ""), population=0, records=())
        return Sample(
            sample_id=UUID(int=77),
            plan=replace(plan, tree_size=40),
            root="ab" * 32,
            population=len(self.records),
            strata=(stratum, other) if Stratum.LANGUAGE in plan.strata else (stratum,),
        )

    def findings(
        self,
        principal: Principal,
        *,
        target: Target | None = None,
        progress: Progress | None = None,
        severity: Severity | None = None,
    ) -> tuple[Finding, ...]:
        self.calls.append(("findings", (target, progress, severity)))
        return tuple(
            one
            for one in self.noted
            if target in (None, one.target)
            and progress in (None, one.progress)
            and severity in (None, one.severity)
        )

    def note(self, principal: Principal, target: Target, *, severity: Severity, text: str) -> Finding:
        if not text:
            raise BadArgument("no text", key="error.bad_argument")
        made = finding(target, text, severity=severity, number=len(self.noted) + 1)
        self.noted.append(made)
        return made

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
        (place,) = [at for at, one in enumerate(self.noted) if one.finding_id == finding_id]
        before = self.noted[place]
        if before.history[-1].number != after:
            raise Conflict("somebody was there first")
        step = replace(
            before.history[-1],
            number=after + 1,
            text=text,
            progress=progress or before.progress,
            severity=severity or before.severity,
        )
        self.noted[place] = replace(before, history=(*before.history, step))
        return self.noted[place]

    def saved(self, principal: Principal) -> tuple[SavedQuery, ...]:
        self.calls.append(("saved", None))
        return tuple(self.kept)

    def save(self, principal: Principal, name: str, wanted: Filter, *, shared: bool = False) -> SavedQuery:
        if not name:
            raise BadArgument("no name", key="error.bad_argument")
        made = SavedQuery(
            query_id=UUID(int=500 + len(self.kept)),
            name=name,
            wanted=wanted,
            shared=shared,
            own=True,
            author="ab" * 32,
            saved_at=NOON,
        )
        self.kept.append(made)
        return made

    def drop(self, principal: Principal, query_id: UUID) -> None:
        self.kept = [one for one in self.kept if one.query_id != query_id]

    def find_text(self, principal: Principal, words: str, *, limit: int = 100) -> tuple[TextHit, ...]:
        self.calls.append(("find_text", words))
        return tuple(self.hits)


def finding(
    target: Target, text: str | None, *, severity: Severity = Severity.MEDIUM, number: int = 1
) -> Finding:
    """A finding with one step."""
    step = Note(
        number=1,
        at=NOON,
        author="cd" * 32,
        progress=Progress.OPEN,
        severity=severity,
        record_id=UUID(int=900 + number),
        text=text,
    )
    return Finding(finding_id=UUID(int=600 + number), target=target, school="school-5", history=(step,))


def request(*targets: int, approved: bool | None = None, until: datetime | None = UNTIL) -> Request:
    """A request to read records by number; `approved` None waits."""
    decision = None
    if approved is not None:
        decision = Decision(
            approved=approved,
            decided_by="ef" * 32,
            words="тексеру керек",
            decided_at=NOON,
            until=until,
            record_id=UUID(int=801),
        )
    return Request(
        request_id=UUID(int=800),
        kind=RequestKind.OPEN,
        asked_by="64" * 32,
        role="auditor",
        school=None,
        basis=None,
        scope=Scope(),
        days=3,
        words="шағымды тексеру",
        made_at=NOON,
        record_id=UUID(int=802),
        targets=tuple(UUID(int=one) for one in targets),
        decision=decision,
    )


@dataclass
class Requests:
    """Stands in for the service by which two persons open what is sealed."""

    standing_request: Request | None = None
    texts: Sequence[OpenedText] = ()
    now: datetime = NOON
    calls: list[tuple[str, Any]] = field(default_factory=list)

    def standing(self, principal: Principal, record_id: UUID) -> Request | None:
        return self.standing_request

    def state(self, request: Request) -> State:
        return request.state(self.now)

    def ask_to_open(self, principal: Principal, record_ids: Sequence[UUID], *, purpose: str) -> UUID:
        self.calls.append(("ask", (tuple(record_ids), purpose)))
        self.standing_request = request(*(one.int for one in record_ids))
        return self.standing_request.request_id

    def content(
        self, principal: Principal, record_ids: Sequence[UUID], *, purpose: str = "content"
    ) -> tuple[OpenedText, ...]:
        self.calls.append(("content", tuple(record_ids)))
        if self.standing_request is None or self.state(self.standing_request) is not State.APPROVED:
            raise Forbidden("not approved", key="approvals.cannot.not_approved")
        return tuple(self.texts)

    def mine(self, principal: Principal) -> tuple[Request, ...]:
        return () if self.standing_request is None else (self.standing_request,)


def text_of(record: Record, **parts: Any) -> OpenedText:
    """An opened record."""
    given: Mapping[str, Any] = {
        "raw": SECRET,
        "masked": SECRET,
        "shown": ["Ортақ бөлімге келтіреміз."],
        **parts,
    }
    return OpenedText(record=record, text=given)


@dataclass
class Bundles:
    """Stands in for the service of exports; a bundle is a few bytes."""

    folder: Path
    calls: list[tuple[Filter, Mapping[str, Any]]] = field(default_factory=list)

    def export(
        self,
        principal: Principal,
        wanted: Filter,
        *,
        purpose: str,
        table: Table = Table.CSV,
        findings: bool = False,
        since: str | None = None,
    ) -> "_Bundle":
        how = {"purpose": purpose, "table": table, "findings": findings, "since": since}
        self.calls.append((wanted, how))
        return _Bundle(self.folder / "bundle.zip")


class _Bundle(SimpleNamespace):
    def __init__(self, path: Path) -> None:
        super().__init__(name="ustaz-evidence-invented.zip", count=2, path=path)

    def __iter__(self) -> Iterator[Advance]:
        self.path.write_bytes(b"PK")
        yield Advance(done=2, total=2)

    def __enter__(self) -> "_Bundle":
        return self

    def __exit__(self, *error: object) -> None:
        self.path.unlink(missing_ok=True)
