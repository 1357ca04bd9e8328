"""Invented editions of an invented act, for tests of what happens to them."""

from collections.abc import Mapping

from knowledge.curriculum import LearningObjective, Programme, Section, Subsection, level_of
from knowledge.edition import OFFICIAL, Edition, PlanRow, ProgrammeText
from knowledge.passage import UNKNOWN

ACT = "Order 999 of 01.02.2030"


def programme(
    appendix: str = "26", subject: str = "mathematics", track: str = "", edition: str = "as of 2030-02-01"
) -> Programme:
    """A programme of the invented act."""
    return Programme(
        act=ACT,
        appendix=appendix,
        edition=edition,
        subject=subject,
        language_of_instruction=UNKNOWN,
        track=track,
        level=level_of((5, 6)),
        grades=(5, 6),
    )


def text_of(
    wordings: Mapping[str, str],
    of: Programme | None = None,
    language: str = "ru",
    name: str = "Математика",
    plan: tuple[PlanRow, ...] = (),
) -> ProgrammeText:
    """A programme with these wordings by code."""
    of = of or programme()
    return ProgrammeText(
        programme=of,
        subject_name=name,
        plan=plan,
        objectives=tuple(
            LearningObjective(
                code=code,
                grade=int(code.split(".")[0]),
                subject=of.subject,
                track=of.track,
                language_of_instruction=of.language_of_instruction,
                wording_language=language,
                quarters=(),
                section=Section(number=int(code.split(".")[1]), names={language: "Числа"}),
                subsection=Subsection(number=".".join(code.split(".")[1:-1]), names={language: "Дроби"}),
                texts={language: wording},
                programme=of,
                source=OFFICIAL,
                official=(language,),
            )
            for code, wording in wordings.items()
        ),
    )


def edition(*texts: ProgrammeText, name: str = "a", language: str = "ru", appendices: int = 2) -> Edition:
    """An edition with these programmes; `name` makes its digest."""
    return Edition(
        act=ACT,
        language=language,
        edition=f"edition {name}",
        sha256=(name * 64)[:64],
        name=f"{name}.html",
        reader="order399",
        reader_version=1,
        appendices=appendices,
        programmes=texts,
    )
