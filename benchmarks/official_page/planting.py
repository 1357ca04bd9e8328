"""The defects of the official page, planted one by one into an invented act, each place written down."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random

from benchmarks.official_page.model import Act, Objective, Programme, wordings
from benchmarks.official_page.wording import longer, wording
from knowledge.edition import Doubt, Repair

EXPECTED: dict[str, Repair | Doubt] = {
    "glued_before": Repair.GLUED_CODE,
    "glued_after": Repair.GLUED_CODE,
    "two_codes": Repair.TWO_CODES,
    "shared_wording": Repair.TWO_CODES,
    "broken_code": Repair.BROKEN_CODE,
    "spaced_code": Repair.SPACED_CODE,
    "spaced_number": Repair.SPACED_CODE,
    "zero_width": Repair.INVISIBLE,
    "soft_hyphen": Repair.INVISIBLE,
    "split_word": Repair.SPLIT_WORD,
    "column_header": Repair.COLUMN_HEADER,
    "stuck_text": Repair.STUCK_TEXT,
    "wrong_letter": Repair.WRONG_LETTER,
    "question_marks": Doubt.LOST_LETTERS,
    "replacement": Doubt.LOST_LETTERS,
    "no_wording": Doubt.NO_WORDING,
    "long_wording": Doubt.LONG_WORDING,
    "duplicate": Doubt.DUPLICATE_CODE,
    "gap": Doubt.GAP,
    "only_in_plan": Doubt.ONLY_IN_PLAN,
    "plan_differs": Doubt.WORDING_DIFFERS,
    "wrong_grade": Doubt.WRONG_GRADE,
}
"""What a reader must say of each planted defect."""

STUCK = {
    "ru": (
        "Распределение часов на изучение разделов",
        "Параграф 3 настоящей программы",
        "Примечание: часы даны для недели",
    ),
    "kk": (
        "Сағаттарды бөлу тәртібі төменде берілген",
        "3-параграф осы бағдарламаның",
        "Ескерту: сағаттар аптаға берілген",
    ),
}
AFTER_END = {
    "ru": "Занятия проводятся в кабинете и на открытом воздухе по выбору школы",
    "kk": "Сабақтар мектептің таңдауымен кабинетте және ашық ауада өткізіледі",
}
Places = list[tuple[Programme, list[Objective], int]]


class Planter:
    """Plants defects into an act; an objective has at most one, and its neighbour above stays whole."""

    def __init__(self, random: Random, act: Act, count: int) -> None:
        self._random, self._act, self._count = random, act, count
        self._words = Counter(
            word for text in wordings(act) for word in re.findall(r"[^\W\d_]+", text.lower())
        )
        self._pool: Places = [
            (programme, cell, number)
            for programme in act.programmes
            for cell in programme.cells()
            for number in range(len(cell))
        ]
        random.shuffle(self._pool)

    def plant(self, only: frozenset[str] | None = None) -> None:
        """Plant every defect (of `only`) the number of times asked for, where the act has as many places for it.

        Those that change the cells' order come last.
        """
        for name in EXPECTED:
            if only is None or name in only:
                self._act.planted[name] = list(self._each(name))

    def _each(self, name: str) -> Iterator[tuple[int, str]]:
        if name == "column_header":
            yield from self._column_headers()
            return
        how: Callable[[Programme, list[Objective], int], str] = getattr(self, f"_{name}")
        done = 0
        for programme, cell, number in self._pool:
            if done == self._count:
                return
            one = cell[number] if number < len(cell) else None
            above = cell[number - 1] if number else None
            below = cell[number + 1] if one is not None and number + 1 < len(cell) else None
            if one is None or any(near is not None and near.defect for near in (one, above, below)):
                continue
            shown = how(programme, cell, number)
            if shown:
                one.defect = one.defect or name
                done += 1
                yield programme.known.appendix, shown

    def _glued_before(self, programme: Programme, cell: list[Objective], number: int) -> str:
        above = cell[number - 1]
        if not number or not above.text[-1].isalpha():
            return ""
        cell[number].before, above.end, above.defect = "", "", "neighbour"
        return cell[number].code

    def _glued_after(self, programme: Programme, cell: list[Objective], number: int) -> str:
        if not cell[number].text[0].isalpha():
            return ""
        cell[number].gap = ""
        return cell[number].code

    def _two_codes(self, programme: Programme, cell: list[Objective], number: int) -> str:
        if not number:
            return ""
        cell[number].before, cell[number - 1].end = " ", ";"
        return cell[number].code

    def _shared_wording(self, programme: Programme, cell: list[Objective], number: int) -> str:
        if number + 1 >= len(cell):
            return ""
        one, other = cell[number], cell[number + 1]
        other.text, other.shown, other.defect, other.planned = one.text, False, "neighbour", one.text
        one.typed_code = f"{one.code}/{other.numbers[-1]}"
        return other.code

    def _broken_code(self, programme: Programme, cell: list[Objective], number: int) -> str:
        one = cell[number]
        at = self._random.choice([match.end() for match in re.finditer(r"\.", one.code)])
        one.typed_code = f"{one.code[:at]}\n{one.code[at:]}"
        return one.code

    def _spaced_code(self, programme: Programme, cell: list[Objective], number: int) -> str:
        one = cell[number]
        at = self._random.choice([match.start() for match in re.finditer(r"\.", one.code)])
        one.typed_code = self._random.choice(
            (
                f"{one.code[: at + 1]} {one.code[at + 1 :]}",
                f"{one.code[:at]} {one.code[at:]}",
                f"{one.code[: at + 1]}\u00a0{one.code[at + 1 :]}",
            )
        )
        return one.code

    def _spaced_number(self, programme: Programme, cell: list[Objective], number: int) -> str:
        one = cell[number]
        wide = [match.start() for match in re.finditer(r"1\d(?=\.|$)", one.code)]
        if not wide:
            return ""
        at = self._random.choice(wide) + 1
        one.typed_code = f"{one.code[:at]} {one.code[at:]}"
        return one.code

    def _zero_width(self, programme: Programme, cell: list[Objective], number: int) -> str:
        one = cell[number]
        at = self._random.randint(1, len(one.code) - 1)
        one.typed_code = one.code[:at] + self._random.choice("\u200b\u200b\ufeff\u00ad") + one.code[at:]
        return one.code

    def _soft_hyphen(self, programme: Programme, cell: list[Objective], number: int) -> str:
        return self._inside(cell[number], lambda word, at: f"{word[:at]}\u00ad{word[at:]}")

    def _split_word(self, programme: Programme, cell: list[Objective], number: int) -> str:
        return self._inside(cell[number], lambda word, at: f"{word[:at]} {word[at:]}", whole=True)

    def _inside(self, one: Objective, change: Callable[[str, int], str], *, whole: bool = False) -> str:
        """Change a long word that stands elsewhere too; `whole`: at a place where one part is no word."""
        words = [
            match for match in re.finditer(r"[^\W\d_]{7,}", one.text) if self._words[match[0].lower()] >= 4
        ]
        self._random.shuffle(words)
        for match in words:
            at = self._random.randint(2, len(match[0]) - 2)
            first, second = match[0][:at].lower(), match[0][at:].lower()
            if whole and min(self._words[first], self._words[second]) > 0:
                continue
            one.typed = one.text[: match.start()] + change(match[0], at) + one.text[match.end() :]
            return one.code
        return ""

    def _stuck_text(self, programme: Programme, cell: list[Objective], number: int) -> str:
        last = {id(section.rows[-1].cells[programme.grades[-1]]) for section in programme.sections}
        one = cell[number]
        if number + 1 < len(cell) or id(cell) not in last:
            return ""
        language = self._act.language
        known, other = self._random.choice(STUCK[language]), AFTER_END[language]
        one.end, one.after = self._random.choice(
            (
                (";", f" {known}"),
                ("", f" {known}"),
                (";", f"\n{known}"),
                ("", f"\n{known}"),
                (";", f" {other}"),
                (";", f"\n{other}"),
            )
        )
        return one.code

    def _wrong_letter(self, programme: Programme, cell: list[Objective], number: int) -> str:
        one = cell[number]
        if "ё" not in one.text:
            return ""
        one.typed = one.text.replace("ё", self._random.choice("ҰҰҰұ"))
        return one.code

    def _question_marks(self, programme: Programme, cell: list[Objective], number: int) -> str:
        return self._lose(cell[number], "?")

    def _replacement(self, programme: Programme, cell: list[Objective], number: int) -> str:
        return self._lose(cell[number], "\ufffd")

    def _lose(self, one: Objective, sign: str) -> str:
        words = [match for match in re.finditer(r"[^\W\d_]{5,}", one.text)]
        if not words:
            return ""
        for match in self._random.sample(words, min(2, len(words))):
            at = match.start() + self._random.randint(1, len(match[0]) - 2)
            one.text = one.text[:at] + sign + one.text[at + 1 :]
        return one.code

    def _no_wording(self, programme: Programme, cell: list[Objective], number: int) -> str:
        if number + 1 < len(cell):
            return ""
        numbers = cell[number].numbers
        extra = Objective(
            (*numbers[:-1], numbers[-1] + 1), "", gap="", end="", counted=False, defect="no_wording"
        )
        cell.append(extra)
        return extra.code

    def _long_wording(self, programme: Programme, cell: list[Objective], number: int) -> str:
        cell[number].text = longer(self._random, programme.language, 301)
        return cell[number].code

    def _duplicate(self, programme: Programme, cell: list[Objective], number: int) -> str:
        if cell[-1].defect:
            return ""
        text = wording(self._random, programme.language)
        cell.append(Objective(cell[number].numbers, text, counted=False, defect="duplicate"))
        return cell[number].code

    def _gap(self, programme: Programme, cell: list[Objective], number: int) -> str:
        counted = sum(one.counted for one in cell)
        if not 0 < number < counted - 1 or not cell[number - 1].counted or not cell[number + 1].shown:
            return ""
        cell[number].counted = cell[number].shown = False
        return cell[number].code

    def _only_in_plan(self, programme: Programme, cell: list[Objective], number: int) -> str:
        grade, *place = cell[number].numbers[:-1]
        extra = Objective(
            (grade, *place, 90 + len(programme.only_planned) % 9),
            wording(self._random, programme.language),
            quarters=(2,),
        )
        if extra.code in {one.code for one in programme.only_planned}:
            return ""
        programme.only_planned.append(extra)
        return extra.code

    def _plan_differs(self, programme: Programme, cell: list[Objective], number: int) -> str:
        cell[number].planned = wording(self._random, programme.language)
        return cell[number].code

    def _wrong_grade(self, programme: Programme, cell: list[Objective], number: int) -> str:
        one = cell[number]
        last = programme.grades[-1]
        if last == 12 or number + 1 < len(cell):
            return ""
        typed = (last + 1, *one.numbers[1:])
        other = (one.numbers[0] + 1, *one.numbers[1:])
        twin = next((it for it in programme.objectives() if it.numbers == other and not it.defect), None)
        if twin is not None and self._random.random() < 0.5:
            typed, twin.defect = other, "neighbour"
        one.typed_code, one.counted = ".".join(map(str, typed)), False
        return one.typed_code

    def _column_headers(self) -> Iterator[tuple[int, str]]:
        sections = [
            (programme, section)
            for programme in self._act.programmes
            if len(programme.grades) > 1
            for section in programme.sections
        ]
        self._random.shuffle(sections)
        for programme, section in sections[: self._count]:
            section.heading = self._random.choice(("cells", "row", "line"))
            yield programme.known.appendix, f"{programme.grades[0]}.{section.number}."
