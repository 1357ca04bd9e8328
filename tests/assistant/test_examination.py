"""The auditor's workplace: reach, samples, findings, kept searches, words in opened texts, exports; on each engine."""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from app.assistant.evidence import Export
from app.audit import Filter, Record
from app.audit.evidence.findings import About, Finding, Progress, Severity, Target
from app.audit.evidence.sampling import Plan, Stratum
from app.audit.evidence.table import Table
from app.audit.search import filter_of, plain
from app.audit.verify import verify_bundle
from app.database import Database
from app.errors import BadArgument, Conflict, Forbidden, NotFound
from app.runtime import Runtime
from tests.audit.crowd import SCHOOLS, crowd
from tests.conftest import NOON, StillClock
from tests.contracts.audit_room import Workplace, workplace

WHY = "Жылдық тексеру үшін"


@pytest.fixture
def made(database: Database, tmp_path: Path, runtime: Runtime, clock: StillClock) -> Iterator[Workplace]:
    with workplace(database, tmp_path / "home", runtime, SCHOOLS) as opened:
        crowd(opened.audit, clock, 18)
        opened.audit.sequence(finish=True)
        yield opened


def ended(made: Workplace, school: str) -> Record:
    return made.audit.search(Filter(kinds=("closed",), school=school)).records[0]


def about(record: Record) -> Target:
    return Target(about=About.RECORD, id=record.record_id)


def begun(made: Workplace, school: str = SCHOOLS[0]) -> Finding:
    return made.examination.note(
        made.everywhere, about(ended(made, school)), severity=Severity.HIGH, text="Дереккөзі көрсетілмеген."
    )


def newest(made: Workplace, kind: str) -> Record:
    return made.audit.search(Filter(kinds=(kind,)), limit=1).records[0]


def exported(made: Workplace, export: Export, path: Path) -> zipfile.ZipFile:
    with export:
        told = list(export)
        path.write_bytes(export.path.read_bytes())
    assert not export.path.exists()
    assert [told[-1].done if told else 0] == [export.count]
    return zipfile.ZipFile(path)


def test_an_auditor_of_one_school_never_meets_another(made: Workplace, tmp_path: Path) -> None:
    narrow, work = made.narrow, made.examination
    elsewhere = ended(made, SCHOOLS[1])
    finding = begun(made, SCHOOLS[1])
    work.save(made.everywhere, "Басқа мектеп", Filter(school=SCHOOLS[1]), shared=True)
    sample = work.draw(made.everywhere, Filter(school=SCHOOLS[1]), Plan(seed="1"))
    page, counts = made.auditing.search(narrow, Filter(), limit=500)
    with exported(
        made, made.evidence.export(narrow, Filter(), purpose=WHY, findings=True), tmp_path / "e.zip"
    ) as zipped:
        manifest, findings = (json.loads(zipped.read(name)) for name in ("manifest.json", "findings.json"))

    assert {one.school for one in page.records} == {SCHOOLS[0]}
    assert sum(counts.values()) == len(page.records) == work.charts(narrow, Filter()).total
    drawn = work.draw(narrow, Filter(), Plan(seed="1", strata=(Stratum.SCHOOL,)))
    assert [one.values for one in drawn.strata] == [{Stratum.SCHOOL: SCHOOLS[0]}]
    assert (work.findings(narrow), work.saved(narrow), findings) == ((), (), [])
    assert manifest["filter"] == {"school": SCHOOLS[0]}
    for target in (
        about(elsewhere),
        Target(about=About.SAMPLE, id=sample.sample_id),
        Target(about=About.EXCHANGE, id=elsewhere.exchange_id or UUID(int=0)),
    ):
        with pytest.raises(NotFound):
            work.note(narrow, target, severity=Severity.LOW, text="?")
    with pytest.raises(NotFound):
        work.carry_on(narrow, finding.finding_id, after=1, text="?")
    for refused in [Filter(school=SCHOOLS[1])]:
        with pytest.raises(Forbidden):
            work.charts(narrow, refused)
        with pytest.raises(Forbidden):
            work.draw(narrow, refused, Plan(seed="1"))
        with pytest.raises(Forbidden):
            made.evidence.export(narrow, refused, purpose=WHY)


