"""A part of the log is held against an earlier head that the auditor holds: hashes lead from it, or nothing does."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.audit.bundles import BODIES, HandMade, root_of
from tests.audit.test_audit_bundle import CHOSEN, head, judged

FORGED = (*BODIES[:3], BODIES[3].replace(b"a", b"b", 1), *BODIES[4:])
EARLY = 5
Attack = Callable[[HandMade], None]


def test_without_such_hashes_an_earlier_head_tells_nothing(tmp_path: Path) -> None:
    result = judged(HandMade(CHOSEN), tmp_path, head(tmp_path, EARLY, root_of(BODIES[:EARLY])))

    assert (result.status, set(result.found)) == ("cannot_tell", {"anchor_incomparable"})


@pytest.mark.parametrize("size", range(2, 14))
def test_a_part_of_any_log_is_held_against_every_earlier_head(tmp_path: Path, size: int) -> None:
    bodies = BODIES[:size]
    for early in range(1, size):
        made = HandMade(range(0, size, 4), bodies)
        made.continue_from(early, bodies)
        result = judged(made, tmp_path, head(tmp_path, early, root_of(bodies[:early])))

        assert (result.status, result.anchored, result.problems) == ("ok", True, ()), early


@pytest.mark.parametrize("early", range(4, 13))
def test_a_bundle_of_a_log_written_anew_is_refused_by_the_head_from_before(
    tmp_path: Path, early: int
) -> None:
    kept = head(tmp_path, early, root_of(BODIES[:early]))
    made = HandMade(CHOSEN, FORGED)
    made.continue_from(early, FORGED)
    assert judged(made, tmp_path).status == "ok"
    result = judged(made, tmp_path, kept)

    assert (result.status, result.anchored) == ("tampered", False)
    assert set(result.found) == {"root_differs"}


def of_the_old_log(made: HandMade) -> None:
    made.continue_from(EARLY, BODIES)


def old_part_put_in(made: HandMade) -> None:
    """The hash over the first leaves as they were; what lies behind them as it is now."""
    made.continue_from(EARLY, FORGED)
    lines = made.files["consistency.txt"].splitlines()
    made.continue_from(EARLY, BODIES)
    old = made.files["consistency.txt"].splitlines()
    made.files["consistency.txt"] = b"\n".join([*lines[:2], old[2], *lines[3:]]) + b"\n"
    made.seal()


@pytest.mark.parametrize("attack", [of_the_old_log, old_part_put_in], ids=lambda one: str(one.__name__))
def test_hashes_that_give_the_auditors_head_do_not_give_the_new_one(tmp_path: Path, attack: Attack) -> None:
    made = HandMade(CHOSEN, FORGED)
    attack(made)
    result = judged(made, tmp_path, head(tmp_path, EARLY, root_of(BODIES[:EARLY])))

    assert (result.status, result.anchored) == ("tampered", False)
    assert "consistency_fails" in result.found


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"ustaz-consistency/1\n",
        b"ustaz-consistency/1\n5\n",
        b"ustaz-consistency/2\n5\n",
        b"ustaz-consistency/1\n-1\n",
        b"ustaz-consistency/1\n0\n",
        b"ustaz-consistency/1\n13\n",
        b"ustaz-consistency/1\n14\n",
        b"ustaz-consistency/1\n5\nzz\n",
        b"\xff",
    ],
)
def test_hashes_that_lead_nowhere_are_found(tmp_path: Path, text: bytes) -> None:
    made = HandMade(CHOSEN)
    made.files["consistency.txt"] = text
    made.seal()

    assert set(judged(made, tmp_path).found) == {"consistency_fails"}


@pytest.mark.parametrize("place", range(2, 6))
@pytest.mark.parametrize("change", ["drop", "double", "flip"])
def test_a_hash_too_few_too_many_or_changed_is_found(tmp_path: Path, place: int, change: str) -> None:
    made = HandMade(CHOSEN)
    made.continue_from(EARLY)
    lines = made.files["consistency.txt"].splitlines(keepends=True)
    assert len(lines) > place
    if change == "flip":
        lines[place] = b"%x" % (int(lines[place][:1], 16) ^ 1) + lines[place][1:]
    else:
        lines[place : place + 1] = [lines[place]] * (2 if change == "double" else 0)
    made.files["consistency.txt"] = b"".join(lines)
    made.seal()

    assert set(judged(made, tmp_path).found) == {"consistency_fails"}
