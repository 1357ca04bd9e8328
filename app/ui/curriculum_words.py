"""Wording what the catalogue says of an objective: subject, programme, act, edition, quarters, how it was read."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from app.i18n import Translator
from app.ui.alphabet import alphabetical
from knowledge.curriculum import Catalogue, Hours, LearningObjective, Programme, Subject
from knowledge.passage import UNKNOWN

ORDER = re.compile(r"Order (?P<number>[\w-]{1,12}) of (?P<date>[\d.]{8,10})")
AS_OF = re.compile(r"as of (?P<date>\d{4}-\d{2}-\d{2})")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
LANGUAGES_OF_INSTRUCTION = frozenset({"kk", "ru", "en", "fr", "de", "ug", "uz", "tg", "other"})
TRACKS = frozenset({"natural-mathematical", "social-humanitarian", "abai-schools"})
STARTER = "Ustaz starter corpus"
SOURCES = frozenset({"extract", "second-hand", "official"})


def subject_name(catalogue: Catalogue, slug: str, t: Translator) -> str:
    """The subject's name in the language of the page; the slug where nobody named it."""
    subject = catalogue.subject(slug)
    return slug if subject is None else named(subject, t)


def named(subject: Subject, t: Translator) -> str:
    """The subject's name in the language of the page, else in another one."""
    names = subject.names
    return names.get(t.language) or next((name for name in names.values() if name), subject.slug)


def sorted_subjects(catalogue: Catalogue, t: Translator) -> tuple[Subject, ...]:
    """The subjects by their names in the language of the page."""
    return tuple(sorted(catalogue.subjects(), key=lambda one: alphabetical(named(one, t))))


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
    return known(text, t)


def edition(text: str, t: Translator) -> str:
    """The edition, worded where its form is known."""
    match = AS_OF.fullmatch(text)
    if match is not None:
        return t("curriculum.edition.as_of", date=day(match["date"]))
    return known(text, t)


def day(text: str) -> str:
    """An ISO date as it is written here, day.month.year; anything else as it is."""
    return date.fromisoformat(text).strftime("%d.%m.%Y") if DAY.fullmatch(text) else text


def validity(programme: Programme, t: Translator) -> str:
    """From when and until when the programme is in force."""
    begin, end = programme.valid_from, programme.valid_to
    if not DAY.fullmatch(begin):
        return t("curriculum.unknown")
    if DAY.fullmatch(end):
        return t("curriculum.valid.span", begin=day(begin), end=day(end))
    return t("curriculum.valid.from", begin=day(begin))


def appendix(programme: Programme, t: Translator) -> str:
    """Act and appendix in one line."""
    if programme.appendix in ("", UNKNOWN):
        return act(programme.act, t)
    return f"{act(programme.act, t)}, {t('curriculum.appendix', number=programme.appendix)}"


def place_in_acts(programme: Programme, t: Translator) -> str:
    """Act, appendix, edition and amending order in one line; what is not known of them is left out."""
    parts = [appendix(programme, t)]
    if programme.edition not in ("", UNKNOWN):
        parts.append(edition(programme.edition, t))
    if programme.amended_by not in ("", UNKNOWN):
        parts.append(t("curriculum.amended", act=act(programme.amended_by, t)))
    return ", ".join(parts)


def kind(one: Programme, t: Translator) -> str:
    """Track and language of instruction in words; empty where neither is known."""
    parts = []
    if one.track not in ("", UNKNOWN):
        parts.append(track(one.track, t))
    if one.language_of_instruction not in ("", UNKNOWN):
        parts.append(instruction(one.language_of_instruction, t))
    return ", ".join(parts)


def programme(one: Programme, t: Translator) -> str:
    """What tells a programme from others of its subject and grade: track and language of instruction, in words.

    Where neither is known, its appendix; where that is not known either, that nothing is.
    """
    if words := kind(one, t):
        return words
    known_appendix = one.appendix not in ("", UNKNOWN)
    return (
        t("curriculum.appendix", number=one.appendix) if known_appendix else t("curriculum.programme.unknown")
    )


def programmes(several: Iterable[Programme], t: Translator) -> dict[str, str]:
    """The words for programmes by key; those that would read alike also say their appendix and act."""
    distinct = {one.key: one for one in several}
    words = {key: programme(one, t) for key, one in distinct.items()}
    alike = {word for word, times in Counter(words.values()).items() if times > 1}
    return {
        key: f"{word}, {place_in_acts(distinct[key], t)}" if word in alike else word
        for key, word in words.items()
    }


def instruction(code: str, t: Translator) -> str:
    """The language that a programme's classes are taught in, as a phrase."""
    if code in LANGUAGES_OF_INSTRUCTION:
        return t(f"curriculum.instruction.{code}")
    return known(code, t)


def hours(several: Sequence[Hours], grade: int, t: Translator) -> str:
    """Lessons a week (and a year) in that grade; empty where no act was read that says so."""
    one = next((one for one in several if one.grade == grade), None)
    if one is None or (one.per_week is None and one.per_year is None):
        return ""
    parts = [] if one.per_week is None else [t("curriculum.hours.week", n=t.number(one.per_week))]
    if one.per_year is not None:
        parts.append(t("curriculum.hours.year", n=one.per_year))
    return ", ".join(parts)


def source(text: str, t: Translator) -> str:
    """The collection that a passage comes from; the one that ships is worded."""
    return t("curriculum.source.starter") if text == STARTER else act(text, t)


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
    spoken = objective.official or (objective.wording_language,)
    return t(f"curriculum.reading.{key}", language=", ".join(language_name(one, t) for one in spoken))


def section(objective: LearningObjective, t: Translator) -> str:
    """`Section 2. Its name`; the number alone where nobody read the name.

    The starter corpus names sections in Russian only, so that its names stand on the Russian page alone.
    """
    number = t("curriculum.section", number=objective.section.number)
    one = objective.section
    name = one.named(t.language) if one.names else one.name if t.language == "ru" else ""
    return number if name in ("", UNKNOWN) else f"{number}. {name}"


def subsection(objective: LearningObjective, t: Translator) -> str:
    """`1.2 Its name`; the number alone where nobody read the name; empty in codes of three parts."""
    number = ".".join(objective.code.split(".")[1:-1])
    if "." not in number:
        return ""
    name = "" if objective.subsection is None else objective.subsection.named(t.language)
    return f"{number} {name}".strip()


def facts(objective: LearningObjective, t: Translator) -> tuple[tuple[str, str], ...]:
    """The fields under an objective, as (label, text) pairs: unknown ones say so, they are never guessed."""
    one = objective.programme
    rows = [(t("curriculum.field.section"), section(objective, t))]
    if objective.track:
        rows.insert(0, (t("curriculum.field.track"), track(objective.track, t)))
    if under := subsection(objective, t):
        rows.append((t("curriculum.field.subsection"), under))
    rows.append((t("curriculum.field.quarters"), quarters(objective, t)))
    if weekly := hours(one.hours, objective.grade, t):
        rows.append((t("curriculum.field.hours"), weekly))
    rows += [
        (t("curriculum.field.instruction"), language_name(objective.language_of_instruction, t)),
        (t("curriculum.field.act"), act(one.act, t)),
        (t("curriculum.field.appendix"), known(one.appendix, t)),
        (t("curriculum.field.edition"), edition(one.edition, t)),
    ]
    if objective.official:
        rows.append((t("curriculum.field.amended"), act(one.amended_by, t)))
        rows.append((t("curriculum.field.valid"), validity(one, t)))
    rows.append((t("curriculum.field.reading"), reading(objective, t)))
    return tuple(rows)
