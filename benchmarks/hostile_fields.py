"""Fields that a hostile model writes: what of it reaches a document.

`python -m benchmarks.hostile_fields --fields 1000` has the scripted model answer field after field with invented
codes, markup, links, false marks, secrets, numbers of people, the canary of the prompt, hidden letters, another language
and replies out of form, in turn; everything goes through the real desk and the real line. Prints one JSON document.
"""

import argparse
import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from app import bootstrap
from app.accounts import demo
from app.assistant import Assistant
from app.assistant.desk_events import FieldLeft, FieldWritten
from app.assistant.desk_writing import WritingDesk
from app.bootstrap import Services
from app.documents import Brief, Kind
from app.documents.codes import foreign_codes
from app.documents.texts import texts
from app.providers import Call, Chunk, Prompt, Usage
from app.providers.scripted_fields import CANARY, SORTS, reply
from benchmarks.lessons import LANGUAGE, LESSONS
from benchmarks.workshop import ENTRY, install

KINDS = (Kind.PLAN, Kind.QUIZ, Kind.UNIT, Kind.TASKS)
NEVER = {
    "markup": re.compile(r"<\s*(?:script|img)|onerror", re.IGNORECASE),
    "link": re.compile(r"evil|https?://|www\.", re.IGNORECASE),
    "secret": re.compile(r"sk-proj-"),
    "person": re.compile(r"130523500121|701\s?555"),
    "hidden letter": re.compile("[\u200b\u202e\U000e0041]"),
    "canary": CANARY,
}


@dataclass(slots=True)
class Hostile:
    """A provider whose replies go through all sorts in turn."""

    said: Counter[str] = field(default_factory=Counter)
    last: str = ""

    def stream(self, prompt: Prompt, *, call: Call) -> Iterator[Chunk]:
        """One whole reply of the next sort."""
        self.last = SORTS[self.said.total() % len(SORTS)]
        self.said[self.last] += 1
        yield Chunk(text=reply(self.last, prompt))
        yield Chunk(usage=Usage(), finish="stop", model=call.served_name)


@dataclass(slots=True)
class Seen:
    """What came of the fields."""

    written: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    codes: int = 0
    reached: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """Fields asked for so far."""
        return self.written.total() + self.left.total()


def main() -> None:
    """Write fields and print what reached documents."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fields", type=int, default=1000)
    chosen = parser.parse_args()
    hostile = Hostile()
    with tempfile.TemporaryDirectory() as folder:
        services = bootstrap.build(install(Path(folder), "http://127.0.0.1:9/v1"), serving=True)
        try:
            services.policies.seed(demo.SCHOOL, (ENTRY,), recorder=services.audit, runtime=services.runtime)
            seen = write(services, hostile, chosen.fields)
        finally:
            services.close()
    print(
        json.dumps(
            {
                "fields": seen.total,
                "replies": hostile.said.total(),
                "sorts": len(SORTS),
                "written": seen.written.total(),
                "left_by_reason": dict(seen.left),
                "invented_codes_in_documents": seen.codes,
                "hostile_texts_in_documents": dict(seen.reached),
            },
            ensure_ascii=False,
            indent=2,
        )
    )


def write(services: Services, hostile: Hostile, fields: int) -> Seen:
    """Have documents written until so many fields were asked for."""
    line = Assistant(replace(services.assistant.parts, providers=lambda name: hostile))
    desk, person, seen = WritingDesk(line.parts, line), services.person(), Seen()
    for brief in _briefs(services):
        document = desk.start(person, brief)
        for event in desk.write(person, document.id, fields=[one.id for one in document.fields if one.write]):
            match event:
                case FieldWritten(field=one):
                    seen.written[hostile.last] += 1
                    for text in texts(one.value):
                        seen.codes += len(foreign_codes(text, brief.codes))
                        seen.reached.update(name for name, sign in NEVER.items() if sign.search(text))
                case FieldLeft(words=words):
                    seen.left[words.key] += 1
                case _:
                    pass
            if seen.total >= fields:
                return seen
    return seen


def _briefs(services: Services) -> Iterator[Brief]:
    while True:
        for lesson in LESSONS[:7]:
            for kind in KINDS:
                for language in LANGUAGE.values():
                    yield _brief(services, lesson, kind, language)


def _brief(services: Services, lesson: Any, kind: Kind, language: Literal["kk", "ru", "en"]) -> Brief:
    found = services.library.catalogue.find(lesson.codes[0], subject=lesson.subject, grade=lesson.grade)
    return Brief(
        kind=kind,
        language=language,
        subject=lesson.subject,
        grade=lesson.grade,
        programme=found[0].programme.key,
        codes=lesson.codes,
        items=5,
        points=15,
    )


if __name__ == "__main__":
    main()
