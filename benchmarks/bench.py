"""What the line adds around a model that answers at once: `make bench`.

A local OpenAI-compatible mock of fixed speed (first token after 200 ms, then 100 tokens a second) stands for the
model, in a process of its own. Measured at the assistant: recording, rails, embedding, retrieval, routing, gate,
journal, closing. The first-text ratio is taken to the moment at which a direct call has delivered the same
sentence, because the line holds text to the end of a sentence; the raw ratio to the first token stands beside it.
"""

import argparse
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.accounts import Principal
from app.assistant import Question
from app.assistant.events import Done, Failed, Text
from app.audit import Outcome
from app.bootstrap import Services
from app.providers import Call, Message, Prompt, Role
from benchmarks.workshop import SERVED, Endpoint, endpoint_process, workshop

QUESTIONS = (
    "Бөлімдері әртүрлі бөлшектерді қалай салыстырамыз?",
    "Виет теоремасы нені айтады?",
    "Жай бөлшек деген не?",
    "Жай бөлшектерді қалай қосамыз?",
)


@dataclass(slots=True)
class Sample:
    """One question: seconds since it was asked."""

    first: float = 0.0
    total: float = 0.0
    steps: dict[str, int] = field(default_factory=dict)
    lost: bool = False


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies; nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def ask(services: Services, principal: Principal, text: str) -> Sample:
    """One question through the whole line."""
    sample, began = Sample(), time.perf_counter()
    done = False
    for event in services.assistant.ask(principal, Question(text=text, language="kk")):
        match event:
            case Text() if not sample.first:
                sample.first = time.perf_counter() - began
            case Done(outcome=outcome, times_ms=steps):
                sample.steps = {str(step): spent for step, spent in steps.items()}
                done = outcome is Outcome.ANSWERED
            case Failed():
                sample.lost = True
            case _:
                pass
    sample.total = time.perf_counter() - began
    sample.lost = sample.lost or not done
    return sample


def direct(services: Services, endpoint: Endpoint, sentence_end: str = ". ") -> tuple[float, float, float]:
    """A call without the line: seconds to the first token, to the end of the first sentence, in total."""
    call = Call(entry_id="bench", provider="openai_compatible", address=endpoint.address, served_name=SERVED)
    prompt = Prompt(messages=(Message(role=Role.USER, text="?"),), question="?", language="kk", evidence=())
    began, first, sentence, text = time.perf_counter(), 0.0, 0.0, ""
    for chunk in services.assistant.parts.providers("openai_compatible").stream(prompt, call=call):
        text += chunk.text
        now = time.perf_counter() - began
        if chunk.text and not first:
            first = now
        if not sentence and sentence_end in text:
            sentence = now
    return first, sentence, time.perf_counter() - began


def in_parallel(width: int, count: int, work: Callable[[int], None]) -> None:
    """Run `work(0..count-1)` on `width` threads."""
    numbers, lock = iter(range(count)), threading.Lock()

    def run() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            work(number)

    threads = [threading.Thread(target=run) for _ in range(width)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def closed_loop(
    services: Services, principal: Principal, endpoint: Endpoint, width: int, count: int
) -> dict[str, Any]:
    """`width` people who ask one question after the other, beside as many direct calls."""
    direct_samples: list[tuple[float, float, float]] = []
    in_parallel(width, max(width, count // 2), lambda _: direct_samples.append(direct(services, endpoint)))
    calls_before, cpu_before = endpoint.calls(), time.process_time()
    samples: list[Sample] = []
    in_parallel(width, count, lambda number: samples.append(ask(services, principal, QUESTIONS[number % 4])))
    cpu = (time.process_time() - cpu_before) / count
    calls = endpoint.calls() - calls_before
    kept = [sample for sample in samples if not sample.lost]
    first = [sample.first for sample in kept]
    sentence = statistics.median(row[1] for row in direct_samples)
    token = statistics.median(row[0] for row in direct_samples)
    total = statistics.median(row[2] for row in direct_samples)
    steps = sorted({step for sample in kept for step in sample.steps} - {"writing"})
    return {
        "parallel": width,
        "questions": count,
        "lost": len(samples) - len(kept),
        "model_calls_per_question": round(calls / count, 3),
        "first_text_ms": {"p50": ms(first, 0.5), "p95": ms(first, 0.95)},
        "direct_same_sentence_ms": round(sentence * 1000),
        "direct_first_token_ms": round(token * 1000),
        "same_sentence_ratio": round(statistics.median(first) / sentence, 2),
        "raw_first_token_ratio": round(statistics.median(first) / token, 2),
        "added_before_first_text_ms": round((statistics.median(first) - sentence) * 1000),
        "total_ms": {"p50": ms([s.total for s in kept], 0.5), "p95": ms([s.total for s in kept], 0.95)},
        "direct_total_ms": round(total * 1000),
        "cpu_ms_per_question": round(cpu * 1000),
        "steps_ms": {
            step: {
                "p50": percentile([s.steps.get(step, 0) for s in kept], 0.5),
                "p95": percentile([s.steps.get(step, 0) for s in kept], 0.95),
            }
            for step in steps
        },
    }


def open_loop(services: Services, principal: Principal, *, rate: float, seconds: float) -> dict[str, Any]:
    """Questions that arrive at a steady rate, whatever the answers do."""
    samples: list[Sample] = []
    threads = []
    began = time.perf_counter()
    for number in range(int(rate * seconds)):
        wait = began + number / rate - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        thread = threading.Thread(
            target=lambda number=number: samples.append(ask(services, principal, QUESTIONS[number % 4]))
        )
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    kept = [sample for sample in samples if not sample.lost]
    return {
        "questions_per_second": rate,
        "questions": len(samples),
        "lost": len(samples) - len(kept),
        "first_text_ms": {"p50": ms([s.first for s in kept], 0.5), "p95": ms([s.first for s in kept], 0.95)},
    }


def embedding(services: Services) -> dict[str, Any]:
    """The embedding alone: wall and CPU milliseconds of one question."""
    wall, cpu = [], []
    for number in range(24):
        began, used = time.perf_counter(), time.process_time()
        services.embedder.embed_queries([QUESTIONS[number % 4] + str(number)])
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - used)
    return {"wall_ms": {"p50": ms(wall, 0.5), "p95": ms(wall, 0.95)}, "cpu_ms": ms(cpu, 0.5)}


def ms(seconds: Sequence[float], share: float) -> float:
    """A percentile in milliseconds."""
    return round(percentile(seconds, share) * 1000, 1)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="a few questions of each, for a look")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    widths = ((1, 4), (4, 8)) if options.short else ((1, 16), (4, 24), (16, 64), (30, 90))
    report: dict[str, Any] = {"schema_version": 1}
    with (
        tempfile.TemporaryDirectory() as folder,
        endpoint_process() as endpoint,
        workshop(Path(folder), endpoint) as (services, principal),
    ):
        ask(services, principal, QUESTIONS[0])
        report["embedding"] = embedding(services)
        report["closed_loop"] = [
            closed_loop(services, principal, endpoint, width, count) for width, count in widths
        ]
        report["open_loop"] = open_loop(services, principal, rate=3.3, seconds=6 if options.short else 45)
    if options.json:
        print(json.dumps(report, indent=2))
        return
    print(f"embedding: {report['embedding']}")
    for row in report["closed_loop"]:
        print(f"\n{row['parallel']} in parallel, {row['questions']} questions")
        for name, value in row.items():
            if name not in {"parallel", "questions"}:
                print(f"  {name}: {value}")
    print(f"\nopen loop: {report['open_loop']}")


if __name__ == "__main__":
    main()
