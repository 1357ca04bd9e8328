"""An official page from the command line: reported, kept, compared, switched on, answered from, gone back from."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app import cli
from app.audit import Filter
from app.errors import NotRecorded
from app.settings import ROOT
from knowledge.official import read_page
from tests.assistant.conftest import House
from tests.cli.test_cli_commands import served

__all__ = ["served"]

PAGE = """<html><body>
<p>Приказ Министра просвещения Республики Казахстан от 16 сентября 2022 года № 399</p>
<table><tr><td></td><td>Приложение 52<br>к приказу Министра просвещения<br>от 16 сентября 2022 года № 399</td></tr></table>
<h3>Типовая учебная программа по учебному предмету «Математика» для 5-6 классов</h3>
<h3>Параграф 1. Часы</h3><p>1) в 5 классе – 5 часов в неделю, 170 часов в учебном году;</p>
<h3>Параграф 2. Система целей обучения</h3><p>1) раздел 8 «Игра в числа»:</p>
<table><tr><td>Подраздел</td><td>5 класс</td><td>6 класс</td></tr>
<tr><td>8.1 Загадки</td><td>{five}</td><td>{six}</td></tr></table>
<table><tr><td></td><td>Приложение 53<br>к приказу Министра просвещения<br>от 16 сентября 2022 года № 399</td></tr></table>
<h3>Типовая учебная программа по учебному предмету «Алгебра» для 7-9 классов</h3>
<h3>Параграф 2. Система целей обучения</h3><p>1) раздел 8 «Узоры»:</p>
<table><tr><td>Подраздел</td><td>7 класс</td><td>8 класс</td></tr>
<tr><td>8.1 Узоры</td><td>7.8.1.1 узнавать узор из чисел;<br>7.8.1.2 продолжать узор</td><td>8.8.1.1 описывать узор словами;<br>8.8.1.2 рисовать узор;</td></tr></table>
</body></html>"""
FIVE = "5.8.1.1 разгадывать числовую загадку;<br>5.8.1.2 придумывать числовую загадку;"
SIX = "6.8.1.1 объяснять ход отгадки;<br>6.8.1.2 сравнивать две отгадки;"


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "docs" / f"{name}.schema.json").read_text(encoding="utf-8"))
    return found


def said(capsys: pytest.CaptureFixture[str], name: str, *arguments: str, status: int = 0) -> dict[str, Any]:
    """What a command printed, held to its schema."""
    assert cli.main([*arguments, "--json"]) == status
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, schema(name))
    return document


def test_an_official_page_goes_from_file_to_answer_and_back(
    served: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "order.html"
    page.write_text(PAGE.format(five=FIVE, six=SIX), encoding="utf-8")
    library = served.services.library
    version = library.index_version

    dry = said(capsys, "ingest", "ingest", str(page), "--dry-run")["official"][0]
    assert (dry["status"], dry["objectives"], dry["kept"]) == ("read", 8, False)
    assert said(capsys, "curriculum", "curriculum", "list")["waiting"] == []

    taken = said(capsys, "ingest", "ingest", str(page), "--edition", "as of 2030-01-01")["official"][0]
    assert taken["status"] == "taken_in"
    assert [one["per_grade"] for one in taken["programmes"]] == [
        {"5": 2, "6": 2},
        {"7": 2, "8": 2, "9": 0},
    ]
    assert said(capsys, "ingest", "ingest", str(page))["official"][0]["status"] == "unchanged"
    assert library.index_version == version

    said(capsys, "curriculum", "curriculum", "switch", taken["edition"])
    assert library.index_version != version
    answered = said(
        capsys, "ask", "ask", "5.8.1.1", "--language", "ru", "--model", "urn:ustaz:model:extractive"
    )
    assert answered["outcome"] == "answered"
    assert answered["passages"][0]["title"] == "Математика, 5 класс. Загадки"
    assert "числовую загадку" in answered["text"]

    newer = tmp_path / "newer.html"
    newer.write_text(
        PAGE.format(five=FIVE.replace("придумывать", "составлять"), six="6.8.1.1 объяснять ход отгадки;")
    )
    second = said(capsys, "ingest", "ingest", str(newer), "--official")["official"][0]
    assert second["changes"] == {"added": 0, "removed": 1, "reworded": 1}
    difference = said(capsys, "curriculum", "curriculum", "difference", second["edition"])
    assert [(one["kind"], one["code"]) for one in difference["changes"]] == [
        ("reworded", "5.8.1.2"),
        ("removed", "6.8.1.2"),
    ]
    assert said(capsys, "curriculum", "curriculum", "show", second["edition"])["objectives"] == 7

    said(capsys, "curriculum", "curriculum", "switch", second["edition"])
    assert [one.before for one in library.earlier("6.8.1.2", language="ru")] == ["сравнивать две отгадки"]
    events = [
        one.clear["event"]
        for one in served.services.audit.search(Filter(kinds=("admin_change",)), limit=20).records
        if one.clear["event"].startswith("curriculum")
    ]
    assert list(reversed(events)) == [
        "curriculum_taken_in",
        "curriculum_switch_asked",
        "curriculum_switched",
        "curriculum_taken_in",
        "curriculum_switch_asked",
        "curriculum_switched",
    ]

    switched = [
        one.clear
        for one in served.services.audit.search(Filter(kinds=("admin_change",)), limit=20).records
        if one.clear["event"] == "curriculum_switched"
    ]
    called = [permit["entry_id"] for one in switched for permit in one["details"]["admitted"]]
    assert called == [served.services.embedder.entry_id()] * 2

    said(capsys, "curriculum", "curriculum", "back")
    said(capsys, "curriculum", "curriculum", "back")
    assert library.index_version.partition("-")[2] == version.partition("-")[2]
    assert not library.catalogue.find("5.8.1.1")


def test_an_edition_that_nobody_took_in_is_said_with_status_2(
    served: House, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["curriculum", "switch", "none-such"]) == 2
    assert "ustaz curriculum list" in capsys.readouterr().err


def test_a_page_without_objectives_is_refused_when_it_is_called_official(
    served: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "letter.html"
    page.write_text("<html><body><p>Құрметті ата-аналар!</p></body></html>", encoding="utf-8")

    refused = said(capsys, "ingest", "ingest", str(page), "--official", status=1)["official"][0]
    assert (refused["status"], refused["reasons"][0]["key"]) == ("refused", "no_objectives")


def test_a_dry_run_switches_nothing_on(served: House, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["ingest", str(tmp_path / "order.html"), "--dry-run", "--switch"])
    assert ended.value.code == 2


def test_a_paper_that_the_operator_ingests_is_on_record_without_its_name_in_clear(
    served: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paper = tmp_path / "Shai-ichu.md"
    paper.write_text("# Шай\n\nШай ішу рәсімі туралы ойдан шығарылған мәтін.\n", encoding="utf-8")

    said(capsys, "ingest", "ingest", str(paper))
    (record,) = [
        one
        for one in served.services.audit.search(Filter(kinds=("admin_change",)), limit=20).records
        if one.clear["event"] == "document_taken_in"
    ]
    assert record.clear["details"]["passages"] == 1
    assert [one["entry_id"] for one in record.clear["details"]["admitted"]] == [
        served.services.embedder.entry_id()
    ]
    assert "Shai-ichu" not in json.dumps(record.clear)


def test_an_edition_that_cannot_be_recorded_is_not_kept(
    served: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "order.html"
    page.write_text(PAGE.format(five=FIVE.replace("разгадывать", "записывать"), six=SIX), encoding="utf-8")
    waiting = served.services.editions.document()["waiting"]

    def fails(*_: object) -> None:
        raise NotRecorded("the log is full")

    monkeypatch.setattr(type(served.services.audit), "append", fails)
    with pytest.raises(NotRecorded):
        served.services.editions.take_in(page, read_page)
    assert served.services.editions.document()["waiting"] == waiting
