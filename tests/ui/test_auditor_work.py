"""Overview, samples, findings, bundles and opened texts: worded in three languages, each number a way to its records."""

import json
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.audit.evidence.figures import Unit
from app.audit.evidence.findings import About, Progress, Severity, Target
from app.audit.evidence.sampling import Plan, Stratum
from app.audit.evidence.table import Table
from app.audit.evidence.words import TextHit
from app.i18n import LANGUAGES, translator
from app.ui import auditor_charts
from app.ui.auditor_panels import places, tall
from tests.conftest import NOON
from tests.ui.auditor_scene import RAW, Log, receipt_of, record, show
from tests.ui.auditor_workplace import (
    NOTHING,
    Bundles,
    Requests,
    Workplace,
    figures,
    finding,
    request,
)
from tests.ui.pages_scene import button, fetching, keys, texts

OVERVIEW, SAMPLES, FINDINGS = "app.ui.auditor_overview", "app.ui.auditor_samples", "app.ui.auditor_findings"
EXPORT, OPENED, RECORD, LOG = (
    "app.ui.auditor_export",
    "app.ui.auditor_opened",
    "app.ui.auditor_record",
    "app.ui.auditor_log",
)
TARGET = Target(about=About.RECORD, id=UUID(int=1))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_period_without_questions_says_so(language: str) -> None:
    at = show(OVERVIEW, Log(workplace=Workplace(given=NOTHING)), language=language)

    assert not at.exception
    assert translator(language)("auditor.overview.nothing") in texts(at)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_overview_says_its_figures_in_words(language: str) -> None:
    t = translator(language)
    at = show(OVERVIEW, Log(), language=language)
    shown = texts(at)

    assert not at.exception
    for key in (
        "auditor.incidents",
        "audit.outcome.failed",
        "auditor.category.safeguarding.self_harm",
        "auditor.failure.timeout",
        "auditor.incidents.in_order",
    ):
        assert t(key) in shown
    assert t.plural("auditor.overview.sum", 10, records=t.number(25)) in shown


def test_a_period_is_one_look_and_another_period_another() -> None:
    log = Log()
    at = show(OVERVIEW, log)
    at.run()
    assert [unit for _, (_, unit) in log.workplace.calls] == [Unit.DAY]

    at.button_group(key="auditor_overview_period").set_value("day").run()
    assert [unit for _, (_, unit) in log.workplace.calls] == [Unit.DAY, Unit.HOUR]
    assert [name for name, _ in log.calls] == ["health"]


@pytest.mark.parametrize(
    ("language", "mark", "group"),
    [("kk", ",", "\N{NO-BREAK SPACE}"), ("ru", ",", "\N{NO-BREAK SPACE}"), ("en", ".", ",")],
)
def test_every_chart_writes_its_numbers_as_the_language_does(language: str, mark: str, group: str) -> None:
    at = show(OVERVIEW, Log(), language=language)
    drawn = [json.loads(one.proto.spec) for one in at.get("vega_lite_chart")]

    assert len(drawn) == 4
    for spec in drawn:
        number = spec["config"]["locale"]["number"]
        assert (number["decimal"], number["thousands"]) == (mark, group)
        (axis,) = [each["axis"] for each in map(spec["encoding"].get, "xy") if each["type"] == "quantitative"]
        assert axis["format"] == auditor_charts.NUMBER


def test_no_name_beside_a_bar_is_longer_than_a_phone_shows() -> None:
    name = "Цитаты из учебной программы (без генерации)"
    rows = [{"place": name, "part": "kk", "number": 1}]
    chart = auditor_charts.bars(
        rows, place="place", part="part", order=["kk"], number="number", names=("a", "b", "c")
    )
    spans = auditor_charts.spans(
        [{"label": name, "from": 0, "to": 1, "colour": "red"}], labels=[name], names=("a", "b", "c"), unit="s"
    )

    for made, place in ((chart, "place"), (spans, "label")):
        (drawn,) = next(iter(made.to_dict()["datasets"].values()))
        assert drawn[place].split() == name.split()
        assert made.to_dict()["encoding"]["y"]["axis"]["labelOverlap"] is False
        assert max(map(len, drawn[place].split("\n"))) <= auditor_charts.LONGEST
    assert tall(1, 1, [name]) > tall(1, 1, ["Qala"])


