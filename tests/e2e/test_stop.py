"""Stop, in a real browser, beside a model that is slow: what was shown stays, and the log says that it was stopped."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from app import bootstrap
from app.accounts import demo
from app.audit import Filter
from benchmarks.mock_endpoint import MockEndpoint, Speed
from benchmarks.workshop import ENTRY, install
from tests.e2e.served import served
from tests.e2e.visitor import PATIENCE, TEACHER, visitor

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


def test_stop_keeps_what_was_shown_and_closes_the_record_as_stopped(browser: Browser, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with MockEndpoint(Speed(first_seconds=0.3, tokens_a_second=25, tokens=600, language="kk")) as endpoint:
        settings = install(home, endpoint.address)
        services = bootstrap.build(settings)
        services.policies.seed(demo.SCHOOL, (ENTRY,), recorder=services.audit, runtime=services.runtime)
        services.close()
        environment = {
            "USTAZ_REGISTRY": str(settings.registry_folder),
            "USTAZ_REGISTRY_ROOT": str(settings.registry_root),
        }
        with served(tmp_path, environment) as server, visitor(browser, server.url, "kk") as person:
            person.comes_in(TEACHER)
            person.to_ask()
            person.ask("Бөлшектерді қалай салыстырамыз?")
            person.sees("Алымы үлкен бөлшек үлкен болады.")
            person.main.get_by_role("button", name=person.t("chat.stop")).click(timeout=PATIENCE)
            person.sees(person.t("chat.end.stopped"))
            expect(person.main.get_by_text("Алымы үлкен бөлшек үлкен болады.").first).to_be_visible()
            until = time.monotonic() + 10
            while endpoint.counts.in_flight and time.monotonic() < until:
                time.sleep(0.05)

            assert endpoint.counts.in_flight == 0
            assert endpoint.counts.stopped == 1
        services = bootstrap.build(settings)
        try:
            ended = services.audit.search(Filter(kinds=("closed", "abandoned"))).records
        finally:
            services.close()

    assert [record.outcome for record in ended] == ["stopped"]
