"""Workers that can be abandoned: a rail that hangs outside Python is cut off and its thread counted."""

import threading
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass, field
from queue import SimpleQueue


class Overrun(Exception):
    """The work did not end in time; its thread was left behind."""


class NoWorker(Exception):
    """As many threads as allowed are left behind already; nothing was started."""


@dataclass(slots=True)
class _Task:
    work: Callable[[], object]
    done: threading.Event = field(default_factory=threading.Event)
    result: object = None
    error: BaseException | None = None
    abandoned: bool = False


class Workers:
    """Runs work with a limit in wall time.

    A thread cannot be killed: one that overruns keeps its core until it ends by itself. It is counted,
    and at `limit` of them nothing more is started, so a rail that always hangs cannot fill the machine.
    A regex that backtracks holds the interpreter lock and can be cut by no thread at all: pattern rails
    are kept linear by tests and run inline.
    """

    def __init__(self, *, limit: int = 4) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._idle: list[SimpleQueue[_Task]] = []
        self._abandoned = 0

    @property
    def abandoned(self) -> int:
        """Threads left behind that have not ended yet."""
        with self._lock:
            return self._abandoned

    @property
    def exhausted(self) -> bool:
        """Whether nothing more is started until one of them ends."""
        return self.abandoned >= self._limit

    def run(self, work: Callable[[], object], *, seconds: float) -> object:
        """What `work` returns, or what it raised; it sees the context variables of the caller.

        Raises:
            Overrun: it took longer.
            NoWorker: the limit of abandoned threads is reached.
        """
        context = copy_context()
        task = _Task(lambda: context.run(work))
        with self._lock:
            if self._abandoned >= self._limit:
                raise NoWorker(f"{self._abandoned} workers are left behind, at most {self._limit}")
            queue = self._idle.pop() if self._idle else None
        if queue is None:
            queue = SimpleQueue()
            threading.Thread(target=self._serve, args=(queue,), name="rail-worker", daemon=True).start()
        queue.put(task)
        if not task.done.wait(seconds):
            with self._lock:
                if not task.done.is_set():
                    task.abandoned = True
                    self._abandoned += 1
            if task.abandoned:
                raise Overrun(f"longer than {seconds:g} s")
        if task.error is not None:
            raise task.error
        return task.result

    def _serve(self, queue: SimpleQueue[_Task]) -> None:
        while True:
            task = queue.get()
            try:
                task.result = task.work()
            except (
                BaseException
            ) as error:  # handed to the caller, who waits for it; nobody waits for a dead thread
                task.error = error
            with self._lock:
                task.done.set()
                if task.abandoned:
                    self._abandoned -= 1
                    return
                if not isinstance(task.error, Exception | None):
                    return
                self._idle.append(queue)
            del task