def test_pandas_is_whole_before_a_chart_is_made() -> None:
    assert auditor_charts.WHOLE is sys.modules["pandas"].Timestamp


def test_days_without_questions_stand_between_the_others() -> None:
    days = places(Unit.DAY, (NOON.replace(day=20), NOON))
    hours = places(Unit.HOUR, (NOON.replace(hour=1), NOON))

    assert [at.day for at in days] == [20, 21, 22, 23]
    assert len(hours) == 7


def test_a_name_from_a_list_is_not_drawn_raw_in_the_overview() -> None:
    rails = tuple(
        type(one)(rail=one.rail, category=RAW, action="warn", language="kk", exchanges=1)
        for one in figures().rails
    )
    at = show(OVERVIEW, Log(workplace=Workplace(given=figures(rails=rails))))

    assert not at.exception
    assert fetching(at) == set()


def test_a_finding_names_its_school() -> None:
    log = Log(workplace=Workplace(noted=[finding(TARGET, "Сверить источник")]))

    assert "‹b›school-5‹/b›" in texts(show(FINDINGS, log))


def test_no_sample_is_drawn_before_a_seed_is_given() -> None:
    log = Log([record(1)], workplace=Workplace([record(1)]))
    at = show(SAMPLES, log)
    assert log.workplace.calls == []

    at.text_input[0].set_value("жиын-7")
    button(at, "FormSubmitter:auditor-plan").click().run()
    (name, (_, plan)), *_ = log.workplace.calls
    assert (name, plan.seed, plan.size, plan.strata) == ("draw", "жиын-7", 20, ())
    assert (at.query_params["seed"], at.query_params["tree"]) == ("жиын-7", "40")
    at.run()
    assert [name for name, _ in log.workplace.calls].count("draw") == 1


def plans(log: Log) -> list[Plan]:
    return [given[1] for name, given in log.workplace.calls if name == "draw"]


def test_another_press_draws_under_the_same_head_and_an_empty_field_under_the_newest() -> None:
    log = Log([record(1)], workplace=Workplace([record(1)]))
    at = show(SAMPLES, log)
    at.text_input[0].set_value("жиын-7")
    button(at, "FormSubmitter:auditor-plan").click().run()
    assert at.text_input[1].value == "40"

    button(at, "FormSubmitter:auditor-plan").click().run()
    at.text_input[0].set_value("жиын-8")
    button(at, "FormSubmitter:auditor-plan").click().run()
    at.text_input[1].set_value("")
    button(at, "FormSubmitter:auditor-plan").click().run()
    assert [(plan.seed, plan.tree_size) for plan in plans(log)] == [
        ("жиын-7", None),
        ("жиын-7", 40),
        ("жиын-8", 40),
        ("жиын-8", None),
    ]


def test_a_head_that_was_written_down_is_named_before_the_first_drawing() -> None:
    log = Log([record(1)], workplace=Workplace([record(1)]))
    at = show(SAMPLES, log)
    at.text_input[0].set_value("жиын-7")
    at.text_input[1].set_value(" 40 ")
    button(at, "FormSubmitter:auditor-plan").click().run()
    assert [plan.tree_size for plan in plans(log)] == [40]

    at.text_input[1].set_value("forty")
    button(at, "FormSubmitter:auditor-plan").click().run()
    assert len(plans(log)) == 1
    assert translator("en")("examination.cannot.tree") in texts(at)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_address_draws_the_same_sample_again_and_tells_how(language: str) -> None:
    t = translator(language)
    log = Log(workplace=Workplace([record(place) for place in range(1, 6)]))
    at = show(
        SAMPLES,
        log,
        language=language,
        seed="7",
        size="3",
        strata="language,nonsense",
        proportional="1",
        tree="40",
        outcome="answered",
    )
    (_, (wanted, plan)), *_ = log.workplace.calls

    assert not at.exception
    assert (plan.size, plan.strata, plan.proportional, plan.tree_size) == (3, (Stratum.LANGUAGE,), True, 40)
    assert wanted.outcome == "answered"
    assert t(
        "auditor.samples.sentence", drawn=t.number(3), population=t.number(5), tree=t.number(40)
    ) in texts(at)
    assert len(keys(at, "auditor-open-")) == 3
    at.run()
    assert [name for name, _ in log.workplace.calls].count("draw") == 1


