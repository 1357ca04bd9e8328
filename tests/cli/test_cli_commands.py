"""Commands beside a serving process: what they say, and the status they end with."""

import json
from pathlib import Path

import pytest

from app import cli
from app.registry import demonstration
from app.runtime import Runtime
from tests.assistant.conftest import House


@pytest.fixture
def served(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    settings = house.services.settings
    monkeypatch.setenv("USTAZ_HOME", str(settings.home))
    monkeypatch.setenv("USTAZ_REGISTRY", str(settings.registry_folder))
    monkeypatch.setenv("USTAZ_REGISTRY_ROOT", str(settings.registry_root))
    monkeypatch.setenv("USTAZ_SECRETS", str(settings.secrets_file))
    monkeypatch.delenv("USTAZ_DATABASE", raising=False)
    return house


def test_a_question_beside_a_serving_process_stands_in_the_same_log(
    served: House, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        cli.main(
            ["ask", "Бөлшектерді қалай салыстырамыз?", "--model", "urn:ustaz:model:extractive", "--json"]
        )
        == 0
    )

    document = json.loads(capsys.readouterr().out)
    assert document["outcome"] == "answered"
    assert all(notice["words"] for notice in document["notices"])
    assert document["route_reason"]["words"]
    assert document["entry"]["entry_id"] == "urn:ustaz:model:extractive"
    assert served.services.audit.find_code(document["receipt"]["code"]) is not None
    assert document["verdicts"]


def test_a_code_of_several_subjects_is_asked_back_and_answered_once_a_programme_is_named(
    served: House, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue = served.services.library.catalogue
    code = next(
        one.code
        for one in catalogue.objectives()
        if len({same.subject for same in catalogue.find(one.code)}) == 2
    )
    arguments = ["ask", code, "--language", "ru", "--model", "urn:ustaz:model:extractive"]
    assert cli.main([*arguments, "--json"]) == 0

    document = json.loads(capsys.readouterr().out)
    assert (document["outcome"], document["entry"]) == ("refused", None)
    assert (document["refusal"]["key"], document["refusal"]["facts"]) == ("ask.ambiguous", {"code": code})
    assert {one["subject"] for one in document["choices"]} == {one.subject for one in catalogue.find(code)}

    assert cli.main(arguments) == 0
    printed = capsys.readouterr().out
    assert all(f"--programme {one['programme']}" in printed for one in document["choices"])

    for choice in document["choices"]:
        assert cli.main([*arguments, "--programme", choice["programme"], "--json"]) == 0
        answered = json.loads(capsys.readouterr().out)
        assert (answered["outcome"], answered["choices"]) == ("answered", [])
        assert answered["passages"][0]["subject"] == choice["subject"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--subject", "alchemy"], "no subject 'alchemy'; there are "),
        (["--programme", "1-2"], "no programme '1-2'"),
        (["--grade", "13"], "The grade must be from 1 to 12"),
        (["--model", "urn:nobody"], "no model 'urn:nobody'"),
    ],
)
def test_what_a_question_names_wrongly_is_said_with_status_2(
    served: House, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert cli.main(["ask", "Как сравнить дроби?", *arguments]) == 2

    printed = capsys.readouterr()
    assert said in printed.err
    assert not printed.out


def test_a_record_is_proved_by_its_receipt(served: House, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["ask", "12.99.9.9", "--json"])
    code = json.loads(capsys.readouterr().out)["receipt"]["code"]
    served.services.audit.sequence(finish=True)

    assert cli.main(["audit", "prove", code]) == 0
    assert capsys.readouterr().out.startswith("c2sp.org/tlog-proof@v1")


@pytest.mark.parametrize(("code", "status"), [("0000-0000-0000", 1), ("what?", 2)])
def test_a_receipt_that_names_nothing_is_said(
    served: House, capsys: pytest.CaptureFixture[str], code: str, status: int
) -> None:
    assert cli.main(["audit", "prove", code]) == status
    assert code in capsys.readouterr().err


def test_a_list_of_another_ministry_is_refused_and_says_why(
    served: House, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    foreign = demonstration.ensure(tmp_path / "ministry", Runtime())
    for folder in (foreign.published, tmp_path / "nothing"):
        assert cli.main(["registry", "import", str(folder)]) == 1
        said = capsys.readouterr().err
        assert "not accepted" in said
        assert said.rstrip().endswith(")")
    assert served.services.registry.current() is not None


def test_the_first_person_of_a_new_school_is_added_and_may_ask(
    served: House, capsys: pytest.CaptureFixture[str]
) -> None:
    person = ["--issuer", "https://id.example.kz", "--subject", "a-1", "--name", "Дана Ахметова"]
    add = ["people", "add", *person, "--role", "teacher"]

    assert cli.main([*add, "--school", "almaty-12"]) == 1
    assert cli.main(add) == 1
    assert cli.main([*add, "--school", "almaty-12", "--school-name", "№ 12 мектеп", "--json"]) == 0
    assert cli.main([*add, "--school", "almaty-12"]) == 1
    assert served.services.person("https://id.example.kz|a-1").school == "almaty-12"
    said = capsys.readouterr().err
    assert "no school almaty-12" in said
    assert "already known" in said


def test_outside_demonstration_a_command_names_its_person(
    served: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    secrets = tmp_path / "secrets.toml"
    secrets.write_text("[auth]\n", encoding="utf-8")
    monkeypatch.setenv("USTAZ_SECRETS", str(secrets))

    assert cli.main(["ask", "Как сравнить дроби?"]) == 1
    assert "--as" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(served: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["eval", "guardrails", "no-such-file.jsonl"]) == 1
    assert "no-such-file.jsonl" in capsys.readouterr().err


def test_a_mistyped_issuer_adds_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    person = ["--subject", "a-1", "--name", "Дана Ахметова", "--role", "auditor"]
    with pytest.raises(SystemExit) as left:
        cli.main(["people", "add", "--issuer", "id.example.kz", *person])
    assert left.value.code == 2
    assert "is not an address" in capsys.readouterr().err
