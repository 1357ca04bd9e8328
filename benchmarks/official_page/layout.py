"""The act laid out: paragraphs and tables in the order of the official page, in either language, in our own short words."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from benchmarks.official_page.model import Act, Objective, Programme, Section
from benchmarks.official_page.wording import TOPICS

SPLIT = "\ue000"
"""Stands where the markup of a run ends and begins again, in the middle of a line."""

LEVELS = {
    "ru": ("начального", "основного среднего", "общего среднего"),
    "kk": ("Бастауыш", "Негізгі орта", "Жалпы орта"),
}
TAUGHT = {
    "ru": {"kk": "казахским", "ru": "русским", "ug": "уйгурским", "uz": "узбекским", "tg": "таджикским"},
    "kk": {"kk": "қазақ", "ru": "орыс", "ug": "ұйғыр", "uz": "өзбек", "tg": "тәжік"},
}
TRACKS = {
    "ru": {
        "natural-mathematical": " естественно-математического направления",
        "social-humanitarian": " общественно-гуманитарного направления",
        "abai-schools": " (школы имени Абая)",
    },
    "kk": {
        "natural-mathematical": "жаратылыстану-математикалық бағыттағы ",
        "social-humanitarian": "қоғамдық-гуманитарлық бағыттағы ",
        "abai-schools": "(Абай мектептері) ",
    },
}
Lines = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph or a heading."""

    text: str
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A table cell; `inner` is a table inside it."""

    lines: Lines
    wide: int = 1
    tall: int = 1
    inner: tuple[Lines, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table by rows."""

    rows: tuple[tuple[Box, ...], ...]


Element = Text | Table


def lay_out(act: Act, random: Random, *, nasty: bool = True) -> Iterator[Element]:
    """The elements of the page; `nasty` adds the markup that is right but hard (runs inside codes, nested tables)."""
    ru = act.language == "ru"
    yield Text(
        "Об утверждении программ по предметам" if ru else "Пәндер бойынша бағдарламаларды бекіту туралы", True
    )
    yield Text(
        "Приказ Министра просвещения Республики Казахстан от 16 сентября 2022 года № 399. Зарегистрирован 20 сентября 2022 года № 29767"
        if ru
        else "Қазақстан Республикасы Оқу-ағарту министрінің 2022 жылғы 16 қыркүйектегі № 399 бұйрығы. 2022 жылғы 20 қыркүйекте № 29767 болып тіркелді"
    )
    numbers = sorted([*(one.known.appendix for one in act.programmes), *act.empty])
    for place, number in enumerate(numbers, start=1):
        yield Text(
            f"{place}) программа согласно приложению {number} к настоящему приказу;"
            if ru
            else f"{place}) осы бұйрыққа {number}-қосымшаға сәйкес бағдарлама;"
        )
    by_number = {one.known.appendix: one for one in act.programmes}
    for number in numbers:
        yield _heading(number, act.language, random)
        if number in by_number:
            yield from _programme(by_number[number], act.language, random, nasty)
        else:
            yield Text(
                f"Сноска. Приложение {number} исключено приказом Министра от 05.03.2024 № 59."
                if ru
                else f"Ескерту. {number}-қосымша алып тасталды - ҚР Оқу-ағарту министрінің 05.03.2024 № 59 бұйрығымен."
            )
    yield Text("© 2012. Справочный банк" if ru else "© 2012. Анықтамалық банк")


def _heading(number: int, language: str, random: Random) -> Element:
    lines: Lines = (
        (
            f"Приложение {number} к приказу",
            "Министра просвещения",
            "Республики Казахстан",
            "от 16 сентября 2022 года",
            "№ 399",
        )
        if language == "ru"
        else (
            "Қазақстан Республикасы",
            "Оқу-ағарту министрінің",
            "2022 жылғы 16 қыркүйектегі",
            "№ 399 бұйрығына",
            f"{number}-қосымша",
        )
    )
    return Table(((Box(()), Box(lines)),)) if random.random() < 0.8 else Text(" ".join(lines))


def title(programme: Programme, language: str) -> str:
    """The title of a programme as the page gives it."""
    grades, known = programme.grades, programme.known
    level = LEVELS[language][0 if grades[0] <= 4 else 1 if grades[0] <= 9 else 2]
    span = f"{grades[0]}-{grades[-1]}" if len(grades) > 1 else f"{grades[0]}"
    taught = TAUGHT[language].get(known.language_of_instruction, "")
    track = TRACKS[language].get(known.track, "")
    if language == "ru":
        classes = "классов" if len(grades) > 1 else "класса"
        other = (
            " (с нерусским языком обучения)"
            if "russian" in known.subject
            else " (с неказахским языком обучения)"
        )
        instruction = (
            f" (с {taught} языком обучения)" if taught else other if known.language_of_instruction else ""
        )
        return f"Типовая учебная программа по учебному предмету «{programme.name}»{instruction} для {span} {classes}{track} уровня {level} образования"
    other = " (оқыту орыс тілді емес)" if "russian" in known.subject else " (оқыту қазақ тілді емес)"
    instruction = f" (оқыту {taught} тілінде)" if taught else other if known.language_of_instruction else ""
    return f"{level} білім беру деңгейінің {track}{span}-сыныптарына арналған «{programme.name}» оқу пәнінен үлгілік оқу бағдарламасы{instruction}"


