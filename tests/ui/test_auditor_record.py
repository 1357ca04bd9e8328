"""The record page: steps as spans, every check with its score, neighbours of a conversation, and one look is one record."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.i18n import LANGUAGES, translator
from app.protection.inventory import EVENT, inventory_id
from app.ui.auditor_checks import runs
from app.ui.auditor_decision import citing
from app.ui.auditor_looks import FRESH
from app.ui.auditor_record import version
from app.ui.auditor_steps import Span, spans
from guardrails import policy
from tests.conftest import NOON
from tests.ui.auditor_scene import Log, auditor, receipt_of, record, show, shown_by
from tests.ui.pages_scene import button, texts

RECORD = "app.ui.auditor_record"
CONVERSATION = "c" * 8


def verdict(rail: str, stage: str = "input", **more: Any) -> dict[str, Any]:
    """A verdict that lets pass."""
    plain = {"rail": rail, "stage": stage, "action": "allow", "status": "ok", "ms": "0.50", "findings": []}
    return {**plain, **more}


def talk(number: int) -> list[Any]:
    """Ends of one conversation, oldest first."""
    return [
        replace(record(place, times_ms={}), conversation_id=CONVERSATION) for place in range(1, number + 1)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_number_of_a_record_has_the_name_that_its_receipt_gives_it(language: str) -> None:
    term = translator(language)("receipt.field.index")
    shown = texts(show(RECORD, Log([record(1234)]), language=language, id=str(UUID(int=1234))))

    assert f"{term} | 1234" in shown


def test_a_record_without_steps_has_no_spans() -> None:
    assert spans({}) == ()


def test_each_step_spans_from_the_end_of_the_one_before_and_equal_ones_are_one() -> None:
    steps = [{"kind": kind, "ms": ms} for kind, ms in (("checked", 10), ("sentence", 40), ("sentence", 70))]

    assert spans({"steps": steps, "total_ms": 90}) == (
        Span(kind="checked", times=1, began=0, ended=10),
        Span(kind="sentence", times=2, began=10, ended=70),
        Span(kind="ended", times=1, began=70, ended=90),
    )


def test_a_span_never_goes_back_in_time() -> None:
    found = spans({"steps": [{"kind": "checked", "ms": 50}, {"kind": "routed", "ms": 20}], "total_ms": 10})

    assert all(one.took >= 0 for one in found)
    assert [one.ended for one in found] == [50, 50, 50]


def test_runs_of_a_rail_add_up_and_keep_the_highest_score() -> None:
    rows = [
        verdict("injection", findings=[{"category": "injection.leak", "score": "0.4"}]),
        verdict("injection", findings=[{"category": "injection.leak", "score": "0.10"}]),
        verdict("injection", "output"),
    ]
    first, second = runs(rows)

    assert (first.times, first.ms, first.highest) == (2, 1.0, "0.4")
    assert (second.stage, second.highest) == ("output", None)


def test_a_passage_names_the_sentences_that_cite_it() -> None:
    cited = citing({"sentences": [{"number": 1, "citations": ["a"]}, {"number": 2, "citations": ["a", "b"]}]})

    assert dict(cited) == {"a": [1, 2], "b": [2]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_category_of_the_policy_is_worded(language: str) -> None:
    t = translator(language)

    assert [name for name in policy.read().categories if not t.has(f"auditor.category.{name}")] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_record_tells_scores_categories_and_who_was_not_chosen(language: str) -> None:
    t = translator(language)
    one = record(
        1,
        verdicts=[
            verdict(
                "injection",
                action="block",
                threshold="0.7",
                findings=[{"category": "injection.leak", "score": "0.9200"}],
            )
        ],
        considered=[
            {"entry_id": "urn:other", "eligible": False, "reason": {"key": "routing.eligible", "facts": {}}}
        ],
        steps=[{"kind": "checked", "ms": 8}],
        times_ms={"checking": 8},
    )
    shown = texts(show(RECORD, Log([one]), language=language, id=str(UUID(int=1))))

    assert t("auditor.category.injection.leak") in shown
    assert t.number(0.92) in shown
    assert "urn:other" in shown
    assert t("auditor.work.checking") in shown


def test_a_commit_is_named_only_where_it_is_known() -> None:
    assert version({"app_version": "0.1.0", "git_commit": None}) == "0.1.0"
    assert version({"app_version": "0.1.0", "git_commit": "ab" * 20}) == "0.1.0 · `abababababab`"


def test_a_single_question_has_no_neighbours_and_three_stand_in_order() -> None:
    t = translator("en")
    alone = show(RECORD, Log(talk(1)), id=str(UUID(int=1)))
    assert t("auditor.conversation") not in texts(alone)

    at = show(RECORD, Log(talk(3)), id=str(UUID(int=2)))
    assert t("auditor.conversation.place", place=2, all=3) in texts(at)
    button(at, "auditor-talk-3").click().run()
    assert at.session_state["went"] == ("record", {"id": str(UUID(int=3))})


def test_one_look_is_one_record_however_often_the_page_is_drawn() -> None:
    log = Log([record(1)])
    at = show(RECORD, log, id=str(UUID(int=1)))
    at.run()
    at.run()

    assert [name for name, _ in log.calls] == ["open"]
    assert receipt_of(record(1)) in texts(at)


def test_an_old_look_is_taken_anew_and_recorded_again() -> None:
    now = [NOON]
    log = Log([record(1)])
    at = shown_by(lambda: now[0], RECORD, log, id=str(UUID(int=1)))
    now[0] += FRESH - timedelta(seconds=1)
    at.run()
    assert len(log.calls) == 1

    now[0] += timedelta(seconds=1)
    at.run()
    assert len(log.calls) == 2


def test_a_record_leads_to_the_lists_of_its_checks_for_whoever_may_read_that_record() -> None:
    one = record(1, details={"inventory_digest": "ab" * 32})
    named = str(inventory_id("ab" * 32))

    at = show(RECORD, Log(records=[one]), id=str(one.record_id))
    button(at, "auditor-inventory").click().run()
    assert at.session_state["went"] == ("record", {"id": named})
    # Lists are no school's: whoever reads the log of one school alone could not open their record.
    for at in (
        show(RECORD, Log(records=[one]), principal=auditor("school-5"), id=str(one.record_id)),
        show(RECORD, Log(records=[record(2)]), id=str(record(2).record_id)),
    ):
        assert "auditor-inventory" not in [one.key for one in at.button]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_record_of_the_lists_names_each_file_whole(language: str) -> None:
    sums = {"lexicons": {"figures": "1a" * 32}, "trained": {"injection.npz": "2b" * 32}}
    more = {"names": {"count": 77, "sha256": "3c" * 32}, "libraries": {"airlock-pii": "0.1.0"}}
    document = {**sums, **more, "embedder": "e5-small"}
    one = record(3, kind="admin_change", event=EVENT, details={"inventory": document})

    drawn = texts(show(RECORD, Log(records=[one]), language=language, id=str(one.record_id)))

    for part in (
        "figures",
        "1a" * 32,
        "injection.npz",
        "2b" * 32,
        "3c" * 32,
        "airlock-pii",
        "0.1.0",
        "e5-small",
    ):
        assert part in drawn, part
    assert translator(language).number(77) in drawn
    assert translator(language)("auditor.inventory.title") in drawn
