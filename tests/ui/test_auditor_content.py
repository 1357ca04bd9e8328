"""The sealed text on the record page: nothing before a purpose and a second person, shown until a time, never without a look."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app.audit import OpenedText
from app.i18n import LANGUAGES, translator
from app.ui import auditor_content
from tests.conftest import NOON
from tests.ui.auditor_scene import RAW, Log, record, show, ways
from tests.ui.auditor_workplace import SECRET, UNTIL, Requests, request, text_of
from tests.ui.pages_scene import button, fetching, texts

RECORD = "app.ui.auditor_record"


def sealed(place: int = 1) -> Any:
    """A record with a text under seal."""
    return record(place, sealed={"form": "zlib+aes-256-gcm"})


def opened(log: Log, language: str = "en") -> AppTest:
    return show(RECORD, log, language=language, id=str(UUID(int=1)))


def everything(at: AppTest) -> str:
    """What is drawn, code included."""
    return texts(at) + "\n".join(one.value for one in at.code)


def approved(**parts: Any) -> Log:
    """A record whose text this auditor may read now."""
    one = sealed()
    asked = Requests(standing_request=request(1, approved=True), texts=[text_of(one, **parts)])
    return Log([one], requests=asked)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_request_there_is_the_form_and_no_text(language: str) -> None:
    log = Log([sealed()])
    at = opened(log, language)

    assert translator(language)("auditor.content.ask") in [one.label for one in at.expander]
    assert log.requests.calls == []


def test_a_request_without_a_purpose_in_words_is_not_sent() -> None:
    log = Log([sealed()])
    at = opened(log)
    button(at, "FormSubmitter:auditor-ask-record").click().run()

    assert log.requests.calls == []
    assert at.info[0].value == translator("en")("auditor.content.purpose.short", least=10)


def test_a_request_names_the_record_and_the_purpose_and_then_waits() -> None:
    log = Log([sealed()])
    at = opened(log)
    at.text_area[0].set_value("  checking case 14  ")
    button(at, "FormSubmitter:auditor-ask-record").click().run()

    assert log.requests.calls == [("ask", ((UUID(int=1),), "checking case 14"))]
    t = translator("en")
    assert at.info[0].value == t("auditor.content.waiting", at=t.time(NOON))
    assert SECRET not in everything(at)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_approved_text_opens_on_a_press_under_a_banner(language: str) -> None:
    t = translator(language)
    log = approved()
    at = opened(log, language)
    assert SECRET not in everything(at)
    assert log.requests.calls == []

    button(at, "auditor-content").click().run()
    banner = t("auditor.content.banner", until=t.time(UNTIL))
    assert [one.value.replace("\\", "") for one in at.warning] == [banner]
    assert SECRET in everything(at)
    at.run()
    assert log.requests.calls == [("content", (UUID(int=1),))]

    button(at, "auditor-content-close").click().run()
    assert SECRET not in everything(at)


def test_a_text_goes_from_the_screen_when_its_time_is_over() -> None:
    log = approved()
    at = opened(log)
    button(at, "auditor-content").click().run()
    assert SECRET in everything(at)

    log.requests.now = UNTIL + timedelta(seconds=1)
    at.run()
    assert SECRET not in everything(at)
    assert translator("en")("auditor.content.ask") in [one.label for one in at.expander]


def test_an_opened_text_goes_from_a_screen_that_nobody_touches(monkeypatch: pytest.MonkeyPatch) -> None:
    watching: list[tuple[Callable[[], None], float]] = []

    def fragment(look: Callable[[], None], *, run_every: float) -> Callable[[], None]:
        watching.append((look, run_every))
        return look

    again: list[str] = []
    monkeypatch.setattr(st, "fragment", fragment)
    monkeypatch.setattr(st, "rerun", lambda: again.append("drawn anew"))
    requests = Requests(standing_request=request(1, approved=True))
    context = SimpleNamespace(services=SimpleNamespace(approvals=requests))

    auditor_content.leave_in_time(context, [])  # type: ignore[arg-type]
    assert watching == []

    auditor_content.leave_in_time(context, [request(1, approved=True)])  # type: ignore[arg-type]
    (look, every) = watching[0]
    assert every <= 60
    assert again == []
    requests.now = UNTIL + timedelta(seconds=1)
    look()
    assert again == ["drawn anew"]


def test_a_refused_request_says_why_and_may_be_made_again() -> None:
    log = Log([sealed()], requests=Requests(standing_request=request(1, approved=False)))
    at = opened(log)

    assert "тексеру керек" in at.info[0].value
    assert translator("en")("auditor.content.ask") in [one.label for one in at.expander]


def test_an_erased_text_is_told_from_an_empty_one() -> None:
    one = sealed()
    asked = Requests(standing_request=request(1, approved=True), texts=[OpenedText(record=one, text=None)])
    at = opened(Log([one], requests=asked))
    button(at, "auditor-content").click().run()

    assert translator("en")("audit.refusal.erased") in [info.value for info in at.info]


@pytest.mark.parametrize("requests", [Requests(), Requests(standing_request=request(1, approved=True))])
def test_a_text_whose_key_is_gone_is_not_asked_for(requests: Requests) -> None:
    at = opened(Log([sealed()], requests=requests, gone=True))

    assert translator("en")("auditor.content.gone") in [info.value for info in at.info]
    assert translator("en")("auditor.content.ask") not in [one.label for one in at.expander]
    assert not [one for one in at.button if one.key == "auditor-content"]
    assert ways(at)[translator("en")("auditor.content.erasures")] == ("log", {"what": "erasure"})


def test_nothing_of_an_opened_text_is_drawn_raw() -> None:
    log = approved(raw=RAW, shown=[RAW], withheld=[RAW], prompt=[["system", RAW]], comment=RAW, odd=RAW)
    at = opened(log)
    button(at, "auditor-content").click().run()

    assert not at.exception
    assert fetching(at) == set()
    assert RAW in [one.value for one in at.code]


def test_another_record_begins_closed() -> None:
    log = approved()
    log.records = [sealed(), replace(sealed(2))]
    at = opened(log)
    button(at, "auditor-content").click().run()
    at.query_params["id"] = str(UUID(int=2))
    at.run()

    assert SECRET not in everything(at)
