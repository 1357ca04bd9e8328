"""The queue of documents: one worker for this process, one document of a school after the other, nothing lost to a closed tab.

A file waits under a random name in a private folder and is deleted when its turn is over. What a killed process
left behind is found by the next one.
"""

import json
import logging
import os
import shutil
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from app.assistant.upload import MOST_WAITING, Stage, Upload, Wish
from app.audit.filelock import FileLock, is_held
from app.errors import Conflict
from app.runtime import Runtime

LOGGER = logging.getLogger("ustaz")
JOB, LOCK = "job.json", ".lock"
MOST_ENDED = 50


class Stopping(Exception):
    """The process ends; the work under way is left as it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A document with all that its turn needs; `path` is None where there is no file.

    `actor` and `role` are of whoever asked for it; `record_id` is the record that says so.
    """

    upload: Upload
    record_id: UUID
    actor: str = field(repr=False, default="")
    role: str | None = None
    path: Path | None = None
    subject: str = ""
    grades: tuple[int, ...] = ()


Turn = Callable[[Order, Callable[..., None]], Upload]
"""Does what is asked and gives the end; the second argument takes new values of the upload's fields on the way."""


class Intake:
    """Takes orders and has `turn` carry them out, schools taking turns."""

    def __init__(self, folder: Path, runtime: Runtime, turn: Turn) -> None:
        self._all, self._folder = folder, folder / runtime.new_id().hex
        self._runtime, self._turn = runtime, turn
        self._lock = FileLock(self._folder / LOCK)
        self._changed = threading.Condition()
        self._waiting: dict[str, deque[Order]] = {}
        self._uploads: dict[UUID, Upload] = {}
        self._ending = False
        self._thread: threading.Thread | None = None

    def left_behind(self) -> tuple[Mapping[str, Any], ...]:
        """What dead processes left without an end; their files are deleted."""
        found: list[Mapping[str, Any]] = []
        for folder in sorted(self._all.glob("*/")):
            if folder == self._folder or is_held(folder / LOCK):
                continue
            for job in sorted(folder.glob(f"*/{JOB}")):
                with suppress(ValueError, OSError):
                    found.append(json.loads(job.read_text(encoding="utf-8")))
            shutil.rmtree(folder, ignore_errors=True)
        return tuple(found)

    def check(self, upload: Upload) -> None:
        """Whether it may be queued.

        Raises:
            Conflict: too many documents of the school wait, or this one does already.
        """
        with self._changed:
            active = [one for one in self._uploads.values() if one.school == upload.school and not one.over]
        if len(active) >= MOST_WAITING:
            raise Conflict("too many documents wait", key="documents.too_many", most=MOST_WAITING)
        if any((one.sha256, one.wish) == (upload.sha256, upload.wish) for one in active):
            raise Conflict("this document waits already", key="documents.waits_already")

    def submit(self, order: Order, data: bytes | None = None, suffix: str = "") -> Upload:
        """Keep the file and queue the order; it survives whatever happens to the page.

        Raises:
            Conflict: too many documents of the school wait, or this one does already.
        """
        upload = order.upload
        with self._changed:
            self.check(upload)
            own = self._note(order)
            path = None if data is None else self._store(own, data, suffix)
            self._uploads[upload.id] = upload
            self._waiting.setdefault(upload.school, deque()).append(replace(order, path=path))
            self._start()
            self._changed.notify()
        return upload

    def show(self, upload: Upload, record_id: UUID | None = None) -> None:
        """List an upload that has its end already; with a record it is listed again after a restart."""
        with self._changed:
            self._uploads[upload.id] = upload
            if record_id is not None:
                self._note(Order(upload=upload, record_id=record_id))
            ended = [one.id for one in self._uploads.values() if one.school == upload.school and one.over]
            for old in ended[:-MOST_ENDED]:
                del self._uploads[old]

    def uploads(self, school: str) -> tuple[Upload, ...]:
        """The documents of a school that are on their way or ended lately, in the order in which they came."""
        with self._changed:
            return tuple(one for one in self._uploads.values() if one.school == school)

    def dismiss(self, school: str) -> None:
        """List the ended ones of a school no more."""
        with self._changed:
            for one in [one for one in self._uploads.values() if one.school == school and one.over]:
                del self._uploads[one.id]
                shutil.rmtree(self._folder / one.id.hex, ignore_errors=True)

    def close(self, seconds: float = 20.0) -> None:
        """Stop after the step under way; what waits is told as interrupted at the next start."""
        with self._changed:
            self._ending = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=seconds)
        self._lock.release()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="documents", daemon=True)
            self._thread.start()

    def _note(self, order: Order) -> Path:
        """The order's own folder with what a later process must know of it; no name and no text."""
        for folder in (self._all, self._folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.chmod(0o700)
        self._lock.acquire()
        own = self._folder / order.upload.id.hex
        own.mkdir(mode=0o700, exist_ok=True)
        one = order.upload
        plain = {"id": str(one.id), "school": one.school, "wish": one.wish, "sha256": one.sha256}
        plain |= {"size": str(one.size), "record": str(order.record_id)}
        (own / JOB).write_text(json.dumps(plain), encoding="utf-8")
        return own

    def _store(self, own: Path, data: bytes, suffix: str) -> Path:
        path = own / f"{self._runtime.randomness(16).hex()}{suffix}"
        if not path.resolve().is_relative_to(own.resolve()):
            raise ValueError("a file must lie in its own folder")
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
        return path

    def _run(self) -> None:
        while (order := self._next()) is not None:
            one = order.upload
            try:
                ended = self._turn(order, partial(self._tell, one.id))
            except Stopping:
                return
            except Exception as error:  # the worker outlives any one document
                LOGGER.error("a document failed: %s", type(error).__name__)
                ended = replace(one, stage=Stage.FAILED)
            shutil.rmtree(self._folder / one.id.hex, ignore_errors=True)
            self.show(ended)

    def _next(self) -> Order | None:
        with self._changed:
            while not self._ending:
                for school in list(self._waiting):
                    queued = self._waiting.pop(school)
                    if queued:
                        order = queued.popleft()
                        if queued:
                            self._waiting[school] = queued  # to the end: schools take turns
                        return order
                self._changed.wait()
        return None

    def _tell(self, upload_id: UUID, **changed: Any) -> None:
        with self._changed:
            if self._ending:
                raise Stopping
            self._uploads[upload_id] = replace(self._uploads[upload_id], **changed)


def interrupted(plain: Mapping[str, Any], name: str) -> Upload:
    """What a dead process left, as its school sees it.

    Raises:
        KeyError, ValueError: it is not of the form.
    """
    return Upload(
        id=UUID(plain["id"]),
        school=str(plain["school"]),
        wish=Wish(plain["wish"]),
        name=name,
        sha256=str(plain["sha256"]),
        size=int(plain["size"]),
        stage=Stage.INTERRUPTED,
    )
