"""A teacher's desk for the pages New, Workspace and My documents: the real desk on a small database, a played model."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from streamlit.testing.v1 import AppTest

from app.accounts import Permission, Principal, Role
from app.accounts.principal import Grant
from app.assistant.desk import Desk
from app.assistant.desk_events import (
    Change,
    DeskDone,
    DeskEvent,
    DeskRefused,
    FieldBegun,
    FieldLeft,
    FieldProgress,
    FieldWritten,
)
from app.assistant.events import StepName
from app.audit import AuditLog
from app.database import Base, Database
from app.documents import Brief, Document, Field, Kind, Level, Origin, State, Value
from app.documents.field import Source
from app.documents.form import Form
from app.documents.material import Material
from app.documents.value import (
    Criterion,
    Descriptor,
    Glossary,
    Item,
    Lines,
    Number,
    Objective,
    Objectives,
    PlanRow,
    Stage,
    Task,
    TermRow,
    Text,
)
from app.errors import Words
from app.i18n import translator
from app.runtime import Runtime
from app.ui.context import Context, ScreenWords
from knowledge.passage import Passage
from knowledge.plan import Topic
from tests.documents.starter_briefs import FRACTIONS, brief_of
from tests.ui import chat_scene
from tests.ui.pages_scene import Shelf, corpus

SCHOOL = "s1"
LABELS = {
    "header": "Шапка",
    "header.topic": "Тема урока",
    "start": "Начало урока",
    "middle": "Середина урока",
    "more": "Дополнительно",
}
SAYS = "Учитель читает условие вслух."
LOST = "Этого никто не писал."
HOSTILE = "<img src=x onerror=alert(1)> [жми](javascript:alert(2)) ![](https://evil.example/x.png)"


class Library(Shelf):
    """The corpus that ships, as the pages of documents ask for it."""

    def passage(self, passage_id: str) -> Passage | None:
        return next((one for one in self.passages_read() if one.id == passage_id), None)

    def siblings(self, passage: Passage) -> tuple[Passage, ...]:
        return ()

    def passages_read(self) -> tuple[Passage, ...]:
        return corpus().passages


class Books:
    """What documents are made from: passages as a method, as the library has it."""

    def __init__(self, shelf: Library) -> None:
        self.shelf = shelf

    def __getattr__(self, name: str) -> Any:
        return getattr(self.shelf, name)

    def passages(self) -> tuple[Passage, ...]:
        return corpus().passages

    def plan_of(self, programme: str, grade: int) -> tuple[Topic, ...]:
        """No plan was read."""
        return ()


def form(kind: Kind, language: str) -> Form:
    """A form of a few labels."""
    return Form(name=f"{kind}/1", language=language, title="План", labels=LABELS, phrases={}, secondary=False)


def source() -> Source:
    """A passage of the corpus, as it is cited."""
    one = next(one for one in corpus().passages if "5.1.2.17" in one.codes and one.language == "ru")
    return Source(passage_id=one.id, code="5.1.2.17", source=one.source, edition=one.edition, place=one.place)


def task(number: int, points: int = 5) -> Task:
    """A task of two steps."""
    return Task(
        text=f"Сложите дроби номер {number}.",
        code="5.1.2.17",
        level=Level.APPLICATION if number % 2 else Level.ANALYSIS,
        descriptors=(
            Descriptor(text="приводит к общему знаменателю", points=points - 2),
            Descriptor(text="складывает числители", points=2),
        ),
        answer="5/6",
    )


def plan(brief: Brief, material: Material, form: Form, *, document: UUID) -> Document:
    """A lesson plan of ten fields: everything that a plan may hold."""
    objectives = tuple(Objective(code=one.code, text=one.text(brief.language)) for one in material.objectives)
    fields = (
        Field(id="header.topic", label="Тема урока", value=Text(text=brief.topic), origin=Origin.TEACHER),
        Field(id="header.attendance_present", label="Присутствуют", value=Number()),
        Field(
            id="header.objectives",
            label="Цели обучения",
            value=Objectives(objectives=objectives),
            origin=Origin.CURRICULUM,
            sources=(source(),),
        ),
        Field(
            id="start.stage",
            label="Начало урока",
            value=Stage(minutes=5, teacher=(SAYS, "Задаёт вопросы."), learner=("Отвечают.",)),
            write="plan.start",
            state=State.TO_WRITE,
            hint="Добавьте вопросы.",
        ),
        Field(
            id="middle.stage",
            label="Ход",
            value=Stage(minutes=35, teacher=("Объясняет.",), learner=("Считают.",)),
            write="plan.middle",
            state=State.TO_WRITE,
            hint="Уточните ход.",
        ),
        Field(id="middle.task.1", label="Задание 1", value=task(1), write="plan.task"),
        Field(id="middle.task.2", label="Задание 2", value=task(2), write="plan.task"),
        Field(id="more.homework", label="Домашнее задание", value=Text(text="Найти два примера.")),
        Field(
            id="more.safety", label="Безопасность", value=Lines(lines=("Беречь глаза.", "Делать разминку."))
        ),
    )
    title = f"План: {brief.topic}"
    return Document(id=document, brief=brief, form=form.name, title=title, fields=fields)


def everything(brief: Brief, material: Material, form: Form, *, document: UUID) -> Document:
    """A document with a field of every kind of value that is not in a plan."""
    values: tuple[Value, ...] = (
        Item(
            question="Сколько?", options=("1", "2", "3"), right=1, explanation="Потому что.", code="5.1.2.17"
        ),
        Criterion(text="Складывает дроби", code="5.1.2.17", levels=("сам", "с помощью")),
        Glossary(terms=(TermRow(kk="бөлшек", ru="дробь", en="fraction", meaning="часть целого"),)),
        PlanRow(number=1, section="Дроби", topic="Сложение", hours=2, date="01.12", note="повтор"),
        Text(text=HOSTILE),
    )
    fields = tuple(
        Field(id=f"parts.{value.kind}.{n}", label=f"{value.kind} {n}", value=value)
        for n, value in enumerate(values, start=1)
    )
    return Document(id=document, brief=brief, form=form.name, title=HOSTILE, fields=fields)


def sixty(brief: Brief, material: Material, form: Form, *, document: UUID) -> Document:
    """A document of 60 tasks, each with a model's mark and a source."""
    fields = tuple(
        Field(
            id=f"tasks.task.{n}",
            label=f"Задание {n}",
            value=task(n),
            origin=Origin.MODEL,
            receipt="7K3M-9QXT-0001",
            sources=(source(),),
            write="plan.task",
        )
        for n in range(1, 61)
    )
    return Document(id=document, brief=brief, form=form.name, title="Шестьдесят", fields=fields)