def _programme(programme: Programme, language: str, random: Random, nasty: bool) -> Iterator[Element]:
    ru, number, grades = language == "ru", programme.known.appendix, programme.grades
    yield Text(title(programme, language), True)
    if programme.amended:
        yield Text(
            f"Сноска. Приложение {number} - в редакции приказа Министра просвещения РК от 21.11.2022 № 467 (вводится в действие с 01.01.2023)."
            if ru
            else f"Ескерту. {number}-қосымша жаңа редакцияда - ҚР Оқу-ағарту министрінің 21.11.2022 № 467 (01.01.2023 бастап қолданысқа енгізіледі) бұйрығымен."
        )
    yield Text("Глава 1. Общие положения" if ru else "1-тарау. Жалпы ережелер", True)
    for _ in range(6):
        yield Text(_remark(random, language))
    yield Text("Глава 2. Содержание предмета" if ru else "2-тарау. Пәннің мазмұны", True)
    yield Text("Параграф 1. Часы" if ru else "1-параграф. Сағаттар", True)
    for place, (grade, (week, year)) in enumerate(programme.hours.items(), start=1):
        amount = f"{week:g}".replace(".", ",")
        yield Text(
            f"{place}) в {grade} классе – {amount} часа в неделю, {year} часов в учебном году;"
            if ru
            else f"{place}) {grade}-сыныпта – аптасына {amount} сағат, оқу жылында {year} сағат;"
        )
    head = ("Класс", "Часы") if ru else ("Сынып", "Сағат")
    yield Table(
        (
            tuple(Box((word,)) for word in head),
            *((Box((f"{grade}",)), Box((f"{year}",))) for grade, (_, year) in programme.hours.items()),
        )
    )
    yield Text("Параграф 2. Система целей обучения" if ru else "2-параграф. Оқу мақсаттарының жүйесі", True)
    first = next(programme.objectives())
    digits = first.code.split(".")
    yield Text(
        f"Код читается так: в записи {first.code} «{digits[0]}» – класс, «{digits[1]}» – раздел, «{digits[-1]}» – номер цели."
        if ru
        else f"Код былай оқылады: {first.code} жазуында «{digits[0]}» – сынып, «{digits[1]}» – бөлім, «{digits[-1]}» – мақсаттың нөмірі."
    )
    for section in programme.sections:
        yield from _section(programme, section, language, random, nasty)
    yield Text(
        "Параграф 3. Долгосрочный план по реализации программы"
        if ru
        else "3-параграф. Бағдарламаны іске асыру бойынша ұзақ мерзімді жоспар",
        True,
    )
    for place, grade in enumerate(grades, start=1):
        yield Text(f"{place}) {grade} класс:" if ru else f"{place}) {grade}-сынып:")
        yield _plan(programme, grade, language, random)


def _remark(random: Random, language: str) -> str:
    """A paragraph with numbers that are no codes."""
    a, b = random.randint(1, 28), random.randint(2019, 2025)
    if language == "ru":
        return random.choice(
            (
                f"Программа учитывает приказ от {a:02}.09.{b} № 12.{a} и правила пункта 1.{a}.3, принятые {a:02}.10.{b} года.",
                f"Учебный год длится 34 недели, занятие – 45 минут; адрес учебного узла 192.168.1.{a}, масса набора 1.{a} кг.",
                f"Оценивание ведётся по трём видам работ в 1-й, 2-й и {a}-й неделе; версия журнала 10.0.0.{a}.",
            )
        )
    return random.choice(
        (
            f"Бағдарлама {a:02}.09.{b} № 12.{a} бұйрықты және 1.{a}.3-тармақтың қағидаларын ескереді.",
            f"Оқу жылы 34 аптаға созылады, сабақ – 45 минут; оқу торабының мекенжайы 192.168.1.{a}, жинақтың массасы 1.{a} кг.",
            f"Бағалау үш жұмыс түрі бойынша жүргізіледі; журналдың нұсқасы 10.0.0.{a}.",
        )
    )


