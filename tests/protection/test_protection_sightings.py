"""Counts of what the checks found: of nobody and of no text, and what a change would have made of them."""

from datetime import timedelta

import pytest

from app.database import Database
from app.protection import Sightings
from app.protection.impact import Band, Impact, bands, impacts
from app.runtime import Runtime
from guardrails.choice import Choice, choice_of, effective
from guardrails.policy import read
from guardrails.verdict import Action, Finding, Stage, Status, Verdict
from tests.conftest import StillClock

SCHOOL = "s"
SHIPPED = read()
STRICT = effective(
    SHIPPED, choice_of({"actions": {"conduct.insult": "block"}, "thresholds": {}, "rails": {}})
)


def verdict(
    rail: str, *categories: str, action: Action = Action.WARN, scored: float | None = None, stage: Stage = Stage.INPUT
) -> Verdict:  # fmt: skip
    return Verdict(
        rail=rail,
        version="1",
        stage=stage,
        action=action,
        text="",
        scored=scored,
        findings=tuple(Finding(category=one, label="x", score=0.5) for one in categories),
    )


INSULT = verdict("conduct", "conduct.insult")


@pytest.fixture
def sightings(database: Database, runtime: Runtime) -> Sightings:
    return Sightings(database, runtime)


def test_a_school_without_questions_has_no_counts(sightings: Sightings) -> None:
    assert sightings.of(SCHOOL) == ()
    assert impacts((), SHIPPED, STRICT) == ()
    assert bands((), SHIPPED, "injection") == ()


def test_what_found_nothing_is_not_written_and_nobody_outside_a_school_is_counted(
    sightings: Sightings,
) -> None:
    sightings.note(SCHOOL, "kk", [verdict("conduct", action=Action.ALLOW)], SHIPPED)
    sightings.note(None, "kk", [INSULT], SHIPPED)

    assert sightings.of(SCHOOL) == ()


def test_the_same_finding_of_many_days_is_one_count(sightings: Sightings, clock: StillClock) -> None:
    for _ in range(3):
        sightings.note(SCHOOL, "ru", [INSULT], SHIPPED)
        clock.move(days=1)
    sightings.note(SCHOOL, "kk", [INSULT], SHIPPED)
    sightings.note("elsewhere", "kk", [INSULT], SHIPPED)
    found = sightings.of(SCHOOL)

    assert sorted((one.side, one.language, one.number) for one in found) == [
        ("question", "kk", 1),
        ("question", "ru", 3),
    ]


def test_what_is_older_than_the_days_asked_for_is_not_counted(
    sightings: Sightings, clock: StillClock
) -> None:
    sightings.note(SCHOOL, "ru", [INSULT], SHIPPED)
    clock.at += timedelta(days=29)
    assert len(sightings.of(SCHOOL)) == 1
    clock.at += timedelta(days=1)

    assert sightings.of(SCHOOL) == ()


def test_a_preview_counts_what_would_have_ended_otherwise(sightings: Sightings) -> None:
    for _ in range(14):
        sightings.note(SCHOOL, "ru", [INSULT], SHIPPED)
    # The checks stop at the first block: what was stopped already ends as before.
    sightings.note(SCHOOL, "ru", [INSULT, verdict("size", "resource", action=Action.BLOCK)], SHIPPED)
    sightings.note(SCHOOL, "kk", [verdict("conduct", "conduct.insult", stage=Stage.OUTPUT)], SHIPPED)

    assert impacts(sightings.of(SCHOOL), SHIPPED, STRICT) == (
        Impact(side="question", before=Action.WARN, after=Action.BLOCK, number=14),
        Impact(side="answer", before=Action.WARN, after=Action.BLOCK, number=1),
    )
    assert impacts(sightings.of(SCHOOL), SHIPPED, SHIPPED) == ()


def test_a_threshold_is_tried_out_on_the_scores_that_were(sightings: Sightings) -> None:
    shipped = SHIPPED.rails["injection"]
    warn, block = shipped.thresholds("kk")
    for score, times in ((warn - 0.1, 4), (block - 0.1, 2), (block, 1)):
        for _ in range(times):
            said = Action.ALLOW if score < warn else Action.WARN if score < block else Action.BLOCK
            sightings.note(
                SCHOOL, "kk", [verdict("injection", "injection.override", scored=score, action=said)], SHIPPED
            )
    lower = {
        "warn": {language: round(value - 0.2, 4) for language, value in shipped.warn.items()},
        "block": {language: round(value - 0.2, 4) for language, value in shipped.block.items()},
    }
    lowered = effective(SHIPPED, Choice(thresholds={"injection": lower}))
    found = sightings.of(SCHOOL)

    assert bands(found, SHIPPED, "injection") == (Band(language="kk", passed=4, warned=2, stopped=1),)
    assert bands(found, lowered, "injection") == (Band(language="kk", passed=0, warned=4, stopped=3),)


def test_a_rail_that_failed_stays_a_block_whatever_is_chosen(sightings: Sightings) -> None:
    failed = Verdict(
        rail="conduct", version="1", stage=Stage.INPUT, action=Action.BLOCK, text="", status=Status.TIMEOUT
    )
    sightings.note(SCHOOL, "kk", [failed], SHIPPED)
    (one,) = sightings.of(SCHOOL)

    assert one.seen[0].least is Action.BLOCK
    assert impacts((one,), SHIPPED, STRICT) == ()


def test_what_is_kept_holds_words_of_the_checks_and_nothing_else(sightings: Sightings) -> None:
    spoken = Finding(
        category="personal_data.pupil", label="name", score=0.9, span=(3, 20), evidence_hash="ff"
    )
    sightings.note(
        SCHOOL,
        "kk",
        [
            Verdict(
                rail="personal_data",
                version="1",
                stage=Stage.INPUT,
                action=Action.MASK,
                text="[ОҚУШЫ_1] келді",
                findings=(spoken,),
            )
        ],
        SHIPPED,
    )
    (one,) = sightings.of(SCHOOL)

    assert repr(one.seen) == repr(one.seen).replace("ОҚУШЫ", "")
    assert [(seen.rail, seen.categories, seen.score) for seen in one.seen] == [
        ("personal_data", ("personal_data.pupil",), None)
    ]
