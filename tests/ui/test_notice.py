"""The notice as a person meets it: read, accepted or refused, changed later, in three languages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app.i18n import LANGUAGES, translator
from app.runtime import Runtime
from app.ui import notice, pages
from app.ui.context import Context
from tests.ui.shell_scene import Scene, links, press, text


@pytest.fixture
def scene(tmp_path: Path, runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    real = pages.Page.render

    def render(page: pages.Page) -> object:
        def draw(context: Context) -> None:
            st.title(f"page {page.url_path}")

        return real(page) if page.module == "app.ui.notice" else draw

    monkeypatch.setattr(pages.Page, "render", render)
    monkeypatch.setattr(pages, "exists", lambda page: True)
    made = Scene(tmp_path, runtime)
    yield made
    made.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_six_points_and_the_agreement_are_there(scene: Scene, language: str) -> None:
    t = translator(language)
    shown = text(scene.open("demo-teacher", notice=False, locale=language))

    assert len(notice.POINTS) == 6
    for point in notice.POINTS:
        assert t(f"notice.{point}.title") in shown
        assert t(f"notice.{point}.text") in shown
    assert t("notice.agreement.text") in shown


def test_accepting_needs_the_box_to_be_ticked(scene: Scene) -> None:
    at = scene.open("demo-teacher", notice=False)
    accept = next(button for button in at.button if button.label == "Accept")
    assert accept.disabled

    at.checkbox[0].check().run()
    press(at, "Accept")

    assert at.title[0].value == "page new"
    assert "notice_accepted" in scene.records.events()
    assert "Ask" in links(at)


def test_refusing_leads_to_what_needs_no_ai(scene: Scene) -> None:
    at = scene.open("demo-teacher", notice=False)

    press(at, "Work without AI")

    assert at.title[0].value == "page new"
    assert "Ask" not in links(at)
    assert "notice_refused" in scene.records.events()


def test_anonymous_people_read_it_without_being_asked(scene: Scene) -> None:
    def script() -> None:
        from app import bootstrap
        from app.i18n import translator
        from app.ui import notice
        from app.ui.context import Context, ScreenWords

        words = ScreenWords(translator("en"))
        notice.render(Context(services=bootstrap.services(), principal=None, refused=None, translator=words))

    at = AppTest.from_function(script, default_timeout=30).run()

    assert at.title[0].value == "Before you start"
    assert len(at.button) == 0
    assert len(at.checkbox) == 0


def test_nothing_is_kept_when_it_cannot_be_recorded(scene: Scene) -> None:
    at = scene.open("demo-teacher", notice=False)
    at.checkbox[0].check().run()
    scene.records.broken = True

    press(at, "Accept")

    scene.records.broken = False
    assert at.error
    assert not scene.accounts.notice(scene.principal("demo-teacher")).answered
