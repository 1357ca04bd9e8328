"""A process that keeps official editions and switches them on until it is killed; each finished step is one line of a file."""

import json
import os
import sys
from pathlib import Path

from knowledge import editions, manifest, official
from knowledge.edition import Edition
from tests.chaos.ingest_victim import SlowEmbedder


def main() -> None:
    """Keep and switch on each edition that is not yet, one after another."""
    home, corpus, journal, said, pause, *papers = sys.argv[1:]
    saying = os.open(said, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(saying, b"begins\n")
    embedder = SlowEmbedder(Path(journal), float(pause))
    for paper in papers:
        edition = Edition.from_mapping(json.loads(Path(paper).read_text(encoding="utf-8")))
        with manifest.building(Path(home)):
            editions.keep(Path(home), edition)
        os.write(saying, f"kept {edition.id}\n".encode())
        if edition.id in {one.id for one in official.switched(Path(home))}:
            continue
        official.switch_on(
            Path(home),
            edition.id,
            corpus=Path(corpus),
            embed=embedder.embed_documents,
            model_id=embedder.model_id,
            dim=embedder.dim,
        )
        os.write(saying, f"switched {edition.id}\n".encode())


if __name__ == "__main__":
    main()
