"""The log refuses while a teacher asks, in a real browser: nothing is shown, the words say why, and the next question is answered."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from app.audit import check
from tests.chaos.faults_on_disk import without_key
from tests.e2e.served import served
from tests.e2e.visitor import PATIENCE, TEACHER, picture, visitor

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
QUESTION = "Бөлшектерді қалай салыстырамыз?"


def test_a_question_that_the_log_refuses_is_told_so_and_the_next_one_is_answered(
    browser: Browser, tmp_path: Path
) -> None:
    with served(tmp_path) as server, visitor(browser, server.url, "kk") as person:
        person.comes_in(TEACHER)
        person.to_ask()
        with without_key(server.home):
            person.ask(QUESTION)
            person.sees(person.t("error.not_recorded"))
            person.rests()
            picture(person, tmp_path / "seen", "refused")
            assert not person.main.get_by_text(person.t("chat.receipt")).count()

        box = person.page.get_by_test_id("stChatInputTextArea")
        expect(box).to_have_value(QUESTION, timeout=PATIENCE)
        box.press("Enter")
        person.sees("ортақ бөлім")
        person.sees(person.t("chat.receipt"))
        picture(person, tmp_path / "seen", "answered")
        assert person.errors == []
    report = check(f"sqlite:///{server.home / 'ustaz.db'}", server.home)

    assert (report.exit_code, report.open_exchanges) == (0, ())