def _section(
    programme: Programme, section: Section, language: str, random: Random, nasty: bool
) -> Iterator[Element]:
    ru, grades = language == "ru", programme.grades
    opening = (
        f"{section.number}) раздел {section.number} «{section.name}»:"
        if ru
        else f"{section.number}) {section.number}-бөлім «{section.name}»:"
    )
    in_table = nasty and random.random() < 0.3
    rows: list[tuple[Box, ...]] = []
    if in_table:
        rows.append(
            (
                Box(
                    (
                        f"Раздел {section.number}. {section.name}"
                        if ru
                        else f"{section.number}-бөлім. {section.name}",
                    ),
                    wide=len(grades) + 1,
                ),
            )
        )
    else:
        yield Text(opening)
    head = (
        Box(("Подраздел" if ru else "Бөлімше",)),
        *(Box((f"{grade} класс" if ru else f"{grade}-сынып",)) for grade in grades),
    )
    if nasty and random.random() < 0.3:
        goals = "Цели обучения" if ru else "Оқу мақсаттары"
        rows.append((Box(head[0].lines, tall=2), Box((goals,), wide=len(grades))))
        rows.append(head[1:])
    else:
        rows.append(head)
    pair = " ".join(f"{grade}.{section.number}." for grade in grades)
    if section.heading == "cells":
        rows.append((Box(("",)), *(Box((f"{grade}.{section.number}.",)) for grade in grades)))
    elif section.heading == "row":
        rows.append((Box((pair,), wide=len(grades) + 1),))
    for number, row in enumerate(section.rows):
        name = f"{'.'.join(map(str, row.place))} {row.name}"
        label = (name,) if random.random() < 0.6 else tuple(name.split(" ", 1))
        boxes = [_goals(row.cells[grade], random, nasty) for grade in grades]
        if section.heading == "line" and number == 0:
            boxes[0] = Box((pair, *boxes[0].lines), inner=boxes[0].inner)
        rows.append((Box(label), *boxes))
        if nasty and number + 1 < len(section.rows) and random.random() < 0.15:
            yield Table(tuple(rows))
            rows = [head] if random.random() < 0.5 else []
    yield Table(tuple(rows))


def _goals(cell: list[Objective], random: Random, nasty: bool) -> Box:
    text = ""
    for one in cell:
        if one.shown:
            text += (one.before if text else "") + (_hard(one, random) if nasty else one.line)
    lines = tuple(line for line in text.split("\n") if line)
    if nasty and random.random() < 0.03 and len(lines) > 2 and not any(one.defect for one in cell):
        return Box(lines[:1], inner=tuple((line,) for line in lines[1:]))
    return Box(lines)


def _hard(one: Objective, random: Random) -> str:
    """The line of an objective with the markup of runs inside its code, or its wording over two paragraphs."""
    line, chance = one.line, random.random()
    if chance < 0.15 and not one.typed_code:
        at = random.randint(1, len(one.code))
        return line[:at] + SPLIT + line[at:]
    if chance < 0.2 and not one.typed and not one.defect and one.text.count(" ") > 8:
        words = one.text.split(" ")
        at = random.randint(3, len(words) - 3)
        if words[at][0].isalpha() and words[at][0].islower() and words[at - 1][-1].isalpha():
            return f"{one.code} {' '.join(words[:at])}\n{' '.join(words[at:])}{one.end}"
    return line


def _plan(programme: Programme, grade: int, language: str, random: Random) -> Table:
    ru = language == "ru"
    head = ("Раздел", "Темы", "Цели обучения") if ru else ("Бөлім", "Тақырыптар", "Оқу мақсаттары")
    rows: list[tuple[Box, ...]] = [tuple(Box((word,)) for word in head)]
    cells = [(section, row.cells[grade]) for section in programme.sections for row in section.rows]
    for quarter in (1, 2, 3, 4):
        rows.append((Box((f"{quarter} четверть" if ru else f"{quarter}-тоқсан",), wide=3),))
        for section, cell in cells:
            lines = [
                f"{one.code} {one.planned or one.text};"
                for one in cell
                if one.counted and quarter in one.quarters
            ]
            lines += [
                f"{one.code} {one.text};"
                for one in programme.only_planned
                if quarter in one.quarters and cell and one.numbers[:-1] == cell[0].numbers[:-1]
            ]
            half = (len(lines) + 1) // 2
            if half and half < len(lines) and random.random() < 0.4:
                rows.append(
                    (
                        Box((section.name,), tall=2),
                        Box((random.choice(TOPICS[language]),)),
                        Box(tuple(lines[:half])),
                    )
                )
                rows.append((Box((random.choice(TOPICS[language]),)), Box(tuple(lines[half:]))))
            elif lines:
                rows.append(
                    (Box((section.name,)), Box((random.choice(TOPICS[language]),)), Box(tuple(lines)))
                )
    return Table(tuple(rows))
