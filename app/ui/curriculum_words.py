"""Wording what the catalogue says of an objective: subject, track, act, edition, quarters, how it was read."""

import re
from collections.abc import Sequence
from datetime import date

from app.i18n import Translator
from app.ui.alphabet import alphabetical
from knowledge.curriculum import Catalogue, LearningObjective, Subject
from knowledge.passage import UNKNOWN

ORDER = re.compile(r"Order (?P<number>\d{1,6}) of (?P<date>[\d.]{8,10})")
AS_OF = re.compile(r"as of (?P<date>\d{4}-\d{2}-\d{2})")
LANGUAGES_OF_INSTRUCTION = frozenset({"kk", "ru", "en", "fr", "ug", "uz", "tg", "other"})
TRACKS = frozenset({"natural-mathematical", "social-humanitarian"})
STARTER = "Ustaz starter corpus"
SOURCES = frozenset({"extract", "second-hand"})


def subject_name(catalogue: Catalogue, slug: str, t: Translator) -> str:
    """The subject's name in the language of the page; the slug where nobody named it."""
    subject = catalogue.subject(slug)
    return slug if subject is None else subject.names[t.language]


def sorted_subjects(catalogue: Catalogue, t: Translator) -> tuple[Subject, ...]:
    """The subjects by their names in the language of the page."""
    return tuple(sorted(catalogue.subjects(), key=lambda one: alphabetical(one.names[t.language])))


def grades(numbers: Sequence[int], t: Translator) -> str:
    """Grades in short: 1, 2, 3, 5 as `grades 1-3, 5`."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    if len(runs) == 1 and len(runs[0]) == 1:
        return t("curriculum.grade", grade=runs[0][0])
    spans = ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
    return t("curriculum.grades", grades=spans)


def act(text: str, t: Translator) -> str:
    """The act, worded where its form is known; otherwise as it was written down."""
    match = ORDER.fullmatch(text)
    if match is not None:
        return t("curriculum.act.order", number=match["number"], date=match["date"])
    return t("curriculum.unknown") if text in ("", UNKNOWN) else text


def edition(text: str, t: Translator) -> str:
    """The edition, worded where its form is known."""
    match = AS_OF.fullmatch(text)
    if match is not None:
        day = date.fromisoformat(match["date"])
        return t("curriculum.edition.as_of", date=day.strftime("%d.%m.%Y"))
    return t("curriculum.unknown") if text in ("", UNKNOWN) else text


def source(text: str, t: Translator) -> str:
    """The collection that a passage comes from; the one that ships is worded."""
    return t("curriculum.source.starter") if text == STARTER else known(text, t)


def known(text: str, t: Translator) -> str:
    """A field as it is, or that it is not known."""
    return t("curriculum.unknown") if text in ("", UNKNOWN) else text


def quarters(objective: LearningObjective, t: Translator) -> str:
    """The quarters in which it is taught, or that this is not known."""
    if not objective.quarters:
        return t("curriculum.unknown")
    return ", ".join(map(str, objective.quarters))


def track(name: str, t: Translator) -> str:
    """The track; empty where the programme has none."""
    if not name:
        return ""
    return t(f"curriculum.track.{name}") if name in TRACKS else known(name, t)


def language_name(code: str, t: Translator) -> str:
    """A language of instruction or of the wording."""
    if code in LANGUAGES_OF_INSTRUCTION:
        return t(f"curriculum.language.{code}")
    return known(code, t)


def reading(objective: LearningObjective, t: Translator) -> str:
    """How the objective was read: from the official page, or second-hand; and in which language."""
    key = objective.source if objective.source in SOURCES else UNKNOWN
    return t(f"curriculum.reading.{key}", language=language_name(objective.wording_language, t))


def facts(objective: LearningObjective, t: Translator) -> tuple[tuple[str, str], ...]:
    """The fields under an objective, as (label, text) pairs: unknown ones say so, they are never guessed."""
    programme = objective.programme
    rows = [
        (t("curriculum.field.act"), act(programme.act, t)),
        (t("curriculum.field.appendix"), known(programme.appendix, t)),
        (t("curriculum.field.edition"), edition(programme.edition, t)),
        (t("curriculum.field.instruction"), language_name(objective.language_of_instruction, t)),
        (t("curriculum.field.quarters"), quarters(objective, t)),
        (t("curriculum.field.reading"), reading(objective, t)),
    ]
    if objective.track:
        rows.insert(0, (t("curriculum.field.track"), track(objective.track, t)))
    return tuple(rows)
