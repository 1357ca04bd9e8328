"""A catalogue as lines of JSON: what an index version carries, so that every replica reads the same one."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from knowledge import manifest
from knowledge.curriculum import (
    Catalogue,
    Hours,
    LearningObjective,
    Level,
    Programme,
    Section,
    Subject,
    Subsection,
    catalogue,
)


def write(path: Path, whole: Catalogue) -> None:
    """Write subjects, programmes and objectives, one a line; the same catalogue gives the same bytes."""
    numbers: dict[str, int] = {}
    heads = [_line("subject", {"slug": one.slug, "names": dict(one.names)}) for one in whole.all_subjects]
    rows: list[str] = []
    for one in whole.all_objectives:
        programme = _line("programme", asdict(one.programme))
        if programme not in numbers:
            numbers[programme] = len(numbers)
            heads.append(programme)
        rows.append(_line("objective", objective_to(one, numbers[programme])))
    lines = [*heads, *rows]
    manifest.write_whole(path, "".join(lines).encode())


def read(path: Path) -> Catalogue:
    """The catalogue of a file that `write` made.

    Raises:
        ValueError, KeyError, TypeError: it is not of the form.
    """
    subjects: list[Subject] = []
    programmes: list[Programme] = []
    objectives: list[LearningObjective] = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            plain = json.loads(line)
            what = plain.pop("what")
            if what == "subject":
                subjects.append(Subject(**plain))
            elif what == "programme":
                programmes.append(programme_from(plain))
            else:
                objectives.append(objective_from(plain, programmes[plain["programme"]]))
    return catalogue(subjects, objectives)


def programme_from(plain: Mapping[str, Any]) -> Programme:
    """The programme of a plain mapping of its fields."""
    return Programme(
        **{
            **plain,
            "level": Level(plain["level"]),
            "grades": tuple(plain["grades"]),
            "hours": tuple(Hours(**one) for one in plain["hours"]),
        }
    )


def objective_to(one: LearningObjective, programme: int) -> dict[str, Any]:
    """A plain mapping; `programme` is the number of its programme among those written before."""
    return {
        "code": one.code,
        "grade": one.grade,
        "subject": one.subject,
        "track": one.track,
        "language_of_instruction": one.language_of_instruction,
        "wording_language": one.wording_language,
        "quarters": list(one.quarters),
        "section": {"number": one.section.number, "name": one.section.name, "names": dict(one.section.names)},
        "subsection": one.subsection
        and {"number": one.subsection.number, "names": dict(one.subsection.names)},
        "texts": dict(one.texts),
        "official": list(one.official),
        "as_read": dict(one.as_read),
        "source": one.source,
        "programme": programme,
    }


def objective_from(plain: Mapping[str, Any], programme: Programme) -> LearningObjective:
    """The objective of a mapping made by `objective_to`."""
    subsection = plain["subsection"]
    return LearningObjective(
        **{
            **plain,
            "quarters": tuple(plain["quarters"]),
            "section": Section(**plain["section"]),
            "subsection": None if subsection is None else Subsection(**subsection),
            "official": tuple(plain["official"]),
            "programme": programme,
        }
    )


def _line(what: str, plain: Mapping[str, Any]) -> str:
    return json.dumps({"what": what, **plain}, ensure_ascii=False) + "\n"
