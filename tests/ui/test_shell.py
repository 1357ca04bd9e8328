"""Who sees which pages, in which language, and what stands around every page."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.navigation.page import Page as Address

from app.accounts import Role, demo
from app.i18n import LANGUAGES, translator
from app.runtime import Runtime
from app.ui import connection_style, pages, way_back
from app.ui.context import Context
from tests.conftest import StillClock
from tests.ui.shell_scene import Scene, links, press, text

OWN = {"app.ui.people", "app.ui.notice", "app.ui.sign_in", "app.ui.sign_in_first"}
LABELS = {
    "new": "New document",
    "library": "My documents",
    "ask": "Ask",
    "models": "Models",
    "people": "People",
    "usage": "Limits and usage",
    "safety": "Safety checks",
    "documents": "Documents",
    "forms": "Document forms",
    "system": "System state",
    "overview": "Overview",
    "log": "Log",
    "samples": "Samples",
    "opened": "Opened texts",
    "findings": "Findings",
    "export": "Evidence bundle",
    "approvals": "Approvals",
    "integrity": "Integrity",
    "curriculum": "Curriculum",
    "editions": "Curriculum editions",
    "registry": "Model registry",
    "in-use": "Models in use",
    "receipt": "Check a receipt",
}
ROLE_PAGES = {
    "demo-teacher": ["new", "library", "ask", "curriculum", "registry", "in-use", "receipt"],
    "demo-admin": [
        "new",
        "library",
        "ask",
        "models",
        "people",
        "usage",
        "safety",
        "documents",
        "forms",
        "system",
        "curriculum",
        "editions",
        "registry",
        "in-use",
        "receipt",
    ],
    "demo-auditor": [
        "overview",
        "log",
        "samples",
        "opened",
        "findings",
        "export",
        "integrity",
        "curriculum",
        "editions",
        "registry",
        "in-use",
        "receipt",
    ],
    "demo-approver": ["approvals", "curriculum", "registry", "in-use", "receipt"],
    "demo-registry": ["curriculum", "registry", "in-use", "receipt"],
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
    assert links(at) == ["Sign in", "Model registry", "Models in use", "Check a receipt"]
    assert at.title[0].value == "Ustaz"
    assert scene.records.entries == []


@pytest.mark.parametrize("person", ROLE_PAGES)
def test_each_role_sees_exactly_its_pages_and_lands_on_the_first(scene: Scene, person: str) -> None:
    at = scene.open(person)

    assert not at.exception
    assert links(at) == expected(ROLE_PAGES[person])
    assert at.title[0].value == f"page {ROLE_PAGES[person][0]}"


@pytest.mark.parametrize(("address", "asked"), [("work", True), ("library", True), ("nothing-here", False)])
def test_at_another_screens_address_an_anonymous_person_is_asked_in_and_told_that_nothing_is_lost(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, address: str, asked: bool
) -> None:
    original = st.Page

    def opened(draw: Callable[[], None], **options: Any) -> Address:
        return original(draw, **{**options, "default": options["url_path"] == address})

    monkeypatch.setattr(st, "Page", opened)
    at = scene.open()

    assert not at.exception
    assert [one.label for one in at.button].count("Sign in") == asked
    told = ["Sign in to open this page. What was saved is not lost."]
    assert [one.value for one in at.info] == told * asked


def at_address(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """The browser stands at an address of ours."""
    original = st.navigation

    def there(given: list[Address], **options: Any) -> Address:
        original(given, **options)
        page = next(page for page in given if page.url_path == address)
        page._can_be_called = True
        return page

    monkeypatch.setattr(st, "navigation", there)


@pytest.fixture
def one_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that happens happens in one browser."""
    monkeypatch.setattr(way_back, "browser", lambda: "one")
    monkeypatch.setattr(way_back, "WAYS", way_back.WaysBack())


