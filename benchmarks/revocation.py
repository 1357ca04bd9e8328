"""How long a connected school goes on calling a model after its revocation is on the web: `python -m benchmarks.revocation`.

A mirror over HTTP, a school that asks it as a served school does, and a gate that is asked ten times a second.
"""

import argparse
import random
import tempfile
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from app import tables as _tables  # noqa: F401 - registers every table
from app.database import Base, Database, Entry
from app.listing import mirror_of
from app.registry import RegistryStore
from app.registry.demonstration import SOURCE
from app.registry.document import stamp
from app.registry.keys import KeyRing, ceremony
from app.registry.publish import publish, revoke
from app.registry.refresher import Refresher, pause
from app.registry.source import read_source
from app.runtime import Runtime

MODEL = "urn:ustaz:model:extractive"


class Quiet(SimpleHTTPRequestHandler):
    """A mirror that says nothing."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


class Nothing:
    """A log that keeps nothing."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def record(self, session: Session, entry: Entry) -> UUID:
        """Keep nothing."""
        return self._runtime.new_id()


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=3)
    times = parser.parse_args().times
    runtime, took = Runtime(), []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as name:
            took.append(once(Path(name), runtime))
            print(f"refused {took[-1]:.1f} s after the revocation was on the web")
    print(f"longest of {times}: {max(took):.1f} s")


def once(home: Path, runtime: Runtime) -> float:
    """Seconds from the end of publication to the first refusal."""
    root, out = ceremony(home / "keys", runtime.now()), home / "out"
    keys = KeyRing.open(home / "keys")
    publish(read_source(SOURCE, at=runtime.now(), list_id="bench"), keys, out, at=runtime.now())
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(out / "online")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    database = Database(f"sqlite:///{home / 'school.db'}")
    database.write(lambda session: Base.metadata.create_all(session.connection()))
    store = RegistryStore(database, Nothing(runtime), runtime, root=root, demonstration=True)
    feed = mirror_of(f"http://127.0.0.1:{server.server_port}")
    store.pull(feed, "mirror")
    refresher = Refresher(
        lambda: store.pull(feed, "mirror"), pause=lambda failures: pause(failures, random.random())
    )
    refresher.start()
    try:
        time.sleep(random.uniform(0, 5))
        row = {"entry_id": MODEL, "status": "suspended", "since": stamp(runtime.now())}
        revoke([row], keys, out, at=runtime.now())
        began = time.monotonic()
        while in_force(store):
            time.sleep(0.1)
        return time.monotonic() - began
    finally:
        refresher.close()
        server.shutdown()
        database.close()


def in_force(store: RegistryStore) -> bool:
    """Whether the gate would still say yes."""
    registry = store.current()
    return registry is not None and registry.in_force(MODEL, store.now()).entry is not None


if __name__ == "__main__":
    main()
