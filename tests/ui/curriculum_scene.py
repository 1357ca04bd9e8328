"""A small generated curriculum in official form for the Curriculum page, with the programmes that a test needs to see."""

from dataclasses import replace
from functools import cache
from typing import Any

from benchmarks.national import national
from knowledge.curriculum import Catalogue, LearningObjective, Subject, catalogue
from knowledge.passage import Passage
from tests.ui.pages_scene import Shelf, corpus


@cache
def small() -> Catalogue:
    """Every programme of the generated curriculum, with 13 objectives in each grade."""
    return national(4_600)


def tracks(grade: int = 10) -> tuple[LearningObjective, LearningObjective]:
    """The first objectives of one subject and grade in two tracks."""
    first, second = small().find(f"{grade}.1.1.1", subject="algebra-analysis")
    return first, second


def made(**changes: Any) -> LearningObjective:
    """An objective of grade 5 in both official languages, with our own English beside it."""
    one = next(one for one in small().objectives(subject="mathematics", grade=5) if len(one.texts) == 2)
    texts = {"kk": "Сандарды салыстыру", "ru": "Сравнивать числа", "en": "Compare numbers"}
    return replace(one, **{"texts": texts, "official": ("kk", "ru"), "as_read": {}, **changes})


def library(*objectives: LearningObjective, more: tuple[Passage, ...] = ()) -> Shelf:
    """A library with these objectives only, or with the small curriculum."""
    if not objectives:
        return Shelf(small(), (*corpus().passages, *more))
    slugs = {one.subject for one in objectives}
    subjects: list[Subject] = [one for one in small().all_subjects if one.slug in slugs]
    return Shelf(catalogue(subjects, objectives), more)