def test_an_auditor_of_two_schools_sees_both_and_no_third(made: Workplace) -> None:
    page, _ = made.auditing.search(made.two, Filter(), limit=500)

    assert {one.school for one in page.records} == set(SCHOOLS[:2])
    assert made.examination.charts(made.two, Filter(schools=SCHOOLS[1:])).total == (
        made.examination.charts(made.everywhere, Filter(school=SCHOOLS[1])).total
    )
    with pytest.raises(Forbidden):
        made.examination.charts(made.two, Filter(schools=SCHOOLS[2:]))


def test_a_sample_is_on_record_and_drawn_again_from_it_alone(made: Workplace, clock: StillClock) -> None:
    plan = Plan(seed="тексеру-7", strata=(Stratum.LANGUAGE, Stratum.OUTCOME), size=1)
    sample = made.examination.draw(made.everywhere, Filter(until=clock.at), plan)
    stated = made.audit.find(sample.sample_id)
    assert stated is not None
    clear = stated.clear
    known = clear["details"]["plan"]
    crowd(made.audit, clock, 4)
    newest = made.audit.room.head()
    again = made.examination.draw(
        made.everywhere,
        filter_of(clear["filter"]),
        Plan(
            seed=known["seed"],
            strata=tuple(Stratum(one) for one in known["strata"]),
            size=known["size"],
            proportional=known["proportional"],
            tree_size=known["tree_size"],
        ),
    )

    assert (clear["purpose"], clear["details"]["tree_root"]) == ("sample", sample.root)
    assert again.strata == sample.strata
    assert again.root == sample.root
    assert made.audit.room.head() == newest
    assert {record.kind for one in sample.strata for record in one.records} <= {"closed", "abandoned"}


def test_a_finding_keeps_its_whole_history_and_its_text_is_sealed(
    made: Workplace, database: Database
) -> None:
    begun_ = begun(made)
    changed = made.examination.carry_on(
        made.everywhere, begun_.finding_id, after=1, text="Мектеп түсіндірді.", progress=Progress.CLOSED
    )
    (found,) = made.examination.findings(made.everywhere, target=begun_.target)
    record = made.audit.find(found.history[1].record_id)

    assert found == changed
    assert [(one.number, one.progress, one.severity) for one in found.history] == [
        (1, Progress.OPEN, Severity.HIGH),
        (2, Progress.CLOSED, Severity.HIGH),
    ]
    assert found.history[0].text == "Дереккөзі көрсетілмеген."
    assert record is not None
    assert record.clear["event"] == "finding_changed"
    assert "түсіндірді".encode() not in record.body
    assert made.examination.findings(made.everywhere, progress=Progress.OPEN) == ()
    assert made.examination.findings(made.everywhere, severity=Severity.HIGH) == (found,)
    database.write(lambda session: made.audit.vault.erase(session, begun_.finding_id))
    assert [one.text for one in made.examination.findings(made.everywhere)[0].history] == [None, None]


def test_two_auditors_do_not_write_over_each_other(made: Workplace) -> None:
    finding = begun(made)
    made.examination.carry_on(made.two, finding.finding_id, after=1, text="Бірінші.")

    with pytest.raises(Conflict):
        made.examination.carry_on(made.everywhere, finding.finding_id, after=1, text="Екінші.")
    with pytest.raises(Conflict):
        made.audit.room.findings.carry_on(
            finding,
            actor=made.everywhere.subject,
            role="auditor",
            progress=Progress.OPEN,
            severity=Severity.LOW,
            text="Үшінші.",
        )
    assert len(made.examination.findings(made.everywhere)[0].history) == 2


def test_what_cannot_be_noted_is_said(made: Workplace) -> None:
    finding = begun(made)
    target = finding.target

    for text in ("", " ", "x" * 4001):
        with pytest.raises(BadArgument):
            made.examination.note(made.everywhere, target, severity=Severity.LOW, text=text)
    with pytest.raises(BadArgument):
        made.examination.carry_on(made.everywhere, finding.finding_id, after=1, severity=Severity.HIGH)
    with pytest.raises(NotFound):
        made.examination.note(
            made.everywhere, Target(about=About.SAMPLE, id=target.id), severity=Severity.LOW, text="?"
        )