@pytest.mark.usefixtures("one_browser")
@pytest.mark.parametrize(
    ("asked_at", "after", "lands_on"),
    [
        ("library", {}, "page library"),
        ("library", {"minutes": 16}, "page new"),
        # An admin's page, for a teacher
        ("people", {}, "page new"),
        # Not asked to sign in there
        ("registry", {}, "page new"),
        ("nothing-here", {}, "page new"),
    ],
)
def test_a_sign_in_leads_back_to_the_page_that_asked_for_it(
    scene: Scene, clock: StillClock, asked_at: str, after: dict[str, float], lands_on: str
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        at_address(patch, asked_at)
        scene.open()
    clock.move(**after)

    at = scene.open("demo-teacher")

    assert not at.exception
    assert at.title[0].value == lands_on
    assert scene.open("demo-teacher").title[0].value == "page new"


@pytest.mark.usefixtures("one_browser")
def test_whoever_goes_to_the_way_in_afterwards_is_led_nowhere_else(scene: Scene) -> None:
    with pytest.MonkeyPatch.context() as patch:
        at_address(patch, "library")
        scene.open()
    scene.open()

    assert scene.open("demo-teacher").title[0].value == "page new"


@pytest.mark.usefixtures("one_browser")
def test_the_notice_comes_before_the_way_back(scene: Scene) -> None:
    with pytest.MonkeyPatch.context() as patch:
        at_address(patch, "library")
        scene.open()

    at = scene.open("demo-teacher", notice=False)
    assert at.title[0].value == translator("en")("notice.title")
    at.checkbox[0].check().run()
    press(at, translator("en")("notice.accept"))

    assert at.title[0].value == "page library"


def test_the_dialog_of_a_lost_connection_has_the_words_of_the_catalogues() -> None:
    assert {one: translator(one)("shell.lost") for one in LANGUAGES} == connection_style.LOST
    assert {one: translator(one)("shell.lost.detail") for one in LANGUAGES} == connection_style.DETAIL


def test_the_link_past_the_menu_has_the_words_of_the_catalogues() -> None:
    assert {one: translator(one)("shell.skip") for one in LANGUAGES} == connection_style.SKIP


def test_a_page_without_a_module_makes_no_menu_entry(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "exists", lambda page: page.url_path not in ("models", "receipt"))

    there = [page for page in ROLE_PAGES["demo-admin"] if page not in ("models", "receipt")]
    assert links(scene.open("demo-admin")) == expected(there)


@pytest.mark.parametrize("person", ROLE_PAGES)
def test_the_notice_comes_before_anything_else(scene: Scene, person: str) -> None:
    at = scene.open(person, notice=False)

    assert links(at) == expected(["registry", "in-use", "receipt"])
    assert at.title[0].value == "Before you start"


@pytest.mark.parametrize(
    ("locale", "word"),
    [
        ("kk-KZ", "Жаңа құжат"),
        ("ru-RU", "Новый документ"),
        ("ru", "Новый документ"),
        ("en-GB", "New document"),
        ("de-DE", "Жаңа құжат"),
    ],
)
def test_the_language_follows_the_browser(scene: Scene, locale: str, word: str) -> None:
    assert links(scene.open("demo-teacher", locale=locale))[0] == word


def test_a_chosen_language_takes_effect_and_lasts(scene: Scene) -> None:
    at = scene.open("demo-teacher", locale="en-US")

    at.sidebar.selectbox[0].select("ru").run()

    assert links(at)[0] == "Новый документ"
    assert links(scene.open("demo-teacher", locale="en-US"))[0] == "Новый документ"


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
        assert links(at) == ["Sign in", "Model registry", "Models in use", "Check a receipt"]
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
    assert links(at) == ["Sign in", "Model registry", "Models in use", "Check a receipt"]


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

    of_an_admin = [page for page in ROLE_PAGES["demo-admin"] if page not in ("new", "library", "ask")]
    assert links(at.run()) == expected(of_an_admin)


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


def test_whoever_is_not_let_in_reads_why_at_every_address(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    titles: dict[str, str] = {}
    original = st.navigation

    def watched(given: list[Address], **options: Any) -> Address:
        titles.update({page.url_path: page.title for page in given})
        return original(given, **options)

    monkeypatch.setattr(st, "navigation", watched)
    t = translator("en")

    scene.open("nobody-known", notice=False)
    assert titles["ask"] == titles["people"] == t("pages.sign_in")
    scene.open()
    assert titles["ask"] == titles["people"] == t("pages.sign_in")
    scene.open("demo-teacher")
    assert titles["people"] == t("pages.missing")
