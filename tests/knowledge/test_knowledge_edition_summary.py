"""What an administrator reads of an import, and what a new edition changes."""

import json
from pathlib import Path

from benchmarks.official_page import SMALL, generate, generate_next
from benchmarks.official_page.judging import judge
from knowledge.edition import Doubt
from knowledge.edition_summary import summaries
from knowledge.readers import order399


def test_an_empty_appendix_is_reported_as_empty(tmp_path: Path) -> None:
    path = tmp_path / "act.html"
    generate(path, size=SMALL)
    empty = next(one for one in summaries(order399.read(path)) if one.appendix == "32")

    assert (empty.objectives, empty.doubts) == (0, {"empty": 1})
    assert "32" in empty.remarks[0].detail


def test_the_report_counts_what_was_read_and_shows_the_words_of_every_doubt(tmp_path: Path) -> None:
    path = tmp_path / "act.html"
    act = generate(path, size=SMALL)
    edition = order399.read(path)
    read = {one.appendix: one for one in summaries(edition)}
    total = {"repairs": 0, "doubts": 0}
    for one in read.values():
        total["repairs"] += sum(one.repairs.values())
        total["doubts"] += sum(one.doubts.values())

    assert sum(one.objectives for one in read.values()) == len(act.truth())
    assert read["26"].per_grade == {
        grade: sum(code.startswith(f"{grade}.") for number, code in act.truth() if number == 26)
        for grade in (1, 2, 3, 4)
    }
    assert all(one.planned == one.objectives for one in read.values())
    assert sum(one.question_marks for one in read.values()) >= SMALL.count
    assert sum(one.replacements for one in read.values()) >= SMALL.count
    assert total["doubts"] == sum(len(places) for name, places in act.planted.items() if name in DOUBTS) + 1
    assert all(
        sample.detail
        for one in read.values()
        for sample in one.remarks
        if sample.kind is not Doubt.NO_WORDING
    )
    assert json.loads(json.dumps([one.to_mapping() for one in read.values()], ensure_ascii=False))


DOUBTS = "question_marks replacement no_wording long_wording duplicate gap only_in_plan plan_differs wrong_grade".split()


def test_the_next_edition_differs_by_what_was_added_removed_and_reworded(tmp_path: Path) -> None:
    first, second = tmp_path / "old.html", tmp_path / "new.html"
    act = generate(first, size=SMALL)
    newer, changes = generate_next(second, act, count=5)
    old, new = (
        {
            (int(text.programme.appendix), one.code): one.texts
            for text in order399.read(path).programmes
            for one in text.objectives
        }
        for path in (first, second)
    )

    assert judge(newer, order399.read(second)).share == 1.0
    assert new.keys() - old.keys() == changes.added
    assert old.keys() - new.keys() == changes.removed
    assert {key for key in old.keys() & new.keys() if old[key] != new[key]} == changes.reworded
    assert (len(changes.added), len(changes.removed), len(changes.reworded)) == (5, 5, 5)
