"""A desk on any engine, without models, forms or an index: what the tests of the desk share."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from app.accounts import Grant, Principal, Role
from app.assistant.desk import Desk
from app.audit import AuditLog, Filter, Record
from app.database import Database
from app.documents import Brief, Document, Field, Kind, Origin, State
from app.documents.form import Form
from app.documents.material import BadBrief, Material
from app.documents.value import Lines, Objective, Objectives, Stage, Text
from app.runtime import Runtime
from tests.documents.starter_briefs import FRACTIONS, StarterShelf, brief_of, corpus

SCHOOL = "school-17"
SECRET = "Айгүл Серікқызы"
"""An invented name: stands in briefs and values, and must stand nowhere in clear."""


def teacher(number: int = 1, *, role: Role = Role.TEACHER, school: str = SCHOOL) -> Principal:
    """An invented person who has not answered the notice about AI."""
    return Principal(
        person_id=UUID(int=number),
        subject=f"https://id.example.kz|{number}",
        name="Ойдан",
        school=school,
        school_names={},
        grants=(Grant(role=role, scope=school),),
        notice_accepted=False,
    )


def brief(language: str = "kk", **more: Any) -> Brief:
    """A plan on fractions for grade 5."""
    given: dict[str, Any] = {
        "topic": "Бөлшектер",
        "class_name": "5 «А»",
        "notes": f"{SECRET} жақсы оқиды",
        **more,
    }
    return brief_of(Kind.PLAN, language, FRACTIONS, **given)


def form(kind: Kind, language: str) -> Form:
    """A form of three labels."""
    return Form(
        name=f"{kind}/1",
        language=language,
        title={"kk": "Жоспар", "ru": "План", "en": "Plan"}[language],
        labels={"header.topic": "T", "middle.stage": "M", "end.stage": "E"},
        phrases={"praise": ("Well done, {name}!",)},
        secondary=False,
    )


def fake_draft(brief: Brief, material: Material, form: Form, *, document: UUID) -> Document:
    """A draft of six fields; class and date stand in the header, the codes in the tasks."""
    if brief.grade == 1:
        raise BadBrief("no marks in grade 1")
    objectives = tuple(Objective(code=one.code, text=one.text(brief.language)) for one in material.objectives)
    fields = (
        Field(id="header.topic", label="T", value=Text(text=brief.topic)),
        Field(id="header.grade", label="G", value=Text(text=brief.class_name)),
        Field(id="header.objectives", label="O", value=Objectives(objectives=objectives)),
        Field(
            id="middle.stage",
            label=form.labels["middle.stage"],
            value=Stage(minutes=30),
            write="stage",
            state=State.TO_WRITE,
            hint="?",
        ),
        Field(
            id="end.stage",
            label=form.labels["end.stage"],
            value=Stage(minutes=5, teacher=form.phrase("praise", name="class")),
        ),
        Field(
            id="more.homework",
            label="H",
            value=Lines(lines=brief.codes),
            write="homework",
            state=State.TO_WRITE,
        ),
    )
    title = f"{form.title}: {brief.topic}"
    return Document(id=document, brief=brief, form=form.name, title=title, fields=fields)


def written(field: Field, *lines: str) -> Field:
    """A field as a model wrote it."""
    return Field(
        id=field.id,
        label=field.label,
        value=Stage(minutes=30, teacher=lines),
        origin=Origin.MODEL,
        write=field.write,
        receipt="ABCD-EFGH-JKMN",
    )


@dataclass(frozen=True, slots=True)
class Room:
    """A desk, its log and its teacher."""

    desk: Desk
    log: AuditLog
    database: Database
    teacher: Principal

    def records(self, *kinds: str) -> tuple[Record, ...]:
        """Records of these kinds, oldest first."""
        return tuple(reversed(self.log.search(Filter(kinds=kinds), limit=500).records))


@contextmanager
def opened(database: Database, home: Path, runtime: Runtime) -> Iterator[Room]:
    """The desk over the starter corpus, with the draft and the form of this file."""
    log = AuditLog(database, runtime, home, app_version="0.1.0")
    log.start(threads=False)
    shelf = StarterShelf(corpus=corpus())
    desk = Desk(database, log, runtime, shelf, make=fake_draft, shipped=form)
    try:
        yield Room(desk, log, database, teacher())
    finally:
        log.close()
