"""The invented act before it is written down: programmes, objectives, and the truth that a reader must find."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from benchmarks.official_page.wording import NAMES, wording
from knowledge.programmes import KnownProgramme, ProgrammeList

THREE_PARTS = frozenset({106, 107, 124})
WORDED_IN_KAZAKH = frozenset({1, 2, 12, 13, 35, 36})
Numbers = tuple[int, ...]


@dataclass(slots=True)
class Objective:
    """One objective: its true wording, and how it is typed on the page.

    Attributes:
        typed_code, typed: as they stand on the page.
        before: what stands between the objective above and this one: a new line unless a defect says otherwise.
        gap: what stands between code and wording.
        after: text that is stuck to it.
        counted: false for what is typed but must not enter the catalogue.
        shown: false where another objective's line stands for it.
    """

    numbers: Numbers
    text: str
    typed_code: str = ""
    typed: str = ""
    before: str = "\n"
    gap: str = " "
    end: str = ";"
    after: str = ""
    quarters: tuple[int, ...] = ()
    planned: str = ""
    counted: bool = True
    shown: bool = True
    defect: str = ""

    @property
    def code(self) -> str:
        """The code."""
        return ".".join(map(str, self.numbers))

    @property
    def line(self) -> str:
        """The objective as it is typed."""
        return f"{self.typed_code or self.code}{self.gap}{self.typed or self.text}{self.end}{self.after}"


@dataclass(slots=True)
class Row:
    """A subsection: its name and a cell of objectives for each grade."""

    place: Numbers
    name: str
    cells: dict[int, list[Objective]]


@dataclass(slots=True)
class Section:
    """A section with its subsections; `heading` is what is planted in its table's heading."""

    number: int
    name: str
    rows: list[Row]
    heading: str = ""


@dataclass(slots=True)
class Programme:
    """One programme of the act."""

    known: KnownProgramme
    name: str
    language: str
    sections: list[Section]
    hours: dict[int, tuple[float, int]]
    only_planned: list[Objective] = field(default_factory=list)
    amended: bool = False

    @property
    def grades(self) -> range:
        """Its grades."""
        return range(self.known.grades[0], self.known.grades[1] + 1)

    def cells(self) -> Iterator[list[Objective]]:
        """The cells of its matrix in the order of the page."""
        for section in self.sections:
            for row in section.rows:
                for grade in self.grades:
                    yield row.cells[grade]

    def objectives(self) -> Iterator[Objective]:
        """The objectives that the catalogue must have."""
        for cell in self.cells():
            yield from (one for one in cell if one.counted)


@dataclass(slots=True)
class Act:
    """The whole act and what was planted: for each defect the appendix and the code (or words) of every place."""

    language: str
    programmes: list[Programme]
    empty: tuple[int, ...] = (32,)
    planted: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def truth(self) -> dict[tuple[int, str], Objective]:
        """The objectives by appendix and code."""
        return {(one.known.appendix, it.code): it for one in self.programmes for it in one.objectives()}


def invent(random: Random, known: ProgrammeList, language: str, appendices: list[int], density: int) -> Act:
    """An act without defects; `density` is how many objectives a cell has at most."""
    programmes = [
        _programme(random, known, known.programmes[number], language, density)
        for number in appendices
        if number in known.programmes
    ]
    return Act(language, programmes, tuple(number for number in appendices if number not in known.programmes))


def _programme(
    random: Random, known: ProgrammeList, listed: KnownProgramme, language: str, density: int
) -> Programme:
    name = known.subjects[listed.subject].names[language]
    if not listed.subject.startswith("second-"):
        name = name.split(" (")[0]
    tongue = (
        "kk" if listed.appendix in WORDED_IN_KAZAKH else "en" if "english" in listed.subject else language
    )
    three = listed.appendix in THREE_PARTS
    names = random.sample(NAMES[language], 16)
    grades = range(listed.grades[0], listed.grades[1] + 1)
    sections: list[Section] = []
    for number in range(1, random.randint(3, 5) + 1):
        rows: list[Row] = []
        for sub in range(1, 2 if three else random.randint(2, 4) + 1):
            place = (number,) if three else (number, sub)
            most = density * 4 if random.random() < 0.12 or three else density
            cells = {grade: _cell(random, grade, place, tongue, most) for grade in grades}
            rows.append(Row(place, f"{random.choice(names)} {number}", cells))
        sections.append(Section(number, names[number], rows))
    hours = {grade: (random.choice((0.5, 1, 2, 3, 4, 5)), 0) for grade in grades}
    hours = {grade: (week, int(week * (33 if grade == 1 else 34))) for grade, (week, _) in hours.items()}
    made = Programme(listed, name, tongue, sections, hours, amended=random.random() < 0.4)
    _mention(random, made)
    return made


def _cell(random: Random, grade: int, place: Numbers, tongue: str, most: int) -> list[Objective]:
    count = random.randint(max(1, most // 2), most)
    cell = []
    for number in range(1, count + 1):
        text = wording(random, tongue)
        if random.random() < 0.1:
            text = text[0].upper() + text[1:]
        quarters = tuple(sorted(random.sample((1, 2, 3, 4), random.choice((1, 1, 2)))))
        cell.append(
            Objective(
                (grade, *place, number), text, quarters=quarters, end=random.choice(";;;;;;;;; ").strip()
            )
        )
    return cell


def _mention(random: Random, programme: Programme) -> None:
    """Let some wordings name other codes, addresses, dates and numbers that are no codes of their own."""
    for cell in programme.cells():
        for number, one in enumerate(cell):
            chance = random.random()
            if chance < 0.01 and number + 1 < len(cell):
                one.text += (
                    f" (с учётом {cell[number + 1].code} и далее)"
                    if programme.language == "ru"
                    else f" ({cell[number + 1].code})"
                )
            elif chance < 0.02:
                one.text += random.choice(
                    (" 192.168.1.1", " (10.0.0.1)", " 16.09.2022", " (№ 399)", " 10.1", " 1.5 л")
                )


def wordings(act: Act) -> Iterator[str]:
    """Every true wording of an act."""
    for programme in act.programmes:
        yield from (one.text for one in programme.objectives())