def test_a_drawn_record_leads_on_to_the_next() -> None:
    records = [record(place) for place in range(1, 4)]
    at = show(SAMPLES, Log(records, workplace=Workplace(records)), seed="7")
    button(at, "auditor-open-1").click().run()
    assert at.session_state["went"] == ("record", {"id": str(UUID(int=2))})

    there = show(RECORD, Log(records), id=str(UUID(int=2)))
    assert keys(there, "auditor-walk-") == []
    there.session_state["auditor_walk"] = [str(UUID(int=place)) for place in (1, 2, 3)]
    there.run()
    button(there, "auditor-walk-on").click().run()
    assert there.session_state["went"] == ("record", {"id": str(UUID(int=3))})


def test_one_request_asks_for_the_whole_sample() -> None:
    records = [record(place) for place in (1, 2)]
    log = Log(records, workplace=Workplace(records))
    at = show(SAMPLES, log, seed="7")
    at.text_area[0].set_value("жартыжылдық тексеру")
    button(at, "FormSubmitter:auditor-ask-sample").click().run()

    assert log.requests.calls == [("ask", ((UUID(int=1), UUID(int=2)), "жартыжылдық тексеру"))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_findings_is_said_in_words(language: str) -> None:
    assert translator(language)("auditor.findings.none") in texts(show(FINDINGS, Log(), language=language))


def test_a_finding_is_noted_on_a_record_and_stands_there() -> None:
    log = Log([record(1)])
    at = show(RECORD, log, id=str(UUID(int=1)))
    area = next(one for one in at.text_area if one.label == translator("en")("auditor.findings.text"))
    area.set_value("The answer names no source.")
    button(at, "FormSubmitter:auditor-note").click().run()

    (made,) = log.workplace.noted
    assert (made.target, made.severity) == (TARGET, Severity.MEDIUM)
    assert "The answer names no source." in texts(at)


def test_a_finding_is_carried_on_and_its_history_stays() -> None:
    log = Log(workplace=Workplace(noted=[finding(TARGET, "first")]))
    at = show(FINDINGS, log)
    button(at, "auditor-unfold-").click().run()
    key = str(log.workplace.noted[0].finding_id)
    at.text_area[0].set_value("second")
    at.button_group(key=f"auditor-progress-{key}-1").set_value(Progress.CLOSED)
    button(at, "FormSubmitter:auditor-carry").click().run()

    (one,) = log.workplace.noted
    assert [step.text for step in one.history] == ["first", "second"]
    assert (one.progress, one.severity) == (Progress.CLOSED, Severity.MEDIUM)
    assert "first" in texts(at)


def test_findings_are_narrowed_by_status() -> None:
    log = Log(workplace=Workplace(noted=[finding(TARGET, "first")]))
    at = show(FINDINGS, log)
    at.button_group(key="auditor_progress").set_value(Progress.CLOSED).run()

    assert log.workplace.calls[-1] == ("findings", (None, Progress.CLOSED, None))
    assert translator("en")("auditor.log.nothing") in texts(at)


def test_nothing_of_a_finding_is_drawn_raw() -> None:
    log = Log([record(1)], workplace=Workplace(noted=[finding(TARGET, RAW), finding(TARGET, None, number=2)]))
    for at in (show(FINDINGS, log), show(RECORD, log, id=str(UUID(int=1)))):
        assert not at.exception
        assert fetching(at) == set()


def test_no_bundle_is_made_without_a_purpose(tmp_path: Path) -> None:
    log = Log(bundles=Bundles(tmp_path))
    at = show(EXPORT, log)
    button(at, "FormSubmitter:auditor-export").click().run()

    assert log.bundles is not None
    assert log.bundles.calls == []
    assert at.info[0].value == translator("en")("auditor.export.no_purpose")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bundle_is_made_of_what_the_filters_leave_and_offered(language: str, tmp_path: Path) -> None:
    log = Log(bundles=Bundles(tmp_path))
    at = show(EXPORT, log, language=language, outcome="refused")
    head, purpose = at.text_area
    head.set_value("ұстаз\n7")
    purpose.set_value("шағым 14")
    button(at, "FormSubmitter:auditor-export").click().run()

    assert not at.exception
    assert log.bundles is not None
    ((wanted, how),) = log.bundles.calls
    assert wanted.outcome == "refused"
    assert how == {"purpose": "шағым 14", "table": Table.CSV, "findings": False, "since": "ұстаз\n7\n"}
    assert at.success[0].value.startswith(
        translator(language).plural("auditor.export.made", 2, size="0.0")[:10]
    )
    assert any("ustaz-evidence-invented.zip" in one.value for one in at.code)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_requests_stand_with_their_decision(language: str) -> None:
    t = translator(language)
    assert t("auditor.opened.none") in texts(show(OPENED, Log(), language=language))

    log = Log(requests=Requests(standing_request=request(1, 2, approved=True)))
    shown = texts(show(OPENED, log, language=language))
    assert t("auditor.request.approved") in shown
    assert "шағымды тексеру" in shown
    assert t.plural("auditor.opened.records", 2) in shown


def test_words_are_looked_for_once_and_found_places_are_text() -> None:
    hit = TextHit(record_id=UUID(int=1), exchange_id=None, part="raw", before=RAW, found="бөлшек", after=RAW)
    log = Log(workplace=Workplace(hits=[hit]))
    at = show(OPENED, log)
    at.text_input[0].set_value("бөлшек")
    button(at, "FormSubmitter:auditor-words").click().run()
    at.run()

    assert log.workplace.calls == [("find_text", "бөлшек")]
    assert "**бөлшек**" in texts(at)
    assert fetching(at) == set()


def test_a_search_is_kept_and_brought_back() -> None:
    log = Log([record(1), record(2, outcome="refused")])
    at = show(LOG, log, outcome="refused")
    assert log.workplace.calls == []
    button(at, "auditor-kept").click().run()
    name = next(one for one in at.text_input if one.label == translator("en")("auditor.kept.name"))
    name.set_value("Refusals")
    button(at, "FormSubmitter:auditor-keep").click().run()
    (kept,) = log.workplace.kept
    assert (kept.name, kept.wanted.outcome) == ("Refusals", "refused")

    button(at, "auditor-clear").click().run()
    assert receipt_of(record(1)) in texts(at)
    button(at, "auditor-kept-0").click().run()
    assert log.filters()[-1].outcome == "refused"
    assert receipt_of(record(1)) not in texts(at)


def test_days_in_the_address_narrow_to_the_end_of_the_last_day() -> None:
    log = Log([record(1)])
    given: dict[str, Any] = {"from": "2026-11-20", "to": "2026-11-22"}
    show(LOG, log, **given)
    wanted = log.filters()[0]

    assert wanted.since is not None
    assert wanted.until is not None
    assert (wanted.since.isoformat(), wanted.until.isoformat()) == (
        "2026-11-20T00:00:00+05:00",
        "2026-11-23T00:00:00+05:00",
    )


def test_one_persons_records_alone_and_back_to_everybodys() -> None:
    log = Log([record(1)])
    at = show(LOG, log, person="ab" * 32)
    assert log.filters()[0].pseudonym == "ab" * 32
    button(at, "auditor-everybody").click().run()
    assert log.filters()[-1].pseudonym is None

    show(LOG, log, person="nobody")
    assert log.filters()[-1].pseudonym is None
