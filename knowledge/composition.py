"""One catalogue and its passages from the starter corpus and the official editions in force."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge.curriculum import (
    Catalogue,
    LearningObjective,
    Programme,
    Section,
    Subject,
    Subsection,
    catalogue,
    code_order,
)
from knowledge.edition import Edition
from knowledge.passage import LANGUAGES, UNKNOWN, Kind, Passage, passage_id
from knowledge.starter import Corpus

TITLES = {
    "kk": "{subject}, {grade}-сынып",
    "ru": "{subject}, {grade} класс",
    "en": "{subject}, grade {grade}",
}
FALLBACK = "ru"


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """The catalogue with the passages of the official objectives and of the starter corpus."""

    catalogue: Catalogue
    passages: tuple[Passage, ...]


def compose(corpus: Corpus, editions: Sequence[Edition], subjects: Mapping[str, Subject]) -> Composed:
    """The starter corpus with the editions in force over it, in the order in which they were switched on.

    The same objective in two languages of one act is one objective. A starter objective that an official one
    takes the place of lends its words, as ours, to the languages that no edition words. `subjects` names
    subjects by slug; one that is not there is named as its programme names it.
    """
    if not editions:
        return Composed(catalogue=corpus.catalogue, passages=corpus.passages)
    official = _merged(editions)
    lent, stays = _lend(corpus.catalogue.all_objectives, official)
    objectives = [_with_lent(one, lent.get(key, ())) for key, one in official.items()]
    known = {
        **_named(editions),
        **subjects,
        **{one.slug: one for one in corpus.catalogue.all_subjects},
    }
    used = {one.subject for one in (*objectives, *stays)}
    whole = catalogue((known[slug] for slug in used), (*objectives, *stays))
    gone = {one.family for one in corpus.catalogue.all_objectives} - {one.family for one in stays}
    written = _written_in(editions)
    passages = [one for one in corpus.passages if one.family not in gone]
    for one in sorted(objectives, key=lambda one: (one.subject, code_order(one.code), one.key)):
        passages.extend(_passages(one, known[one.subject], written))
    unique = {one.id: one for one in passages}
    return Composed(catalogue=whole, passages=tuple(unique.values()))


def _merged(editions: Sequence[Edition]) -> dict[str, LearningObjective]:
    """The official objectives by key; later editions stand over earlier ones of the same programme and language."""
    latest: dict[tuple[str, str], tuple[LearningObjective, ...]] = {}
    for edition in editions:
        for text in edition.programmes:
            latest.pop((text.programme.key, edition.language), None)
            latest[text.programme.key, edition.language] = text.objectives
    found: dict[str, LearningObjective] = {}
    for objectives in latest.values():
        for one in objectives:
            other = found.get(one.key)
            found[one.key] = one if other is None else _joined(other, one)
    return found


def _joined(one: LearningObjective, other: LearningObjective) -> LearningObjective:
    """One objective read in two languages."""
    texts = {**other.texts, **one.texts}
    return replace(
        one,
        texts=texts,
        as_read={**other.as_read, **one.as_read},
        official=tuple(sorted(texts, key=_order)),
        quarters=one.quarters or other.quarters,
        section=Section(number=one.section.number, names={**other.section.names, **one.section.names}),
        subsection=_subsection(one.subsection, other.subsection),
        programme=_programme(one.programme, other.programme),
    )


def _order(language: str) -> tuple[int, str]:
    return (LANGUAGES.index(language) if language in LANGUAGES else len(LANGUAGES), language)


def _subsection(one: Subsection | None, other: Subsection | None) -> Subsection | None:
    if one is None or other is None:
        return one or other
    return Subsection(number=one.number, names={**other.names, **one.names})


def _programme(one: Programme, other: Programme) -> Programme:
    return replace(
        one,
        titles={**other.titles, **one.titles},
        hours=one.hours or other.hours,
        language_of_instruction=other.language_of_instruction
        if one.language_of_instruction == UNKNOWN
        else one.language_of_instruction,
    )


def _lend(
    starter: Iterable[LearningObjective], official: Mapping[str, LearningObjective]
) -> tuple[dict[str, list[LearningObjective]], tuple[LearningObjective, ...]]:
    """Which starter objectives are the same as an official one, by its key, and which stay by themselves."""
    by_code: dict[tuple[str, str], list[tuple[str, LearningObjective]]] = {}
    for key, one in official.items():
        by_code.setdefault((one.subject, one.code), []).append((key, one))
    lent: dict[str, list[LearningObjective]] = {}
    stays: list[LearningObjective] = []
    for ours in starter:
        same = [key for key, one in by_code.get((ours.subject, ours.code), ()) if _same_programme(ours, one)]
        for key in same:
            lent.setdefault(key, []).append(ours)
        if not same:
            stays.append(ours)
    return lent, tuple(stays)


def _same_programme(ours: LearningObjective, official: LearningObjective) -> bool:
    if UNKNOWN not in (ours.programme.appendix, official.programme.appendix):
        return ours.programme.appendix == official.programme.appendix
    return UNKNOWN in (ours.track, official.track) or ours.track == official.track


def _with_lent(one: LearningObjective, lent: Sequence[LearningObjective]) -> LearningObjective:
    texts = dict(one.texts)
    for ours in lent:
        for language, text in ours.texts.items():
            texts.setdefault(language, text)
    return replace(one, texts=texts)


def _named(editions: Sequence[Edition]) -> dict[str, Subject]:
    """Subjects as their programmes name them; a language that no edition is in shows another one's name."""
    names: dict[str, dict[str, str]] = {}
    for edition in editions:
        for text in edition.programmes:
            names.setdefault(text.programme.subject, {}).setdefault(edition.language, text.subject_name)
    return {
        slug: Subject(
            slug=slug,
            names={
                one: spoken.get(one) or spoken.get(FALLBACK) or next(iter(spoken.values()))
                for one in LANGUAGES
            },
        )
        for slug, spoken in names.items()
    }


def _written_in(editions: Sequence[Edition]) -> dict[tuple[str, str], Programme]:
    """The programme as the edition of one language has it, by programme key and language of a wording."""
    return {
        (text.programme.key, language): text.programme
        for edition in editions
        for text in edition.programmes
        for one in text.objectives
        for language in one.texts
    }


def _passages(
    one: LearningObjective, subject: Subject, written: Mapping[tuple[str, str], Programme]
) -> Iterable[Passage]:
    for language in LANGUAGES:
        if language not in one.texts:
            continue
        text = " ".join(one.texts[language].split())
        programme = written.get((one.programme.key, language), one.programme)
        ours = language not in one.official
        title = TITLES[language].format(subject=subject.names[language], grade=one.grade)
        under = one.subsection.names.get(language, "") if one.subsection else ""
        yield Passage(
            id=passage_id(
                text=text,
                language=language,
                source=programme.act,
                place=f"{one.programme.key} {one.code}",
                school=None,
            ),
            text=text,
            language=language,
            kind=Kind.OBJECTIVE,
            title=f"{title}. {under}" if under else title,
            subject=one.subject,
            grades=(one.grade,),
            codes=(one.code,),
            family=one.family,
            source=programme.act,
            act=programme.act,
            appendix=programme.appendix,
            edition=programme.edition,
            place=one.code if ours else f"§ 2, {one.code}",
            track=one.track,
            paraphrase=ours,
        )
