"""Who sees which pages, in which language, and what stands around every page."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.navigation.page import Page as Address

from app.accounts import Role, demo
from app.runtime import Runtime
from app.ui import pages
from app.ui.context import Context
from tests.conftest import StillClock
from tests.ui.shell_scene import Scene, links, press, text

OWN = {"app.ui.people", "app.ui.notice", "app.ui.sign_in"}
LABELS = {
    "ask": "Ask",
    "models": "Models",
    "people": "People",
    "log": "Log",
    "integrity": "Integrity",
    "curriculum": "Curriculum",
    "registry": "Model registry",
    "receipt": "Check a receipt",
}
ROLE_PAGES = {
    "demo-teacher": ["ask", "curriculum", "registry", "receipt"],
    "demo-admin": ["ask", "models", "people", "curriculum", "registry", "receipt"],
    "demo-auditor": ["log", "integrity", "curriculum", "registry", "receipt"],
    "demo-approver": ["curriculum", "registry", "receipt"],
    "demo-registry": ["curriculum", "registry", "receipt"],
}


@pytest.fixture
def scene(tmp_path: Path, runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """The demonstration school; pages of other duties are drawn as their address."""
    real = pages.Page.render

    def render(page: pages.Page) -> object:
        def draw(context: Context) -> None:
            st.title(f"page {page.url_path}")

        return real(page) if page.module in OWN else draw

    monkeypatch.setattr(pages.Page, "render", render)
    monkeypatch.setattr(pages, "exists", lambda page: True)
    made = Scene(tmp_path, runtime)
    yield made
    made.close()


def expected(names: list[str]) -> list[str]:
    return [LABELS[name] for name in names]


def test_anonymous_sees_sign_in_registry_receipt_and_notice_only(scene: Scene) -> None:
    at = scene.open()

    assert not at.exception
    assert links(at) == ["Sign in", "Model registry", "Check a receipt"]
    assert at.title[0].value == "Ustaz"
    assert scene.records.entries == []


@pytest.mark.parametrize("person", ROLE_PAGES)
def test_each_role_sees_exactly_its_pages_and_lands_on_the_first(scene: Scene, person: str) -> None:
    at = scene.open(person)

    assert not at.exception
    assert links(at) == expected(ROLE_PAGES[person])
    assert at.title[0].value == f"page {ROLE_PAGES[person][0]}"


def test_a_page_without_a_module_makes_no_menu_entry(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "exists", lambda page: page.url_path not in ("models", "receipt"))

    assert links(scene.open("demo-admin")) == expected(["ask", "people", "curriculum", "registry"])


@pytest.mark.parametrize("person", ROLE_PAGES)
def test_the_notice_comes_before_anything_else(scene: Scene, person: str) -> None:
    at = scene.open(person, notice=False)

    assert links(at) == expected(["registry", "receipt"])
    assert at.title[0].value == "Before you start"


@pytest.mark.parametrize(
    ("locale", "word"),
    [
        ("kk-KZ", "Сұрақ қою"),
        ("ru-RU", "Спросить"),
        ("ru", "Спросить"),
        ("en-GB", "Ask"),
        ("de-DE", "Сұрақ қою"),
    ],
)
def test_the_language_follows_the_browser(scene: Scene, locale: str, word: str) -> None:
    assert links(scene.open("demo-teacher", locale=locale))[0] == word


def test_a_chosen_language_takes_effect_and_lasts(scene: Scene) -> None:
    at = scene.open("demo-teacher", locale="en-US")

    at.sidebar.selectbox[0].select("ru").run()

    assert links(at)[0] == "Спросить"
    assert links(scene.open("demo-teacher", locale="en-US"))[0] == "Спросить"


def test_a_chosen_language_holds_for_anonymous_people_in_their_session(scene: Scene) -> None:
    at = scene.open(locale="en-US")

    at.sidebar.selectbox[0].select("kk").run()

    assert links(at)[0] == "Кіру"


def test_a_suspended_person_loses_access_at_the_next_run_of_every_tab(scene: Scene) -> None:
    first, second = scene.open("demo-teacher"), scene.open("demo-teacher", nonce="other")
    admin = scene.principal("demo-admin")
    teacher = next(p for p in scene.accounts.people(admin) if p.identifier == "demo-teacher")

    scene.accounts.suspend(admin, teacher.person_id, reason="тексеру", version=teacher.version)

    for at in (first.run(), second.run()):
        assert links(at) == ["Sign in", "Model registry", "Check a receipt"]
        assert "suspended" in text(at)
    assert scene.records.events()[-2:] == ["refused", "refused"]


def test_an_old_session_ends(scene: Scene, clock: StillClock) -> None:
    at = scene.open("demo-teacher")
    clock.move(hours=10, minutes=1)

    at.run()

    assert "ten hours" in text(at)
    assert "Sign in again" in [button.label for button in at.button]


def test_an_unknown_person_is_told_what_to_hand_over(scene: Scene) -> None:
    at = scene.open("stranger", notice=False)

    assert demo.ISSUER in at.code[0].value
    assert "stranger" in at.code[0].value
    assert links(at) == ["Sign in", "Model registry", "Check a receipt"]


def test_signing_out_ends_the_session_on_the_server_too(scene: Scene) -> None:
    at = scene.open("demo-teacher")
    press(at, "Sign out")

    assert "signed_out" in scene.records.events()
    again = scene.open("demo-teacher")
    assert "signed out in another window" in text(again)


def test_nobody_gets_in_when_it_cannot_be_recorded(scene: Scene) -> None:
    scene.answer_notice("demo-teacher")
    scene.records.broken = True

    at = scene.open("demo-teacher", notice=False)

    assert len(at.exception) == 1
    assert links(at) == []


@pytest.mark.parametrize("locale", ["kk-KZ", "ru-RU", "en-US"])
def test_the_demonstration_banner_and_the_footer_stand_on_every_page(scene: Scene, locale: str) -> None:
    words = {"kk-KZ": "ойдан шығарылған", "ru-RU": "вымышлены", "en-US": "invented"}
    footers = {"kk-KZ": "ЖИ қателесуі мүмкін", "ru-RU": "ИИ может ошибаться", "en-US": "AI can make mistakes"}
    for person in (None, "demo-teacher", "demo-auditor"):
        shown = text(scene.open(person, locale=locale))
        assert words[locale] in shown
        assert footers[locale] in shown


def test_with_a_real_sign_in_there_is_no_banner(scene: Scene) -> None:
    scene.services.settings = type(scene.settings)(
        home=scene.settings.home, database_url="x", auth_configured=True
    )

    assert "invented" not in text(scene.open("demo-teacher"))


def test_roles_and_school_stand_in_the_sidebar(scene: Scene) -> None:
    at = scene.open("demo-admin")
    shown = "\n".join(element.value for element in (*at.sidebar.markdown, *at.sidebar.caption))

    assert "Samal demonstration school" in shown
    assert "Teacher · School administrator" in shown
    assert "Марат Бекұлы" in shown


def test_a_role_taken_away_takes_its_page_away_at_the_next_run(scene: Scene) -> None:
    at = scene.open("demo-teacher")
    admin = scene.principal("demo-admin")
    teacher = next(p for p in scene.accounts.people(admin) if p.identifier == "demo-teacher")

    scene.accounts.change_roles(
        admin, teacher.person_id, {Role.SCHOOL_ADMIN}, reason="жаңа міндет", version=teacher.version
    )

    assert links(at.run()) == expected(["models", "people", "curriculum", "registry", "receipt"])


def test_a_token_from_yesterday_lets_nobody_in(scene: Scene, clock: StillClock) -> None:
    claims = scene.claims("demo-teacher", clock.now() - timedelta(days=1))
    at = scene.open("demo-teacher", iat=claims["iat"])

    assert links(at)[0] == "Sign in"


@pytest.mark.parametrize("person", [None, *ROLE_PAGES])
def test_every_address_of_ours_is_answered_by_ours(
    scene: Scene, person: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered: list[str] = []
    original = st.navigation

    def watched(given: list[Address], **options: Any) -> Address:
        registered.extend(page.url_path for page in given)
        return original(given, **options)

    monkeypatch.setattr(st, "navigation", watched)
    scene.open(person)

    assert set(registered) == {"", *pages.addresses()}
    assert len(registered) == len(set(registered))
