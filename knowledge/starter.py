"""The starter corpus that ships: objectives and topic notes in our own words, read from TOML."""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.chunking import divide, pieces_needed
from knowledge.curriculum import Catalogue, LearningObjective, Programme, Section, Subject, catalogue
from knowledge.passage import LANGUAGES, UNKNOWN, Kind, Passage, passage_id

SHIPPED = Path(__file__).parent / "corpus"


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """The catalogue and the passages of one corpus folder; `digest` is over all its files' bytes."""

    catalogue: Catalogue
    passages: tuple[Passage, ...]
    digest: str


def load(folder: Path = SHIPPED) -> Corpus:
    """Read a corpus folder (`labels.toml`, `objectives/*.toml`, `notes/*/*.toml`).

    Raises:
        ValueError: an objective or a passage stands twice, a note names a code or subject that is not there.
        KeyError, tomllib.TOMLDecodeError: a file is not of the form.
    """
    files = [folder / "labels.toml", *sorted((folder / "objectives").glob("*.toml"))]
    notes = sorted((folder / "notes").glob("*/*.toml"))
    digest = hashlib.sha256()
    plain: dict[Path, dict[str, Any]] = {}
    for file in (*files, *notes):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(folder).as_posix()}\0{len(content)}\0".encode() + content)
        try:
            plain[file] = tomllib.loads(content.decode())
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ValueError(f"{file.name}: {error}") from error
    labels = plain[files[0]]
    subjects = {file: _subject(plain[file]["subject"]) for file in files[1:]}
    objectives = [
        _objective(one, plain[file]["subject"])
        for file in files[1:]
        for one in plain[file].get("objective", ())
    ]
    whole = catalogue(subjects.values(), objectives)
    passages = [
        passage for one in whole.all_objectives for passage in _objective_passages(one, whole, labels)
    ]
    for file in notes:
        passages.extend(_note_passages(plain[file], whole, labels))
    if len({one.id for one in passages}) != len(passages):
        seen: set[str] = set()
        twice = next(one for one in passages if one.id in seen or seen.add(one.id))  # type: ignore[func-returns-value]
        raise ValueError(f"two passages are the same: {twice.place}, {twice.language}: {twice.text[:60]}")
    return Corpus(catalogue=whole, passages=tuple(passages), digest=digest.hexdigest())


def _subject(plain: Mapping[str, Any]) -> Subject:
    return Subject(slug=plain["slug"], names={language: plain[language] for language in LANGUAGES})


def _objective(plain: Mapping[str, Any], subject: Mapping[str, Any]) -> LearningObjective:
    programme = Programme(
        act=plain.get("act", subject.get("act", UNKNOWN)),
        appendix=plain.get("appendix", subject.get("appendix", UNKNOWN)),
        edition=plain.get("edition", subject.get("edition", UNKNOWN)),
        subject=subject["slug"],
        language_of_instruction=plain.get("language_of_instruction", UNKNOWN),
        track=plain.get("track", ""),
    )
    return LearningObjective(
        code=plain["code"],
        grade=plain["grade"],
        subject=subject["slug"],
        track=programme.track,
        language_of_instruction=programme.language_of_instruction,
        wording_language=plain["wording_language"],
        quarters=tuple(plain.get("quarters", ())),
        section=Section(number=int(plain["code"].split(".")[1]), name=plain.get("section", "")),
        texts={language: plain[language] for language in LANGUAGES},
        programme=programme,
        source=plain["source"],
    )


def _objective_passages(
    one: LearningObjective, whole: Catalogue, labels: Mapping[str, Any]
) -> Iterator[Passage]:
    subject = whole.subject(one.subject)
    if subject is None:
        raise ValueError(f"objective {one.key} has no subject")
    for language in LANGUAGES:
        text = " ".join(one.texts[language].split())
        yield Passage(
            id=passage_id(text=text, language=language, source=labels["source"], place=one.code, school=None),
            text=text,
            language=language,
            kind=Kind.OBJECTIVE,
            title=labels["objective_title"][language].format(
                subject=subject.names[language], grades=one.grade
            ),
            subject=one.subject,
            grades=(one.grade,),
            codes=(one.code,),
            family=one.family,
            source=labels["source"],
            act=one.programme.act,
            appendix=one.programme.appendix,
            edition=one.programme.edition,
            place=one.code,
            track=one.track,
            paraphrase=True,
        )


def _note_passages(
    plain: Mapping[str, Any], whole: Catalogue, labels: Mapping[str, Any]
) -> Iterator[Passage]:
    slug, subject = plain["slug"], plain["subject"]
    for code in plain["codes"]:
        if not whole.find(code, subject=subject):
            raise ValueError(f"note {slug}: {code} is no code of {subject}")
    count = pieces_needed([plain["text"][language] for language in LANGUAGES])
    for language in LANGUAGES:
        for number, text in enumerate(divide(plain["text"][language], count), start=1):
            place = f"{slug} {number}"
            yield Passage(
                id=passage_id(
                    text=text, language=language, source=labels["source"], place=place, school=None
                ),
                text=text,
                language=language,
                kind=Kind.NOTE,
                title=plain["title"][language],
                subject=subject,
                grades=tuple(plain["grades"]),
                codes=tuple(plain["codes"]),
                family=f"note:{slug}#{number}",
                source=labels["source"],
                place=place,
                paraphrase=True,
            )
