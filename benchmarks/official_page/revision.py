"""The next edition of an invented act: some objectives added, some removed, some reworded, all known."""

import copy
from dataclasses import dataclass
from random import Random

from benchmarks.official_page.model import Act, Objective
from benchmarks.official_page.wording import wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a comparison of the two editions must say: appendix and code."""

    added: frozenset[tuple[int, str]]
    removed: frozenset[tuple[int, str]]
    reworded: frozenset[tuple[int, str]]


def revise(act: Act, random: Random, count: int) -> tuple[Act, Changes]:
    """A new act and how it differs; removed and added objectives are the last of their cells, so that no gap opens."""
    new = copy.deepcopy(act)
    places = [
        (programme, cell)
        for programme in new.programmes
        for cell in programme.cells()
        if len(cell) > 2 and not any(one.defect for one in cell)
    ]
    random.shuffle(places)
    if len(places) < 3 * count:
        raise ValueError(f"{len(places)} cells without a defect are too few for {count} changes of each kind")
    added, removed, reworded = set(), set(), set()
    for number, (programme, cell) in enumerate(places[: 3 * count]):
        last, appendix = cell[-1], programme.known.appendix
        if number % 3 == 0:
            numbers = (*last.numbers[:-1], last.numbers[-1] + 1)
            cell.append(Objective(numbers, wording(random, programme.language), quarters=last.quarters))
            added.add((appendix, cell[-1].code))
        elif number % 3 == 1:
            removed.add((appendix, cell.pop().code))
        else:
            last.text = wording(random, programme.language)
            reworded.add((appendix, last.code))
    return new, Changes(added=frozenset(added), removed=frozenset(removed), reworded=frozenset(reworded))
