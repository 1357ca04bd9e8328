"""The auditor's log, record and integrity pages: searched easily, worded in three languages, without any content."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from app.audit import Report, Status
from app.errors import Words
from app.i18n import LANGUAGES, translator
from app.ui.rendering import plain
from app.ui.words_of_entry import HARMLESS
from tests.ui.auditor_scene import ENTRY, RAW, Log, auditor, receipt_of, record, show
from tests.ui.pages_scene import button, fetching, keys, texts

LOG, RECORD, INTEGRITY = "app.ui.auditor_log", "app.ui.auditor_record", "app.ui.auditor_integrity"


def full(place: int = 1, text: str = "answer") -> Any:
    """A record of an answered question with every part that the page words."""
    return record(
        place,
        entry_id=ENTRY,
        personal_data="none",
        registry_sequence=1,
        registry_digest="ab" * 32,
        route_reason={"key": text, "facts": {"entry": text}},
        considered=[{"entry_id": f"{ENTRY}2", "eligible": False, "reason": {"key": text, "facts": {}}}],
        prompt_id=text,
        prompt_digest="cd" * 32,
        steps=[{"kind": "checked", "ms": 8}, {"kind": text, "ms": 2429}],
        passages=[{"id": text, "rank": 1, "codes": [text], "ranks": {"dense": 3, "lexical": 1}}],
        verdicts=[
            {
                "rail": "injection",
                "stage": "input",
                "action": "block",
                "status": "timeout",
                "findings": [{"category": text}],
            },
            {"rail": "size", "stage": "input", "action": "allow", "status": "ok", "findings": []},
        ],
    )


def report(status: Status, key: str, *problems: Words, **facts: str | int) -> Report:
    """A verdict on an invented log."""
    return Report(
        status=status,
        sentence=Words(key=key, facts=facts),
        problems=problems,
        size=24,
        root="0" * 64,
        signed_size=18,
        signed_at=None,
        waiting=0,
        first_bad_leaf=None,
        anchored=False,
        witnessed_size=0,
        checkpoint_file=True,
        open_exchanges=(),
        abandoned=2,
        document={},
    )


def find(at: AppTest, code: str) -> AppTest:
    at.text_input[0].set_value(code)
    button(at, "FormSubmitter").click()
    return at.run()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_log_counts_and_lists_records_in_words(language: str) -> None:
    t = translator(language)
    at = show(LOG, Log([record(1), record(2, outcome="refused"), record(3, "auth")]), language=language)
    shown = texts(at)

    assert not at.exception
    assert t.plural("auditor.log.count", 3) in shown
    for word in ("audit.outcome.answered", "audit.outcome.refused", "audit.kind.auth"):
        assert t(word) in shown
    assert t("auditor.language.kk") in shown
    assert receipt_of(record(1)) in shown


def test_every_filter_narrows_the_search_and_stands_in_the_address() -> None:
    log = Log([record(1), record(2, outcome="refused")])
    at = show(LOG, log)
    said = {
        "what": "exchanges",
        "outcome": "refused",
        "period": "week",
        "language": "kk",
        "rail": "injection",
    }
    for name, value in said.items():
        at.selectbox(key=f"auditor_{name}").set_value(value).run()
    last = log.filters()[-1]

    assert (last.kinds, last.outcome, last.language, last.rail) == (
        ("closed", "abandoned"),
        "refused",
        "kk",
        "injection",
    )
    assert last.since is not None
    assert {name: at.query_params[name] for name in said} == said
    assert receipt_of(record(1)) not in texts(at)


def test_an_address_with_filters_opens_that_search() -> None:
    log = Log([record(1), record(2, outcome="refused")])
    show(LOG, log, outcome="refused", period="nonsense")

    assert (log.filters()[0].outcome, log.filters()[0].since) == ("refused", None)


def test_filters_that_leave_nothing_say_so_and_come_off_with_one_press() -> None:
    log = Log([record(1)])
    at = show(LOG, log, outcome="failed")

    assert at.info[0].value == translator("en")("auditor.log.nothing")
    button(at, "auditor-clear").click().run()
    assert log.filters()[-1].outcome is None
    assert "outcome" not in at.query_params
    assert receipt_of(record(1)) in texts(at)


def test_pages_go_on_and_back_and_another_search_begins_anew() -> None:
    log = Log([record(place) for place in range(1, 31)])
    at = show(LOG, log)
    assert len(keys(at, "auditor-open-")) == 25
    assert button(at, "auditor-newer").disabled

    button(at, "auditor-older").click().run()
    assert len(keys(at, "auditor-open-")) == 5
    assert button(at, "auditor-older").disabled
    button(at, "auditor-newer").click().run()
    assert len(keys(at, "auditor-open-")) == 25

    button(at, "auditor-older").click().run()
    at.selectbox(key="auditor_outcome").set_value("answered").run()
    assert len(keys(at, "auditor-open-")) == 25


def test_a_row_leads_to_its_record() -> None:
    at = show(LOG, Log([record(1), record(2)]))
    button(at, "auditor-open-1").click().run()

    assert at.session_state["went"] == ("record", {"id": str(UUID(int=2))})


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_row_names_its_event_and_tells_a_person_from_the_system(language: str) -> None:
    t = translator(language)
    chosen = record(1, "admin_change", event="protection_changed")
    lifted = replace(record(2, "admin_change", event="protection_floor_changed"), pseudonym=None)
    shown = texts(show(LOG, Log([chosen, lifted]), language=language))

    for name in ("protection_changed", "protection_floor_changed"):
        assert t(f"audit.event.{name}") in shown
        assert name not in shown
    assert t("audit.kind.admin_change") in shown
    assert t("auditor.kind.by_nobody") in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_record_says_its_event_in_words_and_keeps_its_own_name(language: str) -> None:
    one = record(1, "auth", event="signed_in")
    shown = texts(show(RECORD, Log([one]), language=language, id=str(UUID(int=1))))

    assert translator(language)("audit.event.signed_in") in shown
    assert "`event`" in shown
    assert plain("signed_in") in shown


def test_an_event_of_another_version_is_shown_by_its_own_name() -> None:
    assert "`of_tomorrow`" in texts(show(LOG, Log([record(1, "auth", event="of_tomorrow")])))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_row_names_the_school_and_an_unknown_one_by_its_code(language: str) -> None:
    log = Log([record(1), replace(record(2), school="school-77")])
    shown = texts(show(LOG, log, language=language))

    assert f" · {plain('<b>school-5</b>'.translate(HARMLESS))}" in shown
    assert " · school-5" not in shown
    assert " · school-77" in shown


def test_an_address_with_a_receipt_code_fills_the_box_and_looks_nothing_up() -> None:
    log = Log([record(1)])
    at = show(LOG, log, code=receipt_of(record(1)))

    assert at.text_input[0].value == receipt_of(record(1))
    assert "find" not in [name for name, _ in log.calls]


def test_a_receipt_code_leads_to_its_record() -> None:
    at = find(show(LOG, Log([record(1), record(2)])), receipt_of(record(2)))

    assert at.session_state["went"] == ("record", {"id": str(UUID(int=2))})


@pytest.mark.parametrize(
    ("code", "key"), [("ABCD-EFGH-JKMN", "auditor.log.not_found"), ("Мектеп", "auditor.log.no_code")]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_that_leads_nowhere_is_answered_in_words(language: str, code: str, key: str) -> None:
    at = find(show(LOG, Log([record(1)]), language=language), code)

    assert at.info[0].value == translator(language)(key)
    assert "went" not in at.session_state


def test_an_auditor_of_two_schools_chooses_between_them_and_of_one_need_not() -> None:
    log = Log([record(1)])
    show(LOG, log, principal=auditor("school-5", "school-9"), school="school-9")
    assert log.filters()[0].school == "school-9"

    at = show(LOG, log, principal=auditor("school-5"))
    assert "auditor_school" not in [one.key for one in at.selectbox]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_record_tells_its_decision_steps_checks_and_proof_in_words(language: str) -> None:
    t = translator(language)
    at = show(RECORD, Log([full()]), language=language, id=str(UUID(int=1)))
    shown = texts(at)

    assert not at.exception
    for key in (
        "auditor.content.ask",
        "audit.outcome.answered",
        "accounts.role.teacher",
        "registry.data.none",
        "auditor.step.checked",
        "auditor.branch.dense",
        "auditor.rail.injection",
        "auditor.action.block",
        "auditor.status.timeout",
    ):
        assert t(key) in shown
    assert t("auditor.verdicts.count", all=2, telling=1) in shown


@pytest.mark.parametrize("named", [str(UUID(int=99)), "nonsense", ""])
def test_an_unknown_record_is_answered_like_one_out_of_reach(named: str) -> None:
    at = show(RECORD, Log([record(1)]), id=named)

    assert not at.exception
    assert at.info[0].value == translator("en")("auditor.record.none")


def test_a_record_that_is_no_exchange_shows_its_fields() -> None:
    one = record(1, "audit_read", purpose="search", filter={"outcome": "refused"}, count=3)
    shown = texts(show(RECORD, Log([one]), id=str(UUID(int=1))))

    assert "`purpose`" in shown
    assert "refused" in shown
    assert translator("en")("auditor.decision") not in shown


def test_the_proof_is_made_on_wish_only() -> None:
    log = Log([full()])
    at = show(RECORD, log, id=str(UUID(int=1)))
    assert "prove" not in [name for name, _ in log.calls]

    button(at, "auditor-prove").click().run()
    assert [name for name, _ in log.calls].count("prove") == 1
    assert keys(at, "auditor-prove") == []


@pytest.mark.parametrize(
    "one",
    [
        full(text=RAW),
        record(1, "feedback", reason=RAW, details={"comment_kind": RAW}),
        record(1, reason={"key": RAW, "facts": {"x": RAW}}),
    ],
    ids=["answer", "feedback", "refusal"],
)
def test_nothing_of_a_record_is_drawn_raw(one: Any) -> None:
    log = Log([one])

    for at in (show(RECORD, log, id=str(UUID(int=1))), show(LOG, log)):
        assert not at.exception
        assert fetching(at) == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("verdict", "kind"),
    [
        (report(Status.OK, "audit.integrity.ok", size=24), "success"),
        (
            report(
                Status.TAMPERED,
                "audit.integrity.tampered_at",
                Words(key="audit.problem.record_changed", facts={"record": "7"}),
                leaf=7,
            ),
            "error",
        ),
        (report(Status.CANNOT_TELL, "audit.integrity.cannot_tell"), "info"),
    ],
    ids=["ok", "tampered", "cannot tell"],
)
def test_the_check_ends_in_one_sentence(language: str, verdict: Report, kind: str) -> None:
    t = translator(language)
    log = Log([record(1)], report=verdict)
    at = show(INTEGRITY, log, language=language)
    assert "verify" not in [name for name, _ in log.calls]

    button(at, "verify").click().run()
    assert not at.exception
    assert [one.value for one in getattr(at, kind)] == [t.words(verdict.sentence)]
    for problem in verdict.problems:
        assert t.words(problem) in texts(at)
    at.run()
    assert [name for name, _ in log.calls].count("verify") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_time_took_is_said_with_the_state_of_each_note(language: str) -> None:
    t = translator(language)
    states = ("verified", "waiting", "not_signed", "differs", "unchecked")
    prunings: list[dict[str, Any]] = [{"leaves": 1024, "time": None, "state": state} for state in states]
    prunings[0]["time"] = "2029-11-24T00:00:00+00:00"
    verdict = replace(
        report(Status.OK, "audit.integrity.ok", size=24), document={"pruned": 16, "prunings": prunings}
    )
    log = Log([record(1)], report=verdict)
    at = show(INTEGRITY, log, language=language)
    button(at, "verify").click().run()
    shown = texts(at)

    assert not at.exception
    assert t("auditor.integrity.pruned_lead", number=16) in shown
    for state in states:
        assert t(f"auditor.integrity.pruning.{state}") in shown
