"""What a reader found against what was planted: right, missed, false, and each defect apart."""

from dataclasses import dataclass, field

from benchmarks.official_page.model import Act
from benchmarks.official_page.planting import EXPECTED
from knowledge.edition import Edition, ProgrammeText
from knowledge.passage import UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The outcome of one reading; `defects` gives planted, seen (mended or reported, and right), and the missed places."""

    planted: int
    found: int
    right: int
    false: tuple[str, ...]
    wrong: tuple[str, ...]
    programmes_wrong: tuple[str, ...]
    quarters_right: int
    hours_right: int
    hours: int
    defects: dict[str, tuple[int, int, tuple[str, ...]]] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """The share of planted objectives with the right programme, grade, code and wording."""
        return self.right / self.planted if self.planted else 1.0


def judge(act: Act, edition: Edition) -> Score:
    """Compare; wordings are equal after folding white space."""
    truth = act.truth()
    read = {
        (_number(text), one.code): one
        for text in edition.programmes
        for one in text.objectives
        if _number(text)
    }
    wrong = []
    for key, one in truth.items():
        got = read.get(key)
        if got is None:
            wrong.append(f"{key[0]} {key[1]}: not found ({one.defect or 'plain'}: {one.line[:80]!r})")
        elif (
            " ".join(one.text.split()) not in {" ".join(text.split()) for text in got.texts.values()}
            or got.grade != one.numbers[0]
        ):
            wrong.append(
                f"{key[0]} {key[1]} ({one.defect or 'plain'}): {one.text!r} read as {dict(got.texts)!r}"
            )
    false = [f"{key[0]} {key[1]}: {dict(one.texts)!r}" for key, one in read.items() if key not in truth]
    return Score(
        planted=len(truth),
        found=len(read),
        right=len(truth) - len(wrong),
        false=tuple(false),
        wrong=tuple(wrong),
        programmes_wrong=tuple(_programmes(act, edition)),
        quarters_right=sum(key in read and read[key].quarters == one.quarters for key, one in truth.items()),
        hours_right=sum(
            any(
                _number(text) == one.known.appendix
                and (hour.grade, hour.per_week, hour.per_year) == (grade, *amount)
                for text in edition.programmes
                for hour in text.programme.hours
            )
            for one in act.programmes
            for grade, amount in one.hours.items()
        ),
        hours=sum(len(one.hours) for one in act.programmes),
        defects={
            name: _defect(act, edition, name, {line.split(":")[0].split(" (")[0] for line in wrong})
            for name in act.planted
        },
    )


def _number(text: ProgrammeText) -> int:
    return int(text.programme.appendix) if text.programme.appendix.isdigit() else 0


def _defect(act: Act, edition: Edition, name: str, wrong: set[str]) -> tuple[int, int, tuple[str, ...]]:
    said = {
        (_number(text), one.code if name != "column_header" else one.detail.split()[0])
        for text in edition.programmes
        for one in text.remarks
        if one.kind is EXPECTED[name] and (one.code or one.detail)
    }
    places = act.planted[name]
    missed = [
        f"{number} {code}"
        for number, code in places
        if (number, code) not in said or f"{number} {code}" in wrong
    ]
    return len(places), len(places) - len(missed), tuple(missed)


def _programmes(act: Act, edition: Edition) -> list[str]:
    by_number = {_number(one): one for one in edition.programmes}
    wrong = []
    for one in act.programmes:
        known, got = one.known, by_number.get(one.known.appendix)
        if got is None:
            wrong.append(f"appendix {known.appendix} not found")
            continue
        head = got.programme
        expected = (known.subject, tuple(one.grades), known.language_of_instruction or UNKNOWN, known.track)
        seen = (head.subject, head.grades, head.language_of_instruction, head.track)
        amended = "Order 467 of 21.11.2022" if one.amended else UNKNOWN
        if seen != expected or head.amended_by != amended or (head.valid_from == "2023-01-01") != one.amended:
            wrong.append(
                f"appendix {known.appendix}: {expected} read as {seen}, {head.amended_by}, {head.valid_from}"
            )
        names = {section.number: section.name for section in one.sections}
        for objective in got.objectives:
            if set(objective.section.names.values()) != {names.get(objective.section.number)}:
                wrong.append(
                    f"appendix {known.appendix}: section {objective.section} is {names.get(objective.section.number)}"
                )
                break
    return wrong
