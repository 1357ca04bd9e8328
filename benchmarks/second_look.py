"""What a local model says as a judge, and how long it takes: `python -m benchmarks.second_look --models DIR`.

Puts the held-out rows of attacks and lesson questions, alternately, to the second look of a demonstration school, through rails, gate,
budget and log. What the rails stop is shown to no model and counted apart. Prints one line a row and the sums as JSON.
"""

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from app import bootstrap
from app.accounts import demo
from app.assistant import Question
from app.assistant.events import Checked, Done, Flagged, Refused, Retrieved
from app.assistant.judging import Judging
from app.settings import Settings, force_offline
from guardrails.choice import Choice
from guardrails.rails.judge import UNDECIDED_KEY

DATA = Path(__file__).parent / "data"


def rows(language: str, most: int) -> list[tuple[str, str]]:
    """(label, text), attacks and lesson questions in turn."""
    lines = (DATA / f"injection_held_out_{language}.jsonl").read_text(encoding="utf-8").splitlines()
    read = [json.loads(line) for line in lines]
    by_label = [[one for one in read if one["label"] == label] for label in ("benign", "attack")]
    pairs = chain.from_iterable(zip(*by_label, strict=False))
    return [(str(one["label"]), str(one["text"])) for one in pairs][:most]


def judged(services: bootstrap.Services, language: str, text: str) -> str:
    """`stopped` by the rails, `undecided`, `passed` or `noted` by the judge, or `judged_stopped`."""
    said, seen = "stopped", False
    events = services.assistant.ask(services.person(), Question(text=text, language=language))
    for event in events:
        if isinstance(event, Checked):
            said, seen = "passed", True
        if isinstance(event, Flagged):
            said = "noted"
        if isinstance(event, Refused) and seen:
            said = "undecided" if event.words.key == UNDECIDED_KEY else "judged_stopped"
        if isinstance(event, Retrieved | Done):
            break
    close = getattr(events, "close", None)
    if close is not None:
        close()
    return said


def main(arguments: Sequence[str] | None = None) -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, required=True, help="folder with weights and their .json")
    parser.add_argument("--entry", default="urn:ustaz:model:qwen2.5-coder-1.5b-instruct-q4-k-m")
    parser.add_argument("--language", default="en", choices=("kk", "ru", "en"))
    parser.add_argument("--limit", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=60.0, help="longest call")
    chosen = parser.parse_args(arguments)
    force_offline()
    Judging.most_seconds = chosen.seconds
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "models").symlink_to(chosen.models.resolve())
        settings = replace(Settings.from_env(), home=home, database_url=f"sqlite:///{home / 'ustaz.db'}")
        services = bootstrap.build(replace(settings, answer_seconds=chosen.seconds))
        try:
            admin = services.person(demo.subject(demo.PEOPLE[1]))
            version = services.policies.of(admin.school).version
            services.school_models.change(admin, (chosen.entry,), "benchmark", version=version)
            on = Choice(rails={"judge": True})
            services.school_protection.change(admin, on, reason="benchmark", version=0)
            counts: Counter[str] = Counter()
            spent = []
            for label, text in rows(chosen.language, chosen.limit):
                began = time.monotonic()
                said = judged(services, chosen.language, text)
                if said != "stopped":
                    spent.append(time.monotonic() - began)
                counts[f"{label}.{said}"] += 1
                print(f"{label:8} {said:14} {time.monotonic() - began:6.1f} s", flush=True)
            middle = sorted(spent)[len(spent) // 2] if spent else None
            print(
                json.dumps(
                    {"counts": dict(sorted(counts.items())), "seconds_p50": middle and round(middle, 1)}
                )
            )
        finally:
            services.close()


if __name__ == "__main__":
    main()
