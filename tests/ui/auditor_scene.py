"""The auditor's pages beside a log of invented records: no database, and every call to the service is kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import streamlit as st
from streamlit.testing.v1 import AppTest

from app.accounts import Grant, Principal, Role
from app.accounts.role import EVERYWHERE
from app.accounts.schools import School
from app.assistant.auditing import JudgedBy, Opened
from app.audit import AnchorHealth, AnchorState, Filter, Page, Record, Report
from app.audit.canonical import canonical
from app.audit.log import Health
from app.audit.receipt import code_of
from app.audit.witness.memory import Taken
from app.errors import NotFound, Words
from app.ui.context import Context
from tests.conftest import NOON
from tests.ui.auditor_workplace import Bundles, Requests, Workplace
from tests.ui.pages_scene import context, shelf

RAW = "<img src=x onerror=1> ![x](https://elsewhere.example/x) [go](https://elsewhere.example)"
ENTRY = "urn:ustaz:model:invented"
SCHOOLS = tuple(
    School(code=code, names=dict.fromkeys(("kk", "ru", "en"), f"<b>{code}</b>"))
    for code in ("school-5", "school-9")
)


def auditor(*scopes: str) -> Principal:
    """Somebody who reads the log everywhere, or in these schools."""
    return Principal(
        person_id=UUID(int=9),
        subject="issuer|auditor",
        name="Динара Асқарқызы",
        school=None,
        school_names={},
        grants=tuple(Grant(role=Role.AUDITOR, scope=scope) for scope in scopes or (EVERYWHERE,)),
        notice_accepted=True,
    )


def record(place: int, kind: str = "closed", outcome: str | None = "answered", **clear: Any) -> Record:
    """One record; its leaf hash and so its receipt say its place."""
    record_id, leaf_hash = UUID(int=place), f"{place:015x}".ljust(64, "a")
    ends = kind == "closed"
    body = {"app_version": "0.1.0", "role": "teacher", "kind": kind, "record_id": str(record_id), **clear}
    if ends:
        body = {"outcome": outcome, "total_ms": 2869, **body}
    return Record(
        record_id=record_id,
        kind=kind,
        exchange_id=UUID(int=place) if ends else None,
        school="school-5",
        pseudonym="64" * 32,
        outcome=outcome if ends else None,
        language="kk",
        entry_id=ENTRY if ends else None,
        conversation_id=None,
        rail=None,
        created_at=NOON - timedelta(minutes=place),
        leaf_hash=leaf_hash,
        index=place,
        body=canonical(body),
    )


def receipt_of(one: Record) -> str:
    """The code that names a record."""
    return code_of(one.leaf_hash)


KEPT = AnchorHealth(
    state=AnchorState.KEPT,
    sentence=Words(key="witness.state.kept", facts={"size": 20}),
    size=20,
    unanchored=0,
    taken=(
        Taken(place="folder", size=18, accepted_at=NOON, note=""),
        Taken(place="witness:witness.example/w1", size=20, accepted_at=NOON, note=""),
    ),
    troubles=(),
)


@dataclass
class Log:
    """Stands in for the service that auditors read the log by."""

    records: Sequence[Record] = ()
    report: Report | None = None
    calls: list[tuple[str, Any]] = field(default_factory=list)
    workplace: Workplace = field(default_factory=Workplace)
    requests: Requests = field(default_factory=Requests)
    bundles: Bundles | None = None
    anchors: AnchorHealth = KEPT
    judged: JudgedBy | None = None
    gone: bool = False

    def search(
        self, principal: Principal, wanted: Filter, *, after: str | None = None, limit: int = 50
    ) -> tuple[Page, Mapping[str, int]]:
        self.calls.append(("search", wanted))
        left = [
            one
            for one in self.records
            if wanted.outcome in (None, one.outcome) and (not wanted.kinds or one.kind in wanted.kinds)
        ]
        start = int(after or 0)
        more = start + limit < len(left)
        counts: dict[str, int] = {}
        for one in left:
            word = one.outcome or one.kind
            counts[word] = counts.get(word, 0) + 1
        page = Page(records=tuple(left[start : start + limit]), next=str(start + limit) if more else None)
        return page, counts

    def open(self, principal: Principal, record_id: UUID) -> Opened:
        self.calls.append(("open", record_id))
        for one in self.records:
            if one.record_id == record_id:
                talk = tuple(other for other in self.records if one.conversation_id == other.conversation_id)
                return Opened(
                    record=one,
                    exchange=(one,),
                    conversation=talk if one.conversation_id else (),
                    gone=self.gone,
                )
        raise NotFound("no such record")

    def policy(self, principal: Principal, record_id: UUID) -> JudgedBy:
        self.calls.append(("policy", record_id))
        if self.judged is None:
            raise NotFound("no policy")
        return self.judged

    def find(self, principal: Principal, code: str) -> UUID | None:
        self.calls.append(("find", code))
        if len(code.replace("-", "")) != 12:
            raise ValueError("not a receipt code")
        found = [one.record_id for one in self.records if receipt_of(one) == code]
        return found[0] if found else None

    def health(self, principal: Principal) -> Health:
        self.calls.append(("health", None))
        return Health(
            leading=True,
            alarm=None,
            waiting=0,
            open_exchanges=0,
            signed_size=len(self.records),
            anchors=self.anchors,
        )

    def print_head(self, principal: Principal) -> bytes:
        self.calls.append(("print_head", None))
        return b"<!DOCTYPE html>"

    def verify(self, principal: Principal, *, progress: Callable[[int, int], None] | None = None) -> Report:
        self.calls.append(("verify", None))
        assert self.report is not None
        if progress is not None:
            progress(1, 2)
        return self.report

    def prove(self, principal: Principal, record_id: UUID) -> str:
        self.calls.append(("prove", record_id))
        return "an invented proof\n"

    def filters(self) -> list[Filter]:
        """What was searched for, in order."""
        return [wanted for name, wanted in self.calls if name == "search"]


def services(log: Log) -> dict[str, Any]:
    """What the pages use."""
    return {
        "auditing": log,
        "examination": log.workplace,
        "approvals": log.requests,
        "evidence": log.bundles,
        "accounts": SimpleNamespace(schools=lambda: SCHOOLS),
        "registry": SimpleNamespace(current=lambda: None),
        "library": SimpleNamespace(passage=lambda _: None, catalogue=shelf().catalogue),
    }


class Turning(Context):
    """A context that keeps where it would have turned to, and the ways that it drew."""

    def link(self, page: str, label: str, *, query: Mapping[str, str] | None = None) -> None:
        st.session_state["ways"] = {
            **st.session_state.get("ways", {}),
            label: (page, dict(query or {})),
        }

    def go(self, page: str, *, query: Mapping[str, str] | None = None) -> None:
        st.session_state["went"] = (page, dict(query or {}))


def turning(
    log: Log, language: str, principal: Principal, now: Callable[[], datetime] | None = None
) -> Turning:
    """What a page of the auditor is given."""
    clock = {"runtime": SimpleNamespace(now=now or (lambda: NOON), randomness=bytes)}
    plain = context({**services(log), **clock}, principal, language)
    return Turning(services=plain.services, principal=principal, refused=None, translator=plain.translator)


def show(
    module: str, log: Log, *, language: str = "en", principal: Principal | None = None, **address: str
) -> AppTest:
    """A page of the auditor as a browser shows it first at an address."""
    return drawn(module, turning(log, language, principal or auditor()), **address)


def shown_by(now: Callable[[], datetime], module: str, log: Log, **address: str) -> AppTest:
    """The same beside a clock."""
    return drawn(module, turning(log, "en", auditor(), now), **address)


def ways(at: AppTest) -> dict[str, tuple[str, dict[str, str]]]:
    """Where the links of a page lead, by their words."""
    return dict(at.session_state["ways"]) if "ways" in at.session_state else {}


def drawn(module: str, given: Turning, **address: str) -> AppTest:
    """A page that is given this."""

    def script(module: str, given: object) -> None:
        import importlib

        importlib.import_module(module).render(given)

    at = AppTest.from_function(script, default_timeout=60, kwargs={"module": module, "given": given})
    for name, value in address.items():
        at.query_params[name] = value
    return at.run()
