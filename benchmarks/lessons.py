"""Ten plans, ten quizzes and five assessments over the corpus: are they valid in form, who wrote what, how long it took.

`python -m benchmarks.lessons --languages kk ru en --no-model` measures what the curriculum and the form give alone;
`--model ID` has an entry of the registry write. Every document goes through the real desk and the real line; with
`--out DIR` each is also written as JSON, text, DOCX and PDF, to be looked at. Prints one JSON document.
"""

import argparse
import json
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from app import bootstrap
from app.accounts import Principal
from app.assistant.making import Made, make
from app.bootstrap import Services
from app.documents import Brief, Kind, Origin
from app.documents.check import Means
from app.documents.codes import foreign_codes
from app.documents.material import gather, programme_of
from app.documents.summary import Look, look
from app.documents.texts import texts
from app.i18n import translator
from app.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One lesson that documents are made for."""

    subject: str
    grade: int
    codes: tuple[str, ...]


LESSONS = (
    Lesson(subject="mathematics", grade=5, codes=("5.1.2.17", "5.1.2.18")),
    Lesson(subject="natural-world", grade=3, codes=("3.1.3.1",)),
    Lesson(subject="algebra", grade=7, codes=("7.1.2.1", "7.1.2.2")),
    Lesson(subject="geometry", grade=8, codes=("8.1.3.11",)),
    Lesson(subject="mathematics", grade=4, codes=("4.1.3.2",)),
    Lesson(subject="natural-world", grade=4, codes=("4.1.4.1",)),
    Lesson(subject="mathematics", grade=2, codes=("2.2.1.1",)),
    Lesson(subject="digital-literacy", grade=1, codes=("1.1.2.1",)),
    Lesson(subject="english", grade=4, codes=("4.1.4.1",)),
    Lesson(subject="kazakh-l2", grade=4, codes=("4.5.1.3", "4.5.1.4")),
)
SIZES = {Kind.PLAN: 10, Kind.QUIZ: 10, Kind.UNIT: 5}
ITEMS = {Kind.PLAN: 3, Kind.QUIZ: 5, Kind.UNIT: 3}
LANGUAGE: Mapping[str, Literal["kk", "ru", "en"]] = {"kk": "kk", "ru": "ru", "en": "en"}
POINTS = {Kind.PLAN: 10, Kind.QUIZ: 5, Kind.UNIT: 12}


def main() -> None:
    """Make them and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--languages", nargs="+", default=["kk", "ru", "en"], choices=("kk", "ru", "en"))
    parser.add_argument("--kinds", nargs="+", default=[str(kind) for kind in SIZES])
    parser.add_argument("--lessons", type=int, default=10, help="how many of the lessons")
    parser.add_argument("--alternate", action="store_true", help="one language a document, in turn")
    parser.add_argument("--model", help="entry of the registry that writes")
    parser.add_argument(
        "--no-model", action="store_true", help="what curriculum and form give, and nothing else"
    )
    parser.add_argument("--every", action="store_true", help="write also what the curriculum gave whole")
    parser.add_argument("--out", type=Path, help="folder for the documents")
    chosen = parser.parse_args()
    rows: list[dict[str, Any]] = []
    with bootstrap.opened(Settings.from_env()) as services:
        person = services.person()
        for brief in briefs(services, chosen):
            made = make(
                services.desk,
                person,
                brief,
                clock=services.runtime.monotonic,
                model=chosen.model,
                write=not chosen.no_model,
                every=chosen.every,
            )
            seen = looked(services, person, made)
            rows.append(row_of(made, seen))
            print(json.dumps(rows[-1], ensure_ascii=False), flush=True)
            if chosen.out is not None:
                _keep(services, person, made, seen, chosen.out)
    print(json.dumps(summary(rows), ensure_ascii=False, indent=2))


def briefs(services: Services, chosen: argparse.Namespace) -> Iterator[Brief]:
    """What is asked for, one after another."""
    number = 0
    for kind in (Kind(name) for name in chosen.kinds):
        lessons = [one for one in LESSONS[: chosen.lessons] if kind is not Kind.UNIT or _has_marks(one)]
        for lesson in lessons[: SIZES[kind]]:
            languages: Sequence[str] = chosen.languages
            if chosen.alternate:
                languages = (languages[number % len(languages)],)
            number += 1
            for language in languages:
                yield Brief(
                    kind=kind,
                    language=LANGUAGE[language],
                    subject=lesson.subject,
                    grade=lesson.grade,
                    programme=programme_of(
                        services.library.catalogue, lesson.subject, lesson.grade, lesson.codes
                    ),
                    codes=lesson.codes,
                    items=ITEMS[kind],
                    points=POINTS[kind],
                )


def _has_marks(lesson: Lesson) -> bool:
    return lesson.grade > 1 and lesson.subject not in {"digital-literacy", "art"}


def looked(services: Services, person: Principal, made: Made) -> Look:
    """What the checks say of a document."""
    brief = made.document.brief
    material = gather(services.library, brief, school=person.school)
    form = services.desk.form(person.school, brief.kind, brief.language)
    return look(made.document, Means(material=material, form=form))


def row_of(made: Made, seen: Look) -> dict[str, Any]:
    """One document in figures; times in milliseconds."""
    document = made.document
    return {
        "kind": str(document.kind),
        "subject": document.brief.subject,
        "grade": document.brief.grade,
        "language": document.language,
        "whole": seen.is_whole,
        "broken": [f"{one.check}:{one.field}" for one in seen.findings if one.weight == "broken"],
        "doubts": len([one for one in seen.findings if one.weight == "doubt"]),
        "fields": len(document.fields),
        "by_model": sum(one.origin is Origin.MODEL for one in document.fields),
        "left": [field for field, _ in made.left],
        "why_left": sorted({words.key for _, words in made.left}),
        "foreign_codes": sum(
            len(foreign_codes(text, document.brief.codes))
            for one in document.fields
            for text in texts(one.value)
        ),
        "draft_ms": made.draft_ms,
        "first_field_ms": made.first_field_ms,
        "total_ms": made.total_ms,
    }


def _keep(services: Services, person: Principal, made: Made, seen: Look, folder: Path) -> None:
    document = made.document
    t = translator(document.language)
    brief = document.brief
    stem = f"{document.kind}-{brief.subject}-{brief.grade}-{document.language}"
    folder.mkdir(parents=True, exist_ok=True)
    plain = json.dumps(made.plain(t, seen), ensure_ascii=False, indent=1)
    (folder / f"{stem}.json").write_text(plain, encoding="utf-8")
    (folder / f"{stem}.txt").write_text(made.page(t, seen), encoding="utf-8")
    for name in ("docx", "pdf"):
        exported, _ = services.downloads.give(person, document.id, name)
        (folder / f"{stem}.{name}").write_bytes(exported.data)


def summary(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """All documents in figures."""
    firsts = [row["first_field_ms"] for row in rows if row["first_field_ms"] is not None]
    return {
        "documents": len(rows),
        "whole": sum(row["whole"] for row in rows),
        "fields_by_model": sum(row["by_model"] for row in rows),
        "fields_left": sum(len(row["left"]) for row in rows),
        "foreign_codes": sum(row["foreign_codes"] for row in rows),
        "draft_ms_median": _median([row["draft_ms"] for row in rows]),
        "first_field_ms_median": _median(firsts),
        "total_ms_median": _median([row["total_ms"] for row in rows]),
        "total_ms_worst": max((row["total_ms"] for row in rows), default=None),
    }


def _median(values: Sequence[float]) -> float | None:
    return statistics.median(values) if values else None


if __name__ == "__main__":
    main()
