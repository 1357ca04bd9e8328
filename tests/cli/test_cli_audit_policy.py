"""`ustaz audit policy`: the policy that judged a record is printed, and its digest is computed anew."""

import hashlib
import json

import pytest

from app.cli import main
from guardrails.policy import read
from tests.assistant.conftest import House
from tests.assistant.fakes import Says, ask, closed, with_parts


def test_the_digest_in_a_record_leads_to_the_policy_that_judged_it(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("USTAZ_HOME", str(house.services.settings.home))
    digest = str(closed(house, ask(house, with_parts(house, Says()))).clear["policy_digest"])

    assert main(["audit", "policy", digest, "--canonical"]) == 0
    kept = capsys.readouterr().out.rstrip("\n")
    assert hashlib.sha256(kept.encode()).hexdigest() == digest == read().digest

    assert main(["audit", "policy", digest]) == 0
    assert json.loads(capsys.readouterr().out)["version"] == read().version


def test_a_digest_that_never_judged_here_is_said_to_be_none(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("USTAZ_HOME", str(house.services.settings.home))

    assert main(["audit", "policy", "ab" * 32]) == 1
    assert "no policy" in capsys.readouterr().err