@dataclass
class Model:
    """What the played model does: writes every field, or ends as told; remembers what it was asked for."""

    refuses: Words | None = None
    trouble: Words | None = None
    leaves: Words | None = None
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    closed: int = 0


class PlayedDesk(Desk):
    """The desk with a played model in the place of the line."""

    model: Model

    def write(
        self, principal: Principal, document: UUID, fields: Sequence[str] | None = None
    ) -> Iterator[DeskEvent]:
        principal.require(Permission.OWN_EXCHANGE_ASK)
        wanted = list(fields or (one.id for one in self.open(principal, document).to_write()))
        return self._play(principal, document, wanted, "write", "")

    def trouble(self, principal: Principal, document: Document) -> Words | None:
        return self.model.trouble

    def modify(
        self,
        principal: Principal,
        document: UUID,
        field: str,
        change: Change,
        instruction: str = "",
    ) -> Iterator[DeskEvent]:
        principal.require(Permission.OWN_EXCHANGE_ASK)
        return self._play(principal, document, [field], str(change), instruction)

    def duplicate(
        self, principal: Principal, document: UUID, *, brief_changes: Mapping[str, Any]
    ) -> Document:
        return self.start(principal, replace(self.open(principal, document).brief, **brief_changes))

    def _play(
        self, principal: Principal, document: UUID, wanted: list[str], what: str, wish: str
    ) -> Iterator[DeskEvent]:
        try:
            if self.model.refuses is not None:
                yield DeskRefused(words=self.model.refuses)
                return
            for number, name in enumerate(wanted, start=1):
                self.model.asked.append((name, what, wish))
                old = self.open(principal, document).field(name)
                yield FieldBegun(field=name, number=number, total=len(wanted))
                yield FieldProgress(field=name, step=StepName.WRITING)
                if self.model.leaves is not None:
                    revision = self.open(principal, document).revision
                    yield FieldLeft(field=old, revision=revision, words=self.model.leaves)
                    continue
                new = by_model(old, what)
                yield FieldWritten(field=new, revision=self.put(principal, document, new, what).revision)
            left = len(wanted) if self.model.leaves is not None else 0
            yield DeskDone(written=len(wanted) - left, left=left)
        finally:
            self.model.closed += 1


