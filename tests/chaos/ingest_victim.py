"""A process that ingests a folder until it is killed; what it reported stands in a file, one line for each finished run."""

import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from knowledge.embedding import HashEmbedder
from knowledge.ingest import Report, ingest
from knowledge.vectors import Vectors


class SlowEmbedder:
    """Hashes, a while for each text, and writes down every text that it was given."""

    def __init__(self, journal: Path, pause: float) -> None:
        self._inner = HashEmbedder()
        self._journal, self._pause = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT), pause
        self.model_id, self.dim = self._inner.model_id, self._inner.dim

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """One row for each text; the journal has the texts before the rows go out."""
        rows = self._inner.embed_documents(texts)
        time.sleep(self._pause * len(texts))
        lines = "".join(json.dumps(text) + "\n" for text in texts)
        os.write(self._journal, lines.encode())
        return rows


def run(home: Path, corpus: Path, papers: Sequence[Path], journal: Path, pause: float) -> Report:
    """Ingest once."""
    embedder = SlowEmbedder(journal, pause)
    return ingest(
        home,
        papers,
        school="one",
        corpus=corpus,
        embed=embedder.embed_documents,
        model_id=embedder.model_id,
        dim=embedder.dim,
        exclude=lambda passage: "orders: 0.9" if "забудь" in passage.text else None,
    )


def main() -> None:
    """Ingest the folders one after another, and say of each that it is done."""
    home, corpus, journal, said, pause, *papers = sys.argv[1:]
    saying = os.open(said, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(saying, b"begins\n")
    for folder in papers:
        report = run(Path(home), Path(corpus), [Path(folder)], Path(journal), float(pause))
        line = {
            "folder": folder,
            "version": report.index_version,
            "documents": report.to_mapping()["documents"],
        }
        os.write(saying, (json.dumps(line) + "\n").encode())


if __name__ == "__main__":
    main()
