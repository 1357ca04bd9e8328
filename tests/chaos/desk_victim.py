"""A process in which teachers and a writing loop change documents until it is killed; what was acknowledged stands in a file."""

import json
import os
import random
import threading
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from app.assistant.desk import EditConflict
from app.database import Database
from app.database.migrate import migrate
from app.documents.value import Lines, Text
from app.errors import Conflict
from app.runtime import Runtime
from tests.assistant.desk_room import Room, brief, opened

FIELDS = ("header.topic", "header.grade")
WRITTEN = "more.homework"


def run(home: str, screen: str, point: int, seed: int) -> None:
    """Two tabs, a writing loop and one who undoes, on the documents that are there and on new ones; never returns."""
    drawn = os.open(screen, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    database = Database(f"sqlite:///{Path(home) / 'ustaz.db'}")
    migrate(database)
    with opened(database, Path(home), Runtime()) as room:
        started = room.desk.start(room.teacher, brief(topic=f"Бөлшектер {point}"))
        draw(drawn, kind="started", document=str(started.id))
        chance = random.Random(seed)
        threads = [
            threading.Thread(target=work, args=(room, started.id, drawn, f"{point}-{name}", chance.random()))
            for name, work in (("first", edit), ("second", edit), ("loop", write), ("undo", undo))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def edit(room: Room, document: UUID, drawn: int, name: str, seed: float) -> None:
    """A tab: every text is another one, and a rejected one counts as kept."""
    chance, number = random.Random(seed), 0
    while True:
        number += 1
        field, words = chance.choice(FIELDS), f"{name} {number} " + "сөз " * chance.randrange(200)
        seen = room.desk.open(room.teacher, document).revision
        try:
            done = room.desk.edit(room.teacher, document, field, Text(text=words), seen=seen)
        except EditConflict as conflict:
            draw(drawn, kind="kept", document=str(document), revision=conflict.kept, field=field, words=words)
        else:
            draw(drawn, kind="kept", document=str(document), revision=done.revision, field=field, words=words)


def write(room: Room, document: UUID, drawn: int, name: str, seed: float) -> None:
    """The writing loop."""
    number = 0
    while True:
        number += 1
        words = f"{name} {number}"
        field = room.desk.open(room.teacher, document).field(WRITTEN)
        done = room.desk.put(room.teacher, document, replace(field, value=Lines(lines=(words,))), "write")
        draw(drawn, kind="kept", document=str(document), revision=done.revision, field=WRITTEN, words=words)


def undo(room: Room, document: UUID, drawn: int, name: str, seed: float) -> None:
    """Undoes and does again."""
    chance = random.Random(seed)
    while True:
        try:
            done = chance.choice((room.desk.undo, room.desk.redo))(room.teacher, document)
        except Conflict:
            continue
        draw(drawn, kind="walked", document=str(document), revision=done.revision)


def draw(screen: int, **line: object) -> None:
    """One line in one write, so that a kill leaves it whole or absent."""
    os.write(screen, (json.dumps(line, ensure_ascii=False) + "\n").encode())
