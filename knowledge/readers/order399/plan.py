"""The long-term plan of a programme: which codes stand in which quarter, and how it words them."""

from collections.abc import Collection
from dataclasses import dataclass, field

from knowledge.edition import PlanRow
from knowledge.language import visible
from knowledge.readers.order399 import codes, phrases
from knowledge.readers.order399.codes import Context
from knowledge.readers.order399.parts import Parts, Planned


@dataclass(slots=True)
class Plan:
    """What the plan says: its rows, the quarters of each code, the wordings it gives, in order."""

    rows: list[PlanRow] = field(default_factory=list)
    quarters: dict[str, set[int]] = field(default_factory=dict)
    wordings: dict[str, list[str]] = field(default_factory=dict)


def read(found: Parts, four_or_three: int, known: Collection[str], grades: Collection[int]) -> Plan:
    """The plan; `known` are the codes of the matrix, which a code inside a line must be one of."""
    plan = Plan()
    for row in found.plan or _running(found):
        text = visible(row.text)
        context = Context(parts=four_or_three, grades=grades)
        strong = {one.code for one in codes.candidates(text, context) if one.strong}
        inside = {one.code for one in codes.candidates(text, context)}
        # A code inside a line that the matrix does not know is a mention or a number of another kind.
        mentions = frozenset(inside - strong - set(known))
        _, worded = codes.read(row.text, Context(parts=four_or_three, grades=grades, strong=mentions))
        found_codes = tuple(dict.fromkeys(code for one in worded for code in one.codes))
        if not found_codes:
            continue
        for one in worded:
            wording = phrases.STUCK.sub("", visible(one.text))
            for code in one.codes:
                if row.quarter is not None:
                    plan.quarters.setdefault(code, set()).add(row.quarter)
                plan.wordings.setdefault(code, []).append(wording)
        by_grade = [int(code.split(".")[0]) for code in found_codes]
        grade = (
            row.grade
            if row.grade is not None
            else max(set(by_grade), key=lambda one: (by_grade.count(one), one))
        )
        plan.rows.append(
            PlanRow(grade=grade, quarter=row.quarter, section=row.section, topic=row.topic, codes=found_codes)
        )
    return plan


def _running(found: Parts) -> list[Planned]:
    """The plan as running text: one piece for each stretch under one grade and quarter."""
    rows: list[Planned] = []
    grade = quarter = None
    lines: list[str] = []

    def end() -> None:
        if lines:
            rows.append(Planned("".join(f"{line}\n" for line in lines), grade, quarter, "", ""))
            lines.clear()

    for line in found.plan_lines:
        as_grade, as_quarter = phrases.PLAN_GRADE.match(line), phrases.quarter(line)
        if as_grade is not None:
            end()
            grade, quarter = int(as_grade[1]), None
        elif as_quarter is not None:
            end()
            quarter = as_quarter
        else:
            lines.append(line)
    end()
    return rows