def test_a_kept_search_comes_back_as_it_was_for_whom_it_is_meant(made: Workplace) -> None:
    wanted = Filter(kinds=("closed",), language="kk", category="phone", since=NOON, exchange_id=UUID(int=7))
    own = made.examination.save(made.everywhere, "Апталық", wanted)
    made.examination.save(made.everywhere, "Ортақ", Filter(outcome="failed"), shared=True)
    replaced = made.examination.save(made.everywhere, " Апталық ", replace(wanted, language="ru"))

    assert [(one.name, one.own) for one in made.examination.saved(made.narrow)] == [("Ортақ", False)]
    assert {one.name: one.wanted.language for one in made.examination.saved(made.everywhere)} == {
        "Апталық": "ru",
        "Ортақ": None,
    }
    assert filter_of(plain(wanted)) == wanted
    with pytest.raises(NotFound):
        made.examination.drop(made.everywhere, own.query_id)
    with pytest.raises(NotFound):
        made.examination.drop(made.narrow, replaced.query_id)
    made.examination.drop(made.everywhere, replaced.query_id)
    assert [one.name for one in made.examination.saved(made.everywhere)] == ["Ортақ"]
    with pytest.raises(BadArgument):
        made.examination.save(made.everywhere, " ", wanted)


def test_words_are_found_only_in_what_a_second_person_opened(made: Workplace, clock: StillClock) -> None:
    record = ended(made, SCHOOLS[0])
    before = made.examination.find_text(made.everywhere, "СҰРАҚ")
    request = made.approvals.ask_to_open(made.everywhere, [record.record_id], purpose=WHY)
    waiting = made.examination.find_text(made.everywhere, "сұрақ")
    made.approvals.approve(made.approver, request, reason="Тексеру жоспарда бар")
    hits = made.examination.find_text(made.everywhere, "СҰРАҚ")
    searched = [
        one
        for one in made.audit.search(Filter(kinds=("audit_read",)), limit=500).records
        if one.clear["purpose"] == "find_text" and one.clear["sealed"]
    ]

    assert (before, waiting) == ((), ())
    assert hits
    assert {one.exchange_id for one in hits} == {record.exchange_id}
    assert {one.found for one in hits} == {"сұрақ"}
    assert {"raw", "masked"} <= {one.part for one in hits}
    assert made.examination.find_text(made.narrow, "сұрақ") == ()
    assert made.audit.unseal(searched[-1], actor=made.everywhere.subject)["words"] in {"СҰРАҚ", "сұрақ"}
    clock.move(days=15)
    assert made.examination.find_text(made.everywhere, "сұрақ") == ()
    with pytest.raises(BadArgument):
        made.examination.find_text(made.everywhere, "с")


def test_an_export_is_on_record_before_it_is_written_and_verifies_with_findings_and_opened_texts(
    made: Workplace, tmp_path: Path
) -> None:
    finding = begun(made)
    begun(made, SCHOOLS[1])
    request = made.approvals.ask_to_open(made.everywhere, [finding.target.id], purpose=WHY)
    made.approvals.approve(made.approver, request, reason="Тексеру жоспарда бар")
    export = made.evidence.export(
        made.everywhere,
        Filter(school=SCHOOLS[0]),
        purpose=WHY,
        table=Table.PARQUET,
        findings=True,
        opened=True,
    )
    stated = made.audit.find(export.record_id)
    assert stated is not None
    assert not export.path.exists()
    with exported(made, export, tmp_path / "e.zip") as zipped:
        findings = json.loads(zipped.read("findings.json"))
        texts = json.loads(zipped.read(f"opened/{finding.target.id}.json"))
    key = (tmp_path / "home" / "keys" / "verifier.pub").read_text(encoding="utf-8")

    assert verify_bundle(tmp_path / "e.zip", verifier=key).status == "ok"
    assert (stated.kind, stated.clear["count"], stated.clear["filter"]) == (
        "export",
        export.count,
        {"school": SCHOOLS[0]},
    )
    assert made.audit.unseal(stated, actor=made.everywhere.subject)["purpose"] == WHY
    assert WHY.encode() not in stated.body
    assert [one["finding"] for one in findings] == [str(finding.finding_id)]
    assert findings[0]["history"][0]["text"] == "Дереккөзі көрсетілмеген."
    assert texts["masked"].endswith("-сұрақ")


def test_an_export_without_a_purpose_is_refused(made: Workplace) -> None:
    for purpose in ("", "  ", "x" * 501):
        with pytest.raises(BadArgument):
            made.evidence.export(made.everywhere, Filter(), purpose=purpose)


def test_an_export_that_is_left_leaves_no_file(made: Workplace, tmp_path: Path) -> None:
    with made.evidence.export(made.everywhere, Filter(), purpose=WHY) as export:
        next(iter(export))

    assert list((tmp_path / "home" / "exports").iterdir()) == []
