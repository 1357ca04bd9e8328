"""`kill -9` in the middle of edits and writes: whatever was acknowledged is there, and every history is whole."""

import json
import multiprocessing
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.audit import check
from app.database import Database
from app.documents import Document
from app.documents.value import Lines, Text
from app.runtime import Runtime
from tests.assistant.desk_room import Room, opened
from tests.chaos.desk_victim import run

SHORT, FULL = 4, 40
PRELOADED = ["tests.chaos.desk_victim"]


def kill(home: Path, screen: Path, times: int, *, seed: int) -> list[dict[str, Any]]:
    """Kill one process after the other on one data folder, each at a random moment; gives what they acknowledged."""
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(PRELOADED)
    chance = random.Random(seed)
    screen.touch()
    for point in range(times):
        victim = forks.Process(target=run, args=(str(home), str(screen), point, seed + point), daemon=True)
        victim.start()
        assert victim.pid is not None
        begun, wanted = screen.stat().st_size, chance.randrange(1, 40)
        until = time.monotonic() + 60
        while time.monotonic() < until and victim.is_alive() and lines_after(screen, begun) < wanted:
            time.sleep(0.001)
        time.sleep(chance.random() * 0.02)
        assert victim.is_alive(), "ended by itself"
        os.kill(victim.pid, signal.SIGKILL)
        victim.join()
        assert victim.exitcode == -signal.SIGKILL
        assert lines_after(screen, begun) >= wanted
    return [json.loads(line) for line in screen.read_text(encoding="utf-8").splitlines()]


def lines_after(screen: Path, begun: int) -> int:
    with screen.open("rb") as file:
        file.seek(begun)
        return file.read().count(b"\n")


def words_of(document: Document, field: str) -> str:
    value = document.field(field).value
    assert isinstance(value, Text | Lines)
    return value.text if isinstance(value, Text) else value.lines[0]


def is_whole(room: Room, document: UUID) -> int:
    """Every revision opens, their numbers have no gap, and the newest is the one that is opened; gives how many."""
    versions = room.desk.versions(room.teacher, document)
    newest = room.desk.open(room.teacher, document)
    assert [one.revision for one in versions] == list(range(1, newest.revision + 1))
    assert room.desk.version(room.teacher, document, 1).revision == 1
    assert room.desk.version(room.teacher, document, newest.revision).revision == newest.revision
    return newest.revision


def holds(home: Path, screen: Path, times: int, *, seed: int) -> str:
    """The law, for whatever number of kills; gives a line of what was counted."""
    acknowledged = kill(home, screen, times, seed=seed)
    url = f"sqlite:///{home / 'ustaz.db'}"
    database = Database(url)
    try:
        with opened(database, home, Runtime()) as room:
            room.log.recover()
            room.log.sequence(finish=True)
            listed = {line.id for line in room.desk.library(room.teacher, limit=1000).lines}
            started = {UUID(one["document"]) for one in acknowledged if one["kind"] == "started"}
            assert started <= listed
            recorded = {UUID(record.clear["document_id"]) for record in room.records("document")}
            assert recorded == listed, "a document without its record, or a record without its document"
            steps = sum(is_whole(room, document) for document in listed)
            kept = [one for one in acknowledged if one["kind"] == "kept"]
            for one in kept:
                version = room.desk.version(room.teacher, UUID(one["document"]), one["revision"])
                assert words_of(version, one["field"]) == one["words"]
            walked = [one for one in acknowledged if one["kind"] == "walked"]
            for one in walked:
                newest = room.desk.open(room.teacher, UUID(one["document"])).revision
                assert newest >= one["revision"]
    finally:
        database.close()
    assert kept
    report = check(url, home)
    assert report.exit_code == 0, report.problems
    return (
        f"{times} kills, {len(kept)} acknowledged texts and {len(walked)} undos and redos all there, "
        f"{len(listed)} documents with {steps} steps, verify exit code {report.exit_code}"
    )


def test_a_killed_process_has_lost_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    holds(tmp_path, tmp_path / "screen", SHORT, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_forty_random_kills_have_lost_nothing_that_was_acknowledged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counted = holds(tmp_path, tmp_path / "screen", FULL, seed=20261128)
    with capsys.disabled():
        sys.stdout.write(f"\n{counted}\n")
