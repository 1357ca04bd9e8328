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
from app.accounts.tables import GrantRow, NoticeRow, PersonRow, SchoolRow, SessionRow
from app.database import Base, Database, Entry
from app.errors import NotRecorded
from app.runtime import Runtime
from app.settings import ROOT, Settings

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


class Scene:
    """The demonstration school, ready to be looked at."""

    def __init__(self, folder: Path, runtime: Runtime) -> None:
        self.database = Database(f"sqlite:///{folder / 'ustaz.db'}")
        mine = [row.__table__ for row in (SchoolRow, PersonRow, GrantRow, NoticeRow, SessionRow)]
        self.database.write(lambda session: Base.metadata.create_all(session.connection(), tables=mine))  # type: ignore[arg-type]
        self.records, self.runtime = Records(), runtime
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
