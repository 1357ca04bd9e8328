"""A process that takes in a school's document until it is killed; each new step stands on its output."""

import sys
import time
from pathlib import Path

from app import bootstrap
from app.accounts import demo
from benchmarks.workshop import install


def main(home: Path, document: Path) -> None:
    """Add one document and tell how far it is."""
    services = bootstrap.build(install(home, "http://127.0.0.1:9/v1"), serving=True)
    admin = services.person(f"{demo.ISSUER}|demo-admin")
    told = services.documents.add(admin, document.name, document.read_bytes())
    tell(told.stage)
    while not told.over:
        (one,) = services.documents.uploads(admin)
        if one.stage != told.stage:
            tell(one.stage)
        told = one
        time.sleep(0.002)
    time.sleep(60)


def tell(stage: str) -> None:
    """A step, for the process that watches."""
    sys.stdout.write(f"{stage}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
