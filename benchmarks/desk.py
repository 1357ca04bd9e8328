"""What the teacher's desk costs: `python -m benchmarks.desk`.

Milliseconds of an edit in a document of 60 fields, the durable commit included; of opening it, its list of versions,
a version far back and an undo; and of listing and searching a library of 2,000 documents. On SQLite in a folder of
its own (`--home` to choose the disk) or on any database that `--database` names. Every value is invented.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from app.accounts import Grant, Principal, Role
from app.assistant.desk import Desk
from app.audit import AuditLog
from app.database import Database
from app.database.migrate import migrate
from app.documents import Brief, Document, Field, Kind
from app.documents.draft import draft
from app.documents.form import Form
from app.documents.material import Material
from app.documents.value import Descriptor, Task
from app.runtime import Runtime
from knowledge import starter
from tests.documents.starter_briefs import StarterShelf

FIELDS, DOCUMENTS, RUNS = 60, 2_000, 100
TEACHER = Principal(
    person_id=UUID(int=1),
    subject="https://id.example.kz|bench",
    name="Bench",
    school="bench",
    school_names={},
    grants=(Grant(role=Role.TEACHER, scope="bench"),),
)
SENTENCE = "Оқушылар бөлшектерді салыстырып, жауабын жұпта түсіндіреді және дескриптор бойынша бағалайды."


def large(brief: Brief, material: Material, form: Form, *, document: UUID) -> Document:
    """The first draft with as many tasks as make 60 fields."""
    made = draft(brief, material, form, document=document)
    more = tuple(
        Field(id=f"middle.task.{number}", label=str(number), value=task(number))
        for number in range(100, 100 + FIELDS - len(made.fields))
    )
    return replace(made, fields=(*made.fields, *more))


def task(number: int, text: str = SENTENCE) -> Task:
    """A task as long as teachers write them: a paragraph, three descriptors, an answer."""
    steps = tuple(Descriptor(text=f"{SENTENCE} {number}", points=step) for step in (1, 2, 3))
    return Task(text=f"{number}. {text} {SENTENCE}", descriptors=steps, answer=SENTENCE)


def timed(work: Callable[[int], object], runs: int) -> tuple[float, float]:
    """Median and worst milliseconds; one run before is not counted."""
    work(-1)
    took = []
    for number in range(runs):
        began = time.perf_counter()
        work(number)
        took.append(1000 * (time.perf_counter() - began))
    return statistics.median(took), max(took)


def synced(home: Path, runs: int) -> tuple[float, float]:
    """Median and worst milliseconds of writing and syncing 16 KB on the same disk, for a ratio."""
    file = os.open(home / "sync", os.O_WRONLY | os.O_CREAT)

    def write(number: int) -> None:
        os.pwrite(file, os.urandom(16_384), 0)
        os.fdatasync(file)

    try:
        return timed(write, runs)
    finally:
        os.close(file)


def measure(database: Database, home: Path, documents: int, runs: int) -> None:
    """Measure and print."""
    log = AuditLog(database, Runtime(), home, app_version="bench")
    log.start(threads=False)
    corpus = starter.load()
    shelf = StarterShelf(corpus=corpus)
    desk = Desk(database, log, Runtime(), shelf, make=large)
    brief = brief_of(corpus)
    one = desk.start(TEACHER, brief)
    print(f"{len(one.fields)} fields; milliseconds: median, worst of {runs}")

    def say(name: str, cost: tuple[float, float]) -> None:
        print(f"{name:52}{cost[0]:10.1f}{cost[1]:10.1f}")

    last = one.fields[-1].id

    def edit(number: int) -> object:
        words = f"{SENTENCE} {number}"
        return desk.edit(TEACHER, one.id, last, task(number, words), seen=10_000)

    say("write and sync 16 KB, nothing else", synced(home, runs))
    say("edit, durable", timed(edit, runs))
    say("open", timed(lambda number: desk.open(TEACHER, one.id), runs))
    say("list of versions", timed(lambda number: desk.versions(TEACHER, one.id), runs))
    say(f"a version {runs} steps back", timed(lambda number: desk.version(TEACHER, one.id, 2), runs // 10))
    say("undo, durable", timed(lambda number: desk.undo(TEACHER, one.id), runs // 2))
    say("start, drafted and durable", timed(lambda number: desk.start(TEACHER, brief), runs // 10))
    there = len(desk.library(TEACHER, limit=documents).lines)
    for number in range(documents - there):
        desk.start(TEACHER, replace(brief, topic=f"Тақырып {number}", class_name=f"{number % 11 + 1} «А»"))
    print(f"library of {len(desk.library(TEACHER, limit=2 * documents).lines)} documents")
    say("first page of 50", timed(lambda number: desk.library(TEACHER), runs // 10))
    say("all of them", timed(lambda number: desk.library(TEACHER, limit=2 * documents), runs // 10))
    search = timed(lambda number: desk.library(TEACHER, words="тақырып 1999", limit=50), runs // 10)
    say("search that reads all", search)
    log.close()


def brief_of(corpus: starter.Corpus) -> Brief:
    """A plan for the first objectives of grade 5 mathematics in the starter corpus."""
    of = [one for one in corpus.catalogue.all_objectives if (one.subject, one.grade) == ("mathematics", 5)]
    codes = tuple(dict.fromkeys(one.code for one in of if one.programme == of[0].programme))[:2]
    return Brief(
        kind=Kind.PLAN,
        language="kk",
        subject="mathematics",
        grade=5,
        programme=of[0].programme.key,
        codes=codes,
        topic="Бөлшектер",
    )


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--home", type=Path, default=None)
    parser.add_argument("--database", default=None)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.home) as folder:
        home = Path(folder)
        database = Database(given.database or f"sqlite:///{home / 'ustaz.db'}")
        migrate(database)
        try:
            measure(database, home, given.documents, given.runs)
        finally:
            database.close()


if __name__ == "__main__":
    main()
