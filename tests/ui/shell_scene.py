"""The shell under AppTest: real accounts in a real database, the other services as small stand-ins."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from app import bootstrap
from app.accounts import Accounts, Principal, demo
from app.accounts.notice import VERSION
from app.accounts.tables import GrantRow, InvitationRow, NoticeRow, PersonRow, SchoolRow, SessionRow
from app.assistant.approvals import PAGE
from app.assistant.erasing import Wish
from app.audit import Basis, Held, Hold, Losses, Request, State
from app.database import Base, Database, Entry
from app.errors import NotRecorded, UstazError
from app.runtime import Runtime
from app.settings import ROOT, Settings
from tests.conftest import NOON

SHELL = ROOT / "app" / "ui" / "shell.py"


@dataclass
class Records:
    """A recorder in memory; `broken` makes it refuse, as a full disk would."""

    entries: list[Entry] = field(default_factory=list)
    broken: bool = False

    def record(self, session: Session, entry: Entry) -> UUID:
        if self.broken:
            raise NotRecorded("the disk is full")
        self.entries.append(entry)
        return Runtime().new_id()

    def events(self) -> list[str]:
        return [str(entry.clear["event"]) for entry in self.entries]


LOST = Losses(keys=3, records=3, exchanges=1, conversations=1, documents=0, drafts=1, held=0)


@dataclass
class Asked:
    """Stands in for the approvals: what was asked for and said, in memory; every call is kept."""

    requests: list[Request] = field(default_factory=list)
    kept: list[Hold] = field(default_factory=list)
    calls: list[tuple[str, Any]] = field(default_factory=list)
    lost: Losses = LOST
    error: UstazError | None = None

    def mine(self, principal: Principal) -> tuple[Request, ...]:
        return tuple(self.requests)

    def waiting(self, principal: Principal, *, start: int = 0) -> tuple[Request, ...]:
        return tuple(one for one in self.requests if one.decision is None)[start : start + PAGE + 1]

    def decided(self, principal: Principal, *, start: int = 0) -> tuple[Request, ...]:
        return tuple(one for one in self.requests if one.decision is not None)[start : start + PAGE + 1]

    def holds(self, principal: Principal) -> tuple[Hold, ...]:
        return tuple(self.kept)

    def state(self, request: Request) -> State:
        return request.state(NOON)

    def losses(self, principal: Principal, wish: Wish) -> Losses:
        self._call("losses", wish)
        return self.lost

    def losses_of(self, principal: Principal, request_id: UUID) -> Losses:
        self._call("losses_of", request_id)
        return self.lost

    def ask_to_erase(self, principal: Principal, wish: Wish, *, basis: Basis, reason: str) -> None:
        self._call("ask_to_erase", (wish, basis, reason))

    def approve(self, principal: Principal, request_id: UUID, *, reason: str) -> None:
        self._call("approve", (request_id, reason))

    def refuse(self, principal: Principal, request_id: UUID, *, reason: str) -> None:
        self._call("refuse", (request_id, reason))

    def wish_for_record(self, principal: Principal, code: str) -> Wish:
        self._call("wish_for_record", code)
        return Wish(record_id=UUID(int=9))

    def record_named(self, principal: Principal, code: str) -> UUID:
        self._call("record_named", code)
        return UUID(int=9)

    def place_hold(self, principal: Principal, about: Held, *, reason: str) -> None:
        self._call("place_hold", (about, reason))

    def lift_hold(self, principal: Principal, hold_id: UUID, *, reason: str) -> None:
        self._call("lift_hold", (hold_id, reason))

    def _call(self, name: str, what: Any) -> None:
        self.calls.append((name, what))
        if self.error is not None:
            raise self.error


class Scene:
    """The demonstration school, ready to be looked at."""

    def __init__(self, folder: Path, runtime: Runtime) -> None:
        self.database = Database(f"sqlite:///{folder / 'ustaz.db'}")
        mine = [
            row.__table__ for row in (SchoolRow, PersonRow, GrantRow, InvitationRow, NoticeRow, SessionRow)
        ]
        self.database.write(lambda session: Base.metadata.create_all(session.connection(), tables=mine))  # type: ignore[arg-type]
        self.records, self.runtime, self.approvals = Records(), runtime, Asked()
        self.accounts = Accounts(self.database, self.records, runtime)
        demo.seed(self.accounts)
        self.records.entries.clear()
        self.settings = Settings(home=folder, database_url="sqlite:///x")
        registry = SimpleNamespace(current=lambda: None, trouble=lambda: None, now=runtime.now)
        services = SimpleNamespace(
            settings=self.settings,
            runtime=runtime,
            accounts=self.accounts,
            registry=registry,
            router=None,
            policies=None,
            approvals=self.approvals,
        )
        bootstrap.use(cast(bootstrap.Services, services))
        self.services = services

    def open(
        self, person: str | None = None, *, locale: str = "en-US", notice: bool = True, **claims: Any
    ) -> AppTest:
        """The shell as a browser of somebody shows it first; `notice` answers the notice beforehand."""
        if person is not None and notice:
            self.answer_notice(person)
        at = AppTest.from_file(str(SHELL), default_timeout=30)
        at.user = {} if person is None else self.claims(person, **claims)
        at.context = {"locale": locale}
        return at.run()

    def claims(self, person: str, at: datetime | None = None, **more: Any) -> dict[str, Any]:
        moment = int((at or self.runtime.now()).timestamp())
        return {"is_logged_in": True, "iss": demo.ISSUER, "sub": person, "iat": moment, "nonce": "n", **more}

    def principal(self, person: str) -> Principal:
        found = self.accounts.act_as(f"{demo.ISSUER}|{person}")
        assert isinstance(found, Principal)
        return found

    def answer_notice(self, person: str) -> None:
        who = self.principal(person)
        if not self.accounts.notice(who).answered:
            self.accounts.accept_notice(who, VERSION, "en")
        self.records.entries.clear()

    def close(self) -> None:
        self.database.close()


def links(at: AppTest) -> list[str]:
    """The pages that the sidebar offers."""
    return [element.proto.label for element in at.sidebar if element.type == "page_link"]


def text(at: AppTest) -> str:
    """Everything written in the main part."""
    kinds: Mapping[str, Callable[[Any], str]] = {
        "markdown": lambda element: element.value,
        "caption": lambda element: element.value,
        "title": lambda element: element.value,
        "info": lambda element: element.value,
        "warning": lambda element: element.value,
        "error": lambda element: element.value,
        "success": lambda element: element.value,
        "code": lambda element: element.value,
    }
    return "\n".join(kinds[element.type](element) for element in at.main if element.type in kinds)


def press(at: AppTest, label: str) -> AppTest:
    """Press the button of a label."""
    return next(button for button in at.button if button.label == label).click().run()
