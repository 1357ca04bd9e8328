"""What the terminal shows while the app starts: a bar over the curriculum's passages, and how long it took."""

import os
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn


class CurriculumBar:
    """A progress bar for building the index; nothing is drawn while the index that is there fits."""

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("Reading the curriculum"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("passages"),
            console=Console(stderr=True),
        )
        self._task: TaskID | None = None

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` passages have their vectors."""
        if self._task is None:
            self._bar.start()
            self._task = self._bar.add_task("index", total=total)
        self._bar.update(self._task, completed=done)

    def finish(self) -> None:
        """Let go of the terminal."""
        if self._task is not None:
            self._bar.stop()


def seconds_since_start() -> float | None:
    """How long this process has lived; None where the system does not say.

    Source: proc(5), field 22 of /proc/self/stat and /proc/uptime.
    """
    try:
        ticks = int(Path("/proc/self/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[19])
        uptime = float(Path("/proc/uptime").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return None
    return uptime - ticks / os.sysconf("SC_CLK_TCK")


def announce(address: str) -> None:
    """Say where the app answers."""
    took = seconds_since_start()
    sys.stdout.write(f"Ustaz is ready: {address}" + (f" ({took:.1f} s)\n" if took is not None else "\n"))
    sys.stdout.flush()