def by_model(old: Field, what: str) -> Field:
    """The field with a sentence of the model, of which one has no source."""
    line = f"Строка модели ({what})."
    match old.value:
        case Stage() as stage:
            value: Any = replace(stage, teacher=(line, LOST))
        case Task() as one:
            value = replace(one, text=line)
        case Text():
            value = Text(text=line)
        case other:
            value = other
    return replace(
        old,
        value=value,
        origin=Origin.MODEL,
        state=State.DONE,
        hint="",
        receipt="7K3M-9QXT-0001",
        sources=(source(),),
        unsupported=(LOST,),
    )


@dataclass
class Scene:
    """All that the pages are given."""

    desk: PlayedDesk
    log: AuditLog
    language: str = "ru"
    accepted: bool = True
    number: int = 1
    library: Books = field(default_factory=lambda: Books(Library(corpus().catalogue, corpus().passages)))
    runtime: Runtime = field(default_factory=Runtime)

    @property
    def model(self) -> Model:
        """The played model."""
        return self.desk.model

    @property
    def person(self) -> Principal:
        """The teacher at the desk."""
        return Principal(
            person_id=chat_scene.number(self.number),
            subject=f"https://id.example.kz|{self.number}",
            name="Айгүл Сапарова",
            school=SCHOOL,
            school_names={"kk": "№1 мектеп", "ru": "Школа №1", "en": "School 1"},
            grants=(Grant(role=Role.TEACHER, scope=SCHOOL),),
            notice_accepted=self.accepted,
        )

    def context(self) -> Context:
        """The context of one run."""
        scene = chat_scene.Scene(language=self.language, accepted=self.accepted)
        services = SimpleNamespace(
            **{
                **vars(scene.context().services),
                "runtime": self.runtime,
                "library": self.library,
                "desk": self.desk,
                "audit": self.log,
            }
        )
        return Context(
            services=cast("Any", services),
            principal=self.person,
            refused=None,
            translator=ScreenWords(translator(self.language)),
        )

    def start(self, topic: str = "Сложение дробей", **more: Any) -> Document:
        """A document on the desk."""
        given: dict[str, Any] = {"topic": topic, "class_name": "5 «А»", "minutes": 40, "points": 10, **more}
        return self.desk.start(self.person, brief_of(Kind.PLAN, "ru", FRACTIONS, **given))


@contextmanager
def at_desk(
    folder: Path,
    runtime: Runtime,
    make: Callable[..., Document] = plan,
    **more: Any,
) -> Iterator[Scene]:
    """A scene whose desk drafts with `make` and keeps its documents below the folder."""
    import app.tables  # noqa: F401 - registers every table on Base

    database = Database(f"sqlite:///{folder / 'ustaz.db'}")
    database.write(lambda session: Base.metadata.create_all(session.connection()))
    log = AuditLog(database, runtime, folder / "home", app_version="0.1.0")
    log.start(threads=False)
    books = Books(Library(corpus().catalogue, corpus().passages))
    desk = PlayedDesk(database, log, runtime, cast("Any", books), make=make, shipped=form)
    desk.model = Model()
    try:
        yield use(Scene(desk=desk, log=log, runtime=runtime, library=books, **more))
    finally:
        log.close()
        database.close()


_current: list[Scene] = []


def use(scene: Scene) -> Scene:
    """Make this the scene that the page under test draws."""
    _current[:] = [scene]
    return scene


def current() -> Scene:
    """The scene in use."""
    return _current[0]


def page(module: str) -> AppTest:
    """A page of the scene as a script, not run yet."""

    def script(module: str) -> None:
        import importlib

        from tests.ui import work_scene

        importlib.import_module(module).render(work_scene.current().context())

    return AppTest.from_function(script, default_timeout=60, kwargs={"module": module})


def work(document: Document) -> AppTest:
    """The workspace of a document, as a browser shows it first."""
    at = page("app.ui.work")
    at.query_params["id"] = str(document.id)
    return at.run()


def box(at: AppTest, kind: str, begin: str, end: str = "") -> Any:
    """The box whose key begins and ends so."""
    found = [
        one for one in at.get(kind) if (one.key or "").startswith(begin) and (one.key or "").endswith(end)
    ]
    assert found, [one.key for one in at.get(kind)]
    return found[0]
