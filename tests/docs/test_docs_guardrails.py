"""The page of the guardrails names every rail, stage, category and fixed rule, and no other."""

import re
from pathlib import Path

from benchmarks.planted import rows
from guardrails import rail as catalogue
from guardrails.policy import FIXED, FIXED_RAILS, read
from guardrails.verdict import Stage
from tests.contracts.rail_faults import FAULTS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "guardrails.md").read_text(encoding="utf-8")
TABLE = re.findall(r"^\| `(\w+)` \| ([\w, ]+) \| .+ \| (`.+`) \|$", PAGE, re.M)


def part(title: str) -> str:
    return PAGE.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_every_rail_stands_in_the_table_with_its_stages_and_categories() -> None:
    policy = read()
    told = {
        name: (
            set(Stage) if stages == "all" else set(stages.split(", ")),
            set(re.findall(r"`([^`]+)`", found)),
        )
        for name, stages, found in TABLE
    }

    assert told == {
        name: (
            {stage for stage, listed in policy.stages.items() if name in listed},
            set(catalogue.load(name).categories),
        )
        for name in policy.rails
    }
    assert set().union(*(categories for _, categories in told.values())) == set(policy.categories)


def test_the_fixed_floor_is_the_codes_own() -> None:
    least, standing = part("The fixed floor").split("\n- Rails", 1)

    assert set(re.findall(r"`([\w.]+)`", least)) == set(FIXED)
    assert set(re.findall(r"`([\w.]+)`", standing)) == set(FIXED_RAILS)


def test_the_numbers_of_faults_and_documents_are_those_of_the_tests() -> None:
    assert f"in {len(FAULTS)} ways" in PAGE
    assert f"feeds {len(rows())} documents" in PAGE
    assert f"{len({row['family'] for row in rows()})} kinds of order" in PAGE
