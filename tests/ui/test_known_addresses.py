"""A mistyped address leads to our own page; whatever else is asked goes through untouched."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from app.ui import pages
from app.ui.known_addresses import KnownAddresses


async def _any(request: Request) -> Response:
    return PlainTextResponse("through")


@pytest.fixture
def browser() -> TestClient:
    inner = Starlette(routes=[Route("/{path:path}", _any, methods=["GET", "POST"])])
    wrapped = KnownAddresses(inner, known={"ask", "people", "nothing-here"}, missing="nothing-here")
    return TestClient(wrapped, follow_redirects=False, headers={"Sec-Fetch-Mode": "navigate"})


@pytest.mark.parametrize(
    "path",
    ["/", "/ask", "/ask/", "/people?x=1", "/nothing-here", "/static/js/a.js", "/media/abc.pdf", "/oauth2callback",
     "/dev-idp/authorize", "/_stcore/health", "/readyz", "/registry.json", "/favicon.png", "/auth/login"],
)  # fmt: skip
def test_what_exists_goes_through(browser: TestClient, path: str) -> None:
    assert browser.get(path).text == "through"


@pytest.mark.parametrize("path", ["/nothing", "/ask/more", "/people/1", "/askk", "/ұстаз", "//ask/x"])
def test_what_does_not_exist_leads_to_our_page(browser: TestClient, path: str) -> None:
    answer = browser.get(f"http://testserver{path}")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/nothing-here"


def test_only_a_browsers_navigation_is_led_anywhere(browser: TestClient) -> None:
    assert browser.get("/nothing", headers={"Sec-Fetch-Mode": "cors"}).text == "through"
    assert browser.post("/nothing").text == "through"


def test_every_screen_is_known() -> None:
    known = pages.addresses()

    assert {"sign-in", "notice", "nothing-here", "people"} <= known
    assert pages.HOME not in known
