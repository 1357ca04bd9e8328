"""A desk with one lesson plan on it, for screens that take words to a document; beside the scene of the Ask page."""

from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from app.accounts import Principal
from app.documents import Brief, Document, Field, Kind, Value
from app.documents.value import Lines, Number, Task, Text
from app.errors import Conflict
from app.ui.context import Context
from tests.ui.chat_scene import Scene, corpus, number

OBJECTIVE = next(one for one in corpus().catalogue.objectives() if one.code == "5.1.2.17")


def plan() -> Document:
    """A plan with two tasks, one of them empty."""
    brief = Brief(
        kind=Kind.PLAN,
        language="ru",
        subject=OBJECTIVE.subject,
        grade=OBJECTIVE.grade,
        programme=OBJECTIVE.programme.key,
        codes=(OBJECTIVE.code,),
        class_name="5 «Б»",
    )
    fields = (
        Field(id="header.attendance_present", label="Присутствуют", value=Number()),
        Field(id="header.aim", label="Цель урока", value=Text(text="Складывать дроби")),
        Field(id="middle.task.1", label="Задание 1", value=Task(text="Сложите 1/2 и 1/3.", code="5.1.2.17")),
        Field(id="middle.task.2", label="Задание 2", value=Task()),
        Field(id="more.homework", label="Домашнее задание", value=Lines(lines=("№ 1",))),
    )
    return Document(id=number(77), brief=brief, form="plan/1", title="КСП: дроби", fields=fields)


@dataclass
class Desk:
    """Documents in memory; an edit that comes from an old revision is refused."""

    kept: dict[UUID, Document] = field(default_factory=lambda: {plan().id: plan()})
    edits: list[tuple[str, Value]] = field(default_factory=list)

    def library(self, principal: Principal, **narrowed: Any) -> Any:
        lines = [
            SimpleNamespace(
                id=one.id,
                title=one.title,
                class_name=one.brief.class_name,
                kind=one.kind,
                language=one.language,
            )
            for one in self.kept.values()
        ]
        return SimpleNamespace(lines=tuple(lines), next=None)

    def open(self, principal: Principal, document: UUID) -> Document:
        return self.kept[document]

    def edit(self, principal: Principal, document: UUID, field: str, value: Value, *, seen: int) -> Document:
        held = self.kept[document]
        if seen != held.revision:
            raise Conflict("changed meanwhile")
        self.kept[document] = held.with_field(held.field(field).edited(value))
        self.edits.append((field, value))
        return self.kept[document]


@dataclass
class DeskScene(Scene):
    """The scene of the Ask page with a desk beside it."""

    desk: Desk = field(default_factory=Desk)

    def context(self) -> Context:
        context = super().context()
        context.services.desk = self.desk  # type: ignore[misc, assignment]
        return replace(context)


_current: list[DeskScene] = []


def use(scene: DeskScene) -> DeskScene:
    """Make this the scene that the script under test draws."""
    _current[:] = [scene]
    return scene


def current() -> DeskScene:
    """The scene in use."""
    return _current[0]


def beside() -> None:
    """The chat beside the document, as a script."""
    from app.ui import work_chat
    from tests.ui import desk_scene

    scene = desk_scene.current()
    (document,) = scene.desk.kept.values()
    work_chat.draw(scene.context(), document)


def beside_an_edit() -> None:
    """The chat as it was drawn before the teacher edited a field at the left."""
    from app.ui import work_chat
    from app.ui.work_memory import take
    from tests.ui import desk_scene

    context = desk_scene.current().context()
    (document,) = desk_scene.current().desk.kept.values()
    take(context.person, document)
    work_chat.draw(context, desk_scene.plan())


def into_task() -> None:
    """The form that takes words into a task, as a script."""
    from app.ui.chat_task import task_form
    from tests.ui import desk_scene

    task_form(desk_scene.current().context(), "Сложите 2/5 и 1/5.", "x", language="ru")
